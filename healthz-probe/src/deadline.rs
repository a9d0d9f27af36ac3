use std::{
    io,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// The end of the whole exchange.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    /// `None` is so far away that no clock shows it.
    end: Option<Instant>,
}

impl Deadline {
    pub(crate) fn new(begin: Instant, timeout: Duration) -> Self {
        Self { end: begin.checked_add(timeout) }
    }

    /// What is left, never zero: that would mean "for ever" to a socket.
    pub(crate) fn left(&self) -> io::Result<Duration> {
        let Some(end) = self.end else { return Ok(Duration::MAX) };
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }

    /// Does what std cannot bound, in a thread that is left behind at the end.
    pub(crate) fn bound<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let (done, result) = mpsc::sync_channel(1);
        thread::Builder::new().spawn(move || done.send(work()))?;
        result.recv_timeout(self.left()?).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}
