//! Annotations: fetched for the time that is shown, and kept up to date by the stream.
//!
//! Invariant: the page has the annotations of at least the time shown, or the newest [`MOST`] of
//! them, and never more than those.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;

use super::backoff::Backoff;
use super::client;
use super::{Live, set};
use crate::browser;
use crate::erased::effect;
use crate::frame_loop;
use crate::view::{View, Window};
use protocol::annotation::MOST;
use protocol::{Annotation, AnnotationParams, Annotations, QueryTime};

/// A view that is being dragged changes many times a second: the last one is fetched for.
const SETTLES_MS: u32 = 150;
const FIRST_PAUSE_MS: u32 = 2_000;
const MAX_PAUSE_MS: u32 = 30_000;

/// A stretch of time in ms since the epoch.
type Span = (i64, i64);
/// Grows when annotations that were fetched may be out of date.
type Epoch = (u64, u64);

/// Keeps [`Live::annotations`] what the view needs, until the page goes.
pub fn follow(live: Live) {
    let fetcher = Fetcher::new(live);
    effect(move || {
        let epoch = (live.stream_epoch.get(), live.annotations_epoch.get());
        fetcher.show(&live.view.get(), epoch);
    });
}

/// Fetches annotations, for the last view that asked.
struct Fetcher {
    live: Live,
    round: Rc<Cell<u64>>,
    /// The time that was fetched, and in which epoch.
    fetched: Rc<Cell<Option<(Epoch, Span)>>>,
}

impl Fetcher {
    fn new(live: Live) -> Fetcher {
        Fetcher {
            live,
            round: Rc::default(),
            fetched: Rc::default(),
        }
    }

    /// Fetches what a view needs and the page does not have, again after an error that may pass.
    fn show(&self, view: &View, epoch: Epoch) {
        let live = self.live;
        // Before the stream has begun the time is not known.
        if epoch.0 == 0 {
            return;
        }
        let span = view.span_ms();
        let shown = match view.window {
            Window::Fixed { from_ms, to_ms } => (from_ms, to_ms),
            Window::Live { .. } => (live.now_ms() - span, i64::MAX),
        };
        self.round.set(self.round.get() + 1);
        let is_enough =
            |(of, had): (Epoch, Span)| of == epoch && had.0 <= shown.0 && shown.1 <= had.1;
        if self.fetched.get().is_some_and(is_enough) {
            return;
        }
        let wanted = with_margin(shown, span);
        let (mine, round, place) = (
            self.round.get(),
            Rc::clone(&self.round),
            Rc::clone(&self.fetched),
        );
        browser::spawn(async move {
            let mut backoff = Backoff::new(FIRST_PAUSE_MS, MAX_PAUSE_MS);
            let mut pause_ms = place.get().map(|_| SETTLES_MS);
            loop {
                if let Some(pause_ms) = pause_ms {
                    browser::sleep(pause_ms).await;
                }
                if round.get() != mine {
                    return;
                }
                let newest = live.annotations.with_untracked(|list| newest(list));
                let answer = client::get::<Annotations>(&address(wanted)).await;
                if round.get() != mine {
                    return;
                }
                match answer {
                    Ok(fetched) => {
                        // Of a part that is cut, another view may need another part.
                        place.set((!fetched.cut).then_some((epoch, wanted)));
                        live.annotations
                            .update(|list| replace(list, fetched.annotations, newest));
                        frame_loop::request();
                        return;
                    }
                    Err(error) if error.is_temporary() => pause_ms = Some(backoff.next_ms()),
                    Err(client::ClientError::Unreadable) => return set(live.outdated, true),
                    Err(_) => return,
                }
            }
        });
    }
}

/// Adds annotations of the stream.
pub fn add(live: Live, added: Vec<Annotation>) {
    live.annotations.update(|list| replace(list, added, 0));
    frame_loop::request();
}

/// Removes annotations. An answer that is on its way may still have them, so it is asked for again.
pub fn remove(live: Live, ids: &[i64]) {
    live.annotations
        .update(|list| list.retain(|one| !ids.contains(&one.id)));
    live.annotations_epoch.update(|n| *n += 1);
    frame_loop::request();
}

/// Half as much on both sides, as for the past itself; a span without an end stays so.
fn with_margin((from, to): Span, span: i64) -> Span {
    let margin = span / 2;
    (from.saturating_sub(margin), to.saturating_add(margin))
}

fn address((from, to): Span) -> String {
    let params = AnnotationParams {
        from: QueryTime::at(from),
        to: (to < i64::MAX).then_some(QueryTime::at(to)),
    };
    params.address()
}

fn newest(list: &[Annotation]) -> i64 {
    list.iter().map(|one| one.id).max().unwrap_or(0)
}

/// Puts `fetched` in the place of `list`, by when they began, and keeps of that what came after
/// `newest`, the largest id when they were asked for; at most the newest [`MOST`].
fn replace(list: &mut Vec<Annotation>, fetched: Vec<Annotation>, newest: i64) {
    list.retain(|one| one.id > newest && fetched.iter().all(|other| other.id != one.id));
    list.extend(fetched);
    charts::order::sort(list, |a, b| (a.t, a.id).cmp(&(b.t, b.id)));
    let over = list.len().saturating_sub(MOST);
    list.drain(..over);
}

#[cfg(test)]
mod tests;
