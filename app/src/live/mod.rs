//! From the stream to what charts read: `connection` feeds the `store`, `backfill` fetches the past,
//! `lines` and `metric_query` read either.
//!
//! Data flows one way. A store never asks for anything, and nothing but `connection` and `backfill`
//! changes one.

pub mod annotations;
pub mod backfill;
pub mod backoff;
pub mod client;
pub mod combine;
pub mod connection;
pub mod line;
pub mod lines;
pub mod message;
pub mod metric_query;
pub mod oldest;
pub mod overview;
pub mod resolution;
pub mod series;
pub mod session;
pub mod status;
pub mod store;
#[cfg(test)]
pub mod testing;

pub use line::Line;
pub use lines::Lines;
pub use overview::Overview;
pub use resolution::Resolution;
pub use status::Status;
pub use store::Store;

use leptos::prelude::*;

use crate::frame_loop;
use crate::view::{View, Window, Zone};
use client::ClientError;
use protocol::{Annotation, Metric};

/// What the page knows of the world, for every component: copied freely.
#[derive(Clone, Copy)]
pub struct Live {
    /// The newest, from the stream. Widgets read what is [`visible_store`](Live::visible_store).
    pub store: StoredValue<Store>,
    /// The newest values of every metric, on pages that list metrics.
    pub overview: Overview,
    /// How much the newest holds: chosen by the span, anew whenever that changes.
    pub resolution: StoredValue<Resolution>,
    /// What is shown instead while the view stands still.
    pub past: StoredValue<Option<Store>>,
    /// What the shown time is compared with, moved to the same times.
    pub earlier: StoredValue<Option<Store>>,
    /// What part of time is shown. Change it by [`show`](Live::show) and its kin.
    pub view: RwSignal<View>,
    /// In which zone times are written.
    pub zone: Memo<Zone>,
    /// Seconds that are shown when the view goes on: what resuming goes back to.
    pub span_s: RwSignal<u32>,
    /// Whether a part of the past is on its way.
    pub loading: RwSignal<bool>,
    /// How the page stands to the server.
    pub status: RwSignal<Status>,
    /// Seconds since the connection was made.
    pub connected_s: RwSignal<u64>,
    /// Age of what is shown, in seconds, while it is stale.
    pub age_s: RwSignal<u64>,
    /// Grows when what is shown changed, at most once a second: texts follow it.
    pub second_tick: RwSignal<u64>,
    /// Grows when recent events came.
    pub logged: RwSignal<u64>,
    /// What somebody says happened in the time shown, by when it began; see [`annotations`].
    pub annotations: RwSignal<Vec<Annotation>>,
    /// Grows when annotations were removed: those that were fetched are fetched again.
    pub annotations_epoch: RwSignal<u64>,
    /// Grows with every hello of the stream: what only the server knows must be fetched again. 0
    /// before the first.
    pub stream_epoch: RwSignal<u64>,
    /// Grows when this person may see something else than before: what the server reduced to what
    /// they could see must be fetched again.
    pub access_epoch: RwSignal<u64>,
    /// Whether the past that the live view needs has come, or will not.
    pub backfilled: RwSignal<bool>,
    /// Why a part of the past is missing.
    pub backfill_error: RwSignal<Option<ClientError>>,
    /// The build of the page that the server has; empty until it is announced.
    pub server_build: RwSignal<String>,
    /// Whether the server sent something that this page cannot read: it is of another version.
    pub outdated: RwSignal<bool>,
}

impl Live {
    /// Nothing known yet of these metrics. A view that stands still goes on as the `usual` one. The
    /// resolution is that of the view, which need not have the usual span.
    pub fn new(metrics: &[Metric], view: View, usual: &View) -> Self {
        let going_on = if view.is_fixed() { usual } else { &view };
        let span_s = (going_on.span_ms() / 1000).clamp(1, i64::from(u32::MAX)) as u32;
        let resolution = Resolution::of(i64::from(span_s) * 1000);
        let view = RwSignal::new(view);
        Live {
            resolution: StoredValue::new(resolution),
            store: StoredValue::new(Store::new(metrics, resolution)),
            overview: Overview::none(),
            past: StoredValue::new(None),
            earlier: StoredValue::new(None),
            zone: Memo::new(move |_| view.with(|view| view.zone.clone())),
            view,
            span_s: RwSignal::new(span_s),
            loading: RwSignal::new(false),
            status: RwSignal::new(Status::Connecting),
            connected_s: RwSignal::new(0),
            age_s: RwSignal::new(0),
            second_tick: RwSignal::new(0),
            logged: RwSignal::new(0),
            annotations: RwSignal::new(Vec::new()),
            annotations_epoch: RwSignal::new(0),
            stream_epoch: RwSignal::new(0),
            access_epoch: RwSignal::new(0),
            backfilled: RwSignal::new(false),
            backfill_error: RwSignal::new(None),
            server_build: RwSignal::new(String::new()),
            outdated: RwSignal::new(false),
        }
    }

    /// Reads what is shown: the past while the view stands still, else the newest.
    pub fn visible_store<T>(&self, read: impl FnOnce(&Store) -> T) -> T {
        self.past.with_value(|past| match past {
            Some(past) => read(past),
            None => self.store.with_value(read),
        })
    }

    /// Whether the charts stand still; reactive.
    pub fn is_fixed(&self) -> bool {
        self.view.with(View::is_fixed)
    }

    /// Whether the past that is shown has come, or will not; reactive.
    pub fn is_loaded(&self) -> bool {
        if self.is_fixed() {
            !self.loading.get()
        } else {
            self.backfilled.get()
        }
    }

    /// Where the charts end, in ms since the epoch.
    pub fn end_ms(&self) -> i64 {
        match self.view.with_untracked(|view| view.window) {
            Window::Fixed { to_ms, .. } => to_ms,
            Window::Live { .. } => self.now_ms(),
        }
    }

    /// How much time the charts show, in ms.
    pub fn span_ms(&self) -> i64 {
        self.view.with_untracked(View::span_ms)
    }

    /// The server's time of the newest frame, in ms since the epoch; 0 before the first.
    pub fn now_ms(&self) -> i64 {
        self.store.with_value(Store::newest_ms)
    }

    /// Shows another part of time; nothing before the first frame, when nobody knows the time.
    pub fn show(&self, view: View) {
        if view.is_fixed() && self.now_ms() == 0 {
            return;
        }
        if let Window::Live { span_s } = view.window
            && self.span_s.get_untracked() != span_s
        {
            self.span_s.set(span_s);
        }
        if self.view.with_untracked(|old| *old != view) {
            self.view.set(view);
        }
        frame_loop::request();
    }

    /// Shows `from_ms` to `to_ms`, held within what can be shown.
    pub fn show_fixed(&self, from_ms: f64, to_ms: f64) {
        let now = self.now_ms();
        self.show(
            self.view
                .with_untracked(|view| view.fixed(from_ms, to_ms, now)),
        );
    }

    /// Zooms by `factor` about a time; see [`View::zoomed`].
    pub fn zoom(&self, about_ms: f64, factor: f64) {
        let (end, now) = (self.end_ms(), self.now_ms());
        self.show(
            self.view
                .with_untracked(|view| view.zoomed(about_ms, factor, end, now)),
        );
    }

    /// Moves by `by_ms`, later for positive numbers.
    pub fn pan(&self, by_ms: f64) {
        let (end, now) = (self.end_ms(), self.now_ms());
        self.show(
            self.view
                .with_untracked(|view| view.panned(by_ms, end, now)),
        );
    }

    /// Stops the charts where they are.
    pub fn pause(&self) {
        let end = self.end_ms() as f64;
        self.show_fixed(end - self.span_ms() as f64, end);
    }

    /// Lets the charts go on, with the span they had when they did, and catch up at once.
    pub fn resume(&self) {
        let span_s = self.span_s.get_untracked();
        let view = self.view.get_untracked();
        self.show(View {
            window: Window::Live { span_s },
            ..view
        });
    }

    /// Stops the charts, or lets them go on.
    pub fn toggle_pause(&self) {
        if self.view.with_untracked(View::is_fixed) {
            self.resume();
        } else {
            self.pause();
        }
    }
}

/// Sets what differs: a signal that is set wakes everything that reads it.
fn set<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

#[cfg(test)]
mod tests;
