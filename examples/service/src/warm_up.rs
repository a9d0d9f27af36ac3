use std::{fmt::Display, time::Duration};

use healthz_core::Registry;
use tokio::time::{sleep, timeout};

use crate::Notes;

/// How long one attempt may take: a frozen database accepts connections and answers nothing.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pause after the first attempt. Each further one is twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Gets the service ready for its first request: waits for so long, then until the database is
/// there.
pub async fn warm_up(delay: Duration, notes: Notes, registry: Registry) {
    sleep(delay).await;
    until_it_works(|| notes.prepare()).await;
    registry.mark_started();
}

/// Tries again ever more seldom, and says each time why it has to.
async fn until_it_works<A, E>(attempt: impl Fn() -> A)
where
    A: Future<Output = Result<(), E>>,
    E: Display,
{
    let mut pause = FIRST_PAUSE;
    loop {
        let reason = match timeout(PATIENCE, attempt()).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {PATIENCE:?}"),
        };
        tracing::warn!(reason, next_attempt_in = ?pause, "waiting for the database");
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, future::pending};

    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_database_that_stays_away_is_asked_ever_more_seldom() {
        let (begun, asked) = (Instant::now(), RefCell::new(Vec::new()));
        until_it_works(async || {
            asked.borrow_mut().push(begun.elapsed().as_secs());
            if asked.borrow().len() == 9 { Ok(()) } else { Err("refused") }
        })
        .await;
        assert_eq!(*asked.borrow(), [0, 1, 3, 7, 15, 31, 61, 91, 121]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_that_hangs_is_given_up() {
        let (begun, asked) = (Instant::now(), RefCell::new(Vec::new()));
        until_it_works(async || {
            asked.borrow_mut().push(begun.elapsed().as_secs());
            if asked.borrow().len() == 3 { Ok::<_, &str>(()) } else { pending().await }
        })
        .await;
        assert_eq!(*asked.borrow(), [0, 6, 13]);
    }
}
