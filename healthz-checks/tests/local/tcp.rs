use std::{net::TcpListener, time::Duration};

use healthz_checks::{dns, tcp};
use healthz_test_support::{ask, free_port};

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn who_accepts_passes_and_who_refuses_fails() {
    let listener = TcpListener::bind(("127.0.0.1", free_port())).unwrap();
    let check = tcp(listener.local_addr().unwrap().to_string()).within(PATIENCE);
    ask(&check).await.passes();
    drop(listener);
    ask(&check).await.is("fail", "Can't reach the service", "Connection refused (os error 111)");
}

#[tokio::test]
async fn a_name_that_is_none_is_private() {
    let check = tcp("unknown.invalid:80").within(PATIENCE);
    ask(&check).await.is("fail", "Can't reach the service", "lookup");
    ask(&tcp("no port").within(PATIENCE)).await.is("fail", "Can't reach the service", "");
}

#[tokio::test]
async fn a_name_with_an_address_passes() {
    ask(&dns("localhost").within(PATIENCE)).await.passes();
    let told = ask(&dns("unknown.invalid").within(PATIENCE)).await;
    told.is("fail", "Can't resolve a name", "lookup");
}
