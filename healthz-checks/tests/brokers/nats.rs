use async_nats_051::{Client, connect};
use healthz_checks::ping;
use healthz_test_support::{Server, ask, dropped_after, install, until};

use crate::PATIENCE;

const UNREACHABLE: &str = "Can't reach NATS";

async fn begin() -> Option<(Server, Client)> {
    let mut server = install("nats-server")?;
    start(&mut server);
    let url = format!("127.0.0.1:{}", server.port);
    until("the server answers", async || connect(&url).await.is_ok()).await;
    let client = connect(&url).await.unwrap();
    Some((server, client))
}

fn start(server: &mut Server) {
    let port = server.port.to_string();
    server.start(&["-a", "127.0.0.1", "-p", &port]);
}

#[tokio::test]
async fn a_stopped_server_fails_and_a_started_one_passes() {
    let Some((mut server, client)) = begin().await else { return };
    let state = ping(client.clone()).within(PATIENCE);
    let trip = ping(client.clone()).within(PATIENCE).round_trip("hz.ping");
    ask(&state).await.passes();
    ask(&trip).await.passes();

    server.stop();
    until("the client has noticed", async || ask(&state).await.result == "fail").await;
    ask(&state).await.is("fail", UNREACHABLE, "the connection is disconnected");
    ask(&trip).await.is("fail", UNREACHABLE, "the connection is disconnected");

    start(&mut server);
    until("the client has reconnected", async || ask(&state).await.result == "pass").await;
    ask(&trip).await.passes();
}

#[tokio::test]
async fn only_a_round_trip_sees_a_frozen_server() {
    let Some((server, client)) = begin().await else { return };
    let trip = || ping(client.clone()).round_trip("hz.ping");
    server.freeze();
    ask(&trip()).await.is("fail", UNREACHABLE, "no answer within 500ms");
    ask(&ping(client.clone())).await.passes();
    server.thaw();
    ask(&trip().within(PATIENCE)).await.passes();
}

#[tokio::test]
async fn only_a_round_trip_sees_a_client_that_was_drained() {
    let Some((_server, client)) = begin().await else { return };
    client.drain().await.unwrap();
    let trip = ping(client.clone()).round_trip("hz.ping");
    until("the round trip fails", async || ask(&trip).await.result == "fail").await;
}

#[tokio::test]
async fn somebody_who_answers_is_proof_and_a_dropped_run_does_no_harm() {
    let Some((_server, client)) = begin().await else { return };
    let trip = ping(client.clone()).within(PATIENCE).round_trip("hz.ping");
    let mut polls = 1;
    while dropped_after(polls, ask(&trip)).await {
        polls += 1;
    }
    for _ in 0..10_000 {
        ask(&trip).await.passes();
    }
    assert_eq!(client.statistics().connects.load(std::sync::atomic::Ordering::Relaxed), 1);
}
