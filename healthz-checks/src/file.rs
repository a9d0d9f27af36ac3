use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use healthz_core::{Check, HealthError, OrUnhealthy, async_trait};

use crate::{
    one_thread::OneThread,
    target::{Target, target_setters},
};

/// Is this file there, and was it written lately?
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | there, and young enough | pass | | |
/// | missing, or out of reach | fail | `A file is missing` | the system's error |
/// | [`younger_than`](FileCheck::younger_than): older | fail | `A file is too old` | its age |
/// | the file system hangs | fail | `Can't reach the file` | `no answer within 500ms` |
///
/// For jobs that touch a file when they are done, and for what another container puts into a shared
/// volume.
///
/// ```
/// use std::time::Duration;
/// use healthz_checks::file;
/// use healthz_core::Check;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let directory = tempfile::tempdir()?;
/// let backup = directory.path().join("backup-done");
/// let check = file(&backup).younger_than(Duration::from_secs(26 * 60 * 60));
/// assert_eq!(check.check().await.unwrap_err().public_text(), Some("A file is missing"));
///
/// std::fs::write(&backup, "")?;
/// assert!(check.check().await.is_ok());
/// # Ok(())
/// # }
/// ```
pub fn file(path: impl Into<PathBuf>) -> FileCheck {
    let target = Target::new("the file");
    FileCheck { path: path.into(), max_age: None, target, thread: OneThread::new() }
}

/// The check that [`file`](file()) makes.
#[derive(Debug)]
pub struct FileCheck {
    path: PathBuf,
    max_age: Option<Duration>,
    target: Target,
    thread: OneThread,
}

impl FileCheck {
    target_setters!();

    /// Fails when the file was last written longer ago than this. Default: its age does not matter.
    /// One from the future is new.
    #[must_use]
    pub fn younger_than(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }
}

#[async_trait]
impl Check for FileCheck {
    async fn check(&self) -> Result<(), HealthError> {
        let path = self.path.clone();
        let written = self.thread.run(move || fs::metadata(path)?.modified());
        let written = self.target.reach(written).await?;
        let written = written.or_unhealthy("A file is missing")?;
        let age = SystemTime::now().duration_since(written).unwrap_or_default();
        if self.max_age.is_some_and(|max| age >= max) {
            let cause = format!("last written {} s ago", age.as_secs());
            return Err(HealthError::new("A file is too old").caused_by(cause));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn age_is_counted_from_the_last_write() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("done");
        let file = fs::File::create(&path).unwrap();
        let check = super::file(&path).younger_than(Duration::from_secs(60));
        let text = async || check.check().await.err()?.public_text().map(str::to_owned);

        let now = SystemTime::now();
        for (written, expected) in [
            (now - Duration::from_secs(50), None),
            (now - Duration::from_secs(70), Some("A file is too old")),
            (now + Duration::from_secs(70), None),
        ] {
            file.set_modified(written).unwrap();
            assert_eq!(text().await.as_deref(), expected);
        }
    }
}
