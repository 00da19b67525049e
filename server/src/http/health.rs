//! `/health` says that the process answers; `/health/ready` asks what it depends on.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::state::AppState;

/// How long the database may take to answer.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(1);

/// `GET /health`.
pub async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /health/ready`: 200 when every check is `ok`, else 503 with one word for each.
pub async fn ready(State(app): State<AppState>) -> (StatusCode, Json<Value>) {
    let database = match tokio::time::timeout(DATABASE_TIMEOUT, app.storage.ping()).await {
        Ok(Ok(())) => "ok",
        Ok(Err(error)) => {
            tracing::error!("{error}");
            "failed"
        }
        Err(_) => "slow",
    };
    let pump = if app.pipeline.health() {
        "ok"
    } else {
        "stalled"
    };
    let all = database == "ok" && pump == "ok";
    let (status, word) = if all {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "degraded")
    };
    let checks = json!({ "database": database, "pump": pump });
    (status, Json(json!({ "status": word, "checks": checks })))
}
