//! A real process with the environment that systemd gives, and what it says.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets an error has failed"
)]

use std::{
    env,
    os::unix::net::UnixDatagram,
    process::{Child, Command},
    sync::{Arc, Barrier, mpsc},
    thread,
    time::Duration,
};

use healthz_core::{Registry, RuntimeWatch};
use tempfile::TempDir;

/// No test waits longer for anything.
const LIMIT: Duration = Duration::from_secs(60);

/// How often the service blocks its runtime.
const STALLS: usize = 3;

/// The service, started by the tests as a process of its own.
#[test]
#[ignore = "the process that the other tests start"]
fn service() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.unwrap();
    let registry = {
        let _here = runtime.enter();
        let watch = RuntimeWatch::new(Duration::from_secs(1)).strict();
        Registry::builder().readiness("ready", []).watch_runtime(watch).build().unwrap()
    };
    let say = |text: &str| {
        if let Some(socket) = env::var_os("NOTIFY_SOCKET") {
            let unbound = UnixDatagram::unbound().unwrap();
            unbound.send_to(text.as_bytes(), socket).unwrap();
        }
    };
    runtime.block_on(async {
        healthz_systemd::notify(&registry);
        if env::var_os("SERVICE_BLOCKS_ONE").is_some() {
            let (release, blocks) = mpsc::channel::<()>();
            tokio::spawn(async move { blocks.recv().expect_err("nothing is sent") });
            let is_stuck = || registry.known().runtime().unwrap().is_stuck();
            while !is_stuck() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            // A sign of life that was on its way may still come.
            tokio::time::sleep(Duration::from_millis(300)).await;
            say("X=STUCK");
            tokio::time::sleep(Duration::from_millis(300)).await;
            say("X=FREE");
            drop(release);
            while is_stuck() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
            say("X=END");
            return;
        }
        if env::var_os("SERVICE_STALLS").is_none() {
            tokio::time::sleep(Duration::from_millis(300)).await;
            say("X=END");
            return;
        }
        for _ in 0..STALLS {
            tokio::time::sleep(Duration::from_millis(300)).await;
            // Between the two meetings, both workers are here and nowhere else.
            let meeting = Arc::new(Barrier::new(2));
            let block = |meeting: Arc<Barrier>| async move {
                meeting.wait();
                thread::sleep(Duration::from_millis(700));
                meeting.wait();
            };
            let leader = {
                let meeting = meeting.clone();
                async move {
                    let unbound = UnixDatagram::unbound().unwrap();
                    let socket = env::var_os("NOTIFY_SOCKET").unwrap();
                    meeting.wait();
                    unbound.send_to(b"X=STALLED", &socket).unwrap();
                    thread::sleep(Duration::from_millis(700));
                    unbound.send_to(b"X=RUNS", &socket).unwrap();
                    meeting.wait();
                }
            };
            let (one, two) = (tokio::spawn(block(meeting)), tokio::spawn(leader));
            one.await.unwrap();
            two.await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        say("X=END");
    });
}

/// The service as a process, and the socket that it speaks to.
struct Service {
    socket: UnixDatagram,
    process: Child,
    _directory: TempDir,
}

impl Service {
    fn start(variables: &[(&str, String)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(LIMIT)).unwrap();
        let process = Command::new(env::current_exe().unwrap())
            .args(["--ignored", "--exact", "service"])
            .env("NOTIFY_SOCKET", &path)
            .env_remove("WATCHDOG_USEC")
            .env_remove("WATCHDOG_PID")
            .envs(variables.iter().map(|(name, value)| (*name, value)))
            .spawn()
            .unwrap();
        Self { socket, process, _directory: directory }
    }

    /// What it says until its end.
    fn said(mut self) -> Vec<String> {
        let mut said = Vec::new();
        while said.last().is_none_or(|last| last != "X=END") {
            let mut bytes = [0; 4096];
            let length = self.socket.recv(&mut bytes).expect("it says no more");
            said.push(String::from_utf8(bytes[..length].to_vec()).unwrap());
        }
        assert!(self.process.wait().unwrap().success());
        said
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_environment_says_where_and_without_a_watchdog_there_is_no_sign_of_life() {
    assert_eq!(Service::start(&[]).said(), ["READY=1\nSTATUS=ready", "X=END"]);
}

#[test]
fn the_watchdog_of_another_process_is_left_alone() {
    let variables = [("WATCHDOG_USEC", "20000".into()), ("WATCHDOG_PID", "1".into())];
    assert_eq!(Service::start(&variables).said(), ["READY=1\nSTATUS=ready", "X=END"]);
}

#[test]
fn a_stalled_runtime_gives_no_sign_of_life_and_a_running_one_does() {
    let variables = [("WATCHDOG_USEC", "40000".into()), ("SERVICE_STALLS", "1".into())];
    let said = Service::start(&variables).said();
    let text = said.join(" ");
    assert_eq!(text.matches("X=STALLED X=RUNS").count(), STALLS, "{text}");
    let while_running = text.split("X=STALLED X=RUNS");
    assert!(while_running.clone().all(|run| run.contains("WATCHDOG=1")), "{text}");
}

#[test]
fn a_runtime_that_its_watch_calls_stuck_gives_no_sign_of_life_though_a_worker_is_free() {
    let variables = [("WATCHDOG_USEC", "40000".into()), ("SERVICE_BLOCKS_ONE", "1".into())];
    let text = Service::start(&variables).said().join(" ");
    let (before, after) = text.split_once("X=STUCK X=FREE").expect(&text);
    assert!(before.contains("WATCHDOG=1") && after.contains("WATCHDOG=1"), "{text}");
}
