//! What is asked and answered. Source: `collector/metrics/v1/metrics_service.proto` of
//! opentelemetry-proto, and `google/rpc/status.proto` of googleapis.

use prost::Message;

use super::ResourceMetrics;

/// The body of a request.
#[derive(Clone, PartialEq, Message)]
pub struct ExportMetricsServiceRequest {
    /// Metrics, by what they are of.
    #[prost(message, repeated, tag = "1")]
    pub resource_metrics: Vec<ResourceMetrics>,
}

/// The body of an answer of success.
#[derive(Clone, PartialEq, Message)]
pub struct ExportMetricsServiceResponse {
    /// None when all was taken.
    #[prost(message, optional, tag = "1")]
    pub partial_success: Option<ExportMetricsPartialSuccess>,
}

/// What was not taken of a request that was.
#[derive(Clone, PartialEq, Message)]
pub struct ExportMetricsPartialSuccess {
    /// How many points; with 0 the message is a warning.
    #[prost(int64, tag = "1")]
    pub rejected_data_points: i64,
    /// Why, for people.
    #[prost(string, tag = "2")]
    pub error_message: String,
}

/// `google.rpc.Status`: what an answer that is no success says.
#[derive(Clone, PartialEq, Message)]
pub struct Status {
    /// A number of `google.rpc.Code`.
    #[prost(int32, tag = "1")]
    pub code: i32,
    /// What is wrong, for people.
    #[prost(string, tag = "2")]
    pub message: String,
}
