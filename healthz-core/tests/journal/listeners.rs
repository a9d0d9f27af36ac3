use std::{
    pin::pin,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    task::{Context, Poll, Waker},
    thread,
    time::Duration,
};

use healthz_core::{
    HealthError, Registry, RegistryBuilder, Transition, TransitionKind, adapter::Request, check_fn,
};

use crate::log::Log;

/// A test that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(10);

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

    fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.0.lock().unwrap())
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
    assert_eq!(told.take(), ["failed", "recovered", "failed"]);
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
    let (sender, receiver) = mpsc::channel();
    let registry = own.get().unwrap().clone();
    thread::spawn(move || sender.send(status(&registry)).unwrap());
    let answered = receiver.recv_timeout(PATIENCE);
    assert_eq!(answered, Ok(503), "the listener waits for a lock, or panicked");
    assert_eq!(told.take(), ["failed", "told", "recovered"]);
}

/// While one thread tells of a failure, another one finds that it is over.
#[test]
fn a_recovery_is_never_told_before_its_failure() {
    let told = Told::default();
    let (down, builder) = switched();
    let (entered, enters) = mpsc::channel();
    let (leave, leaves) = mpsc::channel::<()>();
    let (listener, leaves) = (told.clone(), Mutex::new(leaves));
    let slow = move |transition: &Transition| {
        if let TransitionKind::Failed { .. } = transition.kind() {
            entered.send(()).unwrap();
            leaves.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        }
        listener.note(transition);
    };
    let registry = builder.on_transition(slow).build().unwrap();
    down.store(true, Ordering::SeqCst);
    let other = registry.clone();
    let failing = thread::spawn(move || status(&other));
    enters.recv().unwrap();
    down.store(false, Ordering::SeqCst);
    assert_eq!(status(&registry), 200, "whoever finds it does not wait for the listener");
    leave.send(()).unwrap();
    assert_eq!(failing.join().unwrap(), 503);
    assert_eq!(told.take(), ["failed", "recovered"]);
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
    assert_eq!(told.take(), ["failed", "recovered"], "the next listener, and the next transition");
    let panics = "ERROR healthz: a transition listener panicked check=\"ready\"";
    assert_eq!(log.lines().iter().filter(|line| *line == panics).count(), 2, "{:?}", log.lines());
}
