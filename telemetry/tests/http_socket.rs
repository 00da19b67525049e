//! The tower layer in a real server, asked by a real client.
#![cfg(feature = "http")]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use telemetry::testing::capture;
use telemetry::{Registry, RequestTelemetry};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn each_request_is_one_event() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &["http.request.stop"]).expect("free");
    let router = Router::new()
        .route("/orders/{id}", get(|| async { "five5" }))
        .route("/fails", get(|| async { StatusCode::BAD_GATEWAY }))
        .layer(RequestTelemetry::new(registry.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let server = axum::serve(listener, router);
        let server = server.with_graceful_shutdown(async { drop(stopped.await) });
        server.await
    });

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
        let event = capture.recv_timeout(Duration::from_secs(10));
        let event = event.expect("an event for each request");
        assert_eq!(event.metadata["route"], route, "{path}");
        assert_eq!(event.metadata["status"], status, "{path}");
        assert_eq!(event.measurements["response_bytes"], bytes, "{path}");
    }
    drop(stop);
    serving.await.expect("ends").expect("served");
    assert_eq!(capture.take(), [], "and no more than one");
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
