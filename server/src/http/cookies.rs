//! The cookies of a browser: the secret of its session, and the mark of a trusted device.
//!
//! Invariant: cookies know neither port nor scheme, so names hold the instance, and over https a prefix
//! under which browsers take them from https alone, and from this host alone unless they are of a path.

use axum::http::{HeaderMap, header};

use super::origin::is_https;
use crate::config::Config;
use crate::state::AppState;

/// Cookies of one name that are looked at; a browser sends several when other hosts of the domain
/// set some, too.
const MAX_TRIED: usize = 4;
/// How long a device is trusted, in seconds: a year.
const DEVICE_S: u64 = 365 * 24 * 3_600;
/// How long a sign-in with a provider may take, in seconds.
const BEGUN_S: u64 = (crate::access::OIDC_MAX_MS / 1_000).unsigned_abs();
/// The name of the session's cookie in versions whose names held no instance.
const FORMER: &str = "pulseboard_session";

/// Reads and writes the cookies of one request.
pub struct Cookies<'a> {
    headers: &'a HeaderMap,
    instance: &'a str,
    https: bool,
    /// Empty at the root of the site.
    base: &'a str,
    session_s: u64,
}

impl<'a> Cookies<'a> {
    /// Of a request with these headers.
    pub fn of(app: &'a AppState, headers: &'a HeaderMap) -> Cookies<'a> {
        Cookies::new(&app.config, &app.access.instance().name, headers)
    }

    fn new(config: &'a Config, instance: &'a str, headers: &'a HeaderMap) -> Cookies<'a> {
        Cookies {
            headers,
            instance,
            https: is_https(config, headers),
            base: &config.base_path,
            session_s: u64::from(config.limits.session_hours) * 3_600,
        }
    }

    /// What may be the secret of a session, with whether a cookie of the name of today holds it.
    pub fn secrets(&self) -> Vec<(&'a str, bool)> {
        let own = self
            .values(&self.name("session"))
            .map(|secret| (secret, true));
        // Over https it would be one that anybody on the way could have set.
        let former = self.values(FORMER).map(|secret| (secret, false));
        let former = former.filter(|_| !self.https);
        own.chain(former).collect()
    }

    /// What the browser says that it is trusted by.
    pub fn device(&self) -> Option<&'a str> {
        self.values(&self.name("device")).next()
    }

    /// What the cookie of a session is called.
    pub fn session_name(&self) -> String {
        self.name("session")
    }

    /// Keeps the secret of a session.
    pub fn session(&self, secret: &str) -> String {
        self.set("session", secret, self.session_s)
    }

    /// Forgets the session.
    pub fn no_session(&self) -> String {
        self.set("session", "", 0)
    }

    /// What a browser keeps of a sign-in with a provider that it began.
    pub fn sign_in_begun(&self) -> Option<&'a str> {
        self.values(&self.name("begun")).next()
    }

    /// Keeps that; forgets it when it is empty.
    pub fn begun(&self, kept: &str) -> String {
        self.set("begun", kept, if kept.is_empty() { 0 } else { BEGUN_S })
    }

    /// Keeps the mark of a trusted device.
    pub fn trusted(&self, mark: &str) -> String {
        self.set("device", mark, DEVICE_S)
    }

    fn name(&self, what: &str) -> String {
        let prefix = match (self.https, self.base) {
            (false, _) => "",
            (true, "") => "__Host-",
            // Browsers take `__Host-` for the whole host alone.
            (true, _) => "__Secure-",
        };
        format!("{prefix}pulseboard_{what}_{}", self.instance)
    }

    fn set(&self, what: &str, value: &str, max_age_s: u64) -> String {
        let (name, secure) = (self.name(what), if self.https { "; Secure" } else { "" });
        let path = if self.base.is_empty() { "/" } else { self.base };
        format!("{name}={value}; HttpOnly; SameSite=Lax; Path={path}; Max-Age={max_age_s}{secure}")
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let name = name.to_owned();
        self.headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(move |pair| pair.trim().strip_prefix(&name)?.strip_prefix('='))
            .take(MAX_TRIED)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::config::Settings;

    fn config(public_url: Option<&str>) -> Config {
        let flags = Settings {
            public_url: public_url.map(str::to_owned),
            ..Settings::default()
        };
        Config::load(flags).expect("holds")
    }

    #[test]
    fn every_cookie_of_the_name_is_found_among_others() {
        let check = |https: bool, line: &str, expect: &[(&str, bool)]| {
            let mut headers = HeaderMap::new();
            let line = HeaderValue::from_str(line).expect("a value");
            headers.insert(header::COOKIE, line.clone());
            let config = config(https.then_some("https://p.example"));
            let cookies = Cookies::new(&config, "1a2b", &headers);
            assert_eq!(cookies.secrets(), expect, "{line:?}");
        };
        check(false, "pulseboard_session_1a2b=abc", &[("abc", true)]);
        check(
            false,
            "a=b; pulseboard_session_1a2b=abc; c=d; pulseboard_session_1a2b=e",
            &[("abc", true), ("e", true)],
        );
        check(false, "pulseboard_session_ffff=abc", &[]);
        check(false, "xpulseboard_session_1a2b=abc", &[]);
        check(false, "pulseboard_session_1a2b", &[]);
        check(false, "", &[]);
        check(
            false,
            "pulseboard_session=old; pulseboard_session_1a2b=new",
            &[("new", true), ("old", false)],
        );
        check(
            true,
            "pulseboard_session=a; pulseboard_session_1a2b=b; \
             __Host-pulseboard_session_1a2b=c",
            &[("c", true)],
        );
        let many = "pulseboard_session_1a2b=x;".repeat(1_000);
        check(false, &many, &[("x", true); MAX_TRIED]);
    }

    #[test]
    fn cookies_below_a_path_go_to_it_alone() {
        let config = |url: Option<&str>| {
            let flags = Settings {
                public_url: url.map(str::to_owned),
                base_path: Some("/pulse/".to_owned()),
                ..Settings::default()
            };
            Config::load(flags).expect("holds")
        };
        let headers = HeaderMap::new();
        let (plain, https) = (config(None), config(Some("https://p.example")));
        assert_eq!(
            Cookies::new(&plain, "1a2b", &headers).no_session(),
            "pulseboard_session_1a2b=; HttpOnly; SameSite=Lax; Path=/pulse; Max-Age=0"
        );
        assert_eq!(
            Cookies::new(&https, "1a2b", &headers).no_session(),
            "__Secure-pulseboard_session_1a2b=; HttpOnly; SameSite=Lax; Path=/pulse; Max-Age=0; \
             Secure"
        );
    }

    #[test]
    fn cookies_over_https_are_of_this_host_alone() {
        let headers = HeaderMap::new();
        let plain = config(None);
        let plain = Cookies::new(&plain, "1a2b", &headers);
        assert_eq!(
            plain.session("s"),
            "pulseboard_session_1a2b=s; HttpOnly; SameSite=Lax; Path=/; Max-Age=1209600"
        );
        let https = config(Some("https://p.example"));
        let https = Cookies::new(&https, "1a2b", &headers);
        assert_eq!(
            https.no_session(),
            "__Host-pulseboard_session_1a2b=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0; Secure"
        );
        assert_eq!(
            https.trusted("m"),
            "__Host-pulseboard_device_1a2b=m; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000; \
             Secure"
        );
    }
}
