use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
};

use tokio::{runtime::Handle, sync::Notify};
use tracing::{Dispatch, dispatcher, subscriber::NoSubscriber};

use crate::{
    engine::{
        line,
        untold::{Audience, Event, Untold},
    },
    report::transition::Transition,
    support::{contain::contain, lock::lock, quoted::quoted},
};

pub(crate) type Listener = Arc<dyn Fn(&Transition) + Send + Sync>;

/// Tells the log and the listeners what became of the checks.
///
/// For each of the two one thread at a time tells, an event at a time, and each check has its turn:
/// so a check never seems to recover before it failed, and a listener may use the registry. It is a
/// thread apart, because a listener or a log may be slow and an answer must not wait for it.
#[derive(Default)]
pub(crate) struct Announcer {
    listeners: Listeners,
    log_line: Line,
    listeners_line: Line,
    /// Wakes those who wait for the status of some check to change.
    pub(crate) changes: Notify,
}

#[derive(Default)]
struct Line {
    queue: Mutex<Queue>,
    all_told: Condvar,
}

/// The checks that have something to tell, each once.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<Arc<Untold>>,
    somebody_tells: bool,
    /// A runtime waits until all is told, or will.
    somebody_waits: bool,
}

impl Announcer {
    pub(crate) fn new(listeners: Listeners) -> Self {
        Self { listeners, ..Self::default() }
    }

    pub(crate) fn audiences(&self) -> &'static [Audience] {
        const ALL: &[Audience] = &[Audience::Log, Audience::Listeners];
        if self.listeners.all.is_empty() { &ALL[..1] } else { ALL }
    }

    /// Has it told what there is to tell of a check.
    pub(crate) fn announce(self: &Arc<Self>, untold: Arc<Untold>) {
        let audience = untold.audience;
        let mut queue = lock(&self.line(audience).queue);
        queue.waiting.push_back(untold);
        if mem::replace(&mut queue.somebody_tells, true) {
            return;
        }
        drop(queue);
        let teller = Teller(self.clone(), audience);
        let runtime = Handle::try_current().ok();
        let listeners_runtime = runtime.clone();
        // A subscriber of this thread alone shall hear of it, too.
        let dispatch = dispatcher::get_default(Dispatch::clone);
        let tell = move || {
            let _entered = listeners_runtime.as_ref().map(Handle::enter);
            if dispatch.is::<NoSubscriber>() {
                // Set as a default, it would keep lines from the `log` crate.
                drop(teller);
            } else {
                dispatcher::with_default(&dispatch, || drop(teller));
            }
        };
        // Not a thread of the runtime's pool: where all of those hang, the log is needed most. A
        // system that has no thread left drops `tell`, which tells here.
        drop(thread::Builder::new().name("healthz".into()).spawn(tell));
        let Some(runtime) = runtime else { return };
        if !mem::replace(&mut lock(&self.line(audience).queue).somebody_waits, true) {
            // The pool waits for that thread, so that nothing is lost at the end of the runtime,
            // and so that a clock that is paused stands still meanwhile.
            let waits = Waits(self.clone(), audience);
            let _ = contain(|| drop(runtime.spawn_blocking(move || drop(waits))));
        }
    }

    fn line(&self, audience: Audience) -> &Line {
        match audience {
            Audience::Log => &self.log_line,
            Audience::Listeners => &self.listeners_line,
        }
    }

    fn tell_all(&self, audience: Audience) {
        while let Some(untold) = self.next(audience) {
            if let Some(event) = untold.next() {
                self.tell(&untold, event);
                lock(&self.line(audience).queue).waiting.push_back(untold);
            }
        }
    }

    fn next(&self, audience: Audience) -> Option<Arc<Untold>> {
        let line = self.line(audience);
        let mut queue = lock(&line.queue);
        let next = queue.waiting.pop_front();
        queue.somebody_tells = next.is_some();
        if next.is_none() {
            line.all_told.notify_all();
        }
        next
    }

    /// Contains every panic, a subscriber's too: the next event is told even if somebody could not
    /// take this one.
    fn tell(&self, untold: &Untold, event: Event) {
        match untold.audience {
            Audience::Log => drop(contain(|| line::write(untold, &event))),
            Audience::Listeners => self.listeners.tell(untold, event),
        }
    }
}

/// Who hears of transitions.
#[derive(Default)]
pub(crate) struct Listeners {
    all: Vec<Listener>,
    /// What tells them, set with the first: so an application without listeners does not link it.
    tell: Option<fn(&[Listener], &Untold, Event)>,
}

impl Listeners {
    pub(crate) fn add(&mut self, listener: Listener) {
        self.all.push(listener);
        self.tell = Some(tell);
    }

    fn tell(&self, untold: &Untold, event: Event) {
        if let Some(tell) = self.tell {
            tell(&self.all, untold, event);
        }
    }
}

fn tell(listeners: &[Listener], untold: &Untold, event: Event) {
    if let Some(transition) = line::transition(untold, event) {
        for listener in listeners {
            call(listener, &transition);
        }
    }
}

fn call(listener: &Listener, transition: &Transition) {
    if contain(|| listener(transition)).is_err() {
        let check = &*quoted(&transition.check);
        let _ = contain(|| {
            tracing::error!(target: "healthz", check, "a transition listener panicked");
        });
    }
}

/// Tells when it is dropped: also by whoever could not have a thread for it.
struct Teller(Arc<Announcer>, Audience);

impl Drop for Teller {
    fn drop(&mut self) {
        self.0.tell_all(self.1);
    }
}

/// Waits until all is told when it is dropped: also by a runtime that is shut down before it came
/// to it.
struct Waits(Arc<Announcer>, Audience);

impl Drop for Waits {
    fn drop(&mut self) {
        let line = self.0.line(self.1);
        let mut queue = lock(&line.queue);
        while queue.somebody_tells {
            queue = line.all_told.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        queue.somebody_waits = false;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::runtime::Builder;

    use super::*;
    use crate::engine::{fault::Fault, untold::What};

    /// A pool whose threads hang comes to nothing that is queued, for as long as they do.
    #[test]
    fn what_waits_in_a_pool_that_hangs_does_not_add_up() {
        let runtime = Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        let (release, hangs) = mpsc::channel::<()>();
        let _entered = runtime.enter();
        runtime.spawn_blocking(move || {
            let _ = hangs.recv();
        });
        let announcer = Arc::new(Announcer::new(Listeners::default()));
        let untold = Arc::new(Untold::new(Audience::Log, "db".into(), false));
        for _ in 0..100 {
            assert!(untold.add(&What::Warned { fault: Fault::Stale }));
            announcer.announce(untold.clone());
            let line = announcer.line(Audience::Log);
            let mut queue = lock(&line.queue);
            while queue.somebody_tells {
                queue = line.all_told.wait(queue).unwrap();
            }
        }
        // This one, the one that waits, and a thread or two that are about to end.
        assert!(Arc::strong_count(&announcer) < 10, "{}", Arc::strong_count(&announcer));
        drop(release);
    }
}
