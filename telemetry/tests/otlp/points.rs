//! What each kind of metric is sent as.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Metric as Sent, number_data_point::Value as Number};
use telemetry::otlp::Stats;
use telemetry::{Metric, Unit};

use super::receiver::Receiver;
use super::{PATIENCE, registry, reporter};

fn find<'a>(metrics: &'a [Sent], name: &str) -> &'a Sent {
    let found = metrics.iter().find(|metric| metric.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {metrics:?}"))
}

#[test]
fn every_kind_becomes_its_point() {
    let receiver = Receiver::start([]);
    let registry = registry();
    let metrics = vec![
        Metric::count_events("a.b")
            .tags(["t", "n"])
            .description("How many"),
        Metric::sum("a.b.size").unit(Unit::Byte),
        Metric::last_value("a.b.load").unit_from(Unit::Ratio, Unit::Percent),
        Metric::summary("a.b.duration").unit_from(Unit::Second, Unit::Millisecond),
        Metric::distribution("a.b.wait", [1.0, 2.0]).unit(Unit::Second),
    ];
    let running = reporter(&receiver)
        .token("secret\n")
        .header("x-tenant", "7")
        .resource("service.name", "shop")
        .start(&registry, metrics)
        .expect("starts");
    for (i, wait) in [0.5, 1.0, 1.5, 9.0].into_iter().enumerate() {
        registry.execute(
            "a.b",
            &[
                ("size", 10.0 - 6.0 * i as f64),
                ("load", 0.25 * i as f64),
                ("duration", [0.001, 0.002, -0.001, 0.0][i]),
                ("wait", wait),
            ],
            &[("t", "x".into()), ("n", 3.into())],
        );
    }
    let stats = running.shutdown(PATIENCE);
    assert_eq!(
        stats,
        Stats {
            sent: 5,
            ..Stats::default()
        }
    );

    let taken = receiver.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].header("authorization"), Some("Bearer secret"));
    assert_eq!(
        taken[0].header("content-type"),
        Some("application/x-protobuf")
    );
    assert_eq!(taken[0].header("x-tenant"), Some("7"));
    let resource = &taken[0].request.resource_metrics[0];
    let attribute = &resource.resource.as_ref().expect("a resource").attributes[0];
    assert_eq!(
        (attribute.key.as_str(), text(attribute)),
        ("service.name", "shop")
    );
    let scope = resource.scope_metrics[0].scope.as_ref().expect("a scope");
    assert_eq!(scope.name, "telemetry");

    let metrics = &resource.scope_metrics[0].metrics;
    let counter = find(metrics, "a.b.count");
    assert_eq!(
        (counter.description.as_str(), counter.unit.as_str()),
        ("How many", "")
    );
    let Some(Data::Sum(sum)) = &counter.data else {
        panic!("{counter:?}");
    };
    assert!(sum.is_monotonic && sum.aggregation_temporality == 1);
    let point = &sum.data_points[0];
    assert_eq!(point.value, Some(Number::AsInt(4)));
    assert!(point.start_time_unix_nano > 0 && point.start_time_unix_nano <= point.time_unix_nano);
    let tags = point
        .attributes
        .iter()
        .map(|tag| (tag.key.as_str(), text(tag)));
    assert_eq!(tags.collect::<Vec<_>>(), [("t", "x"), ("n", "3")]);

    let size = find(metrics, "a.b.size");
    assert_eq!(size.unit, "By");
    let Some(Data::Sum(sum)) = &size.data else {
        panic!("{size:?}");
    };
    assert!(!sum.is_monotonic && sum.aggregation_temporality == 1);
    assert_eq!(sum.data_points[0].value, Some(Number::AsDouble(4.0)));

    let load = find(metrics, "a.b.load");
    assert_eq!(load.unit, "%");
    let Some(Data::Gauge(gauge)) = &load.data else {
        panic!("{load:?}");
    };
    assert_eq!(gauge.data_points[0].value, Some(Number::AsDouble(75.0)));

    let wait = find(metrics, "a.b.wait");
    let Some(Data::Histogram(histogram)) = &wait.data else {
        panic!("{wait:?}");
    };
    assert_eq!(histogram.aggregation_temporality, 1);
    let point = &histogram.data_points[0];
    assert_eq!((point.count, point.sum), (4, Some(12.0)));
    assert_eq!((point.min, point.max), (Some(0.5), Some(9.0)));
    assert_eq!(point.explicit_bounds, [1.0, 2.0]);
    assert_eq!(point.bucket_counts, [2, 1, 1]);

    let duration = find(metrics, "a.b.duration");
    assert_eq!(duration.unit, "ms");
    let Some(Data::ExponentialHistogram(histogram)) = &duration.data else {
        panic!("{duration:?}");
    };
    assert_eq!(histogram.aggregation_temporality, 1);
    let point = &histogram.data_points[0];
    assert_eq!((point.count, point.sum, point.scale), (4, Some(2.0), 6));
    assert_eq!((point.min, point.max), (Some(-1.0), Some(2.0)));
    assert_eq!(point.zero_count, 1);
    // Powers of two end their bucket: 1 is in (2^(-1/64), 1], 2 in (2^(63/64), 2].
    let positive = point.positive.as_ref().expect("two are above zero");
    assert_eq!(positive.offset, -1);
    let mut counts = vec![0; 65];
    (counts[0], counts[64]) = (1, 1);
    assert_eq!(positive.bucket_counts, counts);
    let negative = point.negative.as_ref().expect("one is below zero");
    assert_eq!((negative.offset, &*negative.bucket_counts), (-1, &[1][..]));
}

fn text(attribute: &opentelemetry_proto::tonic::common::v1::KeyValue) -> &str {
    match attribute
        .value
        .as_ref()
        .and_then(|value| value.value.as_ref())
    {
        Some(Value::StringValue(text)) => text,
        other => panic!("{other:?}"),
    }
}
