//! What is over: fetched when the view stands still, or when it is compared with an earlier time.
//!
//! What the page has already is shown at once; what is missing, or finer, comes when it came.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::client::{self, ClientError};
use super::{Live, Resolution, Store};
use crate::browser;
use crate::erased::effect;
use crate::frame_loop;
use crate::view::{View, Window};
use protocol::History;

/// A view that is being dragged changes many times a second: the last one is fetched.
const SETTLES_MS: u32 = 150;
/// Most steps that are asked for at once: fewer than the server would refuse.
const MOST_POINTS: i64 = 4_900;
/// How often a compared time is fetched again while the view goes on, in ms.
const COMPARE_EVERY_MS: i64 = 60_000;

/// Keeps [`Live::past`] and [`Live::earlier`] what the view asks for, until the page goes.
pub fn follow(live: Live, metrics: Vec<String>) {
    let metrics = Rc::new(metrics);
    let round = Rc::new(Cell::new(0u64));
    let of_past = Rc::clone(&metrics);
    // Before the first frame nobody knows the time, and no series has a name.
    let known = Memo::new(move |_| {
        live.second_tick.track();
        live.now_ms() > 0
    });
    effect(move || {
        let view = live.view.get();
        round.set(round.get() + 1);
        let Window::Fixed { from_ms, to_ms } = view.window else {
            live.past.set_value(None);
            live.loading.set(false);
            shown(live);
            return;
        };
        if !known.get() {
            live.loading.set(true);
            return;
        }
        if live.past.with_value(Option::is_none) {
            live.past.set_value(Some(live.store.get_value()));
        }
        let enough = live.visible_store(|store| covers(store, from_ms, to_ms));
        live.loading.set(!enough);
        shown(live);
        if enough {
            return;
        }
        let (mine, round, metrics) = (round.get(), Rc::clone(&round), Rc::clone(&of_past));
        spawn_local(async move {
            browser::sleep(SETTLES_MS).await;
            if round.get() != mine {
                return;
            }
            let past = fetch(live, &metrics, from_ms, to_ms, 0).await;
            if round.get() != mine {
                return;
            }
            live.loading.set(false);
            take(live, past, live.past);
        });
    });
    compare(live, metrics, known);
}

/// Fetches the compared time when the view changes, and while the view goes on now and then.
fn compare(live: Live, metrics: Rc<Vec<String>>, known: Memo<bool>) {
    let round = Rc::new(Cell::new(0u64));
    let due = Memo::new(move |_| {
        live.second_tick.track();
        live.now_ms() / COMPARE_EVERY_MS
    });
    effect(move || {
        let view = live.view.get();
        round.set(round.get() + 1);
        let Some(shift_ms) = view.compare_ms() else {
            live.earlier.set_value(None);
            frame_loop::request();
            return;
        };
        if !known.get() {
            return;
        }
        if !view.is_fixed() {
            due.track();
        }
        let (mine, round, metrics) = (round.get(), Rc::clone(&round), Rc::clone(&metrics));
        spawn_local(async move {
            browser::sleep(SETTLES_MS).await;
            let (from_ms, to_ms) = bounds(live, &view);
            if round.get() != mine || to_ms == 0 {
                return;
            }
            let earlier = fetch(
                live,
                &metrics,
                from_ms - shift_ms,
                to_ms - shift_ms,
                shift_ms,
            );
            let earlier = earlier.await;
            if round.get() == mine {
                take(live, earlier, live.earlier);
            }
        });
    });
}

/// What is compared: all that is shown, and as long as the view goes on what will be until the
/// next fetch.
fn bounds(live: Live, view: &View) -> (i64, i64) {
    match view.window {
        Window::Fixed { from_ms, to_ms } => (from_ms, to_ms),
        Window::Live { .. } => {
            let now = live.now_ms();
            let ahead = if now == 0 { 0 } else { COMPARE_EVERY_MS };
            (now - view.span_ms(), now + ahead)
        }
    }
}

fn take(live: Live, fetched: Result<Store, ClientError>, place: StoredValue<Option<Store>>) {
    match fetched {
        Ok(store) => {
            place.set_value(Some(store));
            live.backfill_error.set(None);
        }
        Err(error) => live.backfill_error.set(Some(error)),
    }
    shown(live);
}

/// Tells everyone that what is shown changed.
fn shown(live: Live) {
    live.second_tick.update(|n| *n += 1);
    frame_loop::request();
}

/// Whether a store has all of a time, as finely as a picture of it needs.
fn covers(store: &Store, from_ms: i64, to_ms: i64) -> bool {
    let wanted = Resolution::of(to_ms - from_ms);
    store.oldest_ms() <= from_ms
        && to_ms <= store.newest_ms()
        && store.resolution().step_ms <= wanted.step_ms
}

/// A store of `from_ms..to_ms` with half as much on both sides, so that a short way to either can
/// be gone without waiting; moved later by `shift_ms`.
async fn fetch(
    live: Live,
    metrics: &[String],
    from_ms: i64,
    to_ms: i64,
    shift_ms: i64,
) -> Result<Store, ClientError> {
    let resolution = Resolution::of(to_ms - from_ms);
    let step = resolution.step_ms;
    let span = to_ms - from_ms;
    let margin = (span / 2).min((MOST_POINTS * step - span) / 2).max(0);
    let from = (from_ms - margin).div_euclid(step) * step;
    let to = (to_ms + margin).min(live.now_ms());
    let resolution = Resolution {
        steps: MOST_POINTS as usize + 1,
        frames: 0,
        ..resolution
    };
    let asked = metrics
        .iter()
        .map(|metric| client::history(metric, from, to, step));
    let mut histories: Vec<History> = Vec::with_capacity(metrics.len());
    for history in futures::future::join_all(asked).await {
        histories.push(history?);
    }
    let past = |store: &Store| store.past(&histories, from, to, resolution, shift_ms);
    Ok(live.store.with_value(past))
}
