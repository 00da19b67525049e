//! `/api/admin/series`: clears up series that somebody made by mistake, such as one for each request.

use axum::extract::{Query as Parameters, State};
use protocol::{AuditCode, Cleared, ErrorCode, SeriesParams};
use serde_json::json;

use super::Error;
use super::extract::Operator;
use crate::access::{Actor, Change};
use crate::state::AppState;

/// `DELETE`: forgets the series of a metric that have these tags, with their history. Those that are
/// still sent are left, and counted in the answer.
pub async fn clear(
    State(app): State<AppState>,
    Operator(principal): Operator,
    actor: Actor,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
) -> Result<axum::Json<Cleared>, Error> {
    let params = SeriesParams::parse(&parameters)?;
    let metrics = app.metrics.list();
    let visible = app.access.visibility(&principal);
    let found = metrics.find(&params.metric);
    let metric = found.filter(|id| visible.contains(*id)).ok_or_else(|| {
        Error::not_found(format!(
            "there is no metric `{}`",
            params.metric.escape_debug()
        ))
    })?;
    let names = &metrics.get(metric).tags;
    let mut wanted = Vec::new();
    for (tag, value) in &params.tags {
        let Some(place) = names.iter().position(|name| name == tag) else {
            let message = format!("tag.{tag}: the metric's tags are: {}", names.join(", "));
            return Err(Error::new(ErrorCode::BadParameter, message));
        };
        wanted.push((place, value.as_str()));
    }
    let cleared = app.pipeline.release().clear(metric, |series| {
        visible.sees(series)
            && wanted
                .iter()
                .all(|(place, value)| series.tags.get(*place).is_some_and(|tag| **tag == **value))
    });
    let cleared = cleared.await?;
    let cleared = Cleared {
        removed: cleared.removed,
        left: cleared.left,
    };
    let change = Change::new(AuditCode::SeriesCleared, &params.metric);
    let change = change
        .before(&json!({ "tags": params.tags }))
        .after(&cleared);
    app.access.record(&actor, change).await?;
    Ok(axum::Json(cleared))
}
