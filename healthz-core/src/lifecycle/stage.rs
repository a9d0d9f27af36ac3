use std::{
    pin::pin,
    sync::{
        OnceLock,
        atomic::{AtomicU8, Ordering},
    },
};

use tokio::{
    sync::{Notify, futures::Notified},
    time::Instant,
};

use crate::lifecycle::Lifecycle;

const STARTING: u8 = 0;
const RUNNING: u8 = 1;
/// Draining without ever having run.
const DRAINING_UNSTARTED: u8 = 2;
const DRAINING: u8 = 3;

/// The lifecycle of one registry; it only moves forward.
#[derive(Debug)]
pub(crate) struct Stage {
    state: AtomicU8,
    draining_since: OnceLock<Instant>,
    changed: Notify,
}

impl Stage {
    pub(crate) fn new(lifecycle: Lifecycle) -> Self {
        let state = match lifecycle {
            Lifecycle::Starting => STARTING,
            Lifecycle::Running => RUNNING,
            Lifecycle::Draining => DRAINING,
        };
        Self {
            state: AtomicU8::new(state),
            draining_since: OnceLock::new(),
            changed: Notify::new(),
        }
    }

    pub(crate) fn get(&self) -> Lifecycle {
        match self.state.load(Ordering::Acquire) {
            STARTING => Lifecycle::Starting,
            RUNNING => Lifecycle::Running,
            _ => Lifecycle::Draining,
        }
    }

    /// Whether the service has been running, be it draining by now or not.
    pub(crate) fn has_run(&self) -> bool {
        matches!(self.state.load(Ordering::Acquire), RUNNING | DRAINING)
    }

    /// Moves from starting to running.
    pub(crate) fn run(&self) {
        self.advance(Lifecycle::Running, |state| (state == STARTING).then_some(RUNNING));
    }

    /// Moves to draining from wherever it is.
    pub(crate) fn drain(&self) {
        // Before the change, so that whoever sees the change sees since when.
        self.draining_since.get_or_init(Instant::now);
        self.advance(Lifecycle::Draining, |state| match state {
            STARTING => Some(DRAINING_UNSTARTED),
            RUNNING => Some(DRAINING),
            _ => None,
        });
    }

    /// Since when it drains; now, if it does not.
    pub(crate) fn draining_since(&self) -> Instant {
        self.draining_since.get().copied().unwrap_or_else(Instant::now)
    }

    /// Waits until the lifecycle is there or further.
    pub(crate) async fn wait_for(&self, lifecycle: Lifecycle) {
        loop {
            let mut changed = pin!(self.changed.notified());
            // From here on no change is missed.
            changed.as_mut().enable();
            if self.get() >= lifecycle {
                return;
            }
            changed.await;
        }
    }

    /// Is ready at the next change, counted from this call.
    pub(crate) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// Wakes whoever waits for a change, because of something else.
    pub(crate) fn wake(&self) {
        self.changed.notify_waiters();
    }

    /// Makes a step and says so; says nothing if there is no such step from where it is.
    fn advance(&self, to: Lifecycle, step: impl Fn(u8) -> Option<u8>) {
        if self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, step).is_ok() {
            tracing::info!(target: "healthz", lifecycle = %to, "lifecycle changed");
            self.changed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_order_of_calls_moves_it_back() {
        for first in [Lifecycle::Starting, Lifecycle::Running, Lifecycle::Draining] {
            // Every sequence of six calls, a bit each.
            for sequence in 0..64_u32 {
                let stage = Stage::new(first);
                let (mut before, mut has_run) = (stage.get(), stage.has_run());
                for step in 0..6 {
                    let expected = if sequence >> step & 1 == 0 {
                        stage.run();
                        before.max(Lifecycle::Running)
                    } else {
                        stage.drain();
                        Lifecycle::Draining
                    };
                    has_run |= expected == Lifecycle::Running;
                    assert_eq!(stage.get(), expected, "from {before}");
                    assert_eq!(stage.has_run(), has_run, "from {before}");
                    before = expected;
                }
            }
        }
    }

    #[test]
    fn of_many_threads_one_makes_the_step() {
        for _ in 0..200 {
            let stage = Stage::new(Lifecycle::Starting);
            std::thread::scope(|scope| {
                for thread in 0..4 {
                    let stage = &stage;
                    scope.spawn(move || if thread % 2 == 0 { stage.run() } else { stage.drain() });
                }
            });
            assert_eq!(stage.get(), Lifecycle::Draining);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_drain_does_not_begin_anew() {
        let stage = Stage::new(Lifecycle::Running);
        stage.drain();
        let since = stage.draining_since();
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        stage.drain();
        assert_eq!(stage.draining_since(), since);
    }
}
