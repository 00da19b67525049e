//! What server and page share.
//!
//! `wire` holds every type that crosses the network. In the page, data flows one way: stream →
//! [`live`] → [`widgets`]; a person's changes go through [`board`] to the server. [`grid`],
//! `live::store` and [`format`] are pure. Effects never run on the server, so what touches the
//! browser stands inside of them and needs no `cfg`.

mod address;
mod bar;
#[cfg(feature = "bench")]
pub mod bench;
pub mod board;
mod browser;
mod erased;
pub mod format;
pub mod grid;
mod icons;
mod keys;
pub mod live;
pub mod pages;
mod picker;
mod sheet;
mod shell;
mod time;
pub mod view;
mod widgets;
mod zone;

pub use address::Address;
pub use pages::{App, BootText, PAGES};
pub use shell::{document, shell};
pub use widgets::{needs, still};
