#![doc = include_str!("../README.md")]

mod answer;
mod command;
mod deadline;
mod exchange;
mod line;
mod outcome;
mod place;
mod probe;
mod probe_error;

pub use command::{command, main};
pub use outcome::Outcome;
pub use probe::Probe;
pub use probe_error::ProbeError;
