use std::task::{Context, Poll};

/// Where the signals come from that ask the process to end.
pub(crate) trait SignalSource {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<()>;
}

impl<S: SignalSource> SignalSource for &mut S {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        (**self).poll_next(cx)
    }
}

/// Never has one.
pub(crate) struct NoSignals;

impl SignalSource for NoSignals {
    fn poll_next(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}
