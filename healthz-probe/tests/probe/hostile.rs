use std::{
    io::{self, Write},
    net::TcpStream,
    sync::mpsc,
    thread::sleep,
    time::{Duration, Instant},
};

use healthz_probe::{Probe, ProbeError};

use crate::server::{LONG, PATIENT, SHORT, answer, answering, request, server};

fn assert_gives_up(behaviour: impl FnOnce(TcpStream) + Send + 'static) {
    let (address, _) = server(behaviour);
    let error = Probe::new(address).timeout(SHORT).run().unwrap_err();
    assert!(matches!(error, ProbeError::TimedOut(SHORT)), "{error:?}");
    assert_eq!(error.to_string(), "no answer within 300ms");
}

/// Sends a byte now and then, each long before the timeout, all of them long after it.
fn drip(client: &mut TcpStream, text: &str) {
    let begin = Instant::now();
    for byte in text.bytes() {
        if client.write_all(&[byte]).is_err() || begin.elapsed() > LONG {
            return;
        }
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_hung_server_is_given_up() {
    assert_gives_up(|_client| sleep(LONG));
}

#[test]
fn a_server_that_stops_after_the_header_is_given_up() {
    assert_gives_up(|mut client| {
        request(&mut client);
        client.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n{").unwrap();
        sleep(LONG);
    });
}

#[test]
fn a_server_that_drips_its_header_is_given_up() {
    assert_gives_up(|mut client| {
        request(&mut client);
        let header =
            format!("HTTP/1.1 200 OK\r\nx: {}\r\ncontent-length: 0\r\n\r\n", "x".repeat(50));
        drip(&mut client, &header);
    });
}

#[test]
fn a_server_that_drips_its_body_is_given_up() {
    assert_gives_up(|mut client| {
        request(&mut client);
        client.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 60\r\n\r\n").unwrap();
        drip(&mut client, &"x".repeat(60));
    });
}

/// More than any socket takes at once.
#[test]
fn a_server_that_does_not_read_is_given_up() {
    let (done, wait) = mpsc::channel::<()>();
    let (address, served) = server(move |_client| wait.recv_timeout(LONG));
    let path = format!("/{}", "x".repeat(16 << 20));
    let error = Probe::new(address).path(path).timeout(SHORT).run().unwrap_err();
    assert!(matches!(error, ProbeError::TimedOut(SHORT)), "{error:?}");
    drop(done);
    let waited = served.join().unwrap();
    assert_eq!(waited, Err(mpsc::RecvTimeoutError::Disconnected), "it waited for the end");
}

/// std cannot bound a connection to a Unix socket, which waits while the queue is full.
#[cfg(unix)]
#[test]
fn a_socket_whose_queue_is_full_is_given_up() {
    use std::{
        os::unix::net::{UnixListener, UnixStream},
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
        thread,
    };

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("app.sock");
    let listener = UnixListener::bind(&file).unwrap();
    let (connected, one_more) = mpsc::channel();
    let client = file.clone();
    thread::spawn(move || {
        while let Ok(stream) = UnixStream::connect(&client) {
            if connected.send(stream).is_err() {
                return;
            }
        }
    });
    let gone = Arc::new(AtomicBool::new(false));
    let goes = gone.clone();
    thread::spawn(move || {
        sleep(LONG);
        goes.store(true, Ordering::SeqCst);
        drop(listener);
    });
    let mut queue = Vec::new();
    while let Ok(stream) = one_more.recv_timeout(Duration::from_secs(1)) {
        queue.push(stream);
    }
    let error = Probe::new(format!("unix:{}", file.display())).timeout(SHORT).run().unwrap_err();
    assert!(matches!(error, ProbeError::TimedOut(SHORT)), "{} queued, {error:?}", queue.len());
    assert!(!gone.load(Ordering::SeqCst), "it waited for the end of the socket");
}

#[test]
fn garbage_is_no_http() {
    let garbage: [&[u8]; 13] = [
        b"\0",
        b"\r\n\r\n",
        b"OK",
        b"HTTP/0.9 200 OK\r\n\r\n",
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 +20 OK\r\n\r\n",
        b"HTTP/1.x 200 OK\r\n\r\n",
        b"HTTP/1.1  200 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",         // TLS: an alert
        b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", // HTTP/2: settings
    ];
    for bytes in garbage {
        let error = answering(bytes).run().unwrap_err();
        assert!(matches!(error, ProbeError::NotHttp), "{bytes:?}: {error:?}");
    }
}

/// It need not end to be told.
#[test]
fn garbage_is_not_waited_for() {
    let (address, _) = server(|mut client| {
        client.write_all(b"220 mail.example.com ESMTP\r\n").unwrap();
        sleep(LONG);
    });
    let error = Probe::new(address).timeout(PATIENT).run().unwrap_err();
    assert!(matches!(error, ProbeError::NotHttp), "{error:?}");
}

#[test]
fn a_header_without_an_end_is_too_long() {
    let (address, _) = server(|mut client| {
        request(&mut client);
        let _ = client.write_all(b"HTTP/1.1 200 OK\r\n");
        while client.write_all(b"x: 0123456789\r\n").is_ok() {}
    });
    let error = Probe::new(address).timeout(PATIENT).run().unwrap_err();
    assert!(matches!(error, ProbeError::TooLong), "{error:?}");
}

#[test]
fn a_header_of_8_kib_is_not_too_long() {
    let frame = "HTTP/1.1 200 OK\r\nx: \r\n\r\n".len();
    let of = |length| format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(length - frame));
    assert!(answering(of(8192)).run().unwrap().is_healthy());
    let error = answering(of(8193)).run().unwrap_err();
    assert!(matches!(error, ProbeError::TooLong), "{error:?}");
}

#[test]
fn a_body_without_an_end_is_not_read() {
    for length in ["", "content-length: 999999999999\r\n"] {
        let (address, _) = server(move |mut client| {
            request(&mut client);
            let _ = write!(client, "HTTP/1.1 200 OK\r\n{length}\r\n{{\"title\": \"OK\"}}");
            while client.write_all(&[b' '; 1000]).is_ok() {}
        });
        let outcome = Probe::new(address).timeout(PATIENT).run().unwrap();
        assert_eq!((outcome.is_healthy(), outcome.title()), (true, Some("OK")));
    }
}

/// A socket that is closed with bytes unread sends a reset.
#[test]
fn a_reset_is_no_answer() {
    for begun in ["", "HTTP/1.1 200 OK\r\n\r\n"] {
        let (address, _) = server(move |mut client| {
            client.peek(&mut [0]).unwrap();
            client.write_all(begun.as_bytes()).unwrap();
        });
        let error = Probe::new(address).timeout(PATIENT).run().unwrap_err();
        let ProbeError::BrokeOff(error) = error else { panic!("{error:?}") };
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{begun}");
    }
}

#[test]
fn a_connection_that_is_closed_at_once_is_no_answer() {
    let (address, _) = server(|mut client| drop(request(&mut client)));
    let error = Probe::new(address).timeout(PATIENT).run().unwrap_err();
    assert!(matches!(error, ProbeError::BrokeOff(_)), "{error:?}");
}

#[test]
fn a_timeout_may_be_zero_or_endless() {
    let error = Probe::new("127.0.0.1:1").timeout(Duration::ZERO).run().unwrap_err();
    assert!(matches!(error, ProbeError::TimedOut(Duration::ZERO)), "{error:?}");
    assert!(answering(answer(200, "OK")).timeout(Duration::MAX).run().unwrap().is_healthy());
}
