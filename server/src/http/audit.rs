//! `/api/admin/audit`: the audit log, in pages and as a file.

use axum::body::{Body, Bytes};
use axum::extract::{Query as Parameters, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use protocol::{AuditEntry, AuditFormat, AuditPage, AuditParams};

use super::Error;
use super::extract::Admin;
use crate::access::{Actor, Change};
use crate::clock;
use crate::state::AppState;
use crate::storage::{AuditFilter, StorageError};

/// Entries that an export reads at a time.
const EXPORT_PAGE: u32 = 500;
/// The heading of the table.
const COLUMNS: &str = "id,time_ms,who_kind,who_id,who,what,object,address,before,after\r\n";

/// Records a change that is done, and answers 204.
pub(super) async fn recorded(
    app: &AppState,
    actor: &Actor,
    change: Change,
) -> Result<StatusCode, Error> {
    app.access.record(actor, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET`: the newest entries that match, newest first.
pub async fn list(
    State(app): State<AppState>,
    _: Admin,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<axum::Json<AuditPage>, Error> {
    let filter = filter(AuditParams::parse(&parameters)?)?;
    Ok(axum::Json(app.access.audit_page(&filter).await?))
}

/// `GET /export`: all entries that match, newest first, as CSV or JSON.
pub async fn export(
    State(app): State<AppState>,
    _: Admin,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let (params, format) = AuditParams::parse_export(&parameters)?;
    let filter = AuditFilter {
        limit: EXPORT_PAGE,
        ..filter(params)?
    };
    // The first page before the head is sent: what fails at once is an error, not a broken file.
    let first = app.access.audit_page(&filter).await?;
    let (kind, name) = match format {
        AuditFormat::Csv => ("text/csv; charset=utf-8", "audit.csv"),
        AuditFormat::Json => ("application/json", "audit.json"),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"pulseboard-{name}\""),
        ),
    ];
    let rest = stream::try_unfold(Some((Start::Yes, first)), move |at| {
        let (app, mut filter) = (app.clone(), filter.clone());
        async move {
            let Some((start, page)) = at else {
                return Ok::<_, StorageError>(None);
            };
            let text = part(format, start, &page);
            let next = match page.next {
                None => None,
                next => {
                    filter.before = next;
                    Some((Start::No, app.access.audit_page(&filter).await?))
                }
            };
            Ok(Some((Bytes::from(text), next)))
        }
    });
    Ok((headers, Body::from_stream(rest)).into_response())
}

/// Whether a part is the first of the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    Yes,
    No,
}

fn filter(params: AuditParams) -> Result<AuditFilter, Error> {
    Ok(AuditFilter {
        span: params.span(clock::now_ms())?,
        who: params.who,
        what: params.what,
        search: params.search,
        before: params.before,
        limit: params.limit,
    })
}

/// One page of the file, with its beginning and its end.
fn part(format: AuditFormat, start: Start, page: &AuditPage) -> String {
    let mut text = String::new();
    match format {
        AuditFormat::Csv => {
            if start == Start::Yes {
                text.push_str(COLUMNS);
            }
            for entry in &page.entries {
                text.push_str(&csv_line(entry));
            }
        }
        AuditFormat::Json => {
            let mut separator = if start == Start::Yes { "[" } else { "," };
            for entry in &page.entries {
                text.push_str(separator);
                text.push_str(&serde_json::json!(entry).to_string());
                separator = ",\n";
            }
            if page.entries.is_empty() && start == Start::Yes {
                text.push('[');
            }
            if page.next.is_none() {
                text.push(']');
            }
        }
    }
    text
}

fn csv_line(entry: &AuditEntry) -> String {
    let state = |state: &Option<serde_json::Value>| {
        state.as_ref().map_or_else(String::new, ToString::to_string)
    };
    let kind = serde_json::json!(entry.who.kind);
    let fields = [
        entry.id.to_string(),
        entry.t.to_string(),
        kind.as_str().unwrap_or_default().to_owned(),
        entry.who.id.map_or_else(String::new, |id| id.to_string()),
        cell(&entry.who.name),
        entry.what.name().to_owned(),
        cell(&entry.object),
        cell(&entry.address),
        cell(&state(&entry.before)),
        cell(&state(&entry.after)),
    ];
    format!("{}\r\n", fields.join(","))
}

/// A text in quotes. One that a spreadsheet would run as a formula begins with an apostrophe.
fn cell(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_and_never_formulas() {
        for (text, want) in [
            ("", ""),
            ("ada", "\"ada\""),
            ("a,\"b\"\r\nc", "\"a,\"\"b\"\"\r\nc\""),
            ("=HYPERLINK(1)", "\"'=HYPERLINK(1)\""),
            ("@x", "\"'@x\""),
            ("1-2", "\"1-2\""),
        ] {
            assert_eq!(cell(text), want);
        }
    }
}
