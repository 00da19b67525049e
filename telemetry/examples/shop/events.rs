//! What the shop emits, declared.
//!
//! Invariant: `contract.json` says the same, and the shop emits nothing else; tests hold both.

use std::error::Error;

use telemetry::contract::{Contract, OTLP, TELEMETRY};

telemetry::events! {
    /// Events of the shop.
    pub SHOP;

    /// Somebody tried to sign in.
    pub SIGN_IN = "shop.session.start" {
        measurements {
            /// Always 1.
            count: None,
        }
        metadata {
            /// `ok`, `wrong_password` or `unknown_user`.
            result,
        }
    }

    /// Somebody tried to make an account.
    pub SIGN_UP = "shop.account.create" {
        measurements {
            /// Always 1.
            count: None,
        }
        metadata {
            /// `ok`, `taken`, `full` or `invalid`.
            result,
        }
    }

    /// The number of people who are signed in changed.
    pub SESSIONS = "shop.session.change" {
        measurements {
            /// How many there are now.
            open: None,
        }
    }

    /// A request for a page.
    pub PAGE = request "shop.page" {}

    /// A query of the database.
    pub QUERY = span "shop.db.query" {
        metadata {
            /// Which one.
            query,
        }
    }

    /// Hashing or verifying a password.
    pub HASH = span "shop.password.hash" {}
}

/// All that the shop emits: its own events, and those of the reporter and of the registry.
pub fn contract() -> Result<Contract, Box<dyn Error>> {
    Ok(Contract::new([SHOP, OTLP, TELEMETRY])?)
}

/// The text of `contract.json`.
pub fn json() -> Result<String, Box<dyn Error>> {
    Ok(serde_json::to_string_pretty(&contract()?)? + "\n")
}
