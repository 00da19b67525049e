//! Which line of work enters a span: a task of tokio, or else a thread.
//!
//! Invariant: two parts of one function that is not spawned are the same line of work, whichever
//! threads run it.

use std::thread::{self, ThreadId};

/// A line of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Task(tokio::task::Id),
    Thread(ThreadId),
}

impl Place {
    /// The one that asks.
    pub(super) fn here() -> Place {
        tokio::task::try_id().map_or_else(|| Place::Thread(thread::current().id()), Place::Task)
    }
}
