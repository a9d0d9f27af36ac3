use std::{
    io,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::{child::Server, client::Client, summary::Summary, support::state::PATH};

const CONNECTIONS: usize = 32;
const ROUNDS: usize = 5;
const WARM_UP: Duration = Duration::from_millis(500);
const ROUND: Duration = Duration::from_secs(2);

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

/// Loads all servers in turn, round after round, and compares each with the first.
pub(crate) async fn compare(cases: &[String]) -> io::Result<Vec<Beside>> {
    compare_paths(&cases.iter().map(|case| (case.clone(), PATH)).collect::<Vec<_>>()).await
}

pub(crate) async fn compare_paths(cases: &[(String, &str)]) -> io::Result<Vec<Beside>> {
    let servers: Vec<Server> =
        cases.iter().map(|(case, _)| Server::start(case)).collect::<io::Result<_>>()?;
    for (server, (_, path)) in servers.iter().zip(cases) {
        load(server, path, WARM_UP).await?;
    }
    let mut rounds: Vec<Vec<Round>> = cases.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for ((server, (_, path)), done) in servers.iter().zip(cases).zip(&mut rounds) {
            done.push(load(server, path, ROUND).await?);
        }
    }
    let beside = |(case, done): (&(String, &str), &Vec<Round>)| {
        let pairs = || done.iter().zip(&rounds[0]);
        Beside {
            case: case.0.clone(),
            per_second: done.iter().map(|round| round.per_second).collect(),
            ratio: pairs().map(|(ours, bare)| ours.per_second / bare.per_second).collect(),
            core_ratio: pairs().map(|(ours, bare)| ours.per_core / bare.per_core).collect(),
            microseconds: done.iter().map(|round| 1e6 / round.per_core).collect(),
        }
    };
    Ok(cases.iter().zip(&rounds).map(beside).collect())
}

/// Asks on all connections at once until the time is over.
async fn load(server: &Server, path: &str, duration: Duration) -> io::Result<Round> {
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut client = Client::connect(server.address, path).await?;
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

/// Keeps a server busy for a while.
pub(crate) async fn exercise(server: &Server) -> io::Result<()> {
    load(server, PATH, ROUND).await.map(drop)
}
