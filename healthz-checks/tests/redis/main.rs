//! Asks real Redis servers, in every state they can be in.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what helps a test fails it with a panic as the test does")]

use std::time::Duration;

use futures_util::future::join_all;
use healthz_checks::ping;
use healthz_core::Registry;
use healthz_test_support::{Server, ask, dropped_after, free_port, install, until};
use redis_1::{
    Client, Value,
    aio::{ConnectionManager, ConnectionManagerConfig},
    cmd,
};

/// Long enough for the busiest machine; what must fail has its own bound.
const PATIENCE: Duration = Duration::from_secs(20);
const UNREACHABLE: &str = "Can't reach Redis";

/// Starts a server with further settings, if there is one here, and waits until it answers.
async fn begin(settings: &[&str]) -> Option<Server> {
    let mut server = install("redis-server")?;
    start(&mut server, settings);
    let client = client(&server);
    until("the server answers", async || client.get_multiplexed_async_connection().await.is_ok())
        .await;
    Some(server)
}

fn start(server: &mut Server, settings: &[&str]) {
    let port = server.port.to_string();
    let own =
        ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--enable-debug-command", "yes"];
    server.start(&[&own[..], settings].concat());
}

fn client(server: &Server) -> Client {
    Client::open(format!("redis://127.0.0.1:{}", server.port)).unwrap()
}

async fn manager(server: &Server) -> ConnectionManager {
    ConnectionManager::new(client(server)).await.unwrap()
}

async fn run(manager: &ConnectionManager, command: &str) -> Value {
    let mut words = command.split(' ');
    let mut command = cmd(words.next().unwrap());
    for word in words {
        command.arg(word);
    }
    command.query_async(&mut manager.clone()).await.unwrap()
}

#[tokio::test]
async fn a_server_that_answers_passes() {
    let Some(server) = begin(&[]).await else { return };
    let manager = manager(&server).await;
    ask(&ping(manager.clone()).within(PATIENCE)).await.passes();
    ask(&ping(manager.clone()).within(PATIENCE).writable("app:healthz")).await.passes();
    assert_eq!(run(&manager, "DBSIZE").await, Value::Int(0), "it wrote something");
    run(&manager, "SET app:healthz kept").await;
    ask(&ping(manager.clone()).within(PATIENCE).writable("app:healthz")).await.passes();
    assert_eq!(run(&manager, "GET app:healthz").await, Value::BulkString(b"kept".to_vec()));
}

#[tokio::test]
async fn a_stopped_server_fails_with_the_last_error_and_a_started_one_passes() {
    let Some(mut server) = begin(&[]).await else { return };
    let manager = manager(&server).await;
    ask(&ping(manager.clone()).within(PATIENCE)).await.passes();
    let check = ping(manager);

    server.stop();
    let first = ask(&check).await;
    first.is("fail", UNREACHABLE, "");
    // From now on the manager tries in silence, for longer than anybody waits.
    let told = ask(&check).await;
    told.is("fail", UNREACHABLE, "no answer within 500ms; the last error was: ");
    until("the manager says why", async || ask(&check).await.cause.contains("refused")).await;

    start(&mut server, &[]);
    until("the manager has reconnected", async || ask(&check).await.result == "pass").await;
}

#[tokio::test]
async fn a_stopped_server_fails_at_once_where_the_manager_does_not_retry() {
    let Some(mut server) = begin(&[]).await else { return };
    let config = ConnectionManagerConfig::new().set_number_of_retries(0);
    let manager = ConnectionManager::new_with_config(client(&server), config).await.unwrap();
    let check = ping(manager).within(PATIENCE).noun("the cache");
    server.stop();
    ask(&check).await.is("fail", "Can't reach the cache", "");
    ask(&check).await.is("fail", "Can't reach the cache", "Connection refused (os error 111)");
    start(&mut server, &[]);
    until("the next probe passes", async || ask(&check).await.result == "pass").await;
}

#[tokio::test]
async fn a_frozen_server_fails_and_a_thawed_one_passes() {
    let Some(server) = begin(&[]).await else { return };
    let manager = manager(&server).await;
    let check = ping(manager.clone()).within(Duration::from_millis(300));
    server.freeze();
    for _ in 0..3 {
        ask(&check).await.is("fail", UNREACHABLE, "no answer within 300ms");
    }
    server.thaw();
    ask(&ping(manager.clone()).within(PATIENCE)).await.passes();
    for n in 0..50 {
        let echo = run(&manager, &format!("ECHO {n}")).await;
        assert_eq!(echo, Value::BulkString(n.to_string().into_bytes()), "out of step");
    }
}

#[tokio::test]
async fn a_read_only_replica_fails_only_who_wants_to_write() {
    let Some(mut master) = begin(&[]).await else { return };
    let port = master.port.to_string();
    let settings = ["--replicaof", "127.0.0.1", &port, "--replica-serve-stale-data", "no"];
    let Some(mut replica) = install("redis-server") else { return };
    start(&mut replica, &settings);
    let manager = ConnectionManager::new_lazy_with_config(
        client(&replica),
        ConnectionManagerConfig::new().set_max_delay(Duration::from_millis(100)),
    );
    let manager = manager.unwrap();
    let check = ping(manager.clone()).within(PATIENCE);
    until("the replica is in step", async || ask(&check).await.result == "pass").await;
    let told = ask(&ping(manager.clone()).within(PATIENCE).writable("healthz")).await;
    told.is("fail", "Redis refuses writes", "read only replica");

    master.stop();
    until("the replica has noticed", async || ask(&check).await.result == "fail").await;
    ask(&check).await.is("fail", "Redis is not ready", "MASTER is down");
}

#[tokio::test]
async fn a_full_server_fails_only_who_wants_to_write() {
    let Some(server) = begin(&["--maxmemory-policy", "noeviction"]).await else { return };
    let manager = manager(&server).await;
    let check = ping(manager.clone()).within(PATIENCE).writable("healthz");
    ask(&check).await.passes();
    // Less than the empty server takes.
    run(&manager, "CONFIG SET maxmemory 100kb").await;
    ask(&ping(manager).within(PATIENCE)).await.passes();
    ask(&check).await.is("fail", "Redis refuses writes", "OOM");
}

#[tokio::test]
async fn a_loading_server_fails() {
    let Some(mut server) = begin(&[]).await else { return };
    let before = manager(&server).await;
    run(&before, "DEBUG POPULATE 2000 key 100").await;
    run(&before, "SAVE").await;
    server.stop();
    // Half a millisecond for each key, and it listens meanwhile.
    let slow = ["--key-load-delay", "2000", "--loading-process-events-interval-bytes", "1024"];
    start(&mut server, &slow);
    let config = ConnectionManagerConfig::new().set_max_delay(Duration::from_millis(50));
    let manager = ConnectionManager::new_lazy_with_config(client(&server), config).unwrap();
    let check = ping(manager).within(PATIENCE);
    until("it is loading", async || ask(&check).await.cause.contains("loading the dataset")).await;
    ask(&check).await.is("fail", "Redis is not ready", "loading the dataset");
}

#[tokio::test]
async fn a_cluster_that_is_down_fails_who_asks_for_it() {
    let mut nodes = Vec::new();
    for _ in 0..3 {
        let bus = free_port().to_string();
        let settings =
            ["--cluster-enabled", "yes", "--cluster-port", &bus, "--cluster-node-timeout", "1000"];
        let Some(node) = begin(&settings).await else { return };
        nodes.push(node);
    }
    let addresses: Vec<_> = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect();
    let mut arguments = vec!["--cluster", "create"];
    arguments.extend(addresses.iter().map(String::as_str));
    arguments.push("--cluster-yes");
    let manager = manager(&nodes[0]).await;
    let plain = ping(manager.clone()).within(PATIENCE);
    let check = ping(manager).within(PATIENCE).cluster();
    ask(&check).await.is("fail", "The Redis cluster is down", "cluster_state:fail");
    ask(&plain).await.passes();

    nodes[0].run("redis-cli", &arguments);
    until("the cluster is up", async || ask(&check).await.result == "pass").await;
    nodes[2].stop();
    until("the others have noticed", async || ask(&check).await.result == "fail").await;
    ask(&check).await.is("fail", "The Redis cluster is down", "cluster_state:fail");
    ask(&plain).await.passes();
}

#[tokio::test]
async fn a_server_that_is_no_cluster_fails_who_asks_for_one() {
    let Some(server) = begin(&[]).await else { return };
    let check = ping(manager(&server).await).within(PATIENCE).cluster();
    ask(&check).await.is("fail", "Redis is not ready", "cluster support disabled");
}

#[tokio::test]
async fn a_wrong_password_fails_and_is_never_told() {
    let Some(server) = begin(&["--requirepass", "right-word"]).await else { return };
    for url in [
        format!("redis://:wr0ng-word@127.0.0.1:{}", server.port),
        format!("redis://127.0.0.1:{}", server.port),
    ] {
        let config = ConnectionManagerConfig::new().set_number_of_retries(0);
        let client = Client::open(url).unwrap();
        let manager = ConnectionManager::new_lazy_with_config(client, config).unwrap();
        let told = ask(&ping(manager).within(PATIENCE)).await;
        assert_eq!(told.result, "fail", "{told:?}");
        assert!(!told.cause.contains("-word"), "{told:?}");
        assert!(!told.cause.is_empty());
    }
}

#[tokio::test]
async fn ten_thousand_probes_and_a_thousand_at_once_take_no_further_connection() {
    let Some(server) = begin(&[]).await else { return };
    let manager = manager(&server).await;
    let clients = async || {
        let Value::BulkString(list) = run(&manager, "CLIENT LIST TYPE normal").await else {
            panic!("no list");
        };
        String::from_utf8(list).unwrap().lines().count()
    };
    let before = clients().await;
    let check = ping(manager.clone()).within(PATIENCE);
    for _ in 0..10_000 {
        ask(&check).await.passes();
    }
    assert_eq!(clients().await, before);
    let registry = Registry::builder().check("cache", check).readiness("ready", ["cache"]);
    let registry = registry.build().unwrap();
    let reports = join_all((0..1_000).map(|_| registry.report("ready"))).await;
    assert!(reports.into_iter().all(|report| report.unwrap().code() == 200));
    assert_eq!(clients().await, before);
}

#[tokio::test]
async fn a_run_that_is_dropped_leaves_the_connection_in_step() {
    let Some(server) = begin(&[]).await else { return };
    let manager = manager(&server).await;
    let check = ping(manager.clone()).within(PATIENCE).writable("healthz");
    let mut polls = 1;
    while dropped_after(polls, ask(&check)).await {
        let echo = run(&manager, &format!("ECHO {polls}")).await;
        assert_eq!(echo, Value::BulkString(polls.to_string().into_bytes()));
        polls += 1;
    }
    assert!(polls > 2, "it was dropped at {polls} places only");
}
