//! Tokens of programs: `pb_` and 256 random bits, shown once.
//!
//! Invariant: a token never does what its owner may not do at that time, and one without an owner
//! neither reads nor saves anything.

use std::collections::HashMap;

use protocol::{AuditCode, NewToken, Scope, Token, TokenCreated, TokenOwner};

use super::secret::{self, NoRandomness};
use super::user::check_name;
use super::{Access, Actor, Change, Principal, PrincipalKind, SessionId, UserError, may_hold};
use crate::clock;
use crate::storage::{AddToken, StorageError, StoredToken};

/// What every token begins with, so that leaked ones are found.
const PREFIX: &str = "pb_";
/// The use of a token is noted at most this often.
const NOTE_EVERY_MS: i64 = 60_000;
/// Longest description in bytes.
const MAX_DESCRIPTION: usize = 256;
/// Tokens whose last use is remembered; above that all are forgotten, and noted again.
const MAX_USED: usize = 10_000;

/// Why a token is not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The name is empty, too long, or holds control characters.
    #[error("a name has 1 to 64 characters, without control characters or spaces at its ends")]
    Name,
    /// No scope, one twice, or one that the owner may not use.
    #[error("scopes: {0}")]
    Scopes(String),
    /// Another field is out of range; the text begins with its name.
    #[error("{0}")]
    Field(&'static str),
    /// As many tokens exist as may.
    #[error(
        "there are as many tokens as `limits.max_tokens` and `limits.max_tokens_per_user` allow; \
         revoke one first"
    )]
    Full,
    /// The token is to belong to somebody who is not there.
    #[error("owner: there is no user of this name")]
    Owner,
    /// There is no token of this id, or none of this owner.
    #[error("there is no token with this id")]
    Unknown,
    /// No secret can be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// When the use of each token was noted, in ms since the epoch.
#[derive(Default)]
pub(super) struct UsedTokens(HashMap<i64, i64>);

impl UsedTokens {
    /// Whether the use is to be noted now.
    fn take(&mut self, id: i64, noted_ms: Option<i64>, now_ms: i64) -> bool {
        let noted_ms = self.0.get(&id).copied().or(noted_ms);
        // A clock that was set back is followed.
        let is_recent =
            noted_ms.is_some_and(|noted| (noted..noted + NOTE_EVERY_MS).contains(&now_ms));
        if is_recent {
            return false;
        }
        if self.0.len() >= MAX_USED {
            self.0.clear();
        }
        self.0.insert(id, now_ms);
        true
    }
}

impl Access {
    /// Makes a token that belongs to `owner`, who is also whom `new` names, if it names somebody;
    /// without one it is made at the command line. The answer is the only place of its secret.
    pub async fn add_token(
        &self,
        actor: &Actor,
        owner: Option<&Principal>,
        new: &NewToken,
        now_ms: i64,
    ) -> Result<TokenCreated, TokenError> {
        check(new, owner, now_ms)?;
        let secret = format!("{PREFIX}{}", secret::new_secret()?);
        let entry = Change::new(AuditCode::TokenAdded, &new.name).after(new);
        let add = AddToken {
            token: new,
            hash: &secret::hash(&secret),
            owner: owner.and_then(Principal::user_id),
            now_ms,
            max: self.max_tokens,
        };
        let entry = entry.entry(actor, now_ms);
        let id = self.storage.add_token(add, (&entry, self.audit_limits));
        Ok(TokenCreated {
            id: id.await?.ok_or(TokenError::Full)?,
            name: new.name.clone(),
            scopes: new.scopes.clone(),
            secret,
        })
    }

    /// Every token, or those of one user, by id.
    pub async fn tokens(&self, owner: Option<i64>) -> Result<Vec<Token>, StorageError> {
        let tokens = self.storage.tokens(owner).await?;
        Ok(tokens.into_iter().map(listed).collect())
    }

    /// Replaces everything about a token but its secret and its owner; with `owner` only one of theirs.
    pub async fn set_token(
        &self,
        actor: &Actor,
        owner: Option<i64>,
        id: i64,
        new: &NewToken,
        now_ms: i64,
    ) -> Result<Token, TokenError> {
        let former = self.stored_token(owner, id).await?;
        check(new, self.owner_of(&former).as_ref(), now_ms)?;
        if let Some(name) = &new.owner
            && former.owner.as_ref().map(|owner| &owner.name) != Some(name)
        {
            return Err(TokenError::Field("owner: it stays the one that it is"));
        }
        let before = listed(former);
        let next = Token {
            name: new.name.clone(),
            description: new.description.clone(),
            scopes: new.scopes.clone(),
            expires_ms: new.expires_ms,
            ..before.clone()
        };
        let change = Change::new(AuditCode::TokenChanged, &before.name);
        let entry = change.before(&before).after(&next).entry(actor, now_ms);
        let set = self.storage.set_token(id, new, (&entry, self.audit_limits));
        if !set.await? {
            return Err(TokenError::Unknown);
        }
        self.changed();
        Ok(next)
    }

    /// Revokes a token at once, with the streams that it opened; with `owner` only one of theirs.
    pub async fn revoke_token(
        &self,
        actor: &Actor,
        owner: Option<i64>,
        id: i64,
    ) -> Result<(), TokenError> {
        let former = listed(self.stored_token(owner, id).await?);
        let change = Change::new(AuditCode::TokenRemoved, &former.name).before(&former);
        let entry = change.entry(actor, clock::now_ms());
        let removed = self.storage.remove_token(id, (&entry, self.audit_limits));
        let removed = removed.await?;
        self.changed();
        removed.then_some(()).ok_or(TokenError::Unknown)
    }

    async fn stored_token(&self, owner: Option<i64>, id: i64) -> Result<StoredToken, TokenError> {
        let tokens = self.storage.tokens(owner).await?;
        let found = tokens.into_iter().find(|token| token.id == id);
        found.ok_or(TokenError::Unknown)
    }

    /// The program that holds this secret. Notes that the token was used.
    pub async fn resolve_token(&self, secret: &str) -> Result<Option<Principal>, StorageError> {
        if !secret.starts_with(PREFIX) {
            return Ok(None);
        }
        let (key, now_ms) = (SessionId(secret::hash(secret)), clock::now_ms());
        let Some(token) = self.live_token(key, now_ms).await? else {
            return Ok(None);
        };
        if self
            .used_tokens()
            .take(token.id, token.last_used_ms, now_ms)
            && let Err(error) = self.storage.token_used(token.id, now_ms).await
        {
            tracing::warn!(%error, "the last use of a token is not noted");
        }
        Ok(Some(self.program(key, token)))
    }

    /// The token, and until when it works, for a stream that it opened.
    pub(super) async fn token_until(
        &self,
        key: SessionId,
        now_ms: i64,
    ) -> Result<Option<(i64, Principal)>, StorageError> {
        let token = self.live_token(key, now_ms).await?;
        Ok(token.map(|token| {
            let until_ms = token.expires_ms.unwrap_or(i64::MAX);
            (until_ms, self.program(key, token))
        }))
    }

    async fn live_token(
        &self,
        key: SessionId,
        now_ms: i64,
    ) -> Result<Option<StoredToken>, StorageError> {
        let token = self.storage.token(&key.0).await?;
        Ok(token.filter(|token| token.expires_ms.is_none_or(|end| now_ms < end)))
    }

    /// The user of this name, as the owner of a token to be made.
    pub async fn owner(&self, name: &str) -> Result<Principal, TokenError> {
        let user = self.user(name).await.map_err(|error| match error {
            UserError::Storage(error) => TokenError::Storage(error),
            _ => TokenError::Owner,
        })?;
        Ok(self.owner_as(user.id, user.name, user.roles))
    }

    /// The owner as somebody whose rights are asked about.
    fn owner_of(&self, token: &StoredToken) -> Option<Principal> {
        let TokenOwner { id, name } = token.owner.clone()?;
        Some(self.owner_as(id, name, token.owner_roles.clone()))
    }

    fn owner_as(&self, id: i64, name: String, roles: Vec<String>) -> Principal {
        Principal {
            name,
            rights: self.rights(&roles),
            roles: roles.into(),
            kind: PrincipalKind::User {
                id,
                session: SessionId([0; 32]),
            },
        }
    }

    fn program(&self, key: SessionId, token: StoredToken) -> Principal {
        let is_owned = token.owner.is_some();
        let scopes = token.scopes.iter().copied();
        let scopes: Vec<Scope> = scopes
            .filter(|scope| is_owned || !scope.needs_owner())
            .collect();
        let roles = match scopes.iter().any(|scope| scope.needs_owner()) {
            true => token.owner_roles,
            false => Vec::new(),
        };
        let kind = PrincipalKind::Token {
            id: token.id,
            scopes: scopes.into(),
            owner: token.owner.map(|owner| owner.id),
            key,
        };
        Principal {
            name: token.name,
            rights: self.rights(&roles),
            roles: roles.into(),
            kind,
        }
    }

    fn used_tokens(&self) -> std::sync::MutexGuard<'_, UsedTokens> {
        self.used_tokens
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn check(new: &NewToken, owner: Option<&Principal>, now_ms: i64) -> Result<(), TokenError> {
    check_name(&new.name).map_err(|_| TokenError::Name)?;
    let scopes = &new.scopes;
    let twice = (1..scopes.len()).any(|place| scopes[..place].contains(&scopes[place]));
    let allowed = Scope::ALL
        .into_iter()
        .filter(|scope| may_hold(owner, *scope));
    let allowed: Vec<Scope> = allowed.collect();
    if scopes.is_empty() || twice || scopes.iter().any(|scope| !allowed.contains(scope)) {
        let names: Vec<&str> = allowed.iter().map(|scope| scope.name()).collect();
        let names = names.join("`, `");
        let text = format!("at least one of those that its owner may use, each once: `{names}`");
        return Err(TokenError::Scopes(text));
    }
    if new.description.len() > MAX_DESCRIPTION || new.description.chars().any(char::is_control) {
        let text = "description: at most 256 bytes, without control characters";
        return Err(TokenError::Field(text));
    }
    if new.expires_ms.is_some_and(|end| end <= now_ms) {
        return Err(TokenError::Field("expires_ms: it must lie in the future"));
    }
    Ok(())
}

/// A token as admins, its owner and the audit log see it.
fn listed(token: StoredToken) -> Token {
    Token {
        id: token.id,
        name: token.name,
        description: token.description,
        scopes: token.scopes,
        created_ms: token.created_ms,
        expires_ms: token.expires_ms,
        last_used_ms: token.last_used_ms,
        owner: token.owner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_noted_once_a_minute() {
        let mut used = UsedTokens::default();
        for (id, noted_ms, now_ms, want) in [
            (1, None, 100_000, true),
            (1, None, 159_999, false),
            (2, Some(90_000), 100_000, false),
            (2, Some(40_000), 100_000, true),
            (1, Some(100_000), 160_000, true),
            (1, None, 90_000, true),
        ] {
            assert_eq!(used.take(id, noted_ms, now_ms), want, "{id} {now_ms}");
        }
    }
}
