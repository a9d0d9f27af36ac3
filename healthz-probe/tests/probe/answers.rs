use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::mpsc,
};

use healthz_probe::{Probe, ProbeError};

use crate::server::{LONG, PATIENT, answer, answering, request, server};

#[test]
fn only_200_is_healthy() {
    let outcome = answering(answer(200, "OK")).run().unwrap();
    assert!(outcome.is_healthy());
    for status in [100, 199, 201, 204, 301, 302, 307, 400, 401, 404, 429, 500, 503, 599] {
        let outcome = answering(answer(status, "OK")).run().unwrap();
        assert_eq!((outcome.is_healthy(), outcome.status()), (false, status));
    }
}

#[test]
fn the_request_is_http_1_0_and_asks_for_the_end_of_the_connection() {
    let (address, served) = server(|mut client| {
        let request = request(&mut client);
        client.write_all(answer(200, "OK").as_bytes()).unwrap();
        request
    });
    assert!(Probe::new(&address).timeout(PATIENT).run().unwrap().is_healthy());
    assert_eq!(
        served.join().unwrap(),
        format!(
            "GET /healthz/ready HTTP/1.0\r\nHost: {address}\r\nUser-Agent: healthz-probe/0.1.0\r\n\
             Connection: close\r\n\r\n"
        )
    );
}

#[test]
fn the_title_is_unescaped() {
    let title = |body: &str| {
        let outcome = answering(format!("HTTP/1.1 503 x\r\n\r\n{body}")).run().unwrap();
        outcome.title().map(str::to_owned)
    };
    for (body, expected) in [
        (r#"{"status": 503, "title": "Can't connect"}"#, Some("Can't connect")),
        (r#"{ "title" : "a \"quoted\" \\ word\/" }"#, Some(r#"a "quoted" \ word/"#)),
        (r#"{"title": "gr\u00fcn \ud83d\ude00"}"#, Some("grün 😀")),
        (r#"{"title": "line\nbreak\ttab"}"#, Some("line\nbreak\ttab")),
        ("{\"title\": \"grün\"}", Some("grün")),
        (r#"{"title": "half \ud83d"}"#, Some("half \u{fffd}")),
        (r#"{"title": "cut off"#, Some("cut off")),
        (r#"{"title": "cut off\"#, Some("cut off")),
        (r#"{"title": "cut off\u00"#, Some("cut off")),
        (r#"{"title": "no hex\u+123"}"#, Some("no hex")),
        (r#"{"title": ""}"#, None),
        (r#"{"title": 7}"#, None),
        (r#"{"detail": "no \"title\": \"here\""}"#, None),
        ("plain text", None),
        ("", None),
    ] {
        assert_eq!(title(body).as_deref(), expected, "{body}");
    }
}

#[test]
fn an_answer_without_a_title_is_told_by_its_status() {
    assert_eq!(answering("HTTP/1.0 200 OK\r\n\r\nfine").run().unwrap().to_string(), "status 200");
    assert_eq!(answering("HTTP/1.1 404\r\n\r\n").run().unwrap().to_string(), "status 404");
    assert_eq!(answering(answer(503, "Starting")).run().unwrap().to_string(), "Starting");
}

#[test]
fn lines_may_end_without_a_carriage_return() {
    let outcome = answering("HTTP/1.1 200 OK\ncontent-length: 2\n\n{}").run().unwrap();
    assert!(outcome.is_healthy());
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let location = elsewhere.local_addr().unwrap();
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: http://{location}/\r\n\r\n");
    assert_eq!(answering(redirect).run().unwrap().status(), 302);
    assert!(elsewhere.accept().is_err(), "somebody came");
}

/// As a server does that overlooks `Connection: close`.
#[test]
fn a_connection_that_stays_open_is_not_waited_for() {
    let (done, wait) = mpsc::channel::<()>();
    let (address, _) = server(move |mut client| {
        request(&mut client);
        client.write_all(answer(200, "OK").as_bytes()).unwrap();
        let _ = wait.recv_timeout(LONG);
    });
    assert!(Probe::new(address).timeout(PATIENT).run().unwrap().is_healthy());
    drop(done);
}

/// As a server does that has no more room.
#[test]
fn an_answer_before_the_request_counts() {
    let (address, _) = server(|mut client| {
        client.write_all(answer(503, "Too many connections").as_bytes()).unwrap();
        let _ = client.shutdown(std::net::Shutdown::Write);
        let _ = client.read_to_end(&mut Vec::new());
    });
    let outcome = Probe::new(address).timeout(PATIENT).run().unwrap();
    assert_eq!(outcome.title(), Some("Too many connections"));
}

#[test]
fn a_200_that_breaks_off_is_not_healthy() {
    let whole = answer(200, "OK");
    for length in 0..whole.len() {
        let error = answering(&whole[..length]).run().unwrap_err();
        assert!(matches!(error, ProbeError::BrokeOff(_)), "{length}: {error:?}");
    }
}

#[test]
fn a_503_that_breaks_off_is_still_told() {
    let whole = answer(503, "Starting");
    let outcome = answering(&whole[..whole.len() - 2]).run().unwrap();
    assert_eq!((outcome.status(), outcome.title()), (503, Some("Starting")));
}
