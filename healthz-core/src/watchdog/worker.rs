use std::time::Duration;

/// What a worker has done so far; it stands still while the worker is inside one task.
pub(crate) type Activity = (u64, Duration);

/// One worker, by the samples that were taken of it.
#[derive(Debug, Default)]
pub(crate) struct Worker {
    seen: Option<Activity>,
    still: Duration,
}

impl Worker {
    /// Takes a sample; `None` is a worker that waits for work. `counted` is the time since the last
    /// sample in which a worker could have done something.
    pub(crate) fn sample(&mut self, activity: Option<Activity>, counted: Duration) {
        self.still = match activity {
            Some(_) if activity == self.seen => self.still.saturating_add(counted),
            _ => Duration::ZERO,
        };
        self.seen = activity;
    }

    /// For how long it has been inside one task.
    pub(crate) fn still(&self) -> Duration {
        self.still
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn still(samples: impl IntoIterator<Item = Option<u64>>) -> u64 {
        let mut worker = Worker::default();
        for sample in samples {
            worker.sample(sample.map(|count| (count, Duration::ZERO)), SECOND);
        }
        worker.still().as_secs()
    }

    #[test]
    fn only_a_worker_that_neither_waits_nor_moves_stands_still() {
        assert_eq!(still([Some(2); 5]), 4);
        assert_eq!(still([None; 5]), 0);
        assert_eq!(still((0..5).map(|count| Some(2 * count))), 0);
        assert_eq!(still([Some(2), Some(2), None, Some(2), Some(2)]), 1);
        assert_eq!(still([Some(2), Some(2), Some(4), Some(4), Some(4)]), 2);
    }

    #[test]
    fn busy_time_that_grows_is_movement() {
        let mut worker = Worker::default();
        for second in 0..5 {
            worker.sample(Some((2, SECOND * second)), SECOND);
        }
        assert_eq!(worker.still(), Duration::ZERO);
    }
}
