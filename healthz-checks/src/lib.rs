//! Ready-made checks.

#[cfg(all(unix, feature = "disk"))]
mod disk;
mod dns;
mod file;
#[cfg(feature = "tonic-014")]
mod grpc;
#[cfg(feature = "reqwest-013")]
mod http;
#[cfg(feature = "lapin-4")]
mod lapin;
mod memory;
#[cfg(feature = "mongodb-3")]
mod mongodb;
#[cfg(feature = "async-nats-051")]
mod nats;
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
#[cfg(feature = "tonic-014")]
pub use grpc::GrpcPing;
#[cfg(feature = "reqwest-013")]
pub use http::{HttpCheck, http};
#[cfg(feature = "lapin-4")]
pub use lapin::LapinPing;
pub use memory::{MemoryCheck, memory};
#[cfg(feature = "mongodb-3")]
pub use mongodb::MongodbPing;
#[cfg(feature = "async-nats-051")]
pub use nats::NatsPing;
pub use ping::{Ping, ping};
pub use pool::{Busy, Missing, Pool, PoolPing};
#[cfg(feature = "redis-1")]
pub use redis::RedisPing;
pub use target::DEFAULT_WITHIN;
pub use tcp::{TcpCheck, tcp};
#[cfg(feature = "tokio-rustls-026")]
pub use tls::{TlsCheck, tls};
