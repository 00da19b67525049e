//! The browser's window as the page's [`Host`].

use std::cell::{Cell, OnceCell};

use futures::StreamExt;
use gloo_net::eventsource::State;
use gloo_net::eventsource::futures::EventSource;
use js_sys::Reflect;
use leptos::prelude::{document, window};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response, Storage};

use crate::base::{self, at};
use crate::time_zone;
use crate::view::Zone;

use super::host::{Answer, Events, EventsState, Host, Incoming, Local, Request};

/// Browsers take bodies up to 64 KiB from a page that goes, over all requests.
const MAX_OUTLIVING_BYTES: usize = 32 * 1024;
/// A page that is still here after so long was not left.
const LEAVES_WITHIN_MS: f64 = 5_000.0;

thread_local! {
    /// When the page asked for another one.
    static LEFT_MS: Cell<f64> = const { Cell::new(f64::NEG_INFINITY) };
}

/// The window. There is nothing in it: all state is the browser's.
pub struct Window;

impl Host for Window {
    fn now_ms(&self) -> f64 {
        window()
            .performance()
            .map_or_else(js_sys::Date::now, |performance| performance.now())
    }

    fn sleep(&self, ms: u32) -> Local<()> {
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            let timer =
                window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms as i32);
            if let Err(error) = timer {
                leptos::logging::error!("Pulseboard: no timer: {error:?}");
            }
        });
        // The promise is only ever resolved.
        Box::pin(async { drop(JsFuture::from(promise).await) })
    }

    fn spawn(&self, task: Local<()>) {
        leptos::task::spawn_local(task);
    }

    fn fetch(&self, request: Request) -> Local<Option<Answer>> {
        Box::pin(async move { fetched(request).await.ok() })
    }

    fn open(&self, url: &str, events: &[&str]) -> Option<Events> {
        let mut source = EventSource::new(&at(url)).ok()?;
        let subscriptions: Result<Vec<_>, _> = events
            .iter()
            .map(|event| source.subscribe(*event))
            .collect();
        let incoming = futures::stream::select_all(subscriptions.ok()?);
        let incoming = incoming.map(|message| match message {
            Ok((event, message)) => Incoming::Message {
                event,
                data: message.data().as_string().unwrap_or_default(),
                id: message.last_event_id(),
            },
            Err(_) => Incoming::Lost,
        });
        Some(Events {
            incoming: Box::pin(incoming),
            state: Box::new(move || match source.state() {
                State::Connecting => EventsState::Connecting,
                State::Open => EventsState::Open,
                State::Closed => EventsState::Closed,
            }),
        })
    }

    fn go(&self, path: &str) {
        LEFT_MS.set(self.now_ms());
        if let Err(error) = window().location().assign(&at(path)) {
            leptos::logging::error!("Pulseboard: cannot open {path}: {error:?}");
        }
    }

    fn is_leaving(&self) -> bool {
        self.now_ms() - LEFT_MS.get() < LEAVES_WITHIN_MS
    }

    fn ask_before_leaving(&self, asks: bool) {
        thread_local! {
            static ASK: OnceCell<Closure<dyn FnMut(web_sys::Event)>> = const { OnceCell::new() };
        }
        ASK.with(|ask| {
            let ask = ask.get_or_init(|| {
                Closure::new(|event: web_sys::Event| {
                    if !Window.is_leaving() {
                        event.prevent_default();
                    }
                })
            });
            let ask = ask.as_ref().unchecked_ref();
            // With a listener that has nothing to ask, browsers would not keep the page for Back.
            window().set_onbeforeunload(asks.then_some(ask));
        });
    }

    fn scrolled_px(&self) -> f64 {
        window().scroll_y().unwrap_or(0.0)
    }

    fn scroll_to(&self, y_px: f64) {
        window().scroll_to_with_x_and_y(0.0, y_px);
    }

    fn address(&self) -> String {
        let location = window().location();
        let path = location.pathname().unwrap_or_default();
        base::without(path) + &location.search().unwrap_or_default()
    }

    fn remembered(&self, key: &str) -> Option<String> {
        session_storage()?.get_item(&at(key)).ok()?
    }

    fn remember(&self, key: &str, text: Option<&str>) -> bool {
        // Private windows may have no storage, and it can be full.
        session_storage().is_some_and(|storage| put(&storage, key, text))
    }

    fn is_hidden(&self) -> bool {
        document().hidden()
    }

    fn shown(&self) -> Local<()> {
        Box::pin(async {
            while document().hidden() {
                let mut listened = Ok(());
                let changed = js_sys::Promise::new(&mut |resolve, _| {
                    let name = "visibilitychange";
                    listened = document().add_event_listener_with_callback(name, &resolve);
                });
                if let Err(error) = listened {
                    leptos::logging::error!("Pulseboard: a hidden page goes on: {error:?}");
                    return;
                }
                // The promise is only ever resolved; a listener that called it calls in vain.
                drop(JsFuture::from(changed).await);
            }
        })
    }

    fn is_multiplexed(&self) -> bool {
        let protocol = || {
            let entries = window().performance()?.get_entries_by_type("navigation");
            let name = Reflect::get(&entries.get(0), &"nextHopProtocol".into()).ok()?;
            name.as_string()
        };
        protocol().is_some_and(|name| !name.starts_with("http/"))
    }

    fn wall_ms(&self) -> f64 {
        js_sys::Date::now()
    }

    fn offset_min(&self, zone: &Zone, at_ms: f64) -> i32 {
        time_zone::offset_of(zone, at_ms)
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn shared(&self, key: &str) -> Option<String> {
        local_storage()?.get_item(&at(key)).ok()?
    }

    fn share(&self, key: &str, text: Option<&str>) -> bool {
        local_storage().is_some_and(|storage| put(&storage, key, text))
    }

    fn request_frame(&self, frame: fn()) -> bool {
        thread_local! {
            /// Owned by the page and not by leptos, which frees a callback when the reactive scope
            /// that asked for it is cleaned up: charts would wait for a frame that never comes.
            static FRAME: OnceCell<Closure<dyn FnMut()>> = const { OnceCell::new() };
        }
        FRAME.with(|closure| {
            let closure = closure.get_or_init(|| Closure::new(frame));
            window()
                .request_animation_frame(closure.as_ref().unchecked_ref())
                .is_ok()
        })
    }
}

async fn fetched(request: Request) -> Result<Answer, JsValue> {
    let init = RequestInit::new();
    init.set_method(request.method);
    if let Some(body) = request.body {
        if body.len() <= MAX_OUTLIVING_BYTES {
            // What a person changed arrives although they close the tab meanwhile.
            Reflect::set(&init, &"keepalive".into(), &true.into())?;
        }
        let headers = Headers::new()?;
        headers.set("Content-Type", "application/json")?;
        init.set_headers(&headers);
        init.set_body(&body.into());
    }
    let answer =
        JsFuture::from(window().fetch_with_str_and_init(&at(&request.path), &init)).await?;
    let response: Response = answer.dyn_into()?;
    // What is cut off on its way is no JSON.
    let text = JsFuture::from(response.text()?).await;
    let text = text.ok().and_then(|text| text.as_string());
    Ok(Answer {
        status: response.status(),
        text: text.unwrap_or_default(),
    })
}

fn session_storage() -> Option<Storage> {
    window().session_storage().ok()?
}

fn local_storage() -> Option<Storage> {
    window().local_storage().ok()?
}

/// Keys bear the base path: servers below several paths of a site share its storage.
fn put(storage: &Storage, key: &str, text: Option<&str>) -> bool {
    let key = at(key);
    let done = match text {
        Some(text) => storage.set_item(&key, text),
        None => storage.remove_item(&key),
    };
    done.is_ok()
}
