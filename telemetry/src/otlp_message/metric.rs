//! Metrics and what groups them. Source: `metrics/v1/metrics.proto` of opentelemetry-proto.

use prost::bytes::Bytes;
use prost::{Message, Oneof};

use super::{
    ExponentialHistogramDataPoint, HistogramDataPoint, InstrumentationScope, NumberDataPoint,
    Resource,
};

/// `AGGREGATION_TEMPORALITY_DELTA`: each point tells what happened since the point before.
pub const DELTA: i32 = 1;
/// `AGGREGATION_TEMPORALITY_CUMULATIVE`: each point tells what happened since the stream began.
pub const CUMULATIVE: i32 = 2;

/// Metrics of one resource.
#[derive(Clone, PartialEq, Message)]
pub struct ResourceMetrics {
    /// None when nobody knows.
    #[prost(message, optional, tag = "1")]
    pub resource: Option<Resource>,
    /// Its metrics, by who measures.
    #[prost(message, repeated, tag = "2")]
    pub scope_metrics: Vec<ScopeMetrics>,
}

/// Metrics of one scope.
#[derive(Clone, PartialEq, Message)]
pub struct ScopeMetrics {
    /// None when nobody knows.
    #[prost(message, optional, tag = "1")]
    pub scope: Option<InstrumentationScope>,
    /// Its metrics.
    #[prost(message, repeated, tag = "2")]
    pub metrics: Vec<Metric>,
}

/// A metric and its points.
#[derive(Clone, PartialEq, Message)]
pub struct Metric {
    /// What it is called, in any case.
    #[prost(string, tag = "1")]
    pub name: String,
    /// For people.
    #[prost(string, tag = "2")]
    pub description: String,
    /// As UCUM writes it; empty when nobody knows.
    #[prost(string, tag = "3")]
    pub unit: String,
    /// Its points, which are of one type.
    #[prost(oneof = "Data", tags = "5, 7, 9, 10, 11")]
    pub data: Option<Data>,
}

/// `Metric.data`.
#[derive(Clone, PartialEq, Oneof)]
pub enum Data {
    /// `gauge`.
    #[prost(message, tag = "5")]
    Gauge(Gauge),
    /// `sum`.
    #[prost(message, tag = "7")]
    Sum(Sum),
    /// `histogram`.
    #[prost(message, tag = "9")]
    Histogram(Histogram),
    /// `exponential_histogram`.
    #[prost(message, tag = "10")]
    ExponentialHistogram(ExponentialHistogram),
    /// `summary`.
    #[prost(message, tag = "11")]
    Summary(Summary),
}

/// How much there is.
#[derive(Clone, PartialEq, Message)]
pub struct Gauge {
    /// One for each set of attributes.
    #[prost(message, repeated, tag = "1")]
    pub data_points: Vec<NumberDataPoint>,
}

/// How much it became.
#[derive(Clone, PartialEq, Message)]
pub struct Sum {
    /// One for each set of attributes.
    #[prost(message, repeated, tag = "1")]
    pub data_points: Vec<NumberDataPoint>,
    /// [`DELTA`] or [`CUMULATIVE`].
    #[prost(int32, tag = "2")]
    pub aggregation_temporality: i32,
    /// Whether it never becomes less.
    #[prost(bool, tag = "3")]
    pub is_monotonic: bool,
}

/// How many values lie between given bounds.
#[derive(Clone, PartialEq, Message)]
pub struct Histogram {
    /// One for each set of attributes.
    #[prost(message, repeated, tag = "1")]
    pub data_points: Vec<HistogramDataPoint>,
    /// [`DELTA`] or [`CUMULATIVE`].
    #[prost(int32, tag = "2")]
    pub aggregation_temporality: i32,
}

/// How many values lie between powers of a base.
#[derive(Clone, PartialEq, Message)]
pub struct ExponentialHistogram {
    /// One for each set of attributes.
    #[prost(message, repeated, tag = "1")]
    pub data_points: Vec<ExponentialHistogramDataPoint>,
    /// [`DELTA`] or [`CUMULATIVE`].
    #[prost(int32, tag = "2")]
    pub aggregation_temporality: i32,
}

/// Quantiles, which cannot be merged; so its points can be counted, and stay bytes.
#[derive(Clone, PartialEq, Message)]
pub struct Summary {
    /// Each an encoded `SummaryDataPoint`.
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub data_points: Vec<Bytes>,
}
