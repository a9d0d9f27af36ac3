use std::{
    io,
    time::{Duration, Instant},
};

use healthz_benches::state::PATH;
use tokio::task::JoinSet;

use crate::{child::Server, client::Client, summary::Summary};

const CONNECTIONS: usize = 32;
/// Many and short, so that what else happens on the machine meets all cases alike.
const ROUNDS: usize = 41;
const WARM_UP: Duration = Duration::from_millis(500);
const ROUND: Duration = Duration::from_millis(200);

/// What one server did in one round.
struct Round {
    per_second: f64,
    /// Requests per second of the server's time on the processor.
    per_core: f64,
}

/// What one case did beside the first one.
pub(crate) struct Beside {
    pub(crate) case: String,
    pub(crate) per_second: Summary,
    pub(crate) ratio: Summary,
    /// The same ratio by time on the processor, which other load on the machine disturbs less.
    pub(crate) core_ratio: Summary,
    pub(crate) microseconds: Summary,
}

/// A server under load.
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) server: Server,
    pub(crate) path: &'static str,
    /// Whether every probe has a connection of its own.
    pub(crate) closing: bool,
}

impl Target {
    pub(crate) fn case(case: &str) -> io::Result<Self> {
        Ok(Self { name: case.into(), server: Server::start(case)?, path: PATH, closing: false })
    }
}

/// Loads all servers in turn, round after round, and compares each with the first.
pub(crate) async fn compare(cases: &[&str]) -> io::Result<Vec<Beside>> {
    let targets: Vec<Target> =
        cases.iter().map(|case| Target::case(case)).collect::<io::Result<_>>()?;
    compare_targets(&targets).await
}

pub(crate) async fn compare_targets(targets: &[Target]) -> io::Result<Vec<Beside>> {
    for target in targets {
        load(target, WARM_UP).await?;
    }
    let mut rounds: Vec<Vec<Round>> = targets.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for (target, done) in targets.iter().zip(&mut rounds) {
            done.push(load(target, ROUND).await?);
        }
    }
    let beside = |(target, done): (&Target, &Vec<Round>)| {
        let pairs = || done.iter().zip(&rounds[0]);
        Beside {
            case: target.name.clone(),
            per_second: done.iter().map(|round| round.per_second).collect(),
            ratio: pairs().map(|(ours, bare)| ours.per_second / bare.per_second).collect(),
            core_ratio: pairs().map(|(ours, bare)| ours.per_core / bare.per_core).collect(),
            microseconds: done.iter().map(|round| 1e6 / round.per_core).collect(),
        }
    };
    Ok(targets.iter().zip(&rounds).map(beside).collect())
}

/// Keeps a server busy for a while.
pub(crate) async fn exercise(target: &Target) -> io::Result<()> {
    load(target, ROUND).await.map(drop)
}

/// Asks on all connections at once until the time is over.
async fn load(target: &Target, duration: Duration) -> io::Result<Round> {
    let server = &target.server;
    let mut clients = Vec::new();
    // Two synchronous workers with many connections waiting stand still for seconds.
    let connections = if target.closing { 4 } else { CONNECTIONS };
    for _ in 0..connections {
        let mut client = Client::connect(server.address, target.path).await?;
        if target.closing {
            client = client.closing();
        }
        client.ask().await?;
        clients.push(client);
    }
    let (started, spent) = (Instant::now(), server.cpu()?);
    let mut tasks = JoinSet::new();
    for mut client in clients {
        tasks.spawn(async move {
            let mut answered = 0_u32;
            while started.elapsed() < duration {
                let status = client.ask().await?;
                if status != 200 {
                    return Err(io::Error::other(format!("a probe was answered {status}")));
                }
                answered += 1;
            }
            Ok(answered)
        });
    }
    let answered: u32 = tasks.join_all().await.into_iter().sum::<io::Result<u32>>()?;
    let (elapsed, spent) = (started.elapsed(), server.cpu()?.saturating_sub(spent));
    let answered = f64::from(answered);
    Ok(Round {
        per_second: answered / elapsed.as_secs_f64(),
        per_core: answered / spent.as_secs_f64(),
    })
}
