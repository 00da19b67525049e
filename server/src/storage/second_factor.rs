//! Second factors and recovery codes.
//!
//! Invariant: one statement accepts a code, so that none is accepted twice.

use super::{Storage, StorageError};

/// The second factor of a user.
#[derive(Clone)]
pub struct StoredSecondFactor {
    /// Codes are computed from it.
    pub secret: Vec<u8>,
    /// Whether signing in takes a code.
    pub confirmed: bool,
    /// Unused recovery codes.
    pub recovery_codes: u32,
}

impl Storage {
    /// The second factor of a user, on or not yet confirmed.
    pub async fn second_factor(
        &self,
        user_id: i64,
    ) -> Result<Option<StoredSecondFactor>, StorageError> {
        let query = sqlx::query_as::<_, (Vec<u8>, bool, u32)>(
            "SELECT secret, confirmed_ms IS NOT NULL,
                    (SELECT COUNT(*) FROM recovery_codes WHERE user_id = ?1)
             FROM second_factors WHERE user_id = ?1",
        )
        .bind(user_id);
        let row = self
            .timed("second_factor_get", query.fetch_optional(self.pool()))
            .await?;
        Ok(
            row.map(|(secret, confirmed, recovery_codes)| StoredSecondFactor {
                secret,
                confirmed,
                recovery_codes,
            }),
        )
    }

    /// Keeps a secret that is off until it is confirmed, in place of another such one; false when the
    /// second factor is on.
    pub async fn begin_second_factor(
        &self,
        user_id: i64,
        secret: &[u8],
    ) -> Result<bool, StorageError> {
        let query = sqlx::query(
            "INSERT INTO second_factors (user_id, secret, last_step) VALUES (?, ?, 0)
             ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, last_step = 0
             WHERE confirmed_ms IS NULL",
        )
        .bind(user_id)
        .bind(secret);
        let done = self
            .timed("second_factor_begin", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Switches the second factor on by a code of that step, with these recovery codes; false when the
    /// secret was replaced meanwhile, or it is on already.
    pub async fn confirm_second_factor(
        &self,
        user_id: i64,
        secret: &[u8],
        step: i64,
        code_hashes: &[[u8; 32]],
        now_ms: i64,
    ) -> Result<bool, StorageError> {
        self.timed("second_factor_confirm", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let done = sqlx::query(
                "UPDATE second_factors SET confirmed_ms = ?, last_step = ?
                 WHERE user_id = ? AND secret = ? AND confirmed_ms IS NULL",
            )
            .bind(now_ms)
            .bind(step)
            .bind(user_id)
            .bind(secret)
            .execute(&mut *transaction)
            .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            replace_codes(&mut transaction, user_id, code_hashes).await?;
            transaction.commit().await?;
            Ok(true)
        })
        .await
    }

    /// Replaces the recovery codes; false when the second factor is off.
    pub async fn set_recovery_codes(
        &self,
        user_id: i64,
        code_hashes: &[[u8; 32]],
    ) -> Result<bool, StorageError> {
        self.timed("recovery_codes_set", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let on = sqlx::query_as::<_, (i64,)>(
                "SELECT user_id FROM second_factors
                 WHERE user_id = ? AND confirmed_ms IS NOT NULL",
            )
            .bind(user_id)
            .fetch_optional(&mut *transaction)
            .await?;
            if on.is_none() {
                return Ok(false);
            }
            replace_codes(&mut transaction, user_id, code_hashes).await?;
            transaction.commit().await?;
            Ok(true)
        })
        .await
    }

    /// Accepts a code of this step, once; false when one of it or of a later step was accepted.
    pub async fn use_step(&self, user_id: i64, step: i64) -> Result<bool, StorageError> {
        let query = sqlx::query(
            "UPDATE second_factors SET last_step = ?1
             WHERE user_id = ?2 AND confirmed_ms IS NOT NULL AND last_step < ?1",
        )
        .bind(step)
        .bind(user_id);
        let done = self
            .timed("second_factor_use", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Uses a recovery code up; false when there is none of this hash.
    pub async fn use_recovery_code(
        &self,
        user_id: i64,
        hash: &[u8; 32],
    ) -> Result<bool, StorageError> {
        let query = sqlx::query("DELETE FROM recovery_codes WHERE user_id = ? AND code_hash = ?")
            .bind(user_id)
            .bind(hash.as_slice());
        let done = self
            .timed("recovery_code_use", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes the second factor away, with its recovery codes; false when there was none that is on.
    pub async fn remove_second_factor(&self, user_id: i64) -> Result<bool, StorageError> {
        self.timed("second_factor_remove", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let done = sqlx::query(
                "DELETE FROM second_factors WHERE user_id = ? AND confirmed_ms IS NOT NULL",
            )
            .bind(user_id)
            .execute(&mut *transaction)
            .await?;
            sqlx::query("DELETE FROM recovery_codes WHERE user_id = ?")
                .bind(user_id)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(done.rows_affected() > 0)
        })
        .await
    }
}

async fn replace_codes(
    transaction: &mut sqlx::SqliteConnection,
    user_id: i64,
    code_hashes: &[[u8; 32]],
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM recovery_codes WHERE user_id = ?")
        .bind(user_id)
        .execute(&mut *transaction)
        .await?;
    for hash in code_hashes {
        sqlx::query("INSERT INTO recovery_codes (user_id, code_hash) VALUES (?, ?)")
            .bind(user_id)
            .bind(hash.as_slice())
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}
