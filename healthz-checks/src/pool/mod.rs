//! One way to ask through a pool, for every pool.

#[cfg(feature = "bb8-09")]
mod bb8;
mod busy;
#[cfg(feature = "deadpool-013")]
mod deadpool;
mod pool_ping;
mod source;
#[cfg(any(feature = "sqlx-08", feature = "sqlx-09"))]
mod sqlx;

pub use busy::Busy;
pub use pool_ping::PoolPing;
pub use source::{Missing, Pool};
