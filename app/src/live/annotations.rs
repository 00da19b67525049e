//! What somebody says happened: fetched for the time that is shown, and told by the stream.
//!
//! Invariant: the page knows the annotations of at least the time shown, or the newest [`MOST`] of
//! them, and never more than those.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Live;
use super::client;
use crate::browser;
use crate::erased::effect;
use crate::frame_loop;
use crate::view::Window;
use protocol::annotation::MOST;
use protocol::{Annotation, AnnotationParams, Annotations, QueryTime};

/// A view that is being dragged changes many times a second: the last one is fetched for.
const SETTLES_MS: u32 = 150;

/// A stretch of time in ms since the epoch.
type Span = (i64, i64);

/// Keeps [`Live::annotations`] what the view needs, until the page goes.
pub fn follow(live: Live) {
    let round = Rc::new(Cell::new(0u64));
    // What was fetched, in which round of the stream.
    let had: Rc<Cell<Option<(u64, Span)>>> = Rc::default();
    effect(move || {
        let view = live.view.get();
        let begun = live.stream_epoch.get();
        // Before the stream has begun nobody knows the time.
        if begun == 0 {
            return;
        }
        let span = view.span_ms();
        let shown = match view.window {
            Window::Fixed { from_ms, to_ms } => (from_ms, to_ms),
            Window::Live { .. } => (live.now_ms() - span, i64::MAX),
        };
        round.set(round.get() + 1);
        let enough = |(of, had): (u64, Span)| of == begun && had.0 <= shown.0 && shown.1 <= had.1;
        if had.get().is_some_and(enough) {
            return;
        }
        let wanted = with_margin(shown, span);
        let (mine, round, had) = (round.get(), Rc::clone(&round), Rc::clone(&had));
        spawn_local(async move {
            if had.get().is_some() {
                browser::sleep(SETTLES_MS).await;
            }
            if round.get() != mine {
                return;
            }
            let newest = live.annotations.with_untracked(|list| newest(list));
            let answer = client::get::<Annotations>(&address(wanted)).await;
            // Without an answer the next change of the view asks again.
            let (true, Ok(fetched)) = (round.get() == mine, answer) else {
                return;
            };
            // Of a part that is cut, another view may need another part.
            had.set((!fetched.cut).then_some((begun, wanted)));
            live.annotations
                .update(|list| replace(list, fetched.annotations, newest));
            frame_loop::request();
        });
    });
}

/// Takes what the stream tells.
pub fn add(live: Live, added: Vec<Annotation>) {
    live.annotations.update(|list| replace(list, added, 0));
    frame_loop::request();
}

/// Forgets what is gone. What is being fetched may still have it, so that is fetched again.
pub fn remove(live: Live, gone: &[i64]) {
    live.annotations
        .update(|list| list.retain(|one| !gone.contains(&one.id)));
    live.stream_epoch.update(|n| *n += 1);
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
mod tests {
    use super::*;

    fn one(id: i64, t: i64) -> Annotation {
        Annotation {
            id,
            t,
            to: None,
            text: "x".into(),
            tags: Vec::new(),
            source: "x".into(),
        }
    }

    #[test]
    fn what_came_meanwhile_stays() {
        let check = |had: &[(i64, i64)], fetched: &[(i64, i64)], newest: i64, ids: &[i64]| {
            let all = |pairs: &[(i64, i64)]| -> Vec<Annotation> {
                pairs.iter().map(|(id, t)| one(*id, *t)).collect()
            };
            let mut list = all(had);
            replace(&mut list, all(fetched), newest);
            let seen: Vec<i64> = list.iter().map(|one| one.id).collect();
            assert_eq!(seen, ids);
        };
        check(&[], &[], 0, &[]);
        check(&[(1, 5)], &[], 1, &[]);
        check(&[(1, 5), (2, 6)], &[(1, 5)], 1, &[1, 2]);
        check(&[(1, 5), (2, 6)], &[(1, 5), (2, 6)], 1, &[1, 2]);
        // Told by the stream: all stays, and once.
        check(&[(1, 5), (2, 6)], &[(3, 1), (2, 6)], 0, &[3, 1, 2]);
    }

    #[test]
    fn there_are_never_more_than_so_many() {
        let mut list: Vec<_> = (1..=MOST as i64).map(|id| one(id, id)).collect();
        replace(&mut list, vec![one(9_000, 9_000), one(9_001, 0)], 0);
        assert_eq!((list.len(), list[0].id), (MOST, 2));
    }

    #[test]
    fn addresses() {
        let check = |shown: Span, span: i64, address_of: &str| {
            assert_eq!(address(with_margin(shown, span)), address_of);
        };
        check((1_000, 2_000), 1_000, "/api/annotations?from=500&to=2500");
        check((1_000, i64::MAX), 1_000, "/api/annotations?from=500");
        check((100, 1_100), 1_000, "/api/annotations?from=0&to=1600");
    }
}
