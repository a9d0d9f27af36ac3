use std::{
    collections::BTreeMap,
    io,
    mem::take,
    sync::{Arc, Mutex},
    task::{Context, Poll, Wake, Waker},
};

use tokio::runtime::Handle;

use crate::{lifecycle::source::SignalSource, support::lock::lock};

/// The signals that ask a process to end, heard once for all futures of a registry.
///
/// Signals of the same kind that come before they are asked for are one to the operating system and
/// to tokio. If each future listened by itself, one that is late would miss what another has heard.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    hearing: Mutex<Hearing>,
    bell: Arc<Bell>,
}

#[derive(Debug, Default)]
struct Hearing {
    source: Source,
    /// How many signals came.
    heard: u64,
}

#[derive(Debug, Default)]
enum Source {
    /// There was nobody to listen, or no runtime to listen on.
    #[default]
    NotListening,
    Listening(os::Signals),
    /// The operating system refused.
    Unavailable,
}

/// Wakes every listener: the source itself knows one waker only.
#[derive(Debug, Default)]
struct Bell {
    listeners: Mutex<BTreeMap<u64, Option<Waker>>>,
}

/// What one future makes of the signals, from when it began to listen.
#[derive(Debug)]
pub(crate) struct Listener {
    signals: Arc<Signals>,
    number: u64,
    acted_on: u64,
}

impl Signals {
    /// Listens from now on if there is a tokio runtime, otherwise from the first poll on.
    pub(crate) fn listen(self: &Arc<Self>) -> Listener {
        let mut hearing = lock(&self.hearing);
        if Handle::try_current().is_ok() {
            hearing.source.install();
        }
        let mut listeners = lock(&self.bell.listeners);
        let number = listeners.last_key_value().map_or(0, |(last, _)| last + 1);
        listeners.insert(number, None);
        drop(listeners);
        Listener { signals: self.clone(), number, acted_on: hearing.heard }
    }
}

impl Source {
    fn install(&mut self) {
        let Self::NotListening = self else { return };
        *self = match os::Signals::install() {
            Ok(signals) => Self::Listening(signals),
            Err(error) => {
                tracing::error!(target: "healthz", %error, "can't listen for signals");
                Self::Unavailable
            }
        };
    }

    fn poll_name(&mut self, cx: &mut Context<'_>) -> Poll<&'static str> {
        self.install();
        let Self::Listening(signals) = self else { return Poll::Pending };
        signals.poll_next(cx)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        let wakers: Vec<_> = lock(&self.listeners).values_mut().filter_map(take).collect();
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl SignalSource for Listener {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let bell = &self.signals.bell;
        // Before the source is asked, so that no signal is missed; and no waker is cloned or dropped
        // while something is locked, because that may be anybody's code.
        let waker = Some(cx.waker().clone());
        let _before = lock(&bell.listeners).insert(self.number, waker);
        let mut names = Vec::new();
        let has_come = {
            let mut hearing = lock(&self.signals.hearing);
            let waker = bell.clone().into();
            while let Poll::Ready(name) = hearing.source.poll_name(&mut Context::from_waker(&waker))
            {
                hearing.heard += 1;
                names.push(name);
            }
            self.acted_on < hearing.heard
        };
        for signal in &names {
            tracing::info!(target: "healthz", signal, "signal received");
        }
        if !names.is_empty() {
            bell.clone().wake();
        }
        if has_come {
            self.acted_on += 1;
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _waker;
        let mut hearing = lock(&self.signals.hearing);
        let mut listeners = lock(&self.signals.bell.listeners);
        _waker = listeners.remove(&self.number);
        if listeners.is_empty() {
            // What comes while nobody listens is nobody's.
            hearing.source = Source::NotListening;
        }
    }
}

#[cfg(unix)]
mod os {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::{Context, Poll, io};

    #[derive(Debug)]
    pub(crate) struct Signals {
        terminate: Signal,
        interrupt: Signal,
    }

    impl Signals {
        pub(crate) fn install() -> io::Result<Self> {
            Ok(Self {
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
            })
        }

        pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<&'static str> {
            if self.terminate.poll_recv(cx).is_ready() {
                return Poll::Ready("SIGTERM");
            }
            self.interrupt.poll_recv(cx).map(|_| "SIGINT")
        }
    }
}

#[cfg(windows)]
mod os {
    use tokio::signal::windows::{CtrlC, ctrl_c};

    use super::{Context, Poll, io};

    #[derive(Debug)]
    pub(crate) struct Signals(CtrlC);

    impl Signals {
        pub(crate) fn install() -> io::Result<Self> {
            ctrl_c().map(Self)
        }

        pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<&'static str> {
            self.0.poll_recv(cx).map(|_| "ctrl-c")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_a_runtime_it_listens_from_the_first_poll_on() {
        let signals = Arc::new(Signals::default());
        let mut listener = signals.listen();
        let is_listening = || matches!(lock(&signals.hearing).source, Source::Listening(_));
        assert!(!is_listening());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _entered = runtime.enter();
        assert!(listener.poll_next(&mut Context::from_waker(Waker::noop())).is_pending());
        assert!(is_listening());
        let other = signals.listen();
        drop(listener);
        assert!(is_listening());
        drop(other);
        assert!(!is_listening(), "a signal for nobody would be the next one's");
    }
}
