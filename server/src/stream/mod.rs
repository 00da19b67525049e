//! The event stream: encoded once, pulled by every client at its own pace.
//!
//! Invariant: nothing here grows with a slow client. The ring holds what was published, a
//! client is a cursor into it, and no byte about a metric reaches an audience that may not
//! see it.

mod annotation_feed;
mod audience;
mod cache_budget;
mod catalogue;
mod client;
mod encode;
mod encoded_flush;
mod event_log;
mod hub;
mod open_streams;
mod recent;
mod ring;
mod striped_counter;

pub use annotation_feed::{AnnotationChange, AnnotationFeed, AnnotationSender};
pub use audience::Audience;
pub use client::{Client, Next};
pub use encode::{push_numbers, push_row};
pub use event_log::{EventLog, LoggedEvent};
pub use hub::{Hub, Mode, RingSize};
pub use open_streams::{StreamGuard, StreamLimit, StreamOwner};

#[cfg(test)]
mod tests;
