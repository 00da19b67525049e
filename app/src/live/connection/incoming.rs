//! What arrives by the stream goes into the store. Invariant: what cannot be read changes nothing but
//! that the page is known to be outdated.

use leptos::prelude::*;

use super::super::message::Message;
use super::super::{Live, annotations, backfill, set};
use crate::browser;
use crate::frame_loop;
use crate::view::View;

/// Takes one event of the stream. One that cannot be read means that page and server are of
/// different versions, which a reload mends.
pub(super) fn receive(live: Live, metrics: &[String], event: &str, data: &str) {
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
            // What was hidden since the page was loaded has no past to ask for.
            let is_defined = |name: &&String| live.store.with_value(|s| s.metric(name).is_some());
            let metrics = metrics.iter().filter(is_defined).cloned().collect();
            browser::spawn(backfill::fill(live, metrics, hello.live_from_ms));
        }
        Message::Build(build) => set(live.server_build, build),
        // All that there is to see by now: what is not in it is hidden.
        Message::Metrics(metrics) if live.stream_epoch.get_untracked() > 0 => {
            live.overview.redefine(&metrics);
            live.store.update_value(|store| store.redefine(metrics));
            live.past.set_value(None);
            live.earlier.set_value(None);
            changed_access(live);
        }
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

/// Announces that this person may see something else.
pub(super) fn changed_access(live: Live) {
    live.access_epoch.update(|n| *n += 1);
    frame_loop::request();
}
