//! Ready-made checks.

#[cfg(all(unix, feature = "disk"))]
mod disk;
mod dns;
mod file;
#[cfg(feature = "reqwest-013")]
mod http;
mod memory;
mod one_thread;
mod ping;
mod pool;
#[cfg(feature = "redis-1")]
mod redis;
mod resolve;
mod target;
mod tcp;
#[cfg(feature = "tokio-rustls-026")]
mod tls;

#[cfg(all(unix, feature = "disk"))]
pub use disk::{DiskCheck, disk};
pub use dns::{DnsCheck, dns};
pub use file::{FileCheck, file};
#[cfg(feature = "reqwest-013")]
pub use http::{HttpCheck, http};
pub use memory::{MemoryCheck, memory};
pub use ping::{Ping, ping};
pub use pool::{Busy, Missing, Pool, PoolPing};
#[cfg(feature = "redis-1")]
pub use redis::RedisPing;
pub use target::DEFAULT_WITHIN;
pub use tcp::{TcpCheck, tcp};
#[cfg(feature = "tokio-rustls-026")]
pub use tls::{TlsCheck, tls};
