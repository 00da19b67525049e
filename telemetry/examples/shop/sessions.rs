//! Who is signed in. In memory and bounded: the longest signed in goes first.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use argon2::password_hash::rand_core::{OsRng, RngCore};
use axum::http::{HeaderMap, header};
use telemetry::event;

/// Most people signed in at the same time.
const MOST: usize = 1_000;
/// The name of the cookie.
const COOKIE: &str = "shop_session=";

/// Secrets of cookies, and whose they are.
#[derive(Default)]
pub struct Sessions(Mutex<VecDeque<(String, String)>>);

impl Sessions {
    /// Signs somebody in; the header that makes the browser remember it.
    pub fn begin(&self, name: &str) -> String {
        let secret = format!("{:016x}{:016x}", OsRng.next_u64(), OsRng.next_u64());
        let cookie = format!("{COOKIE}{secret}; HttpOnly; SameSite=Lax; Path=/");
        self.change(|sessions| {
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
        self.change(|sessions| {
            let mut sessions = sessions.iter();
            let found = sessions.find(|(known, _)| known == secret);
            found.map(|(_, name)| name.clone())
        })
    }

    /// Signs the sender of this request out.
    pub fn end(&self, headers: &HeaderMap) {
        let secret = secret(headers).unwrap_or_default();
        self.change(|sessions| sessions.retain(|(known, _)| known != secret));
    }

    fn change<T>(&self, work: impl FnOnce(&mut VecDeque<(String, String)>) -> T) -> T {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = sessions.len();
        let result = work(&mut sessions);
        if sessions.len() != before {
            event!("shop.session.change", { open: sessions.len() });
        }
        result
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
