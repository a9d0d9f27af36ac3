use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use healthz_core::{Changes, EndpointKind, Lifecycle, Registry, WeakRegistry};
use tokio::time::{Instant, sleep, timeout};

use crate::{
    manager::{self, Manager},
    status, watchdog,
};

/// How often startup endpoints are asked, and how often a drain is told of.
const SECOND: Duration = Duration::from_secs(1);

/// What the manager is asked for with each word of the drain: time until the next one, and to
/// spare.
const EXTENSION: Duration = Duration::from_secs(5);

/// Begins to tell the manager of the environment, if there is one.
pub(crate) fn notify(registry: &Registry) {
    if let Some(manager) = Manager::from_env() {
        tell(registry, manager, manager::watchdog_from_env());
    }
}

fn tell(registry: &Registry, manager: Manager, watchdog: Option<Duration>) {
    if let Some(limit) = watchdog {
        tokio::spawn(watchdog::tend(registry.downgrade(), manager.clone(), limit));
    }
    let (changes, registry) = (registry.changes(), registry.downgrade());
    let notifier = Notifier { registry, changes, manager, told: String::new() };
    tokio::spawn(notifier.run());
}

/// Tells the manager how the service stands, while there is anybody who has the registry.
struct Notifier {
    registry: WeakRegistry,
    changes: Changes,
    manager: Manager,
    /// The last status.
    told: String,
}

impl Notifier {
    async fn run(mut self) {
        self.serve().await;
        if let Some(registry) = self.registry.upgrade() {
            self.drain(registry).await;
        }
    }

    /// Tells of the start and of every change, until the drain begins.
    async fn serve(&mut self) {
        let mut is_ready = false;
        let mut patience = Duration::MAX;
        loop {
            // Whatever it was: what is told is what is true when it is told.
            let _ = timeout(patience, self.changes.next()).await;
            let Some(registry) = self.registry.upgrade() else { return };
            let becomes_ready = !is_ready && has_started(&registry).await;
            is_ready |= becomes_ready;
            let known = registry.known();
            if known.lifecycle() == Lifecycle::Draining {
                return;
            }
            // Nobody else may ask the startup endpoints.
            let waits = !is_ready && known.lifecycle() == Lifecycle::Running;
            patience = if waits { SECOND } else { Duration::MAX };
            self.tell(if becomes_ready { "READY=1" } else { "" }, status::line(&known)).await;
        }
    }

    /// Tells of the drain, second by second, and of its end.
    async fn drain(&mut self, registry: Registry) {
        let end = Instant::now() + registry.drain_delay();
        let (mut drained, stop_limit) = (pin!(registry.drained()), registry.stop_limit());
        drop(registry);
        let mut first = "STOPPING=1\n";
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let assignments = format!("{first}{}", extend(EXTENSION));
            self.tell(&assignments, status::draining(left)).await;
            first = "";
            let mut second = pin!(sleep(if left.is_zero() { SECOND } else { SECOND.min(left) }));
            let over = poll_fn(|cx| match drained.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(true),
                Poll::Pending => second.as_mut().poll(cx).map(|()| false),
            });
            if over.await {
                break;
            }
        }
        let stop = extend(stop_limit + EXTENSION);
        self.tell(&stop, "stopping".into()).await;
    }

    /// Sends assignments and the status, if there is anything new in them.
    async fn tell(&mut self, assignments: &str, status: String) {
        let mut lines: Vec<String> = Vec::new();
        lines.extend((!assignments.is_empty()).then(|| assignments.to_owned()));
        lines.extend((status != self.told).then(|| format!("STATUS={status}")));
        self.told = status;
        if !lines.is_empty() {
            self.manager.send(&lines.join("\n")).await;
        }
    }
}

/// Whether the service runs and every startup endpoint has passed once.
async fn has_started(registry: &Registry) -> bool {
    if registry.lifecycle() != Lifecycle::Running {
        return false;
    }
    for endpoint in registry.known().endpoints() {
        if endpoint.kind() == EndpointKind::Startup {
            let report = registry.report(endpoint.name()).await;
            if report.is_none_or(|report| report.code() != 200) {
                return false;
            }
        }
    }
    true
}

fn extend(time: Duration) -> String {
    format!("EXTEND_TIMEOUT_USEC={}", time.as_micros())
}

#[cfg(test)]
mod tests {
    use std::{
        ffi::OsString,
        os::unix::net::UnixDatagram,
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
    };

    use healthz_core::{CheckExt, HealthError, RegistryBuilder, check_fn};
    use tempfile::TempDir;

    use super::*;

    /// Records the datagrams that a manager is sent.
    struct Recorder {
        socket: UnixDatagram,
        name: OsString,
        _directory: TempDir,
    }

    impl Recorder {
        fn new() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("notify");
            let socket = UnixDatagram::bind(&path).unwrap();
            socket.set_nonblocking(true).unwrap();
            Self { socket, name: path.into(), _directory: directory }
        }

        fn manager(&self) -> Manager {
            Manager::new(&self.name).unwrap()
        }

        /// What has come since the last call.
        fn take(&self) -> Vec<String> {
            let mut bytes = [0; 4096];
            let mut next = || self.socket.recv(&mut bytes).ok().map(|n| bytes[..n].to_vec());
            let texts =
                std::iter::from_fn(&mut next).map(|bytes| String::from_utf8(bytes).unwrap());
            texts.collect()
        }
    }

    struct Switch(Arc<AtomicBool>);

    impl Switch {
        fn new(well: bool) -> Self {
            Self(Arc::new(AtomicBool::new(well)))
        }

        fn turn(&self, well: bool) {
            self.0.store(well, Ordering::Relaxed);
        }

        /// A check that passes while the switch is on, asked each second.
        fn check(&self) -> healthz_core::Registration {
            let well = self.0.clone();
            let check = check_fn(move || {
                let well = well.load(Ordering::Relaxed);
                async move { well.then_some(()).ok_or(HealthError::new("Down\nREADY=1")) }
            });
            check.every(SECOND)
        }
    }

    fn start(builder: RegistryBuilder, watchdog: Option<Duration>) -> (Registry, Recorder) {
        let (registry, recorder) = (builder.build().unwrap(), Recorder::new());
        tell(&registry, recorder.manager(), watchdog);
        (registry, recorder)
    }

    async fn seconds(seconds: u64) {
        sleep(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn every_datagram_of_a_start_a_flip_and_a_drain() {
        let switch = Switch::new(true);
        let builder = Registry::builder()
            .starting()
            .check("db", switch.check())
            .liveness("live", [])
            .readiness("ready", ["db"])
            .drain_delay(Duration::from_millis(2500));
        let (registry, recorder) = start(builder, None);
        seconds(5).await;
        assert_eq!(recorder.take(), ["STATUS=starting"]);
        registry.mark_started();
        seconds(5).await;
        assert_eq!(recorder.take(), ["READY=1\nSTATUS=ready"]);
        switch.turn(false);
        seconds(5).await;
        assert_eq!(recorder.take(), ["STATUS=not ready: Down READY=1"]);
        switch.turn(true);
        seconds(5).await;
        assert_eq!(recorder.take(), ["STATUS=ready"]);

        let hold = registry.hold("import");
        registry.begin_drain();
        seconds(5).await;
        drop(hold);
        seconds(60).await;
        assert_eq!(
            recorder.take(),
            [
                "STOPPING=1\nEXTEND_TIMEOUT_USEC=5000000\nSTATUS=draining, 3s left",
                "EXTEND_TIMEOUT_USEC=5000000\nSTATUS=draining, 2s left",
                "EXTEND_TIMEOUT_USEC=5000000\nSTATUS=draining, 1s left",
                "EXTEND_TIMEOUT_USEC=5000000\nSTATUS=draining, waits for what is held",
                "EXTEND_TIMEOUT_USEC=5000000",
                "EXTEND_TIMEOUT_USEC=5000000",
                "EXTEND_TIMEOUT_USEC=15000000\nSTATUS=stopping",
            ]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn ready_waits_until_every_startup_endpoint_has_passed_once_though_nobody_probes() {
        let (cache, index) = (Switch::new(false), Switch::new(false));
        let asked = |switch: &Switch| {
            let well = switch.0.clone();
            check_fn(move || {
                let well = well.load(Ordering::Relaxed);
                async move { well.then_some(()).ok_or(HealthError::new("Cold")) }
            })
        };
        let builder = Registry::builder()
            .startup("cache", asked(&cache))
            .startup("index", asked(&index))
            .readiness("ready", []);
        let (_registry, recorder) = start(builder, None);
        seconds(5).await;
        assert_eq!(recorder.take(), ["STATUS=ready"]);
        cache.turn(true);
        seconds(5).await;
        assert_eq!(recorder.take(), [""; 0]);
        index.turn(true);
        cache.turn(false);
        seconds(5).await;
        assert_eq!(recorder.take(), ["READY=1"]);
        index.turn(false);
        seconds(60).await;
        assert_eq!(recorder.take(), [""; 0], "once is enough");
    }

    #[tokio::test(start_paused = true)]
    async fn a_service_that_drains_before_it_was_ready_says_only_that() {
        let builder =
            Registry::builder().starting().readiness("ready", []).drain_delay(Duration::ZERO);
        let (registry, recorder) = start(builder, None);
        seconds(1).await;
        registry.begin_drain();
        seconds(1).await;
        let told = recorder.take();
        assert!(told.concat().contains("STOPPING=1"), "{told:?}");
        assert!(!told.concat().contains("READY=1"), "{told:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn signs_of_life_come_at_half_of_the_limit_whatever_readiness_is() {
        let switch = Switch::new(false);
        let builder = Registry::builder().check("db", switch.check()).readiness("ready", ["db"]);
        let (_registry, recorder) = start(builder, Some(Duration::from_secs(10)));
        sleep(Duration::from_millis(29_999)).await;
        let told = recorder.take();
        let lives = told.iter().filter(|told| *told == "WATCHDOG=1").count();
        assert_eq!(lives, 6, "{told:?}");
        assert!(told.concat().contains("STATUS=not ready: Down"), "{told:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_manager_that_is_busy_is_waited_for_and_one_that_is_gone_harms_nobody() {
        let recorder = Recorder::new();
        let manager = recorder.manager();
        let mut sent = 0;
        while timeout(Duration::from_millis(1), manager.send("STATUS=full")).await.is_ok() {
            sent += 1;
        }
        assert!(sent > 0);
        let late = tokio::spawn({
            let manager = manager.clone();
            async move { manager.send("READY=1").await }
        });
        sleep(Duration::from_millis(10)).await;
        assert_eq!(recorder.take().len(), sent);
        late.await.unwrap();
        assert_eq!(recorder.take(), ["READY=1"]);
        drop(recorder);
        manager.send("STATUS=gone").await;
    }

    #[cfg(target_os = "linux")]
    #[tokio::test(start_paused = true)]
    async fn an_abstract_socket_is_reached() {
        use std::os::{linux::net::SocketAddrExt, unix::net::SocketAddr};

        let name = format!("healthz-systemd-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let socket = UnixDatagram::bind_addr(&address).unwrap();
        let manager = Manager::new(format!("@{name}").as_ref()).unwrap();
        manager.send("READY=1").await;
        let mut bytes = [0; 64];
        let length = socket.recv(&mut bytes).unwrap();
        assert_eq!(&bytes[..length], b"READY=1");
    }
}
