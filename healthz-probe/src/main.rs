//! The binary, for images whose service has no probe of its own.

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    healthz_probe::command(env::args_os().skip(1))
}
