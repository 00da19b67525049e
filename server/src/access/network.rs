//! Networks that one customer of a provider has: what attempts are counted by.
//!
//! Invariant: an address has one network, however it is written. An IPv6 host has a whole /64 to
//! itself, and an IPv4 address that is written as IPv6 stays what it is.

use std::net::{IpAddr, Ipv4Addr};

/// An IPv4 address, or the first 64 bits of an IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// One address.
    V4(Ipv4Addr),
    /// A /64.
    V6([u16; 4]),
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Network {
        match address.to_canonical() {
            IpAddr::V4(address) => Network::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Network::V6([a, b, c, d])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_network_however_it_is_written() {
        let network = |text: &str| Network::from(text.parse::<IpAddr>().expect("an address"));
        let check = |one: &str, other: &str, same: bool| {
            assert_eq!(network(one) == network(other), same, "{one} {other}");
        };
        check("203.0.113.7", "203.0.113.7", true);
        check("203.0.113.7", "203.0.113.8", false);
        check("::ffff:203.0.113.7", "203.0.113.7", true);
        check("::ffff:203.0.113.7", "::ffff:203.0.113.8", false);
        check("2001:db8:1:2::1", "2001:db8:1:2:ffff::7", true);
        check("2001:db8:1:2::1", "2001:db8:1:3::1", false);
    }
}
