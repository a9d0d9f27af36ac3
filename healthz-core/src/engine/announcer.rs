use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex},
};

use tokio::{runtime::Handle, sync::Notify};
use tracing::{Dispatch, dispatcher, subscriber::NoSubscriber};

use crate::{
    engine::{
        line,
        untold::{Event, Untold},
    },
    report::transition::Transition,
    support::{contain::contain, lock::lock, quoted::quoted},
};

pub(crate) type Listener = Arc<dyn Fn(&Transition) + Send + Sync>;

/// Tells the log and the listeners what became of the checks.
///
/// One thread at a time tells, an event at a time, and each check has its turn: so a check never seems
/// to recover before it failed, and a listener may use the registry. Inside a tokio runtime that is a
/// thread of its blocking pool, because a listener or a log may be slow and an answer must not wait for
/// it; outside a runtime there is nobody else, and whoever found the event tells it.
#[derive(Default)]
pub(crate) struct Announcer {
    listeners: Vec<Listener>,
    line: Mutex<Line>,
    /// Wakes those who wait for the status of some check to change.
    pub(crate) changes: Notify,
}

/// The checks that have something to tell, each once.
#[derive(Default)]
struct Line {
    waiting: VecDeque<Arc<Untold>>,
    somebody_tells: bool,
}

impl Announcer {
    pub(crate) fn new(listeners: Vec<Listener>) -> Self {
        Self { listeners, ..Self::default() }
    }

    /// Has it told what there is to tell of a check.
    pub(crate) fn announce(self: &Arc<Self>, untold: Arc<Untold>) {
        let mut line = lock(&self.line);
        line.waiting.push_back(untold);
        if mem::replace(&mut line.somebody_tells, true) {
            return;
        }
        drop(line);
        let teller = Teller(self.clone());
        match Handle::try_current() {
            Ok(runtime) => {
                // A subscriber of this thread alone shall hear of it, too.
                let dispatch = dispatcher::get_default(Dispatch::clone);
                let tell = move || {
                    if dispatch.is::<NoSubscriber>() {
                        // Set as a default, it would keep lines from the `log` crate.
                        drop(teller);
                    } else {
                        dispatcher::with_default(&dispatch, || drop(teller));
                    }
                };
                // A system that has no thread left panics; `tell` is dropped, which tells here.
                let _ = contain(|| drop(runtime.spawn_blocking(tell)));
            }
            Err(_) => drop(teller),
        }
    }

    fn tell_all(&self) {
        while let Some(untold) = self.next() {
            if let Some(event) = untold.next() {
                self.tell(&untold, event);
                lock(&self.line).waiting.push_back(untold);
            }
        }
    }

    fn next(&self) -> Option<Arc<Untold>> {
        let mut line = lock(&self.line);
        let next = line.waiting.pop_front();
        line.somebody_tells = next.is_some();
        next
    }

    /// Contains every panic, a subscriber's too: the next event is told even if somebody could not
    /// take this one.
    fn tell(&self, untold: &Untold, event: Event) {
        let _ = contain(|| line::write(untold, &event));
        let Some(transition) = line::transition(untold, event) else { return };
        for listener in &self.listeners {
            if contain(|| listener(&transition)).is_err() {
                let check = &*quoted(&untold.check);
                let _ = contain(|| {
                    tracing::error!(target: "healthz", check, "a transition listener panicked");
                });
            }
        }
    }
}

/// Tells when it is dropped. A runtime that is shut down drops what it has not begun, and that must
/// not be lost.
struct Teller(Arc<Announcer>);

impl Drop for Teller {
    fn drop(&mut self) {
        self.0.tell_all();
    }
}
