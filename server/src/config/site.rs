//! Where the pages stand for browsers: the path below which they are, who may embed them, and the files
//! of TLS.
//!
//! Invariant: a base path is empty, or begins with a slash and ends without one; no address of the server
//! itself begins with it.

use std::path::PathBuf;

use protocol::paths;

use super::site_url::site_url;
use super::{ConfigError, Given};

/// Longest base path in bytes.
const MAX_BASE_BYTES: usize = 100;
/// Most sites that may embed pages.
pub(super) const MAX_ANCESTORS: usize = 20;
/// The site itself, in the configuration.
const SELF: &str = "self";

/// Certificate chain and key of the server, as PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, and those between it and its root.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// The files of TLS: both, or none.
pub(super) fn tls(
    cert: Option<Given<PathBuf>>,
    key: Option<Given<PathBuf>>,
) -> Result<Option<TlsFiles>, ConfigError> {
    match (cert, key) {
        (Some(cert), Some(key)) => Ok(Some(TlsFiles {
            cert: cert.value,
            key: key.value,
        })),
        (None, None) => Ok(None),
        (Some(cert), None) => Err(cert.wrong("TLS needs `tls_key` as well")),
        (None, Some(key)) => Err(key.wrong("TLS needs `tls_cert` as well")),
    }
}

/// A base path in its normal form.
pub(super) fn base_path(given: &Given<String>) -> Result<String, ConfigError> {
    let path = given.value.trim().trim_end_matches('/');
    if path.is_empty() {
        return Ok(String::new());
    }
    let wrong = |problem: &str| Err(given.wrong(format!("`{path}` {problem}")));
    let Some(inner) = path.strip_prefix('/') else {
        return wrong("does not begin with a slash, as /pulse does");
    };
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let is_segment = |segment: &str| {
        !segment.is_empty() && !matches!(segment, "." | "..") && segment.bytes().all(letter)
    };
    if path.len() > MAX_BASE_BYTES || !inner.split('/').all(is_segment) {
        return wrong("is no path of at most 100 of the letters a-z, A-Z, 0-9, -, _, . and ~");
    }
    let first = inner.split('/').next().unwrap_or_default();
    if paths::FIRST_SEGMENTS.contains(&first) {
        return wrong("begins as an address of the server itself does; choose another name");
    }
    Ok(path.to_owned())
}

/// A source of `frame-ancestors`: the site itself, or an origin in its normal form.
pub(super) fn frame_ancestor(text: &str) -> Result<String, String> {
    if text.trim() == SELF {
        return Ok("'self'".to_owned());
    }
    let url = site_url(text.trim()).map_err(|problem| format!("`{text}` {problem}"))?;
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Source;

    #[test]
    fn base_paths_are_normal_and_are_no_addresses_of_the_server() {
        let check = |text: &str, want: Option<&str>| {
            let given = Given::new(text.to_owned(), Source::Flag("--base-path"));
            assert_eq!(base_path(&given).ok().as_deref(), want, "{text:?}");
        };
        check("/pulse", Some("/pulse"));
        check("/pulse/", Some("/pulse"));
        check("/a/b.c~d-e_f", Some("/a/b.c~d-e_f"));
        check("/", Some(""));
        check("", Some(""));
        check("/apis", Some("/apis"));
        check("pulse", None);
        check("//pulse", None);
        check("/a//b", None);
        check("/a/../b", None);
        check("/a b", None);
        check("/a\"b", None);
        check("/a?b", None);
        check("/%61", None);
        check("https://a.example/pulse", None);
        check(&format!("/{}", "x".repeat(100)), None);
        for own in paths::FIRST_SEGMENTS {
            check(&format!("/{own}"), None);
            check(&format!("/{own}/x"), None);
        }
    }

    #[test]
    fn ancestors_are_origins() {
        let check = |text: &str, want: Option<&str>| {
            assert_eq!(frame_ancestor(text).ok().as_deref(), want, "{text:?}");
        };
        check("self", Some("'self'"));
        check("https://wiki.example.org", Some("https://wiki.example.org"));
        check(
            "HTTPS://Wiki.example.org:443/",
            Some("https://wiki.example.org"),
        );
        check("http://a:8080", Some("http://a:8080"));
        check("*", None);
        check("https:", None);
        check("https://a.example/x", None);
        check("https://a.example; script-src *", None);
    }
}
