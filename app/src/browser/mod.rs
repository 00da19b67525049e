//! The few things that the page asks the browser for. Only called from effects and event
//! handlers, which the server never runs.

mod clipboard;
#[cfg(test)]
pub mod fake;
mod host;
mod paper;
mod window;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

use crate::base;
use crate::erased::effect;
pub use clipboard::{clipboard, copy_text};
pub use host::{EventsState, Incoming, Local, Request, host};
pub use paper::{follow_paper, is_on_paper, on_paper, pixel_ratio};

/// Time in which what comes into the page has taken the focus, if it takes it: some frames.
const FOCUS_TAKEN_MS: u32 = 100;

/// Milliseconds since the page was opened: for durations, never for dates.
pub fn now_ms() -> f64 {
    host().now_ms()
}

/// `2026-11-20T11:05:41.000Z`; empty for what is no time.
pub fn iso(at_ms: f64) -> String {
    if at_ms.abs() <= 8.64e15 {
        String::from(js_sys::Date::new(&at_ms.into()).to_iso_string())
    } else {
        String::new()
    }
}

/// A text in small letters. The browser has the tables for it.
pub fn small(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// Width and height of the window in CSS pixels.
pub fn window_size() -> (f64, f64) {
    let size = |side: Result<JsValue, JsValue>| side.ok().and_then(|v| v.as_f64()).unwrap_or(0.0);
    (size(window().inner_width()), size(window().inner_height()))
}

/// Leaves for another page of this site.
pub fn go(path: &str) {
    host().go(path);
}

/// Runs a task until it ends.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    host().spawn(Box::pin(task));
}

/// Loads this page again.
pub fn reload() {
    if let Err(error) = window().location().reload() {
        leptos::logging::error!("Pulseboard: cannot reload: {error:?}");
    }
}

/// The build that the document is of.
pub fn build() -> String {
    named("data-build")
}

/// What a program does before anything else: reads where the server stands.
pub fn begin() {
    base::remember(named(base::ATTRIBUTE));
}

/// An attribute of the document; empty without it.
fn named(attribute: &str) -> String {
    let root = document().document_element();
    root.and_then(|root| root.get_attribute(attribute))
        .unwrap_or_default()
}

/// What this tab remembers under a key, as long as it is open.
pub fn remembered(key: &str) -> Option<String> {
    host().remembered(key)
}

/// Has this tab remember a text; whether it could.
pub fn remember(key: &str, text: &str) -> bool {
    host().remember(key, Some(text))
}

/// The element under a client position, if it belongs to a widget: the widget's id.
pub fn widget_at(x: f64, y: f64) -> Option<String> {
    let element = document().element_from_point(x as f32, y as f32)?;
    element
        .closest("[data-widget]")
        .ok()??
        .get_attribute("data-widget")
}

/// The elements of this selector in another one, with their boxes in the window: left, top, right and
/// bottom.
pub fn boxes_in(within: &web_sys::Element, selector: &str) -> Vec<(web_sys::Element, [f64; 4])> {
    let Ok(found) = within.query_selector_all(selector) else {
        return Vec::new();
    };
    let elements = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok());
    let boxed = elements.map(|element: web_sys::Element| {
        let area = element.get_bounding_client_rect();
        let sides = [area.left(), area.top(), area.right(), area.bottom()];
        (element, sides)
    });
    boxed.collect()
}

/// Gives the focus to the first element of this selector in another one, if there is one.
pub fn focus_in(within: &web_sys::Element, selector: &str) {
    let found = within.query_selector(selector).ok().flatten();
    if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that is there takes the focus.
        drop(found.focus());
    }
}

/// Gives the focus to the first element of this selector, if there is one.
pub fn focus(selector: &str) {
    if let Some(body) = document().body() {
        focus_in(&body, selector);
    }
}

/// Gives the focus to the first element of this selector once it is there.
pub fn focus_later(selector: String) {
    spawn(async move {
        sleep(FOCUS_TAKEN_MS).await;
        focus(&selector);
    });
}

/// Scrolls as little as shows the first element of this selector, once it is there.
pub fn show_soon(selector: String) {
    spawn(async move {
        sleep(FOCUS_TAKEN_MS).await;
        let Ok(Some(element)) = document().query_selector(&selector) else {
            return;
        };
        let nearest = web_sys::ScrollIntoViewOptions::new();
        nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&nearest);
    });
}

/// Gives the focus to the first element of this selector when what had it is gone.
pub fn rescue_focus(selector: &str) {
    let document = document();
    let body = document.body();
    let is_lost = document.active_element() == body.clone().map(Into::into);
    if let Some(body) = body.filter(|_| is_lost) {
        focus_in(&body, selector);
    }
}

/// Gives the focus to the first element of this selector once it is there: the browser heeds
/// `autofocus` only while nothing has the focus.
pub fn focus_soon(selector: &'static str) {
    spawn(async move {
        sleep(FOCUS_TAKEN_MS).await;
        if let Some(body) = document().body() {
            focus_in(&body, selector);
        }
    });
}

/// Gives the focus to what the selector finds that `follow` answers, when what had it goes because of a
/// change of what `follow` reads.
pub fn keep_focus(follow: impl Fn() -> &'static str + 'static) {
    let mut is_first = true;
    effect(move || {
        let selector = follow();
        if !std::mem::take(&mut is_first) {
            spawn(async move {
                // What comes instead may take it by itself, once it is there.
                sleep(FOCUS_TAKEN_MS).await;
                rescue_focus(selector);
            });
        }
    });
}

/// The text of the element of this id, if there is one.
pub fn text_of(id: &str) -> Option<String> {
    document().get_element_by_id(id)?.text_content()
}

/// An attribute of the element of this id, if both are there.
pub fn attribute_of(id: &str, name: &str) -> Option<String> {
    document().get_element_by_id(id)?.get_attribute(name)
}

/// Completes after `ms`.
pub fn sleep(ms: u32) -> Local<()> {
    host().sleep(ms)
}

/// Calls `f` with an element's size in CSS pixels, now and whenever it changes, until the owner
/// goes. The element has neither border nor padding.
pub fn on_resize(element: &web_sys::Element, f: impl FnMut(f64, f64) + 'static) {
    let f = Rc::new(RefCell::new(f));
    let (own, measured) = (element.clone(), Rc::clone(&f));
    on_paper(move |_| {
        let [width, height] = ["width", "height"].map(|side| computed_px(&own, side));
        measured.borrow_mut()(width, height);
    });
    let callback = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
        if let Ok(entry) = entries.at(-1).dyn_into::<web_sys::ResizeObserverEntry>() {
            let size = entry.content_rect();
            f.borrow_mut()(size.width(), size.height());
        }
    });
    let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) else {
        return;
    };
    observer.observe(element);
    keep_until_cleanup((observer, callback), |(observer, _)| observer.disconnect());
}

/// A length of an element as the style sheet has it now, in CSS pixels; no number where there is
/// none.
fn computed_px(element: &web_sys::Element, side: &str) -> f64 {
    let style = window().get_computed_style(element).ok().flatten();
    let px = style.and_then(|style| style.get_property_value(side).ok());
    js_sys::parse_float(&px.unwrap_or_default())
}

/// How large people have text, by their browser's settings: 1 where a `rem` is 16 CSS pixels.
pub fn text_scale() -> f64 {
    let root = document().document_element();
    let scale = root.map_or(f64::NAN, |root| computed_px(&root, "font-size") / 16.0);
    // NaN is none either.
    if scale > 0.0 { scale } else { 1.0 }
}

/// Whether a media query holds now.
pub fn matches(query: &str) -> bool {
    let media = window().match_media(query).ok().flatten();
    media.is_some_and(|media| media.matches())
}

/// Calls `f` with whether an element is on the screen or on paper, now and whenever that changes,
/// until the owner goes.
pub fn on_visible(element: &web_sys::Element, f: impl Fn(bool) + 'static) {
    let f = Rc::new(f);
    let on_screen = Rc::new(Cell::new(true));
    let (printed, was_on_screen) = (Rc::clone(&f), Rc::clone(&on_screen));
    on_paper(move |is_on| printed(is_on || was_on_screen.get()));
    let callback = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
        if let Ok(entry) = entries
            .at(-1)
            .dyn_into::<web_sys::IntersectionObserverEntry>()
        {
            on_screen.set(entry.is_intersecting());
            f(is_on_paper() || on_screen.get());
        }
    });
    let Ok(observer) = observer_with_margin(callback.as_ref().unchecked_ref()) else {
        return;
    };
    observer.observe(element);
    keep_until_cleanup((observer, callback), |(observer, _)| observer.disconnect());
}

/// Begins a little before an element is on the screen, so that it is drawn when it arrives.
fn observer_with_margin(
    callback: &js_sys::Function,
) -> Result<web_sys::IntersectionObserver, JsValue> {
    let options = web_sys::IntersectionObserverInit::new();
    options.set_root_margin("300px");
    web_sys::IntersectionObserver::new_with_options(callback, &options)
}

/// Calls `f` whenever a media query begins or ends to match.
pub fn on_media_change(query: &str, f: impl FnMut() + 'static) {
    let Ok(Some(media)) = window().match_media(query) else {
        return;
    };
    let callback = Closure::<dyn FnMut()>::new(f);
    media.set_onchange(Some(callback.as_ref().unchecked_ref()));
    keep_until_cleanup((media, callback), |(media, _)| media.set_onchange(None));
}

fn keep_until_cleanup<T: 'static>(kept: T, end: impl FnOnce(T) + 'static) {
    let kept = Rc::new(RefCell::new(Some((kept, end))));
    let kept = send_wrapper::SendWrapper::new(kept);
    on_cleanup(move || {
        if let Some((kept, end)) = kept.take().borrow_mut().take() {
            end(kept);
        }
    });
}
