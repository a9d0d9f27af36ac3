use std::{error::Error, ops::DerefMut};

use deadpool_013::managed::{self, Manager, Metrics, Object, PoolError};

use super::{
    pool_ping::PoolPing,
    source::{Missing, Pool},
};
use crate::{ping::Ping, target::Cause};

impl<M, W> Ping for managed::Pool<M, W>
where
    M: Manager<Type: Send, Error: Error + Send + Sync + 'static> + 'static,
    W: From<Object<M>> + DerefMut<Target = M::Type> + Send + 'static,
{
    type Check = PoolPing<Self>;

    fn into_check(self) -> PoolPing<Self> {
        PoolPing::new(self)
    }
}

impl<M, W> Pool for managed::Pool<M, W>
where
    M: Manager<Type: Send, Error: Error + Send + Sync + 'static> + 'static,
    W: From<Object<M>> + DerefMut<Target = M::Type> + Send + 'static,
{
    type Connection = M::Type;
    type Taken = W;

    fn usage(&self) -> (usize, usize) {
        let status = self.status();
        (status.size.saturating_sub(status.available), status.max_size)
    }

    async fn take(&self) -> Result<W, Missing> {
        self.get().await.map_err(|error| match error {
            PoolError::Closed => Missing::Closed,
            PoolError::Timeout(_) => Missing::Late,
            error => Missing::Failed(error.into()),
        })
    }

    async fn ask(&self, connection: &mut M::Type) -> Result<(), Cause> {
        Ok(self.manager().recycle(connection, &Metrics::default()).await?)
    }

    async fn connect(&self) -> Result<M::Type, Cause> {
        Ok(self.manager().create().await?)
    }
}
