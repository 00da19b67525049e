//! Trusted devices: browsers in which a person has signed in before. They get a mark that only this
//! instance can make, so that wrong passwords from elsewhere do not lock the person out there.
//!
//! Invariant: a mark gives no right but to attempts of its own, and only for the name that it was
//! made for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::secret::{self, NoRandomness};
use crate::normal_text::name_key;

/// Longest mark that is looked at, in bytes.
const MAX_BYTES: usize = 200;

/// Bytes of the key: a block of the hash, so that every key fits.
pub const KEY_BYTES: usize = 64;

/// Makes and checks marks.
pub struct Devices {
    mac: Hmac<Sha256>,
}

impl Devices {
    /// With the key of this instance.
    pub fn new(key: [u8; KEY_BYTES]) -> Devices {
        Devices {
            mac: KeyInit::new(&key.into()),
        }
    }

    /// A new mark for a browser in which this person has just signed in.
    pub fn mark(&self, name: &str) -> Result<String, NoRandomness> {
        let device = secret::new_secret()?;
        let tag = self.mac(&device, name).finalize().into_bytes();
        Ok(format!("{device}.{}", URL_SAFE_NO_PAD.encode(tag)))
    }

    /// Whether the mark was made for this person.
    pub fn is_trusted(&self, mark: &str, name: &str) -> bool {
        let parts = mark.split_once('.').filter(|_| mark.len() <= MAX_BYTES);
        let Some((device, tag)) = parts else {
            return false;
        };
        let tag = URL_SAFE_NO_PAD.decode(tag);
        tag.is_ok_and(|tag| self.mac(device, name).verify_slice(&tag).is_ok())
    }

    fn mac(&self, device: &str, name: &str) -> Hmac<Sha256> {
        let text = format!("{device}\n{}", name_key(name));
        self.mac.clone().chain_update(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_trusted_for_its_name_and_its_instance_alone() {
        let (one, other) = (Devices::new([1; KEY_BYTES]), Devices::new([2; KEY_BYTES]));
        let mark = one.mark("ada").expect("randomness");
        let check = |devices: &Devices, mark: &str, name: &str, want: bool| {
            assert_eq!(devices.is_trusted(mark, name), want, "{mark} {name}");
        };
        check(&one, &mark, "ada", true);
        check(&one, &mark, "ADA", true);
        check(&one, &mark, "bob", false);
        check(&other, &mark, "ada", false);
        check(&one, &mark[1..], "ada", false);
        check(&one, &mark[..mark.len() - 1], "ada", false);
        check(&one, &"x".repeat(10_000), "ada", false);
        check(&one, ".", "ada", false);
        check(&one, "", "ada", false);
        assert_ne!(mark, one.mark("ada").expect("randomness"));
    }
}
