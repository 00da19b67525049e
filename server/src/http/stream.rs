//! `GET /api/stream`: server-sent events, pulled from the ring as fast as the socket takes them.
//!
//! Invariant: a stream holds a cursor and no bytes, and ends within a second of its session.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Query as Parameters, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use protocol::{ParameterError, StreamEvent, StreamParams};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::client_address::client_address;
use super::extract::Viewer;
use super::{Error, Peer};
use crate::access::{MetricSet, Principal};
use crate::clock;
use crate::contract::count_rejected;
use crate::state::AppState;
use crate::stream::{Audience, Client, Next, StreamGuard, StreamOwner};

/// A comment after so much silence tells both ends that the other is there.
const PING_EVERY: Duration = Duration::from_secs(15);
/// How often the session is looked at when nothing says that it changed.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// Opens a stream. 400 for parameters that make no sense, 429 when there are too many streams.
pub async fn stream(
    State(app): State<AppState>,
    connection: ConnectInfo<Peer>,
    Viewer(principal): Viewer,
    headers: HeaderMap,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let asked = StreamRequest::read(&parameters, &headers, &app, &principal)?;
    let address = client_address(&app.config, &headers, Some(&connection));
    let owner = if principal.is_guest() {
        StreamOwner::Guest(address.map(Into::into))
    } else {
        StreamOwner::Account(principal.account_id().ok_or_else(Error::people_only)?)
    };
    let guard = app.pipeline.hub().open(owner).map_err(|limit| {
        count_rejected(&app.registry, limit.reason(), 1);
        Error::too_many(limit.to_string(), 5)
    })?;
    let open = Open::new(app, principal, asked, guard);
    let chunks = futures::stream::unfold(open, |mut open| async {
        let bytes = open.next().await?;
        Some((Ok::<_, Infallible>(bytes), open))
    });
    let mut response = Body::from_stream(chunks).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies that gather answers would make a stream into a photograph.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// What the client asks for, as far as the principal may see it.
struct StreamRequest {
    metrics: Option<MetricSet>,
    rate: u64,
    last_id: Option<u64>,
    once: bool,
    definitions: bool,
}

impl StreamRequest {
    /// The header is newer than the address: a browser that reconnects repeats the address.
    fn read(
        parameters: &[(String, String)],
        headers: &HeaderMap,
        app: &AppState,
        principal: &Principal,
    ) -> Result<StreamRequest, Error> {
        let params = StreamParams::parse(parameters)?;
        let in_header = headers
            .get("last-event-id")
            .and_then(|id| id.to_str().ok()?.parse().ok());
        Ok(StreamRequest {
            metrics: named(&params.metrics, app, principal)?,
            rate: params.rate,
            last_id: in_header.or(params.last_event_id),
            once: params.once,
            definitions: params.definitions,
        })
    }
}

/// The metrics of these names; none when no name is given. A metric that is hidden is as unknown
/// as one that does not exist.
fn named(
    names: &[String],
    app: &AppState,
    principal: &Principal,
) -> Result<Option<MetricSet>, Error> {
    if names.is_empty() {
        return Ok(None);
    }
    let (metrics, visible) = (app.metrics.list(), app.access.visibility(principal));
    let find = |name: &String| metrics.find(name).filter(|id| visible.contains(*id));
    let mut unknown = names.iter().filter(|name| find(name).is_none()).peekable();
    if unknown.peek().is_none() {
        return Ok(Some(names.iter().filter_map(find).collect()));
    }
    let unknown: Vec<&str> = unknown.map(String::as_str).collect();
    let message = format!("there is no metric `{}`", unknown.join("`, `"));
    Err(ParameterError::new(StreamParams::METRICS, message).into())
}

/// An open stream.
struct Open {
    app: AppState,
    principal: Principal,
    asked: Option<MetricSet>,
    client: Client,
    flushes: watch::Receiver<u64>,
    changes: watch::Receiver<u64>,
    asked_at: Instant,
    sent_at: Instant,
    first: bool,
    /// Whether it ends once everything that there is was sent.
    once: bool,
    /// Access has changed since the session was looked at.
    moved: bool,
    /// Of the visibility that the client's audience is made from.
    generation: u64,
    _guard: StreamGuard,
}

impl Open {
    fn new(app: AppState, principal: Principal, asked: StreamRequest, guard: StreamGuard) -> Open {
        let hub = app.pipeline.hub();
        // Read first: a change in between is found by the next look.
        let generation = app.access.visibility_generation();
        let visible = app.access.visibility(&principal);
        let audience = hub.audience(visible, asked.metrics.clone());
        let mut client = Client::new(hub.clone(), audience, asked.rate, asked.last_id);
        if asked.definitions {
            client = client.with_definitions();
        }
        let (flushes, changes) = (hub.watch(), app.access.watch());
        let now = Instant::now();
        Open {
            app,
            principal,
            asked: asked.metrics,
            client,
            flushes,
            changes,
            asked_at: now,
            sent_at: now,
            first: true,
            once: asked.once,
            moved: true,
            generation,
            _guard: guard,
        }
    }

    /// The next bytes; None when the stream ends.
    async fn next(&mut self) -> Option<Bytes> {
        let closed = self.app.pipeline.hub().closed().clone();
        loop {
            if closed.is_cancelled() || !self.still_may().await {
                return None;
            }
            self.flushes.mark_unchanged();
            if let Next::Send(chunk) = self.client.next(clock::now_ms()) {
                self.sent_at = Instant::now();
                return Some(self.with_beginning(chunk));
            }
            if self.once {
                return self.first.then(|| self.with_beginning(Bytes::new()));
            }
            if self.sent_at.elapsed() >= PING_EVERY {
                self.sent_at = Instant::now();
                return Some(Bytes::from_static(b": ping\n\n"));
            }
            let wake = (self.sent_at + PING_EVERY).min(self.asked_at + ASK_EVERY);
            tokio::select! {
                () = closed.cancelled() => return None,
                flushed = self.flushes.changed() => flushed.ok()?,
                changed = self.changes.changed() => {
                    changed.ok()?;
                    self.moved = true;
                }
                () = sleep_until(wake) => {}
            }
        }
    }

    /// Looks whether the session lasts, and begins again when the user may see something else by
    /// now. False when the stream ends.
    async fn still_may(&mut self) -> bool {
        let moved = std::mem::take(&mut self.moved) | self.changes.has_changed().unwrap_or(true);
        if !moved && self.asked_at.elapsed() < ASK_EVERY {
            return true;
        }
        self.changes.mark_unchanged();
        self.asked_at = Instant::now();
        // In a box, since a stream would keep the room for this query for as long as it is open.
        let still = Box::pin(self.app.access.still(&self.principal));
        let Some(principal) = still.await else {
            return false;
        };
        let access = &self.app.access;
        let generation = access.visibility_generation();
        if principal.roles != self.principal.roles || generation != self.generation {
            let visible = access.visibility(&principal);
            let hub = self.app.pipeline.hub();
            let audience = hub.audience(visible, self.asked.clone());
            if !self.change(audience) {
                return false;
            }
        }
        (self.principal, self.generation) = (principal, generation);
        true
    }

    /// Goes over to what the user may see now. An event of which a part is sent cannot be taken
    /// back, so when the rest would be about what is hidden by now, the stream ends.
    fn change(&mut self, audience: Arc<Audience>) -> bool {
        let former = self.client.audience();
        if audience.id() == former.id() {
            return true;
        }
        if self.client.is_within_event() && !audience.shows_all_of(former) {
            return false;
        }
        self.client.change(audience);
        true
    }

    /// What stands before the first bytes. Clients that lose a server at one time shall not come
    /// back at one time, and a page learns of which build the files are that the server has, and whether
    /// it may see something else than on its stream before.
    fn with_beginning(&mut self, chunk: Bytes) -> Bytes {
        if !std::mem::take(&mut self.first) {
            return chunk;
        }
        let mut random = [0; 2];
        // Without randomness the wait is the middle one.
        let ms = match getrandom::fill(&mut random) {
            Ok(()) => 1_000 + u32::from(u16::from_le_bytes(random)) % 2_001,
            Err(_) => 2_000,
        };
        let (event, build) = (StreamEvent::Build.name(), self.app.assets.build());
        let audience = StreamEvent::Audience.name();
        let seen = self.client.audience().fingerprint();
        let beginning = format!(
            "retry: {ms}\n\nevent: {event}\ndata: {build:?}\n\n\
             event: {audience}\ndata: \"{seen:016x}\"\n\n"
        );
        [beginning.as_bytes(), &chunk].concat().into()
    }
}
