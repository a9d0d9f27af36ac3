use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// How long a client waits before it calls the service dead. A guard against hanging, no promise.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection that is kept alive, and the plainest client over it.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// What was read beyond the last answer.
    read: Vec<u8>,
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body, as long as its `Content-Length` says.
    pub body: String,
}

/// Why there is no whole answer.
#[derive(Debug)]
pub struct Failure {
    /// Whether a part of the answer came.
    pub begun: bool,
    /// What went wrong.
    pub error: io::Error,
}

impl From<Failure> for io::Error {
    fn from(failure: Failure) -> Self {
        let Failure { begun, error } = failure;
        Self::other(format!("{error} (answer begun: {begun})"))
    }
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// If nobody listens.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::new() })
    }

    /// Asks for a path and waits for the answer.
    ///
    /// # Errors
    /// If there is no whole answer.
    pub fn get(&mut self, path: &str) -> Result<Answer, Failure> {
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n"))
    }

    /// Posts a body and waits for the answer.
    ///
    /// # Errors
    /// If there is no whole answer.
    pub fn post(&mut self, path: &str, body: &str) -> Result<Answer, Failure> {
        let length = body.len();
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: test\r\ncontent-length: {length}\r\n\r\n");
        self.ask(&(head + body))
    }

    /// Sends these bytes and waits for an answer.
    ///
    /// # Errors
    /// If there is no whole answer.
    pub fn ask(&mut self, bytes: &str) -> Result<Answer, Failure> {
        self.stream.write_all(bytes.as_bytes()).map_err(|error| Failure { begun: false, error })?;
        let head = self.head()?;
        let begun = |error| Failure { begun: true, error };
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| begun(invalid(format!("no status in {head:?}"))))?;
        if status == 100 {
            return Ok(Answer { status, body: String::new() });
        }
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        let length = length.ok_or_else(|| begun(invalid(format!("no length in {head:?}"))))?;
        while self.read.len() < length {
            self.fill()?;
        }
        let body = self.read.drain(..length).collect();
        let body = String::from_utf8(body).map_err(|error| begun(invalid(error)))?;
        Ok(Answer { status, body })
    }

    fn head(&mut self) -> Result<String, Failure> {
        loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                let head: Vec<u8> = self.read.drain(..end + 4).collect();
                return Ok(String::from_utf8_lossy(&head).into_owned());
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> Result<(), Failure> {
        let begun = !self.read.is_empty();
        let mut buffer = [0; 4096];
        let read = self.stream.read(&mut buffer).map_err(|error| Failure { begun, error })?;
        if read == 0 {
            return Err(Failure { begun, error: io::ErrorKind::UnexpectedEof.into() });
        }
        self.read.extend_from_slice(&buffer[..read]);
        Ok(())
    }
}

fn invalid(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
