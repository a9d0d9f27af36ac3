use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::status::{Code, Failure};

/// The most streams of Watch in all.
const MOST: usize = 1000;

/// The most streams of Watch on one connection, where the connection is known.
const MOST_OF_CONNECTION: usize = 100;

/// Bounds the streams of Watch.
#[derive(Debug, Clone)]
pub(crate) struct Slots {
    all: Arc<Semaphore>,
    connection: Option<Arc<Semaphore>>,
}

/// The right to one stream; ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    _all: OwnedSemaphorePermit,
    _connection: Option<OwnedSemaphorePermit>,
}

impl Slots {
    pub(crate) fn new() -> Self {
        Self { all: Arc::new(Semaphore::new(MOST)), connection: None }
    }

    /// The same for a connection of its own.
    #[cfg(any(feature = "serve", test))]
    pub(crate) fn of_connection(&self) -> Self {
        let connection = Some(Arc::new(Semaphore::new(MOST_OF_CONNECTION)));
        Self { connection, ..self.clone() }
    }

    pub(crate) fn take(&self) -> Result<Slot, Failure> {
        let full = |what: String| Failure::new(Code::ResourceExhausted, what);
        let connection = self.connection.clone().map(Semaphore::try_acquire_owned).transpose();
        let connection = connection.map_err(|_| {
            full(format!("the connection has {MOST_OF_CONNECTION} streams of Watch already"))
        })?;
        let all = self.all.clone().try_acquire_owned();
        let all = all.map_err(|_| full(format!("there are {MOST} streams of Watch already")))?;
        Ok(Slot { _all: all, _connection: connection })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_bounded_by_connection_and_in_all_and_given_back() {
        let slots = Slots::new();
        let mut kept = Vec::new();
        for connection in 0..10 {
            let slots = slots.of_connection();
            kept.extend((0..100).map(|_| slots.take().expect("there is room")));
            let failure = slots.take().expect_err("the connection is full");
            assert_eq!(failure.code, Code::ResourceExhausted, "{connection}");
        }
        assert!(slots.of_connection().take().is_err() && slots.take().is_err());
        kept.pop();
        assert!(slots.of_connection().take().is_ok());
    }
}
