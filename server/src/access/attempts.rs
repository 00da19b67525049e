//! Counts sign-in attempts per name and per address in windows of a minute. The tables are
//! bounded: when one is full, the oldest window makes room.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;

use super::secret;

/// Length of a window in ms.
const WINDOW_MS: i64 = 60_000;
/// Names, and addresses, that are counted at a time.
const MAX_KEYS: usize = 10_000;

/// Attempts by name and by address.
pub struct Attempts {
    names: Table<[u8; 32]>,
    peers: Table<IpAddr>,
}

impl Attempts {
    /// With so many attempts a minute for a name, and for an address.
    pub fn new(per_name: u32, per_peer: u32) -> Attempts {
        Attempts {
            names: Table::new(per_name),
            peers: Table::new(per_peer),
        }
    }

    /// Counts an attempt from an address, without a name; an error says how many seconds to
    /// wait.
    pub fn peer(&mut self, peer: IpAddr, now_ms: i64) -> Result<(), u32> {
        self.peers.count(peer, now_ms)
    }

    /// Counts an attempt; an error says how many seconds to wait. The address is asked first,
    /// so that one machine cannot fill the table of names.
    pub fn sign_in(&mut self, name: &str, peer: IpAddr, now_ms: i64) -> Result<(), u32> {
        self.peers.count(peer, now_ms)?;
        self.names.count(name_key(name), now_ms)
    }

    /// Takes back what [`Attempts::sign_in`] counted: the attempt was a success.
    pub fn succeeded(&mut self, name: &str, peer: IpAddr) {
        self.names.windows.remove(&name_key(name));
        if let Some(window) = self.peers.windows.get_mut(&peer) {
            window.count = window.count.saturating_sub(1);
        }
    }
}

/// Names are counted by hash: whatever somebody sends as a name takes the same little room.
fn name_key(name: &str) -> [u8; 32] {
    secret::hash(&name.to_lowercase())
}

struct Window {
    start_ms: i64,
    count: u32,
}

struct Table<K> {
    limit: u32,
    windows: HashMap<K, Window>,
}

impl<K: Clone + Eq + Hash> Table<K> {
    fn new(limit: u32) -> Table<K> {
        Table {
            limit,
            windows: HashMap::new(),
        }
    }

    fn count(&mut self, key: K, now_ms: i64) -> Result<(), u32> {
        if !self.windows.contains_key(&key) && self.windows.len() >= MAX_KEYS {
            self.make_room(now_ms);
        }
        let window = self.windows.entry(key).or_insert(Window {
            start_ms: now_ms,
            count: 0,
        });
        if now_ms < window.start_ms {
            // The clock went back: the window begins anew, the count stays.
            window.start_ms = now_ms;
        } else if now_ms - window.start_ms >= WINDOW_MS {
            *window = Window {
                start_ms: now_ms,
                count: 0,
            };
        }
        if window.count >= self.limit {
            let rest_ms = WINDOW_MS - (now_ms - window.start_ms);
            return Err(u32::try_from((rest_ms + 999) / 1000).unwrap_or(1).max(1));
        }
        window.count += 1;
        Ok(())
    }

    fn make_room(&mut self, now_ms: i64) {
        self.windows
            .retain(|_, window| now_ms - window.start_ms < WINDOW_MS);
        if self.windows.len() >= MAX_KEYS {
            let oldest = self
                .windows
                .iter()
                .min_by_key(|(_, window)| window.start_ms);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                self.windows.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_name_is_limited_until_its_minute_is_over() {
        let mut attempts = Attempts::new(2, 100);
        let mut check = |name: &str, now_ms: i64, expect: Result<(), u32>| {
            assert_eq!(
                attempts.sign_in(name, HERE, now_ms),
                expect,
                "{name} at {now_ms}"
            );
        };
        check("ada", 0, Ok(()));
        check("ADA", 10, Ok(()));
        check("Ada", 20, Err(60));
        check("bob", 20, Ok(()));
        check("ada", 59_999, Err(1));
        check("ada", 60_000, Ok(()));
        check("ada", 60_001, Ok(()));
        // The clock goes back: still limited, and for no more than a minute.
        check("ada", 5, Err(60));
        check("ada", 60_005, Ok(()));
    }

    #[test]
    fn an_address_is_limited_whatever_the_name_and_success_is_not_counted() {
        let mut attempts = Attempts::new(100, 2);
        for _ in 0..10 {
            assert_eq!(attempts.sign_in("ada", HERE, 0), Ok(()));
            attempts.succeeded("ada", HERE);
        }
        assert_eq!(attempts.sign_in("a", HERE, 0), Ok(()));
        assert_eq!(attempts.sign_in("b", HERE, 0), Ok(()));
        assert_eq!(attempts.sign_in("c", HERE, 0), Err(60));
        assert_eq!(attempts.peer(HERE, 0), Err(60));
    }

    #[test]
    fn the_table_is_bounded_and_the_newest_are_kept() {
        let mut table = Table::new(1);
        for key in 0..MAX_KEYS + 5 {
            let now_ms = i64::try_from(key).expect("small");
            assert_eq!(table.count(key, now_ms), Ok(()));
        }
        assert_eq!(table.windows.len(), MAX_KEYS);
        assert!(!table.windows.contains_key(&0) && table.windows.contains_key(&MAX_KEYS));
    }
}
