//! Who people are to providers of OpenID Connect.

use super::users::adding;
use super::{AddUser, Storage, StorageError};

impl Storage {
    /// Id and name of the user who is this subject of this issuer.
    pub async fn identified(
        &self,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<(i64, String)>, StorageError> {
        let query = sqlx::query_as(
            "SELECT id, name FROM users JOIN identities ON user_id = id
             WHERE issuer = ? AND subject = ?",
        )
        .bind(issuer)
        .bind(subject);
        self.timed("user_by_identity", query.fetch_optional(self.pool()))
            .await
    }

    /// Adds a user who is this subject of this issuer and answers the id; `None` when the name is taken.
    pub async fn add_identified(
        &self,
        issuer: &str,
        subject: &str,
        user: AddUser<'_>,
    ) -> Result<Option<i64>, StorageError> {
        self.timed("user_add_identified", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let row = adding(&user).fetch_optional(&mut *transaction);
            let Some((id,)) = row.await? else {
                return Ok(None);
            };
            sqlx::query("INSERT INTO identities (issuer, subject, user_id) VALUES (?, ?, ?)")
                .bind(issuer)
                .bind(subject)
                .bind(id)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(Some(id))
        })
        .await
    }

    /// Whether a user is known to a provider.
    pub async fn is_identified(&self, user_id: i64) -> Result<bool, StorageError> {
        let query = sqlx::query_as::<_, (i64,)>("SELECT user_id FROM identities WHERE user_id = ?")
            .bind(user_id);
        Ok(self
            .timed("identity_of_user", query.fetch_optional(self.pool()))
            .await?
            .is_some())
    }
}
