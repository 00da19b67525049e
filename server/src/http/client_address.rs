//! The address of the browser or program that sent a request.
//!
//! Invariant: an address that cannot be read is nobody's: it never becomes the proxy's, which would
//! make everybody behind it one client.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;

use super::Peer;
use crate::config::Config;

/// The address, when it is known. A request that comes to a trusted proxy's port without the
/// proxy's header was sent here directly.
pub fn client_address(
    config: &Config,
    headers: &HeaderMap,
    connection: Option<&ConnectInfo<Peer>>,
) -> Option<IpAddr> {
    let direct = connection.map(|ConnectInfo(Peer(peer))| peer.ip());
    if !config.trust_proxy {
        return direct;
    }
    // The proxy adds what it saw at the end; all before that, anybody may have written.
    let Some(last) = headers.get_all("x-forwarded-for").iter().next_back() else {
        return direct;
    };
    let text = last.to_str().unwrap_or_default();
    let text = text.rsplit(',').next().unwrap_or_default();
    let address = read(text);
    if address.is_none() {
        report_unreadable(text);
    }
    address
}

/// An address as proxies write it: with a port or without, in brackets, in quotes, with a zone.
fn read(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Some(socket.ip());
    }
    let text = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    let zoned = || {
        let (address, _zone) = text.split_once('%')?;
        Some(IpAddr::V6(address.parse::<Ipv6Addr>().ok()?))
    };
    text.parse().ok().or_else(zoned)
}

/// Once: the proxy writes all of them in one way.
fn report_unreadable(text: &str) {
    static REPORTED: AtomicBool = AtomicBool::new(false);
    if !REPORTED.swap(true, Ordering::Relaxed) {
        let text: String = text.chars().take(100).collect();
        tracing::warn!(
            "the proxy's X-Forwarded-For ends in {text:?}, which is no address: sign-ins that come \
             so are limited by name alone"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn config(trust_proxy: bool) -> Config {
        let flags = Settings {
            trust_proxy: Some(trust_proxy),
            ..Settings::default()
        };
        Config::load(flags).expect("holds")
    }

    #[test]
    fn an_address_with_a_port_is_read_and_an_unreadable_one_is_nobodys() {
        let here = ConnectInfo(Peer(([127, 0, 0, 1], 9).into()));
        let check = |trust_proxy: bool, forwarded: &[&'static str], want: Option<&str>| {
            let lines = forwarded.iter();
            let lines = lines.map(|line| {
                let value = axum::http::HeaderValue::from_static(line);
                (
                    axum::http::HeaderName::from_static("x-forwarded-for"),
                    value,
                )
            });
            let address = client_address(&config(trust_proxy), &lines.collect(), Some(&here));
            let want = want.map(|want| want.parse::<IpAddr>().expect("an address"));
            assert_eq!(address, want, "{forwarded:?}");
        };
        check(false, &["1.1.1.1"], Some("127.0.0.1"));
        check(true, &[], Some("127.0.0.1"));
        check(true, &["1.1.1.1, 2.2.2.2"], Some("2.2.2.2"));
        check(true, &["1.1.1.1", "2.2.2.2"], Some("2.2.2.2"));
        check(true, &["203.0.113.7:51234"], Some("203.0.113.7"));
        check(true, &["[2001:db8::1]:443"], Some("2001:db8::1"));
        check(true, &["[2001:db8::1]"], Some("2001:db8::1"));
        check(true, &["2001:db8::1"], Some("2001:db8::1"));
        check(true, &["\"[2001:db8::1]:443\""], Some("2001:db8::1"));
        check(true, &["fe80::1%eth0"], Some("fe80::1"));
        check(true, &["unknown"], None);
        check(true, &["1.1.1.1,"], None);
        check(true, &[""], None);
    }
}
