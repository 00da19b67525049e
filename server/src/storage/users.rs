//! Users by name. A name is unique without regard to case; it is shown as it was typed.

use std::collections::HashMap;

use protocol::role::ADMIN;
use sqlx::query::QueryAs;
use sqlx::sqlite::{Sqlite, SqliteArguments};

use super::{Storage, StorageError, committed};
use crate::normal_text;

/// One user.
#[derive(Clone, Debug)]
pub struct StoredUser {
    /// Row id.
    pub id: i64,
    /// As typed when the user was made.
    pub name: String,
    /// Argon2id, as a PHC string.
    pub password_hash: String,
    /// Role names.
    pub roles: Vec<String>,
    /// When the user was made, in ms since the epoch.
    pub created_ms: i64,
    /// Last request while signed in, in ms since the epoch.
    pub last_seen_ms: Option<i64>,
    /// Whether the user cannot sign in.
    pub disabled: bool,
    /// Whether signing in takes a code of the second factor.
    pub second_factor: bool,
}

/// What became of a change of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserChanged {
    /// It is made.
    Yes,
    /// There is no user of this id.
    Unknown,
    /// The user stays as it is: the only enabled one with the role `admin`.
    LastAdmin,
}

/// A session that lasts under another secret: the hashes of both.
#[derive(Clone, Copy, Debug)]
pub struct NextSecret<'a> {
    /// Of the secret until now.
    pub former: &'a [u8; 32],
    /// Of the secret from now on.
    pub next: &'a [u8; 32],
}

/// A user to be made.
#[derive(Clone, Copy, Debug)]
pub struct AddUser<'a> {
    /// As it will be shown.
    pub name: &'a str,
    /// Argon2id, as a PHC string.
    pub password_hash: &'a str,
    /// Role names.
    pub roles: &'a [String],
    /// Now, in ms since the epoch.
    pub now_ms: i64,
}

type UserRow = (i64, String, String, String, i64, Option<i64>, bool, bool);

impl Storage {
    /// Whether there is any user.
    pub async fn has_users(&self) -> Result<bool, StorageError> {
        let query = sqlx::query_as::<_, (i64,)>("SELECT id FROM users LIMIT 1");
        Ok(self
            .timed("users_any", query.fetch_optional(self.pool()))
            .await?
            .is_some())
    }

    /// The user of that name, whatever the case. Names from before they were compared in normal form
    /// have the key that they were made with.
    pub async fn user(&self, name: &str) -> Result<Option<StoredUser>, StorageError> {
        let query = sqlx::query_as::<_, UserRow>(
            "SELECT id, name, password_hash, roles, created_ms, last_seen_ms, disabled, second_factor
             FROM people WHERE name_key IN (?1, ?2) ORDER BY name_key = ?1 DESC LIMIT 1",
        )
        .bind(name_key(name))
        .bind(name.to_lowercase());
        let row = self
            .timed("user_by_name", query.fetch_optional(self.pool()))
            .await?;
        row.map(read_user).transpose()
    }

    /// The user of that id.
    pub async fn user_by_id(&self, id: i64) -> Result<Option<StoredUser>, StorageError> {
        let query = sqlx::query_as::<_, UserRow>(
            "SELECT id, name, password_hash, roles, created_ms, last_seen_ms, disabled, second_factor
             FROM people WHERE id = ?",
        )
        .bind(id);
        let row = self
            .timed("user_by_id", query.fetch_optional(self.pool()))
            .await?;
        row.map(read_user).transpose()
    }

    /// Every user, by name.
    pub async fn users(&self) -> Result<Vec<StoredUser>, StorageError> {
        let query = sqlx::query_as::<_, UserRow>(
            "SELECT id, name, password_hash, roles, created_ms, last_seen_ms, disabled, second_factor
             FROM people ORDER BY name_key",
        );
        let rows = self
            .timed("users_all", query.fetch_all(self.pool()))
            .await?;
        rows.into_iter().map(read_user).collect()
    }

    /// Sessions and tokens that have not expired, by the id of the user who has them; nobody who has none.
    pub async fn held_by_users(
        &self,
        now_ms: i64,
    ) -> Result<HashMap<i64, (i64, i64)>, StorageError> {
        let query = sqlx::query_as::<_, (i64, i64, i64)>(
            "SELECT user, SUM(sessions), SUM(tokens) FROM (
                 SELECT user_id AS user, COUNT(*) AS sessions, 0 AS tokens
                 FROM sessions WHERE expires_ms > ? GROUP BY user_id
                 UNION ALL
                 SELECT owner_id, 0, COUNT(*) FROM tokens
                 WHERE owner_id IS NOT NULL AND (expires_ms IS NULL OR expires_ms > ?)
                 GROUP BY owner_id
             ) GROUP BY user",
        )
        .bind(now_ms)
        .bind(now_ms);
        let rows = self
            .timed("users_held", query.fetch_all(self.pool()))
            .await?;
        let held = rows.into_iter();
        Ok(held
            .map(|(user, sessions, tokens)| (user, (sessions, tokens)))
            .collect())
    }

    /// Replaces a password and ends the user's sessions, but for one, whose secret is replaced too; false
    /// when there is no such user.
    pub async fn set_password(
        &self,
        id: i64,
        password_hash: &str,
        keep_session: Option<NextSecret<'_>>,
    ) -> Result<bool, StorageError> {
        self.timed("user_set_password", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let updated = sqlx::query("UPDATE users SET password_hash = ? WHERE id = ?")
                .bind(password_hash)
                .bind(id)
                .execute(&mut *transaction)
                .await?;
            if let Some(NextSecret { former, next }) = keep_session {
                sqlx::query(
                    "UPDATE sessions SET secret_hash = ? WHERE user_id = ? AND secret_hash = ?",
                )
                .bind(next.as_slice())
                .bind(id)
                .bind(former.as_slice())
                .execute(&mut *transaction)
                .await?;
            }
            sqlx::query("DELETE FROM sessions WHERE user_id = ? AND secret_hash IS NOT ?")
                .bind(id)
                .bind(keep_session.map(|secret| secret.next.as_slice()))
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(updated.rows_affected() > 0)
        })
        .await
    }

    /// Replaces a hash by another of the same password, unless the password has changed meanwhile.
    pub async fn replace_hash(&self, user: &StoredUser, hash: &str) -> Result<bool, StorageError> {
        let query =
            sqlx::query("UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?")
                .bind(hash)
                .bind(user.id)
                .bind(&user.password_hash);
        let done = self
            .timed("user_rehash", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Gives a user another name; false when it is taken, or there is no such user.
    pub async fn rename_user(&self, id: i64, name: &str) -> Result<bool, StorageError> {
        let query = sqlx::query("UPDATE OR IGNORE users SET name = ?, name_key = ? WHERE id = ?")
            .bind(name)
            .bind(name_key(name))
            .bind(id);
        let done = self
            .timed("user_rename", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Removes a user, whose sessions and preferences go too. One statement decides, so that two
    /// who remove each other cannot both win.
    pub async fn remove_user(&self, id: i64) -> Result<UserChanged, StorageError> {
        let query = sqlx::query(
            "DELETE FROM users WHERE id = ?1 AND (
                 ?1 NOT IN (SELECT id FROM enabled_admins)
                 OR EXISTS (SELECT 1 FROM enabled_admins WHERE id <> ?1))",
        )
        .bind(id);
        let done = self
            .timed("user_remove", query.execute(self.pool()))
            .await?;
        self.changed_or_why(id, done.rows_affected() > 0).await
    }

    /// Replaces the roles of a user, unless no enabled user would have the role `admin` any more.
    pub async fn set_roles(&self, id: i64, roles: &[String]) -> Result<UserChanged, StorageError> {
        let query = sqlx::query(
            "UPDATE users SET roles = ?2 WHERE id = ?1 AND (
                 EXISTS (SELECT 1 FROM json_each(?2) WHERE value = ?3)
                 OR ?1 NOT IN (SELECT id FROM enabled_admins)
                 OR EXISTS (SELECT 1 FROM enabled_admins WHERE id <> ?1))",
        )
        .bind(id)
        .bind(write_roles(roles))
        .bind(ADMIN);
        let done = self
            .timed("user_set_roles", query.execute(self.pool()))
            .await?;
        self.changed_or_why(id, done.rows_affected() > 0).await
    }

    /// Disables a user at this time, or enables one, and ends the user's sessions either way. The only
    /// enabled admin stays enabled.
    pub async fn set_disabled(
        &self,
        id: i64,
        disabled_ms: Option<i64>,
    ) -> Result<UserChanged, StorageError> {
        let changed = self.timed("user_set_disabled", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let done = sqlx::query(
                "UPDATE users SET disabled_ms = ?2 WHERE id = ?1 AND (
                     ?2 IS NULL OR ?1 NOT IN (SELECT id FROM enabled_admins)
                     OR EXISTS (SELECT 1 FROM enabled_admins WHERE id <> ?1))",
            )
            .bind(id)
            .bind(disabled_ms)
            .execute(&mut *transaction)
            .await?;
            if done.rows_affected() == 0 {
                return Ok(false);
            }
            sqlx::query("DELETE FROM sessions WHERE user_id = ?")
                .bind(id)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            Ok(true)
        });
        let changed = changed.await?;
        self.changed_or_why(id, changed).await
    }

    async fn changed_or_why(&self, id: i64, changed: bool) -> Result<UserChanged, StorageError> {
        if changed {
            return Ok(UserChanged::Yes);
        }
        let query = sqlx::query_as::<_, (i64,)>("SELECT id FROM users WHERE id = ?").bind(id);
        let left = self
            .timed("user_get", query.fetch_optional(self.pool()))
            .await?;
        Ok(left.map_or(UserChanged::Unknown, |_| UserChanged::LastAdmin))
    }

    /// Adds a user and answers the id; `None` when the name is taken.
    pub async fn add_user(&self, user: AddUser<'_>) -> Result<Option<i64>, StorageError> {
        let query = adding(&user);
        let row = self
            .timed("user_add", committed(query.fetch_all(self.pool())))
            .await?;
        Ok(row.map(|(id,)| id))
    }
}

/// Adds a user under the next id, unless the name is taken, and answers the id.
pub(super) fn adding<'a>(user: &AddUser<'a>) -> QueryAs<'a, Sqlite, (i64,), SqliteArguments> {
    sqlx::query_as(
        "INSERT INTO users (id, name, name_key, password_hash, roles, created_ms)
         SELECT MAX(users, COALESCE((SELECT MAX(id) FROM users), 0)) + 1, ?, ?, ?, ?, ?
         FROM removed_ids WHERE TRUE ON CONFLICT (name_key) DO NOTHING RETURNING id",
    )
    .bind(user.name)
    .bind(name_key(user.name))
    .bind(user.password_hash)
    .bind(write_roles(user.roles))
    .bind(user.now_ms)
}

fn read_user(row: UserRow) -> Result<StoredUser, StorageError> {
    let (id, name, password_hash, roles, created_ms, last_seen_ms, disabled, second_factor) = row;
    Ok(StoredUser {
        id,
        name,
        password_hash,
        roles: read_roles(&roles)?,
        created_ms,
        last_seen_ms,
        disabled,
        second_factor,
    })
}

/// What makes two names the same.
pub(super) fn name_key(name: &str) -> String {
    normal_text::name_key(name)
}

pub(super) fn write_roles(roles: &[String]) -> String {
    serde_json::Value::from(roles).to_string()
}

pub(super) fn read_roles(json: &str) -> Result<Vec<String>, StorageError> {
    serde_json::from_str(json).map_err(|source| StorageError::Document {
        what: "role list",
        source,
    })
}
