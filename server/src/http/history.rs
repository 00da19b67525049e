//! `GET /api/history`: one metric over time, and `GET /api/history/columns`: several in one answer.

use axum::Json;
use axum::extract::{Query as Parameters, State};
use protocol::history::RejectedMetric;
use protocol::{ColumnsParams, ErrorCode, History, HistoryColumns, HistoryParams};

use super::Error;
use crate::access::Principal;
use crate::clock;
use crate::history::{Query, QueryError};
use crate::state::AppState;

/// Answers for the metrics that the principal may see; the others are as unknown as those
/// that do not exist.
pub async fn history(
    State(app): State<AppState>,
    principal: Principal,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<Json<History>, Error> {
    let visible = app.access.visibility(&principal);
    let parameters = HistoryParams::parse(&parameters)?;
    let query = Query::new(&parameters, &app.metrics.list(), &visible, clock::now_ms())?;
    Ok(Json(app.pipeline.history().answer(&query).await?))
}

/// Answers about each metric as [`history`] does, in columns.
pub async fn columns(
    State(app): State<AppState>,
    principal: Principal,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<Json<HistoryColumns>, Error> {
    let visible = app.access.visibility(&principal);
    let params = ColumnsParams::parse(&parameters)?;
    let (list, history) = (app.metrics.list(), app.pipeline.history());
    let answered = history.answer_columns(&params, &list, &visible, clock::now_ms());
    let (mut answer, unanswered) = answered.await?;
    let rejected = unanswered
        .into_iter()
        .map(|(metric, error)| RejectedMetric {
            metric,
            error: Error::from(error).into_api_error(),
        });
    answer.rejected.extend(rejected);
    Ok(Json(answer))
}

impl From<QueryError> for Error {
    fn from(error: QueryError) -> Error {
        match error {
            QueryError::Parameter(error) => error.into(),
            QueryError::NoMetric(_) => Error::not_found(error.to_string()),
            QueryError::TooMuch(_) => Error::new(ErrorCode::TooMuch, error.to_string()),
            QueryError::Storage(error) => error.into(),
        }
    }
}
