use std::{io, net::SocketAddr};

use crate::{Failure, Leaving, Response, http1::Http1};

/// A client that sends the bytes it is given and believes nothing it reads.
///
/// Where there is no whole response the methods panic, because a test that cannot go on has failed.
/// Those that begin with `try` return the [`Failure`].
#[derive(Debug)]
pub struct Connection(Http1);

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// If nobody listens.
    pub fn open(server: SocketAddr) -> io::Result<Self> {
        Http1::open(server).map(Self)
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.send(bytes.as_ref()).unwrap();
    }

    /// Sends the plainest request there is.
    pub fn request(&mut self, method: &str, path: &str) {
        self.send(plain(method, path));
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
        self.0.receive().unwrap()
    }

    /// Reads a response that has no body.
    pub fn receive_head(&mut self) -> Response {
        self.0.receive_head().unwrap()
    }

    /// Asserts that the server closes the connection and sends nothing more.
    pub fn ends(&mut self) {
        let more = self.receive_or_end();
        assert_eq!(more, None, "more came");
    }

    /// Reads the response to any request but HEAD, or the end of the connection.
    pub fn receive_or_end(&mut self) -> Option<Response> {
        (!self.0.ended().unwrap()).then(|| self.receive())
    }

    /// Sends GET and reads the response.
    ///
    /// # Errors
    /// If there is no whole response.
    pub fn try_get(&mut self, path: &str) -> Result<Response, Failure> {
        self.try_send(plain("GET", path))
    }

    /// Sends POST with a body and reads the response.
    ///
    /// # Errors
    /// If there is no whole response.
    pub fn try_post(&mut self, path: &str, body: &str) -> Result<Response, Failure> {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}");
        self.try_send(format!("{head}\r\n\r\n{body}"))
    }

    /// Sends bytes as they are and reads a response.
    ///
    /// # Errors
    /// If there is no whole response.
    pub fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> Result<Response, Failure> {
        self.0.send(bytes.as_ref())?;
        self.0.receive()
    }

    /// Goes away. A half-closed connection is given back, so that it stays open.
    #[must_use = "a half-closed connection closes when dropped"]
    pub fn leave(self, how: Leaving) -> Option<Self> {
        self.0.leave(how).unwrap().map(Self)
    }
}

fn plain(method: &str, path: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}
