//! Tokens by the hash of their secret.
//!
//! Invariant: a token is made, changed and removed in one transaction with its entry in the audit log.

use protocol::{NewToken, Scope, TokenOwner};

use super::audit::append;
use super::users::read_roles;
use super::{AuditLimits, NewAuditEntry, Storage, StorageError};

/// One token with its owner as of now.
#[derive(Clone, Debug)]
pub struct StoredToken {
    /// Row id.
    pub id: i64,
    /// Its purpose, for people.
    pub name: String,
    /// One sentence for people.
    pub description: String,
    /// Permissions.
    pub scopes: Vec<Scope>,
    /// When it was made, in ms since the epoch.
    pub created_ms: i64,
    /// When it stops working, in ms since the epoch.
    pub expires_ms: Option<i64>,
    /// When it was last used, to the minute, in ms since the epoch.
    pub last_used_ms: Option<i64>,
    /// The user that it belongs to.
    pub owner: Option<TokenOwner>,
    /// That user's roles as of now.
    pub owner_roles: Vec<String>,
}

/// A token to be made.
#[derive(Clone, Copy, Debug)]
pub struct AddToken<'a> {
    /// Name, description, scopes and expiry.
    pub token: &'a NewToken,
    /// SHA-256 of its secret.
    pub hash: &'a [u8; 32],
    /// The user that it belongs to.
    pub owner: Option<i64>,
    /// Now, in ms since the epoch.
    pub now_ms: i64,
    /// Most tokens, in all and of one user.
    pub max: (u32, u32),
}

/// An entry of the audit log, and the bounds of the log.
pub type Audited<'a> = (&'a NewAuditEntry, AuditLimits);

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: i64,
    name: String,
    description: String,
    scopes: String,
    created_ms: i64,
    expires_ms: Option<i64>,
    last_used_ms: Option<i64>,
    owner_id: Option<i64>,
    owner: Option<String>,
    owner_roles: Option<String>,
}

impl Storage {
    /// Adds a token and answers its id; `None` when there are as many as may be.
    pub async fn add_token(
        &self,
        new: AddToken<'_>,
        audited: Audited<'_>,
    ) -> Result<Option<i64>, StorageError> {
        let scopes = write_scopes(&new.token.scopes)?;
        self.timed("token_add", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let row = sqlx::query_as::<_, (i64,)>(
                "INSERT INTO tokens (id, name, description, secret_hash, scopes, created_ms,
                                     expires_ms, owner_id)
                 SELECT MAX(tokens, COALESCE((SELECT MAX(id) FROM tokens), 0)) + 1,
                        ?1, ?2, ?3, ?4, ?5, ?6, ?7
                 FROM removed_ids
                 WHERE (SELECT COUNT(*) FROM tokens) < ?8
                 AND (SELECT COUNT(*) FROM tokens WHERE owner_id = ?7) < ?9
                 RETURNING id",
            )
            .bind(&new.token.name)
            .bind(&new.token.description)
            .bind(new.hash.as_slice())
            .bind(scopes)
            .bind(new.now_ms)
            .bind(new.token.expires_ms)
            .bind(new.owner)
            .bind(i64::from(new.max.0))
            .bind(i64::from(new.max.1))
            .fetch_optional(&mut *transaction)
            .await?;
            if row.is_some() {
                append(&mut transaction, audited.0, audited.1).await?;
            }
            transaction.commit().await?;
            Ok(row.map(|(id,)| id))
        })
        .await
    }

    /// Replaces everything about a token but its secret and its owner; false when there is none of
    /// this id.
    pub async fn set_token(
        &self,
        id: i64,
        token: &NewToken,
        audited: Audited<'_>,
    ) -> Result<bool, StorageError> {
        let scopes = write_scopes(&token.scopes)?;
        self.timed("token_set", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let done = sqlx::query(
                "UPDATE tokens SET name = ?, description = ?, scopes = ?, expires_ms = ? WHERE id = ?",
            )
            .bind(&token.name)
            .bind(&token.description)
            .bind(scopes)
            .bind(token.expires_ms)
            .bind(id)
            .execute(&mut *transaction)
            .await?;
            let is_set = done.rows_affected() > 0;
            if is_set {
                append(&mut transaction, audited.0, audited.1).await?;
            }
            transaction.commit().await?;
            Ok(is_set)
        })
        .await
    }

    /// The token with that secret, also when it has expired; none while its owner is disabled.
    pub async fn token(&self, hash: &[u8; 32]) -> Result<Option<StoredToken>, StorageError> {
        let query = sqlx::query_as::<_, TokenRow>(
            "SELECT tokens.id, tokens.name, description, scopes, tokens.created_ms, expires_ms,
                    last_used_ms, users.id AS owner_id, users.name AS owner,
                    users.roles AS owner_roles
             FROM tokens LEFT JOIN users ON users.id = tokens.owner_id
             WHERE tokens.secret_hash = ? AND users.disabled_ms IS NULL",
        )
        .bind(hash.as_slice());
        let row = self
            .timed("token_get", query.fetch_optional(self.pool()))
            .await?;
        row.map(read_token).transpose()
    }

    /// Every token, or those of one user, by id.
    pub async fn tokens(&self, owner: Option<i64>) -> Result<Vec<StoredToken>, StorageError> {
        let query = sqlx::query_as::<_, TokenRow>(
            "SELECT tokens.id, tokens.name, description, scopes, tokens.created_ms, expires_ms,
                    last_used_ms, users.id AS owner_id, users.name AS owner,
                    users.roles AS owner_roles
             FROM tokens LEFT JOIN users ON users.id = tokens.owner_id
             WHERE ?1 IS NULL OR owner_id = ?1 ORDER BY tokens.id",
        )
        .bind(owner);
        let rows = self
            .timed("tokens_all", query.fetch_all(self.pool()))
            .await?;
        rows.into_iter().map(read_token).collect()
    }

    /// Notes that a token was used.
    pub async fn token_used(&self, id: i64, now_ms: i64) -> Result<(), StorageError> {
        let query = sqlx::query("UPDATE tokens SET last_used_ms = ? WHERE id = ?")
            .bind(now_ms)
            .bind(id);
        self.timed("token_used", query.execute(self.pool()))
            .await
            .map(drop)
    }

    /// Removes a token; false when there is none of this id.
    pub async fn remove_token(&self, id: i64, audited: Audited<'_>) -> Result<bool, StorageError> {
        self.timed("token_remove", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let done = sqlx::query("DELETE FROM tokens WHERE id = ?")
                .bind(id)
                .execute(&mut *transaction)
                .await?;
            let is_removed = done.rows_affected() > 0;
            if is_removed {
                append(&mut transaction, audited.0, audited.1).await?;
            }
            transaction.commit().await?;
            Ok(is_removed)
        })
        .await
    }
}

fn write_scopes(scopes: &[Scope]) -> Result<String, StorageError> {
    serde_json::to_string(scopes).map_err(unreadable)
}

fn read_token(row: TokenRow) -> Result<StoredToken, StorageError> {
    let owner = row.owner_id.zip(row.owner);
    let roles = row.owner_roles.as_deref().map(read_roles).transpose()?;
    Ok(StoredToken {
        id: row.id,
        name: row.name,
        description: row.description,
        scopes: serde_json::from_str(&row.scopes).map_err(unreadable)?,
        created_ms: row.created_ms,
        expires_ms: row.expires_ms,
        last_used_ms: row.last_used_ms,
        owner: owner.map(|(id, name)| TokenOwner { id, name }),
        owner_roles: roles.unwrap_or_default(),
    })
}

fn unreadable(source: serde_json::Error) -> StorageError {
    StorageError::Document {
        what: "scope list",
        source,
    }
}
