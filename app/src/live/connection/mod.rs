//! The one stream of the page: its messages go into the store, and when it breaks another one is
//! opened.
//!
//! The browser reconnects by itself and asks for what it missed; only when it gave up (the
//! server answered with an error) a new one is opened here, with growing pauses.

use std::cell::Cell;
use std::rc::Rc;

use futures::StreamExt;
use futures::future::{Either, select};
use leptos::prelude::*;

use super::backoff::Backoff;
use super::client::{self, ClientError};
use super::message::Message;
use super::status::Monitor;
use super::{Live, Resolution, annotations, backfill, set};
use crate::browser::{self, EventsState, Incoming};
use crate::erased::effect;
use crate::frame_loop;
use crate::view::View;
use protocol::{Me, StreamEvent, StreamParams, paths};

const FIRST_PAUSE_MS: u32 = 1_000;
const MAX_PAUSE_MS: u32 = 15_000;
/// How often the header is brought up to date when nothing arrives.
const TICK_MS: u32 = 500;

/// Keeps a stream of these metrics open until the page goes; opens another when the range changes.
pub fn connect(live: Live, metrics: Vec<String>) {
    let params = StreamParams {
        metrics: metrics.clone(),
        ..StreamParams::default()
    };
    connect_to(live, params.address(), metrics);
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
    /// Opens a stream for a view of `span_s`, in the place of the one before.
    fn open(&self, span_s: u32) {
        let live = self.live;
        if self.round.get() > 0 {
            let resolution = Resolution::of(i64::from(span_s) * 1000);
            live.resolution.set_value(resolution);
        }
        let mine = self.round.get() + 1;
        self.round.set(mine);
        let (round, source) = (Rc::clone(&self.round), Rc::clone(&self.source));
        browser::spawn(async move {
            let (url, metrics) = &*source;
            keep_open(live, url, metrics, &|| round.get() == mine).await;
        });
    }
}

/// Opens streams one after the other while `wanted` says so, and until the session ends.
async fn keep_open(live: Live, url: &str, metrics: &[String], wanted: &dyn Fn() -> bool) {
    let mut backoff = Backoff::new(FIRST_PAUSE_MS, MAX_PAUSE_MS);
    let mut monitor = Monitor::new(live.status.get_untracked(), browser::now_ms());
    while wanted() {
        monitor.opening();
        follow(live, url, metrics, &mut monitor, wanted).await;
        if monitor.has_messages() {
            backoff.reset();
        }
        if !wanted() {
            return;
        }
        // The stream itself does not say why it ended.
        match client::get::<Me>(paths::ME).await {
            Err(ClientError::SignedOut) => return,
            Err(ClientError::Unreadable) => set(live.outdated, true),
            Ok(_) | Err(ClientError::NoAnswer | ClientError::Rejected { .. }) => {}
        }
        browser::sleep(backoff.next_ms()).await;
    }
}

/// One stream until the browser gives up, or it is not wanted any more.
async fn follow(
    live: Live,
    url: &str,
    metrics: &[String],
    monitor: &mut Monitor,
    wanted: &dyn Fn() -> bool,
) {
    let host = browser::host();
    let Some(mut events) = host.open(url, &StreamEvent::ALL.map(StreamEvent::name)) else {
        return;
    };
    let mut tick = host.sleep(TICK_MS);
    loop {
        let arrived = match select(events.incoming.next(), &mut tick).await {
            Either::Left((incoming, _)) => Some(incoming),
            Either::Right(_) => None,
        };
        if !wanted() {
            return;
        }
        match arrived {
            Some(Some(Incoming::Message { event, data })) => {
                monitor.arrived(host.now_ms());
                receive(live, metrics, &event, &data);
            }
            Some(None) => return,
            // The browser is about to reconnect, or gave up: the state says which.
            Some(Some(Incoming::Lost)) => {}
            None => tick = host.sleep(TICK_MS),
        }
        let state = (events.state)();
        let report = monitor.report(state == EventsState::Open, host.now_ms());
        set(live.status, report.status);
        set(live.connected_s, report.connected_s);
        set(live.age_s, report.age_s);
        if state == EventsState::Closed {
            return;
        }
    }
}

/// Takes one event of the stream. One that cannot be read means that page and server are of
/// different versions, which a reload mends.
fn receive(live: Live, metrics: &[String], event: &str, data: &str) {
    match Message::read(event, data) {
        Ok(Some(message)) => take(live, metrics, message),
        Ok(None) => {}
        Err(error) => {
            leptos::logging::error!("Pulseboard: `{event}` of the stream cannot be read: {error}");
            set(live.outdated, true);
        }
    }
}

fn take(live: Live, metrics: &[String], message: Message) {
    match message {
        Message::Hello(hello) => {
            live.store
                .update_value(|store| store.hello(&hello, live.resolution.get_value()));
            live.overview.hello(&hello);
            live.stream_epoch.update(|n| *n += 1);
            let metrics = metrics.to_vec();
            browser::spawn(backfill::fill(live, metrics, hello.live_from_ms));
        }
        Message::Build(build) => set(live.server_build, build),
        Message::Metrics(metrics) => {
            live.overview.define(&metrics);
            live.store.update_value(|store| store.define(metrics));
        }
        Message::Series(series) => {
            live.overview.add_series(&series);
            live.store.update_value(|store| store.add_series(series));
        }
        Message::Log(entries) => {
            live.store.update_value(|store| store.log(entries));
            live.logged.update(|n| *n += 1);
        }
        Message::Annotations(added) => annotations::add(live, added),
        Message::AnnotationsRemoved(ids) => annotations::remove(live, &ids),
        Message::Frame(frame) => {
            live.overview.apply(&frame);
            live.store.update_value(|store| store.apply(&frame));
            if !frame.seconds.is_empty() && !live.view.with_untracked(View::is_fixed) {
                live.second_tick.update(|n| *n += 1);
            }
            frame_loop::request();
        }
    }
}

#[cfg(test)]
mod tests;
