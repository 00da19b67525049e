//! Nothing is lost and nothing is counted twice while several threads record and others flush.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use telemetry::aggregate::{Aggregate, Flush, Recorder, SeriesId, SeriesTable, Shape};
use telemetry::{Event, Metric, MetricId, MetricList, Value};

const THREADS: u64 = 6;
const ROUNDS: u64 = 5_000;
const SUMMARY: MetricId = MetricId(0);
const COUNTER: MetricId = MetricId(1);

fn recorder() -> Arc<Recorder> {
    let metrics = vec![
        Metric::summary("a.b.v").tags(["t"]),
        Metric::counter("a.b.v")
            .named("n")
            .tags(["t"])
            .max_series(3),
    ];
    let list = Arc::new(MetricList::new(metrics).expect("makes sense"));
    Arc::new(Recorder::new(list, Arc::new(SeriesTable::new(100, 100))))
}

/// Numbers that add up exactly.
fn value(round: u64) -> f64 {
    (1 + round % 1_000) as f64
}

#[derive(Default, Debug, PartialEq)]
struct Total {
    samples: u64,
    sum: f64,
    sketched: u64,
    folded: u64,
    fresh: Vec<SeriesId>,
}

impl Total {
    fn add(&mut self, flush: Flush) {
        let series: std::collections::HashSet<_> =
            flush.rows.iter().map(|row| row.series).collect();
        assert_eq!(series.len(), flush.rows.len(), "a series has one row");
        for row in &flush.rows {
            assert!(row.aggregate.count > 0);
            self.samples += row.aggregate.count;
            self.sum += row.aggregate.sum;
            self.sketched += row.aggregate.sketch().map_or(0, |sketch| {
                let sides = sketch.positive().chain(sketch.negative());
                sketch.zero() + sides.map(|(_, n)| n).sum::<u64>()
            });
        }
        self.folded += flush
            .refused
            .iter()
            .map(|(.., samples)| samples)
            .sum::<u64>();
        self.fresh
            .extend(flush.fresh.iter().map(|series| series.id));
    }
}

#[test]
fn flushes_have_each_sample_once() {
    let recorder = recorder();
    let handle = recorder.handle(SUMMARY, &["handle"]).expect("room");
    let done = AtomicBool::new(false);
    let flush_until_done = || {
        let mut total = Total::default();
        while !done.load(Ordering::Acquire) {
            total.add(recorder.flush());
            thread::yield_now();
        }
        total
    };
    let record = |thread: u64| {
        let mut part = Aggregate::empty(&Shape::Sketch);
        assert!(part.record(3.0, 1));
        for round in 0..ROUNDS {
            let value = value(round + thread);
            handle.record(value, 1);
            let event = Event {
                name: "a.b",
                measurements: &[("v", value)],
                metadata: &[("t", Value::Int((round % 5) as i64))],
            };
            recorder.record(&event, 1);
            let merged = recorder.record_aggregate(SUMMARY, &["merged"], &part);
            assert_eq!(merged, Ok(()));
        }
    };
    let mut totals = thread::scope(|scope| {
        let flushers = [scope.spawn(flush_until_done), scope.spawn(flush_until_done)];
        let recorders: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(move || record(thread)))
            .collect();
        recorders
            .into_iter()
            .for_each(|thread| thread.join().expect("records"));
        done.store(true, Ordering::Release);
        flushers.map(|thread| thread.join().expect("flushes"))
    });
    totals[0].add(recorder.flush());
    let [mut total, other] = totals;
    total.samples += other.samples;
    total.sum += other.sum;
    total.sketched += other.sketched;
    total.folded += other.folded;
    total.fresh.extend(other.fresh);
    total.fresh.sort();

    let values: f64 = (0..THREADS)
        .flat_map(|thread| (0..ROUNDS).map(move |round| value(round + thread)))
        .sum();
    let all = THREADS * ROUNDS;
    // The handle's, then both metrics of the event, of which one counts, then what was merged.
    let expect = Total {
        samples: 4 * all,
        sum: values + values + all as f64 + 3.0 * all as f64,
        sketched: 3 * all,
        // Of five values of the tag three have a series, and one more takes the rest.
        folded: total.folded,
        fresh: (1..=11).map(SeriesId).collect(),
    };
    assert_eq!(total, expect);
    assert_eq!(total.folded, all / 5 * 2);
    let refused = recorder.handle(COUNTER, &["one", "too many"]).err();
    assert_eq!(refused, Some(telemetry::Refusal::MissingTag));
}
