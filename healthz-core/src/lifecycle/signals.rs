use std::{
    io,
    task::{Context, Poll, ready},
};

use tokio::runtime::Handle;

use crate::lifecycle::life::SignalSource;

/// The signals that ask a process to end.
pub(crate) enum Signals {
    /// Nobody listens yet: there was no runtime to listen on.
    NotListening,
    Listening(os::Signals),
    /// The operating system refused.
    Unavailable,
}

/// Signals that another listener's log has already.
pub(crate) struct Silent(Signals);

impl Signals {
    /// Listens from now on if there is a tokio runtime, otherwise from the first poll on.
    pub(crate) fn listen() -> Self {
        if Handle::try_current().is_ok() { Self::install() } else { Self::NotListening }
    }

    /// The same, and says nothing of a signal that comes.
    pub(crate) fn listen_silently() -> Silent {
        Silent(Self::listen())
    }

    fn poll_name(&mut self, cx: &mut Context<'_>) -> Poll<&'static str> {
        if let Self::NotListening = self {
            *self = Self::install();
        }
        let Self::Listening(signals) = self else { return Poll::Pending };
        signals.poll_next(cx)
    }

    fn install() -> Self {
        match os::Signals::install() {
            Ok(signals) => Self::Listening(signals),
            Err(error) => {
                tracing::error!(target: "healthz", %error, "can't listen for signals");
                Self::Unavailable
            }
        }
    }
}

impl SignalSource for Signals {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let name = ready!(self.poll_name(cx));
        tracing::info!(target: "healthz", signal = name, "signal received");
        Poll::Ready(())
    }
}

impl SignalSource for Silent {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.0.poll_name(cx).map(|_| ())
    }
}

#[cfg(unix)]
mod os {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::{Context, Poll, io};

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
    use std::task::Waker;

    use super::*;

    #[test]
    fn outside_a_runtime_it_listens_from_the_first_poll_on() {
        let mut signals = Signals::listen();
        assert!(matches!(signals, Signals::NotListening));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _entered = runtime.enter();
        assert!(signals.poll_next(&mut Context::from_waker(Waker::noop())).is_pending());
        assert!(matches!(signals, Signals::Listening(_)));
    }
}
