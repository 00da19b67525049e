//! The messages against opentelemetry-proto's own: the same values in fields of the same names
//! are the same bytes.

#![cfg(feature = "otlp-messages")]

use std::fmt::Debug;

use opentelemetry_proto::tonic::collector::metrics::v1 as service;
use opentelemetry_proto::tonic::common::v1 as common;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1 as theirs;
use opentelemetry_proto::tonic::resource::v1 as resource;
use prost::Message;
use telemetry::otlp_message as ours;
use telemetry::otlp_message::Any;

/// They encode to the same, and what the one encodes the other reads.
#[track_caller]
fn check<O, T>(our: &O, their: &T)
where
    O: Message + Default + PartialEq + Debug,
    T: Message + Default + PartialEq + Debug,
{
    let bytes = their.encode_to_vec();
    assert_eq!(our.encode_to_vec(), bytes, "{our:?} {their:?}");
    assert_eq!(O::decode(&*bytes).as_ref(), Ok(our));
    assert_eq!(T::decode(&*bytes).as_ref(), Ok(their));
}

fn attribute(key: &str, value: Value) -> common::KeyValue {
    common::KeyValue {
        key: key.into(),
        value: Some(common::AnyValue { value: Some(value) }),
        ..Default::default()
    }
}

fn route() -> Vec<common::KeyValue> {
    vec![attribute("route", Value::StringValue("/".into()))]
}

fn our_route() -> Vec<ours::KeyValue> {
    vec![ours::KeyValue::text("route", "/")]
}

#[test]
fn attributes() {
    let check = |value: Option<Value>, any: Option<Any>| {
        let their = common::KeyValue {
            key: "k".into(),
            value: Some(common::AnyValue { value }),
            ..Default::default()
        };
        let our = ours::KeyValue {
            key: "k".into(),
            value: Some(ours::AnyValue { value: any }),
        };
        check(&our, &their);
    };
    check(None, None);
    check(
        Some(Value::StringValue("é".into())),
        Some(Any::Text("é".into())),
    );
    check(Some(Value::BoolValue(true)), Some(Any::Bool(true)));
    check(Some(Value::IntValue(-3)), Some(Any::Int(-3)));
    check(Some(Value::DoubleValue(-0.5)), Some(Any::Double(-0.5)));
    check(
        Some(Value::BytesValue(vec![1, 0])),
        Some(Any::Bytes(vec![1, 0].into())),
    );
    let array = common::ArrayValue {
        values: vec![common::AnyValue {
            value: Some(Value::IntValue(1)),
        }],
    };
    check(
        Some(Value::ArrayValue(array.clone())),
        Some(Any::Array(array.encode_to_vec().into())),
    );
    let list = common::KeyValueList { values: route() };
    check(
        Some(Value::KvlistValue(list.clone())),
        Some(Any::List(list.encode_to_vec().into())),
    );
}

#[test]
fn numbers() {
    let values = [
        (
            theirs::number_data_point::Value::AsDouble(f64::INFINITY),
            ours::Number::AsDouble(f64::INFINITY),
        ),
        (
            theirs::number_data_point::Value::AsInt(i64::MIN),
            ours::Number::AsInt(i64::MIN),
        ),
    ];
    for (their, our) in values {
        check(
            &ours::NumberDataPoint {
                attributes: our_route(),
                start_time_unix_nano: 1,
                time_unix_nano: u64::MAX,
                value: Some(our),
                flags: ours::NO_RECORDED_VALUE,
            },
            &theirs::NumberDataPoint {
                attributes: route(),
                start_time_unix_nano: 1,
                time_unix_nano: u64::MAX,
                value: Some(their),
                flags: theirs::DataPointFlags::NoRecordedValueMask as u32,
                ..Default::default()
            },
        );
    }
}

#[test]
fn histograms() {
    check(
        &ours::HistogramDataPoint {
            attributes: our_route(),
            start_time_unix_nano: 1,
            time_unix_nano: 2,
            count: 3,
            sum: Some(4.0),
            bucket_counts: vec![5, 0, u64::MAX],
            explicit_bounds: vec![-6.0, 0.5],
            flags: 7,
            min: Some(-8.0),
            max: Some(0.0),
        },
        &theirs::HistogramDataPoint {
            attributes: route(),
            start_time_unix_nano: 1,
            time_unix_nano: 2,
            count: 3,
            sum: Some(4.0),
            bucket_counts: vec![5, 0, u64::MAX],
            explicit_bounds: vec![-6.0, 0.5],
            flags: 7,
            min: Some(-8.0),
            max: Some(0.0),
            ..Default::default()
        },
    );
    check(
        &ours::ExponentialHistogramDataPoint {
            attributes: our_route(),
            start_time_unix_nano: 1,
            time_unix_nano: 2,
            count: 3,
            sum: Some(4.0),
            scale: -5,
            zero_count: 6,
            positive: Some(ours::Buckets {
                offset: -7,
                bucket_counts: vec![8, 0, 300],
            }),
            negative: Some(ours::Buckets::default()),
            flags: 9,
            min: Some(0.0),
            max: Some(10.0),
            zero_threshold: 11.0,
        },
        &theirs::ExponentialHistogramDataPoint {
            attributes: route(),
            start_time_unix_nano: 1,
            time_unix_nano: 2,
            count: 3,
            sum: Some(4.0),
            scale: -5,
            zero_count: 6,
            positive: Some(theirs::exponential_histogram_data_point::Buckets {
                offset: -7,
                bucket_counts: vec![8, 0, 300],
            }),
            negative: Some(Default::default()),
            flags: 9,
            min: Some(0.0),
            max: Some(10.0),
            zero_threshold: 11.0,
            ..Default::default()
        },
    );
}

/// Points are held to theirs above; here it is what stands around them.
#[test]
fn requests() {
    let delta = theirs::AggregationTemporality::Delta as i32;
    let cumulative = theirs::AggregationTemporality::Cumulative as i32;
    assert_eq!((ours::DELTA, ours::CUMULATIVE), (delta, cumulative));
    let quantiles = theirs::SummaryDataPoint {
        count: 3,
        ..Default::default()
    };
    let their_data = [
        theirs::metric::Data::Gauge(theirs::Gauge {
            data_points: vec![Default::default()],
        }),
        theirs::metric::Data::Sum(theirs::Sum {
            data_points: vec![Default::default()],
            aggregation_temporality: delta,
            is_monotonic: true,
        }),
        theirs::metric::Data::Histogram(theirs::Histogram {
            data_points: vec![Default::default()],
            aggregation_temporality: delta,
        }),
        theirs::metric::Data::ExponentialHistogram(theirs::ExponentialHistogram {
            data_points: vec![Default::default()],
            aggregation_temporality: cumulative,
        }),
        theirs::metric::Data::Summary(theirs::Summary {
            data_points: vec![quantiles.clone()],
        }),
    ];
    let our_data = [
        ours::Data::Gauge(ours::Gauge {
            data_points: vec![Default::default()],
        }),
        ours::Data::Sum(ours::Sum {
            data_points: vec![Default::default()],
            aggregation_temporality: delta,
            is_monotonic: true,
        }),
        ours::Data::Histogram(ours::Histogram {
            data_points: vec![Default::default()],
            aggregation_temporality: delta,
        }),
        ours::Data::ExponentialHistogram(ours::ExponentialHistogram {
            data_points: vec![Default::default()],
            aggregation_temporality: cumulative,
        }),
        ours::Data::Summary(ours::Summary {
            data_points: vec![quantiles.encode_to_vec().into()],
        }),
    ];
    let their_metric = |data| theirs::Metric {
        name: "n".into(),
        description: "d".into(),
        unit: "u".into(),
        data: Some(data),
        ..Default::default()
    };
    let our_metric = |data| ours::Metric {
        name: "n".into(),
        description: "d".into(),
        unit: "u".into(),
        data: Some(data),
    };
    check(
        &ours::ExportMetricsServiceRequest {
            resource_metrics: vec![ours::ResourceMetrics {
                resource: Some(ours::Resource {
                    attributes: our_route(),
                }),
                scope_metrics: vec![ours::ScopeMetrics {
                    scope: Some(ours::InstrumentationScope {
                        name: "s".into(),
                        version: "v".into(),
                        attributes: our_route(),
                    }),
                    metrics: our_data.into_iter().map(our_metric).collect(),
                }],
            }],
        },
        &service::ExportMetricsServiceRequest {
            resource_metrics: vec![theirs::ResourceMetrics {
                resource: Some(resource::Resource {
                    attributes: route(),
                    ..Default::default()
                }),
                scope_metrics: vec![theirs::ScopeMetrics {
                    scope: Some(common::InstrumentationScope {
                        name: "s".into(),
                        version: "v".into(),
                        attributes: route(),
                        ..Default::default()
                    }),
                    metrics: their_data.into_iter().map(their_metric).collect(),
                    ..Default::default()
                }],
                ..Default::default()
            }],
        },
    );
}

#[test]
fn answers() {
    check(
        &ours::ExportMetricsServiceResponse {
            partial_success: Some(ours::ExportMetricsPartialSuccess {
                rejected_data_points: -1,
                error_message: "m".into(),
            }),
        },
        &service::ExportMetricsServiceResponse {
            partial_success: Some(service::ExportMetricsPartialSuccess {
                rejected_data_points: -1,
                error_message: "m".into(),
            }),
        },
    );
    // google.rpc.Status, which their crate does not have: field 1 is a varint, 2 is text.
    let status = ours::Status {
        code: 16,
        message: "m".into(),
    };
    assert_eq!(status.encode_to_vec(), [0x08, 16, 0x12, 1, b'm']);
}
