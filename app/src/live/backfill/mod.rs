//! The past: what was before the stream began, what a view that stands still shows, and the earlier
//! time that a view is compared with.
//!
//! Cached data is shown at once; missing or finer data replaces it on arrival. Invariant: an answer
//! is used only if the page still asks for it when it arrives.

mod fixed;

use super::backoff::Backoff;
use super::client::{self, ClientError};
use super::{Live, Resolution, Store, set};
use crate::browser;
use crate::frame_loop;
use leptos::prelude::*;
use protocol::History;

pub use fixed::follow;

/// Most steps that are asked for at once: fewer than the server would reject.
const MAX_POINTS: i64 = 4_900;
const FIRST_PAUSE_MS: u32 = 2_000;
const MAX_PAUSE_MS: u32 = 30_000;

/// Pauses between attempts to fetch a part of the past.
fn pauses() -> Backoff {
    Backoff::new(FIRST_PAUSE_MS, MAX_PAUSE_MS)
}

/// Fetches what was before the stream began, which began at `live_from_ms`. Metrics without an
/// answer are asked for again, until the stream begins once more: then that asks for all.
pub(crate) async fn fill(live: Live, metrics: Vec<String>, live_from_ms: i64) {
    let epoch = live.stream_epoch.get_untracked();
    let resolution = live.resolution.get_value();
    let step = resolution.step_ms;
    let from = (live_from_ms - resolution.kept_ms()).div_euclid(step) * step;
    let (mut missing, mut backoff, mut rejected) = (metrics, pauses(), None);
    loop {
        let answer = client::histories(&missing, from, live_from_ms, step).await;
        if live.stream_epoch.get_untracked() != epoch {
            return;
        }
        let mut failed = None;
        match answer {
            Ok(answer) => {
                live.store
                    .update_value(|store| answer.found.iter().for_each(|one| store.history(one)));
                rejected = answer.rejected.or(rejected);
                missing = answer.rest;
            }
            Err(error) if error.is_temporary() => failed = Some(error),
            Err(error) => {
                rejected = Some(error);
                missing.clear();
            }
        }
        let is_partial = failed.is_none() && !missing.is_empty();
        fail(live, failed.or_else(|| rejected.clone()));
        set(
            live.backfilled,
            live.backfilled.get_untracked() || !is_partial,
        );
        visible_changed(live);
        if missing.is_empty() {
            return;
        }
        if is_partial {
            continue;
        }
        browser::sleep(backoff.next_ms()).await;
        if live.stream_epoch.get_untracked() != epoch {
            return;
        }
    }
}

/// Shows why a part of the past is missing, or that none is.
fn fail(live: Live, error: Option<ClientError>) {
    if error == Some(ClientError::Unreadable) {
        set(live.outdated, true);
    }
    set(live.backfill_error, error);
}

/// Announces that what is shown changed.
fn visible_changed(live: Live) {
    live.second_tick.update(|n| *n += 1);
    frame_loop::request();
}

/// A store of `from_ms..to_ms` with half as much on both sides, so that panning a little needs no
/// request; moved later by `shift_ms`.
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
    let margin = (span / 2).min((MAX_POINTS * step - span) / 2).max(0);
    let from = (from_ms - margin).div_euclid(step) * step;
    let to = (to_ms + margin).min(live.now_ms());
    let resolution = Resolution {
        steps: MAX_POINTS as usize + 1,
        frames: 0,
        ..resolution
    };
    let mut histories: Vec<History> = Vec::with_capacity(metrics.len());
    let mut missing = metrics.to_vec();
    while !missing.is_empty() {
        let answer = client::histories(&missing, from, to, step).await?;
        if let Some(error) = answer.rejected {
            return Err(error);
        }
        histories.extend(answer.found);
        missing = answer.rest;
    }
    let past = |store: &Store| store.past(&histories, from, to, resolution, shift_ms);
    Ok(live.store.with_value(past))
}

#[cfg(test)]
mod tests;
