//! Places of connections: how many there are, for one address and for all.
//!
//! Invariant: a place is given back when it is dropped, and an address without a connection takes no
//! memory.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::access::Network;
use crate::config::Limits;

/// All places.
pub(super) struct Places {
    open: u32,
    reserved: u32,
    per_address: u32,
    taken: Mutex<Taken>,
}

/// Which limit leaves no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// `limits.max_connections`.
    Server,
    /// `limits.max_connections_per_address`.
    Address,
}

/// A connection's place.
pub(super) struct Place {
    places: Arc<Places>,
    network: Network,
    /// In the reserve, and why.
    pub(super) reserved: Option<Full>,
}

#[derive(Default)]
struct Taken {
    all: Count,
    by_address: HashMap<Network, Count>,
}

#[derive(Clone, Copy, Default)]
struct Count {
    open: u32,
    reserved: u32,
}

impl Full {
    /// As `pulseboard.refused` names the reason.
    pub fn reason(self) -> &'static str {
        match self {
            Full::Server => "connection_limit",
            Full::Address => "address_limit",
        }
    }

    /// For people.
    pub fn message(self) -> &'static str {
        match self {
            Full::Server => {
                "as many connections are open as `limits.max_connections` allows; what is left is \
                 for health checks and for who is signed in"
            }
            Full::Address => {
                "as many connections are open from this address as \
                 `limits.max_connections_per_address` allows; close some"
            }
        }
    }
}

impl Places {
    /// As the configuration says. Behind a proxy that is trusted, all connections come from the
    /// proxy's address, so addresses cannot be distinguished.
    pub(super) fn new(limits: &Limits, trust_proxy: bool) -> Places {
        let reserved = limits.reserved_connections.min(limits.max_connections / 2);
        Places {
            open: limits.max_connections - reserved,
            reserved,
            per_address: if trust_proxy {
                u32::MAX
            } else {
                limits.max_connections_per_address
            },
            taken: Mutex::default(),
        }
    }

    /// A place for a connection from an address: an open one, else one of the reserve, of which an
    /// address gets half at most.
    pub(super) fn take(self: &Arc<Places>, address: IpAddr) -> Result<Place, Full> {
        let network = Network::from(address);
        let mut taken = self.taken();
        let own = taken.by_address.get(&network).copied().unwrap_or_default();
        let reserved = if own.open >= self.per_address {
            Some(Full::Address)
        } else if taken.all.open >= self.open {
            Some(Full::Server)
        } else {
            None
        };
        if let Some(full) = reserved
            && (taken.all.reserved >= self.reserved || own.reserved >= self.reserved.div_ceil(2))
        {
            return Err(full);
        }
        taken.add(network, reserved.is_some());
        Ok(Place {
            places: Arc::clone(self),
            network,
            reserved,
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn add(&mut self, network: Network, reserved: bool) {
        let own = self.by_address.entry(network).or_default();
        for count in [&mut self.all, own] {
            let number = count.number(reserved);
            *number = number.saturating_add(1);
        }
    }

    fn remove(&mut self, network: Network, reserved: bool) {
        let all = self.all.number(reserved);
        *all = all.saturating_sub(1);
        let Some(own) = self.by_address.get_mut(&network) else {
            return;
        };
        let number = own.number(reserved);
        *number = number.saturating_sub(1);
        if own.open == 0 && own.reserved == 0 {
            self.by_address.remove(&network);
        }
    }
}

impl Count {
    fn number(&mut self, reserved: bool) -> &mut u32 {
        if reserved {
            &mut self.reserved
        } else {
            &mut self.open
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.remove(self.network, self.reserved.is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(max: u32, reserved: u32, per_address: u32, trust_proxy: bool) -> Arc<Places> {
        let limits = Limits {
            max_connections: max,
            reserved_connections: reserved,
            max_connections_per_address: per_address,
            ..Limits::default()
        };
        Arc::new(Places::new(&limits, trust_proxy))
    }

    /// What each connection gets while all before it are open: `o` an open place, `r` a reserved one,
    /// `s` and `a` none, as the server or the address has too many.
    fn taken(places: &Arc<Places>, addresses: &[&str]) -> String {
        let mut held = Vec::new();
        let gets = addresses.iter().map(|address| {
            match places.take(address.parse().expect("an address")) {
                Ok(place) => {
                    let reserved = place.reserved.is_some();
                    held.push(place);
                    if reserved { 'r' } else { 'o' }
                }
                Err(Full::Server) => 's',
                Err(Full::Address) => 'a',
            }
        });
        gets.collect()
    }

    #[test]
    fn an_address_gets_its_share_and_the_reserve_stays_for_others() {
        let check = |places: Arc<Places>, addresses: &[&str], expect: &str| {
            assert_eq!(taken(&places, addresses), expect, "{addresses:?}");
            // All of them are given back.
            assert_eq!(taken(&places, addresses), expect, "{addresses:?}");
            assert!(places.taken().by_address.is_empty());
        };
        let one = ["10.0.0.1"; 6];
        check(places(6, 2, 9, false), &one, "oooors");
        check(places(6, 2, 2, false), &one, "ooraaa");
        check(places(6, 2, 2, true), &one, "oooors");
        check(
            places(6, 2, 2, false),
            &["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2"],
            "ooroo",
        );
        check(
            places(4, 2, 9, false),
            &["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2"],
            "oorsr",
        );
        // A reserve is half of all places at most, and there may be a single one.
        check(places(4, 64, 9, false), &one[..4], "oors");
        check(places(1, 64, 9, false), &one[..2], "os");
        check(
            places(9, 0, 1, false),
            &["2001:db8::1", "2001:db8::2:0:0:1", "2001:db8:0:1::1"],
            "oao",
        );
        check(places(9, 0, 1, false), &["1.2.3.4", "::ffff:1.2.3.4"], "oa");
    }
}
