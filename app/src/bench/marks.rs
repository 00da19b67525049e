//! Marks on the browser's timeline: `bench-data` when everything that the first picture shows is
//! in memory, `bench-drawn` when it is on the canvases. Then the body has `data-ready`.
//!
//! Both are set from painters of the page's one loop, of which the first runs before those of all
//! charts and the last after them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::{Feed, Setup};
use crate::frame_loop;
use crate::live::Live;

/// Frames until charts know their size and have drawn their axes.
const EMPTY_FRAMES: u32 = 10;

/// Where the timeline is.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    /// Frames to go with empty charts.
    Empty(u32),
    Waiting,
    Data,
    Drawn,
}

/// Sets the marks; without a stream it brings the data too.
pub fn watch(live: Live, setup: Setup) {
    let stage = Rc::new(Cell::new(Stage::Empty(EMPTY_FRAMES)));
    let all_at_once = RefCell::new((setup.hz == 0).then(|| Feed::new(setup, 0)));
    let first = Rc::clone(&stage);
    frame_loop::register(move || match first.get() {
        Stage::Empty(0) => {
            let last = Rc::clone(&first);
            frame_loop::register(move || drawn(&last));
            first.set(Stage::Waiting);
            frame_loop::request();
        }
        Stage::Empty(left) => {
            first.set(Stage::Empty(left - 1));
            frame_loop::request();
        }
        Stage::Waiting => {
            if let Some(mut feed) = all_at_once.take() {
                fill(live, setup, &mut feed);
            }
            if is_full(live, setup) {
                mark("bench-data");
                first.set(Stage::Data);
            }
        }
        Stage::Data | Stage::Drawn => {}
    });
}

fn fill(live: Live, setup: Setup, feed: &mut Feed) {
    live.store.update_value(|store| {
        store.hello(&feed.hello(), setup.resolution());
        for _ in 0..setup.points {
            store.apply(&feed.frame());
        }
    });
}

fn is_full(live: Live, setup: Setup) -> bool {
    let range_ms = i64::from(setup.range_s()) * 1000;
    live.store.with_value(|store| {
        let oldest = store.settled_ms() - range_ms + 1000;
        store.settled_ms() > 0 && store.is_covered(oldest)
    })
}

fn drawn(stage: &Cell<Stage>) {
    if stage.get() != Stage::Data {
        return;
    }
    stage.set(Stage::Drawn);
    read_back();
    mark("bench-drawn");
    let said = document()
        .body()
        .map(|body| body.set_attribute("data-ready", "1"));
    drop(said);
}

/// Reads a pixel of each canvas: browsers note down what is drawn, and paint when somebody looks.
fn read_back() {
    let Ok(found) = document().query_selector_all("canvas") else {
        return;
    };
    for index in 0..found.length() {
        let context = found
            .item(index)
            .and_then(|node| node.dyn_into::<HtmlCanvasElement>().ok())
            .and_then(|canvas| canvas.get_context("2d").ok().flatten())
            .and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok());
        if let Some(context) = context {
            drop(pixel(&context));
        }
    }
}

/// By name: a feature of web-sys more would compile every crate of the page anew for this build.
fn pixel(context: &CanvasRenderingContext2d) -> Result<JsValue, JsValue> {
    let read = js_sys::Reflect::get(context, &"getImageData".into())?;
    let [x, y, width, height] = [0, 0, 1, 1].map(JsValue::from);
    read.unchecked_into::<js_sys::Function>()
        .call4(context, &x, &y, &width, &height)
}

fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        drop(performance.mark(name));
    }
}
