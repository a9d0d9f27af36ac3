//! Debian has no `MongoDB`: how the check fails is tested, how it passes is not.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use healthz_checks::ping;
use healthz_test_support::{ask, free_port};
use mongodb_3::Client;

use crate::PATIENCE;

const UNREACHABLE: &str = "Can't reach the database";

async fn client(port: u16, options: &str) -> Client {
    let url = format!("mongodb://hzuser:s3cret-word@127.0.0.1:{port}/notes?{options}");
    Client::with_uri_str(url).await.unwrap()
}

#[tokio::test]
async fn a_stopped_server_fails_within_the_bound_and_in_private() {
    let port = free_port();
    let told = ask(&ping(client(port, "").await)).await;
    told.is("fail", UNREACHABLE, "no answer within 500ms");

    let quick = client(port, "serverSelectionTimeoutMS=50").await;
    let told = ask(&ping(quick).within(PATIENCE).database("notes")).await;
    told.is("fail", UNREACHABLE, "Connection refused");
    assert!(!told.cause.contains("s3cret-word"), "{told:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing_or_speaks_another_protocol_fails() {
    for answer in ["", "HTTP/1.1 400 Bad Request\r\n\r\n"] {
        let listener = TcpListener::bind(("127.0.0.1", free_port())).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let mut kept = Vec::new();
            for mut connection in listener.incoming().flatten() {
                let _ = connection.read(&mut [0; 64]);
                let _ = connection.write_all(answer.as_bytes());
                kept.push(connection);
            }
        });
        ask(&ping(client(port, "").await)).await.is("fail", UNREACHABLE, "no answer within 500ms");
    }
}
