use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Sends a probe and reads no answer.
pub(crate) async fn send(stream: &mut TcpStream, endpoint: &str) -> io::Result<()> {
    let request = format!("GET /healthz/{endpoint} HTTP/1.1\r\nHost: soak\r\n\r\n");
    stream.write_all(request.as_bytes()).await
}

/// Asks on a connection that is kept; returns the status, and whether the server closes it.
pub(crate) async fn ask(stream: &mut TcpStream, endpoint: &str) -> io::Result<(u16, bool)> {
    send(stream, endpoint).await?;
    let mut answer = Vec::new();
    loop {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(read) = read(&answer) {
            return Ok(read);
        }
    }
}

/// Reads an answer once it is whole.
fn read(answer: &[u8]) -> Option<(u16, bool)> {
    let text = str::from_utf8(answer).ok()?.to_ascii_lowercase();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let field = |name| head.lines().find_map(|line| line.strip_prefix(name));
    let length: usize = field("content-length: ")?.parse().ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    (body.len() >= length).then(|| (status, field("connection: close").is_some()))
}

/// Opens a connection that ends with a reset when it is dropped, unless all was read and sent.
pub(crate) async fn open(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
