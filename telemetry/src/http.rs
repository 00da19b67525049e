//! A tower layer that emits one event a request.
//!
//! Invariant: every request that reaches the layer ends in exactly one event, and no metadata
//! value comes from the client unbounded: routes are templates, unknown methods are `OTHER`.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::extract::MatchedPath;
use axum::http::{Method, Request, Response, StatusCode};
use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::Registry;

/// Emits `http.request.stop` once for each response, when its body has ended or was given up:
/// `duration` (seconds until the response's head) and `response_bytes` (of the body, as handed
/// on), with metadata `method`, `route` (axum's template, or `unmatched`), `status` and `class`
/// (`2xx`). A request that gets no response ends in `http.request.exception` {duration} instead,
/// with `method`, `route` and `kind`: `cancelled`, `panic` or `error`.
///
/// Put it on with `Router::layer`, after the routes, so that it sees the templates. Layers put on
/// before it are inside of it: compression there has its output counted.
#[derive(Clone)]
pub struct RequestTelemetry {
    registry: Arc<Registry>,
}

impl RequestTelemetry {
    /// A layer that emits on this registry.
    pub fn new(registry: Arc<Registry>) -> RequestTelemetry {
        RequestTelemetry { registry }
    }
}

impl<S> Layer<S> for RequestTelemetry {
    type Service = RequestTelemetryService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RequestTelemetryService {
            inner,
            registry: self.registry.clone(),
        }
    }
}

/// What [`RequestTelemetry`] makes of a service.
#[derive(Clone)]
pub struct RequestTelemetryService<S> {
    inner: S,
    registry: Arc<Registry>,
}

impl<S, B, R> Service<Request<B>> for RequestTelemetryService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<MeteredBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let waiting = Waiting {
            registry: self.registry.clone(),
            method: known(request.method()),
            route: request.extensions().get().cloned(),
            started: Instant::now(),
        };
        // Made before the inner call, so that a panic in there is told as well.
        let mut unanswered = Unanswered {
            request: Some(waiting),
            inside: true,
        };
        let inner = self.inner.call(request);
        unanswered.inside = false;
        ResponseFuture {
            inner,
            waiting: Some(unanswered),
        }
    }
}

pin_project! {
    /// Waits for the response's head.
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        waiting: Option<Unanswered>,
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<MeteredBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Some(unanswered) = this.waiting {
            unanswered.inside = true;
        }
        let outcome = this.inner.poll(context);
        if let Some(unanswered) = this.waiting {
            unanswered.inside = false;
        }
        let outcome = ready!(outcome);
        let waiting = this.waiting.take();
        Poll::Ready(match outcome {
            Ok(response) => {
                let status = response.status();
                let exchange = waiting.and_then(|unanswered| unanswered.answered(status));
                Ok(response.map(|inner| MeteredBody { inner, exchange }))
            }
            Err(error) => {
                if let Some(unanswered) = waiting {
                    unanswered.failed();
                }
                Err(error)
            }
        })
    }
}

struct Waiting {
    registry: Arc<Registry>,
    method: &'static str,
    route: Option<MatchedPath>,
    started: Instant,
}

impl Waiting {
    fn route(&self) -> &str {
        self.route.as_ref().map_or("unmatched", MatchedPath::as_str)
    }

    fn exception(&self, kind: &str) {
        self.registry.execute(
            "http.request.exception",
            &[("duration", self.started.elapsed().as_secs_f64())],
            &[
                ("method", self.method.into()),
                ("route", self.route().into()),
                ("kind", kind.into()),
            ],
        );
    }
}

/// A request without a response yet; dropped as such, it tells so.
struct Unanswered {
    request: Option<Waiting>,
    /// The inner service is at work. Only a panic leaves it so.
    inside: bool,
}

impl Unanswered {
    fn answered(mut self, status: StatusCode) -> Option<Exchange> {
        let request = self.request.take()?;
        Some(Exchange {
            duration: request.started.elapsed(),
            status,
            response_bytes: 0,
            request,
        })
    }

    fn failed(mut self) {
        if let Some(request) = self.request.take() {
            request.exception("error");
        }
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if let Some(request) = &self.request {
            request.exception(if self.inside { "panic" } else { "cancelled" });
        }
    }
}

/// A request and the head of its response; emitted when dropped, so once whatever happens.
struct Exchange {
    request: Waiting,
    duration: Duration,
    status: StatusCode,
    response_bytes: u64,
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.request.registry.execute(
            "http.request.stop",
            &[
                ("duration", self.duration.as_secs_f64()),
                ("response_bytes", self.response_bytes as f64),
            ],
            &[
                ("method", self.request.method.into()),
                ("route", self.request.route().into()),
                ("status", self.status.as_u16().into()),
                ("class", class(self.status).into()),
            ],
        );
    }
}

pin_project! {
    /// A response body whose bytes are counted.
    pub struct MeteredBody<B> {
        #[pin]
        inner: B,
        exchange: Option<Exchange>,
    }
}

impl<B: Body> Body for MeteredBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let frame = ready!(this.inner.poll_frame(context));
        match (&frame, this.exchange.as_mut()) {
            (Some(Ok(frame)), Some(exchange)) => {
                let bytes = frame.data_ref().map_or(0, Buf::remaining);
                exchange.response_bytes += bytes as u64;
            }
            (Some(Ok(_)), None) => {}
            (Some(Err(_)) | None, _) => *this.exchange = None,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::CONNECT => "CONNECT",
        Method::TRACE => "TRACE",
        _ => "OTHER",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500..600 => "5xx",
        _ => "other",
    }
}
