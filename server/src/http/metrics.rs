//! `GET /api/metrics`: the visible part of the metric list.

use axum::Json;
use axum::extract::State;
use telemetry::Metric;

use super::extract::Viewer;
use crate::state::AppState;

/// Every metric that the principal may see, in the order of the list.
pub async fn list(State(app): State<AppState>, Viewer(principal): Viewer) -> Json<Vec<Metric>> {
    let visible = app.access.visibility(&principal);
    let list = app.metrics.list();
    let metrics = list.iter().filter(|(id, _)| visible.contains(*id));
    Json(metrics.map(|(_, metric)| metric.clone()).collect())
}
