use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread::{self, JoinHandle},
    time::Duration,
};

use healthz_probe::Probe;

/// Longer than any probe of these tests waits: a mechanism that is missing makes a test red, not
/// stuck.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// How long a probe waits that is to be answered.
pub(crate) const PATIENT: Duration = Duration::from_secs(10);

/// How long a probe waits that is to give up.
pub(crate) const SHORT: Duration = Duration::from_millis(300);

/// Accepts one connection and treats it so; the text is the address.
pub(crate) fn server<T: Send + 'static>(
    behaviour: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (String, JoinHandle<T>) {
    server_at("127.0.0.1:0", behaviour)
}

pub(crate) fn server_at<T: Send + 'static>(
    address: &str,
    behaviour: impl FnOnce(TcpStream) -> T + Send + 'static,
) -> (String, JoinHandle<T>) {
    let listener = TcpListener::bind(address).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (address, thread::spawn(move || behaviour(listener.accept().unwrap().0)))
}

/// A probe of a server that reads the request, sends these bytes and closes.
pub(crate) fn answering(answer: impl Into<Vec<u8>>) -> Probe {
    Probe::new(answering_at(answer)).timeout(PATIENT)
}

pub(crate) fn answering_at(answer: impl Into<Vec<u8>>) -> String {
    let answer = answer.into();
    let (address, _) = server(move |mut client| {
        request(&mut client);
        // A probe that has enough closes in the middle.
        let _ = client.write_all(&answer);
    });
    address
}

/// Reads a request to its end.
pub(crate) fn request(client: &mut impl Read) -> String {
    let (mut bytes, mut byte) = (Vec::new(), [0]);
    while !bytes.ends_with(b"\r\n\r\n") && client.read(&mut byte).unwrap() > 0 {
        bytes.push(byte[0]);
    }
    String::from_utf8(bytes).unwrap()
}

/// An answer as healthz gives it.
pub(crate) fn answer(status: u16, title: &str) -> String {
    let body = format!(r#"{{"status": {status}, "title": "{title}"}}"#);
    let length = body.len();
    format!("HTTP/1.1 {status} Reason\r\ncontent-length: {length}\r\n\r\n{body}")
}
