//! The event stream: encoded once, pulled by every client at its own pace.
//!
//! Invariant: nothing here grows with a slow client. The ring holds what was published, a
//! client is a cursor into it, and no byte about a metric reaches an audience that may not
//! see it.

mod audience;
mod client;
mod encode;
mod entry;
mod hub;
mod log;
mod note;

pub use audience::Audience;
pub use client::{Client, Next};
pub use encode::{push_numbers, push_row};
pub use hub::{Hub, Mode, Publication, StreamGuard};
pub use log::{LogBook, Noted};
pub use note::{Note, NoteBook, NoteInlet};

#[cfg(test)]
mod tests;
