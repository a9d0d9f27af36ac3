#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream, ToSocketAddrs},
};

use crate::{
    answer::Answer,
    deadline::Deadline,
    outcome::Outcome,
    place::{Host, Place},
    probe_error::ProbeError,
};

/// The most that is read of an answer. Those of healthz are shorter.
const LIMIT: usize = 8 * 1024;

/// Sends the request and reads the answer.
pub(crate) fn exchange(place: &Place, deadline: &Deadline) -> Result<Outcome, ProbeError> {
    let stream = connect(&place.host, deadline)
        .map_err(|error| ProbeError::Connect(place.host.to_string(), error))?;
    let mut stream = Bounded { stream, deadline };
    let host = match &place.host {
        Host::Unix(_) => "localhost".into(),
        host => host.to_string(),
    };
    let request = format!(
        "GET {} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: healthz-probe/{}\r\nConnection: close\r\n\r\n",
        place.path,
        env!("CARGO_PKG_VERSION"),
    );
    // A server may answer and close before it has read: what it said counts, and the rest shows
    // there.
    let _ = stream.write_all(request.as_bytes());

    let (mut buffer, mut length) = ([0; LIMIT], 0);
    loop {
        let read = stream.read(&mut buffer[length..]);
        length += read.as_ref().unwrap_or(&0);
        let full = length == LIMIT;
        let ended = !full && matches!(read, Ok(0));
        match Answer::parse(&buffer[..length])? {
            Some(answer) if answer.is_whole() || full => return Ok(answer.outcome()),
            // Without its length an answer is whole when the connection ends.
            Some(answer) if ended && !answer.has_length() => return Ok(answer.outcome()),
            // No more of the body can make it healthy, nor does its absence explain more.
            Some(answer) if answer.status != 200 && (ended || read.is_err()) => {
                return Ok(answer.outcome());
            }
            None if full => return Err(ProbeError::TooLong),
            _ if ended => return Err(ProbeError::BrokeOff(io::ErrorKind::UnexpectedEof.into())),
            _ => {}
        }
        read.map_err(ProbeError::BrokeOff)?;
    }
}

fn connect(host: &Host, deadline: &Deadline) -> io::Result<Box<dyn Stream>> {
    let addresses: Vec<SocketAddr> = match host {
        Host::Addresses(all, port) => all.iter().map(|&address| (address, *port).into()).collect(),
        Host::Name(name, port) => {
            let place = (name.clone(), *port);
            deadline.bound(move || Ok(place.to_socket_addrs()?.collect()))?
        }
        #[cfg(unix)]
        Host::Unix(file) => {
            // It waits while the queue of the socket is full.
            let file = file.clone();
            return Ok(Box::new(deadline.bound(|| UnixStream::connect(file))?));
        }
        #[cfg(not(unix))]
        Host::Unix(_) => return Err(io::ErrorKind::Unsupported.into()),
    };
    let mut first_error = None;
    for (tried, address) in addresses.iter().enumerate() {
        // One address that says nothing leaves time for the others.
        let others = u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        match TcpStream::connect_timeout(address, deadline.left()? / others) {
            Ok(stream) => return Ok(Box::new(stream)),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
}

/// A stream whose every step ends with the exchange.
struct Bounded<'a> {
    stream: Box<dyn Stream>,
    deadline: &'a Deadline,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.stream.bound(self.deadline)?;
            match self.stream.read(buffer) {
                // Linux says so after SIGCONT, too.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result.map_err(over),
            }
        }
    }
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.bound(self.deadline)?;
        self.stream.write(bytes).map_err(over)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A socket of Unix calls it otherwise.
fn over(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut.into(),
        _ => error,
    }
}

trait Stream: Read + Write {
    fn bound(&self, deadline: &Deadline) -> io::Result<()>;
}

impl Stream for TcpStream {
    fn bound(&self, deadline: &Deadline) -> io::Result<()> {
        let left = Some(deadline.left()?);
        self.set_read_timeout(left)?;
        self.set_write_timeout(left)
    }
}

#[cfg(unix)]
impl Stream for UnixStream {
    fn bound(&self, deadline: &Deadline) -> io::Result<()> {
        let left = Some(deadline.left()?);
        self.set_read_timeout(left)?;
        self.set_write_timeout(left)
    }
}
