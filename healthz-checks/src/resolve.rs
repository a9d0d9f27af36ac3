use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
};

use tokio::net::TcpStream;

use crate::{one_thread::OneThread, target::Cause};

/// Asks the system's resolver, which may hang for as long as it likes.
pub(crate) async fn resolve<A>(thread: &OneThread, address: A) -> Result<Vec<SocketAddr>, Cause>
where
    A: ToSocketAddrs + Send + 'static,
{
    let found = thread.run(move || Ok(address.to_socket_addrs()?.collect::<Vec<_>>()));
    let found: io::Result<_> = found.await?;
    let found = found?;
    if found.is_empty() {
        return Err("the name has no address".into());
    }
    Ok(found)
}

/// Connects to the first address that accepts.
pub(crate) async fn connect(thread: &OneThread, address: &str) -> Result<TcpStream, Cause> {
    let addresses = resolve(thread, address.to_owned()).await?;
    Ok(TcpStream::connect(&*addresses).await?)
}
