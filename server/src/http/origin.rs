//! Where a request came from: whose address, over which scheme, from which site. Headers of a
//! proxy count only when the configuration says that there is one.

use std::net::{IpAddr, Ipv4Addr};

use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, header};
use protocol::ErrorCode;

use super::{Error, Peer};
use crate::config::Config;

/// The address of the browser or program.
pub fn peer(
    config: &Config,
    headers: &HeaderMap,
    connection: Option<&ConnectInfo<Peer>>,
) -> IpAddr {
    let direct = connection.map_or(Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(Peer(peer))| {
        peer.ip()
    });
    if !config.trust_proxy {
        return direct;
    }
    // The proxy adds what it saw at the end; all before that, anybody may have written.
    headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok())
        .unwrap_or(direct)
}

/// Whether the browser speaks https, so that cookies must never travel without it.
pub fn is_https(config: &Config, headers: &HeaderMap) -> bool {
    let forwarded = || {
        headers
            .get("x-forwarded-proto")
            .is_some_and(|scheme| scheme == "https")
    };
    let public = config.public_url.as_deref().unwrap_or_default();
    public.starts_with("https://") || (config.trust_proxy && forwarded())
}

/// Refuses what another site made a browser send. Programs with a bearer token are free of
/// it: no browser sends that by itself.
pub fn check_same_site(config: &Config, method: &Method, headers: &HeaderMap) -> Result<(), Error> {
    if method.is_safe() || bearer(headers).is_some() {
        return Ok(());
    }
    let refused = || {
        let message = "this came from another site; only pages of this server may do it";
        Error::new(ErrorCode::CrossSite, message)
    };
    match headers.get("sec-fetch-site").map(|site| site.as_bytes()) {
        None | Some(b"same-origin" | b"none") => {}
        Some(_) => return Err(refused()),
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let origin_host = origin.split_once("://").map(|(_, host)| host);
    let same = origin_host.is_some() && origin_host == host;
    let public = config.public_url.as_deref() == Some(origin);
    if same || public {
        Ok(())
    } else {
        Err(refused())
    }
}

/// The secret of `Authorization: Bearer`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

/// A path of this site that a redirect may go to; anything else is refused.
pub fn same_site_path(path: &str) -> Option<&str> {
    let mut bytes = path.bytes();
    let begins = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'));
    (begins && path.bytes().all(|byte| byte.is_ascii_graphic())).then_some(path)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;
    use crate::config::Overrides;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    fn config(trust_proxy: bool, public_url: Option<&str>) -> Config {
        let overrides = Overrides {
            trust_proxy: Some(trust_proxy),
            public_url: public_url.map(str::to_owned),
            ..Overrides::default()
        };
        Config::load(overrides).expect("holds")
    }

    #[test]
    fn another_site_is_refused() {
        let config = config(false, Some("https://p.example"));
        let check = |method: Method, lines: &[(&'static str, &'static str)], good: bool| {
            let result = check_same_site(&config, &method, &headers(lines));
            assert_eq!(result.is_ok(), good, "{method} {lines:?}");
        };
        check(Method::POST, &[], true);
        check(Method::POST, &[("sec-fetch-site", "same-origin")], true);
        check(Method::POST, &[("sec-fetch-site", "none")], true);
        check(Method::POST, &[("sec-fetch-site", "cross-site")], false);
        check(Method::DELETE, &[("sec-fetch-site", "same-site")], false);
        check(Method::GET, &[("sec-fetch-site", "cross-site")], true);
        check(
            Method::POST,
            &[("host", "a:3000"), ("origin", "http://a:3000")],
            true,
        );
        check(
            Method::POST,
            &[("host", "a:3000"), ("origin", "http://a:3001")],
            false,
        );
        check(
            Method::POST,
            &[("host", "a:3000"), ("origin", "http://b")],
            false,
        );
        check(
            Method::POST,
            &[("host", "a:3000"), ("origin", "null")],
            false,
        );
        check(Method::POST, &[("origin", "http://a")], false);
        check(
            Method::POST,
            &[("host", "inner"), ("origin", "https://p.example")],
            true,
        );
        check(
            Method::POST,
            &[("authorization", "Bearer x"), ("origin", "http://b")],
            true,
        );
        check(
            Method::POST,
            &[
                ("authorization", "Basic x"),
                ("sec-fetch-site", "cross-site"),
            ],
            false,
        );
    }

    #[test]
    fn a_proxy_counts_only_when_it_is_trusted() {
        let lines = headers(&[
            ("x-forwarded-for", "1.1.1.1, 2.2.2.2"),
            ("x-forwarded-proto", "https"),
        ]);
        let here = ConnectInfo(Peer(([127, 0, 0, 1], 9).into()));
        let address =
            |config: &Config, lines: &HeaderMap| peer(config, lines, Some(&here)).to_string();
        assert_eq!(address(&config(false, None), &lines), "127.0.0.1");
        assert_eq!(address(&config(true, None), &lines), "2.2.2.2");
        assert_eq!(address(&config(true, None), &HeaderMap::new()), "127.0.0.1");
        assert!(!is_https(&config(false, None), &lines));
        assert!(is_https(&config(true, None), &lines));
        assert!(!is_https(
            &config(true, Some("http://p")),
            &HeaderMap::new()
        ));
        assert!(is_https(
            &config(false, Some("https://p")),
            &HeaderMap::new()
        ));
    }

    #[test]
    fn redirects_stay_on_this_site() {
        let check =
            |path: &str, good: bool| assert_eq!(same_site_path(path).is_some(), good, "{path}");
        check("/", true);
        check("/d/x?y=1", true);
        check("", false);
        check("//evil.example", false);
        check("/\\evil.example", false);
        check("https://evil.example", false);
        check("/a\r\nset-cookie: x", false);
    }
}
