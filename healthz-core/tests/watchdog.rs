//! The watch of the runtime, on real runtimes and with real time: what blocks a thread is no matter
//! of a clock that is paused.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets an error has failed"
)]

use std::{
    env, io,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use healthz_core::{
    KnownRuntime, Registry, RegistryBuilder, RegistryError, RuntimeWatch, Status, adapter::Request,
};
use tokio::runtime::{Builder, Runtime};
use tracing_subscriber::fmt::MakeWriter;

/// The shortest bound there is.
const BOUND: Duration = Duration::from_secs(1);

/// No test waits longer for anything.
const LIMIT: Duration = Duration::from_secs(60);

/// Keeps workers of a runtime in a task until it is dropped.
struct Block {
    _release: Vec<mpsc::Sender<()>>,
}

fn block(runtime: &Runtime, workers: usize) -> Block {
    let mut release = Vec::new();
    for _ in 0..workers {
        let (sender, receiver) = mpsc::channel::<()>();
        let (entered, enters) = mpsc::channel();
        runtime.spawn(async move {
            entered.send(()).unwrap();
            receiver.recv().expect_err("nothing is ever sent");
        });
        // One after the other, so that each has a worker of its own.
        enters.recv_timeout(LIMIT).expect("no worker is free");
        release.push(sender);
    }
    Block { _release: release }
}

fn workers(count: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(count).enable_all().build().unwrap()
}

fn builder() -> RegistryBuilder {
    Registry::builder().liveness("live", []).readiness("ready", [])
}

/// Builds a registry that watches a runtime.
fn watching(runtime: &Runtime, watch: impl Into<RuntimeWatch>) -> Registry {
    let _here = runtime.enter();
    builder().watch_runtime(watch).build().unwrap()
}

fn runtime_of(registry: &Registry) -> KnownRuntime {
    registry.known().runtime().expect("it is watched")
}

/// Waits until what is known is so.
fn until(registry: &Registry, is_so: impl Fn(KnownRuntime) -> bool) {
    let begin = Instant::now();
    while !is_so(runtime_of(registry)) {
        assert!(begin.elapsed() < LIMIT, "{:?}", runtime_of(registry));
        thread::sleep(Duration::from_millis(20));
    }
}

/// The most stuck workers that were seen within a time.
fn most_stuck(registry: &Registry, time: Duration) -> usize {
    let (begin, mut most) = (Instant::now(), 0);
    while begin.elapsed() < time {
        most = most.max(runtime_of(registry).stuck_workers());
        thread::sleep(Duration::from_millis(20));
    }
    most
}

/// Asks an endpoint from a runtime that is not watched.
fn ask(registry: &Registry, endpoint: &str) -> (u16, String) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let report = runtime.block_on(registry.report(endpoint)).unwrap();
    (report.code(), report.title().to_owned())
}

fn status(registry: &Registry, endpoint: &str) -> Status {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(registry.report(endpoint)).unwrap().status()
}

fn page(registry: &Registry) -> String {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let html = |name: &str| (name == "accept").then_some(&b"text/html"[..]);
    let answer = runtime.block_on(registry.respond(Request::new("GET", "live").headers(&html)));
    String::from_utf8(answer.body().to_vec()).unwrap()
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<u8>>>);

impl io::Write for Journal {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Journal {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Journal {
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

#[test]
fn a_runtime_whose_workers_are_all_blocked_is_503_and_recovers_and_is_logged_once() {
    let journal = Journal::default();
    let subscriber =
        tracing_subscriber::fmt().with_ansi(false).without_time().with_writer(journal.clone());
    let runtime = workers(2);
    let registry =
        tracing::subscriber::with_default(subscriber.finish(), || watching(&runtime, BOUND));
    let other = Builder::new_current_thread().enable_all().build().unwrap();
    let mut changes = registry.changes();
    other.block_on(changes.next()).unwrap();

    let blocked = block(&runtime, 2);
    // The change wakes whoever waits for one.
    let next = async { tokio::time::timeout(LIMIT, changes.next()).await.unwrap().unwrap() };
    let known = other.block_on(next);
    let live = known.endpoint("live").unwrap();
    assert_eq!((live.status(), live.title()), (Some(Status::Fail), "The runtime is stuck"));
    assert_eq!(ask(&registry, "live"), (503, "The runtime is stuck".into()));
    assert_eq!(ask(&registry, "ready"), (200, "OK".into()), "traffic is another matter");
    until(&registry, |runtime| runtime.stuck_workers() == 2);
    // It lasts, and is not said again.
    most_stuck(&registry, BOUND);

    drop(blocked);
    until(&registry, |runtime| runtime.stuck_workers() == 0);
    assert_eq!(ask(&registry, "live"), (200, "OK".into()));
    let begin = Instant::now();
    while journal.lines().iter().all(|line| !line.contains("INFO")) && begin.elapsed() < LIMIT {
        thread::sleep(Duration::from_millis(20));
    }
    let lines = journal.lines();
    let all = "workers of the runtime are stuck in a task that blocks";
    let stuck: Vec<_> = lines.iter().filter(|line| line.contains(all)).collect();
    // The second worker may be found in the sample after the first.
    assert!((1..=2).contains(&stuck.len()) && stuck[0].contains("ERROR healthz: "), "{lines:?}");
    assert!(stuck.last().unwrap().contains("workers=[0, 1] of=2 lost="), "{lines:?}");
    let recovered: Vec<_> =
        lines.iter().filter(|line| line.contains("takes up tasks again")).collect();
    assert!(recovered.len() == 1 && recovered[0].contains("INFO healthz: "), "{lines:?}");
}

#[test]
fn one_blocked_worker_of_four_is_known_and_503_only_if_the_watch_is_strict() {
    let runtime = workers(4);
    let (registry, strict) =
        (watching(&runtime, BOUND), watching(&runtime, RuntimeWatch::new(BOUND).strict()));
    for registry in [&registry, &strict] {
        until(registry, |runtime| (runtime.workers(), runtime.stuck_workers()) == (4, 0));
        assert_eq!(ask(registry, "live").0, 200);
        assert_eq!(status(registry, "live"), Status::Pass, "none is stuck");
        assert!(!page(registry).contains("runtime stuck"));
    }
    let (tell, told) = mpsc::channel();
    let mut changes = registry.changes();
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().build().unwrap();
        while let Some(known) = runtime.block_on(changes.next()) {
            let _ = tell.send(known.endpoint("live").unwrap().status());
        }
    });
    assert_eq!(told.recv_timeout(LIMIT), Ok(Some(Status::Pass)));
    let _blocked = block(&runtime, 1);
    assert_eq!(told.recv_timeout(LIMIT), Ok(Some(Status::Warn)), "who waits for it is woken");
    for registry in [&registry, &strict] {
        until(registry, |runtime| (runtime.workers(), runtime.stuck_workers()) == (4, 1));
    }
    assert_eq!(ask(&registry, "live").0, 200);
    let known = registry.known();
    assert_eq!(known.endpoint("live").unwrap().status(), Some(Status::Warn));
    assert_eq!(known.endpoint("ready").unwrap().status(), Some(Status::Pass));
    assert_eq!(status(&registry, "live"), Status::Warn);
    assert!(page(&registry).contains("1 of 4 workers of the runtime stuck"));
    assert_eq!(ask(&strict, "live"), (503, "The runtime is stuck".into()));
    assert!(registry.metrics().contains("\nhealthz_runtime_stuck_workers 1\n"));
}

#[test]
fn a_runtime_of_one_thread_is_stuck_while_a_task_blocks_it() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let registry = watching(&runtime, BOUND);
    let (release, blocks) = mpsc::channel::<()>();
    let driven = thread::spawn(move || {
        runtime.block_on(async {
            blocks.recv().expect_err("nothing is sent");
            // Until the test is over.
            tokio::time::sleep(Duration::from_secs(3600)).await;
        });
    });
    until(&registry, |runtime| runtime.is_stuck());
    drop(release);
    until(&registry, |runtime| !runtime.is_stuck());
    drop(driven);
}

/// Keeps a runtime busy, for as long as it is told to, with polls of one length.
fn keep_busy(runtime: &Runtime, tasks: usize, poll: Duration, busy: &Arc<AtomicBool>) {
    for _ in 0..tasks {
        let busy = busy.clone();
        runtime.spawn(async move {
            while busy.load(Ordering::Relaxed) {
                let begin = Instant::now();
                while begin.elapsed() < poll {
                    std::hint::spin_loop();
                }
                tokio::task::yield_now().await;
            }
        });
    }
}

#[test]
fn full_load_is_no_stall() {
    let bound = Duration::from_secs(3);
    let busy = Arc::new(AtomicBool::new(true));
    // More threads than there are processors, and more tasks than workers.
    let noise: Vec<_> = (0..32)
        .map(|_| {
            let busy = busy.clone();
            thread::spawn(move || {
                while busy.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            })
        })
        .collect();
    let (short, long) = (workers(2), workers(2));
    let registries = [watching(&short, bound), watching(&long, bound)];
    keep_busy(&short, 4, Duration::from_micros(20), &busy);
    keep_busy(&long, 4, Duration::from_millis(1), &busy);
    let most = registries.each_ref().map(|registry| most_stuck(registry, 2 * bound));
    busy.store(false, Ordering::Relaxed);
    for thread in noise {
        thread.join().unwrap();
    }
    assert_eq!(most, [0, 0]);
}

#[test]
fn idle_workers_and_long_polls_with_pauses_are_no_stall() {
    let runtime = workers(2);
    let registry = watching(&runtime, BOUND);
    assert_eq!(most_stuck(&registry, BOUND * 3 / 2), 0);
    runtime.spawn(async {
        loop {
            thread::sleep(Duration::from_millis(300));
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    assert_eq!(most_stuck(&registry, 2 * BOUND), 0);
    runtime.shutdown_background();
}

#[test]
fn a_paused_clock_is_no_stall() {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let registry = watching(&runtime, BOUND);
    runtime.block_on(async {
        let begin = Instant::now();
        while begin.elapsed() < 2 * BOUND {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            assert!(!runtime_of(&registry).is_stuck());
            thread::sleep(Duration::from_millis(10));
        }
    });
}

#[test]
fn a_runtime_that_is_gone_is_not_watched_any_more() {
    let runtime = workers(2);
    let registry = watching(&runtime, BOUND);
    assert_eq!(runtime_of(&registry).workers(), 2);
    drop(runtime);
    until(&registry, |runtime| runtime.workers() == 0);
    assert!(!runtime_of(&registry).is_stuck());
}

#[test]
fn a_registry_that_is_built_outside_a_runtime_watches_that_of_the_first_request() {
    let registry = builder().watch_runtime(BOUND).build().unwrap();
    assert_eq!(runtime_of(&registry).workers(), 0);
    let runtime = workers(3);
    runtime.block_on(registry.report("ready")).unwrap();
    until(&registry, |runtime| runtime.workers() == 3);
}

#[test]
fn a_bound_under_a_second_is_a_mistake_with_a_cure() {
    let bound = Duration::from_millis(999);
    let mistake = builder().watch_runtime(bound).build().unwrap_err();
    assert!(
        matches!(&mistake, RegistryError::RuntimeWatchTooShort { bound: given, .. } if *given == bound)
    );
    assert_eq!(
        mistake.to_string(),
        "`watch_runtime` is 999ms: give it at least 1s, a worker may well be in one task for less"
    );
    assert!(builder().build().unwrap().known().runtime().is_none(), "it is off by default");
}

/// The process that is stopped by the test below.
#[test]
#[ignore = "the process that another test starts"]
fn service() {
    let runtime = workers(2);
    let registry = watching(&runtime, BOUND);
    keep_busy(&runtime, 4, Duration::from_micros(100), &Arc::new(AtomicBool::new(true)));
    println!("runs");
    let most = most_stuck(&registry, Duration::from_secs(8));
    println!("most={most}");
    runtime.shutdown_background();
}

#[cfg(unix)]
#[test]
fn a_process_that_was_stopped_for_long_is_not_stuck() {
    use std::io::{BufRead, BufReader};

    let mut process = Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--exact", "service", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let signal = |name: &str| {
        let pid = process.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    };
    let mut line = |begin: &str| loop {
        let line = lines.next().expect("it ended").unwrap();
        if line.contains(begin) {
            return line;
        }
    };
    line("runs");
    thread::sleep(2 * BOUND);
    signal("-STOP");
    thread::sleep(4 * BOUND);
    signal("-CONT");
    let most = line("most=");
    process.wait().unwrap();
    assert!(most.contains("most=0"), "{most}");
}
