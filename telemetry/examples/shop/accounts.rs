//! Who has an account: SQLite, in memory, so that nothing is left behind.
//!
//! Every query runs in a span `shop.db.query` that says which one it is.

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use telemetry::try_span_async;

/// A hash that no password has, verified for names that nobody has, so that the answer takes as
/// long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The accounts.
pub struct Accounts {
    pool: SqlitePool,
}

/// How signing in ended; the tag `result` of `shop.session.start`.
#[derive(Clone, Copy, PartialEq)]
pub enum SignIn {
    Ok,
    WrongPassword,
    UnknownUser,
}

impl SignIn {
    /// As the tag says it.
    pub fn name(self) -> &'static str {
        match self {
            SignIn::Ok => "ok",
            SignIn::WrongPassword => "wrong_password",
            SignIn::UnknownUser => "unknown_user",
        }
    }
}

/// Why a page could not be answered; the reason is for the log alone.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Accounts {
    /// No accounts yet, and three things to buy.
    pub async fn open() -> Result<Accounts, sqlx::Error> {
        // A database in memory lives as long as its only connection.
        let options = SqlitePoolOptions::new().max_connections(1);
        let options = options.idle_timeout(None).max_lifetime(None);
        let pool = options.connect("sqlite::memory:").await?;
        let tables = "CREATE TABLE accounts (name TEXT PRIMARY KEY, hash TEXT NOT NULL);
                      CREATE TABLE goods (name TEXT NOT NULL, cents INTEGER NOT NULL);
                      INSERT INTO goods VALUES ('Tea', 450), ('Cup', 1200), ('Pot', 3900)";
        sqlx::raw_sql(tables).execute(&pool).await?;
        Ok(Accounts { pool })
    }

    /// What the shop sells, and for how many cents.
    pub async fn goods(&self) -> Result<Vec<(String, i64)>, Failure> {
        let query = sqlx::query_as("SELECT name, cents FROM goods ORDER BY cents");
        let rows = query.fetch_all(&self.pool);
        Ok(try_span_async("shop.db.query", &[("query", "goods".into())], rows).await?)
    }

    /// Makes an account; false when the name is taken.
    pub async fn sign_up(&self, name: &str, password: String) -> Result<bool, Failure> {
        let hash = hashing(move || {
            let salt = SaltString::generate(&mut OsRng);
            let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
            hash.map(|hash| hash.to_string())
        });
        let hash = hash.await??;
        let query = sqlx::query("INSERT INTO accounts VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(name)
            .bind(hash)
            .execute(&self.pool);
        let done = try_span_async("shop.db.query", &[("query", "add_account".into())], query);
        Ok(done.await?.rows_affected() == 1)
    }

    /// Looks whether name and password belong together.
    pub async fn sign_in(&self, name: &str, password: String) -> Result<SignIn, Failure> {
        let query = sqlx::query_scalar("SELECT hash FROM accounts WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.pool);
        let found = try_span_async("shop.db.query", &[("query", "find_account".into())], query);
        let hash: Option<String> = found.await?;
        let known = hash.is_some();
        let right = hashing(move || {
            let hash = hash.as_deref().unwrap_or(NOBODY);
            let hash = PasswordHash::new(hash)?;
            let verified = Argon2::default().verify_password(password.as_bytes(), &hash);
            Ok::<_, argon2::password_hash::Error>(verified.is_ok())
        });
        let right = right.await??;
        Ok(match (known, right) {
            (false, _) => SignIn::UnknownUser,
            (true, false) => SignIn::WrongPassword,
            (true, true) => SignIn::Ok,
        })
    }
}

/// Hashing takes a core for tens of milliseconds, so it must not hold up the other pages. It is a
/// span of its own: most of what signing in takes.
async fn hashing<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, tokio::task::JoinError> {
    tokio::task::spawn_blocking(|| telemetry::span("shop.password.hash", &[], work)).await
}
