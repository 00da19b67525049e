//! The one stream of the page: EventSource → store, and what to do when it breaks.
//!
//! The browser reconnects by itself and asks for what it missed; only when it gave up (the
//! server answered with an error) a new one is opened here, with growing pauses.

use std::cell::Cell;
use std::rc::Rc;

use futures::StreamExt;
use gloo_net::eventsource::State;
use gloo_net::eventsource::futures::EventSource;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use web_sys::MessageEvent;

use super::annotations;
use super::client::{self, ClientError};
use super::status::{self, Status};
use super::{Live, Resolution};
use crate::browser;
use crate::erased::effect;
use crate::frame_loop;
use crate::view::View;
use protocol::{
    Annotation, Frame, Hello, LogRecord, Me, SeriesInfo, StreamEvent, StreamParams, paths,
};

const FIRST_PAUSE_MS: u32 = 1000;
const LONGEST_PAUSE_MS: u32 = 15_000;

/// Keeps a stream of these metrics open until the page goes; begins anew when the range changes.
pub fn connect(live: Live, metrics: Vec<String>) {
    let params = StreamParams {
        metrics: metrics.clone(),
        ..StreamParams::default()
    };
    connect_to(live, params.address(), metrics);
}

/// Keeps the stream at `url` open until the page goes, and asks for the past of `metrics`; begins
/// anew when the range changes.
pub fn connect_to(live: Live, url: String, metrics: Vec<String>) {
    let round = Rc::new(Cell::new(0u32));
    let source = Rc::new((url, metrics));
    effect(move || {
        let span_s = live.span_s.get();
        if round.get() > 0 {
            live.resolution
                .set_value(Resolution::of(i64::from(span_s) * 1000));
        }
        round.set(round.get() + 1);
        let mine = round.get();
        let current = Rc::clone(&round);
        let source = Rc::clone(&source);
        spawn_local(async move {
            let (url, metrics) = &*source;
            keep_open(live, url, metrics, move || current.get() == mine).await;
        });
    });
}

/// Opens streams one after the other while `wanted` says so.
async fn keep_open(live: Live, url: &str, metrics: &[String], wanted: impl Fn() -> bool) {
    let mut pause_ms = FIRST_PAUSE_MS;
    while wanted() {
        if let Some(true) = follow(live, url, metrics, &wanted).await {
            pause_ms = FIRST_PAUSE_MS;
        }
        if !wanted() {
            return;
        }
        if client::get::<Me>(paths::ME).await == Err(ClientError::SignedOut) {
            browser::go(paths::SIGN_IN_PAGE);
            return;
        }
        browser::sleep(pause_ms).await;
        pause_ms = (pause_ms * 2).min(LONGEST_PAUSE_MS);
    }
}

/// One EventSource until it gives up. Whether frames came; none when it could not be opened.
async fn follow(
    live: Live,
    url: &str,
    metrics: &[String],
    wanted: &impl Fn() -> bool,
) -> Option<bool> {
    let mut source = EventSource::new(url).ok()?;
    let subscribed: Result<Vec<_>, _> = StreamEvent::ALL
        .iter()
        .map(|event| source.subscribe(event.name()))
        .collect();
    let mut messages = futures::stream::select_all(subscribed.ok()?);
    let mut clock = Clock {
        connected_ms: None,
        heard_ms: browser::now_ms(),
        status: live.status.get_untracked(),
    };
    let mut heard = false;
    let mut tick = browser::ticks(500);
    loop {
        let message = futures::future::select(messages.next(), tick.next()).await;
        if !wanted() {
            return Some(heard);
        }
        match message {
            futures::future::Either::Left((Some(Ok((kind, message))), _)) => {
                heard = true;
                clock.heard_ms = browser::now_ms();
                if let Some(event) = StreamEvent::parse(&kind) {
                    take(live, metrics, event, &message);
                }
            }
            futures::future::Either::Left((None, _)) => return Some(heard),
            // An error message says that the browser is about to retry: the state tells more.
            futures::future::Either::Left((Some(Err(_)), _))
            | futures::future::Either::Right(_) => {}
        }
        let state = source.state();
        clock.show(live, state == State::Open && heard);
        if state == State::Closed {
            return Some(heard);
        }
    }
}

/// What the header says about the connection.
struct Clock {
    connected_ms: Option<f64>,
    heard_ms: f64,
    status: Status,
}

impl Clock {
    fn show(&mut self, live: Live, open: bool) {
        let now = browser::now_ms();
        let silent = now - self.heard_ms;
        self.status = status::judge(self.status, open, silent);
        let since = match self.status {
            Status::Live | Status::Stale => *self.connected_ms.get_or_insert(now),
            Status::Connecting | Status::Reconnecting => {
                self.connected_ms = None;
                now
            }
        };
        set(live.status, self.status);
        set(live.connected_s, ((now - since) / 1000.0) as u64);
        let stale = !matches!(self.status, Status::Live | Status::Connecting);
        set(live.age_s, if stale { (silent / 1000.0) as u64 } else { 0 });
    }
}

/// Sets what differs: a signal that is set wakes everyone who reads it.
fn set<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

fn take(live: Live, metrics: &[String], event: StreamEvent, message: &MessageEvent) {
    match event {
        StreamEvent::Hello => {
            let Some(hello) = parse::<Hello>(message) else {
                return;
            };
            live.store
                .update_value(|store| store.hello(&hello, live.resolution.get_value()));
            live.stream_epoch.update(|n| *n += 1);
            spawn_local(backfill(live, metrics.to_vec(), hello.live_from_ms));
        }
        StreamEvent::Build => {
            if let Some(build) = parse::<String>(message) {
                set(live.server_build, build);
            }
        }
        StreamEvent::Series => {
            let Some(series) = parse::<Vec<SeriesInfo>>(message) else {
                return;
            };
            live.store.update_value(|store| store.add_series(series));
        }
        StreamEvent::Log => {
            let Some(entries) = parse::<Vec<LogRecord>>(message) else {
                return;
            };
            live.store.update_value(|store| store.log(entries));
            live.logged.update(|n| *n += 1);
        }
        StreamEvent::Annotation => {
            if let Some(added) = parse::<Vec<Annotation>>(message) {
                annotations::add(live, added);
            }
        }
        StreamEvent::AnnotationRemoved => {
            if let Some(gone) = parse::<Vec<i64>>(message) {
                annotations::remove(live, &gone);
            }
        }
        StreamEvent::Frame => {
            let Some(frame) = parse::<Frame>(message) else {
                return;
            };
            live.store.update_value(|store| store.apply(&frame));
            if !frame.seconds.is_empty() && !live.view.with_untracked(View::is_fixed) {
                live.second_tick.update(|n| *n += 1);
            }
            frame_loop::request();
        }
    }
}

/// Fetches what was before the stream began.
async fn backfill(live: Live, metrics: Vec<String>, live_from_ms: i64) {
    let resolution = live.resolution.get_value();
    let step = resolution.step_ms;
    let from = (live_from_ms - resolution.kept_ms()).div_euclid(step) * step;
    let all = metrics
        .iter()
        .map(|metric| client::history(metric, from, live_from_ms, step));
    let mut failed = None;
    for history in futures::future::join_all(all).await {
        match history {
            Ok(history) => live.store.update_value(|store| store.history(&history)),
            Err(error) => failed = Some(error),
        }
    }
    set(live.backfill_error, failed);
    set(live.backfilled, true);
    live.second_tick.update(|n| *n += 1);
    frame_loop::request();
}

/// A message that this page cannot read is told on the console: it means that page and server
/// are of different versions, and the next reload mends it.
fn parse<T: DeserializeOwned>(message: &MessageEvent) -> Option<T> {
    let text = message.data().as_string()?;
    match serde_json::from_str(&text) {
        Ok(value) => Some(value),
        Err(error) => {
            leptos::logging::error!("Pulseboard: a message of the stream cannot be read: {error}");
            None
        }
    }
}
