//! Pools of other makers, over connections that tests can break.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use healthz_checks::{Busy, ping};
use healthz_test_support::{ask, until};

const PATIENCE: Duration = Duration::from_secs(4);
const UNREACHABLE: &str = "Can't reach the database";
const BUSY: &str = "All connections are in use";

/// A server as a pool's manager sees it.
#[derive(Debug, Clone, Default)]
struct Server {
    state: Arc<AtomicUsize>,
    opened: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
}

const UP: usize = 0;
const STOPPED: usize = 1;
const FROZEN: usize = 2;
/// A proxy that accepts, with no server behind it.
const GONE_BEHIND_ITS_PROXY: usize = 3;

#[derive(Debug, thiserror::Error)]
#[error("Connection refused")]
struct Refused;

struct Connection(Server, usize);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, SeqCst);
    }
}

impl Server {
    fn set(&self, state: usize) {
        self.state.store(state, SeqCst);
    }

    async fn answer(&self) -> Result<(), Refused> {
        while self.state.load(SeqCst) == FROZEN {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if self.state.load(SeqCst) == UP { Ok(()) } else { Err(Refused) }
    }

    async fn open(&self) -> Result<Connection, Refused> {
        if self.state.load(SeqCst) != GONE_BEHIND_ITS_PROXY {
            self.answer().await?;
        }
        self.open.fetch_add(1, SeqCst);
        Ok(Connection(self.clone(), self.opened.fetch_add(1, SeqCst)))
    }
}

mod deadpool {
    use deadpool_013::managed::{Manager, Metrics, Pool, RecycleError, RecycleResult};

    use super::*;

    impl Manager for Server {
        type Type = Connection;
        type Error = Refused;

        async fn create(&self) -> Result<Connection, Refused> {
            self.open().await
        }

        async fn recycle(
            &self,
            connection: &mut Connection,
            _: &Metrics,
        ) -> RecycleResult<Refused> {
            connection.0.answer().await.map_err(RecycleError::Backend)
        }
    }

    fn pool() -> (Server, Pool<Server>) {
        let server = Server::default();
        (server.clone(), Pool::builder(server).max_size(3).build().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_is_told_from_its_pool() {
        let (server, pool) = pool();
        let check = ping(pool.clone()).within(PATIENCE);
        ask(&check).await.passes();
        server.set(STOPPED);
        ask(&check).await.is("fail", UNREACHABLE, "Connection refused");
        server.set(FROZEN);
        ask(&check).await.is("fail", UNREACHABLE, "no answer within 4s");
        server.set(GONE_BEHIND_ITS_PROXY);
        ask(&check).await.is("fail", UNREACHABLE, "Connection refused");
        server.set(UP);
        ask(&check).await.passes();
        pool.close();
        ask(&check).await.is("fail", "The pool is closed", "");
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_pool_is_no_outage_unless_the_server_is_gone() {
        let (server, pool) = pool();
        let taken =
            [pool.get().await.unwrap(), pool.get().await.unwrap(), pool.get().await.unwrap()];
        let check = || ping(pool.clone()).within(PATIENCE);
        ask(&check()).await.is("warn", BUSY, "3 of 3");
        ask(&check().when_busy(Busy::Fail)).await.is("fail", BUSY, "3 of 3");
        ask(&check().when_busy(Busy::Pass)).await.passes();
        assert_eq!(server.open.load(SeqCst), 3, "a connection of its own is left");
        server.set(STOPPED);
        ask(&check()).await.is("fail", UNREACHABLE, "Connection refused");
        server.set(UP);
        drop(taken);
        ask(&check()).await.passes();
    }

    #[tokio::test]
    async fn a_question_of_ones_own_is_asked() {
        let (_server, pool) = pool();
        let check = ping(pool).within(PATIENCE).asking(|connection| {
            Box::pin(async move {
                // The pool's first is broken, as one is that died while idle; a fresh one is not.
                if connection.1 == 0 { Err(Refused.into()) } else { Ok(()) }
            })
        });
        ask(&check).await.passes();
    }
}

mod bb8 {
    use bb8_09::{ManageConnection, Pool};

    use super::*;

    impl ManageConnection for Server {
        type Connection = Connection;
        type Error = Refused;

        async fn connect(&self) -> Result<Connection, Refused> {
            self.open().await
        }

        async fn is_valid(&self, connection: &mut Connection) -> Result<(), Refused> {
            connection.0.answer().await
        }

        fn has_broken(&self, _: &mut Connection) -> bool {
            false
        }
    }

    async fn pool() -> (Server, Pool<Server>) {
        let server = Server::default();
        let pool = Pool::builder().max_size(3).build(server.clone()).await.unwrap();
        (server, pool)
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_is_told_from_its_pool() {
        let (server, pool) = pool().await;
        let check = ping(pool.clone()).within(PATIENCE);
        ask(&check).await.passes();
        server.set(STOPPED);
        ask(&check).await.is("fail", UNREACHABLE, "Connection refused");
        server.set(FROZEN);
        ask(&check).await.is("fail", UNREACHABLE, "no answer within 4s");
        server.set(UP);
        until("the pool has connected again", async || ask(&check).await.result == "pass").await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_pool_is_no_outage_unless_the_server_is_gone() {
        let (server, pool) = pool().await;
        let taken =
            [pool.get().await.unwrap(), pool.get().await.unwrap(), pool.get().await.unwrap()];
        let check = || ping(pool.clone()).within(PATIENCE);
        ask(&check()).await.is("warn", BUSY, "3 of 3");
        assert_eq!(server.open.load(SeqCst), 3, "a connection of its own is left");
        server.set(STOPPED);
        ask(&check()).await.is("fail", UNREACHABLE, "Connection refused");
        server.set(UP);
        drop(taken);
        ask(&check()).await.passes();
    }
}
