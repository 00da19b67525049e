//! Parameters of `GET /api/admin/audit` and of its export.

use std::fmt;

use super::{ParameterError, QueryTime, QueryWriter, unknown, whole, within};
use crate::{AuditCode, paths};

/// Entries of one page.
const LIMIT: u32 = 100;
/// Most entries of one page.
const MAX_LIMIT: u32 = 500;

/// Which entries of the audit log are listed. All that is given has to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditParams {
    /// By the user or token of this name, whatever the case of A to Z.
    pub who: Option<String>,
    /// Of one of these kinds; of any when it is empty.
    pub what: Vec<AuditCode>,
    /// Not before this time.
    pub from: Option<QueryTime>,
    /// Not after this time.
    pub to: Option<QueryTime>,
    /// With this text in the name, object, address or state, whatever the case of A to Z.
    pub search: Option<String>,
    /// Older than the entry of this id, for the next page.
    pub before: Option<i64>,
    /// Entries of one page: 1 to 500.
    pub limit: u32,
}

impl Default for AuditParams {
    fn default() -> Self {
        AuditParams {
            who: None,
            what: Vec::new(),
            from: None,
            to: None,
            search: None,
            before: None,
            limit: LIMIT,
        }
    }
}

/// How the audit log is exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditFormat {
    /// A table with a heading.
    #[default]
    Csv,
    /// An array of entries.
    Json,
}

impl fmt::Display for AuditFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AuditFormat::Csv => "csv",
            AuditFormat::Json => "json",
        })
    }
}

impl AuditParams {
    /// Reads decoded pairs; of a parameter that is there twice, the last counts.
    pub fn parse(pairs: &[(String, String)]) -> Result<AuditParams, ParameterError> {
        let mut read = AuditParams::default();
        for (key, value) in pairs {
            if !read.take(key, value)? {
                return unknown(key, "who, what, from, to, search, before and limit");
            }
        }
        Ok(read)
    }

    /// As [`AuditParams::parse`], for an export.
    pub fn parse_export(
        pairs: &[(String, String)],
    ) -> Result<(AuditParams, AuditFormat), ParameterError> {
        let (mut read, mut format) = (AuditParams::default(), AuditFormat::default());
        for (key, value) in pairs {
            match (key.as_str(), value.as_str()) {
                ("format", "csv") => format = AuditFormat::Csv,
                ("format", "json") => format = AuditFormat::Json,
                ("format", _) => return Err(ParameterError::new(key, "it takes csv or json")),
                ("before" | "limit", _) => return unknown(key, KNOWN_EXPORT),
                _ if read.take(key, value)? => {}
                _ => return unknown(key, KNOWN_EXPORT),
            }
        }
        Ok((read, format))
    }

    /// False when there is no such parameter.
    fn take(&mut self, key: &str, value: &str) -> Result<bool, ParameterError> {
        let text = || (!value.is_empty()).then(|| value.to_owned());
        match key {
            "who" => self.who = text(),
            "what" => self.what = codes(key, value)?,
            "from" => self.from = Some(QueryTime::read(key, value)?),
            "to" => self.to = Some(QueryTime::read(key, value)?),
            "search" => self.search = text(),
            "before" => self.before = Some(whole(key, value)?),
            "limit" => self.limit = within(key, value, &(1..=MAX_LIMIT), "")?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The first and the last ms of the time, both inclusive; an error when they are reversed.
    pub fn span(&self, now_ms: i64) -> Result<(i64, i64), ParameterError> {
        let from = self.from.map_or(i64::MIN, |from| from.absolute(now_ms));
        let to = self.to.map_or(i64::MAX, |to| to.absolute(now_ms));
        if from > to {
            return Err(ParameterError::new("from", "it must not be after `to`"));
        }
        Ok((from, to))
    }

    /// The address of a page with these parameters.
    pub fn address(&self) -> String {
        let mut query = QueryWriter::new(paths::ADMIN_AUDIT);
        self.write(&mut query);
        query.push_some("before", self.before);
        if self.limit != LIMIT {
            query.push("limit", self.limit);
        }
        query.finish()
    }

    /// The address of an export of all that match.
    pub fn export_address(&self, format: AuditFormat) -> String {
        let mut query = QueryWriter::new(paths::ADMIN_AUDIT_EXPORT);
        query.push("format", format);
        self.write(&mut query);
        query.finish()
    }

    fn write(&self, query: &mut QueryWriter) {
        query.push_some("who", self.who.as_ref());
        if !self.what.is_empty() {
            let names: Vec<&str> = self.what.iter().map(|code| code.name()).collect();
            query.push("what", names.join(","));
        }
        query.push_some("from", self.from);
        query.push_some("to", self.to);
        query.push_some("search", self.search.as_ref());
    }
}

const KNOWN_EXPORT: &str = "format, who, what, from, to and search";

fn codes(key: &str, value: &str) -> Result<Vec<AuditCode>, ParameterError> {
    let names = value.split(',').filter(|name| !name.is_empty());
    let code = |name: &str| match AuditCode::parse(name) {
        AuditCode::Unknown => {
            let message = format!("there is no kind of entry `{}`", name.escape_debug());
            Err(ParameterError::new(key, message))
        }
        code => Ok(code),
    };
    names.map(code).collect()
}
