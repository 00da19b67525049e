//! Who is signed in. In memory and bounded: the longest signed in goes first.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use argon2::password_hash::rand_core::{OsRng, RngCore};
use axum::http::{HeaderMap, header};
use telemetry::event;

use crate::events::SESSIONS;

/// Most people signed in at the same time.
pub const MOST: usize = 1_000;
/// The name of the cookie.
const COOKIE: &str = "shop_session=";
/// No script may read it, and no other site's form sends it along. A shop behind TLS would add
/// `Secure`.
const ATTRIBUTES: &str = "HttpOnly; SameSite=Lax; Path=/";

/// Secrets of cookies, and whose they are.
#[derive(Default)]
pub struct Sessions(Mutex<VecDeque<(String, String)>>);

impl Sessions {
    /// Signs the sender of this request in, and out of what it was; the header that makes the
    /// browser remember it.
    pub fn begin(&self, headers: &HeaderMap, name: &str) -> String {
        let secret = format!("{:016x}{:016x}", OsRng.next_u64(), OsRng.next_u64());
        let cookie = format!("{COOKIE}{secret}; {ATTRIBUTES}");
        self.change(|sessions| {
            forget(sessions, headers);
            if sessions.len() >= MOST {
                sessions.pop_front();
            }
            sessions.push_back((secret, name.to_owned()));
        });
        cookie
    }

    /// Who sent this request, if anybody who is signed in.
    pub fn whose(&self, headers: &HeaderMap) -> Option<String> {
        let secret = secret(headers)?;
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = sessions.iter().find(|(known, _)| known == secret);
        found.map(|(_, name)| name.clone())
    }

    /// Signs the sender of this request out; the header that makes the browser forget it.
    pub fn end(&self, headers: &HeaderMap) -> String {
        self.change(|sessions| forget(sessions, headers));
        format!("{COOKIE}; {ATTRIBUTES}; Max-Age=0")
    }

    fn change(&self, work: impl FnOnce(&mut VecDeque<(String, String)>)) {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = sessions.len();
        work(&mut sessions);
        if sessions.len() != before {
            event!(SESSIONS.name, { open: sessions.len() });
        }
    }
}

fn forget(sessions: &mut VecDeque<(String, String)>, headers: &HeaderMap) {
    if let Some(secret) = secret(headers) {
        sessions.retain(|(known, _)| known != secret);
    }
}

/// The cookie that the browser sent.
fn secret(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE))
}
