use std::{
    io,
    net::SocketAddr,
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle, sleep},
    time::{Duration, Instant},
};

use healthz_testkit::{Connection, Failure, Protocol, Response};

/// The time between two requests of one client.
const PACE: Duration = Duration::from_millis(50);

/// Clients that ask for one path again and again.
#[derive(Debug)]
pub struct Load {
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<Tally>>,
}

/// What became of the requests.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many were answered with 200.
    pub answered: usize,
    /// Those that were not, and when each of them was given up.
    pub failed: Vec<(Instant, io::Error)>,
    /// Those whose answer broke off, or said something else than 200.
    pub broken: Vec<io::Error>,
}

impl Load {
    /// Lets so many clients ask over connections that they keep, and as many over fresh ones.
    #[must_use]
    pub fn start(address: SocketAddr, path: &'static str, clients: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let client = |number: usize| {
            let (keeps, stop) = (number < clients, stop.clone());
            thread::spawn(move || client(address, path, keeps, &stop))
        };
        Self { clients: (0..2 * clients).map(client).collect(), stop }
    }

    /// Ends it, after the requests that are out.
    #[must_use]
    pub fn stop(self) -> Tally {
        self.stop.store(true, Ordering::Relaxed);
        self.clients.into_iter().fold(Tally::default(), |mut sum, client| {
            let tally = client.join().unwrap_or_else(|panic| resume_unwind(panic));
            sum.answered += tally.answered;
            sum.failed.extend(tally.failed);
            sum.broken.extend(tally.broken);
            sum
        })
    }
}

fn client(address: SocketAddr, path: &str, keeps: bool, stop: &AtomicBool) -> Tally {
    let mut tally = Tally::default();
    let mut kept = None;
    while !stop.load(Ordering::Relaxed) {
        let connection = kept.take().filter(|_| keeps);
        match ask(address, path, connection) {
            Ok((connection, answer)) if answer.status() == 200 => {
                tally.answered += 1;
                kept = Some(connection);
            }
            Ok((_, answer)) => tally.broken.push(io::Error::other(format!("{answer:?}"))),
            Err(failure) if failure.begun() => tally.broken.push(failure.into()),
            Err(failure) => tally.failed.push((Instant::now(), failure.into())),
        }
        sleep(PACE);
    }
    tally
}

/// Asks as every HTTP client does: where a kept connection turns out to be closed before any of the
/// answer came, on a fresh one.
fn ask(
    address: SocketAddr,
    path: &str,
    kept: Option<Connection>,
) -> Result<(Connection, Response), Failure> {
    if let Some(mut connection) = kept {
        match connection.try_get(path) {
            Ok(answer) => return Ok((connection, answer)),
            Err(failure) if failure.begun() => return Err(failure),
            Err(_) => {}
        }
    }
    let mut connection = Connection::open(address, &Protocol::Http1)?;
    let answer = connection.try_get(path)?;
    Ok((connection, answer))
}
