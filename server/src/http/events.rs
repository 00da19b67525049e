//! `/api/events`: events from programs, executed on the server's registry, and what came with one.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use protocol::event::Ingested;
use protocol::{ErrorCode, EventFields};
use telemetry::aggregate::on_behalf_of;

use super::Error;
use super::body::Body;
use super::extract::Ingest;
use crate::access::Principal;
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

/// `GET /{id}`: everything that came with a recent event. 404 for one that is not kept any more, and in
/// the same words for one that the principal may not see.
pub async fn fields(
    State(app): State<AppState>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<Json<EventFields>, Error> {
    let visible = app.access.visibility(&principal);
    let find = |id: u64| app.pipeline.hub().event_fields(id, &visible);
    let found = id.parse().ok().filter(|id| *id > 0).and_then(find);
    let found = found.ok_or_else(|| Error::not_found("no event of that id is kept"))?;
    Ok(Json(Arc::unwrap_or_clone(found)))
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
