use std::{io, net::SocketAddr};

use crate::{Failure, Leaving, Protocol, Response, http1::Http1, http2::Http2};

/// A client that sends what it is given and believes nothing it reads.
///
/// Where there is no whole response the methods panic, because a test that cannot go on has failed.
/// Those that begin with `try` return the [`Failure`]. All of them block the thread, so a test that
/// calls them is no async function.
#[derive(Debug)]
pub struct Connection(Wire);

#[derive(Debug)]
enum Wire {
    Http1(Http1),
    Http2(Http2),
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// If nobody listens, or the server does not speak the protocol.
    pub fn open(server: SocketAddr, protocol: &Protocol) -> io::Result<Self> {
        Ok(Self(match protocol {
            Protocol::Http1 => Wire::Http1(Http1::open(server)?),
            Protocol::Http2 => Wire::Http2(Http2::open(server)?),
            #[cfg(feature = "tls")]
            Protocol::Tls(tls) => Wire::Http2(Http2::open_tls(server, tls)?),
        }))
    }

    /// Sends bytes as they are.
    ///
    /// # Panics
    /// If the connection does not speak HTTP/1, or cannot be written to.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.http1().send(bytes.as_ref()).unwrap();
    }

    /// Sends the plainest request there is.
    pub fn request(&mut self, method: &str, path: &str) {
        self.try_request(method, path.as_bytes(), &[]).unwrap();
    }

    /// Sends GET and reads the response.
    pub fn get(&mut self, path: &str) -> Response {
        self.ask("GET", path)
    }

    /// Sends the plainest request there is and reads the response to it.
    ///
    /// Over HTTP/2 the responses to requests before it may still be waited for.
    pub fn ask(&mut self, method: &str, path: &str) -> Response {
        self.try_ask(method, path, &[]).unwrap()
    }

    /// Reads the response to any request but HEAD, over HTTP/2 to the oldest that has none yet. Its
    /// body has exactly the length it says.
    pub fn receive(&mut self) -> Response {
        self.try_receive().unwrap()
    }

    /// Reads a response that has no body.
    ///
    /// # Panics
    /// If over HTTP/2 it has one. Over HTTP/1 the body would be taken for the next response.
    pub fn receive_head(&mut self) -> Response {
        self.try_receive_head().unwrap()
    }

    /// Asserts that the server closes an HTTP/1 connection and sends nothing more.
    pub fn ends(&mut self) {
        let more = self.receive_or_end();
        assert_eq!(more, None, "more came");
    }

    /// Reads the response to any request but HEAD, or the end of an HTTP/1 connection.
    pub fn receive_or_end(&mut self) -> Option<Response> {
        (!self.http1().ended().unwrap()).then(|| self.receive())
    }

    /// Sends GET and reads the response.
    ///
    /// # Errors
    /// If there is no whole response.
    pub fn try_get(&mut self, path: &str) -> Result<Response, Failure> {
        self.try_ask("GET", path, &[])
    }

    /// Sends a request with these header fields, the path as it is, and reads the response to it.
    ///
    /// `Host` is `localhost` unless it is among the fields. Over HTTP/2 it is the `:authority`.
    ///
    /// # Errors
    /// If there is no whole response. If HTTP/2's client cannot send the path, the error's kind is
    /// [`InvalidInput`](io::ErrorKind::InvalidInput).
    pub fn try_ask(
        &mut self,
        method: &str,
        path: impl AsRef<[u8]>,
        fields: &[(&str, &str)],
    ) -> Result<Response, Failure> {
        self.try_request(method, path.as_ref(), fields)?;
        match &mut self.0 {
            Wire::Http2(http2) if method == "HEAD" => without_body(http2.receive_newest()?),
            Wire::Http2(http2) => http2.receive_newest(),
            Wire::Http1(http1) if method == "HEAD" => http1.receive_head(),
            Wire::Http1(http1) => http1.receive(),
        }
    }

    /// Sends POST with a body over HTTP/1 and reads the response.
    ///
    /// # Errors
    /// If there is no whole response.
    pub fn try_post(&mut self, path: &str, body: &str) -> Result<Response, Failure> {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}");
        self.try_send(format!("{head}\r\n\r\n{body}"))
    }

    /// Sends bytes as they are over HTTP/1 and reads a response.
    ///
    /// # Errors
    /// If there is no whole response.
    pub fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> Result<Response, Failure> {
        self.http1().send(bytes.as_ref())?;
        self.try_receive()
    }

    /// Resets the stream of the oldest request that has no response yet; HTTP/2 alone can.
    ///
    /// # Panics
    /// If the connection does not speak HTTP/2.
    pub fn cancel(&mut self) {
        match &mut self.0 {
            Wire::Http2(http2) => http2.cancel(),
            Wire::Http1(_) => panic!("HTTP/1 has no streams"),
        }
    }

    /// Goes away. A half-closed connection is given back, so that it stays open.
    #[must_use = "a half-closed connection closes when dropped"]
    pub fn leave(self, how: Leaving) -> Option<Self> {
        let left = match self.0 {
            Wire::Http1(http1) => http1.leave(how).unwrap().map(Wire::Http1),
            Wire::Http2(http2) => http2.leave(how).unwrap().map(Wire::Http2),
        };
        left.map(Self)
    }

    fn try_request(
        &mut self,
        method: &str,
        path: &[u8],
        fields: &[(&str, &str)],
    ) -> io::Result<()> {
        match &mut self.0 {
            Wire::Http1(http1) => http1.request(method, path, fields),
            Wire::Http2(http2) => http2.request(method, path, fields),
        }
    }

    fn try_receive(&mut self) -> Result<Response, Failure> {
        match &mut self.0 {
            Wire::Http1(http1) => http1.receive(),
            Wire::Http2(http2) => http2.receive_oldest(),
        }
    }

    fn try_receive_head(&mut self) -> Result<Response, Failure> {
        match &mut self.0 {
            Wire::Http1(http1) => http1.receive_head(),
            Wire::Http2(http2) => without_body(http2.receive_oldest()?),
        }
    }

    fn http1(&mut self) -> &mut Http1 {
        match &mut self.0 {
            Wire::Http1(http1) => http1,
            Wire::Http2(_) => panic!("bytes are sent as they are over HTTP/1 alone"),
        }
    }
}

fn without_body(response: Response) -> Result<Response, Failure> {
    if response.body().is_empty() {
        return Ok(response);
    }
    Err(Failure::invalid(format!("the answer to HEAD has a body: {response:?}")))
}
