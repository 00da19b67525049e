//! One client: a cursor into the ring.
//!
//! Invariant: a client gets every flush after its cursor exactly once, alone or merged with
//! its neighbours, or a fresh `hello`: never a silent gap.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use protocol::StreamParams;

use super::catalogue::Definitions;
use super::hub::Mode;
use super::ring::MERGE_WINDOW;
use super::{Audience, Hub};

/// Where a client is, and how fast it wants to go.
pub struct Client {
    hub: Arc<Hub>,
    audience: Arc<Audience>,
    /// The last flush it was given; None asks for a `hello`.
    cursor: Option<u64>,
    /// Up to here it gets flushes one by one, since it missed them.
    resume_to: u64,
    /// Flushes for each frame.
    step: u64,
    /// What is left of a `hello` that was begun; shared bytes.
    rest: VecDeque<Bytes>,
    /// What the next `hello` defines.
    definitions: Definitions,
}

/// What to do for a client now.
#[derive(Debug, PartialEq)]
pub enum Next {
    /// Send this, then ask again. An event may come in several chunks.
    Send(Bytes),
    /// Nothing until the next flush.
    Wait,
}

impl Client {
    /// A client that wants `rate` frames a second, 1 to 10. With the number of the last event
    /// that it got, it goes on there when the ring still has what follows.
    pub fn new(hub: Arc<Hub>, audience: Arc<Audience>, rate: u64, last_id: Option<u64>) -> Client {
        let flush_ms = u64::from(hub.config().flush_ms);
        let step = if rate >= *StreamParams::RATES.end() {
            1
        } else {
            (1000 / rate.max(1)).div_ceil(flush_ms)
        };
        let span = hub.span();
        let known = |last: &u64| {
            span.is_some_and(|(oldest, newest)| (oldest..=newest + 1).contains(&(last + 1)))
        };
        let cursor = last_id.filter(|last| *last < u64::MAX).filter(known);
        let resume_to = span.map_or(0, |(_, newest)| newest);
        Client {
            hub,
            audience,
            cursor,
            resume_to,
            step: step.max(1),
            rest: VecDeque::new(),
            // One that comes back and cannot go on may have lost another run of the server.
            definitions: match last_id {
                None => Definitions::SinceStart,
                Some(_) => Definitions::All,
            },
        }
    }

    /// Defines all that it sees before the first `hello`.
    #[must_use]
    pub fn with_definitions(mut self) -> Client {
        self.definitions = Definitions::All;
        self
    }

    /// Whether it was sent a part of an event, and cannot be sent anything but the rest.
    pub fn is_within_event(&self) -> bool {
        !self.rest.is_empty()
    }

    /// Changes what it sees; it begins again with a `hello`, after what is left of one that it is
    /// being sent.
    pub fn change(&mut self, audience: Arc<Audience>) {
        self.audience = audience;
        self.cursor = None;
        self.definitions = Definitions::All;
    }

    /// What it sees now.
    pub fn audience(&self) -> &Arc<Audience> {
        &self.audience
    }

    /// The next chunk, if there is one. Never blocks.
    pub fn next(&mut self, now_ms: i64) -> Next {
        if let Some(chunk) = self.rest.pop_front() {
            return Next::Send(chunk);
        }
        loop {
            let Some(cursor) = self.cursor else {
                return self.hello(now_ms);
            };
            let Some((oldest, newest)) = self.hub.span() else {
                return Next::Wait;
            };
            if cursor >= newest {
                return Next::Wait;
            }
            if cursor + 1 < oldest {
                return self.hello(now_ms);
            }
            let (to, chunk) = if cursor < self.resume_to {
                (
                    cursor + 1,
                    self.hub.chunk(cursor + 1, &self.audience, Mode::Resumed),
                )
            } else {
                let Some(to) = self.target(cursor, newest) else {
                    return Next::Wait;
                };
                let chunk = if to == cursor + 1 {
                    self.hub.chunk(to, &self.audience, Mode::Single)
                } else {
                    self.hub.merged(cursor + 1, to, &self.audience)
                };
                (to, chunk)
            };
            // Without a chunk the ring has moved on meanwhile, or too much was missed to be
            // merged.
            let Some(chunk) = chunk else {
                return self.hello(now_ms);
            };
            self.cursor = Some(to);
            if !chunk.is_empty() {
                return Next::Send(chunk);
            }
        }
    }

    /// Up to which flush the next frame goes. Slower rates meet at the same numbers, so that
    /// all clients of a rate share their frames.
    fn target(&self, cursor: u64, newest: u64) -> Option<u64> {
        let behind = newest - cursor;
        if self.step > 1 {
            let to = newest - newest % self.step;
            return (to > cursor).then_some(to);
        }
        let merge = behind > self.hub.config().coalesce_after;
        // More than can be merged is found out by the attempt, and ends in a hello.
        Some(if merge || behind > MERGE_WINDOW as u64 {
            newest
        } else {
            cursor + 1
        })
    }

    fn hello(&mut self, now_ms: i64) -> Next {
        let ([chunk, rest @ ..], seq) = self.hub.hello(&self.audience, self.definitions, now_ms);
        self.rest = rest.into();
        self.cursor = Some(seq);
        // What follows the whole second is given one by one, too.
        self.resume_to = self.hub.span().map_or(0, |(_, newest)| newest);
        Next::Send(chunk)
    }
}
