//! One-time links by the hash of their secret: invitations and links for a new password.
//!
//! Invariant: a link is used up in the transaction that does what it is for, so that of two who come
//! at once one wins.

use protocol::Invitation;

use super::users::{adding, read_roles, write_roles};
use super::{AddUser, Storage, StorageError, committed};

/// A link to be made.
#[derive(Clone, Copy, Debug)]
pub struct AddLink<'a> {
    /// Hash of its secret.
    pub hash: &'a [u8; 32],
    /// Id of the user who makes it; none for the command line.
    pub made_by: Option<i64>,
    /// Now, in ms since the epoch.
    pub now_ms: i64,
    /// When it expires, in ms since the epoch.
    pub expires_ms: i64,
}

type InvitationRow = (i64, String, String, String, i64, i64);

impl Storage {
    /// Adds an invitation and answers its id; `None` when there are `max` already.
    pub async fn add_invitation(
        &self,
        link: AddLink<'_>,
        roles: &[String],
        note: &str,
        max: u32,
    ) -> Result<Option<i64>, StorageError> {
        self.timed("invitation_add", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            sqlx::query("DELETE FROM links WHERE expires_ms <= ?")
                .bind(link.now_ms)
                .execute(&mut *transaction)
                .await?;
            let row = sqlx::query_as::<_, (i64,)>(
                "INSERT INTO links (secret_hash, roles, note, made_by, created_ms, expires_ms)
                 SELECT ?, ?, ?, ?, ?, ?
                 WHERE (SELECT COUNT(*) FROM links WHERE roles IS NOT NULL) < ? RETURNING id",
            )
            .bind(link.hash.as_slice())
            .bind(write_roles(roles))
            .bind(note)
            .bind(link.made_by)
            .bind(link.now_ms)
            .bind(link.expires_ms)
            .bind(max)
            .fetch_optional(&mut *transaction)
            .await?;
            transaction.commit().await?;
            Ok(row.map(|(id,)| id))
        })
        .await
    }

    /// Invitations that still work, of one maker or of all, newest first.
    pub async fn invitations(
        &self,
        made_by: Option<i64>,
        now_ms: i64,
    ) -> Result<Vec<Invitation>, StorageError> {
        let query = sqlx::query_as::<_, InvitationRow>(
            "SELECT links.id, links.roles, note, COALESCE(users.name, ''), links.created_ms,
                    expires_ms
             FROM links LEFT JOIN users ON users.id = made_by
             WHERE links.roles IS NOT NULL AND expires_ms > ?1 AND (?2 IS NULL OR made_by = ?2)
             ORDER BY links.id DESC",
        )
        .bind(now_ms)
        .bind(made_by);
        let rows = self
            .timed("invitations_list", query.fetch_all(self.pool()))
            .await?;
        let read = |(id, roles, note, made_by, created_ms, expires_ms): InvitationRow| {
            Ok(Invitation {
                id,
                roles: read_roles(&roles)?,
                note,
                made_by,
                created_ms,
                expires_ms,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Revokes an invitation, of one maker or of any; false when there is none of this id.
    pub async fn remove_invitation(
        &self,
        id: i64,
        made_by: Option<i64>,
    ) -> Result<bool, StorageError> {
        let query = sqlx::query(
            "DELETE FROM links
             WHERE id = ?1 AND roles IS NOT NULL AND (?2 IS NULL OR made_by = ?2)",
        )
        .bind(id)
        .bind(made_by);
        let done = self
            .timed("invitation_remove", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// The roles of an invitation that still works, and those of its maker, if it has one.
    pub async fn invitation_roles(
        &self,
        hash: &[u8; 32],
        now_ms: i64,
    ) -> Result<Option<(Vec<String>, Option<Vec<String>>)>, StorageError> {
        let query = sqlx::query_as::<_, (String, Option<String>)>(
            "SELECT links.roles, users.roles FROM links LEFT JOIN users ON users.id = made_by
             WHERE secret_hash = ? AND expires_ms > ? AND links.roles IS NOT NULL",
        )
        .bind(hash.as_slice())
        .bind(now_ms);
        let row = self
            .timed("invitation_get", query.fetch_optional(self.pool()))
            .await?;
        row.map(|(roles, maker)| {
            let maker = maker.as_deref().map(read_roles).transpose()?;
            Ok((read_roles(&roles)?, maker))
        })
        .transpose()
    }

    /// Uses an invitation up and makes the user with its roles, both or neither. `None` when it does
    /// not work, `Some(None)` when the name is taken, and then it works on.
    pub async fn use_invitation(
        &self,
        hash: &[u8; 32],
        user: AddUser<'_>,
    ) -> Result<Option<Option<i64>>, StorageError> {
        self.timed("invitation_use", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let used = sqlx::query(
                "DELETE FROM links WHERE secret_hash = ? AND expires_ms > ? AND roles = ?",
            )
            .bind(hash.as_slice())
            .bind(user.now_ms)
            .bind(write_roles(user.roles))
            .execute(&mut *transaction)
            .await?;
            if used.rows_affected() == 0 {
                return Ok(None);
            }
            let row = adding(&user).fetch_optional(&mut *transaction);
            let Some((id,)) = row.await? else {
                transaction.rollback().await?;
                return Ok(Some(None));
            };
            transaction.commit().await?;
            Ok(Some(Some(id)))
        })
        .await
    }

    /// Makes the link by which a user chooses a new password and answers its id. An older one stops
    /// working. `None` when there is no such user, or it is disabled.
    pub async fn set_reset_link(
        &self,
        link: AddLink<'_>,
        user_id: i64,
    ) -> Result<Option<i64>, StorageError> {
        let query = sqlx::query_as::<_, (i64,)>(
            "INSERT INTO links (secret_hash, user_id, note, made_by, created_ms, expires_ms)
             SELECT ?, id, '', ?, ?, ? FROM users WHERE id = ? AND disabled_ms IS NULL
             ON CONFLICT (user_id) DO UPDATE
             SET secret_hash = excluded.secret_hash, made_by = excluded.made_by,
                 created_ms = excluded.created_ms, expires_ms = excluded.expires_ms
             RETURNING id",
        )
        .bind(link.hash.as_slice())
        .bind(link.made_by)
        .bind(link.now_ms)
        .bind(link.expires_ms)
        .bind(user_id);
        let row = self
            .timed("reset_link_set", committed(query.fetch_all(self.pool())))
            .await?;
        Ok(row.map(|(id,)| id))
    }

    /// Id and name of the user whose password the link resets, if it still works.
    pub async fn reset_link_user(
        &self,
        hash: &[u8; 32],
        now_ms: i64,
    ) -> Result<Option<(i64, String)>, StorageError> {
        let query = sqlx::query_as::<_, (i64, String)>(
            "SELECT users.id, users.name FROM links JOIN users ON users.id = links.user_id
             WHERE secret_hash = ? AND expires_ms > ? AND disabled_ms IS NULL",
        )
        .bind(hash.as_slice())
        .bind(now_ms);
        self.timed("reset_link_get", query.fetch_optional(self.pool()))
            .await
    }

    /// Uses a reset link up, replaces the password and ends all sessions of the user, all or nothing;
    /// false when the link does not work.
    pub async fn use_reset_link(
        &self,
        hash: &[u8; 32],
        password_hash: &str,
        now_ms: i64,
    ) -> Result<bool, StorageError> {
        self.timed("reset_link_use", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let row = sqlx::query_as::<_, (i64,)>(
                "DELETE FROM links WHERE secret_hash = ? AND expires_ms > ? AND user_id IS NOT NULL
                 RETURNING user_id",
            )
            .bind(hash.as_slice())
            .bind(now_ms)
            .fetch_optional(&mut *transaction)
            .await?;
            let Some((user_id,)) = row else {
                return Ok(false);
            };
            sqlx::query("UPDATE users SET password_hash = ? WHERE id = ?")
                .bind(password_hash)
                .bind(user_id)
                .execute(&mut *transaction)
                .await?;
            sqlx::query("DELETE FROM sessions WHERE user_id = ?")
                .bind(user_id)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(true)
        })
        .await
    }
}
