use std::{
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use healthz_core::{HealthError, Registry};
use healthz_readers::{can_run, is_missing, read, serve};

/// Ends the server with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// Asks Prometheus a question, as its own tool does.
fn query(port: u16, question: &str) -> String {
    let mut promtool = Command::new("promtool");
    promtool.args(["query", "instant", &format!("http://127.0.0.1:{port}"), question]);
    String::from_utf8_lossy(&read(&mut promtool, "").stdout).into_owned()
}

fn is_ready(port: u16) -> bool {
    let address = format!("http://127.0.0.1:{port}");
    can_run("promtool", &["query", "instant", &address, "1"])
}

#[test]
fn prometheus_scrapes_the_prefix_and_answers_what_is_down() {
    let found = can_run("prometheus", &["--version"]);
    if is_missing("prometheus", found, "TEST_READERS", "apt install prometheus") {
        return;
    }
    let down = || Err(HealthError::new("down"));
    let registry = Registry::builder()
        .check("database", || Ok(()))
        .check("broken", down)
        .readiness("ready", ["database", "broken"])
        .build()
        .unwrap();
    let address = serve(&registry);
    // Somebody probes it: a scrape runs nothing.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert!(runtime.block_on(registry.report("ready")).is_some());

    let directory = tempfile::tempdir().unwrap();
    let configuration = directory.path().join("prometheus.yml");
    // The scrape asks with Prometheus's own Accept header, and says nothing of a format.
    let text = format!(
        "global: {{ scrape_interval: 500ms }}\nscrape_configs:\n  - job_name: notes\n    \
         metrics_path: /healthz\n    static_configs: [{{ targets: [\"{address}\"] }}]\n"
    );
    fs::write(&configuration, text).unwrap();
    let port = free_port();
    let prometheus = Command::new("prometheus")
        .arg(format!("--config.file={}", configuration.display()))
        .arg(format!("--storage.tsdb.path={}", directory.path().join("data").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _running = Running(prometheus);

    let begin = Instant::now();
    let scraped = || is_ready(port) && query(port, "healthz_check_up").contains("broken");
    while !scraped() {
        assert!(begin.elapsed() < Duration::from_secs(60), "nothing is scraped");
        thread::sleep(Duration::from_millis(200));
    }
    let is = |question: &str, part: &str, value: &str| {
        let answer = query(port, question);
        assert!(answer.contains(part) && answer.contains(&format!("=> {value} @")), "{answer}");
    };
    is("up", "job=\"notes\"", "1");
    is("healthz_check_up{check=\"database\"}", "required=\"true\"", "1");
    is("healthz_check_up == 0", "check=\"broken\"", "0");
    is("healthz_endpoint_up", "kind=\"readiness\"", "0");
    is("healthz_lifecycle{healthz_lifecycle=\"running\"}", "job=\"notes\"", "1");
    is("healthz_check_runs_total{check=\"broken\",result=\"fail\"}", "broken", "1");
    for question in dashboard() {
        // A rate takes two scrapes.
        while query(port, &question).is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(60), "{question}");
            thread::sleep(Duration::from_millis(200));
        }
    }
}

/// What the example's dashboard asks, for this job.
fn dashboard() -> Vec<String> {
    let text = include_str!("../../../examples/prometheus/dashboard.json");
    let dashboard: serde_json::Value = serde_json::from_str(text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let filled = targets.map(|target| {
        let asked = target["expr"].as_str().unwrap();
        let asked = asked.replace("$job", "notes").replace("$instance", ".*");
        asked.replace("$__rate_interval", "1m").replace("[1h]", "[1m]")
    });
    let filled: Vec<_> = filled.collect();
    assert!(filled.len() > 5);
    filled
}

/// A port of nobody's, below those that the kernel gives away.
fn free_port() -> u16 {
    let free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    (19_090..32_768).find(free).unwrap()
}
