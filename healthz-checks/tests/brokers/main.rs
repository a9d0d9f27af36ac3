//! Asks message brokers, and servers that Debian has no package of, in every state they can be in.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what helps a test fails it with a panic as the test does")]

mod grpc;
mod mongodb;
mod nats;
mod rabbitmq;

use std::time::Duration;

/// Long enough for the busiest machine; what must fail has its own bound.
const PATIENCE: Duration = Duration::from_secs(20);
