//! Applications that use only the `log` crate read core's lines, too. A process of its own:
//! `tracing` hands its events on only where no subscriber was ever set.

#![expect(clippy::unwrap_used, reason = "a poisoned lock is a broken test")]

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use healthz_core::{CheckExt, OrUnhealthy, Registry, adapter::Request, check_fn};
use tokio::time::sleep;

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_logger_of_the_log_crate_reads_the_same() {
    let written = Written::default();
    env_logger::Builder::new()
        .filter_level(log::LevelFilter::Info)
        .format_timestamp(None)
        .target(env_logger::Target::Pipe(Box::new(written.clone())))
        .init();
    let runs = AtomicU32::new(0);
    let check = check_fn(move || {
        let failed = Err(io::Error::other("connection refused (os error 111)"));
        let result = if runs.fetch_add(1, Ordering::SeqCst) < 2 {
            failed.or_unhealthy("Can't connect")
        } else {
            Ok(())
        };
        async {
            sleep(Duration::from_millis(20)).await;
            result
        }
    });
    let registry =
        Registry::builder().check("cache", check.optional()).endpoint("ready", ["cache"]);
    let registry = registry.build().unwrap();
    for _ in 0..4 {
        assert_eq!(registry.respond(Request::new("GET", "ready")).await.code(), 200);
    }
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines,
        [
            "[WARN  healthz] check failed check=\"cache\" optional=true text=\"Can't connect\" \
             cause=\"connection refused (os error 111)\" elapsed=20ms",
            "[INFO  healthz] check recovered check=\"cache\" optional=true failures=2 \
             downtime=\"40ms\"",
        ]
    );
}
