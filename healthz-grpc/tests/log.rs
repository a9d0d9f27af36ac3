//! What is written to the log, and when.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{env, fs::File, iter, process::Command, time::Duration};

use axum::http::{Request, Version};
use bytes::Bytes;
use healthz_core::{CheckExt, HealthError, Registry, check_fn};
use healthz_grpc::{HealthService, service};
use healthz_test_support::{Log, until};
use http_body_util::Full;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tower_service::Service;

async fn watch(service: &mut HealthService, name: &str) {
    let length = u8::try_from(name.len()).unwrap();
    let body = [&[0, 0, 0, 0, length + 2, 0x0a, length][..], name.as_bytes()].concat();
    let request = Request::post("/grpc.health.v1.Health/Watch")
        .version(Version::HTTP_2)
        .header("content-type", "application/grpc")
        .body(Full::<Bytes>::from(body));
    let response = service.call(request.unwrap()).await.unwrap();
    assert_eq!(response.headers().get("grpc-status"), None, "{name} is not watched");
}

/// One line, with the names of the checks that nobody asks.
#[tokio::test]
async fn a_watcher_of_checks_without_an_interval_is_told_of_once() {
    let (log, _guard) = Log::capture();
    let fine = || check_fn(async || Ok::<_, HealthError>(()));
    let mut service = service(
        &Registry::builder()
            .check("asked", fine())
            .check("by itself", fine().every(Duration::from_secs(3600)))
            .readiness("well", ["by itself"])
            .readiness("both", ["asked", "by itself"])
            .build()
            .unwrap(),
    );
    let told = || log.lines().into_iter().filter(|line| line.contains("a client watches"));
    for name in ["well", "nowhere"] {
        watch(&mut service, name).await;
        assert_eq!(told().count(), 0, "{name}");
    }
    for _ in 0..2 {
        watch(&mut service, "both").await;
        assert_eq!(told().count(), 1);
    }
    let told: Vec<_> = told().collect();
    assert!(told[0].contains(r#"checks={"asked"}"#), "{told:?}");
}

/// Set in the process that has few descriptors.
#[cfg(unix)]
const FEW: &str = "HEALTHZ_TEST_FEW_DESCRIPTORS";

/// The limit is of a whole process, so it is one of its own.
#[cfg(unix)]
#[test]
fn a_system_that_is_out_of_connections_is_told_of_and_asked_again() {
    if env::var_os(FEW).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        return runtime.block_on(out_of_connections());
    }
    let mut limited = Command::new("sh");
    limited.args(["-c", r#"ulimit -n 64 && exec "$0" "$@""#]).arg(env::current_exe().unwrap());
    limited.arg("a_system_that_is_out_of_connections_is_told_of_and_asked_again");
    assert!(limited.arg("--exact").env(FEW, "1").status().unwrap().success());
}

#[cfg(unix)]
async fn out_of_connections() {
    let (log, _guard) = Log::capture();
    let registry = Registry::builder().liveness("live", []).build().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(healthz_grpc::serve(&registry, listener));
    let mut all: Vec<_> = iter::from_fn(|| File::open("/dev/null").ok()).collect();
    // The client has one of them.
    drop(all.pop());
    let mut client = TcpStream::connect(address).await.unwrap();
    let told = || log.lines().iter().filter(|line| line.contains("cannot accept")).count();
    until("it is told of", async || told() > 0).await;
    sleep(Duration::from_millis(200)).await;
    assert_eq!(told(), 1, "it is asked again after a second");
    drop(all);
    client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 505 "), "{answer}");
}
