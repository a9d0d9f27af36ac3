use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use socket2::SockRef;

use crate::{Failure, Leaving, Response, until::PATIENCE};

/// No response of ours or of a framework comes near it.
const LIMIT: usize = 1024 * 1024;

/// HTTP/1 over a blocking socket, as raw as it gets.
#[derive(Debug)]
pub(crate) struct Http1 {
    stream: TcpStream,
    /// Read, but not used up: the beginning of the next response.
    ahead: Vec<u8>,
}

impl Http1 {
    pub(crate) fn open(server: SocketAddr) -> io::Result<Self> {
        let stream = connect(server)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, ahead: Vec::new() })
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Sends a request without a body.
    pub(crate) fn request(
        &mut self,
        method: &str,
        path: &[u8],
        fields: &[(&str, &str)],
    ) -> io::Result<()> {
        let mut rest = String::from(" HTTP/1.1\r\n");
        if !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            rest += "Host: localhost\r\n";
        }
        for (name, value) in fields {
            rest.extend([name, ": ", value, "\r\n"]);
        }
        self.send(&[method.as_bytes(), b" ", path, rest.as_bytes(), b"\r\n"].concat())
    }

    /// Reads a response whose body has exactly the length it says.
    pub(crate) fn receive(&mut self) -> Result<Response, Failure> {
        let response = self.receive_head()?;
        if matches!(response.status(), 100..200 | 204 | 304) {
            return Ok(response);
        }
        if response.header("transfer-encoding").is_some() {
            return Err(Failure::invalid(format!("a transfer encoding: {response:?}")));
        }
        let length = response.header("content-length").and_then(|length| length.parse().ok());
        let length = length.filter(|length| *length < LIMIT);
        let length = length
            .ok_or_else(|| Failure::invalid(format!("no length, or too great: {response:?}")))?;
        while self.ahead.len() < length {
            if !self.read(true)? {
                return Err(Failure::invalid(format!("the body ends early: {response:?}")));
            }
        }
        let rest = self.ahead.split_off(length);
        Ok(response.with_body(std::mem::replace(&mut self.ahead, rest)))
    }

    /// Reads a response that has no body.
    pub(crate) fn receive_head(&mut self) -> Result<Response, Failure> {
        const END: &[u8] = b"\r\n\r\n";
        let end = loop {
            if let Some(end) = self.ahead.windows(END.len()).position(|window| window == END) {
                break end;
            }
            if self.ahead.len() >= LIMIT {
                return Err(Failure::invalid("no end of the head"));
            }
            let begun = !self.ahead.is_empty();
            if !self.read(begun)? {
                return Err(Failure::new(begun, ErrorKind::UnexpectedEof.into()));
            }
        };
        let rest = self.ahead.split_off(end + END.len());
        let head = std::mem::replace(&mut self.ahead, rest);
        Response::parse(&head[..end]).map_err(Failure::invalid)
    }

    /// Tells whether the server closed the connection and sent nothing more.
    pub(crate) fn ended(&mut self) -> Result<bool, Failure> {
        Ok(self.ahead.is_empty() && !self.read(false)?)
    }

    pub(crate) fn leave(self, how: Leaving) -> io::Result<Option<Self>> {
        leave(&self.stream, how)?;
        Ok((how == Leaving::HalfClose).then_some(self))
    }

    /// Reads some bytes; `false` at the end of the stream.
    fn read(&mut self, begun: bool) -> Result<bool, Failure> {
        let mut buffer = [0; 4096];
        let count = match self.stream.read(&mut buffer) {
            Ok(count) => count,
            // So ends what a server closes with something unread.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => 0,
            Err(error) => return Err(Failure::new(begun, error)),
        };
        self.ahead.extend_from_slice(&buffer[..count]);
        Ok(count > 0)
    }
}

pub(crate) fn connect(server: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&server, PATIENCE)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Makes the socket end in this way, now or when it is closed.
pub(crate) fn leave(stream: &TcpStream, how: Leaving) -> io::Result<()> {
    match how {
        Leaving::Close => Ok(()),
        Leaving::HalfClose => stream.shutdown(Shutdown::Write),
        Leaving::Reset => SockRef::from(stream).set_linger(Some(Duration::ZERO)),
    }
}
