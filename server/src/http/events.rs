//! `POST /api/events`: events from programs, executed on the server's registry.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use protocol::ErrorCode;
use protocol::event::Ingested;
use telemetry::aggregate::on_behalf_of;

use super::Error;
use super::body::Body;
use super::extract::Ingest;
use crate::contract::EVENTS;
use crate::ingest::{BatchError, execute, receive};
use crate::state::AppState;

/// 202 when all were taken, 207 when some were, 422 when none was. 400 without any event, 413
/// for too much at one time.
pub async fn post(
    State(app): State<AppState>,
    Ingest(token): Ingest,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Ingested>), Error> {
    let most = app.pipeline.config().max_events_per_request;
    let (lines, targets) = (is_lines(&headers), app.otlp.targets());
    let (registry, source) = (app.registry.clone(), token.source_id());
    let batch = body.read(move |bytes| {
        on_behalf_of(source, || {
            receive(bytes, lines, &targets, most, |event| {
                execute(event, &registry)
            })
        })
    });
    let batch = batch.await??;
    let outcome = &batch.outcome;
    let unknown = outcome.unknown.iter();
    let unknown = unknown.map(|(name, events)| (&**name, *events));
    app.undeclared.count(unknown, &app.registry);
    let (accepted, rejected) = (outcome.accepted as usize, outcome.rejected() as usize);
    EVENTS.execute_on(
        &app.registry,
        &[("accepted", accepted as f64), ("rejected", rejected as f64)],
        &[],
    );
    let status = match (accepted, rejected) {
        (_, 0) => StatusCode::ACCEPTED,
        (0, _) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::MULTI_STATUS,
    };
    Ok((
        status,
        Json(Ingested {
            accepted,
            rejected,
            errors: batch.errors,
        }),
    ))
}

fn is_lines(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| {
        kind.trim_start()
            .to_ascii_lowercase()
            .starts_with("application/x-ndjson")
    })
}

impl From<BatchError> for Error {
    fn from(error: BatchError) -> Error {
        let message = error.to_string();
        match error {
            BatchError::Empty => Error::new(ErrorCode::Empty, message),
            BatchError::NotJson(_) => Error::new(ErrorCode::BadJson, message),
            BatchError::TooMany(..) => Error::new(ErrorCode::TooManyEvents, message),
        }
    }
}
