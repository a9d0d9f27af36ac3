use std::{
    io::Write,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket},
    time::Duration,
};

use healthz_probe::{Probe, ProbeError};

use crate::server::{PATIENT, answer, request, server, server_at};

/// The path and the host that are asked for.
fn asked(probe: impl FnOnce(String) -> Probe) -> (String, String) {
    let (address, served) = server(|mut client| {
        let request = request(&mut client);
        client.write_all(answer(200, "OK").as_bytes()).unwrap();
        request
    });
    let probe = probe(address).timeout(PATIENT);
    assert!(probe.run().unwrap().is_healthy(), "{probe:?}");
    let request = served.join().unwrap();
    let path = request.split(' ').nth(1).unwrap().to_owned();
    let host = request.split("\r\nHost: ").nth(1).unwrap().split("\r\n").next().unwrap();
    (path, host.to_owned())
}

fn port(address: &str) -> &str {
    address.rsplit(':').next().unwrap()
}

#[test]
fn the_path_is_that_of_the_address_or_the_default() {
    for (after, expected) in [
        ("", "/healthz/ready"),
        ("/", "/"),
        ("/status/ready", "/status/ready"),
        ("/status/ready?verbose=1", "/status/ready?verbose=1"),
        ("?verbose", "/healthz/ready?verbose"),
        ("/ready#part", "/ready"),
        ("/gr%C3%BCn", "/gr%C3%BCn"),
        ("/grün", "/gr%C3%BCn"),
    ] {
        for scheme in ["", "http://", "HTTP://"] {
            let (path, _) = asked(|address| Probe::new(format!("{scheme}{address}{after}")));
            assert_eq!(path, expected, "{scheme} {after}");
        }
    }
}

#[test]
fn an_endpoint_is_the_last_segment() {
    let asked = |after: &str, name: &str| {
        asked(|address| Probe::new(format!("{address}{after}")).endpoint(name)).0
    };
    assert_eq!(asked("", "live"), "/healthz/live");
    assert_eq!(asked("/status/ready?verbose", "live"), "/status/live");
    assert_eq!(asked("/readyz", "livez"), "/livez");
    assert_eq!(
        asked("", "a b/c?d#e%f\r\nx: ü"),
        "/healthz/a%20b%2Fc%3Fd%23e%25f%0D%0Ax%3A%20%C3%BC"
    );
}

#[test]
fn a_path_replaces_that_of_the_address() {
    let (path, _) = asked(|address| Probe::new(address + "/a/b").path("/c/d?e"));
    assert_eq!(path, "/c/d?e");
    let (path, _) = asked(|address| Probe::new(address).endpoint("live").path("/c/d"));
    assert_eq!(path, "/c/live");
}

#[test]
fn a_wildcard_is_asked_on_loopback() {
    let (path, host) = asked(|address| Probe::new(format!("0.0.0.0:{}", port(&address))));
    assert_eq!((&*path, host.starts_with("127.0.0.1:")), ("/healthz/ready", true), "{host}");
    // Whoever listens on all of IPv6 is there on IPv4.
    for wildcard in ["[::]", "[::ffff:0.0.0.0]"] {
        asked(|address| Probe::new(format!("{wildcard}:{}", port(&address))));
    }
}

#[test]
fn ipv6_has_brackets() {
    let (address, served) = server_at("[::1]:0", |mut client| {
        let request = request(&mut client);
        client.write_all(answer(200, "OK").as_bytes()).unwrap();
        request
    });
    assert!(Probe::new(&address).timeout(PATIENT).run().unwrap().is_healthy());
    assert!(served.join().unwrap().contains(&format!("\r\nHost: {address}\r\n")));
}

#[test]
fn localhost_is_both_families() {
    for host in ["localhost", "LocalHost"] {
        asked(|address| Probe::new(format!("{host}:{}", port(&address))));
        let (address, _) = server_at("[::1]:0", |mut client| {
            request(&mut client);
            client.write_all(answer(200, "OK").as_bytes()).unwrap();
        });
        let probe = Probe::new(format!("{host}:{}", port(&address))).timeout(PATIENT);
        assert!(probe.run().unwrap().is_healthy());
    }
}

/// A listener with a full queue leaves its clients without a word.
#[cfg(target_os = "linux")]
#[test]
fn an_address_that_says_nothing_leaves_time_for_the_next() {
    let (address, _) = server_at("[::1]:0", |mut client| {
        request(&mut client);
        client.write_all(answer(200, "OK").as_bytes()).unwrap();
    });
    let port = port(&address).parse().unwrap();
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    let full = silent.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&full, Duration::from_millis(300)) {
        queue.push(stream);
    }
    let probe = Probe::new(format!("localhost:{port}")).timeout(Duration::from_secs(4));
    assert!(probe.run().unwrap().is_healthy(), "{} queued", queue.len());
}

#[cfg(unix)]
#[test]
fn a_unix_socket_is_asked() {
    use std::{os::unix::net::UnixListener, thread};

    let directory = tempfile::tempdir().unwrap();
    for (after, expected) in [
        ("", "/healthz/ready"),
        (":/", "/"),
        (":/status/live", "/status/live"),
        (":/a?b=:/c", "/a?b=:/c"),
    ] {
        let file = directory.path().join(format!("a:b{}.sock", expected.len()));
        let listener = UnixListener::bind(&file).unwrap();
        let served = thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let request = request(&mut client);
            client.write_all(answer(503, "Starting").as_bytes()).unwrap();
            request
        });
        let probe = Probe::new(format!("unix:{}{after}", file.display())).timeout(PATIENT);
        assert_eq!(probe.run().unwrap().title(), Some("Starting"));
        let request = served.join().unwrap();
        let head = format!("GET {expected} HTTP/1.0\r\nHost: localhost\r\n");
        assert!(request.starts_with(&head), "{request}");
    }
}

#[cfg(unix)]
#[test]
fn a_socket_that_is_not_there_is_named() {
    let error = Probe::new("unix:/nowhere/app.sock:/healthz/ready").run().unwrap_err();
    assert_eq!(
        error.to_string(),
        "can't connect to /nowhere/app.sock: No such file or directory (os error 2)"
    );
}

#[test]
fn nobody_who_listens_is_named() {
    let error = Probe::new("localhost:1").run().unwrap_err();
    assert!(matches!(error, ProbeError::Connect(..)), "{error:?}");
    assert!(error.to_string().starts_with("can't connect to 127.0.0.1:1: "), "{error}");
}

#[test]
fn only_this_machine_is_asked() {
    for address in [
        "db:5432",
        "example.com",
        "http://example.com/healthz/ready",
        "192.0.2.1:80",
        "[2001:db8::1]:80",
        "[::ffff:192.0.2.1]:80",
        "169.254.169.254",
        "128.0.0.1:80",
        "localhost.example.com:80",
        // The system's resolver would make addresses of this machine of them, and others of others.
        "127.1:80",
        "2130706433:80",
        "0x7f000001:80",
    ] {
        let error = Probe::new(address).run().unwrap_err();
        assert!(matches!(error, ProbeError::NotLocal(_)), "{address}: {error:?}");
    }
    assert_eq!(
        Probe::new("db:5432").run().unwrap_err().to_string(),
        "`db:5432` is not this machine: use `127.0.0.1`, `[::1]`, `localhost` or a Unix socket, or \
         allow it with `--anywhere` (`Probe::anywhere`)"
    );
    for address in ["127.255.255.254:1", "[::ffff:127.0.0.1]:1", "[::1]:1", "0.0.0.0:1", "[::]:1"] {
        let error = Probe::new(address).run().unwrap_err();
        assert!(!matches!(error, ProbeError::NotLocal(_)), "{address}: {error:?}");
    }
}

/// The address that this machine has in its network, if it is in one.
fn outer_address() -> Option<SocketAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // Chooses a route and sends nothing.
    socket.connect("198.51.100.1:9").ok()?;
    socket.local_addr().ok().filter(|address| !address.ip().is_loopback())
}

#[test]
fn another_address_takes_anywhere() {
    let Some(outer) = outer_address() else { return eprintln!("skipped: no network") };
    let listener = TcpListener::bind((outer.ip(), 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let error = Probe::new(listener.local_addr().unwrap().to_string()).run().unwrap_err();
    assert!(matches!(error, ProbeError::NotLocal(_)), "{error:?}");
    assert!(listener.accept().is_err(), "it was asked all the same");

    let (address, _) = server_at(&format!("{}:0", outer.ip()), |mut client| {
        request(&mut client);
        client.write_all(answer(200, "OK").as_bytes()).unwrap();
    });
    assert!(Probe::new(address).anywhere().timeout(PATIENT).run().unwrap().is_healthy());
}

#[test]
fn a_name_that_nobody_knows_is_no_answer() {
    let error = Probe::new("nobody.invalid:80").anywhere().timeout(PATIENT).run().unwrap_err();
    let expected = matches!(error, ProbeError::Connect(..) | ProbeError::TimedOut(_));
    assert!(expected, "{error:?}");
}

#[test]
fn a_mistake_names_its_cure() {
    for (address, message) in [
        ("", "`` names no host: write `127.0.0.1:8000`"),
        (":8000", "`:8000` names no host: write `127.0.0.1:8000`"),
        ("http:///ready", "`http:///ready` names no host: write `127.0.0.1:8000`"),
        ("127.0.0.1:", "`127.0.0.1:` has no port that one can ask: use 1 to 65535"),
        ("127.0.0.1:0", "`127.0.0.1:0` has no port that one can ask: use 1 to 65535"),
        ("127.0.0.1:65536", "`127.0.0.1:65536` has no port that one can ask: use 1 to 65535"),
        ("127.0.0.1:+80", "`127.0.0.1:+80` has no port after its host: write `127.0.0.1:8000`"),
        ("localhost:http", "`localhost:http` has no port after its host: write `127.0.0.1:8000`"),
        ("[::1]8000", "`[::1]8000` has no port after its host: write `127.0.0.1:8000`"),
        ("[::1", "`[::1` opens a bracket: write `[::1]:8000`"),
        ("[::g]:80", "`[::g]:80` has no IPv6 address in its brackets"),
        (
            "::1:8000",
            "`::1:8000` has too many colons: put an IPv6 address in brackets, as in `[::1]:8000`",
        ),
        ("a b:80", "`a b:80` has a host that is none: use letters, digits, `-` and `.`"),
        ("ftp://localhost/", "`ftp://localhost/` has an unknown scheme: use `http://` or `unix:`"),
        (
            "HTTPS://localhost/",
            "`HTTPS://localhost/` asks for TLS, which the probe does not speak: use a port with plain \
             `http://`",
        ),
        (
            "127.0.0.1:1/a b",
            "`127.0.0.1:1/a b` has a space or a control character: percent-encode it, as in `%20`",
        ),
        (
            "127.0.0.1:1/a\r\nx: y",
            "`127.0.0.1:1/a\r\nx: y` has a space or a control character: percent-encode it, as in `%20`",
        ),
        ("unix:", "`unix:` names no socket: write it as `unix:/run/app.sock:/healthz/ready`"),
        ("unix::/a", "`unix::/a` names no socket: write it as `unix:/run/app.sock:/healthz/ready`"),
    ] {
        let error = Probe::new(address).run().unwrap_err();
        assert!(matches!(error, ProbeError::Address(..)), "{address}: {error:?}");
        assert_eq!(error.to_string(), message);
    }
    let error = Probe::new("127.0.0.1:1").path("ready").run().unwrap_err();
    assert_eq!(error.to_string(), "`ready` is no path: begin it with a `/`");
}

#[test]
fn what_may_be_secret_is_not_repeated() {
    for address in [
        "http://user:hunter2@localhost:8000/",
        "http://user:hun/hunter2@localhost:8000/",
        "http://user:hunt?hunter2@localhost:8000/",
        "https://localhost/?token=hunter2",
        "ftp://user:hunter2@localhost/",
        "127.0.0.1:1/a?token=hunter2",
        "127.0.0.1:1/a b?token=hunter2",
        "localhost:x/?token=hunter2",
    ] {
        let error = Probe::new(address).run().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
    assert_eq!(
        Probe::new("http://user:hunter2@localhost:8000/ready").run().unwrap_err().to_string(),
        "`localhost:8000/ready` has a user name before it, which the probe never sends: leave it out"
    );
}
