//! Points. Source: `metrics/v1/metrics.proto` of opentelemetry-proto.
//!
//! Times are nanoseconds since the epoch, and 0 when nobody knows; keys of attributes are unique
//! in a point.

use prost::{Message, Oneof};

use super::KeyValue;

/// `DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK`: the point says that there is no value.
pub const NO_RECORDED_VALUE: u32 = 1;

/// A number.
#[derive(Clone, PartialEq, Message)]
pub struct NumberDataPoint {
    /// Whose number it is.
    #[prost(message, repeated, tag = "7")]
    pub attributes: Vec<KeyValue>,
    /// When the stream, or the time that the point covers, began.
    #[prost(fixed64, tag = "2")]
    pub start_time_unix_nano: u64,
    /// When it was so.
    #[prost(fixed64, tag = "3")]
    pub time_unix_nano: u64,
    /// The number.
    #[prost(oneof = "Number", tags = "4, 6")]
    pub value: Option<Number>,
    /// [`NO_RECORDED_VALUE`], or 0.
    #[prost(uint32, tag = "8")]
    pub flags: u32,
}

/// `NumberDataPoint.value`.
#[derive(Clone, Copy, PartialEq, Oneof)]
pub enum Number {
    /// `as_double`.
    #[prost(double, tag = "4")]
    AsDouble(f64),
    /// `as_int`.
    #[prost(sfixed64, tag = "6")]
    AsInt(i64),
}

impl Number {
    /// As a double, rounded where it has to be.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::AsDouble(number) => number,
            Number::AsInt(number) => number as f64,
        }
    }
}

/// Values between bounds.
#[derive(Clone, PartialEq, Message)]
pub struct HistogramDataPoint {
    /// Whose values they are.
    #[prost(message, repeated, tag = "9")]
    pub attributes: Vec<KeyValue>,
    /// When the stream, or the time that the point covers, began.
    #[prost(fixed64, tag = "2")]
    pub start_time_unix_nano: u64,
    /// When it was so.
    #[prost(fixed64, tag = "3")]
    pub time_unix_nano: u64,
    /// How many values; that of all buckets together.
    #[prost(fixed64, tag = "4")]
    pub count: u64,
    /// Of all values; none when they may be negative.
    #[prost(double, optional, tag = "5")]
    pub sum: Option<f64>,
    /// One more than there are bounds, or none at all.
    #[prost(fixed64, repeated, tag = "6")]
    pub bucket_counts: Vec<u64>,
    /// Upper bounds, which belong to their bucket, ascending.
    #[prost(double, repeated, tag = "7")]
    pub explicit_bounds: Vec<f64>,
    /// [`NO_RECORDED_VALUE`], or 0.
    #[prost(uint32, tag = "10")]
    pub flags: u32,
    /// The least value.
    #[prost(double, optional, tag = "11")]
    pub min: Option<f64>,
    /// The greatest value.
    #[prost(double, optional, tag = "12")]
    pub max: Option<f64>,
}

/// Values between powers of 2^(2^-scale).
#[derive(Clone, PartialEq, Message)]
pub struct ExponentialHistogramDataPoint {
    /// Whose values they are.
    #[prost(message, repeated, tag = "1")]
    pub attributes: Vec<KeyValue>,
    /// When the stream, or the time that the point covers, began.
    #[prost(fixed64, tag = "2")]
    pub start_time_unix_nano: u64,
    /// When it was so.
    #[prost(fixed64, tag = "3")]
    pub time_unix_nano: u64,
    /// How many values; that of all buckets together, and of zero.
    #[prost(fixed64, tag = "4")]
    pub count: u64,
    /// Of all values; none when they may be negative.
    #[prost(double, optional, tag = "5")]
    pub sum: Option<f64>,
    /// How fine: each step more halves the width of a bucket, in logarithms.
    #[prost(sint32, tag = "6")]
    pub scale: i32,
    /// Values that are nearer to 0 than the threshold, or as near.
    #[prost(fixed64, tag = "7")]
    pub zero_count: u64,
    /// Values above zero.
    #[prost(message, optional, tag = "8")]
    pub positive: Option<Buckets>,
    /// Values below zero, by their distance from it.
    #[prost(message, optional, tag = "9")]
    pub negative: Option<Buckets>,
    /// [`NO_RECORDED_VALUE`], or 0.
    #[prost(uint32, tag = "10")]
    pub flags: u32,
    /// The least value.
    #[prost(double, optional, tag = "12")]
    pub min: Option<f64>,
    /// The greatest value.
    #[prost(double, optional, tag = "13")]
    pub max: Option<f64>,
    /// Half the width of the bucket of zero.
    #[prost(double, tag = "14")]
    pub zero_threshold: f64,
}

/// `ExponentialHistogramDataPoint.Buckets`: that at `i` has what is in
/// (base^(offset+i), base^(offset+i+1)].
#[derive(Clone, PartialEq, Message)]
pub struct Buckets {
    /// The index of the first.
    #[prost(sint32, tag = "1")]
    pub offset: i32,
    /// Empty ones between others are 0.
    #[prost(uint64, repeated, tag = "2")]
    pub bucket_counts: Vec<u64>,
}
