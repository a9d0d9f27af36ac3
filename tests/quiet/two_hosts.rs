use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// No test waits longer for a frame.
const PATIENCE: Duration = Duration::from_secs(60);

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:status: 200` in HPACK's static table, `:method: GET` and `:scheme: http` likewise.
const STATUS_200: u8 = 0x88;
const GET_HTTP: [u8; 2] = [0x82, 0x86];

/// One HTTP/2 connection for two hosts, which sends a path and a host once and their places in
/// HPACK's dynamic table from then on, as browsers and proxies do. The client of the `h2` crate
/// never does so with a path.
pub(crate) struct TwoHosts {
    socket: TcpStream,
    stream: u32,
}

impl TwoHosts {
    /// Connects, and asks each host once for the path.
    pub(crate) fn connect(server: SocketAddr, path: &str, hosts: [&str; 2]) -> Self {
        let mut socket = TcpStream::connect(server).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
        let mut client = Self { socket, stream: 1 };
        client.send(SETTINGS, 0, 0, &[]);
        // Each becomes the newest entry of the table, number 62, and moves the others up.
        let entry = |name: u8, value: &str| {
            [&[0x40 | name, u8::try_from(value.len()).unwrap()], value.as_bytes()].concat()
        };
        let (path, authority) = (entry(4, path), |host| entry(1, host));
        assert_eq!(client.ask(&[path, authority(hosts[0])].concat()), 200);
        assert_eq!(client.ask(&[vec![0x80 | 63], authority(hosts[1])].concat()), 200);
        client
    }

    /// Asks one of the hosts and returns the status: 200, or 0 for any other.
    pub(crate) fn get(&mut self, host: u8) -> u16 {
        self.ask(&[0x80 | 64, 0x80 | (63 - host)])
    }

    fn ask(&mut self, path_and_host: &[u8]) -> u16 {
        let stream = self.stream;
        self.stream += 2;
        let block = [&GET_HTTP[..], path_and_host].concat();
        self.send(HEADERS, END_STREAM | END_HEADERS, stream, &block);
        let mut status = 0;
        loop {
            let (kind, flags, of, payload) = self.receive();
            if kind == SETTINGS && flags & ACK == 0 {
                self.send(SETTINGS, ACK, 0, &[]);
            }
            if kind == HEADERS && of == stream {
                status = if payload[0] == STATUS_200 { 200 } else { 0 };
            }
            // DATA is the other kind with this flag.
            if kind <= HEADERS && of == stream && flags & END_STREAM != 0 {
                return status;
            }
        }
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.socket.write_all(&[&head, payload].concat()).unwrap();
    }

    fn receive(&mut self) -> (u8, u8, u32, Vec<u8>) {
        let mut head = [0; 9];
        self.socket.read_exact(&mut head).unwrap();
        let [l0, l1, l2, kind, flags, s0, s1, s2, s3] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, l0, l1, l2]) as usize];
        self.socket.read_exact(&mut payload).unwrap();
        (kind, flags, u32::from_be_bytes([s0, s1, s2, s3]), payload)
    }
}
