//! Hashes of passwords, made where they hold up nobody.
//!
//! Invariant: at most [`AT_ONCE`] are made at a time. Each takes a core for tens of milliseconds and
//! 19 MiB of memory, so without a bound a crowd that signs in would take all there is.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{Error, PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use telemetry::measured;
use tokio::sync::Semaphore;

use crate::accounts::Failure;

/// Most hashes made at the same time; the others wait.
const AT_ONCE: usize = 4;

/// A hash that no password has, verified for names that nobody has, so that the answer takes as
/// long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Makes and verifies hashes.
pub struct Passwords(Arc<Semaphore>);

impl Passwords {
    /// With nothing to do yet.
    pub fn new() -> Passwords {
        Passwords(Arc::new(Semaphore::new(AT_ONCE)))
    }

    /// The hash to keep of a password.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        Ok(self.apart(move || hash(&password)).await??)
    }

    /// Whether the hash is of this password; without a hash it is not.
    pub async fn verify(&self, kept: Option<String>, password: String) -> Result<bool, Failure> {
        let verified = self.apart(move || verify(kept.as_deref().unwrap_or(NOBODY), &password));
        Ok(verified.await??)
    }

    /// Runs in a thread for what blocks.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let permit = self.0.clone().acquire_owned().await?;
        let work = tokio::task::spawn_blocking(move || {
            // Held to the end, also when the request that waits for it is given up.
            let _permit = permit;
            work()
        });
        Ok(work.await?)
    }
}

#[measured(name = "shop.password.hash")]
fn hash(password: &str) -> Result<String, Error> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt)?;
    Ok(hash.to_string())
}

/// A wrong password is an answer and no failure.
#[measured(name = "shop.password.hash")]
fn verify(kept: &str, password: &str) -> Result<bool, Error> {
    let kept = PasswordHash::new(kept)?;
    match Argon2::default().verify_password(password.as_bytes(), &kept) {
        Ok(()) => Ok(true),
        Err(Error::Password) => Ok(false),
        Err(error) => Err(error),
    }
}
