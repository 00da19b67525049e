//! The socket: at most so many connections at a time, each with a bounded time to say what it
//! wants. Further ones wait in the system's queue until one ends, instead of taking memory here.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use crate::config::Limits;

/// Between two attempts when the system has nothing to give.
const BREATHER: Duration = Duration::from_millis(200);

/// The address of the other end.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Answers until `stopping`; then takes no more connections, and waits until those that are
/// open have their answers.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stopping: CancellationToken,
) {
    let room = usize::try_from(limits.max_connections).unwrap_or(Semaphore::MAX_PERMITS);
    let room = Arc::new(Semaphore::new(room));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(limits.header_timeout_s.into()));
    let connections = TaskTracker::new();
    let accepting = async {
        // The semaphore is never closed, so there always is a place some time.
        while let Ok(place) = Arc::clone(&room).acquire_owned().await {
            let (stream, peer) = accept(&listener).await;
            let answering = answer(stream, peer, http.clone(), router.clone(), stopping.clone());
            connections.spawn(async move {
                answering.await;
                drop(place);
            });
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stopping.cancelled() => {}
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// The next connection. Out of files or memory, it tries again a moment later.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!("a connection without nodelay: {error}");
                }
                return (stream, peer);
            }
            Err(error) if ended_early(&error) => {}
            Err(error) => {
                tracing::error!("cannot accept a connection: {error}");
                tokio::time::sleep(BREATHER).await;
            }
        }
    }
}

/// The other end went away while it waited to be accepted.
fn ended_early(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    http: http1::Builder,
    router: Router,
    stopping: CancellationToken,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(Peer(peer)));
        // A router is always ready.
        router.clone().call(request)
    });
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::trace!("a connection from {peer} ended with: {error}");
    }
}
