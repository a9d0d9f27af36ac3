#![doc = include_str!("../README.md")]

#[cfg(unix)]
mod manager;
#[cfg(unix)]
mod notifier;
mod notify;
#[cfg(unix)]
mod status;
#[cfg(unix)]
mod watchdog;

pub use notify::notify;
