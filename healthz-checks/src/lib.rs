//! Ready-made checks for [`healthz_core`], on the client that the service already has.
//!
//! ```
//! use healthz_checks::{file, tcp};
//! use healthz_core::{CheckExt, Registry};
//!
//! # fn main() -> Result<(), healthz_core::RegistryError> {
//! let registry = Registry::builder()
//!     .check("mail", tcp("mail:25").noun("the mail server").optional())
//!     .check("models", file("/srv/models/done"))
//!     .readiness("ready", ["mail", "models"])
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! With a client it is one word, whatever the client and its version: `ping(pool.clone())`. See
//! [`ping`].
//!
//! # The checks
//!
//! | check | question | warns | fails | feature | tested with | Rust |
//! |---|---|---|---|---|---|---|
//! | [`ping`] of `sqlx::Pool` | is the database there? | `All connections are in use`, `The pool is slow` | `Can't reach the database`, `The pool is closed` | `sqlx-08`, `sqlx-09` | `PostgreSQL` 15, `MariaDB` 10.11, `SQLite` | 1.89, 1.94 |
//! | [`ping`] of `deadpool::managed::Pool` | the same | the same | the same | `deadpool-013` | a manager of the tests' own | 1.89 |
//! | [`ping`] of `bb8::Pool` | the same | the same | the same | `bb8-09` | a manager of the tests' own | 1.89 |
//! | [`ping`] of `redis::aio::ConnectionManager` | is Redis there, and writable, and its cluster up? | | `Can't reach Redis`, `Redis is not ready`, `Redis refuses writes`, `The Redis cluster is down` | `redis-1` | Redis 7.0 | 1.89 |
//! | [`ping`] of `Arc<lapin::Connection>` | is `RabbitMQ` there, and a queue? | `RabbitMQ blocks its publishers` | `Can't reach RabbitMQ`, `A queue is missing` | `lapin-4` | `RabbitMQ` 3.10 | 1.89 |
//! | [`ping`] of `async_nats::Client` | is NATS there? | | `Can't reach NATS` | `async-nats-051` | NATS 2.9 | 1.89 |
//! | [`ping`] of `mongodb::Client` | is `MongoDB` there? | | `Can't reach the database` | `mongodb-3` | no server: only how it fails | 1.89 |
//! | [`ping`] of `tonic::transport::Channel` | does a gRPC service serve? | | `Can't reach the service`, `The service is not serving` | `tonic-014` | a server of the tests' own | 1.89 |
//! | `http` | does a URL answer 200 to 299? | | `Can't reach the service`, `The service is unhealthy` | `reqwest-013` | servers of the tests' own | 1.89 |
//! | `tls` | is a certificate valid, and for how long? | `The certificate ends soon` | `The certificate is not valid`, `Can't reach the service` | `tokio-rustls-026` | rustls 0.23 | 1.89 |
//! | [`tcp`] | does somebody accept connections? | | `Can't reach the service` | | | 1.89 |
//! | [`dns`] | has a name an address? | | `Can't resolve a name`, `Can't reach the resolver` | | | 1.89 |
//! | `disk` | is there room? | `The disk is almost full` | `The disk is full`, `The disk is missing`, `The disk is read-only`, `Can't write to the disk`, `Can't reach the disk` | `disk` | tmpfs | 1.89 |
//! | [`memory`](memory()) | is there memory below the container's limit? | `The memory is almost used up` | | | a tree as the kernel shows it | 1.89 |
//! | [`file`](file()) | is a file there, and young? | | `A file is missing`, `A file is too old`, `Can't reach the file` | | | 1.89 |
//!
//! The public texts are constants, but for what [`noun`](TcpCheck::noun) changes in them: no host,
//! user, database, key, path or URL is ever in them. All of that may be in the cause, which is
//! logged and never sent. Each check ends within 500 ms ([`DEFAULT_WITHIN`], settable with
//! `within`), because an endpoint answers within 800 ms: so the check says itself what is wrong,
//! and the log why.
//!
//! # Features
//!
//! No feature is on by default. A feature is named with the version of its client, so that a new
//! version is a new feature and breaks nobody. None turns on a driver or TLS: the application has
//! chosen those, and cargo uses its choice here, too. Two exceptions: `redis-1` turns on
//! `tokio-comp`, and `deadpool-013` `managed`, because there is nothing to ask without.
//!
//! | Name | Description | Default? |
//! |---|---|---|
//! | `async-nats-051`, `bb8-09`, `deadpool-013`, `lapin-4`, `redis-1`, `sqlx-08`, `tonic-014` | [`ping`] for that client | no |
//! | `mongodb-3` | [`ping`] for `mongodb`, which needs a TLS and a bson feature of its own | no |
//! | `sqlx-09` | [`ping`] for sqlx 0.9, which needs Rust 1.94 | no |
//! | `reqwest-013` | `http` | no |
//! | `tokio-rustls-026` | `tls` | no |
//! | `disk` | `disk`, on Unix | no |
//!
//! # A client that is not here
//!
//! Write the question in a closure that owns a clone, give it a bound, and give every failure a
//! text:
//!
//! ```
//! use std::time::Duration;
//! use healthz_core::{Check, OrUnhealthy, check_fn};
//! use tokio::time::timeout;
//!
//! # #[derive(Clone)]
//! # struct Search;
//! # impl Search {
//! #     async fn health(&self) -> Result<(), std::io::Error> { Ok(()) }
//! # }
//! # fn check(search: Search) -> impl Check {
//! const TEXT: &str = "Can't reach the search";
//! check_fn(move || {
//!     let search = search.clone();
//!     async move {
//!         let answer = timeout(Duration::from_millis(500), search.health()).await;
//!         answer.or_unhealthy(TEXT)?.or_unhealthy(TEXT)
//!     }
//! })
//! # }
//! ```
//!
//! A pool can be given the same second look as those above: implement [`Pool`], and make a
//! [`PoolPing::new`] of it. A client can be given the same word: implement [`Ping`].
//!
//! **A client that is not `Send`** stays on its own thread and is asked by message:
//!
//! ```
//! use healthz_core::{Check, HealthError, check_fn};
//! use tokio::sync::{mpsc, oneshot};
//!
//! /// `questions` goes to the thread of the client, which answers each one.
//! fn check(questions: mpsc::Sender<oneshot::Sender<Result<(), HealthError>>>) -> impl Check {
//!     check_fn(move || {
//!         let questions = questions.clone();
//!         async move {
//!             let (answer, answered) = oneshot::channel();
//!             questions.try_send(answer)?;
//!             answered.await?
//!         }
//!     })
//! }
//! # drop(check(mpsc::channel(1).0));
//! ```
//!
//! **A probe that must not open connections** asks a value that the service itself keeps: count the
//! errors of the real requests, and let a plain function tell.
//!
//! ```
//! use std::sync::{Arc, atomic::{AtomicU32, Ordering}};
//! use healthz_core::{Check, HealthError};
//!
//! /// `failed` is how many requests to the database have failed since the last one that did not.
//! fn check(failed: Arc<AtomicU32>) -> impl Check {
//!     move || match failed.load(Ordering::Relaxed) {
//!         0..10 => Ok(()),
//!         _ => Err(HealthError::new("The database answers nobody")),
//!     }
//! }
//! # drop(check(Arc::default()));
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

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
