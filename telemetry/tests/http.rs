//! The tower layer, on an axum router.
#![cfg(feature = "http")]

mod declared;

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use axum::routing::get;
use telemetry::contract::HTTP;
use telemetry::testing::{OwnedEvent, capture};
use telemetry::{Registry, RequestTelemetry};
use tower::{Layer, Service, ServiceExt, service_fn};

const EVENTS: [&str; 2] = ["http.request.stop", "http.request.exception"];

fn router(registry: &Arc<Registry>) -> Router {
    let orders = Router::new().route("/{id}", get(|| async { "five5" }));
    Router::new()
        .route(
            "/",
            get(|| async { "hello" }).post(|| async { StatusCode::CREATED }),
        )
        .route("/fails", get(|| async { StatusCode::BAD_GATEWAY }))
        .route("/waits", get(std::future::pending::<()>))
        .route("/breaks", get(|| async { panic_now() }))
        .nest("/orders", orders)
        .layer(RequestTelemetry::new(registry.clone()))
}

fn panic_now() -> StatusCode {
    panic!("in a handler")
}

fn request(method: &str, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    request.body(Body::empty()).expect("a sound request")
}

async fn answer(registry: &Arc<Registry>, method: &str, path: &str) -> Response {
    let Ok(response) = router(registry).oneshot(request(method, path)).await;
    response
}

fn metadata(event: &OwnedEvent) -> Vec<(&str, &str)> {
    event.metadata.iter().map(|(k, v)| (&**k, &**v)).collect()
}

#[tokio::test]
async fn one_event_a_response() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &EVENTS).expect("free");
    let rows = [
        ("GET", "/", "GET", "/", "200", "2xx", 5.0),
        ("POST", "/", "POST", "/", "201", "2xx", 0.0),
        ("HEAD", "/", "HEAD", "/", "200", "2xx", 0.0),
        (
            "GET",
            "/orders/17?x=1",
            "GET",
            "/orders/{id}",
            "200",
            "2xx",
            5.0,
        ),
        ("GET", "/fails", "GET", "/fails", "502", "5xx", 0.0),
        ("GET", "/nowhere", "GET", "unmatched", "404", "4xx", 0.0),
        ("BREW", "/", "OTHER", "/", "405", "4xx", 0.0),
    ];
    for (sent, path, method, route, status, class, bytes) in rows {
        let response = answer(&registry, sent, path).await;
        to_bytes(response.into_body(), 1000)
            .await
            .expect("a short body");
        let events = capture.take();
        assert_eq!(events.len(), 1, "{sent} {path}");
        let expected = [
            ("class", class),
            ("method", method),
            ("route", route),
            ("status", status),
        ];
        assert_eq!(metadata(&events[0]), expected, "{sent} {path}");
        let measurements = &events[0].measurements;
        assert_eq!(measurements["response_bytes"], bytes, "{sent} {path}");
        assert!(measurements["duration"] >= 0.0);
        assert_eq!(events[0].name, "http.request.stop");
    }
}

#[tokio::test]
async fn what_is_told_is_what_is_declared() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &EVENTS).expect("free");
    drop(answer(&registry, "GET", "/").await);
    let failing = service_fn(|_: Request<Body>| async { Err::<Response, _>("no") });
    let mut failing = RequestTelemetry::new(registry.clone()).layer(failing);
    assert!(failing.call(request("GET", "/")).await.is_err());
    assert_eq!(declared::unseen(HTTP, &capture.take()), [""; 0]);
}

#[tokio::test]
async fn a_body_that_is_given_up() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &EVENTS).expect("free");
    let response = answer(&registry, "GET", "/").await;
    assert_eq!(capture.take(), [], "the body has not ended");
    drop(response);
    let events = capture.take();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].measurements["response_bytes"], 0.0);
}

#[tokio::test]
async fn requests_without_a_response() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &EVENTS).expect("free");
    let kind = |route: &str, kind: &str| {
        let events = capture.take();
        assert_eq!(events.len(), 1, "{route}");
        assert_eq!(events[0].name, "http.request.exception");
        let expected = [("kind", kind), ("method", "GET"), ("route", route)];
        assert_eq!(metadata(&events[0]), expected);
    };

    let waiting = tokio::spawn(router(&registry).oneshot(request("GET", "/waits")));
    tokio::task::yield_now().await;
    waiting.abort();
    assert!(waiting.await.is_err_and(|error| error.is_cancelled()));
    kind("/waits", "cancelled");

    let broken = tokio::spawn(router(&registry).oneshot(request("GET", "/breaks")));
    assert!(broken.await.is_err_and(|error| error.is_panic()));
    kind("/breaks", "panic");

    let failing = service_fn(|_: Request<Body>| async { Err::<Response, _>("no") });
    let mut failing = RequestTelemetry::new(registry.clone()).layer(failing);
    let outcome = failing.call(request("GET", "/")).await;
    assert_eq!(outcome.err(), Some("no"));
    kind("unmatched", "error");

    let unpolled =
        service_fn(|_: Request<Body>| async { Ok::<Response, Infallible>(panic_now_response()) });
    let mut unpolled = RequestTelemetry::new(registry.clone()).layer(unpolled);
    drop(unpolled.call(request("GET", "/")));
    kind("unmatched", "cancelled");
}

fn panic_now_response() -> Response {
    panic!("is never polled")
}
