use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use socket2::SockRef;

use crate::{Leaving, Response, until::PATIENCE};

/// No response of ours or of a framework comes near it.
const LIMIT: usize = 64 * 1024;

/// A client that sends the bytes it is given and believes nothing it reads.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// Read, but not used up: the beginning of the next response.
    ahead: Vec<u8>,
}

impl Connection {
    pub(crate) fn to(server: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&server, PATIENCE).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self { stream, ahead: Vec::new() }
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).unwrap();
    }

    /// Sends the plainest request there is.
    pub fn request(&mut self, method: &str, path: &str) {
        self.send(format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    /// Sends GET and reads the response.
    pub fn get(&mut self, path: &str) -> Response {
        self.ask("GET", path)
    }

    /// Sends the plainest request there is and reads the response.
    pub fn ask(&mut self, method: &str, path: &str) -> Response {
        self.request(method, path);
        if method == "HEAD" { self.receive_head() } else { self.receive() }
    }

    /// Reads the response to any request but HEAD. Its body has exactly the length it says.
    pub fn receive(&mut self) -> Response {
        let response = self.receive_head();
        assert_eq!(response.header("transfer-encoding"), None, "{response:?}");
        let length = response.content_length();
        assert!(length < LIMIT, "{length} bytes of body");
        while self.ahead.len() < length {
            assert!(self.read(), "the body ends early: {response:?}");
        }
        let rest = self.ahead.split_off(length);
        response.with_body(std::mem::replace(&mut self.ahead, rest))
    }

    /// Reads a response that has no body.
    pub fn receive_head(&mut self) -> Response {
        const END: &[u8] = b"\r\n\r\n";
        let end = loop {
            if let Some(end) = self.ahead.windows(END.len()).position(|window| window == END) {
                break end;
            }
            assert!(self.ahead.len() < LIMIT, "no end of the head");
            assert!(self.read(), "the head ends early: {:?}", String::from_utf8_lossy(&self.ahead));
        };
        let rest = self.ahead.split_off(end + END.len());
        let head = std::mem::replace(&mut self.ahead, rest);
        Response::parse(&head[..end])
    }

    /// Asserts that the server closes the connection and sends nothing more.
    pub fn ends(&mut self) {
        let more = self.receive_or_end();
        assert_eq!(more, None, "more came");
    }

    /// Reads the response to any request but HEAD, or the end of the connection.
    pub fn receive_or_end(&mut self) -> Option<Response> {
        (!self.ahead.is_empty() || self.read()).then(|| self.receive())
    }

    /// Goes away. A half-closed connection is given back, so that it stays open.
    #[must_use = "a half-closed connection closes when dropped"]
    pub fn leave(self, how: Leaving) -> Option<Self> {
        match how {
            Leaving::Close => None,
            Leaving::HalfClose => {
                self.stream.shutdown(Shutdown::Write).unwrap();
                Some(self)
            }
            Leaving::Reset => {
                SockRef::from(&self.stream).set_linger(Some(Duration::ZERO)).unwrap();
                None
            }
        }
    }

    /// Reads some bytes; `false` at the end of the stream.
    fn read(&mut self) -> bool {
        let mut buffer = [0; 4096];
        let count = match self.stream.read(&mut buffer) {
            Ok(count) => count,
            // So ends what a server closes with something unread.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => 0,
            Err(error) => panic!("nothing to read: {error}"),
        };
        self.ahead.extend_from_slice(&buffer[..count]);
        count > 0
    }
}
