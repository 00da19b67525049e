//! What events become: by tags, kept and dropped, sampled, folded and refused.

mod growth;
mod release;

use super::*;
use crate::aggregate::{Numbers, OVERFLOW, Sketch};
use crate::{Unit, Value};

fn recorder(metrics: Vec<Metric>, max_series: usize) -> Recorder {
    let list = Arc::new(MetricList::new(metrics).expect("makes sense"));
    Recorder::new(list, Arc::new(SeriesTable::new(max_series, max_series)))
}

#[test]
fn an_event_feeds_every_metric_by_tag_combination() {
    let recorder = recorder(
        vec![
            Metric::count_events("shop.order").tags(["paid", "size"]),
            Metric::sum("shop.order.price"),
            Metric::summary("shop.order.price")
                .named("p")
                .unit_from(Unit::Second, Unit::Millisecond),
        ],
        10,
    );
    let send = |price: f64, paid: bool, size: i64| {
        recorder.record(
            &Event {
                name: "shop.order",
                measurements: &[("price", price)],
                metadata: &[("paid", Value::Bool(paid)), ("size", Value::Int(size))],
            },
            1,
        );
    };
    send(1.0, true, -7);
    send(2.0, true, -7);
    send(3.0, false, 0);
    let flush = recorder.flush();
    assert_eq!(
        (flush.rows.len(), flush.fresh.len(), flush.samples),
        (4, 4, 9)
    );
    let tags: Vec<String> = flush
        .fresh
        .iter()
        .map(|series| series.tags.join(","))
        .collect();
    assert!(
        tags.contains(&"true,-7".to_owned()) && tags.contains(&"false,0".to_owned()),
        "{tags:?}"
    );
    let sum_of = |metric| {
        let rows = flush
            .rows
            .iter()
            .filter(|row| row.metric == MetricId(metric));
        rows.map(|row| row.aggregate.sum).sum::<f64>()
    };
    assert_eq!((sum_of(1), sum_of(2)), (6.0, 6000.0));
    assert!(recorder.flush().rows.is_empty(), "a flush begins anew");
}

#[test]
fn what_is_refused_is_counted_by_reason() {
    let check =
        |measurements: &[(&str, f64)], metadata: &[(&str, Value<'_>)], expect: Option<Refusal>| {
            let recorder = recorder(vec![Metric::last_value("a.b.v").tags(["t"])], 1);
            recorder.record(
                &Event {
                    name: "a.b",
                    measurements,
                    metadata,
                },
                0,
            );
            let flush = recorder.flush();
            let refused: Vec<_> = expect
                .into_iter()
                .map(|reason| (MetricId(0), reason, 1))
                .collect();
            assert_eq!(
                (flush.refused, flush.rows.is_empty()),
                (refused, expect.is_some())
            );
        };
    let long = "x".repeat(129);
    let tag = [("t", Value::Str("x"))];
    check(&[("v", 0.0)], &tag, None);
    check(&[("v", f64::NAN)], &tag, Some(Refusal::NotANumber));
    check(&[("v", f64::INFINITY)], &tag, Some(Refusal::NotANumber));
    check(&[("v", f64::NEG_INFINITY)], &tag, Some(Refusal::NotANumber));
    check(&[], &tag, Some(Refusal::MissingMeasurement));
    check(&[("v", 1.0)], &[], Some(Refusal::MissingTag));
    check(
        &[("v", 1.0)],
        &[("t", Value::Str(&long))],
        Some(Refusal::TagTooLong),
    );
    check(
        &[("v", 1.0)],
        &[("t", Value::Float(1e300))],
        Some(Refusal::TagTooLong),
    );
    check(&[("v", 1.0)], &[("t", Value::Float(0.5))], None);
}

#[test]
fn a_series_too_many_is_folded_and_the_others_go_on() {
    let recorder = recorder(vec![Metric::count_events("a.b").tags(["t"])], 2);
    for value in ["x", "y", "z", "x", "w"] {
        recorder.record(
            &Event {
                name: "a.b",
                measurements: &[],
                metadata: &[("t", Value::Str(value))],
            },
            0,
        );
    }
    let flush = recorder.flush();
    assert_eq!((flush.rows.len(), flush.samples), (3, 5));
    assert_eq!(flush.refused, [(MetricId(0), Refusal::SeriesLimit, 2)]);
    let overflow = flush.fresh.iter().find(|series| series.is_overflow());
    let overflow = overflow.expect("told of").id;
    let row = flush.rows.iter().find(|row| row.series == overflow);
    assert_eq!(row.expect("has samples").aggregate.count, 2);
}

#[test]
fn shards_of_many_threads_flush_as_one() {
    let recorder = recorder(vec![Metric::sum("a.b.v")], 10);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    recorder.record(
                        &Event {
                            name: "a.b",
                            measurements: &[("v", 2.0)],
                            metadata: &[],
                        },
                        0,
                    );
                }
            });
        }
    });
    let flush = recorder.flush();
    assert_eq!((flush.rows.len(), flush.rows[0].aggregate.sum), (1, 8000.0));
}

fn emit(recorder: &Recorder, measurements: &[(&str, f64)], metadata: &[(&str, Value<'_>)]) {
    recorder.record(
        &Event {
            name: "a.b",
            measurements,
            metadata,
        },
        0,
    );
}

#[test]
fn what_is_not_kept_is_no_refusal() {
    let keeping = Metric::count_events("a.b").keep_if(|event| event.measurement("v").is_some());
    let recorder = recorder(vec![keeping], 10);
    emit(&recorder, &[("v", 1.0)], &[]);
    emit(&recorder, &[], &[]);
    let flush = recorder.flush();
    assert_eq!((flush.samples, flush.refused), (1, vec![]));
}

#[test]
fn functions_give_values_and_tags_and_may_record_themselves() {
    let slot = Arc::new(std::sync::OnceLock::<Arc<Recorder>>::new());
    let inner = slot.clone();
    let metrics = vec![
        Metric::sum("a.b.v").tags(["t"]),
        Metric::sum("a.b.w")
            .measure_with(move |event| {
                let nested = Event {
                    name: "c.d",
                    measurements: &[("v", 1.0)],
                    metadata: &[],
                };
                inner
                    .get()
                    .expect("set before the first event")
                    .record(&nested, 0);
                event.measurement("v").map(|v| 10.0 * v)
            })
            .tag_with("class", |event| {
                let value = event.meta("t")?;
                Some(format!("{value}x").into())
            }),
        Metric::sum("c.d.v"),
    ];
    let recorder = Arc::new(recorder(metrics, 10));
    slot.set(recorder.clone()).ok().expect("the first");
    emit(&recorder, &[("v", 2.0)], &[("t", Value::Int(5))]);
    let flush = recorder.flush();
    let sum = |metric| {
        let mut rows = flush.rows.iter();
        let row = rows.find(|row| row.metric == MetricId(metric));
        row.expect("has a sample").aggregate.sum
    };
    assert_eq!((sum(0), sum(1), sum(2)), (2.0, 20.0, 1.0));
    let tags = flush
        .fresh
        .iter()
        .find(|series| series.metric == MetricId(1));
    assert_eq!(&*tags.expect("is new").tags[0], "5x");
}

#[test]
fn sampling_leaves_counts_and_sums_right_on_average() {
    let metrics = vec![
        Metric::summary("a.b.v").sampling_rate(0.1),
        Metric::sum("a.b.missing").sampling_rate(0.1),
    ];
    let recorder = recorder(metrics, 10);
    let events = 50_000;
    (0..events).for_each(|_| emit(&recorder, &[("v", 2.0)], &[]));
    let flush = recorder.flush();
    let near =
        |found: u64| (f64::from(events) * 0.9..f64::from(events) * 1.1).contains(&(found as f64));
    let aggregate = &flush.rows[0].aggregate;
    assert!(near(aggregate.count), "{}", aggregate.count);
    assert_eq!(aggregate.sum, 2.0 * aggregate.count as f64);
    let sketch = aggregate.sketch().expect("a summary");
    let taken: Vec<_> = sketch.positive().collect();
    assert_eq!(taken, [(63, aggregate.count)]);
    let &[(MetricId(1), Refusal::MissingMeasurement, refused)] = flush.refused.as_slice() else {
        panic!("{:?}", flush.refused);
    };
    assert!(near(refused), "{refused}");
}

#[test]
fn a_handle_records_to_the_series_that_events_record_to() {
    let recorder = Arc::new(recorder(vec![Metric::sum("a.b.v").tags(["t"])], 1));
    let handle = recorder.handle(MetricId(0), &["x"]).expect("room");
    handle.record(1.0, 3);
    handle.record(f64::INFINITY, 3);
    emit(&recorder, &[("v", 2.0)], &[("t", Value::Str("x"))]);
    let folding = recorder.handle(MetricId(0), &["y"]).expect("folds");
    folding.record(5.0, 3);
    folding.record(6.0, 3);
    let flush = recorder.flush();
    let sums: Vec<_> = flush.rows.iter().map(|row| row.aggregate.sum).collect();
    assert_eq!(sums, [3.0, 11.0]);
    let tags: Vec<_> = flush.fresh.iter().map(|series| &*series.tags[0]).collect();
    assert_eq!(tags, ["x", OVERFLOW]);
    let refused = [
        (MetricId(0), Refusal::SeriesLimit, 2),
        (MetricId(0), Refusal::NotANumber, 1),
    ];
    assert_eq!(flush.refused, refused);

    let check = |metric: u16, tags: &[&str], expect: Refusal| {
        assert_eq!(recorder.handle(MetricId(metric), tags).err(), Some(expect));
    };
    check(0, &[], Refusal::MissingTag);
    check(0, &["x", "y"], Refusal::MissingTag);
    check(0, &["x".repeat(129).as_str()], Refusal::TagTooLong);
    check(7, &[], Refusal::MissingMeasurement);
}

#[test]
fn what_another_aggregator_did_is_merged_when_it_has_the_detail() {
    let metrics = vec![
        Metric::sum("a.b.v").tags(["t"]),
        Metric::summary("a.b.w"),
        Metric::distribution("a.b.x", [1.0, 2.0]),
    ];
    let recorder = recorder(metrics, 1);
    let of = |shape: &Shape| {
        let mut aggregate = Aggregate::empty(shape);
        assert!(aggregate.record_weighted(1.5, 4, 7));
        aggregate
    };
    let (plain, sketch) = (of(&Shape::Plain), of(&Shape::Sketch));
    let (buckets, others) = (
        of(&Shape::Buckets([1.0, 2.0].into())),
        of(&Shape::Buckets([1.0].into())),
    );
    let check = |metric: u16, tags: &[&str], aggregate: &Aggregate, expect| {
        assert_eq!(
            recorder.record_aggregate(MetricId(metric), tags, aggregate),
            expect
        );
    };
    check(0, &["x"], &plain, Ok(()));
    check(0, &["x"], &sketch, Ok(()));
    check(0, &["y"], &plain, Ok(()));
    check(0, &[], &plain, Err(Refusal::MissingTag));
    check(1, &[], &sketch, Ok(()));
    check(1, &[], &plain, Err(Refusal::MissingMeasurement));
    check(1, &[], &buckets, Err(Refusal::MissingMeasurement));
    check(2, &[], &buckets, Ok(()));
    check(2, &[], &others, Err(Refusal::MissingMeasurement));
    check(2, &[], &Aggregate::empty(&Shape::Plain), Ok(()));
    check(9, &[], &plain, Err(Refusal::MissingMeasurement));
    let flush = recorder.flush();
    let found: Vec<_> = flush
        .rows
        .iter()
        .map(|row| {
            let a = &row.aggregate;
            let sketched = a.sketch().map_or(0, Sketch::count);
            (
                row.metric.0,
                a.count,
                a.last_at_ms,
                sketched,
                a.buckets().to_vec(),
            )
        })
        .collect();
    let expect = [
        (0, 8, 7, 0, vec![]),
        (0, 4, 7, 0, vec![]),
        (1, 4, 7, 4, vec![]),
        (2, 4, 7, 0, vec![0, 4, 0]),
    ];
    assert_eq!(found, expect);
    let refused = [
        (MetricId(0), Refusal::SeriesLimit, 4),
        (MetricId(0), Refusal::MissingTag, 4),
        (MetricId(1), Refusal::MissingMeasurement, 8),
        (MetricId(2), Refusal::MissingMeasurement, 4),
    ];
    assert_eq!(flush.refused, refused);
}

#[test]
fn counts_without_end_stop_at_the_end_of_numbers() {
    let metrics = vec![Metric::counter("a.b").tags(["t"]), Metric::sum("a.c")];
    let recorder = recorder(metrics, 10);
    let record = |metric, tags: &[&str], count| {
        let made = Aggregate::of_numbers(Numbers {
            count,
            sum: 0.0,
            min: 0.0,
            max: 0.0,
            last: 0.0,
            last_at_ms: 1,
        });
        let recorded = recorder.record_aggregate(metric, tags, &made.expect("fits together"));
        assert_eq!(recorded, Ok(()));
    };
    record(MetricId(0), &["x"], u64::MAX);
    record(MetricId(0), &["x"], 7);
    record(MetricId(0), &["y"], u64::MAX - 1);
    record(MetricId(1), &[], 2);
    let flush = recorder.flush();
    assert_eq!((flush.rows.len(), flush.samples), (3, u64::MAX));
}
