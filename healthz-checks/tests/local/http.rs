use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use healthz_checks::http;
use healthz_test_support::{Told, ask, free_port};
use reqwest_013::{Client, Url, redirect::Policy};

const PATIENCE: Duration = Duration::from_secs(20);

/// Answers every connection with these bytes; with none, not at all.
fn serve(answer: &'static str) -> Url {
    let listener = TcpListener::bind(("127.0.0.1", free_port())).unwrap();
    let url = format!("http://user:s3cret@{}/health?key=t0ken", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut kept = Vec::new();
        for connection in listener.incoming() {
            let mut connection: TcpStream = connection.unwrap();
            let _ = connection.read(&mut [0; 4096]);
            let _ = connection.write_all(answer.as_bytes());
            if answer.is_empty() {
                kept.push(connection);
            }
        }
    });
    Url::parse(&url).unwrap()
}

fn is_private(told: &Told) {
    for secret in ["t0ken", "s3cret", "127.0.0.1"] {
        assert!(!told.text.contains(secret) && !told.cause.contains(secret), "{told:?}");
    }
}

async fn told(answer: &'static str) -> Told {
    let told = ask(&http(Client::new(), serve(answer)).within(PATIENCE)).await;
    is_private(&told);
    told
}

#[tokio::test]
async fn only_200_to_299_pass() {
    told("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.passes();
    told("HTTP/1.1 204 No Content\r\n\r\n").await.passes();
    let text = "The service is unhealthy";
    told("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n").await.is("fail", text, "503");
    told("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n").await.is("fail", text, "404");
}

#[tokio::test]
async fn other_codes_can_be_expected() {
    let url = serve("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
    let check = http(Client::new(), url).within(PATIENCE);
    assert_eq!(ask(&check).await.result, "fail");
    ask(&check.expect(401..=401)).await.passes();
}

#[tokio::test]
async fn a_redirect_is_no_success_whether_the_client_follows_it_or_not() {
    let url = serve("HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n");
    let stays = Client::builder().redirect(Policy::none()).build().unwrap();
    let told = ask(&http(stays, url).within(PATIENCE)).await;
    told.is("fail", "The service is unhealthy", "302");

    let target = serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let location = format!("HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n");
    let url = serve(Box::leak(location.into_boxed_str()));
    let told = ask(&http(Client::new(), url).within(PATIENCE)).await;
    told.is("fail", "The service is unhealthy", "redirected");
    is_private(&told);
}

#[tokio::test]
async fn who_refuses_is_silent_or_speaks_no_http_fails_in_private() {
    let text = "Can't reach the service";
    let refused = Url::parse(&format!("http://127.0.0.1:{}/?key=t0ken", free_port())).unwrap();
    let refused = ask(&http(Client::new(), refused).within(PATIENCE)).await;
    refused.is("fail", text, "Connection refused (os error 111)");
    assert!(!refused.cause.contains("t0ken"), "{refused:?}");

    told("SSH-2.0-OpenSSH_9.2\r\n").await.is("fail", text, "");
    let silent = ask(&http(Client::new(), serve(""))).await;
    silent.is("fail", text, "no answer within 500ms");
    is_private(&silent);
}
