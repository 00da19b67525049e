//! Which site made the browser send a request, and over which scheme.
//!
//! Invariant: origins are compared as scheme, host and port, never as texts; headers of a proxy
//! count only when the configuration says that there is one.

use axum::http::{HeaderMap, HeaderValue, Method, header};
use protocol::ErrorCode;
use url::Origin;

use super::Error;
use crate::config::{Config, site_url};

/// Whether the browser speaks https, with this server or a proxy, so that cookies must never travel
/// without it.
pub fn is_https(config: &Config, headers: &HeaderMap) -> bool {
    let public = config.public_url.as_deref().unwrap_or_default();
    let forwarded = || forwarded(config, headers, "x-forwarded-proto");
    config.tls.is_some()
        || public.starts_with("https://")
        || forwarded().is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
}

/// Rejects what another site made a browser send, by five rules, of which the first that applies decides:
/// methods that change nothing pass; a bearer token passes, since no browser sends one by itself; with
/// `Sec-Fetch-Site`, which pages cannot set, `same-origin` and `none` pass and everything else is
/// rejected; without `Origin` it is no browser and passes; an `Origin` passes if it is this server's.
///
/// tower-http's layer of the same rules compares the host alone, byte by byte, and reads no header of a
/// proxy: here scheme and port count, and an origin behind a proxy is the one in the browser.
pub fn check_same_site(config: &Config, method: &Method, headers: &HeaderMap) -> Result<(), Error> {
    if method.is_safe() || bearer(headers).is_some() {
        return Ok(());
    }
    match headers
        .get("sec-fetch-site")
        .map(HeaderValue::as_bytes)
        .map(<[u8]>::to_ascii_lowercase)
        .as_deref()
    {
        Some(b"same-origin" | b"none") => return Ok(()),
        Some(_) => return Err(cross_site()),
        None => {}
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().ok().and_then(web_origin);
    let own = [
        config.public_url.as_deref().and_then(web_origin),
        own_origin(config, headers),
    ];
    match origin {
        Some(_) if own.contains(&origin) => Ok(()),
        _ => Err(cross_site()),
    }
}

fn cross_site() -> Error {
    let message = "this came from another site; only pages of this server may do it. Behind a \
                   proxy, set `public_url` to the address in the browser";
    Error::new(ErrorCode::CrossSite, message)
}

/// The origin that the request was sent to, as far as its headers say.
fn own_origin(config: &Config, headers: &HeaderMap) -> Option<Origin> {
    let scheme = if is_https(config, headers) {
        "https"
    } else {
        "http"
    };
    let host = forwarded(config, headers, "x-forwarded-host")
        .or_else(|| headers.get(header::HOST)?.to_str().ok())?;
    web_origin(&format!("{scheme}://{host}"))
}

/// The address of this site as browsers know it: the configured one, or the one that the request was
/// sent to.
pub fn site_origin(config: &Config, headers: &HeaderMap) -> String {
    match &config.public_url {
        Some(public) => public.clone(),
        None => own_origin(config, headers)
            .map(|origin| origin.ascii_serialization())
            .unwrap_or_default(),
    }
}

/// The origin of an address of http or https that names nothing but an origin.
fn web_origin(text: &str) -> Option<Origin> {
    site_url(text).ok().map(|url| url.origin())
}

/// What the first proxy wrote: the browser's side.
fn forwarded<'a>(config: &Config, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = config.trust_proxy.then(|| headers.get(name))??;
    let first = value.to_str().ok()?.split(',').next()?.trim();
    (!first.is_empty()).then_some(first)
}

/// The secret of `Authorization: Bearer`; `None` under any other scheme.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

#[cfg(test)]
mod tests;
