use std::{
    io::{self, Write},
    process::Stdio,
};

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use crate::support::{HOSTS, LIMIT, Running, Switch, builder};

/// Says whether a machine without the client may skip its tests: not if it is `required`.
const VARIABLE: &str = "TEST_SERVERS";

/// Whether Python has its gRPC client; says so where it has not.
async fn is_installed() -> bool {
    let mut python = Command::new("python3");
    let import = python.args(["-c", "import grpc_health.v1.health_pb2_grpc"]).stderr(Stdio::null());
    if import.status().await.is_ok_and(|status| status.success()) {
        return true;
    }
    assert!(
        std::env::var_os(VARIABLE).is_none_or(|value| value != "required"),
        "{VARIABLE} is `required`, and Python has no `grpcio-health-checking`: \
         `pip install grpcio grpcio-health-checking`"
    );
    // Not `eprintln!`, which the test harness keeps to itself.
    let _ = writeln!(io::stderr(), "SKIPPED: Python has no grpcio-health-checking here");
    false
}

struct Python {
    lines: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl Python {
    fn ask(server: &Running, rpcs: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/client.py");
        let mut process = Command::new("python3")
            .arg(script)
            .arg(server.address.to_string())
            .args(rpcs)
            // A client that speaks through a proxy speaks to somebody else.
            .env_remove("http_proxy")
            .env_remove("https_proxy")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { lines, _process: process }
    }

    async fn line(&mut self) -> String {
        let line = timeout(LIMIT, self.lines.next_line()).await.expect("Python says nothing");
        line.unwrap().expect("Python ended")
    }
}

#[tokio::test]
async fn python_checks_lists_and_watches() {
    if !is_installed().await {
        return;
    }
    for host in HOSTS {
        let switch = Switch::new();
        let registry = builder(&switch).build().unwrap();
        let server = host.serve(&registry).await;
        drop(server.client().await);
        let rpcs =
            ["list", "check:", "check:live", "check:ready", "check:n\u{f6}", "gzip:", "list"];
        let mut python = Python::ask(&server, &rpcs);
        assert_eq!(python.line().await, "=UNKNOWN live=SERVING ready=UNKNOWN", "{host:?}");
        for _ in 0..3 {
            assert_eq!(python.line().await, "SERVING", "{host:?}");
        }
        let unknown = "NOT_FOUND no service or endpoint is called `n\u{f6}`";
        assert_eq!(python.line().await, unknown, "{host:?}");
        assert_eq!(python.line().await, "UNIMPLEMENTED messages are taken uncompressed only");
        assert_eq!(python.line().await, "=SERVING live=SERVING ready=SERVING", "{host:?}");
        assert_eq!(python.line().await, "end");

        let mut python = Python::ask(&server, &["watch:ready"]);
        assert_eq!(python.line().await, "SERVING", "{host:?}");
        switch.turn(&registry, false).await;
        assert_eq!(python.line().await, "NOT_SERVING", "{host:?}");
        switch.turn(&registry, true).await;
        assert_eq!(python.line().await, "SERVING", "{host:?}");
        let mut unknown = Python::ask(&server, &["watch:nope"]);
        assert_eq!(unknown.line().await, "SERVICE_UNKNOWN", "{host:?}");
        registry.begin_drain();
        assert_eq!(python.line().await, "NOT_SERVING", "{host:?}");
        assert_eq!(python.line().await, "UNAVAILABLE the service stops", "{host:?}");
        assert_eq!(unknown.line().await, "UNAVAILABLE the service stops", "{host:?}");
        server.stops().await;
    }
}
