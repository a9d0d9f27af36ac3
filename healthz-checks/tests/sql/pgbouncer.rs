//! A proxy accepts connections whether there is a database behind it or not.

use std::time::Duration;

use futures_util::future::join_all;
use healthz_checks::ping;
use healthz_test_support::{Server, ask, install, until};
use sqlx_08::{Connection, PgConnection, PgPool, postgres::PgPoolOptions};

use crate::postgres::Postgres;

async fn begin() -> Option<(Postgres, Server, PgPool)> {
    let mut postgres = Postgres::install()?;
    postgres.start();
    let mut proxy = install("pgbouncer")?;
    let users = proxy.write("users", &format!("\"hzuser\" \"{}\"\n", Postgres::PASSWORD));
    let (port, behind) = (proxy.port, postgres.0.port);
    let config = proxy.write(
        "own.ini",
        &format!(
            "[databases]\n\
             postgres = host=127.0.0.1 port={behind}\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\n\
             listen_port = {port}\n\
             unix_socket_dir =\n\
             auth_type = plain\n\
             auth_file = {users}\n\
             pool_mode = transaction\n\
             server_login_retry = 1\n\
             ignore_startup_parameters = extra_float_digits\n"
        ),
    );
    proxy.start(&[&config]);
    let url = postgres.url().replace(&behind.to_string(), &port.to_string());
    until("the proxy answers", async || match PgConnection::connect(&url).await {
        Ok(mut connection) => connection.ping().await.is_ok(),
        Err(_) => false,
    })
    .await;
    let pool = PgPoolOptions::new().max_connections(3).connect_lazy(&url).unwrap();
    Some((postgres, proxy, pool))
}

#[tokio::test]
async fn a_proxy_without_its_database_is_not_taken_for_one_and_never_for_a_busy_pool() {
    let Some((mut postgres, _proxy, pool)) = begin().await else { return };
    let patient = || ping(pool.clone()).within(Duration::from_secs(20));
    ask(&patient()).await.passes();
    {
        let _taken = [
            pool.acquire().await.unwrap(),
            pool.acquire().await.unwrap(),
            pool.acquire().await.unwrap(),
        ];
        let check = ping(pool.clone()).within(Duration::from_secs(2));
        ask(&check).await.is("warn", "All connections are in use", "3 of 3");
    }
    postgres.0.stop();
    for _ in 0..5 {
        ask(&ping(pool.clone())).await.is("fail", "Can't reach the database", "");
    }
    // The application takes what the pool has, and waits for it.
    let taken = join_all((0..3).map(|_| pool.acquire()));
    let check = ping(pool.clone());
    tokio::select! {
        told = ask(&check) => told.is("fail", "Can't reach the database", ""),
        taken = taken => panic!("the pool gave {taken:?}"),
    }

    postgres.start();
    until("the proxy has logged in again", async || ask(&patient()).await.result == "pass").await;
}
