//! Requests of people who are not signed in, to dashboards that are open to them: how many run at one
//! time.
//!
//! Invariant: they never take the room of those who are signed in, and one address never takes that
//! of all others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::response::{IntoResponse, Response};
use telemetry::Registry;

use super::Error;
use crate::access::Network;
use crate::contract::count_rejected;

/// In seconds, for whoever is rejected.
const RETRY_AFTER_S: u32 = 2;

/// Counts requests that run.
#[derive(Debug)]
pub struct GuestRequests {
    max: u32,
    running: Mutex<HashMap<Option<Network>, u32>>,
}

/// The limit that one more request would pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum GuestLimit {
    /// Of all.
    #[error(
        "as many requests of people who are not signed in run as `limits.max_guest_requests` \
         allows; sign in, or try again soon"
    )]
    All,
    /// Of one address.
    #[error(
        "as many requests of people who are not signed in run from this address as a quarter of \
         `limits.max_guest_requests` allows; sign in, or try again soon"
    )]
    Address,
}

/// Counts a request until it is dropped.
#[derive(Debug)]
pub(super) struct GuestPlace {
    requests: Arc<GuestRequests>,
    network: Option<Network>,
}

impl GuestRequests {
    /// With room for so many at one time.
    pub fn new(max: u32) -> GuestRequests {
        GuestRequests {
            max,
            running: Mutex::default(),
        }
    }

    /// Counts one more, unless that would pass a limit. Addresses that are not known are one.
    pub(super) fn take(
        self: &Arc<GuestRequests>,
        network: Option<Network>,
    ) -> Result<GuestPlace, GuestLimit> {
        let mut running = self.running();
        if running.values().sum::<u32>() >= self.max {
            return Err(GuestLimit::All);
        }
        let own = running.entry(network).or_default();
        if *own >= self.max.div_ceil(4) {
            return Err(GuestLimit::Address);
        }
        *own += 1;
        Ok(GuestPlace {
            requests: self.clone(),
            network,
        })
    }

    fn running(&self) -> MutexGuard<'_, HashMap<Option<Network>, u32>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for GuestPlace {
    fn drop(&mut self) {
        let mut running = self.requests.running();
        if let Some(count) = running.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.network);
            }
        }
    }
}

/// 429, counted.
pub(super) fn rejected(registry: &Registry, limit: GuestLimit) -> Response {
    let reason = match limit {
        GuestLimit::All => "guest_limit",
        GuestLimit::Address => "guest_address_limit",
    };
    count_rejected(registry, reason, 1);
    Error::too_many(limit.to_string(), RETRY_AFTER_S).into_response()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn requests_are_limited_in_all_and_for_each_address() {
        let requests = Arc::new(GuestRequests::new(5));
        let network = |last: u8| Some(IpAddr::from([203, 0, 113, last]).into());
        let take = |network| requests.take(network);
        let own = [take(network(1)), take(network(1))].map(Result::ok);
        assert!(own.iter().all(Option::is_some));
        assert_eq!(take(network(1)).err(), Some(GuestLimit::Address));
        let others = [take(network(2)), take(network(2)), take(None)].map(Result::ok);
        assert!(others.iter().all(Option::is_some));
        assert_eq!(take(network(3)).err(), Some(GuestLimit::All));
        drop(own);
        assert!(take(network(1)).is_ok());
        drop(others);
        assert!(requests.running().is_empty());
    }
}
