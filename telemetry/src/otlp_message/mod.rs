//! OTLP's protobuf messages for metrics: what `otlp` writes and Pulseboard reads.
//!
//! Taken from opentelemetry-proto 1.9 and, for [`Status`], googleapis; each file here says of
//! which files there. Names of messages and fields, their numbers and their types are theirs.
//! Fields that are neither written nor read here, such as exemplars, are left out, and protobuf
//! skips them.
//!
//! Invariant: decoding does not recurse. Attributes that nest stay bytes, since no tag can be
//! made of them.

mod attribute;
mod metric;
mod point;
mod service;

/// What encodes and decodes them, in the version that they are made with.
pub use prost;

pub use attribute::{Any, AnyValue, InstrumentationScope, KeyValue, Resource};
pub use metric::{
    CUMULATIVE, DELTA, Data, ExponentialHistogram, Gauge, Histogram, Metric, ResourceMetrics,
    ScopeMetrics, Sum, Summary,
};
pub use point::{
    Buckets, ExponentialHistogramDataPoint, HistogramDataPoint, NO_RECORDED_VALUE, Number,
    NumberDataPoint,
};
pub use service::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse, Status,
};
