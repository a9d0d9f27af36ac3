use std::error::Error;

use bb8_09::{ManageConnection, PooledConnection, RunError};

use super::{
    pool_ping::PoolPing,
    source::{Missing, Pool},
};
use crate::{ping::Ping, target::Cause};

impl<M: ManageConnection<Error: Error + Sync>> Ping for bb8_09::Pool<M> {
    type Check = PoolPing<Self>;

    fn into_check(self) -> PoolPing<Self> {
        PoolPing::new(self)
    }
}

impl<M: ManageConnection<Error: Error + Sync>> Pool for bb8_09::Pool<M> {
    type Connection = M::Connection;
    type Taken = PooledConnection<'static, M>;

    fn usage(&self) -> (usize, usize) {
        let state = self.state();
        let in_use = state.connections.saturating_sub(state.idle_connections);
        (in_use as usize, self.config().max_size as usize)
    }

    async fn take(&self) -> Result<Self::Taken, Missing> {
        self.get_owned().await.map_err(|error| match error {
            RunError::TimedOut => Missing::Late,
            RunError::User(error) => Missing::Failed(error.into()),
        })
    }

    /// The pool asked it at check-out, and only its manager could ask it again.
    async fn ask(&self, _connection: &mut M::Connection) -> Result<(), Cause> {
        Ok(())
    }

    async fn connect(&self) -> Result<M::Connection, Cause> {
        Ok(self.dedicated_connection().await?)
    }
}
