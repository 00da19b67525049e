//! The identity of this instance, which lasts as long as its database.

use super::device::{Devices, KEY_BYTES};
use super::secret::{self, SecretError};
use crate::storage::{Storage, StoredInstance};

/// Hexadecimal digits of the name.
const NAME_DIGITS: usize = 8;

/// The identity of this instance among others on its host.
pub struct Instance {
    /// Stands in the names of cookies: eight hexadecimal digits.
    pub name: String,
    pub(super) devices: Devices,
}

impl Instance {
    /// Reads it, and makes it when there is none.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn load(storage: &Storage) -> Result<Instance, SecretError> {
        let mut key = [0; KEY_BYTES];
        secret::fill(&mut key)?;
        let mut name = [0; NAME_DIGITS / 2];
        secret::fill(&mut name)?;
        let name = name.iter().map(|byte| format!("{byte:02x}")).collect();
        let new = StoredInstance {
            name,
            device_key: key.to_vec(),
        };
        let stored = storage.instance(new).await?;
        // A key of another length was made by hand: nobody's mark holds then, until it is mended.
        let key = <[u8; KEY_BYTES]>::try_from(stored.device_key).unwrap_or(key);
        Ok(Instance {
            name: stored.name,
            devices: Devices::new(key),
        })
    }
}
