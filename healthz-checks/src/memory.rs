use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use healthz_core::{Check, HealthError, async_trait};

/// Is there memory left below the container's limit?
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | enough, or no limit | pass | | |
/// | 90 % of a limit is used | warn | `The memory is almost used up` | used and limit, in MiB |
///
/// Reads cgroup v2: `memory.current` less `inactive_file` (pages that the kernel can take back at
/// once), against `memory.max`, here and at every level up the tree. The fullest level counts.
/// Linux only; where there is no cgroup v2, it passes and says nothing. It never fails: who leaves
/// the load balancer for want of memory only gives its load to the others.
///
/// ```
/// use healthz_checks::memory;
/// use healthz_core::{Registry, RegistryError};
///
/// # fn registry() -> Result<Registry, RegistryError> {
/// let check = memory().warn_above(95);
/// Registry::builder().check("memory", check).readiness("ready", ["memory"]).build()
/// # }
/// # assert!(registry().is_ok());
/// ```
#[must_use]
pub fn memory() -> MemoryCheck {
    MemoryCheck { own: "/proc/self/cgroup".into(), root: "/sys/fs/cgroup".into(), warn_above: 90 }
}

/// The check that [`memory`](memory()) makes.
#[derive(Debug)]
pub struct MemoryCheck {
    own: PathBuf,
    root: PathBuf,
    warn_above: u8,
}

impl MemoryCheck {
    /// Warns when more than this share of a limit is used, in percent. Default: 90.
    #[must_use]
    pub fn warn_above(mut self, percent: u8) -> Self {
        self.warn_above = percent;
        self
    }

    /// The fullest level, if there is any with a limit.
    fn fullest(&self) -> Option<Level> {
        let own = fs::read_to_string(&self.own).ok()?;
        let own = own.lines().find_map(|line| line.strip_prefix("0::/"))?;
        // Outside its cgroup namespace a process reads `/../..`: what it can see begins at the
        // root.
        let own = if own.starts_with("..") { "" } else { own };
        let directory = self.root.join(own);
        let levels = directory.ancestors().take_while(|level| level.starts_with(&self.root));
        levels.filter_map(Level::read).max_by(|a, b| a.share().total_cmp(&b.share()))
    }
}

#[async_trait]
impl Check for MemoryCheck {
    async fn check(&self) -> Result<(), HealthError> {
        match self.fullest() {
            Some(level) if level.share() * 100.0 > f64::from(self.warn_above) => {
                let text = "The memory is almost used up";
                Err(HealthError::warn(text).caused_by(level.to_string()))
            }
            _ => Ok(()),
        }
    }
}

/// What one cgroup uses of its limit, in bytes.
struct Level {
    used: u64,
    limit: u64,
}

impl Level {
    fn read(directory: &Path) -> Option<Self> {
        let read = |file| fs::read_to_string(directory.join(file)).ok();
        // `max` is no number.
        let limit = read("memory.max")?.trim().parse().ok()?;
        let current: u64 = read("memory.current")?.trim().parse().ok()?;
        let statistics = read("memory.stat").unwrap_or_default();
        let inactive = statistics.lines().find_map(|line| line.strip_prefix("inactive_file "));
        let inactive = inactive.and_then(|bytes| bytes.parse().ok()).unwrap_or(0);
        Some(Self { used: current.saturating_sub(inactive), limit })
    }

    #[expect(clippy::cast_precision_loss, reason = "a share of bytes needs no 53 bits")]
    fn share(&self) -> f64 {
        self.used as f64 / (self.limit as f64).max(1.0)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} MiB", self.used >> 20, self.limit >> 20)
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use tempfile::TempDir;

    use super::*;

    const MIB: u64 = 1 << 20;

    /// A tree as the kernel shows it: `pod/container`, each with limit, current and inactive MiB.
    fn tree(levels: [(&str, Option<u64>, u64, u64); 2]) -> io::Result<(TempDir, MemoryCheck)> {
        let directory = tempfile::tempdir()?;
        let root = directory.path().join("cgroup");
        for (level, limit, current, inactive) in levels {
            let level = root.join(level);
            fs::create_dir_all(&level)?;
            let limit = limit.map_or("max\n".into(), |limit| format!("{}\n", limit * MIB));
            fs::write(level.join("memory.max"), limit)?;
            fs::write(level.join("memory.current"), format!("{}\n", current * MIB))?;
            let statistics = format!("anon 1\ninactive_file {}\nactive_file 2\n", inactive * MIB);
            fs::write(level.join("memory.stat"), statistics)?;
        }
        let own = directory.path().join("own");
        fs::write(&own, "0::/pod/container\n")?;
        Ok((directory, MemoryCheck { own, root, warn_above: 90 }))
    }

    async fn cause(check: &MemoryCheck) -> Option<String> {
        let error = check.check().await.err()?;
        assert!(error.is_warning());
        assert_eq!(error.public_text(), Some("The memory is almost used up"));
        error.cause().map(ToString::to_string)
    }

    #[tokio::test]
    async fn pages_that_can_be_taken_back_do_not_count() -> io::Result<()> {
        let (_tree, check) = tree([("pod", None, 0, 0), ("pod/container", Some(100), 95, 10)])?;
        assert_eq!(cause(&check).await, None);
        let (_tree, check) = tree([("pod", None, 0, 0), ("pod/container", Some(100), 95, 4)])?;
        assert_eq!(cause(&check).await.as_deref(), Some("91 of 100 MiB"));
        assert_eq!(cause(&check.warn_above(91)).await, None);
        Ok(())
    }

    #[tokio::test]
    async fn the_fullest_level_counts() -> io::Result<()> {
        let (_tree, check) =
            tree([("pod", Some(200), 190, 0), ("pod/container", Some(100), 50, 0)])?;
        assert_eq!(cause(&check).await.as_deref(), Some("190 of 200 MiB"));
        Ok(())
    }

    #[tokio::test]
    async fn no_limit_and_no_cgroup_v2_pass() -> io::Result<()> {
        let (tree, check) = tree([("pod", None, 9, 0), ("pod/container", None, 9, 0)])?;
        assert_eq!(cause(&check).await, None);
        fs::write(tree.path().join("own"), "4:memory:/docker/1\n")?;
        assert_eq!(cause(&check).await, None);
        fs::remove_file(tree.path().join("own"))?;
        assert_eq!(cause(&check).await, None);
        Ok(())
    }

    #[tokio::test]
    async fn here_it_can_be_read() {
        assert!(memory().warn_above(255).check().await.is_ok());
    }
}
