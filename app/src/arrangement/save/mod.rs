//! Saves what the person changed: one request at a time, until the server has all of it.
//!
//! Invariant: a change is on the server, or it is kept in the tab's storage, which outlives a reload
//! and a sign-in; until the code for that is loaded (see `parts`), the browser asks before the page
//! goes. What another tab saved meanwhile stays, but for what changed here, field by
//! field.

mod draft;
mod queue;

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{Arrangement, Saving};
use crate::browser;
use crate::grid;
use crate::live::client;
pub use draft::{PersonChanges, WidgetChanges};
use protocol::variables::Choices;
use protocol::{WidgetOverride, paths};
pub use queue::Queue;
use queue::{Document, Step};

/// What the tab's storage keeps: range, zone, changes by widget id, and choices of variables.
type Kept = (
    Option<u32>,
    Option<(Option<String>,)>,
    BTreeMap<String, WidgetOverride>,
    Option<Choices>,
);

/// What is to be done.
#[derive(Clone, PartialEq, Eq)]
pub enum Save {
    /// Save: at once, or when the request that runs has ended.
    Soon(Arrangement),
    /// Take up what an earlier page of this tab could not save, as the tab kept it.
    TakeUp(Arrangement, String),
    /// The page is closed or left: what waits is sent at once, and the browser sends it to its end.
    Leave(Arrangement),
}

/// Does it.
pub fn run(what: Save) {
    match what {
        Save::Soon(arrangement) => save(arrangement),
        Save::TakeUp(arrangement, kept) => take_up(arrangement, &kept),
        Save::Leave(arrangement) => leave(arrangement),
    }
}

fn save(arrangement: Arrangement) {
    keep(arrangement);
    let begun = arrangement.queue.try_update_value(Queue::begin).flatten();
    let Some(round) = begun else { return };
    show(arrangement, Saving::Saving);
    browser::spawn(send_all(arrangement, round));
}

fn leave(arrangement: Arrangement) {
    let nothing = Default::default();
    let has_nothing =
        |queue: &Queue| (queue.person.unsaved(), queue.dashboard.unsaved()) == nothing;
    if arrangement.queue.try_with_value(has_nothing) == Some(false) {
        save(arrangement);
    }
}

/// Shows whether changes are on the server. While they are not, the browser asks before the page goes.
pub fn show(arrangement: Arrangement, saving: Saving) {
    let asks = matches!(saving, Saving::Saving | Saving::Failed(_));
    browser::host().ask_before_leaving(asks);
    arrangement.saving.set(saving);
}

fn take_up(arrangement: Arrangement, kept: &str) {
    // Of another version of the page: there is nothing to take up, and the next change replaces it.
    let Ok((range_s, zone, widgets, choices)) = protocol::json::read::<Kept>(kept) else {
        return;
    };
    let widgets = WidgetChanges(widgets, choices);
    let mut own = arrangement.own.get_untracked();
    widgets.lay_over(&mut own);
    let items = arrangement
        .dashboard
        .with_untracked(|dashboard| grid::arrange(dashboard, Some(&own)));
    arrangement.own.set(own);
    arrangement.items.set(items);
    arrangement.queue.update_value(|queue| {
        let zone = zone.map(|(zone,)| zone);
        queue.person.change(PersonChanges { range_s, zone });
        queue.dashboard.change(widgets);
    });
    save(arrangement);
}

/// Sends one document after the other until none waits.
async fn send_all(arrangement: Arrangement, round: u64) {
    loop {
        let next = arrangement
            .queue
            .try_update_value(Queue::take_next)
            .flatten();
        let Some(next) = next else {
            show(arrangement, Saving::Saved);
            return;
        };
        let step = send(arrangement, next).await;
        keep(arrangement);
        if step.is_some() {
            arrangement.take_merged();
        }
        match step {
            None => return,
            Some(Step::Next) => {}
            Some(Step::Stop(error)) => {
                show(arrangement, Saving::Failed(error.to_string()));
                return;
            }
            Some(Step::Pause(ms, error)) => {
                show(arrangement, Saving::Failed(error.to_string()));
                browser::sleep(ms).await;
                let goes_on = arrangement
                    .queue
                    .try_update_value(|queue| queue.go_on(round));
                if goes_on != Some(true) {
                    return;
                }
            }
        }
    }
}

/// What follows from the answer to a document; `None` when the page is gone.
async fn send(arrangement: Arrangement, document: Document) -> Option<Step> {
    match document {
        Document::Person(person) => {
            let answer = client::put(paths::PREFERENCES, &person).await;
            let queue = arrangement.queue;
            queue.try_update_value(|queue| queue.person_answered(answer))
        }
        Document::Dashboard(own) => {
            let id = arrangement.dashboard.try_with_untracked(|d| d.id.clone())?;
            let answer = client::put(&paths::dashboard_preferences(&id), &own).await;
            let queue = arrangement.queue;
            queue.try_update_value(|queue| queue.dashboard_answered(answer))
        }
    }
}

/// Keeps in the tab's storage exactly what the server has not confirmed.
fn keep(arrangement: Arrangement) {
    let Some(Some(key)) = arrangement.kept_as.try_get_value() else {
        return;
    };
    let unsaved = arrangement
        .queue
        .with_value(|queue| (queue.person.unsaved(), queue.dashboard.unsaved()));
    if unsaved == Default::default() {
        browser::host().remember(&key, None);
        return;
    }
    let (person, WidgetChanges(widgets, choices)) = unsaved;
    let zone = person.zone.map(|zone| (zone,));
    let kept: Kept = (person.range_s, zone, widgets, choices);
    // A tab without storage saves as before, and loses only what it cannot send.
    if let Ok(text) = serde_json::to_string(&kept) {
        browser::remember(&key, &text);
    }
}

#[cfg(test)]
mod tests;
