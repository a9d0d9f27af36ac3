//! What the server of `serve` promises of its connections.

use std::time::Duration;

use healthz_core::{CheckExt, Endpoint, Registry, check_fn};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::{Instant, sleep, timeout},
};

use crate::support::{Host, LIMIT, Switch, builder, named};

#[tokio::test]
async fn it_stops_though_clients_stay_connected() {
    let registry = builder(&Switch::new()).build().unwrap();
    let server = Host::Own.serve(&registry).await;
    let mut client = server.client().await;
    client.check(named("ready")).await.unwrap();
    registry.begin_drain();
    server.stops().await;
}

#[tokio::test]
async fn a_call_that_is_out_is_answered_and_no_connection_is_accepted_meanwhile() {
    static ENTERED: Notify = Notify::const_new();
    static RELEASE: Notify = Notify::const_new();

    let waits = check_fn(async || {
        ENTERED.notify_one();
        RELEASE.notified().await;
        Ok(())
    });
    let registry = Registry::builder()
        .check("waits", waits.timeout(LIMIT / 2))
        .endpoint("slow", Endpoint::new(["waits"]).budget(LIMIT / 2))
        .drain_delay(Duration::ZERO)
        .build()
        .unwrap();
    let server = Host::Own.serve(&registry).await;
    let address = server.address;
    let mut client = server.client().await;
    let answer = tokio::spawn(async move { client.check(named("slow")).await });
    timeout(LIMIT, ENTERED.notified()).await.expect("the check does not run");
    registry.begin_drain();
    let refused = async {
        while TcpStream::connect(address).await.is_ok() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    let refused = timeout(LIMIT / 6, refused).await;
    RELEASE.notify_one();
    assert!(refused.is_ok(), "it still accepts");
    assert!(answer.await.unwrap().is_ok());
    server.stops().await;
}

/// How long the server keeps a client that says this and then nothing.
async fn kept(says: &[u8]) -> Duration {
    let registry = builder(&Switch::new()).build().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(healthz_grpc::serve(&registry, listener));
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(says).await.unwrap();
    // Time goes on by itself whenever nothing else is to do, so not before the server has read.
    sleep(Duration::from_millis(200)).await;
    tokio::time::pause();
    let begin = Instant::now();
    let _ = timeout(LIMIT, client.read_to_end(&mut Vec::new())).await.expect("it is kept");
    begin.elapsed()
}

#[tokio::test]
async fn a_client_of_http_2_that_answers_no_ping_is_left() {
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let kept = kept(preface).await.as_secs();
    assert!(
        (38..=41).contains(&kept),
        "after twenty seconds a ping, after as many the end: {kept}"
    );
}

#[tokio::test]
async fn a_client_of_http_1_that_ends_no_head_is_left() {
    let kept = kept(b"GET / HTTP/1.1\r\nhost: x\r\n").await.as_secs();
    assert!((18..=21).contains(&kept), "{kept}");
}
