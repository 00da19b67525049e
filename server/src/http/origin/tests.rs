//! Which requests are of this site.

use axum::http::HeaderName;
use url::Url;

use super::*;
use crate::config::Settings;

fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
    let lines = lines.iter().map(|(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    });
    lines.collect()
}

fn config(trust_proxy: bool, public_url: Option<&str>) -> Config {
    let flags = Settings {
        trust_proxy: Some(trust_proxy),
        public_url: public_url.map(str::to_owned),
        ..Settings::default()
    };
    Config::load(flags).expect("holds")
}

fn check(config: &Config, lines: &[(&'static str, &'static str)], good: bool) {
    let result = check_same_site(config, &Method::POST, &headers(lines));
    assert_eq!(result.is_ok(), good, "{lines:?}");
}

#[test]
fn another_site_is_refused() {
    let config = config(false, Some("https://p.example"));
    let check = |lines: &[(&'static str, &'static str)], good| check(&config, lines, good);
    check(&[], true);
    check(&[("sec-fetch-site", "same-origin")], true);
    check(&[("sec-fetch-site", "none")], true);
    check(&[("sec-fetch-site", "cross-site")], false);
    check(&[("sec-fetch-site", "same-site")], false);
    // What no browser of today writes is not this site, whatever else the request says.
    check(
        &[
            ("sec-fetch-site", ""),
            ("host", "a"),
            ("origin", "http://a"),
        ],
        false,
    );
    check(&[("sec-fetch-site", "same-origin, none")], false);
    check(&[("sec-fetch-site", "Same-Origin")], true);
    // The browser's word ends the check.
    check(
        &[("sec-fetch-site", "same-origin"), ("origin", "http://b")],
        true,
    );
    check(
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://p.example"),
        ],
        false,
    );
    check(&[("host", "a:3000"), ("origin", "null")], false);
    check(&[("origin", "http://a")], false);
    check(&[("host", "inner"), ("origin", "https://p.example")], true);
    check(&[("host", "inner"), ("origin", "http://p.example")], false);
    check(
        &[("authorization", "Bearer x"), ("origin", "http://b")],
        true,
    );
    check(
        &[
            ("authorization", "Basic x"),
            ("sec-fetch-site", "cross-site"),
        ],
        false,
    );
    let safe = headers(&[("sec-fetch-site", "cross-site")]);
    assert!(check_same_site(&config, &Method::GET, &safe).is_ok());
}

#[test]
fn behind_a_proxy_as_it_comes_the_browsers_word_counts() {
    let inner = ("host", "127.0.0.1:3000");
    let origin = ("origin", "https://pulse.example");
    let plain = config(false, None);
    check(
        &plain,
        &[inner, origin, ("sec-fetch-site", "same-origin")],
        true,
    );
    check(&plain, &[inner, origin], false);
    check(
        &plain,
        &[inner, origin, ("sec-fetch-site", "cross-site")],
        false,
    );
    // A proxy that passes on what the browser asked for.
    let forwarded = [
        inner,
        origin,
        ("x-forwarded-host", "pulse.example"),
        ("x-forwarded-proto", "HTTPS, http"),
    ];
    check(&plain, &forwarded, false);
    check(&config(true, None), &forwarded, true);
}

#[test]
fn origins_are_compared_as_what_they_mean() {
    let same = [
        ("http://a:3000", "a:3000"),
        ("http://A:3000", "a:3000"),
        ("http://a", "A:80"),
        ("http://a:80", "a"),
        ("http://[0:0:0:0:0:0:0:1]:3000", "[::1]:3000"),
    ];
    let other = [
        ("http://a:3000", "a:3001"),
        ("http://a:3000", "b:3000"),
        ("https://a:3000", "a:3000"),
        ("http://a:443", "a"),
        ("http://a.evil.example", "a"),
        ("http://a@evil.example", "a"),
        ("http://evil.example/a", "a"),
        ("ftp://a", "a"),
        ("null", "a"),
        ("", "a"),
    ];
    let plain = config(false, None);
    let rows = same.iter().map(|row| (row, true));
    for ((origin, host), good) in rows.chain(other.iter().map(|row| (row, false))) {
        let lines = [(header::ORIGIN, *origin), (header::HOST, *host)];
        let lines = lines.map(|(name, value)| {
            let value = HeaderValue::from_bytes(value.as_bytes());
            (name, value.expect("a value"))
        });
        let lines = lines.into_iter().collect();
        let result = check_same_site(&plain, &Method::POST, &lines);
        assert_eq!(result.is_ok(), good, "{origin} {host}");
    }
}

#[test]
fn https_is_what_the_browser_speaks() {
    let check = |config: &Config, scheme: &'static str, want: bool| {
        let lines = headers(&[("x-forwarded-proto", scheme)]);
        assert_eq!(is_https(config, &lines), want, "{scheme}");
    };
    check(&config(false, None), "https", false);
    check(&config(true, None), "https", true);
    check(&config(true, None), "HTTPS", true);
    check(&config(true, None), "https, http", true);
    check(&config(true, None), "http", false);
    check(&config(true, Some("http://p")), "", false);
    check(&config(false, Some("HTTPS://p")), "", true);
}

#[test]
fn only_bearer_is_a_token() {
    let check = |value: &'static str, want: Option<&str>| {
        assert_eq!(bearer(&headers(&[("authorization", value)])), want);
    };
    check("Bearer x", Some("x"));
    check("bearer  x ", Some("x"));
    check("Bearer", Some(""));
    check("Basic eDp5", None);
    check("Bearerx", None);
    check("", None);
}

#[test]
fn no_next_leads_away_from_this_site() {
    let site = Url::parse("http://a.example").expect("an address");
    let first = ["/", "\\", "\t", "\n", "%09", ".", "", " ", "@", ":"];
    for a in first {
        for b in first {
            for c in first {
                let next = format!("/{a}{b}{c}evil.example/x");
                if let Some(next) = protocol::paths::local_path(&next) {
                    let goes = site.join(next).expect("an address");
                    assert_eq!(goes.origin(), site.origin(), "{next}");
                }
            }
        }
    }
}
