//! The stream's bytes, without HTTP: cursor, resume, merged frames, hello, and who sees what.

use std::sync::Arc;

use protocol::{Frame, Hello, LogLevel, LogRecord, SeriesInfo};
use telemetry::aggregate::{Recorder, SeriesTable};
use telemetry::{Event, Metric, MetricId, MetricList, Value};

mod bounds;
mod records;
mod shared;

use super::*;
use crate::access::Visible;
use crate::config::PipelineConfig;
use crate::metrics::MetricCatalog;
use crate::pipeline::{Flush, SecondRollup};

const SHOWN: MetricId = MetricId(0);
const SECRET: MetricId = MetricId(1);
const START: u64 = 100;

/// A hub that is fed by hand: a flush each 100 ms from 10,000 ms on.
struct Fed {
    hub: Arc<Hub>,
    recorder: Recorder,
    rollup: SecondRollup,
    seq: u64,
    annotations: Vec<AnnotationChange>,
}

impl Fed {
    fn new() -> Fed {
        let config = PipelineConfig {
            ring_flushes: 80,
            ..PipelineConfig::default()
        };
        let metrics = MetricList::new(vec![
            Metric::summary("shop.order.price").tags(["item"]),
            Metric::sum("vault.open.amount")
                .tags(["key"])
                .required_roles(["admin"]),
        ]);
        let catalog = Arc::new(MetricCatalog::from(metrics.expect("a list")));
        let metrics = catalog.list();
        let table = Arc::new(SeriesTable::new(100, 100));
        let hub = Arc::new(Hub::new(&config, catalog, table.clone()));
        let recorder = Recorder::new(metrics, table);
        Fed {
            hub,
            recorder,
            rollup: SecondRollup::default(),
            seq: START,
            annotations: Vec::new(),
        }
    }

    fn order(&self, price: f64) {
        let metadata = [("item", Value::Str("tea"))];
        self.recorder.record(
            &Event {
                name: "shop.order",
                measurements: &[("price", price)],
                metadata: &metadata,
            },
            0,
        );
    }

    fn vault(&self) {
        let metadata = [("key", Value::Str("topsecret"))];
        self.recorder.record(
            &Event {
                name: "vault.open",
                measurements: &[("amount", 7.0)],
                metadata: &metadata,
            },
            0,
        );
    }

    fn flush(&mut self, log_records: Vec<LoggedEvent>) {
        self.seq += 1;
        let end_ms = 10_000 + (self.seq - START) as i64 * 100;
        let flush = self.recorder.flush();
        let seconds = self.rollup.add(end_ms, &flush.rows);
        self.hub.publish(&Flush {
            seq: self.seq,
            end_ms,
            width_ms: 100,
            rows: flush.rows.into(),
            seconds: &seconds,
            new_series: &flush.fresh,
            log_records: &log_records,
            annotations: &std::mem::take(&mut self.annotations),
            ..Flush::default()
        });
    }

    /// So many flushes, each with one order of the price 1, 2, 3, …
    fn run(&mut self, flushes: u64) {
        for i in 1..=flushes {
            self.order(i as f64);
            self.flush(Vec::new());
        }
    }

    fn viewer(&self) -> Arc<Audience> {
        self.hub
            .audience([SHOWN].into_iter().collect::<Visible>(), None)
    }

    fn client(&self, rate: u64, last: Option<u64>) -> Client {
        Client::new(self.hub.clone(), self.viewer(), rate, last)
    }
}

fn log(event: &str, metric: MetricId) -> LoggedEvent {
    let record = LogRecord {
        id: 0,
        t: 1,
        level: LogLevel::Info,
        event: event.into(),
        message: format!("{event} happened"),
        source: String::new(),
        anonymous: false,
    };
    LoggedEvent {
        record,
        metrics: [metric].into(),
        tags: Vec::new(),
        fields: Arc::default(),
    }
}

/// Everything that a client may be sent now.
fn drain(client: &mut Client) -> Vec<String> {
    let mut chunks = Vec::new();
    let mut event = String::new();
    while let Next::Send(bytes) = client.next(20_000) {
        event.push_str(std::str::from_utf8(&bytes).expect("UTF-8"));
        // A catalogue comes in a chunk of its own, in the middle of its event.
        if event.ends_with("\n\n") {
            chunks.push(std::mem::take(&mut event));
        }
        assert!(chunks.len() < 1000, "a client that is never done");
    }
    assert_eq!(event, "", "an event without an end");
    chunks
}

/// Data of the events of that name, as a browser would take them apart.
fn data<'a>(chunks: &'a [String], event: &str) -> Vec<&'a str> {
    let events = chunks.iter().flat_map(|chunk| chunk.split("\n\n"));
    let named = format!("event: {event}");
    events
        .filter(|text| text.lines().any(|line| line == named))
        .filter_map(|text| text.lines().find_map(|line| line.strip_prefix("data: ")))
        .collect()
}

fn frames(chunks: &[String]) -> Vec<Frame> {
    let parse = |text: &str| serde_json::from_str(text).expect("a frame");
    data(chunks, "frame").into_iter().map(parse).collect()
}

fn hello(chunks: &[String]) -> Hello {
    serde_json::from_str(data(chunks, "hello").first().expect("a hello")).expect("a hello")
}

fn seqs(chunks: &[String]) -> Vec<u64> {
    frames(chunks).iter().map(|frame| frame.seq).collect()
}

#[test]
fn a_fresh_client_gets_a_hello_then_all_since_the_whole_second_then_live() {
    let mut fed = Fed::new();
    fed.run(17);
    let mut client = fed.client(10, None);
    let chunks = drain(&mut client);
    let greeting = hello(&chunks);
    assert_eq!(
        (greeting.live_from_ms, greeting.seq, greeting.flush_ms),
        (11_000, 110, 100)
    );
    let tags = [("item".to_owned(), "tea".to_owned())].into();
    assert_eq!(
        greeting.series,
        [SeriesInfo {
            id: 1,
            metric: "shop.order.price".into(),
            tags
        }]
    );
    assert_eq!(seqs(&chunks), (111..=117).collect::<Vec<_>>());
    assert!(chunks[0].ends_with("id: 110\n\n") && chunks[1].ends_with("id: 111\n\n"));
    fed.run(1);
    let chunks = drain(&mut client);
    let frame = &frames(&chunks)[0];
    assert_eq!((frame.seq, frame.t, frame.w), (118, 11_800, 100));
    assert_eq!(frame.rows, [[1.0; 9][..8].to_vec()]);
    assert!(drain(&mut client).is_empty());
}

#[test]
fn before_the_first_flush_there_is_a_hello_and_nothing_is_missed_after_it() {
    let mut fed = Fed::new();
    let mut client = fed.client(10, None);
    assert!(hello(&drain(&mut client)).series.is_empty());
    fed.run(3);
    let chunks = drain(&mut client);
    assert!(
        hello(&chunks).seq <= 101 && seqs(&chunks).last() == Some(&103),
        "{chunks:?}"
    );
}

#[test]
fn a_client_that_comes_back_gets_what_it_missed_one_by_one() {
    let mut fed = Fed::new();
    fed.run(30);
    // The last id, whether it resumes, and the first flush after it.
    let check = |fed: &Fed, last: u64, resumes: bool| {
        let chunks = drain(&mut fed.client(10, Some(last)));
        assert_eq!(data(&chunks, "hello").is_empty(), resumes, "{last}");
        if resumes {
            assert_eq!(
                seqs(&chunks),
                (last + 1..=fed.seq).collect::<Vec<_>>(),
                "{last}"
            );
        }
    };
    check(&fed, 130, true);
    check(&fed, 129, true);
    check(&fed, 101, true);
    check(&fed, 100, true);
    check(&fed, 99, false);
    check(&fed, 131, false);
    check(&fed, 0, false);
    check(&fed, u64::MAX, false);
    fed.run(60);
    check(&fed, 109, false);
    check(&fed, 110, true);
}

#[test]
fn a_slow_client_gets_one_merged_frame_and_loses_no_second_and_no_log() {
    let mut fed = Fed::new();
    fed.run(10);
    let mut client = fed.client(10, None);
    drain(&mut client);
    fed.run(3);
    assert_eq!(
        seqs(&drain(&mut client)),
        [111, 112, 113],
        "three behind are still one by one"
    );
    for i in 1..=20 {
        fed.order(f64::from(i));
        fed.flush(vec![log("shop.order", SHOWN)]);
    }
    let chunks = drain(&mut client);
    let merged = frames(&chunks);
    assert_eq!(
        (merged.len(), merged[0].seq, merged[0].w, chunks.len()),
        (1, 133, 2_000, 1)
    );
    let row = &merged[0].rows[0];
    assert_eq!(row[..5], [1.0, 20.0, 210.0, 1.0, 20.0]);
    assert!(
        (row[5] - 10.0).abs() < 0.2 && (row[7] - 19.0).abs() < 0.4,
        "{row:?}"
    );
    let seconds: Vec<i64> = merged[0].seconds.iter().map(|second| second.t).collect();
    assert_eq!(seconds, [12_000, 13_000]);
    let logs: Vec<LogRecord> = serde_json::from_str(data(&chunks, "log")[0]).expect("a list");
    assert_eq!(logs.len(), 20);
    fed.run(55);
    assert!(
        hello(&drain(&mut client)).seq > 133,
        "too far behind begins anew"
    );
}

#[test]
fn clients_of_a_rate_meet_at_the_same_flushes_and_share_bytes() {
    let mut fed = Fed::new();
    fed.run(10);
    let mut early = fed.client(2, None);
    drain(&mut early);
    fed.run(2);
    let mut late = fed.client(2, None);
    drain(&mut late);
    fed.run(11);
    assert_eq!(seqs(&drain(&mut early)), [120]);
    assert_eq!(seqs(&drain(&mut late)), [120]);
    fed.run(5);
    let (Next::Send(a), Next::Send(b)) = (early.next(0), late.next(0)) else {
        panic!("both are due");
    };
    assert_eq!((&a, a.as_ptr()), (&b, b.as_ptr()));
}

#[test]
fn clients_of_an_audience_share_bytes() {
    let mut fed = Fed::new();
    fed.run(10);
    let (mut one, mut other) = (fed.client(10, Some(110)), fed.client(10, Some(110)));
    fed.run(1);
    let (Next::Send(a), Next::Send(b)) = (one.next(0), other.next(0)) else {
        panic!("both are due");
    };
    assert_eq!(a.as_ptr(), b.as_ptr());
}

#[test]
fn no_byte_tells_of_what_an_audience_may_not_see() {
    let mut fed = Fed::new();
    let all: Arc<Visible> = Arc::new([SHOWN, SECRET].into_iter().collect());
    let admin = fed.hub.audience(all.clone(), None);
    let mut viewer = fed.client(10, None);
    let mut slow = fed.client(1, None);
    let mut narrow = Client::new(
        fed.hub.clone(),
        fed.hub.audience(all, Some([SHOWN].into_iter().collect())),
        10,
        None,
    );
    let mut seen = Vec::new();
    for _ in 0..25 {
        fed.vault();
        fed.order(1.0);
        fed.flush(vec![log("vault.open", SECRET), log("shop.order", SHOWN)]);
        seen.extend(drain(&mut viewer));
        seen.extend(drain(&mut slow));
    }
    seen.extend(drain(&mut fed.client(10, None)));
    seen.extend(drain(&mut fed.client(10, Some(START))));
    for text in &seen {
        assert!(
            !text.contains("vault") && !text.contains("topsecret"),
            "{text}"
        );
    }
    let secret_id = {
        let greeting = hello(&drain(&mut Client::new(fed.hub.clone(), admin, 10, None)));
        let secret = greeting
            .series
            .iter()
            .find(|series| series.metric == "vault.open.amount");
        f64::from(secret.expect("an admin sees it").id)
    };
    for frame in frames(&seen) {
        let rows = frame
            .rows
            .iter()
            .chain(frame.seconds.iter().flat_map(|second| &second.rows));
        assert!(rows.clone().all(|row| row[0] != secret_id));
    }
    // Who asked for less gets less rows, but hears what may be heard.
    let narrow = drain(&mut narrow).concat();
    assert!(!narrow.contains("vault.open.amount") && narrow.contains("vault.open happened"));
}

#[test]
fn nothing_to_say_is_not_said_but_a_whole_second_is() {
    let mut fed = Fed::new();
    fed.run(10);
    let mut client = fed.client(10, None);
    drain(&mut client);
    for _ in 0..9 {
        fed.flush(Vec::new());
    }
    assert!(drain(&mut client).is_empty());
    fed.flush(Vec::new());
    let chunks = drain(&mut client);
    let frame = &frames(&chunks)[0];
    assert_eq!(
        (frame.seq, frame.rows.len(), frame.seconds[0].t),
        (120, 0, 12_000)
    );
}
