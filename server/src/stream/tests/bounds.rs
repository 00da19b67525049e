//! The ring's bounds: bytes, what stays in any case, and flushes that are missing.

use telemetry::aggregate::Row;

use super::*;

const SERIES: i64 = 10_000;
const MIB: usize = 1024 * 1024;

/// A hub with so many bytes, and rows of ten thousand gauges.
fn many(ring_bytes: usize) -> (Arc<Hub>, Arc<[Row]>) {
    let config = PipelineConfig {
        ring_bytes,
        max_series_per_metric: SERIES as usize,
        ..PipelineConfig::default()
    };
    let metric = Metric::last_value("bench.run.value").tags(["id"]);
    let list = MetricList::new(vec![metric]).expect("a list");
    let catalog = Arc::new(MetricCatalog::from(list));
    let metrics = catalog.list();
    let table = Arc::new(SeriesTable::new(SERIES as usize, SERIES as usize));
    let hub = Arc::new(Hub::new(&config, catalog, table.clone()));
    let recorder = Recorder::new(metrics, table);
    for id in 0..SERIES {
        let event = Event {
            name: "bench.run",
            measurements: &[("value", id as f64 * 1.37)],
            metadata: &[("id", Value::Int(id))],
        };
        recorder.record(&event, 0);
    }
    let mut rows = recorder.flush().rows;
    rows.sort_unstable_by_key(|row| row.series);
    (hub, rows.into())
}

fn publish(hub: &Hub, rows: &Arc<[Row]>, seq: u64) {
    hub.publish(&Flush {
        seq,
        end_ms: seq as i64 * 100,
        width_ms: 100,
        rows: rows.clone(),
        ..Flush::default()
    });
}

#[test]
fn ten_thousand_series_at_ten_hertz_stay_within_the_bytes() {
    const BYTES: usize = 24 * MIB;
    const FLUSHES: u64 = 90;
    let (hub, rows) = many(BYTES);
    let visible: Arc<Visible> = Arc::new([SHOWN].into_iter().collect());
    let audience = hub.audience(visible, None);
    let mut fast = Client::new(hub.clone(), audience.clone(), 10, None);
    let mut slow = Client::new(hub.clone(), audience.clone(), 1, None);
    for seq in 1..=FLUSHES {
        publish(&hub, &rows, seq);
        let (fast, slow) = (drain(&mut fast), drain(&mut slow));
        // With what clients read since the flush, which is trimmed at the next.
        assert!(
            hub.ring_size().bytes <= BYTES,
            "{seq}: {:?}",
            hub.ring_size()
        );
        assert!(
            frames(&fast)
                .iter()
                .all(|frame| frame.rows.len() == SERIES as usize)
        );
        // The rows of a second stay, so a stream of one frame a second gets merged frames.
        let greeted = data(&slow, "hello").len();
        assert_eq!(greeted, usize::from(seq == 1), "{seq}");
    }
    let size = hub.ring_size();
    assert!(size.flushes >= 20 && size.bytes > BYTES / 2, "{size:?}");
    assert_eq!(hub.take_shortened(), FLUSHES - size.flushes as u64);
    assert_eq!(hub.take_shortened(), 0);

    let resumed = |last: u64| {
        let chunks = drain(&mut Client::new(
            hub.clone(),
            audience.clone(),
            10,
            Some(last),
        ));
        data(&chunks, "hello").is_empty()
    };
    let oldest = FLUSHES - size.flushes as u64;
    assert!(resumed(FLUSHES - 5) && resumed(oldest));
    assert!(!resumed(oldest - 1), "beyond the ring begins with a hello");
}

#[test]
fn two_seconds_stay_however_large_they_are() {
    let (hub, rows) = many(MIB);
    (1..=40).for_each(|seq| publish(&hub, &rows, seq));
    let size = hub.ring_size();
    assert_eq!(size.flushes, 20);
    // 20 flushes as text and ten with their rows, each of which is larger than the bound alone.
    assert!(size.bytes > MIB && size.bytes < 20 * MIB, "{size:?}");
}

#[test]
fn what_is_far_below_the_bytes_is_bounded_by_number_alone() {
    let mut fed = Fed::new();
    fed.run(100);
    assert_eq!(fed.hub.ring_size().flushes, 80);
    assert!(fed.hub.ring_size().bytes < 200_000);
    assert_eq!(fed.hub.take_shortened(), 0);
}

#[test]
fn a_flush_that_is_missing_makes_streams_begin_again() {
    let mut fed = Fed::new();
    fed.run(30);
    let mut client = fed.client(10, None);
    drain(&mut client);
    fed.seq += 1;
    fed.run(1);
    assert_eq!(fed.hub.ring_size().flushes, 1);
    let chunks = drain(&mut client);
    assert_eq!(hello(&chunks).series.len(), 1);
    fed.run(1);
    assert_eq!(seqs(&drain(&mut client)), [fed.seq]);
}
