//! Ready-made checks.

mod ping;
mod pool;
mod target;

pub use ping::{Ping, ping};
pub use pool::{Busy, Missing, Pool, PoolPing};
pub use target::DEFAULT_WITHIN;
