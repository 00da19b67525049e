//! Users by name. A name is unique without regard to case; it is shown as it was typed.

use super::{Storage, StorageError};

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

type Row = (i64, String, String, String);

impl Storage {
    /// Whether there is any user.
    pub async fn has_users(&self) -> Result<bool, StorageError> {
        let query = sqlx::query_as::<_, (i64,)>("SELECT id FROM users LIMIT 1");
        Ok(self
            .timed("users_any", query.fetch_optional(self.pool()))
            .await?
            .is_some())
    }

    /// The user of that name, whatever the case.
    pub async fn user(&self, name: &str) -> Result<Option<StoredUser>, StorageError> {
        let query = sqlx::query_as::<_, Row>(
            "SELECT id, name, password_hash, roles FROM users WHERE name_key = ?",
        )
        .bind(name_key(name));
        let row = self
            .timed("user_by_name", query.fetch_optional(self.pool()))
            .await?;
        row.map(|(id, name, password_hash, roles)| {
            Ok(StoredUser {
                id,
                name,
                password_hash,
                roles: read_roles(&roles)?,
            })
        })
        .transpose()
    }

    /// Adds a user and answers the id; `None` when the name is taken.
    pub async fn add_user(&self, user: AddUser<'_>) -> Result<Option<i64>, StorageError> {
        let query = sqlx::query_as::<_, (i64,)>(
            "INSERT INTO users (name, name_key, password_hash, roles, created_ms)
             VALUES (?, ?, ?, ?, ?) ON CONFLICT (name_key) DO NOTHING RETURNING id",
        )
        .bind(user.name)
        .bind(name_key(user.name))
        .bind(user.password_hash)
        .bind(write_roles(user.roles))
        .bind(user.now_ms);
        let row = self
            .timed("user_add", query.fetch_optional(self.pool()))
            .await?;
        Ok(row.map(|(id,)| id))
    }
}

/// What makes two names the same.
pub(super) fn name_key(name: &str) -> String {
    name.to_lowercase()
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
