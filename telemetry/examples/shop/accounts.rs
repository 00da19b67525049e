//! Who has an account: SQLite, in memory and bounded, so that nothing is left behind.
//!
//! Invariant: every query is a span `shop.db.query` that says which one it is.

use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use telemetry::measured;

use crate::passwords::Passwords;

/// The accounts, and what the shop sells.
pub struct Accounts {
    pool: SqlitePool,
    passwords: Passwords,
    most: u32,
}

/// How signing up ended; the tag `result` of `shop.account.create`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SignUp {
    Ok,
    Taken,
    Full,
    Invalid,
}

/// How signing in ended; the tag `result` of `shop.session.start`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SignIn {
    Ok,
    WrongPassword,
    UnknownUser,
}

/// Why a page could not be answered; the reason is for the log alone.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

impl SignUp {
    /// As the tag says it.
    pub fn name(self) -> &'static str {
        match self {
            SignUp::Ok => "ok",
            SignUp::Taken => "taken",
            SignUp::Full => "full",
            SignUp::Invalid => "invalid",
        }
    }
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

impl Accounts {
    /// No accounts yet, room for so many, and three things to buy.
    pub async fn open(most: u32) -> Result<Accounts, sqlx::Error> {
        // A database in memory lives as long as its only connection.
        let options = SqlitePoolOptions::new().max_connections(1);
        let options = options.idle_timeout(None).max_lifetime(None);
        let pool = options.connect("sqlite::memory:").await?;
        let tables = "CREATE TABLE accounts (name TEXT PRIMARY KEY, hash TEXT NOT NULL);
                      CREATE TABLE goods (name TEXT NOT NULL, cents INTEGER NOT NULL);
                      INSERT INTO goods VALUES ('Tea', 450), ('Cup & saucer', 1200), ('Pot', 3900)";
        sqlx::raw_sql(tables).execute(&pool).await?;
        Ok(Accounts {
            pool,
            passwords: Passwords::new(),
            most,
        })
    }

    /// Makes an account, of a name of 1 to 32 letters and digits and a password of 8 to 200 bytes.
    pub async fn sign_up(&self, name: &str, password: String) -> Result<SignUp, Failure> {
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !plain || !(1..=32).contains(&name.len()) || !(8..=200).contains(&password.len()) {
            return Ok(SignUp::Invalid);
        }
        let hash = self.passwords.hash(password).await?;
        Ok(if self.add(name, &hash).await? {
            SignUp::Ok
        } else if self.find(name).await?.is_some() {
            SignUp::Taken
        } else {
            SignUp::Full
        })
    }

    /// Looks whether name and password belong together.
    pub async fn sign_in(&self, name: &str, password: String) -> Result<SignIn, Failure> {
        let hash = self.find(name).await?;
        let known = hash.is_some();
        let right = self.passwords.verify(hash, password).await?;
        Ok(match (known, right) {
            (false, _) => SignIn::UnknownUser,
            (true, false) => SignIn::WrongPassword,
            (true, true) => SignIn::Ok,
        })
    }

    /// What the shop sells, and for how many cents.
    #[measured(name = "shop.db.query", meta(query = "goods"))]
    pub async fn goods(&self) -> Result<Vec<(String, i64)>, sqlx::Error> {
        let query = sqlx::query_as("SELECT name, cents FROM goods ORDER BY cents");
        query.fetch_all(&self.pool).await
    }

    /// The hash of somebody's password.
    #[measured(name = "shop.db.query", meta(query = "find_account"))]
    async fn find(&self, name: &str) -> Result<Option<String>, sqlx::Error> {
        let query = sqlx::query_scalar("SELECT hash FROM accounts WHERE name = ?");
        query.bind(name).fetch_optional(&self.pool).await
    }

    /// False when the name is taken or there is no room.
    #[measured(name = "shop.db.query", meta(query = "add_account"))]
    async fn add(&self, name: &str, hash: &str) -> Result<bool, sqlx::Error> {
        let query = "INSERT INTO accounts SELECT ?, ? WHERE (SELECT count(*) FROM accounts) < ?
                     ON CONFLICT DO NOTHING";
        let query = sqlx::query(query).bind(name).bind(hash).bind(self.most);
        Ok(query.execute(&self.pool).await?.rows_affected() == 1)
    }
}
