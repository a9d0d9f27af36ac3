use healthz_core::Check;

/// A client that can be asked whether its server is there; see [`ping`].
///
/// This crate implements it for the clients of its features. Implement it for a client of your own
/// to give it the same word.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no client that `ping` knows",
    note = "each client has a feature of healthz-checks, named with its version, such as `sqlx-08`",
    note = "a `redis` connection must be a `ConnectionManager`, a `lapin` one an `Arc<Connection>`"
)]
pub trait Ping {
    /// The check that asks it.
    type Check: Check;

    /// Makes the check.
    fn into_check(self) -> Self::Check;
}

/// Asks a client's server whether it is there, through the client that the service already has.
///
/// | client | feature | the check |
/// |---|---|---|
/// | `sqlx::Pool<DB>` | `sqlx-08`, `sqlx-09` | [`PoolPing`](crate::PoolPing) |
/// | `deadpool::managed::Pool<M>` | `deadpool-013` | [`PoolPing`](crate::PoolPing) |
/// | `bb8::Pool<M>` | `bb8-09` | [`PoolPing`](crate::PoolPing) |
/// | `redis::aio::ConnectionManager` | `redis-1` | `RedisPing` |
/// | `Arc<lapin::Connection>` | `lapin-4` | `LapinPing` |
/// | `async_nats::Client` | `async-nats-051` | `NatsPing` |
/// | `mongodb::Client` | `mongodb-3` | `MongodbPing` |
/// | `tonic::transport::Channel` | `tonic-014` | `GrpcPing` |
///
/// Each holds a clone of the client, so give it one: `ping(pool.clone())`.
pub fn ping<C: Ping>(client: C) -> C::Check {
    client.into_check()
}
