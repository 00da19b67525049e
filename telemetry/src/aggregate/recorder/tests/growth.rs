//! A recorder whose list grows while it records.

use super::*;

#[test]
fn metrics_that_are_added_are_recorded_from_then_on_and_the_others_go_on() {
    let recorder = recorder(vec![Metric::sum("a.x")], 10);
    let first = MetricList::new(vec![Metric::sum("a.x")]).expect("a list");
    let more = vec![
        Metric::sum("a.y").tags(["t"]),
        Metric::counter("b.x").sampling_rate(0.5),
    ];
    let longer = Arc::new(first.extended(more).expect("compatible").list);
    const EVENTS: u64 = 10_000;
    let event = |name| Event {
        name,
        measurements: &[("x", 1.0), ("y", 2.0)],
        metadata: &[("t", Value::Str("v"))],
    };
    // Ids that are not there yet are passed over, while others are recorded all the time.
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..EVENTS {
                    recorder.record_for(&[MetricId(0), MetricId(1)], &event("a"), 1);
                }
            });
        }
        scope.spawn(|| recorder.extend(longer.clone()));
    });
    let counts = |flush: &Flush| {
        let mut counts = [0; 3];
        for row in &flush.rows {
            counts[usize::from(row.metric.0)] += row.aggregate.count;
        }
        counts
    };
    assert_eq!(counts(&recorder.flush())[0], 2 * EVENTS);
    recorder.record(&event("a"), 1);
    (0..1_000).for_each(|_| recorder.record(&event("b"), 1));
    recorder.record(&event("a"), 1);
    let flush = recorder.flush();
    let [x, y, sampled] = counts(&flush);
    assert_eq!((x, y), (2, 2));
    assert!(
        (700..1_300).contains(&sampled),
        "half of 1,000 stand for two each: {sampled}"
    );
    let refused = recorder.record_aggregate(MetricId(1), &[], &Aggregate::empty(&Shape::Plain));
    assert_eq!(refused, Ok(()), "it is in the list, and nothing came");
    recorder.record(
        &Event {
            metadata: &[],
            ..event("a")
        },
        1,
    );
    assert_eq!(
        recorder.flush().refused,
        [(MetricId(1), Refusal::MissingTag, 1)]
    );
}
