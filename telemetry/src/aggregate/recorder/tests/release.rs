//! Places that are given back.

use std::sync::Arc;

use super::*;
use crate::aggregate::on_behalf_of;

/// A recorder for `a.b` by tag `t`, with room for three series.
fn recorder(max_per_source: usize) -> (Arc<Recorder>, Arc<SeriesTable>) {
    let metrics = MetricList::new(vec![Metric::count_events("a.b").named("a.b").tags(["t"])]);
    let table = SeriesTable::new(3, 3).with_max_per_source(max_per_source);
    let table = Arc::new(table);
    let metrics = Arc::new(metrics.expect("a list"));
    (Arc::new(Recorder::new(metrics, table.clone())), table)
}

fn record(recorder: &Recorder, tag: &str) {
    let event = Event {
        name: "a.b",
        measurements: &[],
        metadata: &[("t", tag.into())],
    };
    recorder.record(&event, 1);
}

/// Tags of the series that a flush has rows of, and how many samples each had.
fn flush(recorder: &Recorder, table: &SeriesTable) -> Vec<(String, u64)> {
    let rows = recorder.flush().rows;
    let tag = |id| table.get(id).expect("a series").tags[0].to_string();
    let mut rows: Vec<_> = rows
        .iter()
        .map(|row| (tag(row.series), row.aggregate.count))
        .collect();
    rows.sort();
    rows
}

fn ids(table: &SeriesTable) -> Vec<SeriesId> {
    let series = table.of_metric(MetricId(0));
    series.iter().map(|series| series.id).collect()
}

#[test]
fn idle_series_give_their_place_back() {
    let (recorder, table) = recorder(usize::MAX);
    for tag in ["a", "b", "c", "d"] {
        record(&recorder, tag);
    }
    let of = |tags: &[(&str, u64)]| -> Vec<(String, u64)> {
        tags.iter()
            .map(|(tag, n)| ((*tag).to_owned(), *n))
            .collect()
    };
    let full = of(&[("(overflow)", 1), ("a", 1), ("b", 1), ("c", 1)]);
    assert_eq!(flush(&recorder, &table), full);
    let first = ids(&table);
    assert!(recorder.release(&first, 2).is_empty(), "too short a time");
    record(&recorder, "c");
    flush(&recorder, &table);
    flush(&recorder, &table);
    record(&recorder, "b");
    // What has samples stays, whether they were flushed or not, and so does what is not asked about.
    let released = recorder.release(&first, 2);
    assert_eq!(released, [first[0]], "a alone");
    record(&recorder, "d");
    record(&recorder, "e");
    assert_eq!(
        flush(&recorder, &table),
        of(&[("(overflow)", 1), ("b", 1), ("d", 1)])
    );
    // It comes again under another id, in whichever slot.
    flush(&recorder, &table);
    assert_eq!(recorder.release(&ids(&table), 1).len(), 3);
    for tag in ["a", "e"] {
        record(&recorder, tag);
    }
    assert_eq!(flush(&recorder, &table), of(&[("a", 1), ("e", 1)]));
    assert!(ids(&table).iter().all(|id| !released.contains(id)));
}

#[test]
fn a_series_with_a_handle_keeps_its_place() {
    let (recorder, table) = recorder(usize::MAX);
    let handle = recorder.handle(MetricId(0), &["a"]).expect("room");
    assert!(recorder.release(&ids(&table), 0).is_empty());
    handle.record(1.0, 1);
    assert_eq!(flush(&recorder, &table), [("a".to_owned(), 1)]);
}

#[test]
fn one_source_does_not_take_all_places() {
    let (recorder, table) = recorder(2);
    on_behalf_of(7, || ["a", "b", "c"].map(|tag| record(&recorder, tag)));
    let mut seen = flush(&recorder, &table);
    seen.retain(|(tag, _)| tag != "(overflow)");
    assert_eq!(seen.len(), 2);
    // Another has the place that is left; a known series is nobody's alone.
    on_behalf_of(8, || ["c", "a"].map(|tag| record(&recorder, tag)));
    let expect = [("a".to_owned(), 1), ("c".to_owned(), 1)];
    assert_eq!(flush(&recorder, &table), expect);
    // What it gives back it may use again.
    flush(&recorder, &table);
    assert_eq!(recorder.release(&ids(&table)[..1], 1).len(), 1);
    on_behalf_of(7, || record(&recorder, "f"));
    assert_eq!(flush(&recorder, &table), [("f".to_owned(), 1)]);
}
