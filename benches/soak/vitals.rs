use std::{
    fmt, fs,
    io::{self, Write},
    time::{Duration, Instant},
};

use tokio::{runtime::Handle, time::sleep};

/// What must not grow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vitals {
    pub(crate) resident: u64,
    pub(crate) tasks: usize,
    pub(crate) files: usize,
}

impl Vitals {
    /// Those of this process, and the tasks of one of its runtimes.
    pub(crate) fn of(runtime: &Handle) -> io::Result<Self> {
        let status = fs::read_to_string("/proc/self/status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let resident = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        Ok(Self {
            resident: resident.ok_or_else(|| io::Error::other("no resident memory"))?,
            tasks: runtime.metrics().num_alive_tasks(),
            files: fs::read_dir("/proc/self/fd")?.count(),
        })
    }

    /// The least of some moments: connections and probes come and go at every one.
    pub(crate) async fn calm(runtime: &Handle) -> io::Result<Self> {
        let mut least = Self::of(runtime)?;
        for _ in 0..100 {
            sleep(Duration::from_millis(7)).await;
            let Self { resident, tasks, files } = Self::of(runtime)?;
            least.tasks = least.tasks.min(tasks);
            least.files = least.files.min(files);
            least.resident = resident;
        }
        Ok(least)
    }
}

/// A table of them.
#[derive(Debug)]
pub(crate) struct Table {
    started: Instant,
    first: Option<Vitals>,
}

impl Table {
    pub(crate) fn begin(what: &str) -> io::Result<Self> {
        writeln!(io::stdout(), "\n| {what} | resident KiB | tasks | open files | seconds |")?;
        writeln!(io::stdout(), "|---|---|---|---|---|")?;
        Ok(Self { started: Instant::now(), first: None })
    }

    /// Adds a row. The first one is what the others are held to: more tasks or files are a leak.
    pub(crate) fn row(&mut self, at: impl fmt::Display, vitals: Vitals) -> io::Result<()> {
        let Vitals { resident, tasks, files } = vitals;
        let seconds = self.started.elapsed().as_secs();
        writeln!(io::stdout(), "| {at} | {resident} | {tasks} | {files} | {seconds} |")?;
        let first = *self.first.get_or_insert(vitals);
        assert!(tasks <= first.tasks, "tasks are left over");
        assert!(files <= first.files, "files are left open");
        Ok(())
    }
}
