//! When rows are worth computing again.

use leptos::prelude::*;

use crate::live::Live;
use crate::view::View;

/// Rows over a long time do not change much in a second: they are computed so many times over
/// the time they are of, and at least so often.
const REFRESHES: i64 = 300;
const MAX_AGE_MS: i64 = 10_000;

/// What the rows were computed of.
#[derive(Clone, Copy, PartialEq)]
pub struct Seen {
    generation: u64,
    /// When the newest frame came, in ms since the epoch; 0 before the first.
    pub now_ms: i64,
    second_ms: i64,
    /// Where the time shown ends, in ms since the epoch.
    pub end_ms: i64,
    /// How much time is shown, in ms.
    pub span_ms: i64,
    fixed: bool,
}

impl Seen {
    /// Of now.
    pub fn now(live: Live) -> Seen {
        let (generation, second_ms) =
            live.visible_store(|store| (store.generation(), store.second_ms()));
        Seen {
            generation,
            now_ms: live.now_ms(),
            second_ms,
            end_ms: live.end_ms(),
            span_ms: live.span_ms(),
            fixed: live.view.with_untracked(View::is_fixed),
        }
    }

    /// Whether the rows are worth computing again.
    pub fn differs(&self, before: Seen) -> bool {
        let other = Seen {
            now_ms: self.now_ms,
            second_ms: self.second_ms,
            end_ms: self.end_ms,
            ..before
        } != *self;
        let moved = if self.fixed {
            self.end_ms != before.end_ms
        } else {
            let wait_ms = (self.span_ms / REFRESHES).clamp(1, MAX_AGE_MS);
            self.second_ms - before.second_ms >= wait_ms
        };
        other || moved
    }
}
