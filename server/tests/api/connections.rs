//! Connections: how many, for how long, and who gets in when all are taken.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use crate::common::{HANGS, TestApp, TestConfig, in_time, until};
use protocol::role::{ADMIN, VIEWER};
use protocol::{ErrorBody, ErrorCode, Scope, paths};
use reqwest::{Client, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What was rejected, by reason.
type Rejected = Arc<Mutex<BTreeMap<String, f64>>>;

async fn start(toml: &'static str) -> (TestApp, Rejected) {
    let config = TestConfig::toml(toml);
    let app = TestApp::start_with(config).await;
    app.user(ADMIN, &[ADMIN]).await;
    app.user(VIEWER, &[VIEWER]).await;
    let rejected = Rejected::default();
    let counted = rejected.clone();
    let attached = app
        .registry
        .attach("test", "pulseboard.refused", move |event| {
            let reason = event.meta("reason").map(|reason| reason.to_string());
            let mut counted = counted.lock().expect("whole");
            *counted.entry(reason.unwrap_or_default()).or_default() += 1.0;
        });
    attached.expect("attaches");
    (app, rejected)
}

async fn counts(rejected: &Rejected, reason: &str) {
    let what = format!("{reason} is counted");
    until(&what, async || {
        let counted = rejected.lock().expect("whole").clone();
        counted.get(reason).copied().ok_or(counted)
    })
    .await;
}

async fn connect(app: &TestApp) -> TcpStream {
    let address = app.url.strip_prefix("http://").expect("an address");
    TcpStream::connect(address).await.expect("connects")
}

/// A connection that has sent a part of a head, and so keeps its place.
async fn begun(app: &TestApp) -> TcpStream {
    let mut stream = connect(app).await;
    let begin = b"GET /health HTTP/1.1\r\n";
    stream.write_all(begin).await.expect("writes");
    stream
}

/// A program at another address of the loopback, with one connection for each request.
fn client_at(last: u8) -> Client {
    Client::builder()
        .local_address(Some(Ipv4Addr::new(127, 0, 0, last).into()))
        .pool_max_idle_per_host(0)
        .timeout(HANGS)
        .build()
        .expect("a client")
}

#[tokio::test]
async fn a_connection_that_never_reads_is_closed_and_counted() {
    let (app, rejected) = start("[limits]\nwrite_timeout_s = 1").await;
    let mut stream = connect(&app).await;
    let request = b"GET /sign-in HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100);
    // As long as the answers fit into buffers the server reads on; then it closes.
    let closed = async { while stream.write_all(&request).await.is_ok() {} };
    in_time("the end of a connection that never reads", closed).await;
    counts(&rejected, "write_timeout").await;
    assert_eq!(app.client().get("/health").await.status, StatusCode::OK);
}

#[tokio::test]
async fn health_and_people_who_are_signed_in_get_in_when_all_connections_are_taken() {
    let (app, rejected) = start("[limits]\nmax_connections = 8\nreserved_connections = 4").await;
    let body = json!({ "name": VIEWER, "password": crate::common::PASSWORD });
    let sign_in = client_at(1).post(format!("{}{}", app.url, paths::SESSION));
    let answer = sign_in.json(&body).send().await.expect("an answer");
    let cookie = answer.headers()["set-cookie"].to_str().expect("text");
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    let mut held = Vec::new();
    until("all places taken", async || {
        held.push(begun(&app).await);
        let page = client_at(2).get(format!("{}/sign-in", app.url)).send();
        let page = page.await.expect("an answer");
        match page.status() {
            StatusCode::TOO_MANY_REQUESTS => Ok(()),
            status => Err(status),
        }
    })
    .await;
    counts(&rejected, "connection_limit").await;
    let ask = async |path: &str, cookie: Option<&str>| {
        let mut request = client_at(3).get(format!("{}{path}", app.url));
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        let answer = request.send().await.expect("an answer");
        let connection = answer.headers().get("connection");
        let closes = connection.is_some_and(|value| value == "close");
        let status = answer.status().as_u16();
        (status, closes, answer.text().await.expect("text"))
    };
    for path in [paths::HEALTH, paths::READY] {
        let (status, closes, _) = ask(path, None).await;
        assert_eq!((status, closes), (200, true), "{path}");
    }
    let (status, closes, _) = ask(paths::METRICS, Some(&cookie)).await;
    assert_eq!((status, closes), (200, false));
    let (status, closes, text) = ask(paths::METRICS, Some("pulseboard_session=x")).await;
    assert_eq!((status, closes), (429, true), "{text}");
    let body: ErrorBody = serde_json::from_str(&text).expect("an error");
    assert_eq!(body.error.code, ErrorCode::TooMany);
    assert!(body.error.message.contains("limits.max_connections`"));
    drop(held);
    until("a place again", async || {
        match ask("/sign-in", None).await {
            (200, ..) => Ok(()),
            other => Err(other),
        }
    })
    .await;
}

#[tokio::test]
async fn one_address_takes_no_more_than_its_share_of_connections() {
    let (app, rejected) = start("[limits]\nmax_connections_per_address = 2").await;
    let _held = [begun(&app).await, begun(&app).await];
    let status = async |last: u8| {
        let page = client_at(last).get(format!("{}/sign-in", app.url)).send();
        page.await.expect("an answer").status()
    };
    until("its share is taken", async || match status(1).await {
        StatusCode::TOO_MANY_REQUESTS => Ok(()),
        status => Err(status),
    })
    .await;
    counts(&rejected, "address_limit").await;
    assert_eq!(status(2).await, StatusCode::OK);
    assert_eq!(app.client().get("/health").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_without_an_account_and_a_head_are_short() {
    let (app, rejected) = start("").await;
    let name = "x".repeat(17 * 1024);
    let body = json!({ "name": name, "password": "x" });
    for path in [paths::SESSION, paths::SETUP] {
        let answer = app.client().post(path, &body).await;
        let found = (answer.status, answer.code());
        let expect = (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large");
        assert_eq!(found, expect, "{path}");
        assert!(answer.text.contains("limits.max_public_body_bytes"));
    }
    let mut stream = connect(&app).await;
    let line = format!("x-long: {}\r\n", "x".repeat(70 * 1024));
    let head = format!("GET /health HTTP/1.1\r\nhost: x\r\n{line}\r\n");
    // The server may close before it has all of it.
    let _ = stream.write_all(head.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = in_time("an answer", stream.read_to_end(&mut answer)).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    counts(&rejected, "head_limit").await;
}

#[tokio::test]
async fn what_is_acknowledged_while_the_server_stops_is_kept() {
    let (app, _rejected) = start("").await;
    let secret = app.token(&[Scope::Ingest]).await.secret;
    let mut stream = connect(&app).await;
    let event =
        r#"{"name":"log.message","metadata":{"level":"warn","message":"x","source":"late"}}"#;
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {secret}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        paths::EVENTS,
        event.len()
    );
    let (begin, end) = event.split_at(20);
    let begun = format!("{head}{begin}");
    stream.write_all(begun.as_bytes()).await.expect("writes");
    // The request has begun when the server can be asked something else.
    assert_eq!(app.client().get("/health").await.status, StatusCode::OK);
    let url = app.url.clone();
    let stopping = tokio::spawn(app.stop());
    until(
        "it takes no more connections",
        async || match reqwest::get(format!("{url}/health")).await {
            Err(_) => Ok(()),
            Ok(answer) => Err(answer.status()),
        },
    )
    .await;
    stream.write_all(end.as_bytes()).await.expect("writes");
    let mut answer = String::new();
    let read = in_time("an answer", stream.read_to_string(&mut answer)).await;
    read.expect("reads");
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    let folder = in_time("the end", stopping).await.expect("no panic");

    let app = TestApp::start_in(folder, TestConfig::default()).await;
    let admin = app.signed_in(ADMIN).await;
    until("the event", async || {
        let history = admin.get("/api/history?metric=log.message").await;
        match history.json["series"][0]["steps"][0][1][0].as_f64() {
            Some(1.0) => Ok(()),
            _ => Err(history.text),
        }
    })
    .await;
}
