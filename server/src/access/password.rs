//! Passwords: argon2id with the parameters that OWASP recommends (19 MiB, two passes, one
//! lane), two at a time, so that a flood of sign-ins costs neither the memory nor the runtime.

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// Passwords hashed at the same time.
const AT_A_TIME: usize = 2;
/// Shortest and longest password in bytes.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=1024;
/// Verified when there is no such user, so that the answer takes as long. The same parameters
/// as [`argon2id`], and a hash that no password has.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password is not taken, or cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("a password has 8 to 1024 bytes")]
    Length,
    /// Hashing failed, or a stored hash cannot be read.
    #[error("password hashing failed: {0}")]
    Hash(String),
}

/// Hashes and verifies.
#[derive(Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Passwords {
            slots: Arc::new(Semaphore::new(AT_A_TIME)),
        }
    }
}

impl Passwords {
    /// The PHC string of a password that meets the rules.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        if !LENGTH.contains(&password.len()) {
            return Err(PasswordError::Length);
        }
        self.run(move || {
            let mut salt = [0; 16];
            getrandom::fill(&mut salt).map_err(failed)?;
            let salt = SaltString::encode_b64(&salt).map_err(failed)?;
            let hash = argon2id()?
                .hash_password(password.as_bytes(), &salt)
                .map_err(failed)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password belongs to the hash. Without a hash the answer is no, after as
    /// much work.
    pub async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, PasswordError> {
        if password.len() > *LENGTH.end() {
            return Ok(false);
        }
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let hash = PasswordHash::new(&hash).map_err(failed)?;
            Ok(argon2id()?
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
                && known)
        })
        .await
    }

    /// The slot goes with the work: a request that gives up does not make room before the work
    /// that it began has ended.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let slot = Arc::clone(&self.slots)
            .acquire_owned()
            .await
            .map_err(failed)?;
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(slot);
            result
        })
        .await
        .map_err(failed)?
    }
}

fn argon2id() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn failed(error: impl std::fmt::Display) -> PasswordError {
    PasswordError::Hash(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_verifies_against_its_own_hash_only() {
        let passwords = Passwords::default();
        let hash = passwords
            .hash("correct horse".into())
            .await
            .expect("hashes");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        let check = async |password: &str, hash: Option<&str>| {
            passwords
                .verify(password.into(), hash.map(str::to_owned))
                .await
                .expect("verifies")
        };
        assert!(check("correct horse", Some(&hash)).await);
        assert!(!check("correct horsE", Some(&hash)).await);
        assert!(!check("", Some(&hash)).await);
        assert!(!check("correct horse", None).await);
        assert!(!check(&"x".repeat(1025), Some(&hash)).await);
    }

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        let hash = PasswordHash::new(NOBODY).expect("a PHC string");
        let params = Params::try_from(&hash).expect("parameters");
        assert_eq!(
            (params.m_cost(), params.t_cost(), params.p_cost()),
            (19 * 1024, 2, 1)
        );
        assert_eq!(hash.hash.expect("a hash").len(), 32);
    }

    #[tokio::test]
    async fn lengths() {
        let passwords = Passwords::default();
        let check = async |length: usize, good: bool| {
            let hashed = passwords.hash("x".repeat(length)).await;
            assert_eq!(hashed.is_ok(), good, "{length}");
        };
        check(0, false).await;
        check(7, false).await;
        check(8, true).await;
        check(1024, true).await;
        check(1025, false).await;
    }
}
