//! The outcome of a request as OTLP reports it to the sender.

use telemetry::otlp_message::{ExportMetricsPartialSuccess, ExportMetricsServiceResponse};

use crate::ingest::outcome::Outcome;

/// Without `partial_success` when nothing was rejected, as the specification asks.
pub fn response(outcome: &Outcome) -> ExportMetricsServiceResponse {
    let rejected = outcome.rejected();
    let partial_success = (rejected > 0).then(|| ExportMetricsPartialSuccess {
        rejected_data_points: i64::try_from(rejected).unwrap_or(i64::MAX),
        error_message: outcome.message(),
    });
    ExportMetricsServiceResponse { partial_success }
}
