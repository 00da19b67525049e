//! Passwords: argon2id with the parameters that OWASP recommends (19 MiB, two passes, one lane), one
//! at a time, so that a flood of sign-ins costs neither the memory nor the runtime.
//!
//! Invariant: what is hashed is text in normal form. A hash of other bytes or other parameters opens
//! with the same password, and is then replaced.

mod hasher;

use argon2::password_hash::{Output, PasswordHash, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use subtle::ConstantTimeEq;

use crate::normal_text::normal;
use hasher::{Buffer, Hasher};

/// Fewest and most characters of a password.
const MIN_CHARACTERS: usize = 8;
const MAX_CHARACTERS: usize = 1024;
/// Verified when there is no such user, so that the answer takes as long. The same parameters
/// as [`argon2id`], and a hash that no password has.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password is not taken, or cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Quickly guessed.
    #[error("a password needs at least {MIN_CHARACTERS} characters")]
    Short,
    /// Longer than is hashed.
    #[error("a password has at most {MAX_CHARACTERS} characters")]
    Long,
    /// As many wait as may.
    #[error("too many people sign in at this moment; try again in a few seconds")]
    Busy,
    /// Hashing failed, or a stored hash cannot be read.
    #[error("password hashing failed: {0}")]
    Hash(String),
}

/// Whether a password belongs to a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Another password, or no hash.
    No,
    /// It does.
    Yes,
    /// It does, and the hash should be made again: it has other parameters than those of today, or is of
    /// the password as it was typed and not of its normal form.
    Outdated,
}

/// Hashes and verifies.
#[derive(Clone)]
pub struct Passwords {
    hasher: Hasher,
}

impl Passwords {
    /// At most so many passwords wait to be hashed.
    pub fn new(max_waiting: usize) -> Passwords {
        Passwords {
            hasher: Hasher::new(max_waiting),
        }
    }

    /// The PHC string of a password that meets the rules.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        let characters = password.chars().count();
        if characters < MIN_CHARACTERS {
            return Err(PasswordError::Short);
        }
        if characters > MAX_CHARACTERS {
            return Err(PasswordError::Long);
        }
        self.hasher
            .run(move |buffer| hash(buffer, normal(&password).as_bytes()))
            .await
    }

    /// Whether the password belongs to the hash. Without a hash the answer is no, after as
    /// much work.
    pub async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<Verified, PasswordError> {
        if password.chars().count() > MAX_CHARACTERS {
            return Ok(Verified::No);
        }
        let verify = move |buffer: &mut Buffer| {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let normal = normal(&password);
            let mut verified = Verified::No;
            if is_of(buffer, normal.as_bytes(), &hash)? {
                verified = match is_of_today(&hash)? {
                    true => Verified::Yes,
                    false => Verified::Outdated,
                };
            } else if normal != password && is_of(buffer, password.as_bytes(), &hash)? {
                verified = Verified::Outdated;
            }
            Ok(if known { verified } else { Verified::No })
        };
        self.hasher.run(verify).await
    }
}

fn hash(buffer: &mut Buffer, password: &[u8]) -> Result<String, PasswordError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(failed)?;
    let (argon2, mut out) = (argon2id()?, [0; Params::DEFAULT_OUTPUT_LEN]);
    buffer
        .hash(&argon2, password, &salt, &mut out)
        .map_err(failed)?;
    let salt = SaltString::encode_b64(&salt).map_err(failed)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: argon2.params().try_into().map_err(failed)?,
        salt: Some(salt.as_salt()),
        hash: Some(Output::new(&out).map_err(failed)?),
    };
    Ok(hash.to_string())
}

/// Whether the PHC string is of these bytes.
fn is_of(buffer: &mut Buffer, password: &[u8], phc: &str) -> Result<bool, PasswordError> {
    let phc = PasswordHash::new(phc).map_err(failed)?;
    let (Some(salt), Some(expected)) = (phc.salt, phc.hash) else {
        return Err(failed("the stored hash has no salt or no hash"));
    };
    let algorithm = Algorithm::try_from(phc.algorithm).map_err(failed)?;
    let version = phc.version.map(Version::try_from).transpose();
    let params = Params::try_from(&phc).map_err(failed)?;
    let argon2 = Argon2::new(
        algorithm,
        version.map_err(failed)?.unwrap_or_default(),
        params,
    );
    let mut salt_bytes = [0; 64];
    let salt = salt.decode_b64(&mut salt_bytes).map_err(failed)?;
    let mut out = vec![0; expected.len()];
    buffer
        .hash(&argon2, password, salt, &mut out)
        .map_err(failed)?;
    Ok(out.as_slice().ct_eq(expected.as_bytes()).into())
}

/// Whether a hash has the parameters with which passwords are hashed now.
fn is_of_today(phc: &str) -> Result<bool, PasswordError> {
    let hash = PasswordHash::new(phc).map_err(failed)?;
    let params = Params::try_from(&hash).map_err(failed)?;
    let today = argon2id()?;
    let today = today.params();
    let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    let is_argon2id = hash.algorithm == Algorithm::Argon2id.ident();
    let is_newest = hash.version == Some(Version::V0x13.into());
    Ok(is_argon2id && is_newest && costs(&params) == costs(today))
}

fn argon2id() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn failed(error: impl std::fmt::Display) -> PasswordError {
    PasswordError::Hash(error.to_string())
}

#[cfg(test)]
mod tests;
