//! A tower layer that emits one event a request.
//!
//! Invariant: every request that reaches the layer ends in exactly one event, and no metadata
//! value comes from the client unbounded: routes are templates, unknown methods are `OTHER`.

mod exchange;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::http::{Request, Response};
use bytes::Buf;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::{NameError, Registry, check_event_name};
use exchange::{Exchange, Unanswered};

/// Emits `http.request.stop` once for each response, when its body has ended or was given up:
/// `duration` (seconds until the response's head) and `response_bytes` (of the body, as handed
/// on), with metadata `method`, `route` (axum's template, or `unmatched`), `status` and `class`
/// (`2xx`). A request that gets no response ends in `http.request.exception` {duration} instead,
/// with `method`, `route` and `kind`: `cancelled`, `panic` or `error`.
///
/// Put it on with `Router::layer`, after the routes, so that it sees the templates. Layers put on
/// before it are inside of it: compression there has its output counted.
///
/// A program that reports to Pulseboard gives it a name of its own, for `http.` is what the server
/// itself emits under:
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use telemetry::{NameError, RequestTelemetry};
///
/// telemetry::events! {
///     /// Events of the shop.
///     pub SHOP;
///
///     /// Pages of the shop.
///     pub PAGE = request "shop.page" {}
/// }
///
/// // Each request ends in `shop.page.stop`, or in `shop.page.exception`.
/// fn pages() -> Result<Router, NameError> {
///     let layer = RequestTelemetry::new(telemetry::global().clone()).named(PAGE.name)?;
///     Ok(Router::new().route("/orders/{id}", get(|| async { "an order" })).layer(layer))
/// }
/// # assert!(pages().is_ok());
/// ```
#[derive(Clone)]
pub struct RequestTelemetry {
    events: Arc<Events>,
}

/// Where requests are told, and under which names. Made once, so that a request allocates none.
struct Events {
    registry: Arc<Registry>,
    stop: String,
    exception: String,
}

impl Events {
    fn new(registry: Arc<Registry>, name: &str) -> Arc<Events> {
        Arc::new(Events {
            registry,
            stop: format!("{name}.stop"),
            exception: format!("{name}.exception"),
        })
    }
}

impl RequestTelemetry {
    /// A layer that emits on this registry.
    pub fn new(registry: Arc<Registry>) -> RequestTelemetry {
        let events = Events::new(registry, "http.request");
        RequestTelemetry { events }
    }

    /// The same with other names: `shop.page` emits `shop.page.stop` and `shop.page.exception`.
    /// [`events!`](crate::events) declares both as `request "shop.page" {}`.
    ///
    /// # Errors
    ///
    /// A name that is none, or too long with its ending.
    pub fn named(self, name: &str) -> Result<RequestTelemetry, NameError> {
        check_event_name(name)?;
        let events = Events::new(self.events.registry.clone(), name);
        check_event_name(&events.exception)?;
        Ok(RequestTelemetry { events })
    }
}

impl<S> Layer<S> for RequestTelemetry {
    type Service = RequestTelemetryService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RequestTelemetryService {
            inner,
            events: self.events.clone(),
        }
    }
}

/// What [`RequestTelemetry`] makes of a service.
#[derive(Clone)]
pub struct RequestTelemetryService<S> {
    inner: S,
    events: Arc<Events>,
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
        // Made before the inner call, so that a panic in there is told as well.
        let mut unanswered = Unanswered::new(&self.events, &request);
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
