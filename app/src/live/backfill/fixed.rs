//! Keeps [`Live::past`] and [`Live::earlier`] what the view asks for.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;

use super::{fail, fetch, pauses, visible_changed};
use crate::browser;
use crate::erased::effect;
use crate::frame_loop;
use crate::live::{Live, Resolution, Store};
use crate::view::{View, Window};

/// A view that is being dragged changes many times a second: the last one is fetched.
pub(super) const SETTLES_MS: u32 = 150;
/// How often a compared time is fetched again while the view goes on, in ms.
pub(super) const COMPARE_EVERY_MS: i64 = 60_000;

/// Fetches what the view asks for, until the page goes.
pub fn follow(live: Live, metrics: Signal<Vec<String>>) {
    // Before the first frame the time is not known, and no series has a name.
    let known = Memo::new(move |_| {
        live.second_tick.track();
        live.now_ms() > 0
    });
    let past = Fetcher::new(live, live.past, metrics);
    effect(move || {
        live.access_epoch.track();
        past.show(&live.view.get(), known.get());
    });
    let due = Memo::new(move |_| {
        live.second_tick.track();
        live.now_ms() / COMPARE_EVERY_MS
    });
    let earlier = Fetcher::new(live, live.earlier, metrics);
    effect(move || {
        live.access_epoch.track();
        let view = live.view.get();
        if !view.is_fixed() {
            due.track();
        }
        earlier.compare(&view, known.get());
    });
}

/// Fetches stores into one place, the last request first.
pub(super) struct Fetcher {
    live: Live,
    place: StoredValue<Option<Store>>,
    metrics: Signal<Vec<String>>,
    round: Rc<Cell<u64>>,
}

/// A part of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    from_ms: i64,
    to_ms: i64,
    /// How much later it is shown.
    shift_ms: i64,
}

impl Fetcher {
    pub(super) fn new(
        live: Live,
        place: StoredValue<Option<Store>>,
        metrics: Signal<Vec<String>>,
    ) -> Fetcher {
        Fetcher {
            live,
            place,
            metrics,
            round: Rc::default(),
        }
    }

    /// Keeps the store of a view that stands still; `known` once the time is known.
    pub(super) fn show(&self, view: &View, known: bool) {
        let live = self.live;
        self.supersede();
        let Window::Fixed { from_ms, to_ms } = view.window else {
            self.place.set_value(None);
            live.loading.set(false);
            visible_changed(live);
            return;
        };
        if !known {
            live.loading.set(true);
            return;
        }
        if self.place.with_value(Option::is_none) {
            self.place.set_value(Some(live.store.get_value()));
        }
        let is_enough = live.visible_store(|store| covers(store, from_ms, to_ms));
        live.loading.set(!is_enough);
        visible_changed(live);
        if !is_enough {
            self.fetch(move || Part {
                from_ms,
                to_ms,
                shift_ms: 0,
            });
        }
    }

    /// Keeps the store of the time that a view is compared with.
    pub(super) fn compare(&self, view: &View, known: bool) {
        let live = self.live;
        self.supersede();
        if view.compare.is_none() {
            self.place.set_value(None);
            frame_loop::request();
            return;
        }
        if !known {
            return;
        }
        let view = view.clone();
        self.fetch(move || {
            let (from_ms, to_ms) = bounds(&view, live.now_ms());
            let end_ms = match view.window {
                Window::Fixed { to_ms, .. } => to_ms,
                Window::Live { .. } => live.now_ms(),
            };
            let days_before = |at: f64, days: i64| view.zone.days_before(at, days);
            let shift_ms = view.compare_ms(end_ms, days_before).unwrap_or_default();
            Part {
                from_ms: from_ms - shift_ms,
                to_ms: to_ms - shift_ms,
                shift_ms,
            }
        });
    }

    /// What is on its way is not wanted any more; nor is anything, once the effect ends.
    fn supersede(&self) {
        self.round.set(self.round.get() + 1);
        let round = send_wrapper::SendWrapper::new(Rc::clone(&self.round));
        on_cleanup(move || round.set(round.get() + 1));
    }

    /// Fetches a part once the view has settled, and again after an error that may pass, until it
    /// is superseded.
    fn fetch(&self, part: impl Fn() -> Part + 'static) {
        let (live, place, metrics) = (self.live, self.place, self.metrics.get());
        let (mine, round) = (self.round.get(), Rc::clone(&self.round));
        browser::spawn(async move {
            let mut backoff = pauses();
            let mut pause_ms = SETTLES_MS;
            loop {
                browser::sleep(pause_ms).await;
                if round.get() != mine {
                    return;
                }
                let Part {
                    from_ms,
                    to_ms,
                    shift_ms,
                } = part();
                let fetched = fetch(live, &metrics, from_ms, to_ms, shift_ms).await;
                if round.get() != mine {
                    return;
                }
                if shift_ms == 0 {
                    live.loading.set(false);
                }
                let error = match fetched {
                    Ok(store) => {
                        place.set_value(Some(store));
                        None
                    }
                    Err(error) => Some(error),
                };
                let again = error.as_ref().is_some_and(|error| error.is_temporary());
                fail(live, error);
                visible_changed(live);
                if !again {
                    return;
                }
                pause_ms = backoff.next_ms();
            }
        });
    }
}

/// What is compared: all that is shown, and as long as the view goes on what will be until the
/// next fetch.
fn bounds(view: &View, now_ms: i64) -> (i64, i64) {
    match view.window {
        Window::Fixed { from_ms, to_ms } => (from_ms, to_ms),
        Window::Live { .. } => (now_ms - view.span_ms(), now_ms + COMPARE_EVERY_MS),
    }
}

/// Whether a store has all of a time, as finely as a picture of it needs.
fn covers(store: &Store, from_ms: i64, to_ms: i64) -> bool {
    let wanted = Resolution::of(to_ms - from_ms);
    store.oldest_ms() <= from_ms
        && to_ms <= store.newest_ms()
        && store.resolution().step_ms <= wanted.step_ms
}
