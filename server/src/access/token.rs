//! Tokens of programs: `pb_` and 256 random bits, shown once.

use protocol::{Scope, TokenCreated};

use super::secret::{self, NoRandomness};
use super::user::check_name;
use super::{Access, Principal, PrincipalKind, Rights};
use crate::storage::{StorageError, StoredToken};

/// What every token begins with, so that leaked ones are found.
const PREFIX: &str = "pb_";

/// Why a token is not made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The name is empty, too long, or holds control characters.
    #[error("a name has 1 to 64 characters, without control characters or spaces at its ends")]
    Name,
    /// No scope, or one twice.
    #[error("scopes: a token has at least one of `ingest` and `scrape`, each once")]
    Scopes,
    /// No secret can be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Access {
    /// Makes a token. The answer is the only place of its secret.
    pub async fn add_token(
        &self,
        name: &str,
        scopes: &[Scope],
        now_ms: i64,
    ) -> Result<TokenCreated, TokenError> {
        check_name(name).map_err(|_| TokenError::Name)?;
        let twice = (1..scopes.len()).any(|place| scopes[..place].contains(&scopes[place]));
        if scopes.is_empty() || twice {
            return Err(TokenError::Scopes);
        }
        let secret = format!("{PREFIX}{}", secret::new_secret()?);
        let id = self
            .storage
            .add_token(name, &secret::hash(&secret), scopes, now_ms)
            .await?;
        Ok(TokenCreated {
            id,
            name: name.to_owned(),
            scopes: scopes.to_vec(),
            secret,
        })
    }

    /// Every token, by id.
    pub async fn tokens(&self) -> Result<Vec<StoredToken>, StorageError> {
        self.storage.tokens().await
    }

    /// Revokes a token at once; false when there is none of this id.
    pub async fn revoke_token(&self, id: i64) -> Result<bool, StorageError> {
        let revoked = self.storage.remove_token(id).await?;
        self.changed();
        Ok(revoked)
    }

    /// The program that holds this secret.
    pub async fn resolve_token(&self, secret: &str) -> Result<Option<Principal>, StorageError> {
        if !secret.starts_with(PREFIX) {
            return Ok(None);
        }
        let token = self.storage.token(&secret::hash(secret)).await?;
        Ok(token.map(|token| {
            let kind = PrincipalKind::Token {
                id: token.id,
                scopes: token.scopes.into(),
            };
            Principal {
                name: token.name,
                roles: [].into(),
                rights: Rights::NONE,
                kind,
            }
        }))
    }
}
