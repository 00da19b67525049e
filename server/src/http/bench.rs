//! The page `/bench` and its feed, in builds with the feature `bench` alone: open to everybody,
//! since what they show is made up.
//!
//! The feed speaks the protocol of `/api/stream`, a frame for each step of its own clock.

use std::convert::Infallible;
use std::time::Duration;

use app::Bundle;
use app::bench::{self, Feed, Setup};
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use protocol::StreamEvent;
use serde::Serialize;
use tokio::time::{Interval, interval};

use super::page::render_document;
use crate::clock;
use crate::state::AppState;

/// The page.
pub async fn page(State(app): State<AppState>, request: Request) -> Response {
    let setup = Setup::read(request.uri().query().unwrap_or_default());
    let (options, files) = (app.leptos.clone(), app.assets.files());
    let document = move || {
        let (options, files) = (options.clone(), files.clone());
        let title = bench::PAGE.into();
        app::document(options, &files, Bundle::Full, title, move || {
            bench::page(setup)
        })
    };
    render_document(&app, request, document).await
}

/// The feed: hello and all the past in one chunk, then a frame for each step.
pub async fn stream(RawQuery(query): RawQuery) -> Response {
    let setup = Setup::read(&query.unwrap_or_default());
    let past_ms = i64::from(setup.range_s() + 1) * 1000;
    let mut feed = Feed::new(setup, clock::now_ms() - past_ms);
    let mut past = event(StreamEvent::Hello, &feed.hello(), 0);
    while feed.t() + setup.step_ms() <= clock::now_ms() {
        push_frame(&mut past, &mut feed);
    }
    let ticks = interval(Duration::from_millis(setup.step_ms().unsigned_abs()));
    let chunks = futures::stream::unfold((feed, ticks, Some(past)), next);
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Body::from_stream(chunks)).into_response()
}

type Open = (Feed, Interval, Option<String>);

async fn next((mut feed, mut ticks, past): Open) -> Option<(Result<Bytes, Infallible>, Open)> {
    let text = match past {
        Some(past) => past,
        None => {
            ticks.tick().await;
            let mut text = String::new();
            push_frame(&mut text, &mut feed);
            text
        }
    };
    Some((Ok(Bytes::from(text)), (feed, ticks, None)))
}

fn push_frame(text: &mut String, feed: &mut Feed) {
    let frame = feed.frame();
    text.push_str(&event(StreamEvent::Frame, &frame, frame.seq));
}

fn event(event: StreamEvent, data: &impl Serialize, id: u64) -> String {
    // Names and finite numbers always encode.
    let data = serde_json::to_string(data).unwrap_or_default();
    let name = event.name();
    format!("event: {name}\ndata: {data}\nid: {id}\n\n")
}
