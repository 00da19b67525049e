//! What the page needs of its surroundings: time, network, address, storage and animation frames.
//!
//! Invariant: `live` and `arrangement::save` reach the browser only through the one [`Host`], so that
//! tests can run them with a clock that is moved by hand and a server that is scripted.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;

use futures::Stream;

use super::window::Window;
use crate::view::Zone;

/// A future of the page: there is one thread.
pub type Local<T> = Pin<Box<dyn Future<Output = T>>>;

/// Surroundings of the page: the browser's window, in tests a fake.
pub trait Host {
    /// Milliseconds since the page was opened.
    fn now_ms(&self) -> f64;
    /// Completes after `ms`.
    fn sleep(&self, ms: u32) -> Local<()>;
    /// Runs a task until it ends.
    fn spawn(&self, task: Local<()>);
    /// One request; `None` without an answer.
    fn fetch(&self, request: Request) -> Local<Option<Answer>>;
    /// Opens a stream of the server-sent events of these names; `None` when it cannot be opened.
    fn open(&self, url: &str, events: &[&str]) -> Option<Events>;
    /// Leaves for another page of this site.
    fn go(&self, path: &str);
    /// Whether the page is being left by [`Host::go`]: another page is on its way.
    fn is_leaving(&self) -> bool;
    /// Whether the browser asks before the page is closed or left, but not before [`Host::go`].
    fn ask_before_leaving(&self, asks: bool);
    /// How far down the page is scrolled, in CSS pixels.
    fn scrolled_px(&self) -> f64;
    /// Scrolls the page so far down.
    fn scroll_to(&self, y_px: f64);
    /// Path and query of the page.
    fn address(&self) -> String;
    /// What this tab remembers under a key, also over a reload, as long as it is open.
    fn remembered(&self, key: &str) -> Option<String>;
    /// Has this tab remember a text, or with `None` forget it; whether it could.
    fn remember(&self, key: &str, text: Option<&str>) -> bool;
    /// Whether nobody sees the page, since its tab is behind others or its window is minimised.
    fn is_hidden(&self) -> bool;
    /// Completes when the page is seen, at once if it is.
    fn shown(&self) -> Local<()>;
    /// Whether one connection to the server carries any number of requests at once, as HTTP/2 does;
    /// otherwise a browser makes no more than six.
    fn is_multiplexed(&self) -> bool;
    /// Milliseconds since the epoch, as all tabs of the browser have them.
    fn wall_ms(&self) -> f64;
    /// Minutes that the clocks of a zone are ahead of UTC at a time in ms since the epoch.
    fn offset_min(&self, zone: &Zone, at_ms: f64) -> i32;
    /// A number from 0 to 1 by chance.
    fn random(&self) -> f64;
    /// What all tabs of the browser share under a key.
    fn shared(&self, key: &str) -> Option<String>;
    /// Shares a text with all tabs, or with `None` no longer; whether that was possible.
    fn share(&self, key: &str, text: Option<&str>) -> bool;
    /// Calls `frame` in the next animation frame; false when there will be none.
    fn request_frame(&self, frame: fn()) -> bool;
}

/// A request to the server of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `PUT`, `POST` or `DELETE`.
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// JSON.
    pub body: Option<String>,
}

/// The answer to a request, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body; empty when it was cut off.
    pub text: String,
}

/// An open stream of server-sent events. It is closed when it is dropped.
pub struct Events {
    /// What arrives.
    pub incoming: Pin<Box<dyn Stream<Item = Incoming>>>,
    /// The state of the connection now.
    pub state: Box<dyn Fn() -> EventsState>,
}

/// One item of a stream of events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// An event.
    Message {
        /// Its name.
        event: String,
        /// Its data.
        data: String,
        /// The id up to which the stream came; empty before the first.
        id: String,
    },
    /// The connection was lost. The browser reconnects by itself unless the state is closed.
    Lost,
}

/// The state of a stream of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventsState {
    /// The browser connects or reconnects.
    Connecting,
    /// Events can arrive.
    Open,
    /// The browser gave up.
    Closed,
}

thread_local! {
    static HOST: Cell<&'static dyn Host> = const { Cell::new(&Window) };
}

/// The surroundings of this page.
pub fn host() -> &'static dyn Host {
    HOST.get()
}

/// Replaces the surroundings in this thread, which is this test.
#[cfg(test)]
pub fn install(host: &'static dyn Host) {
    HOST.set(host);
}
