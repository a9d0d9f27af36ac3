use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
};

use tokio::{runtime::Handle, sync::Notify};
use tracing::{Dispatch, dispatcher, subscriber::NoSubscriber};

use crate::{
    engine::{
        line,
        untold::{Audience, Event, Untold},
    },
    report::transition::Transition,
    support::{
        contain::{contain, drop_contained},
        lock::lock,
        quoted::quoted,
    },
};

pub(crate) type Listener = Arc<dyn Fn(&Transition) + Send + Sync>;

/// Tells the log and the listeners what became of the checks.
///
/// For each of the two one thread at a time tells, an event at a time, and each check has its turn: so a
/// check never seems to recover before it failed, and a listener may use the registry. It is a thread
/// apart, because a listener or a log may be slow and an answer must not wait for it.
#[derive(Default)]
pub(crate) struct Announcer {
    listeners: Vec<Listener>,
    log_line: Mutex<Line>,
    listeners_line: Mutex<Line>,
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

    pub(crate) fn audiences(&self) -> &'static [Audience] {
        const ALL: &[Audience] = &[Audience::Log, Audience::Listeners];
        if self.listeners.is_empty() { &ALL[..1] } else { ALL }
    }

    /// Has it told what there is to tell of a check.
    pub(crate) fn announce(self: &Arc<Self>, untold: Arc<Untold>) {
        let audience = untold.audience;
        let mut line = lock(self.line(audience));
        line.waiting.push_back(untold);
        if mem::replace(&mut line.somebody_tells, true) {
            return;
        }
        drop(line);
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
        // Not a thread of the runtime's pool: where all of those hang, the log is needed most. A system
        // that has no thread left drops `tell`, which tells here.
        let telling = thread::Builder::new().name("healthz".into()).spawn(tell);
        if let (Ok(telling), Some(runtime)) = (telling, runtime) {
            // The pool waits for it, so that nothing is lost at the end of the runtime, and so that a
            // clock that is paused stands still meanwhile.
            let joined = Joined(Some(telling));
            let _ = contain(|| drop(runtime.spawn_blocking(move || drop(joined))));
        }
    }

    fn line(&self, audience: Audience) -> &Mutex<Line> {
        match audience {
            Audience::Log => &self.log_line,
            Audience::Listeners => &self.listeners_line,
        }
    }

    fn tell_all(&self, audience: Audience) {
        while let Some(untold) = self.next(audience) {
            if let Some(event) = untold.next() {
                self.tell(&untold, event);
                lock(self.line(audience)).waiting.push_back(untold);
            }
        }
    }

    fn next(&self, audience: Audience) -> Option<Arc<Untold>> {
        let mut line = lock(self.line(audience));
        let next = line.waiting.pop_front();
        line.somebody_tells = next.is_some();
        next
    }

    /// Contains every panic, a subscriber's too: the next event is told even if somebody could not
    /// take this one.
    fn tell(&self, untold: &Untold, event: Event) {
        match untold.audience {
            Audience::Log => drop(contain(|| line::write(untold, &event))),
            Audience::Listeners => {
                if let Some(transition) = line::transition(untold, event) {
                    self.listeners.iter().for_each(|listener| call(listener, &transition));
                }
            }
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

/// Waits for a thread when it is dropped: also by a runtime that is shut down before it came to it.
struct Joined(Option<JoinHandle<()>>);

impl Drop for Joined {
    fn drop(&mut self) {
        drop_contained(self.0.take().map(JoinHandle::join));
    }
}
