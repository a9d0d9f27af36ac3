use std::{future::Future, ops::DerefMut};

use crate::target::Cause;

/// A pool as [`PoolPing`](crate::PoolPing) sees it.
///
/// This crate implements it for the pools of its features. Implement it for a pool of your own, and
/// `PoolPing::new` asks it the same way.
pub trait Pool: Send + Sync + 'static {
    /// A connection, whether the pool has it or not.
    type Connection: Send;

    /// A connection of the pool, which goes back when it is dropped.
    type Taken: DerefMut<Target = Self::Connection> + Send;

    /// Says how many connections are in use, and how many may be.
    fn usage(&self) -> (usize, usize);

    /// Takes a connection out of the pool.
    fn take(&self) -> impl Future<Output = Result<Self::Taken, Missing>> + Send;

    /// Asks the server the least that it must answer itself.
    fn ask(
        &self,
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<(), Cause>> + Send;

    /// Makes a connection as the pool would, beside it.
    fn connect(&self) -> impl Future<Output = Result<Self::Connection, Cause>> + Send;

    /// Says whether the server itself refused a connection because it has too many.
    fn is_full(&self, _refusal: &Cause) -> bool {
        false
    }

    /// Keeps a connection whose question was not answered from going back.
    fn spoil(_taken: &mut Self::Taken) {}

    /// Ends a connection that the pool does not have.
    fn close(connection: Self::Connection) -> impl Future<Output = ()> + Send {
        async move { drop(connection) }
    }
}

/// Why a pool gave no connection.
#[derive(Debug)]
#[non_exhaustive]
pub enum Missing {
    /// The application closed it.
    Closed,
    /// Nothing came in the time that the pool itself allows.
    Late,
    /// The pool said why.
    Failed(Cause),
}
