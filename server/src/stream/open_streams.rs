//! How many streams are open: in all, for each account, and for people who are not signed in.
//!
//! Invariant: a stream counts from the call that opens it until its guard is dropped, one account or
//! address never takes the room of all, and people who are not signed in never that of others.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::access::Network;
use crate::config::PipelineConfig;

/// Whose a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StreamOwner {
    /// An account, by the row id of the user.
    Account(i64),
    /// People who are not signed in, by their address, as far as that is known.
    Guest(Option<Network>),
}

/// Counts open streams.
pub(super) struct OpenStreams {
    max: usize,
    max_per_account: usize,
    max_of_guests: usize,
    all: AtomicUsize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// None without a stream.
    by_owner: HashMap<StreamOwner, usize>,
    /// Of all people who are not signed in.
    of_guests: usize,
}

/// The limit that a further stream would pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamLimit {
    /// Of the server.
    #[error("as many streams are open as `pipeline.max_streams` allows")]
    All,
    /// Of the account.
    #[error(
        "as many streams of this account are open as `pipeline.max_streams_per_account` allows"
    )]
    Account,
    /// Of an address without an account.
    #[error(
        "as many streams are open from this address without an account as \
         `pipeline.max_streams_per_account` allows"
    )]
    Address,
    /// Of people who are not signed in.
    #[error(
        "as many streams of people who are not signed in are open as `pipeline.max_guest_streams` \
         allows"
    )]
    Guests,
}

impl StreamLimit {
    /// The reason under which it is counted.
    pub fn reason(self) -> &'static str {
        match self {
            StreamLimit::All => "stream_limit",
            StreamLimit::Account => "account_stream_limit",
            StreamLimit::Address => "guest_address_stream_limit",
            StreamLimit::Guests => "guest_stream_limit",
        }
    }
}

/// Counts an open stream until it is dropped.
pub struct StreamGuard {
    streams: Arc<OpenStreams>,
    owner: StreamOwner,
}

impl Drop for StreamGuard {
    fn drop(&mut self) {
        let mut open = self.streams.open_now();
        if let Some(count) = open.by_owner.get_mut(&self.owner) {
            *count -= 1;
            if *count == 0 {
                open.by_owner.remove(&self.owner);
            }
        }
        if matches!(self.owner, StreamOwner::Guest(_)) {
            open.of_guests -= 1;
        }
        self.streams.all.fetch_sub(1, Ordering::Relaxed);
    }
}

impl OpenStreams {
    pub(super) fn new(config: &PipelineConfig) -> OpenStreams {
        OpenStreams {
            max: config.max_streams,
            max_per_account: config.max_streams_per_account,
            max_of_guests: config.max_guest_streams,
            all: AtomicUsize::new(0),
            open: Mutex::default(),
        }
    }

    /// Counts one more, unless that would pass a limit.
    pub(super) fn open(
        self: &Arc<OpenStreams>,
        owner: StreamOwner,
    ) -> Result<StreamGuard, StreamLimit> {
        let is_guest = matches!(owner, StreamOwner::Guest(_));
        let mut open = self.open_now();
        let own = open.by_owner.get(&owner).copied().unwrap_or(0);
        if own >= self.max_per_account {
            return Err(if is_guest {
                StreamLimit::Address
            } else {
                StreamLimit::Account
            });
        }
        if is_guest && open.of_guests >= self.max_of_guests {
            return Err(StreamLimit::Guests);
        }
        // Only those who hold the lock add to it.
        if self.all.load(Ordering::Relaxed) >= self.max {
            return Err(StreamLimit::All);
        }
        self.all.fetch_add(1, Ordering::Relaxed);
        open.by_owner.insert(owner, own + 1);
        open.of_guests += usize::from(is_guest);
        Ok(StreamGuard {
            streams: self.clone(),
            owner,
        })
    }

    /// Open of this owner.
    pub(super) fn of(&self, owner: StreamOwner) -> usize {
        self.open_now().by_owner.get(&owner).copied().unwrap_or(0)
    }

    /// Open in all.
    pub(super) fn count(&self) -> usize {
        self.all.load(Ordering::Relaxed)
    }

    fn open_now(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn streams_are_counted_and_limited_in_all_and_for_each_account() {
        let config = PipelineConfig {
            max_streams: 3,
            max_streams_per_account: 2,
            ..PipelineConfig::default()
        };
        let streams = Arc::new(OpenStreams::new(&config));
        let open = |id| streams.open(StreamOwner::Account(id));
        let ada = [open(1), open(1)].map(Result::ok);
        assert!(ada.iter().all(Option::is_some));
        assert_eq!(open(1).err(), Some(StreamLimit::Account));
        let bob = open(2);
        assert!(bob.is_ok());
        assert_eq!(open(2).err(), Some(StreamLimit::All));
        assert_eq!(streams.count(), 3);
        drop(ada);
        assert_eq!(streams.count(), 1);
        assert!(open(1).is_ok() && open(2).is_ok());
        drop(bob);
        assert_eq!(streams.count(), 0);
        assert!(streams.open_now().by_owner.is_empty());
    }

    #[test]
    fn people_who_are_not_signed_in_leave_room_for_others_and_for_other_addresses() {
        let config = PipelineConfig {
            max_streams: 5,
            max_streams_per_account: 2,
            max_guest_streams: 3,
            ..PipelineConfig::default()
        };
        let streams = Arc::new(OpenStreams::new(&config));
        let network = |last: u8| Some(IpAddr::from([203, 0, 113, last]).into());
        let open = |last| streams.open(StreamOwner::Guest(network(last)));
        let first = [open(1), open(1)].map(Result::ok);
        assert!(first.iter().all(Option::is_some));
        assert_eq!(open(1).err(), Some(StreamLimit::Address));
        let second = open(2);
        assert!(second.is_ok());
        assert_eq!(open(3).err(), Some(StreamLimit::Guests));
        assert!(streams.open(StreamOwner::Account(1)).is_ok());
        drop(first);
        assert!(open(3).is_ok());
        drop(second);
        assert_eq!((streams.count(), streams.open_now().of_guests), (0, 0));
    }
}
