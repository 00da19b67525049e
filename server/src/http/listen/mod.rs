//! The socket: at most so many connections at a time, in all and from one address, each with a bounded
//! time to send the head of a request and to take what is sent to it.
//!
//! Invariant: a connection without a place is answered with 429 and closed; it never waits for others.

mod places;
mod tls;

use std::error::Error as _;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use telemetry::Registry;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutWriter;
use tokio_rustls::Accept;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

use crate::config::Limits;
use crate::contract::count_rejected;

pub use places::Full;
use places::{Place, Places};
pub use tls::{Tls, TlsError};

/// Between two attempts when the system has nothing to give.
const BREATHER: Duration = Duration::from_millis(200);
/// Longest time until the head of a request is there, in the reserve.
const RESERVED_HEADER_TIMEOUT: Duration = Duration::from_secs(2);
/// What a connection gets for which there is no place.
const NO_PLACE: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 5\r\n\
                          content-length: 0\r\nconnection: close\r\n\r\n";

/// The address of the other end.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Marks requests of a connection that has a place in the reserve.
#[derive(Clone, Copy, Debug)]
pub struct InReserve(pub Full);

/// What connections are answered with, and by which rules.
pub struct HttpService {
    /// Answers requests.
    pub router: Router,
    /// Of connections.
    pub limits: Limits,
    /// Whether all connections come from a proxy.
    pub trust_proxy: bool,
    /// Where rejected connections are counted.
    pub registry: Arc<Registry>,
    /// The certificate; none for plain http.
    pub tls: Option<Arc<Tls>>,
}

/// Answers until `stopping`; then takes no more connections, and waits until those that are
/// open have their answers, or are closed without at `cut_off`.
pub async fn serve(
    listener: TcpListener,
    service: HttpService,
    stopping: CancellationToken,
    cut_off: CancellationToken,
) {
    let HttpService {
        router,
        limits,
        trust_proxy,
        registry,
        tls,
    } = service;
    let places = Arc::new(Places::new(&limits, trust_proxy));
    let timeouts = Arc::new(Timeouts::of(&limits));
    let connections = TaskTracker::new();
    let accepting = async {
        loop {
            let (stream, peer) = accept(&listener).await;
            match places.take(peer.ip()) {
                Ok(place) => {
                    let connection = Connection {
                        peer,
                        place,
                        router: router.clone(),
                        registry: registry.clone(),
                    };
                    let stopping = stopping.clone();
                    let cut_off = cut_off.clone();
                    let stream = timeouts.limited(stream);
                    match &tls {
                        None => {
                            let answering = connection.answer(stream, &timeouts, stopping);
                            connections.spawn(cut_off.run_until_cancelled_owned(answering));
                        }
                        Some(tls) => {
                            let handshake = tls.acceptor().accept(stream);
                            let timeouts = timeouts.clone();
                            let answering = connection.answer_tls(handshake, timeouts, stopping);
                            connections.spawn(cut_off.run_until_cancelled_owned(answering));
                        }
                    }
                }
                Err(full) => {
                    count_rejected(&registry, full.reason(), 1);
                    // What is no TLS would be an error there.
                    if tls.is_none() {
                        reject(stream);
                    }
                }
            }
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

/// A new socket takes a few bytes at once; one that does not is closed without.
fn reject(stream: TcpStream) {
    let answered = stream
        .into_std()
        .and_then(|mut stream| stream.write_all(NO_PLACE));
    if let Err(error) = answered {
        tracing::trace!("a connection was closed without an answer: {error}");
    }
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

/// How long a connection may take, and how hyper reads from it.
struct Timeouts {
    open: http1::Builder,
    reserved: http1::Builder,
    /// Until the handshake of TLS is done.
    handshake: Duration,
    write: Duration,
    max_head_bytes: usize,
}

impl Timeouts {
    fn of(limits: &Limits) -> Timeouts {
        let head = Duration::from_secs(limits.header_timeout_s.into());
        let max_head_bytes = usize::try_from(limits.max_head_bytes).unwrap_or(usize::MAX);
        let http = |head_timeout: Duration| {
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new())
                .header_read_timeout(head_timeout)
                .max_buf_size(max_head_bytes);
            http
        };
        Timeouts {
            open: http(head),
            reserved: http(head.min(RESERVED_HEADER_TIMEOUT)),
            handshake: head,
            write: Duration::from_secs(limits.write_timeout_s.into()),
            max_head_bytes,
        }
    }

    /// A socket that waits no longer than that for the other end to take something.
    fn limited(&self, stream: TcpStream) -> Limited {
        let mut stream = TimeoutWriter::new(stream);
        stream.set_timeout(Some(self.write));
        Box::pin(stream)
    }
}

/// A socket with a timeout.
type Limited = Pin<Box<TimeoutWriter<TcpStream>>>;

/// One connection, for as long as it is open.
struct Connection {
    peer: SocketAddr,
    place: Place,
    router: Router,
    registry: Arc<Registry>,
}

impl Connection {
    /// Answers once the handshake of TLS is done, which has as long as the head of a request.
    async fn answer_tls(
        self,
        handshake: Accept<Limited>,
        timeouts: Arc<Timeouts>,
        stopping: CancellationToken,
    ) {
        let limit = match self.place.reserved {
            None => timeouts.handshake,
            Some(_) => timeouts.handshake.min(RESERVED_HEADER_TIMEOUT),
        };
        let done = tokio::select! {
            done = tokio::time::timeout(limit, handshake) => done,
            () = stopping.cancelled() => return,
        };
        match done {
            Ok(Ok(stream)) => self.answer(stream, &timeouts, stopping).await,
            Ok(Err(error)) => tracing::trace!("no TLS with {}: {error}", self.peer),
            Err(_) => count_rejected(&self.registry, "handshake_timeout", 1),
        }
    }

    fn answer<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
        self,
        stream: S,
        timeouts: &Timeouts,
        stopping: CancellationToken,
    ) -> impl Future<Output = ()> + use<S> {
        let Connection {
            peer,
            place,
            router,
            registry,
        } = self;
        let reserved = place.reserved;
        let http = match reserved {
            None => timeouts.open.clone(),
            Some(_) => timeouts.reserved.clone(),
        };
        let (counted, most) = (registry.clone(), timeouts.max_head_bytes);
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            let is_short = head_bytes(&request) <= most;
            request.extensions_mut().insert(ConnectInfo(Peer(peer)));
            if let Some(full) = reserved {
                request.extensions_mut().insert(InReserve(full));
            }
            let (mut router, counted) = (router.clone(), counted.clone());
            async move {
                if is_short {
                    // A router is always ready.
                    return router.call(request).await;
                }
                count_rejected(&counted, "head_limit", 1);
                let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
                Ok((status, [(header::CONNECTION, "close")]).into_response())
            }
        });
        async move {
            let stream = TokioIo::new(stream);
            let mut connection = pin!(http.serve_connection(stream, service));
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stopping.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::trace!("a connection from {peer} ended with: {error}");
                if let Some(reason) = limit(&error) {
                    count_rejected(&registry, reason, 1);
                }
            }
            drop(place);
        }
    }
}

/// Length of a head, but for a few bytes. hyper stops to read at the limit, and takes what came with the
/// last read.
fn head_bytes(request: &Request<Body>) -> usize {
    let path = request.uri().path_and_query();
    let path = path.map_or(0, |path| path.as_str().len());
    let lines = request.headers().iter();
    lines.fold(path, |sum, (name, value)| {
        sum + name.as_str().len() + value.len() + ": \r\n".len()
    })
}

/// The limit that ended a connection, as `pulseboard.refused` names it.
fn limit(error: &hyper::Error) -> Option<&'static str> {
    if error.is_parse_too_large() {
        return Some("head_limit");
    }
    let cause = error.source()?.downcast_ref::<io::Error>()?;
    (cause.kind() == io::ErrorKind::TimedOut).then_some("write_timeout")
}
