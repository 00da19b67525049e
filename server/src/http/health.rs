//! `/health` says that the process answers; `/health/ready` that what is measured is kept.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::clock::ClockStep;
use crate::state::AppState;

/// How long the database may take to answer.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(1);
/// The greatest age of the newest committed second.
const BEHIND: Duration = Duration::from_secs(10);

/// `GET /health`.
pub async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /health/ready`: 200 when every check is `ok`, else 503 with one word for each; and the age of
/// the newest second that is in the database.
pub async fn ready(State(app): State<AppState>) -> (StatusCode, Json<Value>) {
    let database = match tokio::time::timeout(DATABASE_TIMEOUT, app.storage.ping()).await {
        Ok(Ok(())) => "ok",
        Ok(Err(error)) => {
            tracing::error!("{error}");
            "failed"
        }
        Err(_) => "slow",
    };
    let history = app.pipeline.history();
    let committed = tokio::time::timeout(DATABASE_TIMEOUT, history.committed()).await;
    let history_check = match &committed {
        Ok(committed) if !committed.kept => "failed",
        Ok(committed) if committed.age > BEHIND => "behind",
        Ok(_) => "ok",
        Err(_) => "slow",
    };
    let pump = if app.pipeline.health() {
        "ok"
    } else {
        "stalled"
    };
    let all = [database, history_check, pump]
        .iter()
        .all(|check| *check == "ok");
    let (status, word) = if all {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "degraded")
    };
    let age = history.counts().committed_age();
    let mut answer = json!({
        "status": word,
        "checks": { "database": database, "history": history_check, "pump": pump },
        "newest_second_age_ms": u64::try_from(age.as_millis()).unwrap_or(u64::MAX),
    });
    add_clock(&mut answer, app.pipeline.clock().recent());
    add_files(&mut answer, app.provisioned.rejected());
    (status, Json(answer))
}

/// Files of dashboards that are not taken, while there is a folder of them; no reason to ask another
/// server either.
fn add_files(answer: &mut Value, rejected: Option<usize>) {
    let Some(rejected) = rejected else {
        return;
    };
    let word = if rejected == 0 { "ok" } else { "rejected" };
    answer["checks"]["dashboard_files"] = word.into();
    if rejected > 0 {
        answer["dashboard_files"] = json!({ "rejected": rejected });
    }
}

/// What the clock did of late. It is no reason to ask another server: measuring goes on.
fn add_clock(answer: &mut Value, step: Option<(ClockStep, Duration)>) {
    answer["checks"]["clock"] = step.map_or("ok", |(step, _)| step.name()).into();
    if let Some((step, since)) = step {
        let since_ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        answer["clock_step"] = json!({ "ms": step.ms(), "since_ms": since_ms });
    }
}
