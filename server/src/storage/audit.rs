//! The audit log: appended to, read in pages, and bounded by age, entries and bytes.
//!
//! Invariant: an entry is never changed, and only the oldest are dropped; the schema rejects
//! anything else, whichever program tries it.

use futures::TryStreamExt;
use protocol::{AuditActor, AuditActorKind, AuditCode, AuditEntry, AuditPage};
use serde_json::Value;
use sqlx::SqliteConnection;

use super::{Storage, StorageError};
use crate::config::Limits;
use crate::contract::count_rejected;

/// Most bytes of the entries of one page, but for one entry.
const MAX_PAGE_BYTES: i64 = 4 * 1024 * 1024;
/// What an entry counts for beyond its texts.
const ENTRY_BYTES: usize = 100;

/// Bounds of the log.
#[derive(Clone, Copy, Debug)]
pub struct AuditLimits {
    /// Most entries.
    pub entries: u32,
    /// Most bytes of all entries.
    pub bytes: u64,
    /// How long an entry is kept, in ms.
    pub keep_ms: i64,
}

impl AuditLimits {
    /// As the configuration says.
    pub fn of(limits: &Limits) -> AuditLimits {
        AuditLimits {
            entries: limits.max_audit_entries,
            bytes: limits.max_audit_bytes,
            keep_ms: i64::from(limits.audit_keep_days) * 86_400_000,
        }
    }
}

/// An entry to be appended.
#[derive(Clone, Debug)]
pub struct NewAuditEntry {
    /// In ms since the epoch.
    pub t: i64,
    /// Who.
    pub who: AuditActor,
    /// What was done.
    pub what: AuditCode,
    /// To what.
    pub object: String,
    /// From where.
    pub address: String,
    /// The state before as JSON.
    pub before: Option<String>,
    /// The state after as JSON.
    pub after: Option<String>,
}

/// Which entries are read.
#[derive(Clone, Debug)]
pub struct AuditFilter {
    /// By the name of the actor.
    pub who: Option<String>,
    /// Of one of these kinds; of any when it is empty.
    pub what: Vec<AuditCode>,
    /// The first and the last ms.
    pub span: (i64, i64),
    /// With this text in one of its fields.
    pub search: Option<String>,
    /// Older than this id.
    pub before: Option<i64>,
    /// Most entries.
    pub limit: u32,
}

#[derive(sqlx::FromRow)]
struct AuditRow {
    id: i64,
    t: i64,
    who_kind: String,
    who_id: Option<i64>,
    who: String,
    what: String,
    object: String,
    address: String,
    before_json: Option<String>,
    after_json: Option<String>,
    bytes: i64,
}

impl Storage {
    /// Appends an entry, and drops the oldest beyond the limits.
    pub async fn add_audit_entry(
        &self,
        entry: &NewAuditEntry,
        limits: AuditLimits,
    ) -> Result<(), StorageError> {
        let dropped = self.timed("audit_add", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let dropped = append(&mut transaction, entry, limits).await?;
            transaction.commit().await?;
            Ok(dropped)
        });
        let dropped = dropped.await?;
        self.report_dropped(dropped, "audit_limit");
        Ok(())
    }

    /// Drops the entries at the beginning of the log that are older than they are kept.
    pub async fn drop_old_audit_entries(
        &self,
        now_ms: i64,
        limits: AuditLimits,
    ) -> Result<(), StorageError> {
        let query = sqlx::query(
            "DELETE FROM audit WHERE id < COALESCE(
                 (SELECT MIN(id) FROM audit WHERE t >= ?), (SELECT MAX(id) + 1 FROM audit))",
        )
        .bind(now_ms.saturating_sub(limits.keep_ms));
        let done = self.timed("audit_drop", query.execute(self.pool())).await?;
        self.report_dropped(done.rows_affected(), "audit_age");
        Ok(())
    }

    /// The newest entries that match, newest first.
    pub async fn audit_page(&self, filter: &AuditFilter) -> Result<AuditPage, StorageError> {
        let names: Vec<&str> = filter.what.iter().map(|code| code.name()).collect();
        let names = (!names.is_empty()).then(|| format!(",{},", names.join(",")));
        let (from, to) = filter.span;
        let rows = self.timed("audit_page", async {
            let mut rows = sqlx::query_as::<_, AuditRow>(
                "SELECT id, t, who_kind, who_id, who, what, object, address, before_json,
                        after_json, bytes
                 FROM audit
                 WHERE id < ?1 AND t BETWEEN ?2 AND ?3
                 AND (?4 IS NULL OR lower(who) = lower(?4))
                 AND (?5 IS NULL OR instr(?5, ',' || what || ',') > 0)
                 AND (?6 IS NULL OR instr(lower(concat_ws(char(10), who, object, address,
                                                          before_json, after_json)), lower(?6)) > 0)
                 ORDER BY id DESC LIMIT ?7",
            )
            .bind(filter.before.unwrap_or(i64::MAX))
            .bind(from)
            .bind(to)
            .bind(filter.who.as_deref())
            .bind(names)
            .bind(filter.search.as_deref())
            .bind(i64::from(filter.limit) + 1)
            .fetch(self.pool());
            let (mut found, mut bytes, mut next) = (Vec::<AuditRow>::new(), 0, None);
            while let Some(row) = rows.try_next().await? {
                bytes += row.bytes;
                let is_full = found.len() == filter.limit as usize || bytes > MAX_PAGE_BYTES;
                if let Some(last) = found.last()
                    && is_full
                {
                    next = Some(last.id);
                    break;
                }
                found.push(row);
            }
            Ok((found, next))
        });
        let (rows, next) = rows.await?;
        let query = sqlx::query_scalar("SELECT dropped FROM audit_size");
        let dropped: i64 = self
            .timed("audit_dropped", query.fetch_one(self.pool()))
            .await?;
        Ok(AuditPage {
            entries: rows.into_iter().map(read).collect::<Result<_, _>>()?,
            next,
            dropped: dropped.unsigned_abs(),
        })
    }

    pub(super) fn report_dropped(&self, entries: u64, reason: &'static str) {
        if entries > 0 {
            count_rejected(&self.registry, reason, entries);
        }
    }
}

/// Appends an entry within a transaction that changes what the entry is about, and answers how many
/// old ones were dropped.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    entry: &NewAuditEntry,
    limits: AuditLimits,
) -> Result<u64, sqlx::Error> {
    let states = [&entry.before, &entry.after].into_iter().flatten();
    let texts = entry.who.name.len() + entry.object.len() + entry.address.len();
    let bytes = texts + states.map(String::len).sum::<usize>() + ENTRY_BYTES;
    sqlx::query(
        "INSERT INTO audit (t, who_kind, who_id, who, what, object, address, before_json,
                            after_json, bytes)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(entry.t)
    .bind(kind_name(entry.who.kind))
    .bind(entry.who.id)
    .bind(&entry.who.name)
    .bind(entry.what.name())
    .bind(&entry.object)
    .bind(&entry.address)
    .bind(&entry.before)
    .bind(&entry.after)
    .bind(i64::try_from(bytes).unwrap_or(i64::MAX))
    .execute(&mut *connection)
    .await?;
    let mut dropped = 0;
    loop {
        let (entries, bytes): (i64, i64) = sqlx::query_as("SELECT entries, bytes FROM audit_size")
            .fetch_one(&mut *connection)
            .await?;
        let over = entries - i64::from(limits.entries);
        let is_long = bytes.unsigned_abs() > limits.bytes && entries > 1;
        if over <= 0 && !is_long {
            return Ok(dropped);
        }
        let done =
            sqlx::query("DELETE FROM audit WHERE id IN (SELECT id FROM audit ORDER BY id LIMIT ?)")
                .bind(over.max(1))
                .execute(&mut *connection)
                .await?;
        dropped += done.rows_affected();
    }
}

fn kind_name(kind: AuditActorKind) -> &'static str {
    match kind {
        AuditActorKind::User => "user",
        AuditActorKind::Token => "token",
        AuditActorKind::CommandLine => "command_line",
        AuditActorKind::Setup => "setup",
        AuditActorKind::Nobody => "nobody",
        AuditActorKind::File => "file",
        AuditActorKind::Unknown => "unknown",
    }
}

fn read(row: AuditRow) -> Result<AuditEntry, StorageError> {
    let state = |json: Option<String>| -> Result<Option<Value>, StorageError> {
        let value = json.map(|json| serde_json::from_str(&json)).transpose();
        value.map_err(|source| StorageError::Document {
            what: "state in the audit log",
            source,
        })
    };
    let kind = serde_json::from_value(Value::from(row.who_kind));
    Ok(AuditEntry {
        id: row.id,
        t: row.t,
        who: AuditActor {
            kind: kind.unwrap_or(AuditActorKind::Unknown),
            id: row.who_id,
            name: row.who,
        },
        what: AuditCode::parse(&row.what),
        object: row.object,
        address: row.address,
        before: state(row.before_json)?,
        after: state(row.after_json)?,
    })
}
