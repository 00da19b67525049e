//! `GET /api/history`: one metric over time.

use axum::Json;
use axum::extract::{Query as Parameters, State};
use protocol::{ErrorCode, History, HistoryParams};

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
