//! What server and page share.
//!
//! In the page, data flows one way: stream →
//! [`live`] → [`widgets`]; a person's changes go through [`arrangement`] to the server. [`grid`],
//! `live::store` and [`format`] are pure. Effects never run on the server, so what touches the
//! browser stands inside of them and needs no `cfg`.

mod address;
pub mod arrangement;
mod base;
#[cfg(feature = "bench")]
pub mod bench;
mod bidi;
mod browser;
pub mod check;
mod command_palette;
pub mod editor;
mod erased;
pub mod format;
mod frame_loop;
pub mod grid;
mod icons;
pub mod live;
pub mod pages;
pub mod parts;
mod shell;
pub mod table;
#[cfg(test)]
mod testing;
mod time;
mod time_zone;
pub mod view;
mod widgets;

pub use address::Address;
pub use base::BasePath;
pub use browser::begin;
pub use pages::{Admin, App, FoundView, PAGES, editing, full, viewing};
pub use shell::boot::{BootText, Found};
pub use shell::document::{document, shell};
pub use shell::files::{ProgramFiles, SiteFiles};
pub use shell::form::{FormState, SignInProvider};
pub use shell::page::Bundle;
pub use shell::{page, source};
pub use widgets::render::{snapshot, theme};
pub use widgets::{WidgetControls, kind, kinds, needs, texts};
