//! Which endpoint a path means.

use healthz_core::Registry;

use super::{PASSING, assert_answer, assert_common, live_and_down, not_setup};
use crate::{Mount, Protocol, Serve};

/// Answers 404 for an endpoint that is not there, and says its name.
pub fn unknown_endpoint_is_404(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for name in ["nowhere", "liv", "livee", "database", "-", "0"] {
        let response = server.get(&format!("/healthz/{name}"));
        assert_answer(&response, 404, &not_setup(name));
        assert_eq!(response.header("allow"), None);
    }
}

/// Takes a trailing slash for part of the name.
pub fn trailing_slash_is_404(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    assert_answer(&server.get("/healthz/live/"), 404, &not_setup("live/"));
    assert_answer(&server.get("/healthz/live//"), 404, &not_setup("live//"));
    assert_answer(&server.get("/healthz//"), 404, &not_setup("/"));
}

/// Takes everything below the prefix for one name, empty segments included.
pub fn further_segments_are_404(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    assert_answer(&server.get("/healthz//live"), 404, &not_setup("/live"));
    assert_answer(&server.get("/healthz/live/live"), 404, &not_setup("live/live"));
    assert_answer(&server.get("/healthz/a/b/c/d"), 404, &not_setup("a/b/c/d"));
    assert_answer(&server.get("/healthz/healthz/live"), 404, &not_setup("healthz/live"));
}

/// Echoes 100 characters of an unknown name, counted after decoding.
pub fn unknown_name_is_cut_after_100_characters(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for (sent, character) in [("x", "x"), ("%78", "x"), ("%C3%A9", "\u{e9}"), ("%22", "\"")] {
        for length in [99, 100, 101, 1000] {
            let response = server.get(&format!("/healthz/{}", sent.repeat(length)));
            assert_answer(&response, 404, &not_setup(&character.repeat(length.min(100))));
        }
    }
}

/// Decodes a percent-encoded name, and does not decode what comes out.
pub fn percent_encoding_is_undone_once(serve: Serve) {
    let registry = Registry::builder()
        .liveness("live", [])
        .liveness("a b", [])
        .liveness("caf\u{e9}", [])
        .liveness("100%", [])
        .liveness("%41", [])
        .liveness("a+b", [])
        .liveness("a?b", [])
        .build()
        .unwrap();
    let server = serve(&registry, Mount::TOP);
    let names = [
        "live",
        "%6Cive",
        "%6civ%65",
        "a%20b",
        "caf%C3%A9",
        "caf%c3%a9",
        "100%25",
        "%2541",
        "a%2Bb",
        "a%2bb",
        "a%3Fb",
        "a%3fb",
    ];
    for name in names {
        assert_answer(&server.get(&format!("/healthz/{name}")), 200, PASSING);
    }
    assert_answer(&server.get("/healthz/%252541"), 404, &not_setup("%2541"));
    assert_answer(&server.get("/healthz/%41"), 404, &not_setup("A"));
    assert_answer(&server.get("/healthz/%3Cb%3E%22%5C"), 404, &not_setup("<b>\"\\"));
    assert_answer(&server.get("/healthz/%00%0D%0A%1B"), 404, &not_setup("\0\r\n\u{1b}"));
}

/// Takes an encoded slash for a character of the name: it neither splits nor ends the prefix.
pub fn encoded_slash_stays_in_the_name(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    assert_answer(&server.get("/healthz/a%2Fb"), 404, &not_setup("a/b"));
    assert_answer(&server.get("/healthz/a%2fb/c"), 404, &not_setup("a/b/c"));
    assert_answer(&server.get("/healthz/%2Flive"), 404, &not_setup("/live"));
    assert_answer(&server.get("/healthz/%2F%2F/%2f"), 404, &not_setup("////"));
}

/// Takes an escape that is none literally, also when decoding its neighbours makes it one.
pub fn malformed_escape_is_literal(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    let names = [
        ("%", "%"),
        ("%4", "%4"),
        ("%zz", "%zz"),
        ("100%", "100%"),
        ("%%", "%%"),
        ("%%41", "%A"),
        ("%%34%31", "%41"),
        ("%2%35", "%25"),
        ("%25%34%31", "%41"),
        ("%u00e9", "%u00e9"),
    ];
    for (sent, name) in names {
        assert_answer(&server.get(&format!("/healthz/{sent}")), 404, &not_setup(name));
    }
}

/// Echoes bytes that are no UTF-8 as U+FFFD.
pub fn bad_utf8_is_replaced(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    let names = [
        ("%FF", "\u{fffd}"),
        ("%ff%FE", "\u{fffd}\u{fffd}"),
        ("caf%E9", "caf\u{fffd}"),
        ("%C3", "\u{fffd}"),
        ("%C3/%A9", "\u{fffd}/\u{fffd}"),
        ("%C3%2F%A9", "\u{fffd}/\u{fffd}"),
        ("%ED%A0%80", "\u{fffd}\u{fffd}\u{fffd}"),
        ("%C0%AF", "\u{fffd}\u{fffd}"),
    ];
    for (sent, name) in names {
        assert_answer(&server.get(&format!("/healthz/{sent}")), 404, &not_setup(name));
    }
}

/// Takes a plus for a plus: a path is no form.
pub fn plus_is_a_plus(serve: Serve) {
    let registry = Registry::builder().liveness("a b", []).build().unwrap();
    let server = serve(&registry, Mount::TOP);
    assert_answer(&server.get("/healthz/a+b"), 404, &not_setup("a+b"));
    assert_answer(&server.get("/healthz/a%2Bb"), 404, &not_setup("a+b"));
}

/// Resolves no `.` and `..`: they are names like any other.
pub fn dot_segments_are_names(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for name in [".", "..", "./live", "../live", "../healthz/live", "live/..", "../hello"] {
        assert_answer(&server.get(&format!("/healthz/{name}")), 404, &not_setup(name));
    }
    assert_answer(&server.get("/healthz/%2E%2E/live"), 404, &not_setup("../live"));
}

/// Tells names of different case apart.
pub fn case_matters(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    assert_answer(&server.get("/healthz/LIVE"), 404, &not_setup("LIVE"));
}

/// Ignores the query, whatever is in it.
pub fn query_never_changes_the_route(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for query in ["", "x=1", "/down", "/healthz/down", "%FF%", "?", "a=b&c=d/../"] {
        assert_answer(&server.get(&format!("/healthz/live?{query}")), 200, PASSING);
        assert_answer(&server.get(&format!("/healthz/no?{query}")), 404, &not_setup("no"));
    }
}

/// Answers whatever byte is in a name from the table, or has the server refuse the request.
pub fn every_byte_gets_an_answer(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    for byte in 0..=u8::MAX {
        let path = [b"/healthz/a", &[byte][..], b"b"].concat();
        match server.connect().try_ask("GET", path, &[]) {
            Ok(response) if response.status() == 404 => assert_common(&response),
            Ok(response) if response.status() == 400 => {
                assert!(!legal(byte), "{byte} {response:?}");
            }
            Ok(response) => panic!("{byte}: {response:?}"),
            // HTTP/2 refuses a request by resetting its stream, or its client does not send it.
            Err(failure) => {
                assert_ne!(server.protocol(), &Protocol::Http1, "{byte}: {failure}");
                assert!(!legal(byte), "{byte}: {failure}");
            }
        }
    }
}

/// Whether RFC 3986 lets a path or a query have this byte.
fn legal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/?-._~!$&'()*+,;=:@".contains(&byte)
}

/// Answers a name of 60,000 bytes and more from the table, or has the server refuse the request.
pub fn name_of_60_000_bytes_gets_an_answer(serve: Serve) {
    let server = serve(&live_and_down(), Mount::TOP);
    // Over HTTP/2 hyper takes a head of 16 KiB, and the client no longer path than 65,534 bytes.
    let least = if server.protocol() == &Protocol::Http1 { 60_000 } else { 15_000 };
    for length in [15_000, 60_000, 65_000, 70_000] {
        for part in ["x", "x/", "%41", "%FF"] {
            let path = format!("/healthz/{}", part.repeat(length / part.len()));
            match server.connect().try_ask("GET", path, &[]) {
                Ok(response) if response.status() == 404 => {
                    assert_common(&response);
                    assert!(response.body().len() <= 1024);
                }
                Ok(response) => {
                    assert!([400, 414, 431].contains(&response.status()), "{response:?}");
                    assert!(length > least, "{response:?}");
                    assert!(response.body().len() <= 1024);
                }
                Err(failure) => {
                    assert_ne!(server.protocol(), &Protocol::Http1, "{length}: {failure}");
                    assert_eq!(length, 70_000, "{failure}");
                }
            }
        }
    }
    assert_answer(&server.get("/healthz/live"), 200, PASSING);
}
