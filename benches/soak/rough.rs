use std::{
    io::{self, Write},
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
    time::{Instant, interval, sleep},
};

use crate::{
    client::{ask, open, send},
    endpoints::{endpoint, registry},
    vitals::{Table, Vitals},
};

const PROBERS: u64 = 8;
const PROBES_A_SECOND: u64 = 200;
const ABORTED_A_MINUTE: u64 = 10_000;
const BLOCKED: Duration = Duration::from_secs(3);

static ANSWERED: AtomicU64 = AtomicU64::new(0);
static ABORTED: AtomicU64 = AtomicU64::new(0);
static SLOWEST: AtomicU64 = AtomicU64::new(0);

/// A server with two workers, and its clients on a runtime of their own.
pub(crate) fn soak(minutes: u64) -> io::Result<()> {
    let server = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let address = serve(&server)?;
    let clients = Builder::new_current_thread().enable_all().build()?;
    clients.block_on(async {
        for prober in 0..PROBERS {
            tokio::spawn(probe(prober, address));
        }
        tokio::spawn(abort(address));
        let mut table = Table::begin("minutes")?;
        for minute in 1..=minutes {
            sleep(Duration::from_secs(30)).await;
            server.spawn(async { thread::sleep(BLOCKED) });
            sleep(Duration::from_secs(30)).await;
            table.row(minute, Vitals::calm(server.handle()).await?)?;
        }
        writeln!(
            io::stdout(),
            "\n{} answers, none of them wrong; {} aborted; the slowest answer took {} ms",
            ANSWERED.load(Ordering::Relaxed),
            ABORTED.load(Ordering::Relaxed),
            SLOWEST.load(Ordering::Relaxed)
        )
    })
}

fn serve(server: &Runtime) -> io::Result<SocketAddr> {
    let registry = registry().build().expect("a valid registry");
    let listener = server.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    server.spawn(async move { axum::serve(listener, healthz_axum::routes(&registry)).await });
    Ok(address)
}

/// Asks on one connection. Whatever is wrong ends the process.
async fn probe(prober: u64, address: SocketAddr) {
    let mut stream = open(address).await.expect("a connection");
    let mut tick = interval(Duration::from_millis(1000 * PROBERS / PROBES_A_SECOND));
    for turn in 0.. {
        tick.tick().await;
        let (endpoint, answers) = endpoint(turn * PROBERS + prober);
        let asked = Instant::now();
        let answer = ask(&mut stream, endpoint).await;
        let right = matches!(&answer, Ok((status, false)) if answers.contains(status));
        if !right {
            let _ = writeln!(io::stderr(), "`{endpoint}` answered {answer:?}");
            std::process::exit(1);
        }
        let took = u64::try_from(asked.elapsed().as_millis()).unwrap_or(u64::MAX);
        SLOWEST.fetch_max(took, Ordering::Relaxed);
        ANSWERED.fetch_add(1, Ordering::Relaxed);
    }
}

/// Leaves before the answer.
async fn abort(address: SocketAddr) {
    let mut tick = interval(Duration::from_micros(60_000_000 / ABORTED_A_MINUTE));
    for turn in 0_u64.. {
        tick.tick().await;
        let mut stream = open(address).await.expect("a connection");
        let endpoint = if turn.is_multiple_of(2) { "slow" } else { "waiting" };
        if send(&mut stream, endpoint).await.is_ok() {
            ABORTED.fetch_add(1, Ordering::Relaxed);
        }
    }
}
