//! A request, from its arrival to the one event that it ends in.
//!
//! Invariant: whatever becomes of it, dropping says so, and once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::MatchedPath;
use axum::http::{Method, Request, StatusCode};

use super::Events;

/// A request without a response yet; dropped as such, it tells so.
pub(super) struct Unanswered {
    request: Option<Waiting>,
    /// The inner service is at work. Only a panic leaves it so.
    pub(super) inside: bool,
}

impl Unanswered {
    /// A request that the inner service is about to get.
    pub(super) fn new<B>(events: &Arc<Events>, request: &Request<B>) -> Unanswered {
        let waiting = Waiting {
            events: events.clone(),
            method: known(request.method()),
            route: request.extensions().get().cloned(),
            started: Instant::now(),
        };
        Unanswered {
            request: Some(waiting),
            inside: true,
        }
    }

    /// The head of the response is there.
    pub(super) fn answered(mut self, status: StatusCode) -> Option<Exchange> {
        let request = self.request.take()?;
        Some(Exchange {
            duration: request.started.elapsed(),
            status,
            response_bytes: 0,
            request,
        })
    }

    /// The inner service has no response.
    pub(super) fn failed(mut self) {
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
pub(super) struct Exchange {
    request: Waiting,
    duration: Duration,
    status: StatusCode,
    pub(super) response_bytes: u64,
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let events = &self.request.events;
        events.registry.execute(
            &events.stop,
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

/// What is known of a request when it comes.
struct Waiting {
    events: Arc<Events>,
    method: &'static str,
    route: Option<MatchedPath>,
    started: Instant,
}

impl Waiting {
    fn route(&self) -> &str {
        self.route.as_ref().map_or("unmatched", MatchedPath::as_str)
    }

    fn exception(&self, kind: &str) {
        self.events.registry.execute(
            &self.events.exception,
            &[("duration", self.started.elapsed().as_secs_f64())],
            &[
                ("method", self.method.into()),
                ("route", self.route().into()),
                ("kind", kind.into()),
            ],
        );
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
