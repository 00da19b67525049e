//! Who says it, and attributes. Source: `common/v1/common.proto` and
//! `resource/v1/resource.proto` of opentelemetry-proto.

use prost::bytes::Bytes;
use prost::{Message, Oneof};

/// What produces metrics: a program, a host.
#[derive(Clone, PartialEq, Message)]
pub struct Resource {
    /// `service.name` is the least to say; keys are unique.
    #[prost(message, repeated, tag = "1")]
    pub attributes: Vec<KeyValue>,
}

/// The library that measures.
#[derive(Clone, PartialEq, Message)]
pub struct InstrumentationScope {
    /// Empty when nobody knows.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Empty when nobody knows.
    #[prost(string, tag = "2")]
    pub version: String,
    /// More about it; keys are unique.
    #[prost(message, repeated, tag = "3")]
    pub attributes: Vec<KeyValue>,
}

/// An attribute.
#[derive(Clone, PartialEq, Message)]
pub struct KeyValue {
    /// Its name, never empty.
    #[prost(string, tag = "1")]
    pub key: String,
    /// Its value.
    #[prost(message, optional, tag = "2")]
    pub value: Option<AnyValue>,
}

/// A value of any type, or none: then it is empty.
#[derive(Clone, PartialEq, Message)]
pub struct AnyValue {
    /// Which one.
    #[prost(oneof = "Any", tags = "1, 2, 3, 4, 5, 6, 7")]
    pub value: Option<Any>,
}

/// `AnyValue.value`.
#[derive(Clone, PartialEq, Oneof)]
pub enum Any {
    /// `string_value`.
    #[prost(string, tag = "1")]
    Text(String),
    /// `bool_value`.
    #[prost(bool, tag = "2")]
    Bool(bool),
    /// `int_value`.
    #[prost(int64, tag = "3")]
    Int(i64),
    /// `double_value`.
    #[prost(double, tag = "4")]
    Double(f64),
    /// `array_value`: an encoded `ArrayValue`.
    #[prost(bytes = "bytes", tag = "5")]
    Array(Bytes),
    /// `kvlist_value`: an encoded `KeyValueList`.
    #[prost(bytes = "bytes", tag = "6")]
    List(Bytes),
    /// `bytes_value`.
    #[prost(bytes = "bytes", tag = "7")]
    Bytes(Bytes),
}

impl KeyValue {
    /// An attribute that is text, as tags are.
    pub fn text(key: &str, value: &str) -> KeyValue {
        KeyValue {
            key: key.to_owned(),
            value: Some(AnyValue {
                value: Some(Any::Text(value.to_owned())),
            }),
        }
    }
}
