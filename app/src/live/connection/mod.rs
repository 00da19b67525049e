//! The one stream of the page: its messages go into the store, and when it breaks another one is
//! opened.
//!
//! The browser reconnects by itself and asks for what it missed; only when it gave up (the
//! server answered with an error) a new one is opened here, with growing pauses. A page that nobody
//! sees lets go of its stream after a few seconds, and goes on where it was when it is seen again. A
//! page that gets no connection for a stream asks for what is new every second.

mod incoming;
mod lease;

use std::cell::Cell;
use std::rc::Rc;

use futures::StreamExt;
use futures::future::{Either, select};
use leptos::prelude::*;

use super::backoff::Backoff;
use super::client::{self, ClientError};
use super::message;
use super::status::Monitor;
use super::{Live, Resolution, set};
use crate::browser::{self, EventsState, Incoming};
use crate::erased::effect;
use incoming::{changed_access, receive};
use lease::Lease;
use protocol::{ErrorCode, Me, StreamEvent, StreamParams, escaped, paths};

const FIRST_PAUSE_MS: u32 = 1_000;
const MAX_PAUSE_MS: u32 = 15_000;
/// How often the header is brought up to date when nothing arrives.
const TICK_MS: u32 = 500;
/// A page that was hidden for so long lets go of its stream.
const HIDDEN_MS: f64 = 5_000.0;
/// A stream on which nothing arrived after so long has no connection.
const HELLO_MS: f64 = 5_000.0;
/// How often the server is asked without a stream.
const POLL_MS: u32 = 1_000;
/// After so long a stream is tried once more, where one was silent.
const RETRY_MS: f64 = 30_000.0;

/// Keeps a stream of these metrics open until the page goes; opens another when they or the range
/// change.
pub fn connect(live: Live, metrics: Memo<Vec<String>>) {
    let round = Rc::new(Cell::new(0));
    effect(move || {
        let metrics = metrics.get();
        let params = StreamParams {
            metrics: metrics.clone(),
            ..StreamParams::default()
        };
        let connection = Connection {
            live,
            source: Rc::new((params.address(), metrics)),
            round: Rc::clone(&round),
        };
        connection.open(live.span_s.get());
    });
}

/// Keeps the stream at `url` open until the page goes, and asks for the past of `metrics`; opens
/// another when the range changes.
pub fn connect_to(live: Live, url: String, metrics: Vec<String>) {
    let connection = Connection {
        live,
        source: Rc::new((url, metrics)),
        round: Rc::default(),
    };
    effect(move || connection.open(live.span_s.get()));
}

/// The connection of a page: at most one of its rounds is current.
struct Connection {
    live: Live,
    /// Address and metrics.
    source: Rc<(String, Vec<String>)>,
    round: Rc<Cell<u32>>,
}

impl Connection {
    /// Opens a stream for a view of `span_s`, in the place of the one before. Only the first one
    /// belongs to what the page was loaded with: the others define what they show.
    fn open(&self, span_s: u32) {
        let live = self.live;
        let is_later = self.round.get() > 0;
        if is_later {
            let resolution = Resolution::of(i64::from(span_s) * 1000);
            live.resolution.set_value(resolution);
        }
        let mine = self.round.get() + 1;
        self.round.set(mine);
        let (round, source) = (Rc::clone(&self.round), Rc::clone(&self.source));
        browser::spawn(async move {
            let (url, metrics) = &*source;
            let mut url = url.clone();
            // A stream without names is of all that there is, and the page shows no more than before.
            if is_later && !metrics.is_empty() {
                push(&mut url, StreamParams::DEFINITIONS, "1");
            }
            keep_open(live, &url, metrics, &|| round.get() == mine).await;
        });
    }
}

/// Why a stream is not followed any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Another one took its place.
    Unwanted,
    /// The browser gave up.
    Lost,
    /// Nobody sees the page.
    Hidden,
    /// There is a connection for a stream by now, or none any more.
    Changed,
    /// Nothing arrived.
    Silent,
}

/// One round of a connection.
struct Round<'a> {
    live: Live,
    url: &'a str,
    metrics: &'a [String],
    wanted: &'a dyn Fn() -> bool,
    monitor: Monitor,
    lease: Lease,
    /// The last event that the store has: the next stream goes on there.
    last_id: String,
    /// What the server calls all that this person may see; empty before it said.
    audience: String,
    /// Whether this is something else than on the stream before: the next one begins again, and
    /// defines what it shows.
    is_changed: bool,
    /// When the page was hidden, in ms since it was opened.
    hidden_ms: Option<f64>,
}

/// Opens streams one after the other while `wanted` says so, and until the session ends.
async fn keep_open(live: Live, url: &str, metrics: &[String], wanted: &dyn Fn() -> bool) {
    let mut backoff = Backoff::new(FIRST_PAUSE_MS, MAX_PAUSE_MS);
    let mut round = Round {
        live,
        url,
        metrics,
        wanted,
        monitor: Monitor::new(
            live.status.get_untracked(),
            // What is shown does not get younger by another attempt.
            browser::now_ms() - live.age_s.get_untracked() as f64 * 1000.0,
        ),
        lease: Lease::new(),
        last_id: String::new(),
        audience: String::new(),
        is_changed: false,
        hidden_ms: None,
    };
    let mut end = End::Lost;
    while wanted() {
        round.monitor.opening();
        let is_polling = end == End::Silent || !round.lease.hold();
        round.monitor.set_polling(is_polling);
        end = match is_polling {
            true => round.poll(end == End::Silent).await,
            false => round.follow().await,
        };
        if round.monitor.has_messages() {
            backoff.reset();
        }
        match end {
            End::Unwanted => return,
            End::Hidden => {
                round.lease.release();
                browser::host().shown().await;
            }
            End::Changed => {}
            End::Silent => round.lease.release(),
            // The stream itself does not say why it ended.
            End::Lost => {
                match round.during(false, client::get::<Me>(paths::ME)).await {
                    Err(ClientError::SignedOut) => return,
                    Err(ClientError::Unreadable) => set(live.outdated, true),
                    // The server answers, but not with this stream: it may name what is hidden by now.
                    Ok(_) if !round.monitor.has_messages() => changed_access(live),
                    Ok(_) | Err(ClientError::NoAnswer | ClientError::Rejected { .. }) => {}
                }
                round.during(false, browser::sleep(backoff.next_ms())).await;
            }
        }
    }
}

impl Round<'_> {
    /// One stream until the browser gives up, or it is not wanted any more.
    async fn follow(&mut self) -> End {
        let host = browser::host();
        let url = self.address(false);
        let Some(mut events) = host.open(&url, &StreamEvent::ALL.map(StreamEvent::name)) else {
            return End::Lost;
        };
        let opened_ms = host.now_ms();
        let mut was_lost = false;
        let mut tick = host.sleep(TICK_MS);
        loop {
            let arrived = match select(events.incoming.next(), &mut tick).await {
                Either::Left((incoming, _)) => Some(incoming),
                Either::Right(_) => None,
            };
            if !(self.wanted)() {
                return End::Unwanted;
            }
            match arrived {
                Some(Some(Incoming::Message { event, data, id })) => {
                    self.monitor.arrived(host.now_ms());
                    self.receive(&id, &event, &data);
                    if self.is_changed {
                        return End::Changed;
                    }
                }
                Some(None) => return End::Lost,
                // The browser is about to reconnect, or gave up: the state says which.
                Some(Some(Incoming::Lost)) => was_lost = true,
                None => {
                    tick = host.sleep(TICK_MS);
                    if self.is_hidden_for_long() {
                        return End::Hidden;
                    }
                    if !self.lease.hold() {
                        return End::Changed;
                    }
                    let waits_ms = host.now_ms() - opened_ms;
                    if !self.monitor.has_messages() && !was_lost && waits_ms >= HELLO_MS {
                        return End::Silent;
                    }
                }
            }
            let state = (events.state)();
            self.report(state == EventsState::Open);
            if state == EventsState::Closed {
                return End::Lost;
            }
        }
    }

    /// Asks for what is new every second until there may be a connection for a stream: when another
    /// tab gave its own back, or after a while, if it was only the server that was slow.
    async fn poll(&mut self, is_silent: bool) -> End {
        let host = browser::host();
        let begun_ms = host.now_ms();
        loop {
            let url = self.address(true);
            let answer = self.during(true, client::text(&url)).await;
            if !(self.wanted)() {
                return End::Unwanted;
            }
            match answer {
                Ok(text) => {
                    self.monitor.arrived(host.now_ms());
                    for event in message::events(&text) {
                        self.receive(&event.id, &event.event, &event.data);
                        if self.is_changed {
                            break;
                        }
                    }
                    self.report(true);
                }
                Err(ClientError::SignedOut) => return End::Unwanted,
                Err(ClientError::Rejected {
                    code: ErrorCode::BadParameter,
                    ..
                }) => {
                    changed_access(self.live);
                    self.report(false);
                }
                // It was not for want of a connection that the stream was silent.
                Err(ClientError::NoAnswer) if is_silent => return End::Lost,
                Err(_) => self.report(false),
            }
            browser::sleep(POLL_MS).await;
            if !(self.wanted)() {
                return End::Unwanted;
            }
            if self.is_hidden_for_long() {
                return End::Hidden;
            }
            let has_waited = !is_silent || host.now_ms() - begun_ms >= RETRY_MS;
            if has_waited && self.lease.hold() {
                return End::Changed;
            }
        }
    }

    /// The address of a stream that goes on after what the page has, or begins again when this person
    /// may see something else; one that ends, if `once`.
    fn address(&mut self, once: bool) -> String {
        let mut url = self.url.to_owned();
        if std::mem::take(&mut self.is_changed) && !url.contains(StreamParams::DEFINITIONS) {
            push(&mut url, StreamParams::DEFINITIONS, "1");
        }
        if !self.last_id.is_empty() {
            push(
                &mut url,
                StreamParams::LAST_EVENT_ID,
                &escaped(&self.last_id),
            );
        }
        if once {
            push(&mut url, StreamParams::ONCE, "1");
        }
        url
    }

    fn receive(&mut self, id: &str, event: &str, data: &str) {
        if !id.is_empty() {
            id.clone_into(&mut self.last_id);
        }
        if event == StreamEvent::Audience.name() {
            self.is_changed = !self.audience.is_empty() && self.audience != data;
            data.clone_into(&mut self.audience);
            if self.is_changed {
                self.last_id.clear();
            }
        }
        receive(self.live, self.metrics, event, data);
    }

    /// Waits for something while the header goes on: silence lasts longer meanwhile.
    async fn during<T>(&mut self, is_open: bool, waited_for: impl Future<Output = T>) -> T {
        let mut waited_for = std::pin::pin!(waited_for);
        loop {
            let tick = browser::sleep(TICK_MS);
            match select(waited_for.as_mut(), tick).await {
                Either::Left((output, _)) => return output,
                Either::Right(_) if (self.wanted)() => self.report(is_open),
                Either::Right(_) => {}
            }
        }
    }

    fn report(&mut self, is_open: bool) {
        let (live, report) = (self.live, self.monitor.report(is_open, browser::now_ms()));
        set(live.status, report.status);
        set(live.connected_s, report.connected_s);
        set(live.age_s, report.age_s);
    }

    /// Whether nobody has seen the page for so long that its stream goes to another tab.
    fn is_hidden_for_long(&mut self) -> bool {
        let host = browser::host();
        if !host.is_hidden() {
            self.hidden_ms = None;
            return false;
        }
        let now_ms = host.now_ms();
        now_ms - *self.hidden_ms.get_or_insert(now_ms) >= HIDDEN_MS
    }
}

/// Adds a parameter to an address.
fn push(url: &mut String, name: &str, value: &str) {
    url.push(if url.contains('?') { '&' } else { '?' });
    url.push_str(&format!("{name}={value}"));
}

#[cfg(test)]
mod tests;
