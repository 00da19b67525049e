//! The tower layer in a real server, asked by a real client.
#![cfg(feature = "http")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use telemetry::contract::Contract;
use telemetry::testing::capture;
use telemetry::{MAX_NAME, NameError, Registry, RequestTelemetry};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

telemetry::events! {
    SHOP;

    /// Of the shop.
    PAGE = request "shop.page" {}
}

/// Long enough for a slow machine; reached only when something hangs.
const HANGS: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn each_request_is_one_event() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &["http.request.stop"]).expect("free");
    let router = Router::new()
        .route("/orders/{id}", get(|| async { "five5" }))
        .route("/fails", get(|| async { StatusCode::BAD_GATEWAY }))
        .layer(RequestTelemetry::new(registry.clone()));
    let (address, stop, serving) = serve(router).await;

    let rows = [
        ("/orders/7", "/orders/{id}", "200", 5.0),
        ("/fails", "/fails", "502", 0.0),
        ("/nowhere", "unmatched", "404", 0.0),
    ];
    for (path, route, status, bytes) in rows {
        let url = format!("http://{address}{path}");
        let asking = tokio::task::spawn_blocking(move || ask(&url));
        assert_eq!(asking.await.expect("asks"), status, "{path}");
        // The client has its answer before the server has put the body away.
        let event = capture.recv_timeout(HANGS);
        let event = event.expect("an event for each request");
        assert_eq!(event.metadata["route"], route, "{path}");
        assert_eq!(event.metadata["status"], status, "{path}");
        assert_eq!(event.measurements["response_bytes"], bytes, "{path}");
    }
    drop(stop);
    serving.await.expect("ends").expect("served");
    assert_eq!(capture.take(), [], "and no more than one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_layer_has_a_name_of_its_own() {
    let registry = Arc::new(Registry::new());
    let contract = Contract::new([SHOP]).expect("holds");
    let names = [
        PAGE.stop.name,
        PAGE.exception.name,
        "http.request.stop",
        "http.request.exception",
    ];
    let capture = capture(&registry, &names).expect("free");
    let layer = RequestTelemetry::new(registry.clone()).named(PAGE.name);
    let inside = Arc::new(Notify::new());
    let begun = inside.clone();
    let waits = || async move {
        begun.notify_one();
        std::future::pending::<()>().await;
    };
    let router = Router::new()
        .route("/orders/{id}", get(|| async { "five5" }))
        .route("/waits", get(waits))
        .layer(layer.expect("a name"));
    let (address, stop, serving) = serve(router).await;

    let url = format!("http://{address}/orders/7");
    let asking = tokio::task::spawn_blocking(move || ask(&url));
    assert_eq!(asking.await.expect("asks"), "200");
    // One that goes away before its answer.
    let mut visitor = TcpStream::connect(address).await.expect("connects");
    let asked = visitor.write_all(b"GET /waits HTTP/1.1\r\nhost: shop\r\n\r\n");
    asked.await.expect("writes");
    let within = tokio::time::timeout(HANGS, inside.notified()).await;
    within.expect("the request comes");
    drop(visitor);

    let rows = [
        ("shop.page.stop", "/orders/{id}", None),
        ("shop.page.exception", "/waits", Some("cancelled")),
    ];
    for (name, route, kind) in rows {
        let event = capture.recv_timeout(HANGS);
        let event = event.expect("an event for each request");
        assert_eq!(event.name, name);
        assert_eq!(event.metadata["route"], route);
        assert_eq!(event.metadata.get("kind").map(String::as_str), kind);
        let measurements = event.measurements.keys().map(String::as_str);
        let metadata = event.metadata.keys().map(String::as_str);
        let admitted = contract.admit(&event.name, measurements, metadata);
        assert_eq!(admitted, Ok(()), "{event:?}");
    }
    drop(stop);
    serving.await.expect("ends").expect("served");
    assert_eq!(capture.take(), [], "and nothing under another name");
}

#[test]
fn names_are_checked_with_their_endings() {
    let check = |name: &str, refused: Option<NameError>| {
        let layer = RequestTelemetry::new(Arc::new(Registry::new()));
        assert_eq!(layer.named(name).err(), refused, "{name:?}");
    };
    let longest = MAX_NAME - ".exception".len();
    check("shop", None);
    check(&"x".repeat(longest), None);
    check(&"x".repeat(longest + 1), Some(NameError::TooLong));
    check("", Some(NameError::Empty));
    check("shop.", Some(NameError::EmptySegment));
    check("Shop", Some(NameError::BadCharacter('S')));
}

type Serving = JoinHandle<std::io::Result<()>>;

/// A server that goes on until the sender is dropped.
async fn serve(router: Router) -> (SocketAddr, oneshot::Sender<()>, Serving) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let server = axum::serve(listener, router);
        let server = server.with_graceful_shutdown(async { drop(stopped.await) });
        server.await
    });
    (address, stop, serving)
}

/// The status of the answer, whose body is read to its end.
fn ask(url: &str) -> String {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build();
    let answer = ureq::Agent::new_with_config(agent).get(url).call();
    let mut answer = answer.expect("the server answers");
    answer.body_mut().read_to_string().expect("a short body");
    answer.status().as_str().to_owned()
}
