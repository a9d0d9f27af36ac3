use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use healthz_checks::disk;
use healthz_test_support::ask;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(20);

/// A file system in memory of so many MiB and inodes, where the machine lets us mount one.
struct Small(TempDir);

impl Small {
    fn mount(mib: u32, inodes: u32) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        let options = format!("size={mib}m,nr_inodes={inodes}");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(directory.path());
        if !mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
            let _ = writeln!(io::stderr(), "SKIPPED: no file system can be mounted here");
            return None;
        }
        Some(Self(directory))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

#[tokio::test]
async fn the_limits_are_in_bytes() {
    let check = || disk("/").within(PATIENCE);
    ask(&check().warn_below(1).fail_below(0)).await.passes();
    let told = ask(&check().warn_below(u64::MAX).fail_below(0)).await;
    told.is("warn", "The disk is almost full", "MiB");
    let told = ask(&check().fail_below(u64::MAX)).await;
    told.is("fail", "The disk is full", "MiB");
}

#[tokio::test]
async fn without_limits_of_ones_own_it_is_1_gib_1000_inodes_and_10_mib() {
    // The root of the file system takes an inode.
    let sizes = [
        (1024, 1001, "pass"),
        (1023, 1001, "warn"),
        (1024, 1000, "warn"),
        (10, 1001, "warn"),
        (9, 1001, "fail"),
    ];
    for (mib, inodes, result) in sizes {
        let Some(small) = Small::mount(mib, inodes) else { return };
        let told = ask(&disk(small.path()).within(PATIENCE)).await;
        assert_eq!(told.result, result, "{mib} MiB, {inodes} inodes: {told:?}");
    }
}

#[tokio::test]
async fn a_path_that_is_none_fails() {
    let check = disk("/nowhere/at/all").within(PATIENCE);
    ask(&check).await.is("fail", "The disk is missing", "No such file");
}

#[tokio::test]
async fn writing_leaves_nothing_behind() {
    let directory = tempfile::tempdir().unwrap();
    let check = disk(directory.path()).warn_below(1).fail_below(0).writable().within(PATIENCE);
    ask(&check).await.passes();
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_full_disk_fails_to_be_written() {
    let Some(small) = Small::mount(1, 2_000) else { return };
    let check = disk(small.path()).warn_below(0).fail_below(0).writable().within(PATIENCE);
    ask(&check).await.passes();

    assert!(fs::write(small.path().join("all"), vec![0; 2 << 20]).is_err());
    // An empty file can still be made, which is all that a weaker check would try.
    fs::write(small.path().join("empty"), "").unwrap();
    ask(&check).await.is("fail", "Can't write to the disk", "No space left");
    assert_eq!(fs::read_dir(small.path()).unwrap().count(), 2);
}

#[tokio::test]
async fn few_inodes_warn_and_none_fail() {
    let Some(small) = Small::mount(1, 32) else { return };
    let check = disk(small.path()).warn_below(0).fail_below(0).within(PATIENCE);
    ask(&check).await.is("warn", "The disk is almost full", "inodes");
    for name in 0.. {
        if fs::write(small.path().join(name.to_string()), "").is_err() {
            break;
        }
    }
    ask(&check).await.is("fail", "The disk is full", "and 0 inodes");
}

#[tokio::test]
async fn a_read_only_mount_fails_only_who_wants_to_write() {
    let Some(small) = Small::mount(1, 2_000) else { return };
    let mut remount = Command::new("mount");
    assert!(remount.args(["-o", "remount,ro"]).arg(small.path()).status().unwrap().success());
    let check = || disk(small.path()).fail_below(0).warn_below(0).within(PATIENCE);
    assert_ne!(ask(&check()).await.result, "fail");
    ask(&check().writable()).await.is("fail", "The disk is read-only", "");
}
