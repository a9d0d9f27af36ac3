use std::{
    collections::VecDeque,
    io,
    net::{SocketAddr, TcpStream},
    sync::LazyLock,
};

use bytes::Bytes;
use h2::{
    Reason, SendStream,
    client::{self, ResponseFuture, SendRequest},
};
use http::{Method, Request, Uri, uri::PathAndQuery};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    runtime::{Builder, Runtime},
    task::AbortHandle,
    time::timeout,
};

use crate::{Failure, Leaving, Response, http1, until::PATIENCE};

/// Where the connections of all tests are driven.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());

/// HTTP/2 with a connection that is kept.
#[derive(Debug)]
pub(crate) struct Http2 {
    scheme: &'static str,
    sender: SendRequest<Bytes>,
    /// The requests that have no response yet, the oldest first.
    asked: VecDeque<Asked>,
    driver: AbortHandle,
    /// The driver's socket, to leave it by.
    socket: TcpStream,
}

#[derive(Debug)]
struct Asked {
    response: ResponseFuture,
    stream: SendStream<Bytes>,
}

impl Http2 {
    pub(crate) fn open(server: SocketAddr) -> io::Result<Self> {
        let (socket, stream) = connect(server)?;
        Self::over(stream, socket, "http")
    }

    #[cfg(feature = "tls")]
    pub(crate) fn open_tls(server: SocketAddr, tls: &crate::Tls) -> io::Result<Self> {
        let (socket, stream) = connect(server)?;
        Self::over(in_time(tls.connect(stream))?, socket, "https")
    }

    fn over<Io>(io: Io, socket: TcpStream, scheme: &'static str) -> io::Result<Self>
    where
        Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let handshake = async { client::handshake(io).await.map_err(io::Error::other) };
        let (sender, connection) = in_time(handshake)?;
        let driver = RUNTIME.spawn(async { drop(connection.await) }).abort_handle();
        Ok(Self { scheme, sender, asked: VecDeque::new(), driver, socket })
    }

    /// Sends a request without a body. A `Host` becomes the `:authority`.
    pub(crate) fn request(
        &mut self,
        method: &str,
        path: &[u8],
        fields: &[(&str, &str)],
    ) -> io::Result<()> {
        let host = fields.iter().find(|(name, value)| is_host(name) && !value.is_empty());
        let path = PathAndQuery::try_from(path).map_err(invalid)?;
        let uri = Uri::builder().scheme(self.scheme).path_and_query(path);
        let uri = uri.authority(host.map_or("localhost", |(_, host)| host));
        let method = Method::from_bytes(method.as_bytes()).map_err(invalid)?;
        let mut request = Request::builder().method(method).uri(uri.build().map_err(invalid)?);
        for (name, value) in fields.iter().filter(|(name, _)| !is_host(name)) {
            request = request.header(*name, *value);
        }
        let request = request.body(()).map_err(invalid)?;
        let sender = self.sender.clone();
        let mut sender = in_time(async { sender.ready().await.map_err(io::Error::other) })?;
        let (response, stream) = sender.send_request(request, true).map_err(io::Error::other)?;
        self.sender = sender;
        self.asked.push_back(Asked { response, stream });
        Ok(())
    }

    /// Reads the response to the oldest request.
    pub(crate) fn receive_oldest(&mut self) -> Result<Response, Failure> {
        receive(self.asked.pop_front())
    }

    /// Reads the response to the newest request.
    pub(crate) fn receive_newest(&mut self) -> Result<Response, Failure> {
        receive(self.asked.pop_back())
    }

    /// Resets the stream of the oldest request.
    pub(crate) fn cancel(&mut self) {
        if let Some(mut asked) = self.asked.pop_front() {
            asked.stream.send_reset(Reason::CANCEL);
        }
    }

    pub(crate) fn leave(self, how: Leaving) -> io::Result<Option<Self>> {
        http1::leave(&self.socket, how)?;
        if how == Leaving::HalfClose {
            return Ok(Some(self));
        }
        self.driver.abort();
        Ok(None)
    }
}

/// Connects; the same socket twice.
fn connect(server: SocketAddr) -> io::Result<(TcpStream, tokio::net::TcpStream)> {
    let socket = http1::connect(server)?;
    let stream = socket.try_clone()?;
    stream.set_nonblocking(true)?;
    let _inside = RUNTIME.enter();
    Ok((socket, tokio::net::TcpStream::from_std(stream)?))
}

fn receive(asked: Option<Asked>) -> Result<Response, Failure> {
    let asked = asked.ok_or_else(|| invalid("nothing was asked"))?;
    let whole = async {
        let response = asked.response.await;
        let response = response.map_err(|error| Failure::new(false, io::Error::other(error)))?;
        let (parts, mut stream) = response.into_parts();
        let mut body = Vec::new();
        while let Some(data) = stream.data().await {
            let data = data.map_err(Failure::invalid)?;
            body.extend_from_slice(&data);
            stream.flow_control().release_capacity(data.len()).map_err(Failure::invalid)?;
        }
        Response::from_parts(&parts, body).map_err(Failure::invalid)
    };
    RUNTIME.block_on(async { timeout(PATIENCE, whole).await }).map_err(io::Error::from)?
}

/// Waits for what is driven elsewhere, and not for ever.
fn in_time<T>(future: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    RUNTIME.block_on(async { timeout(PATIENCE, future).await })?
}

fn is_host(name: &str) -> bool {
    name.eq_ignore_ascii_case("host")
}

fn invalid(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}
