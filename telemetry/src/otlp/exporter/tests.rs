use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::super::Stats;
use super::super::encode::Limits;
use super::super::ledger::Source;
use super::*;
use crate::aggregate::{Recorder, SeriesTable};
use crate::otlp_message::{Data, ExportMetricsServiceRequest, Number};
use crate::testing::capture;
use crate::{Metric, MetricList, Registry};
use prost::Message;

const SECOND: Duration = Duration::from_secs(1);

/// A program of one counter, a receiver that answers by script and then takes everything, and
/// a clock that stands still unless it is set.
struct Bench {
    registry: Arc<Registry>,
    recorder: Arc<Recorder>,
    exporter: Exporter<Rc<RefCell<Moment>>, Script>,
    now: Rc<RefCell<Moment>>,
    posts: Rc<RefCell<Vec<(u64, Duration)>>>,
}

impl Clock for Rc<RefCell<Moment>> {
    fn now(&self) -> Moment {
        *self.borrow()
    }
}

struct Script {
    answers: VecDeque<Answer>,
    posts: Rc<RefCell<Vec<(u64, Duration)>>>,
}

impl Transport for Script {
    fn post(&mut self, body: &[u8], timeout: Duration) -> Answer {
        self.posts.borrow_mut().push((count_in(body), timeout));
        self.answers.pop_front().unwrap_or(taken(0, ""))
    }
}

/// What the only point of the body counts.
fn count_in(body: &[u8]) -> u64 {
    let request = ExportMetricsServiceRequest::decode(body).expect("a request");
    match &request.resource_metrics[0].scope_metrics[0].metrics[0].data {
        Some(Data::Sum(sum)) => match sum.data_points[0].value {
            Some(Number::AsInt(count)) => count as u64,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn taken(rejected: u64, message: &str) -> Answer {
    Answer::Taken {
        rejected,
        message: message.to_owned(),
    }
}

fn later(after: Option<u64>) -> Answer {
    Answer::Later {
        after: after.map(Duration::from_secs),
        why: "503".to_owned(),
    }
}

fn bench(room: usize, answers: impl IntoIterator<Item = Answer>) -> Bench {
    let metrics = MetricList::new(vec![Metric::count_events("a"), Metric::sum("b.value")]);
    let metrics = Arc::new(metrics.expect("a list"));
    let table = Arc::new(SeriesTable::new(10, 10));
    let recorder = Arc::new(Recorder::new(metrics.clone(), table.clone()));
    let registry = Arc::new(Registry::new());
    let now = Rc::new(RefCell::new(Moment {
        elapsed: SECOND,
        unix_ns: 1_000,
    }));
    let posts = Rc::default();
    let source = Source {
        registry: registry.clone(),
        recorder: recorder.clone(),
        metrics,
        table,
    };
    let limits = Limits {
        points: 10,
        bytes: 10_000,
    };
    let exporter = Exporter::new(
        Arc::new(Ledger::new(source)),
        now.clone(),
        Script {
            answers: answers.into_iter().collect(),
            posts: Rc::clone(&posts),
        },
        Encoder::new(&[], limits),
        Queue::new(room),
        Pace {
            period: SECOND,
            timeout: 10 * SECOND,
        },
    );
    Bench {
        registry,
        recorder,
        exporter,
        now,
        posts,
    }
}

impl Bench {
    fn count(&self, events: usize) {
        for _ in 0..events {
            let event = crate::Event {
                name: "a",
                measurements: &[],
                metadata: &[],
            };
            self.recorder.record(&event, 0);
        }
    }

    fn pass(&mut self, time: Duration) -> Duration {
        {
            let mut now = self.now.borrow_mut();
            now.elapsed += time;
            now.unix_ns += time.as_nanos() as u64;
        }
        self.exporter.step()
    }

    /// What each request counted.
    fn counts(&self) -> Vec<u64> {
        self.posts
            .borrow()
            .iter()
            .map(|(count, _)| *count)
            .collect()
    }

    fn stats(&self) -> Stats {
        self.exporter.ledger.stats()
    }
}

#[test]
fn every_period_sends_what_came_since_the_last() {
    let mut bench = bench(5, []);
    assert_eq!(bench.exporter.step(), SECOND, "nothing is due");
    bench.count(3);
    assert_eq!(bench.pass(SECOND / 2), SECOND / 2);
    assert_eq!(bench.counts(), [0_u64; 0]);
    bench.count(1);
    assert_eq!(bench.pass(SECOND / 2), SECOND);
    bench.count(2);
    bench.pass(SECOND);
    assert_eq!(bench.pass(SECOND), SECOND, "nothing came, nothing is sent");
    assert_eq!(bench.counts(), [4, 2]);
    assert_eq!(bench.stats().sent, 2);
}

#[test]
fn beats_that_were_missed_are_one_window() {
    let mut bench = bench(5, []);
    bench.count(7);
    let wait = bench.pass(SECOND * 7 / 2);
    assert_eq!(wait, SECOND / 2, "the beat stays");
    assert_eq!(bench.counts(), [7]);
}

#[test]
fn what_failed_for_now_is_sent_again_before_anything_newer() {
    let mut bench = bench(5, [later(None), later(None)]);
    bench.count(1);
    let wait = bench.pass(SECOND);
    assert!(
        wait <= SECOND / 2,
        "the first wait is half a second at most"
    );
    bench.count(2);
    bench.pass(SECOND);
    assert_eq!(bench.counts(), [1, 1]);
    assert_eq!(bench.stats().retried, 2);
    assert_eq!(bench.stats().sent, 0);
    bench.pass(SECOND);
    assert_eq!(bench.pass(Duration::ZERO), SECOND);
    assert_eq!(bench.counts(), [1, 1, 1, 2]);
    let expected = Stats {
        sent: 2,
        retried: 2,
        ..Stats::default()
    };
    assert_eq!(bench.stats(), expected);
}

#[test]
fn a_receiver_that_asks_for_time_gets_it() {
    let mut bench = bench(50, [later(Some(20))]);
    bench.count(1);
    bench.pass(SECOND);
    for _ in 0..19 {
        bench.pass(SECOND);
    }
    assert_eq!(bench.counts(), [1], "too early by a second");
    bench.pass(SECOND);
    assert_eq!(bench.counts(), [1, 1]);
}

#[test]
fn when_the_queue_is_full_the_oldest_is_dropped_and_said() {
    let mut bench = bench(2, [later(Some(60))]);
    for count in 1..=4 {
        bench.count(count);
        if count == 3 {
            let registry = bench.registry.clone();
            let said = capture(&registry, &["telemetry.otlp.dropped"]).expect("attached");
            bench.pass(SECOND);
            assert_eq!(said.take()[0].metadata["reason"], "queue_full");
        } else {
            bench.pass(SECOND);
        }
    }
    assert_eq!(bench.stats().dropped, 2);
    for _ in 0..60 {
        bench.pass(SECOND);
    }
    assert_eq!(bench.counts(), [1, 3, 4]);
    assert_eq!(bench.stats().sent, 2);
}

#[test]
fn what_is_refused_is_not_sent_again() {
    let refused = Answer::Refused {
        why: "401".to_owned(),
    };
    let mut bench = bench(5, [refused, taken(1, "unknown metric"), taken(9, "")]);
    for count in 1..=4 {
        bench.count(count);
        bench.pass(SECOND);
    }
    assert_eq!(bench.counts(), [1, 2, 3, 4]);
    let expected = Stats {
        sent: 1,
        rejected: 3,
        ..Stats::default()
    };
    assert_eq!(bench.stats(), expected, "never more than there were");
}

#[test]
fn every_request_is_an_event() {
    let mut bench = bench(5, [later(None)]);
    bench.count(1);
    let registry = bench.registry.clone();
    let said = capture(&registry, &["telemetry.otlp.export"]).expect("attached");
    bench.pass(SECOND);
    bench.pass(SECOND);
    let said = said.take();
    let outcomes = said.iter().map(|event| event.metadata["outcome"].as_str());
    assert_eq!(outcomes.collect::<Vec<_>>(), ["retry", "sent"]);
    assert_eq!(said[1].measurements["points"], 1.0);
    assert_eq!(said[1].measurements["duration"], 0.0);
}

#[test]
fn ending_sends_all_that_there_is_at_once() {
    let mut bench = bench(5, [later(None), later(None)]);
    bench.count(1);
    bench.pass(SECOND);
    bench.count(2);
    let deadline = bench.exporter.begin_end(5 * SECOND);
    assert_eq!(bench.exporter.end_step(deadline), Some(Duration::ZERO));
    assert_eq!(bench.counts(), [1, 1], "the back-off is cut short");
    let wait = bench.exporter.end_step(deadline).expect("a back-off");
    assert!(!wait.is_zero() && wait <= SECOND);
    bench.now.borrow_mut().elapsed += wait;
    while bench.exporter.end_step(deadline).is_some() {}
    assert_eq!(bench.counts(), [1, 1, 1, 2]);
    let longest = bench.posts.borrow()[1..]
        .iter()
        .map(|(_, timeout)| *timeout)
        .max();
    assert!(
        longest <= Some(5 * SECOND),
        "no request outlives the deadline"
    );
}

#[test]
fn what_cannot_be_sent_in_time_is_dropped_and_counted() {
    let mut bench = bench(5, [later(Some(6))]);
    bench.count(1);
    bench.pass(SECOND);
    bench.count(2);
    let said = bench.registry.clone();
    let said = capture(&said, &["telemetry.otlp.dropped"]).expect("attached");
    let deadline = bench.exporter.begin_end(5 * SECOND);
    assert_eq!(bench.exporter.end_step(deadline), None);
    assert_eq!(bench.counts(), [1], "the receiver asked for more time");
    assert_eq!(bench.stats().dropped, 2);
    assert_eq!(said.take()[1].metadata["reason"], "shutdown");
}

#[test]
fn once_closed_nothing_is_sent_and_nothing_more_is_counted() {
    let mut bench = bench(5, [later(None), later(None)]);
    bench.count(1);
    bench.pass(SECOND);
    bench.count(2);
    let registry = bench.registry.clone();
    let said = capture(&registry, &["telemetry.otlp.dropped"]).expect("attached");
    // As when the thread is in a request for longer than it was given to end.
    let ledger = bench.exporter.ledger.clone();
    ledger.close();
    ledger.close();
    let expected = Stats {
        retried: 1,
        dropped: 2,
        ..Stats::default()
    };
    assert_eq!(bench.stats(), expected, "one in the queue, one not flushed");
    bench.count(3);
    bench.exporter.send(SECOND);
    bench.exporter.send(SECOND);
    let deadline = bench.exporter.begin_end(Duration::ZERO);
    assert_eq!(bench.exporter.end_step(deadline), None);
    assert_eq!(bench.counts(), [1, 1, 1], "and none of what came later");
    assert_eq!(bench.stats(), expected);
    let said = said.take();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].measurements["points"], 2.0);
    assert_eq!(said[0].metadata["reason"], "shutdown");
}

#[test]
fn windows_meet_and_never_end_before_they_begin() {
    let check = |times: [u64; 3], windows: [(u64, u64); 2]| {
        let mut bench = bench(5, [later(Some(60))]);
        bench.exporter.flushed_ns = times[0];
        let mut found = Vec::new();
        for time in &times[1..] {
            bench.count(1);
            let elapsed = bench.now.borrow().elapsed;
            let unix_ns = *time;
            bench.exporter.flush(Moment { elapsed, unix_ns });
            let batch = bench.exporter.queue.take_first().expect("a batch");
            let request = ExportMetricsServiceRequest::decode(&*batch.body).expect("decodes");
            let metric = &request.resource_metrics[0].scope_metrics[0].metrics[0];
            let Some(Data::Sum(sum)) = &metric.data else {
                panic!("{metric:?}");
            };
            let point = &sum.data_points[0];
            found.push((point.start_time_unix_nano, point.time_unix_nano));
        }
        assert_eq!(found, windows);
    };
    check([5, 7, 9], [(5, 7), (7, 9)]);
    check([5, 5, 9], [(5, 5), (5, 9)]);
    check([5, 3, 9], [(3, 3), (3, 9)]);
    check([5, 0, u64::MAX], [(0, 0), (0, u64::MAX)]);
}

#[test]
fn samples_that_were_not_recorded_are_said() {
    let mut bench = bench(5, []);
    let registry = bench.registry.clone();
    let said = capture(&registry, &["telemetry.otlp.refused"]).expect("attached");
    let event = crate::Event {
        name: "b",
        measurements: &[],
        metadata: &[],
    };
    bench.recorder.record(&event, 0);
    bench.pass(SECOND);
    let said = said.take();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].measurements["samples"], 1.0);
    assert_eq!(said[0].metadata["metric"], "b.value");
    assert_eq!(said[0].metadata["reason"], "missing_measurement");
    assert_eq!(bench.counts(), [0_u64; 0], "and there is nothing to send");
}
