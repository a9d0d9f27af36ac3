//! What the probe promises, against servers that keep to HTTP and servers that do not.

#![expect(clippy::unwrap_used, reason = "a helper of a test may panic as the test itself")]

mod addresses;
mod answers;
mod command;
mod hostile;
mod server;
