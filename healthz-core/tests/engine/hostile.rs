//! What a user's value can do to us, and does not.

use std::{
    error::Error,
    fmt, io,
    io::Write,
    panic::panic_any,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use healthz_core::{CheckExt, HealthError, Registry, TransitionKind, check_fn};
use healthz_testkit::FakeCheck;
use tokio::runtime::Builder;

use crate::support::{get, ms, ready, secs, title};

/// A test that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
struct PanicsInDrop;

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        assert!(thread::panicking(), "secret of a destructor");
    }
}

impl fmt::Display for PanicsInDrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a driver that owns a runtime")
    }
}

impl Error for PanicsInDrop {}

/// A check that does something else at every run, the last of them for ever.
fn in_turn<const N: usize>(
    turns: [fn() -> Result<(), HealthError>; N],
) -> impl Fn() -> Result<(), HealthError> + Send + Sync + 'static {
    let runs = AtomicUsize::new(0);
    move || turns[runs.fetch_add(1, Ordering::SeqCst).min(N - 1)]()
}

fn fails_with_a_bomb() -> Result<(), HealthError> {
    Err(HealthError::new("down").caused_by(PanicsInDrop))
}

const WELL: fn() -> Result<(), HealthError> = || Ok(());

/// Runs what may hang on a thread of its own.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(PATIENCE).unwrap()
}

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

#[tokio::test(start_paused = true)]
async fn an_error_that_panics_when_it_is_dropped_ends_no_background_check() {
    let check = in_turn([fails_with_a_bomb, fails_with_a_bomb, WELL]);
    let registry = Registry::builder()
        .check("db", check.every(secs(10)))
        .check("other", FakeCheck::passing().every(secs(10)))
        .endpoint("ready", ["db", "other"])
        .build()
        .unwrap();
    tokio::time::sleep(ms(1)).await;
    assert_eq!(title(&registry).await, "down");
    tokio::time::sleep(secs(25)).await;
    assert_eq!(title(&registry).await, "OK");
    tokio::time::sleep(secs(60)).await;
    assert_eq!(title(&registry).await, "OK");
}

#[tokio::test]
async fn an_error_that_panics_when_it_is_dropped_is_an_answer() {
    let registry = ready(in_turn([fails_with_a_bomb, fails_with_a_bomb, WELL]));
    for expected in ["down", "down", "OK", "OK"] {
        assert_eq!(title(&registry).await, expected);
    }
}

#[tokio::test]
async fn a_panic_that_panics_when_it_is_dropped_is_an_answer() {
    let registry = ready(in_turn([|| panic_any(PanicsInDrop), WELL]));
    assert_eq!(title(&registry).await, "The db check panicked");
    assert_eq!(title(&registry).await, "OK");
}

/// Of a check that was passing at once before.
#[tokio::test]
async fn a_panic_that_panics_when_it_is_dropped_is_an_answer_of_a_quick_check_too() {
    let registry = ready(in_turn([WELL, WELL, WELL, || panic_any(PanicsInDrop), WELL]));
    for expected in ["OK", "OK", "OK", "The db check panicked", "OK", "OK"] {
        assert_eq!(title(&registry).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_destructor_of_an_abandoned_run_may_do_the_same() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            if !thread::panicking() {
                panic_any(PanicsInDrop);
            }
        }
    }
    let runs = AtomicUsize::new(0);
    let registry = ready(check_fn(move || {
        let first = runs.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if first {
                let _bomb = Bomb;
                std::future::pending::<()>().await;
            }
            Ok(())
        }
    }));
    assert_eq!(title(&registry).await, "The db check timed out");
    tokio::time::sleep(secs(5)).await;
    assert_eq!(title(&registry).await, "OK");
}

#[derive(Debug)]
struct Ouroboros(u8);

impl fmt::Display for Ouroboros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cause {}", self.0)
    }
}

impl Error for Ouroboros {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self)
    }
}

/// A registry that notes the causes that a listener is told.
fn told(check: fn() -> Result<(), HealthError>) -> (Registry, impl Fn() -> Vec<String>) {
    let causes = Arc::<Mutex<Vec<String>>>::default();
    let note = causes.clone();
    let registry = Registry::builder()
        .on_transition(move |transition| {
            if let TransitionKind::Failed { cause, .. } = transition.kind() {
                note.lock().unwrap().push(cause.clone());
            }
        })
        .check("db", check)
        .endpoint("ready", ["db"])
        .build()
        .unwrap();
    let told = move || {
        let begun = Instant::now();
        while causes.lock().unwrap().is_empty() && begun.elapsed() < PATIENCE {
            thread::sleep(ms(1));
        }
        causes.lock().unwrap().clone()
    };
    (registry, told)
}

#[test]
fn an_error_that_is_its_own_source_hangs_nobody() {
    let causes = in_time(|| {
        let (registry, told) = told(|| Err(HealthError::new("down").caused_by(Ouroboros(7))));
        block_on(async { assert_eq!(title(&registry).await, "down") });
        told()
    });
    assert_eq!(causes.len(), 1);
    assert!(causes[0].starts_with("cause 7") && causes[0].len() < 1_000, "{causes:?}");
}

#[test]
fn a_cause_of_megabytes_is_cut() {
    let causes = in_time(|| {
        let (registry, told) = told(|| Err(io::Error::other("x".repeat(5_000_000)).into()));
        block_on(async { assert_eq!(title(&registry).await, "The db check failed") });
        told()
    });
    assert!(causes[0].len() <= 8_192 && causes[0].ends_with("..."), "{}", causes[0].len());
}

#[derive(Debug)]
struct Unspeakable {
    panics: bool,
}

impl fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(!self.panics, "secret of a display");
        Err(fmt::Error)
    }
}

impl Error for Unspeakable {}

#[test]
fn a_cause_that_cannot_be_shown_does_not_hide_the_failure() {
    let panics: fn() -> _ = || Err(Unspeakable { panics: true }.into());
    let fails: fn() -> _ = || Err(Unspeakable { panics: false }.into());
    let after_one: fn() -> _ = || Err(HealthError::from(Wrapped(Unspeakable { panics: true })));
    for (check, expected) in [
        (panics, "the cause cannot be shown"),
        (fails, "the cause cannot be shown"),
        (after_one, "wrapped: the cause cannot be shown"),
    ] {
        let causes = in_time(move || {
            let (registry, told) = told(check);
            block_on(async { assert_eq!(title(&registry).await, "The db check failed") });
            told()
        });
        assert_eq!(causes, [expected]);
    }
}

#[derive(Debug)]
struct Wrapped(Unspeakable);

impl fmt::Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("wrapped")
    }
}

impl Error for Wrapped {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

/// A disk that takes its time, as std's `IntoInnerError` shows it to whoever drops one.
struct SlowDisk;

impl Write for SlowDisk {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        thread::sleep(ms(1_500));
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::Error::other("disk is full"))
    }
}

#[derive(Debug)]
struct Unflushed(#[expect(dead_code, reason = "it is there to be dropped")] Mutex<SlowWriter>);

struct SlowWriter(io::BufWriter<SlowDisk>);

impl fmt::Debug for SlowWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SlowWriter").field(&self.0.buffer().len()).finish()
    }
}

impl fmt::Display for Unflushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not flushed")
    }
}

impl Error for Unflushed {}

#[test]
fn an_error_that_takes_its_time_to_go_holds_nobody_up() {
    let slow = || {
        let mut writer = io::BufWriter::new(SlowDisk);
        writer.write_all(b"log").map_err(HealthError::from)?;
        Err(HealthError::new("disk").caused_by(Unflushed(Mutex::new(SlowWriter(writer)))))
    };
    let registry = ready(in_turn([slow, || Err(HealthError::new("down")), WELL]));
    let probe = || {
        let begun = Instant::now();
        block_on(async { get(&registry, "ready").await });
        begun.elapsed()
    };
    thread::scope(|scope| {
        // Whoever ran it drops it on its own thread.
        scope.spawn(|| (probe(), probe()));
        thread::sleep(ms(100));
        let begun = Instant::now();
        while begun.elapsed() < secs(2) {
            let took = probe();
            assert!(took < ms(800), "another one waited for {took:?}");
            thread::sleep(ms(10));
        }
    });
}

#[test]
fn an_error_may_ask_the_registry_when_it_is_dropped() {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    #[derive(Debug)]
    struct Asks;
    impl fmt::Display for Asks {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("asks")
        }
    }
    impl Error for Asks {}
    impl Drop for Asks {
        fn drop(&mut self) {
            let Some(registry) = REGISTRY.get() else { return };
            let mut asked = Box::pin(get(registry, "other"));
            let _ =
                asked.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
            let mut asked = Box::pin(get(registry, "ready"));
            let _ =
                asked.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
        }
    }
    let turns = in_turn([
        || Err(HealthError::new("one").caused_by(Asks)),
        || Err(HealthError::new("two")),
        || Err(HealthError::new("three")),
        WELL,
    ]);
    let registry = Registry::builder()
        .check("db", turns)
        .endpoint("ready", ["db"])
        .endpoint("other", ["db"])
        .build()
        .unwrap();
    let registry = REGISTRY.get_or_init(|| registry);
    in_time(move || {
        for _ in 0..4 {
            block_on(async {
                let _ = get(registry, "ready").await;
            });
        }
        block_on(async { assert_eq!(title(registry).await, "OK") });
    });
}
