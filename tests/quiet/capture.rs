use std::{
    io, mem,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};

use tracing_subscriber::{
    Layer,
    filter::filter_fn,
    fmt::{self, format::FmtSpan},
    layer::SubscriberExt,
    registry,
};

/// The targets of everything that logs requests here, of the application and of core.
const TARGETS: [&str; 9] = [
    "access",
    "app",
    "actix_web::middleware::logger",
    "healthz",
    "otel",
    "ntex::web::middleware",
    "poem::middleware",
    "tower_http",
    "tracing_actix_web",
];

static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static TURN: Mutex<()> = Mutex::new(());

static LISTENING: LazyLock<()> = LazyLock::new(|| {
    let wanted = filter_fn(|metadata| is_wanted(metadata.target()));
    let lines = fmt::layer()
        .without_time()
        .with_ansi(false)
        .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
        .with_writer(|| Written)
        .with_filter(wanted);
    tracing::subscriber::set_global_default(registry().with(lines)).unwrap();
    log::set_logger(&Written).unwrap();
    log::set_max_level(log::LevelFilter::Debug);
});

/// Collects what all loggers of this process write, at every level a request is logged at; spans
/// that open and close, too.
///
/// There is one of it at a time, so that lines that are written in other threads find their test.
pub(crate) struct Capture(MutexGuard<'static, ()>);

impl Capture {
    pub(crate) fn start() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        LazyLock::force(&LISTENING);
        WRITTEN.lock().unwrap().clear();
        Self(turn)
    }

    /// Returns the lines about requests.
    pub(crate) fn lines(self) -> Vec<String> {
        self.all().0
    }

    /// Returns the lines about requests, and those of core.
    pub(crate) fn all(self) -> (Vec<String>, Vec<String>) {
        self.written()
    }

    /// Takes the lines about requests, and goes on.
    pub(crate) fn take(&self) -> Vec<String> {
        self.written().0
    }

    fn written(&self) -> (Vec<String>, Vec<String>) {
        let Self(_turn) = self;
        let written = String::from_utf8(mem::take(&mut *WRITTEN.lock().unwrap())).unwrap();
        written.lines().map(str::to_owned).partition(|line| !line.contains("healthz: "))
    }
}

struct Written;

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl log::Log for Written {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        is_wanted(metadata.target())
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{} {}: {}\n", record.level(), record.target(), record.args());
            WRITTEN.lock().unwrap().extend(line.into_bytes());
        }
    }

    fn flush(&self) {}
}

fn is_wanted(target: &str) -> bool {
    TARGETS.iter().any(|wanted| target.starts_with(wanted))
}
