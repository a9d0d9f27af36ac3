use std::{
    io,
    pin::pin,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use healthz_core::{
    HealthError, Registry, RegistryBuilder, Transition, TransitionKind, adapter::Request, check_fn,
};
use healthz_test_support::Log;

use tokio::runtime::Builder;

/// A test that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(10);

#[track_caller]
fn wait_until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it is not told");
        thread::sleep(Duration::from_millis(1));
    }
}

#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<&'static str>>>);

impl Told {
    fn note(&self, transition: &Transition) {
        self.0.lock().unwrap().push(match transition.kind() {
            TransitionKind::Failed { .. } => "failed",
            TransitionKind::Recovered { .. } => "recovered",
            other => panic!("{other:?}"),
        });
    }

    /// What was told, when it is this much; it is told by another thread.
    fn wait_for(&self, number: usize) -> Vec<&'static str> {
        wait_until(|| self.0.lock().unwrap().len() >= number);
        self.0.lock().unwrap().clone()
    }
}

/// A builder whose endpoint `ready` has a check that fails while the switch says so.
fn switched() -> (Arc<AtomicBool>, RegistryBuilder) {
    let down = Arc::new(AtomicBool::new(false));
    let switch = down.clone();
    let check = check_fn(move || {
        let down = down.load(Ordering::SeqCst);
        async move { if down { Err(HealthError::new("down")) } else { Ok(()) } }
    });
    (switch, Registry::builder().readiness("ready", check))
}

/// Probes without a runtime, as its checks are ready at once.
fn status(registry: &Registry) -> u16 {
    let answer = pin!(registry.respond(Request::new("GET", "ready")));
    match answer.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer.code(),
        Poll::Pending => panic!("the check was not ready at once"),
    }
}

#[test]
fn each_transition_is_told_once() {
    let told = Told::default();
    let (down, builder) = switched();
    let listener = told.clone();
    let registry = builder.on_transition(move |t| listener.note(t)).build().unwrap();
    for state in [false, true, true, true, false, false, true] {
        down.store(state, Ordering::SeqCst);
        let _ = status(&registry);
    }
    assert_eq!(told.wait_for(3), ["failed", "recovered", "failed"]);
}

#[test]
fn a_listener_may_use_the_registry() {
    let told = Told::default();
    let (down, builder) = switched();
    let own = Arc::new(OnceLock::<Registry>::new());
    let (weak, listener, switch) = (Arc::downgrade(&own), told.clone(), down.clone());
    let asks = move |transition: &Transition| {
        listener.note(transition);
        let registry = weak.upgrade().unwrap().get().unwrap().clone();
        if let TransitionKind::Failed { .. } = transition.kind() {
            assert_eq!(status(&registry), 503, "{:?}", registry.lifecycle());
            // A transition during a transition.
            switch.store(false, Ordering::SeqCst);
            assert_eq!(status(&registry), 200);
            listener.0.lock().unwrap().push("told");
        }
    };
    own.set(builder.on_transition(asks).build().unwrap()).unwrap();
    down.store(true, Ordering::SeqCst);
    assert_eq!(status(own.get().unwrap()), 503);
    let heard = told.wait_for(3);
    assert_eq!(heard, ["failed", "told", "recovered"], "it waits for a lock, or panicked");
}

#[test]
fn a_recovery_is_never_told_before_its_failure() {
    let told = Told::default();
    let (down, builder) = switched();
    let (leave, leaves) = mpsc::channel::<()>();
    let (listener, leaves) = (told.clone(), Mutex::new(leaves));
    let slow = move |transition: &Transition| {
        if let TransitionKind::Failed { .. } = transition.kind() {
            leaves.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        }
        listener.note(transition);
    };
    let registry = builder.on_transition(slow).build().unwrap();
    for state in [true, false] {
        down.store(state, Ordering::SeqCst);
        assert_eq!(status(&registry), if state { 503 } else { 200 }, "nobody waits for a listener");
    }
    leave.send(()).unwrap();
    assert_eq!(told.wait_for(2), ["failed", "recovered"]);
}

#[test]
fn a_panic_of_a_listener_is_contained() {
    let (log, _guard) = Log::capture();
    let told = Told::default();
    let (down, builder) = switched();
    let listener = told.clone();
    let builder = builder.on_transition(|_| panic!("pager is out of paper"));
    let registry = builder.on_transition(move |t| listener.note(t)).build().unwrap();
    for state in [true, false] {
        down.store(state, Ordering::SeqCst);
        assert_eq!(status(&registry), if state { 503 } else { 200 });
    }
    assert_eq!(told.wait_for(2), ["failed", "recovered"], "the next listener, the next transition");
    let panics = "ERROR healthz: a transition listener panicked check=\"ready\"";
    assert_eq!(log.lines().iter().filter(|line| *line == panics).count(), 2, "{:?}", log.lines());
}

/// Beside a check that flaps as fast as it is asked.
#[test]
fn a_slow_listener_is_told_the_first_fall_the_last_state_and_how_much_lies_between() {
    const FLAPS: u64 = 500;
    let (log, _guard) = Log::capture();
    let heard = Arc::<Mutex<Vec<(bool, u64)>>>::default();
    let (down, builder) = switched();
    let listener = heard.clone();
    let slow = move |transition: &Transition| {
        thread::sleep(Duration::from_millis(10));
        let failed = matches!(transition.kind(), TransitionKind::Failed { .. });
        listener.lock().unwrap().push((failed, transition.skipped()));
    };
    let registry = builder.on_transition(slow).build().unwrap();
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let known = || heard.lock().unwrap().iter().map(|(_, skipped)| skipped + 1).sum::<u64>();
    runtime.block_on(async {
        for number in 1..=FLAPS {
            let fails = number % 2 == 1;
            down.store(fails, Ordering::SeqCst);
            let answer = registry.respond(Request::new("GET", "ready")).await;
            assert_eq!(answer.code(), if fails { 503 } else { 200 });
        }
        assert!(known() < FLAPS, "an answer waited for what was told of it");
    });
    wait_until(|| known() == FLAPS);
    let heard = heard.lock().unwrap();
    assert_eq!(heard.first(), Some(&(true, 0)));
    assert!(!heard.last().unwrap().0, "it is well at last");
    assert!(heard.windows(2).all(|pair| pair[0].0 != pair[1].0), "{heard:?}");

    let skipped =
        |line: &String| line.rsplit_once("skipped=").map_or(0, |(_, n)| n.parse().unwrap());
    wait_until(|| log.lines().iter().map(|line| skipped(line) + 1).sum::<u64>() == FLAPS);
}

/// What hangs until the other one is dropped.
fn hanging() -> (mpsc::Sender<()>, impl Fn()) {
    let (release, hangs) = mpsc::channel();
    let hangs = Mutex::new(hangs);
    let hang = move || {
        let _ = hangs.lock().unwrap().recv();
    };
    (release, hang)
}

#[test]
fn a_listener_that_hangs_stops_neither_an_answer_nor_the_log() {
    let (log, _guard) = Log::capture();
    // The one thread of its pool is soon waited for in vain.
    let runtime = Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
    let (_release, hang) = hanging();
    let (down, builder) = switched();
    let builder = builder.check("other", || Err(HealthError::new("down")));
    let builder = builder.endpoint("other", ["other"]).on_transition(move |_| hang());
    let registry = builder.build().unwrap();
    runtime.block_on(async {
        for (fails, endpoint, code) in
            [(true, "ready", 503), (false, "ready", 200), (false, "other", 503)]
        {
            down.store(fails, Ordering::SeqCst);
            let answer = registry.respond(Request::new("GET", endpoint)).await;
            assert_eq!(answer.code(), code);
        }
    });
    let count = |text: &str| log.lines().iter().filter(|line| line.contains(text)).count();
    wait_until(|| count("check=") == 3);
    assert_eq!(count("check failed check=\"ready\""), 1);
    assert_eq!(count("check recovered check=\"ready\""), 1);
    assert_eq!(count("check failed check=\"other\""), 1);
}

#[test]
fn a_log_that_hangs_stops_neither_an_answer_nor_the_listeners() {
    let (_release, hang) = hanging();
    let writer = move || {
        hang();
        io::sink()
    };
    let subscriber = tracing_subscriber::fmt().with_writer(writer).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let told = Told::default();
    let (down, builder) = switched();
    let listener = told.clone();
    let registry = builder.on_transition(move |t| listener.note(t)).build().unwrap();
    for (fails, code) in [(true, 503), (false, 200)] {
        down.store(fails, Ordering::SeqCst);
        assert_eq!(status(&registry), code);
    }
    assert_eq!(told.wait_for(2), ["failed", "recovered"]);
}

#[test]
fn where_the_threads_of_a_runtime_hang_the_log_and_the_listeners_are_told() {
    let (log, _guard) = Log::capture();
    let runtime = Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
    let (_release, hang) = hanging();
    let told = Told::default();
    let listener = told.clone();
    let (down, builder) = switched();
    let registry = builder.on_transition(move |t| listener.note(t)).build().unwrap();
    down.store(true, Ordering::SeqCst);
    runtime.block_on(async {
        tokio::task::spawn_blocking(hang);
        assert_eq!(registry.respond(Request::new("GET", "ready")).await.code(), 503);
    });
    assert_eq!(told.wait_for(1), ["failed"]);
    wait_until(|| log.lines().len() == 1);
}

#[tokio::test]
async fn a_listener_may_spawn_a_task() {
    let (send, mut paged) = tokio::sync::mpsc::unbounded_channel();
    let page = move |transition: &Transition| {
        let (send, check) = (send.clone(), transition.check().to_owned());
        tokio::spawn(async move { send.send(check) });
    };
    let (down, builder) = switched();
    let registry = builder.on_transition(page).build().unwrap();
    down.store(true, Ordering::SeqCst);
    assert_eq!(registry.respond(Request::new("GET", "ready")).await.code(), 503);
    let paged = tokio::time::timeout(PATIENCE, paged.recv()).await;
    assert_eq!(paged, Ok(Some("ready".into())));
}
