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
/// The server has all of a step so long after its end, in ms.
pub(super) const COMPLETE_AFTER_MS: i64 = 1_000;
/// The longest pause before an incomplete end is fetched again, in ms.
const MAX_UNSETTLED_MS: i64 = 60_000;

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
            due.get();
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
    /// Whether the last step of what was fetched was complete when it was.
    complete: Rc<Cell<bool>>,
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
            complete: Rc::new(Cell::new(true)),
        }
    }

    /// Keeps the store of a view that stands still; `known` once the time is known.
    pub(super) fn show(&self, view: &View, known: bool) {
        let live = self.live;
        self.supersede();
        let Window::Fixed { from_ms, to_ms } = view.window else {
            self.place.set_value(None);
            self.complete.set(true);
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
        let is_covered = live.visible_store(|store| covers(store, from_ms, to_ms));
        live.loading.set(!is_covered);
        visible_changed(live);
        if !is_covered || !self.complete.get() {
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

    /// Fetches a part once the view has settled, again after an error that may pass, and again as
    /// long as the step of its end was not complete: a link may be opened in the second it was made.
    /// Ends when it is superseded.
    fn fetch(&self, part: impl Fn() -> Part + 'static) {
        let (live, place, metrics) = (self.live, self.place, self.metrics.get());
        let (mine, round) = (self.round.get(), Rc::clone(&self.round));
        let complete = Rc::clone(&self.complete);
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
                // A compared time of now is fetched again as long as the view goes on anyway.
                let is_shown = shift_ms == 0;
                let unsettled = is_shown.then(|| unsettled_ms(from_ms, to_ms, live.now_ms()));
                let unsettled = unsettled.flatten();
                let fetched = fetch(live, &metrics, from_ms, to_ms, shift_ms).await;
                if round.get() != mine {
                    return;
                }
                if is_shown {
                    live.loading.set(false);
                }
                let error = match fetched {
                    Ok(store) => {
                        place.set_value(Some(store));
                        complete.set(unsettled.is_none());
                        None
                    }
                    Err(error) => Some(error),
                };
                let again = error.as_ref().is_some_and(|error| error.is_temporary());
                fail(live, error);
                visible_changed(live);
                pause_ms = match unsettled {
                    _ if again => backoff.next_ms(),
                    // The page's time stands still while it has no stream: the pauses grow.
                    Some(wait_ms) => wait_ms.max(backoff.next_ms()),
                    None => return,
                };
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

/// How long until the step in which a part ends is complete, in ms; none if it is. A part in the
/// future is looked at once in a while.
fn unsettled_ms(from_ms: i64, to_ms: i64, now_ms: i64) -> Option<u32> {
    let wait_ms = complete_ms(to_ms, Resolution::of(to_ms - from_ms).step_ms) - now_ms;
    let wait_ms = (wait_ms > 0).then_some(wait_ms.min(MAX_UNSETTLED_MS))?;
    u32::try_from(wait_ms).ok()
}

/// When the step of `step_ms` that holds `to_ms` is complete on the server, in ms since the epoch.
fn complete_ms(to_ms: i64, step_ms: i64) -> i64 {
    let steps = to_ms.saturating_add(step_ms - 1).div_euclid(step_ms);
    steps
        .saturating_mul(step_ms)
        .saturating_add(COMPLETE_AFTER_MS)
}

/// Whether a store has all of a time, as finely as a picture of it needs.
fn covers(store: &Store, from_ms: i64, to_ms: i64) -> bool {
    let wanted = Resolution::of(to_ms - from_ms);
    store.oldest_ms() <= from_ms
        && to_ms <= store.newest_ms()
        && store.resolution().step_ms <= wanted.step_ms
}
