use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
};

use healthz_core::{Check, HealthError, OrUnhealthy, async_trait};
use rustix::fs::{StatVfsMountFlags, statvfs};

use crate::{
    one_thread::OneThread,
    target::{Target, target_setters},
};

const MIB: u64 = 1 << 20;
/// What a file system with so few free inodes has is no longer everyday.
const FEW_INODES: u64 = 1_000;

/// Is there room on the disk that holds this path?
///
/// | state | result | public text | cause in the log |
/// |---|---|---|---|
/// | enough bytes and inodes | pass | | |
/// | less than 1 GiB, or than 1,000 inodes | warn | `The disk is almost full` | what is available |
/// | less than 10 MiB, or no inode | fail | `The disk is full` | what is available |
/// | no such path | fail | `The disk is missing` | the system's error |
/// | it hangs, as a dead NFS does | fail | `Can't reach the disk` | `no answer within 500ms` |
/// | [`writable`](DiskCheck::writable): mounted read-only | fail | `The disk is read-only` | |
/// | [`writable`](DiskCheck::writable): the write failed | fail | `Can't write to the disk` | the system's error |
///
/// Counts what an ordinary process can get (`f_bavail`), in bytes: a percentage says nothing of the
/// room that is left. A file system that knows no number of inodes (btrfs) has enough. Unix only. A
/// disk that hangs keeps one thread of tokio's blocking pool, whatever the number of probes.
///
/// ```
/// use healthz_checks::disk;
/// use healthz_core::Check;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let data = disk("/").warn_below(1).fail_below(0);
/// assert!(data.check().await.is_ok());
///
/// let error = disk("/").warn_below(u64::MAX).fail_below(0).check().await.unwrap_err();
/// assert!(error.is_warning());
/// assert_eq!(error.public_text(), Some("The disk is almost full"));
/// # }
/// ```
pub fn disk(path: impl Into<PathBuf>) -> DiskCheck {
    let limits = Limits { warn_below: 1024 * MIB, fail_below: 10 * MIB, writable: false };
    let target = Target::new("the disk");
    DiskCheck { path: path.into(), limits, target, thread: OneThread::new() }
}

/// The check that [`disk`](disk()) makes.
#[derive(Debug)]
pub struct DiskCheck {
    path: PathBuf,
    limits: Limits,
    target: Target,
    thread: OneThread,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    warn_below: u64,
    fail_below: u64,
    writable: bool,
}

impl DiskCheck {
    target_setters!();

    /// Warns when fewer bytes than this are available. Default: 1 GiB.
    #[must_use]
    pub fn warn_below(mut self, bytes: u64) -> Self {
        self.limits.warn_below = bytes;
        self
    }

    /// Fails when fewer bytes than this are available. Default: 10 MiB.
    #[must_use]
    pub fn fail_below(mut self, bytes: u64) -> Self {
        self.limits.fail_below = bytes;
        self
    }

    /// Writes a file of 4 KiB into the path, which must be a directory, syncs it to the disk and
    /// removes it. Default: only asks.
    ///
    /// Syncing costs the disk something; run the check with `.every(..)` then, not for every probe.
    #[must_use]
    pub fn writable(mut self) -> Self {
        self.limits.writable = true;
        self
    }
}

#[async_trait]
impl Check for DiskCheck {
    async fn check(&self) -> Result<(), HealthError> {
        let (path, limits) = (self.path.clone(), self.limits);
        self.target.reach(self.thread.run(move || limits.hold(&path))).await?
    }
}

impl Limits {
    fn hold(self, path: &Path) -> Result<(), HealthError> {
        let disk = statvfs(path).or_unhealthy("The disk is missing")?;
        if self.writable {
            if disk.f_flag.contains(StatVfsMountFlags::RDONLY) {
                return Err(HealthError::new("The disk is read-only"));
            }
            write_to(path).or_unhealthy("Can't write to the disk")?;
        }
        let bytes = disk.f_bavail.saturating_mul(disk.f_frsize);
        let inodes = if disk.f_files == 0 { u64::MAX } else { disk.f_favail };
        let error = if bytes < self.fail_below || inodes == 0 {
            HealthError::new("The disk is full")
        } else if bytes < self.warn_below || inodes < FEW_INODES {
            HealthError::warn("The disk is almost full")
        } else {
            return Ok(());
        };
        let inodes =
            if disk.f_files == 0 { String::new() } else { format!(" and {inodes} inodes") };
        Err(error.caused_by(format!("{} MiB{inodes} available", bytes / MIB)))
    }
}

/// Proves that a block can be written: an empty file is made on a full disk, too.
fn write_to(directory: &Path) -> io::Result<()> {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    // Replicas may share a directory, and one may have died before it could tidy up.
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    let path = directory.join(format!(".healthz-{}-{run}", process::id()));
    let written = File::create(&path).and_then(|mut file| {
        file.write_all(&[0; 4096])?;
        file.sync_all()
    });
    let removed = fs::remove_file(&path);
    written.and(removed)
}
