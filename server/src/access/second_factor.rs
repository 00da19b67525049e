//! The second factor: codes of an authenticator app (TOTP: SHA-1, 6 digits, steps of 30 seconds), and
//! recovery codes.
//!
//! Invariant: a code is accepted once, and no code of an earlier step after it.

use protocol::{Enrolment, RecoveryCodes, SecondFactor};
use qrcode::QrCode;
use qrcode::render::svg;
use totp_rs::{Algorithm, Builder, Secret, Totp};

use super::secret::{self, NoRandomness};
use super::{Access, Caller, Principal, SignInError};
use crate::storage::StorageError;

/// Bytes of the secret: as many as the hash function has.
const SECRET_BYTES: usize = 20;
const STEP_S: u64 = 30;
const DIGITS: u8 = 6;
/// Codes of so many steps before and after the present one are accepted: clocks differ.
const SKEW: u16 = 1;
const RECOVERY_CODES: usize = 10;
/// Random bytes of a recovery code: 16 letters of base32.
const RECOVERY_BYTES: usize = 10;
/// Letters between two hyphens of a recovery code.
const GROUP: usize = 4;
/// Longest code that is looked at, in bytes.
const MAX_CODE_BYTES: usize = 64;

/// Why a second factor is not changed.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// The present password is wrong, or was tried too often.
    #[error(transparent)]
    Password(#[from] SignInError),
    /// It is on already.
    #[error("the second factor is on already; take it away first")]
    On,
    /// It is off.
    #[error("there is no second factor")]
    Off,
    /// The code is wrong or too old.
    #[error("the code is wrong or too old; compare the clocks of both devices")]
    Code,
    /// The app's address or picture cannot be made.
    #[error("cannot make an enrolment: {0}")]
    Enrolment(String),
    /// No secret can be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Access {
    /// Whether the user has a second factor.
    pub async fn second_factor(&self, user_id: i64) -> Result<SecondFactor, StorageError> {
        let stored = self.storage.second_factor(user_id).await?;
        let stored = stored.filter(|stored| stored.confirmed);
        Ok(
            stored.map_or_else(SecondFactor::default, |stored| SecondFactor {
                on: true,
                recovery_codes: stored.recovery_codes,
            }),
        )
    }

    /// Proves the present password again; wrong attempts count as those to sign in do.
    pub async fn prove_again(
        &self,
        principal: &Principal,
        password: String,
        caller: &Caller,
        now_ms: i64,
    ) -> Result<i64, SecondFactorError> {
        let user = self.prove_own(principal, password, caller, now_ms).await?;
        Ok(user.id)
    }

    /// Makes a secret for an authenticator app, which is off until it is confirmed.
    pub async fn begin_second_factor(
        &self,
        user_id: i64,
        name: &str,
    ) -> Result<Enrolment, SecondFactorError> {
        let mut bytes = [0; SECRET_BYTES];
        secret::fill(&mut bytes)?;
        let enrolment = enrolment(&bytes, name).map_err(SecondFactorError::Enrolment)?;
        if !self.storage.begin_second_factor(user_id, &bytes).await? {
            return Err(SecondFactorError::On);
        }
        Ok(enrolment)
    }

    /// Switches the second factor on by a code of the app.
    pub async fn confirm_second_factor(
        &self,
        user_id: i64,
        code: &str,
        now_ms: i64,
    ) -> Result<RecoveryCodes, SecondFactorError> {
        let stored = self.storage.second_factor(user_id).await?;
        let stored = stored.ok_or(SecondFactorError::Off)?;
        if stored.confirmed {
            return Err(SecondFactorError::On);
        }
        let step = step_of(&stored.secret, &compact(code), now_ms);
        let step = step.ok_or(SecondFactorError::Code)?;
        let (codes, hashes) = recovery_codes()?;
        let confirmed = self
            .storage
            .confirm_second_factor(user_id, &stored.secret, step, &hashes, now_ms)
            .await?;
        match confirmed {
            true => Ok(codes),
            false => Err(SecondFactorError::Code),
        }
    }

    /// Replaces the recovery codes.
    pub async fn new_recovery_codes(
        &self,
        user_id: i64,
    ) -> Result<RecoveryCodes, SecondFactorError> {
        let (codes, hashes) = recovery_codes()?;
        match self.storage.set_recovery_codes(user_id, &hashes).await? {
            true => Ok(codes),
            false => Err(SecondFactorError::Off),
        }
    }

    /// Takes the second factor away.
    pub async fn remove_second_factor(&self, user_id: i64) -> Result<(), SecondFactorError> {
        match self.storage.remove_second_factor(user_id).await? {
            true => Ok(()),
            false => Err(SecondFactorError::Off),
        }
    }

    /// Whether a code of the app or a recovery code is right, and uses it up.
    pub(super) async fn use_code(
        &self,
        user_id: i64,
        code: &str,
        now_ms: i64,
    ) -> Result<bool, StorageError> {
        if code.len() > MAX_CODE_BYTES {
            return Ok(false);
        }
        let code = compact(code);
        if code.len() != usize::from(DIGITS) {
            let hash = secret::hash(&code);
            return self.storage.use_recovery_code(user_id, &hash).await;
        }
        let stored = self.storage.second_factor(user_id).await?;
        let step = stored.and_then(|stored| step_of(&stored.secret, &code, now_ms));
        match step {
            Some(step) => self.storage.use_step(user_id, step).await,
            None => Ok(false),
        }
    }
}

/// Without what people type between the letters.
fn compact(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

fn totp(secret: &[u8], name: &str) -> Result<Totp, String> {
    let builder = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_skew(SKEW)
        .with_step_duration(STEP_S)
        .with_secret(secret.to_vec())
        // The address separates by colons.
        .with_account_name(name.replace(':', " "))
        .with_issuer(Some("Pulseboard"));
    builder.build().map_err(|error| error.to_string())
}

/// The step whose code this is, if it is near the present one.
fn step_of(secret: &[u8], code: &str, now_ms: i64) -> Option<i64> {
    let now_s = u64::try_from(now_ms / 1_000).ok()?;
    let step = totp(secret, "").ok()?.check(code, now_s)?;
    i64::try_from(step).ok()
}

fn enrolment(secret: &[u8], name: &str) -> Result<Enrolment, String> {
    let uri = totp(secret, name)?.to_url();
    let uri = uri.map_err(|error| error.to_string())?;
    let qr = QrCode::new(&uri).map_err(|error| error.to_string())?;
    let qr_svg = qr
        .render::<svg::Color<'_>>()
        .min_dimensions(200, 200)
        .build();
    Ok(Enrolment {
        secret: Secret::from(secret.to_vec()).to_base32(),
        uri,
        qr_svg,
    })
}

fn recovery_codes() -> Result<(RecoveryCodes, Vec<[u8; 32]>), NoRandomness> {
    let (mut codes, mut hashes) = (Vec::new(), Vec::new());
    for _ in 0..RECOVERY_CODES {
        let mut bytes = [0; RECOVERY_BYTES];
        secret::fill(&mut bytes)?;
        let letters = Secret::from(bytes.to_vec())
            .to_base32()
            .to_ascii_lowercase();
        hashes.push(secret::hash(&letters));
        let groups: Vec<String> = letters
            .as_bytes()
            .chunks(GROUP)
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect();
        codes.push(groups.join("-"));
    }
    Ok((RecoveryCodes { codes }, hashes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret and the last six digits of the codes of RFC 6238, appendix B.
    #[test]
    fn codes_are_those_of_the_rfc_and_of_the_steps_beside() {
        let secret = b"12345678901234567890";
        let check = |now_s: i64, code: &str, want: Option<i64>| {
            assert_eq!(step_of(secret, code, now_s * 1_000), want, "{now_s} {code}");
        };
        check(59, "287082", Some(1));
        check(1_111_111_109, "081804", Some(37_037_036));
        check(59 + 30, "287082", Some(1));
        check(59 + 31, "287082", None);
        check(0, "287082", Some(1));
        check(59, "287083", None);
        check(59, "28708", None);
        check(59, "", None);
        check(-1, "287082", None);
    }

    #[test]
    fn an_enrolment_names_the_account_and_is_a_picture() {
        let enrolment = enrolment(&[7; SECRET_BYTES], "Ada: L").expect("an enrolment");
        let uri = &enrolment.uri;
        assert!(uri.starts_with("otpauth://totp/Pulseboard:Ada"), "{uri}");
        assert!(uri.contains(&format!("secret={}", enrolment.secret)));
        assert!(enrolment.qr_svg.contains("<svg"));
        assert!(enrolment.qr_svg.len() < 64 * 1024);
    }

    #[test]
    fn recovery_codes_differ_and_are_read_however_they_are_typed() {
        let (codes, hashes) = recovery_codes().expect("randomness");
        assert_eq!(codes.codes.len(), RECOVERY_CODES);
        for (code, hash) in codes.codes.iter().zip(&hashes) {
            assert_eq!(code.len(), 19, "{code}");
            let typed = format!(" {} ", code.to_uppercase().replace('-', " "));
            assert_eq!(secret::hash(&compact(&typed)), *hash);
        }
        let distinct: std::collections::BTreeSet<_> = hashes.iter().collect();
        assert_eq!(distinct.len(), RECOVERY_CODES);
    }
}
