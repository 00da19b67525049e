//! Counts failed sign-ins in windows of a minute: for a name from one network, or from one trusted
//! device, and for a network whatever the name.
//!
//! Codes of the second factor are counted for a name wherever they come from, but for its trusted devices:
//! a million of them are guessed quickly from many networks.
//!
//! Invariant: what others send never uses up the attempts of a trusted device, nor those of another
//! network. The tables are bounded: when one is full, the oldest window makes room.

use std::collections::HashMap;
use std::hash::Hash;

use super::Network;
use super::caller::Caller;
use super::secret;
use crate::normal_text::name_key;

/// Length of a window in ms.
const WINDOW_MS: i64 = 60_000;
/// Keys that are counted at a time, in each table.
const MAX_KEYS: usize = 10_000;

/// Attempts by name and by network.
pub struct Attempts {
    names: Table<[u8; 32]>,
    codes: Table<[u8; 32]>,
    networks: Table<Network>,
}

/// From where a name is tried.
enum From<'a> {
    Device(&'a str),
    Network(Network),
    /// The address is not known; every caller of which that holds is one.
    Somewhere,
}

impl Attempts {
    /// With so many attempts a minute for a name from one place, and for a network.
    pub fn new(per_name: u32, per_network: u32) -> Attempts {
        Attempts {
            names: Table::new(per_name),
            codes: Table::new(per_name),
            networks: Table::new(per_network),
        }
    }

    /// Counts an attempt without a name; an error says how many seconds to wait.
    pub fn without_name(&mut self, caller: &Caller, now_ms: i64) -> Result<(), u32> {
        match caller.network {
            Some(network) => self.networks.count(network, now_ms),
            None => Ok(()),
        }
    }

    /// Counts an attempt; an error says how many seconds to wait. The network is asked first, so
    /// that one machine cannot fill the table of names. A device that is `trusted` for the name is
    /// counted by itself alone.
    pub fn sign_in(
        &mut self,
        name: &str,
        caller: &Caller,
        trusted: bool,
        now_ms: i64,
    ) -> Result<(), u32> {
        if !trusted {
            self.without_name(caller, now_ms)?;
        }
        self.names.count(key(name, caller, trusted), now_ms)
    }

    /// Counts a code of the second factor, after the password was right.
    pub fn code(
        &mut self,
        name: &str,
        caller: &Caller,
        trusted: bool,
        now_ms: i64,
    ) -> Result<(), u32> {
        self.codes.count(code_key(name, caller, trusted), now_ms)
    }

    /// The attempt was a success: what was wrong before it is forgotten.
    pub fn succeeded(&mut self, name: &str, caller: &Caller, trusted: bool) {
        self.take_back(name, caller, trusted);
        self.names.windows.remove(&key(name, caller, trusted));
        self.codes.windows.remove(&code_key(name, caller, trusted));
    }

    /// Takes back what [`Attempts::sign_in`] counted.
    pub fn take_back(&mut self, name: &str, caller: &Caller, trusted: bool) {
        self.names.take_back(&key(name, caller, trusted));
        if let Some(network) = caller.network.filter(|_| !trusted) {
            self.networks.take_back(&network);
        }
    }
}

/// Keys are hashes: whatever somebody sends as a name takes the same little room.
fn key(name: &str, caller: &Caller, trusted: bool) -> [u8; 32] {
    let from = match (&caller.device, caller.network) {
        (Some(device), _) if trusted => From::Device(device),
        (_, Some(network)) => From::Network(network),
        (_, None) => From::Somewhere,
    };
    let from = match from {
        From::Device(device) => format!("device {device}"),
        From::Network(network) => format!("network {network:?}"),
        From::Somewhere => String::new(),
    };
    secret::hash(&format!("{from}\n{}", name_key(name)))
}

fn code_key(name: &str, caller: &Caller, trusted: bool) -> [u8; 32] {
    match trusted {
        true => key(name, caller, trusted),
        false => key(name, &Caller::default(), false),
    }
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
            // The clock went back: the window begins again, the count stays.
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

    fn take_back(&mut self, key: &K) {
        if let Some(window) = self.windows.get_mut(key) {
            window.count = window.count.saturating_sub(1);
        }
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
    use std::net::IpAddr;

    use super::*;

    fn from(address: &str) -> Caller {
        address.parse::<IpAddr>().expect("an address").into()
    }

    #[test]
    fn a_name_is_limited_until_its_minute_is_over() {
        let mut attempts = Attempts::new(2, 100);
        let mut check = |name: &str, now_ms: i64, expect: Result<(), u32>| {
            assert_eq!(
                attempts.sign_in(name, &from("127.0.0.1"), false, now_ms),
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
        let here = from("127.0.0.1");
        for _ in 0..10 {
            assert_eq!(attempts.sign_in("ada", &here, false, 0), Ok(()));
            attempts.succeeded("ada", &here, false);
        }
        assert_eq!(attempts.sign_in("a", &here, false, 0), Ok(()));
        assert_eq!(attempts.sign_in("b", &here, false, 0), Ok(()));
        assert_eq!(attempts.sign_in("c", &here, false, 0), Err(60));
        assert_eq!(attempts.without_name(&here, 0), Err(60));
    }

    #[test]
    fn wrong_passwords_lock_a_name_where_they_come_from_and_nowhere_else() {
        let mut attempts = Attempts::new(2, 100);
        let mut check = |from: &Caller, trusted: bool, expect: Result<(), u32>| {
            assert_eq!(attempts.sign_in("ada", from, trusted, 0), expect);
        };
        let attacker = from("203.0.113.7");
        check(&attacker, false, Ok(()));
        check(&attacker, false, Ok(()));
        check(&attacker, false, Err(60));
        check(&from("203.0.113.8"), false, Ok(()));
        // A device that ada signed in with before, behind the attacker's address.
        let device = |name: &str| Caller {
            device: Some(name.to_owned()),
            ..from("203.0.113.7")
        };
        check(&device("laptop"), true, Ok(()));
        check(&device("laptop"), true, Ok(()));
        check(&device("laptop"), true, Err(60));
        check(&device("phone"), true, Ok(()));
        // What only says that it is a device is counted by its address.
        check(&device("tablet"), false, Err(60));
    }

    #[test]
    fn codes_of_a_name_are_limited_from_all_networks_but_not_on_its_devices() {
        let mut attempts = Attempts::new(2, 100);
        let mut check = |from: &Caller, trusted: bool, expect: Result<(), u32>| {
            assert_eq!(attempts.code("ada", from, trusted, 0), expect);
        };
        check(&from("203.0.113.7"), false, Ok(()));
        check(&from("203.0.113.8"), false, Ok(()));
        check(&from("203.0.113.9"), false, Err(60));
        let laptop = Caller {
            device: Some("laptop".into()),
            ..from("203.0.113.7")
        };
        check(&laptop, true, Ok(()));
        check(&laptop, true, Ok(()));
        check(&laptop, true, Err(60));
        attempts.succeeded("ada", &laptop, true);
        assert_eq!(attempts.code("ada", &laptop, true, 0), Ok(()));
        let elsewhere = attempts.code("ada", &from("203.0.113.9"), false, 0);
        assert_eq!(elsewhere, Err(60));
    }

    #[test]
    fn one_ipv6_network_is_limited_as_a_whole_and_an_unknown_address_is_not_everybody() {
        let mut attempts = Attempts::new(100, 3);
        for host in 1..=3 {
            let from = from(&format!("2001:db8:1:2::{host}"));
            assert_eq!(attempts.sign_in("ada", &from, false, 0), Ok(()));
        }
        let limited = attempts.sign_in("bob", &from("2001:db8:1:2:ff::"), false, 0);
        assert_eq!(limited, Err(60));
        for name in 0..200 {
            let from = Caller::default();
            assert_eq!(attempts.sign_in(&name.to_string(), &from, false, 0), Ok(()));
        }
        let mut names = Attempts::new(1, 3);
        assert_eq!(names.sign_in("ada", &Caller::default(), false, 0), Ok(()));
        let again = names.sign_in("ada", &Caller::default(), false, 0);
        assert_eq!(again, Err(60));
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
