//! What is counted or clocked answer by answer, not by throughput.

use std::{
    io,
    time::{Duration, Instant},
};

use healthz_benches::state::PATH;
use tokio::{sync::Barrier, task::JoinSet};

use crate::{child::Server, client::Client, summary::Summary};

/// Milliseconds to the answer, one probe after another.
pub(crate) async fn answers(case: &str, probes: usize, status: u16) -> io::Result<Summary> {
    let server = Server::start(case)?;
    let mut client = Client::connect(server.address, PATH).await?;
    client.ask().await?;
    let mut milliseconds = Vec::new();
    for _ in 0..probes {
        let asked = Instant::now();
        let answered = client.ask().await?;
        milliseconds.push(asked.elapsed().as_secs_f64() * 1e3);
        if answered != status {
            return Err(io::Error::other(format!("`{case}` answered {answered}")));
        }
    }
    Ok(milliseconds.into_iter().collect())
}

/// The body of a case's answer.
pub(crate) async fn body(case: &str) -> io::Result<String> {
    let server = Server::start(case)?;
    let mut client = Client::connect(server.address, PATH).await?;
    client.ask().await?;
    Ok(client.body())
}

/// Many probes at once; returns how many runs they caused and milliseconds to the last answer.
pub(crate) async fn stampede(case: &str, probes: usize) -> io::Result<(u64, f64)> {
    let server = Server::start(case)?;
    let barrier = std::sync::Arc::new(Barrier::new(probes + 1));
    let mut tasks = JoinSet::new();
    for _ in 0..probes {
        let mut client = Client::connect(server.address, PATH).await?;
        let barrier = barrier.clone();
        tasks.spawn(async move {
            barrier.wait().await;
            client.ask().await
        });
    }
    // The server accepts the last of them meanwhile.
    tokio::time::sleep(Duration::from_millis(200)).await;
    barrier.wait().await;
    let asked = Instant::now();
    let mut last = Duration::ZERO;
    while let Some(answered) = tasks.join_next().await {
        match answered.map_err(io::Error::other)?? {
            200 => last = asked.elapsed(),
            other => return Err(io::Error::other(format!("a probe was answered {other}"))),
        }
    }
    let mut client = Client::connect(server.address, "/runs").await?;
    client.ask().await?;
    let runs = client.body().trim().parse().map_err(io::Error::other)?;
    Ok((runs, last.as_secs_f64() * 1e3))
}

/// Microseconds to the answer on one connection, block after block of each case in turn; returns
/// the median of each case in each block.
pub(crate) async fn medians(cases: &[&str]) -> io::Result<Vec<Summary>> {
    const BLOCKS: usize = 20;
    const PROBES: usize = 2000;
    let servers = cases.iter().map(|case| Server::start(case)).collect::<io::Result<Vec<_>>>()?;
    let mut clients = Vec::new();
    for server in &servers {
        clients.push(Client::connect(server.address, PATH).await?);
    }
    let mut medians = vec![Vec::new(); cases.len()];
    for _ in 0..BLOCKS {
        for (client, medians) in clients.iter_mut().zip(&mut medians) {
            let mut block = Vec::with_capacity(PROBES);
            for _ in 0..PROBES {
                let asked = Instant::now();
                client.ask().await?;
                block.push(asked.elapsed().as_secs_f64() * 1e6);
            }
            medians.push(block.into_iter().collect::<Summary>().median());
        }
    }
    Ok(medians.into_iter().map(|medians| medians.into_iter().collect()).collect())
}
