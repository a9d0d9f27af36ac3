use tokio::{task::AbortHandle, time::Instant};

/// Who runs a background check: one task at a time, each in its turn.
///
/// A turn has a number, as a run has. A task whose turn is over, because somebody has taken the
/// check over meanwhile, finds that out when it comes back, and leaves.
#[derive(Default)]
pub(crate) struct Turns {
    tended: Option<Tended>,
    begun: u64,
}

/// The task whose turn it is.
struct Tended {
    turn: u64,
    /// When its runtime is given up, because the task should have come back long ago.
    until: Instant,
    task: Option<AbortHandle>,
}

impl Turns {
    /// When the task is given up whose turn it is.
    #[inline]
    pub(crate) fn until(&self) -> Option<Instant> {
        self.tended.as_ref().map(|tended| tended.until)
    }

    /// Whether the check has nobody who runs it.
    pub(crate) fn is_untended(&self) -> bool {
        self.tended.is_none()
    }

    /// Begins a turn of running it in the background, and ends every turn before.
    pub(crate) fn take(&mut self, until: Instant) -> u64 {
        self.begun += 1;
        self.tended = Some(Tended { turn: self.begun, until, task: None });
        self.begun
    }

    /// Hands in the task of a turn; it comes back if the turn is over.
    pub(crate) fn keep_task(&mut self, turn: u64, task: AbortHandle) -> Option<AbortHandle> {
        match self.tended.as_mut().filter(|tended| tended.turn == turn) {
            Some(tended) => tended.task.replace(task),
            None => Some(task),
        }
    }

    /// Says until when the task is there again; false if the turn is somebody else's.
    pub(crate) fn renew(&mut self, turn: u64, until: Instant) -> bool {
        let tended = self.tended.as_mut().filter(|tended| tended.turn == turn);
        tended.map(|tended| tended.until = until).is_some()
    }

    /// Ends a turn; returns whether nobody runs the check any more.
    pub(crate) fn end(&mut self, turn: u64) -> bool {
        self.tended.take_if(|tended| tended.turn == turn).is_some()
    }

    /// Ends whatever turn there is.
    pub(crate) fn end_all(&mut self) -> Option<AbortHandle> {
        self.begun += 1;
        self.tended.take()?.task
    }
}
