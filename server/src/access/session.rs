//! Sessions of people: sign in, look up, sign out. The database holds the truth and hashes of
//! secrets; the browser holds the secret in a cookie.

use std::time::Instant;

use protocol::{ErrorCode, SignIn};
use telemetry::Value;

use super::password::Verified;
use super::secret::{self, NoRandomness};
use super::{Access, Caller, PasswordError, Principal, PrincipalKind, SessionId};
use crate::clock;
use crate::contract::SIGN_IN;
use crate::storage::{AddSession, StorageError, StoredSession, StoredUser};

/// A session moves its end, and when it was last seen, at most this often.
const RENEW_EVERY_MS: i64 = 300_000;

/// A session that was just made.
pub struct NewSession {
    /// Goes into the cookie; seen here only.
    pub secret: String,
    /// Whose it is.
    pub principal: Principal,
    /// What the browser is trusted by from now on; none when it had a mark already.
    pub device: Option<String>,
}

/// A session found by its secret.
pub struct Resolved {
    /// Who asks.
    pub principal: Principal,
    /// Whether the session's end has moved, so that the cookie's should.
    pub renewed: bool,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such user, or not this password: which, nobody learns.
    #[error("name or password is wrong")]
    Wrong,
    /// Not the present password of whoever is signed in.
    #[error("the password is wrong")]
    WrongPassword,
    /// The password is right, and the account takes a code as well.
    #[error("enter the code of your authenticator app, or a recovery code")]
    SecondFactorNeeded,
    /// The password is right, and the code is not, or was used before.
    #[error("the code is wrong, too old, or was used before; wait for the next one")]
    WrongCode,
    /// Too many attempts for this name or from this address.
    #[error("too many attempts; try again in {retry_after_s} seconds")]
    Limited {
        /// Seconds until the next attempt can succeed.
        retry_after_s: u32,
    },
    /// The password cannot be verified.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// No secret can be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Access {
    /// Signs a user in, and emits `auth.sign_in.stop` {duration in seconds} with the result.
    pub async fn sign_in(
        &self,
        given: SignIn,
        caller: impl Into<Caller>,
        now_ms: i64,
    ) -> Result<NewSession, SignInError> {
        let start = Instant::now();
        let caller = caller.into();
        let result = self.try_sign_in(given, &caller, now_ms).await;
        let outcome = match &result {
            Ok(_) => "success",
            Err(SignInError::SecondFactorNeeded) => ErrorCode::SecondFactorNeeded.name(),
            Err(SignInError::Limited { .. }) => "limited",
            Err(SignInError::Password(PasswordError::Busy)) => "busy",
            Err(_) => "failure",
        };
        SIGN_IN.execute_on(
            &self.registry,
            &[("duration", start.elapsed().as_secs_f64())],
            &[("result", Value::Str(outcome))],
        );
        result
    }

    async fn try_sign_in(
        &self,
        given: SignIn,
        caller: &Caller,
        now_ms: i64,
    ) -> Result<NewSession, SignInError> {
        let SignIn {
            name,
            password,
            code,
        } = given;
        let user = self.verify(&name, password, caller, now_ms).await?;
        let trusted = self.trusts(&name, caller);
        if user.second_factor && code.is_empty() {
            // A step was made, and none was wrong; what was wrong before still counts.
            self.attempts().take_back(&name, caller, trusted);
            return Err(SignInError::SecondFactorNeeded);
        }
        if user.second_factor {
            self.attempts()
                .code(&name, caller, trusted, now_ms)
                .map_err(|retry_after_s| SignInError::Limited { retry_after_s })?;
            if !self.use_code(user.id, &code, now_ms).await? {
                self.count_failed_sign_in(&user.name, caller.address);
                return Err(SignInError::WrongCode);
            }
        }
        self.attempts().succeeded(&name, caller, trusted);
        self.begin_session(user.id, user.name, user.roles, caller, now_ms)
            .await
    }

    /// The user of that name, when the password is theirs. Counts the attempt unless it is.
    pub(super) async fn prove(
        &self,
        name: &str,
        password: String,
        caller: &Caller,
        now_ms: i64,
    ) -> Result<StoredUser, SignInError> {
        let user = self.verify(name, password, caller, now_ms).await?;
        let trusted = self.trusts(name, caller);
        self.attempts().succeeded(name, caller, trusted);
        Ok(user)
    }

    /// The enabled user of that name, when the password is theirs. The attempt is counted.
    async fn verify(
        &self,
        name: &str,
        password: String,
        caller: &Caller,
        now_ms: i64,
    ) -> Result<StoredUser, SignInError> {
        let trusted = self.trusts(name, caller);
        self.attempts()
            .sign_in(name, caller, trusted, now_ms)
            .map_err(|retry_after_s| SignInError::Limited { retry_after_s })?;
        let user = self.storage.user(name).await?;
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let verified = self.passwords.verify(password.clone(), hash).await;
        if matches!(verified, Err(PasswordError::Busy)) {
            // Nothing was tried.
            self.attempts().take_back(name, caller, trusted);
        }
        let verified = verified?;
        let disabled = user.as_ref().is_some_and(|user| user.disabled);
        if verified == Verified::No || disabled {
            let known = user.as_ref().map_or("", |user| &user.name);
            self.count_failed_sign_in(known, caller.address);
        }
        let user = user
            .filter(|user| verified != Verified::No && !user.disabled)
            .ok_or(SignInError::Wrong)?;
        if verified == Verified::Outdated {
            self.store_again(&user, password).await;
        }
        Ok(user)
    }

    /// Proves the present password of whoever is signed in, whose name nobody has to doubt.
    pub(super) async fn prove_own(
        &self,
        principal: &Principal,
        password: String,
        caller: &Caller,
        now_ms: i64,
    ) -> Result<StoredUser, SignInError> {
        let proven = self.prove(&principal.name, password, caller, now_ms).await;
        let user = proven.map_err(|error| match error {
            SignInError::Wrong => SignInError::WrongPassword,
            other => other,
        })?;
        // Somebody else may have the name by now.
        let is_own = principal.user_id() == Some(user.id);
        is_own.then_some(user).ok_or(SignInError::WrongPassword)
    }

    /// Hashes a password as of today. A failure is logged alone: the old hash still opens.
    async fn store_again(&self, user: &StoredUser, password: String) {
        let stored = async {
            let hash = self.passwords.hash(password).await?;
            let replaced = self.storage.replace_hash(user, &hash).await?;
            Ok::<bool, SignInError>(replaced)
        };
        if let Err(error) = stored.await {
            tracing::warn!("an outdated password hash is kept: {error}");
        }
    }

    /// Whether somebody signed in as `name` from this device before.
    pub(super) fn trusts(&self, name: &str, caller: &Caller) -> bool {
        let device = caller.device.as_deref();
        device.is_some_and(|mark| self.instance.devices.is_trusted(mark, name))
    }

    /// Makes a session for a user whose right to it is proven. The browser is trusted from now on.
    pub(super) async fn begin_session(
        &self,
        user_id: i64,
        name: String,
        roles: Vec<String>,
        caller: &Caller,
        now_ms: i64,
    ) -> Result<NewSession, SignInError> {
        let secret = secret::new_secret()?;
        let device = if self.trusts(&name, caller) {
            None
        } else {
            Some(self.instance.devices.mark(&name)?)
        };
        let id = SessionId(secret::hash(&secret));
        let address = caller
            .address
            .map(|address| address.to_canonical().to_string());
        self.storage
            .add_session(AddSession {
                hash: &id.0,
                user_id,
                device: &caller.browser,
                address: address.as_deref().unwrap_or_default(),
                now_ms,
                expires_ms: self.end_ms(now_ms, now_ms),
            })
            .await?;
        let kind = PrincipalKind::User {
            id: user_id,
            session: id,
        };
        Ok(NewSession {
            secret,
            principal: Principal {
                name,
                rights: self.rights(&roles),
                roles: roles.into(),
                kind,
            },
            device,
        })
    }

    /// Who holds this secret; renews the session when it was not renewed for five minutes.
    pub async fn resolve_session(
        &self,
        secret: &str,
        now_ms: i64,
    ) -> Result<Option<Resolved>, StorageError> {
        let id = SessionId(secret::hash(secret));
        let Some(session) = self.session(id, now_ms).await? else {
            return Ok(None);
        };
        let renewed = now_ms - session.last_seen_ms >= RENEW_EVERY_MS;
        if renewed {
            self.storage
                .renew_session(&id.0, now_ms, self.end_ms(session.created_ms, now_ms))
                .await?;
        }
        Ok(Some(Resolved {
            principal: self.principal(id, session),
            renewed,
        }))
    }

    /// The session, unless it has ended: by itself, or since nobody stays signed in for longer.
    async fn session(
        &self,
        id: SessionId,
        now_ms: i64,
    ) -> Result<Option<StoredSession>, StorageError> {
        let session = self.storage.session(&id.0, now_ms).await?;
        let session = session.map(|mut session| {
            let last_ms = session.created_ms.saturating_add(self.max_session_ms);
            session.expires_ms = session.expires_ms.min(last_ms);
            session
        });
        Ok(session.filter(|session| now_ms < session.expires_ms))
    }

    /// When a session that is used now ends without another visit.
    fn end_ms(&self, created_ms: i64, now_ms: i64) -> i64 {
        let last_ms = created_ms.saturating_add(self.max_session_ms);
        last_ms.min(now_ms.saturating_add(self.session_ms))
    }

    /// Ends the sessions of a browser that has another one now.
    pub async fn replaced(&self, secrets: &[&str]) -> Result<(), StorageError> {
        for secret in secrets {
            self.storage.remove_session(&secret::hash(secret)).await?;
        }
        if !secrets.is_empty() {
            self.changed();
        }
        Ok(())
    }

    /// Ends the principal's session, and with it the streams that it opened.
    pub async fn sign_out(&self, principal: &Principal) -> Result<(), StorageError> {
        if let PrincipalKind::User { session, .. } = &principal.kind {
            self.storage.remove_session(&session.0).await?;
            self.changed();
        }
        Ok(())
    }

    /// The principal as of now; `None` when the session or token has ended. While the database
    /// does not answer, nobody is known.
    pub async fn still(&self, asked: &Principal) -> Option<Principal> {
        let now_ms = clock::now_ms();
        let id = match asked.kind {
            PrincipalKind::User { session: id, .. }
            | PrincipalKind::Preview { session: id, .. }
            | PrincipalKind::Token { key: id, .. } => id,
            PrincipalKind::Guest => return self.guest(None),
        };
        let known = self.known(id, asked, now_ms).await?;
        // Nobody but an admin goes on with a preview, and with no more than its role.
        match asked.previewed() {
            Some(role) if known.is_admin() => known.as_role(role),
            Some(_) => None,
            None => Some(known),
        }
    }

    /// Whoever holds the session or token of this hash by now; `asked` says which of both it is.
    async fn known(&self, id: SessionId, asked: &Principal, now_ms: i64) -> Option<Principal> {
        // Read before the database is: what changes in between is looked up again.
        let generation = *self.generation.borrow();
        if let Some(known) = self.open().get(id, generation, now_ms) {
            return Some(known);
        }
        let found = match asked.kind {
            PrincipalKind::Token { .. } => self.token_until(id, now_ms).await,
            _ => self.session(id, now_ms).await.map(|session| {
                session.map(|session| (session.expires_ms, self.principal(id, session)))
            }),
        };
        let (expires_ms, now) = match found {
            Ok(found) => found?,
            Err(error) => {
                tracing::error!("cannot look up a session or token: {error}");
                return None;
            }
        };
        let mut open = self.open();
        open.forget_ended(now_ms);
        open.keep(id, generation, now.clone(), expires_ms);
        Some(now)
    }

    fn principal(&self, id: SessionId, session: StoredSession) -> Principal {
        let kind = PrincipalKind::User {
            id: session.user_id,
            session: id,
        };
        Principal {
            name: session.name,
            rights: self.rights(&session.roles),
            roles: session.roles.into(),
            kind,
        }
    }

    pub(super) fn attempts(&self) -> std::sync::MutexGuard<'_, super::Attempts> {
        self.attempts
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn open(&self) -> std::sync::MutexGuard<'_, super::OpenSessions> {
        self.open
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
