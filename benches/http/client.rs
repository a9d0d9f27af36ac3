use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One connection that asks for one path, again and again.
///
/// It learns from the first response how long they are: the generator must cost less than the
/// server.
pub(crate) struct Client {
    address: SocketAddr,
    stream: TcpStream,
    request: Vec<u8>,
    buffer: Vec<u8>,
    length: Option<usize>,
    closes: bool,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr, path: &str) -> io::Result<Self> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: probe\r\n\r\n").into_bytes();
        let stream = open(address).await?;
        Ok(Self { address, stream, request, buffer: vec![0; 65_536], length: None, closes: false })
    }

    /// Asks for the connection to be closed after each response.
    pub(crate) fn closing(mut self) -> Self {
        self.request.truncate(self.request.len() - 2);
        self.request.extend_from_slice(b"Connection: close\r\n\r\n");
        self
    }

    /// Sends a request, takes the whole response and returns its status.
    pub(crate) async fn ask(&mut self) -> io::Result<u16> {
        if self.closes {
            self.stream = open(self.address).await?;
        }
        self.stream.write_all(&self.request).await?;
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await?;
            filled += read;
            if read == 0 {
                return Err(io::Error::other("the server closed the connection"));
            }
            if self.length.is_none() {
                self.learn(filled);
            }
            if self.length.is_some_and(|length| filled >= length) {
                return status(&self.buffer);
            }
        }
    }

    pub(crate) fn body(&self) -> String {
        let end = self.length.unwrap_or_default();
        let response = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        response.split_once("\r\n\r\n").map_or(String::new(), |(_, body)| body.to_owned())
    }

    fn learn(&mut self, filled: usize) {
        let text = String::from_utf8_lossy(&self.buffer[..filled]).to_lowercase();
        let Some((head, _)) = text.split_once("\r\n\r\n") else { return };
        self.closes = head.contains("connection: close");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length = length.and_then(|length| length.trim().parse::<usize>().ok());
        self.length = length.map(|length| head.len() + 4 + length);
    }
}

async fn open(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn status(response: &[u8]) -> io::Result<u16> {
    let digits = response.get(9..12).and_then(|digits| str::from_utf8(digits).ok());
    let status = digits.and_then(|digits| digits.parse().ok());
    status.ok_or_else(|| io::Error::other("the response has no status"))
}
