use std::{
    fs,
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use healthz_checks::ping;
use healthz_core::{Registry, adapter::Request};
use healthz_test_support::{Server, install};
use sqlx::{Connection, PgConnection, PgPool, postgres::PgPoolOptions};
use tokio::{
    runtime::{Builder, Handle},
    time::{Instant, interval, sleep},
};

use crate::vitals::{Table, Vitals};

const PROBERS: u64 = 8;
const PROBES_A_SECOND: u64 = 200;
const CONNECTIONS: u32 = 3;
const PASSWORD: &str = "soak";
/// How long the database stays as it is.
const STAY: Duration = Duration::from_secs(4);
/// Longer than a run that began before a turn, and what joins it.
const TURN: Duration = Duration::from_secs(1);

/// What a probe has to say; zero while the database turns, when both is right.
static EXPECTED: AtomicU64 = AtomicU64::new(0);
static ANSWERED: AtomicU64 = AtomicU64::new(0);
static SLOWEST: AtomicU64 = AtomicU64::new(0);

/// A database that is frozen, thawed, killed and started again, while it is asked.
pub(crate) fn soak(minutes: u64) -> io::Result<()> {
    let Some(mut server) = install("postgres") else { return Ok(()) };
    let password = server.write("password", PASSWORD);
    server.data("soak", |data| {
        let arguments = ["--username=soak", "--auth=scram-sha-256", "--no-sync", "-D", data];
        server.run("initdb", &[&arguments[..], &["--pwfile", &password]].concat());
    });
    start(&mut server);
    let url = format!("postgres://soak:{PASSWORD}@127.0.0.1:{}/postgres", server.port);
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let options = PgPoolOptions::new().max_connections(CONNECTIONS);
        let pool: PgPool = options.connect_lazy(&url).map_err(io::Error::other)?;
        let registry = Registry::builder().endpoint("ready", ping(pool)).build();
        let registry = Arc::new(registry.expect("a valid registry"));
        for _ in 0..PROBERS {
            tokio::spawn(probe(registry.clone()));
        }
        let begun = Instant::now();
        let mut table = Table::begin("rounds of the database")?;
        for round in 1.. {
            answers(&url).await;
            stay(200).await;
            if round > 1 {
                table.row(round - 1, Vitals::calm(&Handle::current()).await?)?;
            }
            if begun.elapsed() > Duration::from_secs(60 * minutes) {
                break;
            }
            server.freeze();
            stay(503).await;
            server.thaw();
            stay(200).await;
            tokio::task::block_in_place(|| server.stop());
            stay(503).await;
            start(&mut server);
        }
        writeln!(
            io::stdout(),
            "\n{} answers, none of them wrong; the slowest took {} ms",
            ANSWERED.load(Ordering::Relaxed),
            SLOWEST.load(Ordering::Relaxed)
        )
    })
}

fn start(server: &mut Server) {
    // It would wait for one that is dead, as long as nobody has buried it.
    let _ = fs::remove_file(server.path("data/postmaster.pid"));
    let (port, data) = (server.port.to_string(), server.path("data"));
    server.start(&["-F", "-h", "127.0.0.1", "-p", &port, "-k", "", "-D", &data]);
}

async fn answers(url: &str) {
    while match PgConnection::connect(url).await {
        Ok(connection) => connection.close().await.is_err(),
        Err(_) => true,
    } {
        sleep(Duration::from_millis(20)).await;
    }
}

/// Leaves the database as it is, and holds the probers to what that means.
async fn stay(expected: u64) {
    sleep(TURN).await;
    EXPECTED.store(expected, Ordering::SeqCst);
    sleep(STAY).await;
    EXPECTED.store(0, Ordering::SeqCst);
}

/// Whatever is wrong ends the process.
async fn probe(registry: Arc<Registry>) {
    let mut tick = interval(Duration::from_millis(1000 * PROBERS / PROBES_A_SECOND));
    loop {
        tick.tick().await;
        let (before, asked) = (EXPECTED.load(Ordering::SeqCst), Instant::now());
        let answer = registry.respond(Request::new("GET", "ready")).await;
        let after = EXPECTED.load(Ordering::SeqCst);
        if before != 0 && before == after && u64::from(answer.code()) != before {
            let _ = writeln!(io::stderr(), "{before} was right, and the answer was {answer:?}");
            std::process::exit(1);
        }
        let took = u64::try_from(asked.elapsed().as_millis()).unwrap_or(u64::MAX);
        SLOWEST.fetch_max(took, Ordering::Relaxed);
        ANSWERED.fetch_add(1, Ordering::Relaxed);
    }
}
