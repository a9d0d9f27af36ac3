//! Long runs: what memory, tasks and open files come to, and whether an answer was ever wrong.
//!
//! - `mixed`: ten million probes of endpoints in every state.
//! - `rough`: ten minutes of 200 probes a second, while 10,000 probes a minute are aborted and a
//!   worker of the server is blocked for three seconds every minute.
//! - `drain`: fifty servers are drained under a hundred connections.
//! - `postgres`: ten minutes of 200 probes a second of a `PostgreSQL` that is frozen, thawed,
//!   killed and started again; needs the feature `database`, and the server installed.
//!
//! `cargo bench -p healthz-benches --bench soak [-- SCENARIO [N]]`, where N is the number of
//! probes, minutes or servers; needs Linux.

#![expect(clippy::expect_used, reason = "a bench that cannot go on says why")]

mod client;
mod drain;
mod endpoints;
mod mixed;
#[cfg(feature = "database")]
mod postgres;
mod rough;
mod vitals;

use std::{env, io, panic};

fn main() -> io::Result<()> {
    // A panic for each probe of the check that panics would be a line for each.
    panic::set_hook(Box::new(|_| {}));
    rlimit::increase_nofile_limit(16_384)?;
    let arguments: Vec<String> = env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let scenario = arguments.first().map_or("", String::as_str);
    let n = arguments.get(1).and_then(|n| n.parse().ok());
    if "mixed".contains(scenario) {
        mixed::soak(n.unwrap_or(10_000_000))?;
    }
    if "rough".contains(scenario) {
        rough::soak(n.unwrap_or(10))?;
    }
    if "drain".contains(scenario) {
        drain::soak(n.unwrap_or(50))?;
    }
    #[cfg(feature = "database")]
    if "postgres".contains(scenario) {
        postgres::soak(n.unwrap_or(10))?;
    }
    Ok(())
}
