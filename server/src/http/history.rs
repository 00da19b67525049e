//! `GET /api/history`: one metric over time, and `GET /api/history/columns`: several in one answer.

use std::sync::Arc;

use axum::extract::{Query as Parameters, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use protocol::history::RejectedMetric;
use protocol::{ColumnsParams, ErrorCode, HistoryParams};
use serde::Serialize;

use super::Error;
use super::extract::Viewer;
use crate::clock;
use crate::history::{History, Query, QueryError};
use crate::state::AppState;

/// Answers for the metrics that the principal may see; the others are as unknown as those
/// that do not exist.
pub async fn history(
    State(app): State<AppState>,
    Viewer(principal): Viewer,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let visible = app.access.visibility(&principal);
    let parameters = HistoryParams::parse(&parameters)?;
    let query = Query::new(&parameters, &app.metrics.list(), &visible, clock::now_ms())?;
    let answer = async move |history: Arc<History>| {
        let answer = history.answer(&query).await?;
        json(&answer)
    };
    app.pipeline.history().run(answer).await.map(is_json)
}

/// Answers about each metric as [`history`] does, in columns.
pub async fn columns(
    State(app): State<AppState>,
    Viewer(principal): Viewer,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let visible = app.access.visibility(&principal);
    let params = ColumnsParams::parse(&parameters)?;
    let (list, now_ms) = (app.metrics.list(), clock::now_ms());
    let answer = async move |history: Arc<History>| {
        let answered = history.answer_columns(&params, &list, &visible, now_ms);
        let (mut answer, unanswered) = answered.await?;
        let rejected = unanswered
            .into_iter()
            .map(|(metric, error)| RejectedMetric {
                metric,
                error: Error::from(error).into_api_error(),
            });
        answer.rejected.extend(rejected);
        json(&answer)
    };
    app.pipeline.history().run(answer).await.map(is_json)
}

/// Written where the query runs: a long answer takes its time.
fn json(answer: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(answer).map_err(Error::internal)
}

fn is_json(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

impl From<QueryError> for Error {
    fn from(error: QueryError) -> Error {
        match error {
            QueryError::Parameter(error) => error.into(),
            QueryError::NoMetric(_) => Error::not_found(error.to_string()),
            QueryError::TooMuch(_) => Error::new(ErrorCode::TooMuch, error.to_string()),
            QueryError::Busy(_) => Error::too_many(error.to_string(), 2),
            QueryError::Ended => Error::internal(error),
            QueryError::Storage(error) => error.into(),
        }
    }
}
