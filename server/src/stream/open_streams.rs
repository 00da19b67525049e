//! How many streams are open, in all and for each account.
//!
//! Invariant: a stream counts from the call that opens it until its guard is dropped, and one account
//! never takes the room of all.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config::PipelineConfig;

/// Counts open streams.
pub(super) struct OpenStreams {
    max: usize,
    max_per_account: usize,
    all: AtomicUsize,
    /// By the row id of the user; none without a stream.
    accounts: Mutex<HashMap<i64, usize>>,
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
}

impl StreamLimit {
    /// The reason under which it is counted.
    pub fn reason(self) -> &'static str {
        match self {
            StreamLimit::All => "stream_limit",
            StreamLimit::Account => "account_stream_limit",
        }
    }
}

/// Counts an open stream until it is dropped.
pub struct StreamGuard {
    open: Arc<OpenStreams>,
    account: i64,
}

impl Drop for StreamGuard {
    fn drop(&mut self) {
        let mut accounts = self.open.accounts();
        if let Some(count) = accounts.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                accounts.remove(&self.account);
            }
        }
        self.open.all.fetch_sub(1, Ordering::Relaxed);
    }
}

impl OpenStreams {
    pub(super) fn new(config: &PipelineConfig) -> OpenStreams {
        OpenStreams {
            max: config.max_streams,
            max_per_account: config.max_streams_per_account,
            all: AtomicUsize::new(0),
            accounts: Mutex::default(),
        }
    }

    /// Counts one more, unless that would pass a limit.
    pub(super) fn open(self: &Arc<OpenStreams>, account: i64) -> Result<StreamGuard, StreamLimit> {
        let mut accounts = self.accounts();
        let own = accounts.get(&account).copied().unwrap_or(0);
        if own >= self.max_per_account {
            return Err(StreamLimit::Account);
        }
        // Only those who hold the lock add to it.
        if self.all.load(Ordering::Relaxed) >= self.max {
            return Err(StreamLimit::All);
        }
        self.all.fetch_add(1, Ordering::Relaxed);
        accounts.insert(account, own + 1);
        Ok(StreamGuard {
            open: self.clone(),
            account,
        })
    }

    /// Open in all.
    pub(super) fn count(&self) -> usize {
        self.all.load(Ordering::Relaxed)
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<i64, usize>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_counted_and_limited_in_all_and_for_each_account() {
        let config = PipelineConfig {
            max_streams: 3,
            max_streams_per_account: 2,
            ..PipelineConfig::default()
        };
        let streams = Arc::new(OpenStreams::new(&config));
        let ada = [streams.open(1), streams.open(1)].map(Result::ok);
        assert!(ada.iter().all(Option::is_some));
        assert_eq!(streams.open(1).err(), Some(StreamLimit::Account));
        let bob = streams.open(2);
        assert!(bob.is_ok());
        assert_eq!(streams.open(2).err(), Some(StreamLimit::All));
        assert_eq!(streams.count(), 3);
        drop(ada);
        assert_eq!(streams.count(), 1);
        assert!(streams.open(1).is_ok() && streams.open(2).is_ok());
        drop(bob);
        assert_eq!((streams.count(), streams.accounts().len()), (0, 0));
    }
}
