//! Ids that stay, limits that hold, and one overflow series a metric.

use super::*;

fn key(metric: u16, tags: &[&str]) -> Key {
    Key::of(MetricId(metric), tags).expect("short tags")
}

fn intern(table: &SeriesTable, metric: u16, tags: &[&str]) -> (u32, bool) {
    let place = table.intern(&key(metric, tags), None).expect("ids left");
    (place.series.0, place.folded)
}

#[test]
fn values_that_run_together_are_different_series() {
    let table = SeriesTable::new(10, 10);
    assert_eq!(intern(&table, 0, &["ab", "c"]), (1, false));
    assert_eq!(intern(&table, 0, &["a", "bc"]), (2, false));
    assert_eq!(intern(&table, 0, &["ab", "c"]), (1, false));
    let series = table.get(SeriesId(1)).expect("known");
    assert_eq!(
        series.tags.iter().map(|tag| &**tag).collect::<Vec<_>>(),
        ["ab", "c"]
    );
    assert_eq!(table.take_fresh().len(), 2);
    assert!(table.take_fresh().is_empty());
}

#[test]
fn what_is_too_much_goes_to_one_overflow_series_a_metric() {
    let table = SeriesTable::new(3, 2);
    assert_eq!(intern(&table, 0, &["a", "x"]), (1, false));
    assert_eq!(intern(&table, 0, &["b", "x"]), (2, false));
    assert_eq!(
        intern(&table, 0, &["c", "x"]),
        (3, true),
        "too many of the metric"
    );
    assert_eq!(intern(&table, 0, &["d", "x"]), (3, true));
    assert_eq!(
        intern(&table, 0, &["a", "x"]),
        (1, false),
        "known ones go on"
    );
    assert_eq!(
        intern(&table, 1, &["a"]),
        (4, false),
        "overflow does not count"
    );
    assert_eq!(intern(&table, 1, &["b"]), (5, true), "too many in all");
    assert_eq!(intern(&table, 2, &[]), (6, false), "without tags never");
    assert_eq!(
        intern(&table, 0, &[OVERFLOW, OVERFLOW]),
        (3, false),
        "asked for by name"
    );
    let overflow = table.get(SeriesId(3)).expect("known");
    assert!(overflow.is_overflow() && overflow.tags.len() == 2);
    let fresh: Vec<_> = table
        .take_fresh()
        .iter()
        .map(|series| series.id.0)
        .collect();
    assert_eq!(fresh, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_metric_may_have_a_limit_of_its_own() {
    let table = SeriesTable::new(10, 1);
    let folded = |tag: &str, most| {
        let place = table.intern(&key(0, &[tag]), most).expect("ids left");
        place.folded
    };
    assert_eq!((folded("a", Some(2)), folded("b", Some(2))), (false, false));
    assert!(folded("c", Some(2)));
    assert_eq!((folded("c", Some(3)), folded("d", None)), (false, true));
    assert!(table.restore(SeriesId(70), MetricId(1), &["a"], Some(2)));
    assert!(table.restore(SeriesId(71), MetricId(1), &["b"], Some(2)));
    assert!(!table.restore(SeriesId(72), MetricId(1), &["c"], Some(2)));
}

#[test]
fn restored_ids_stay_and_are_never_given_again() {
    let table = SeriesTable::new(10, 1);
    let restore = |id, tags: &[&str]| table.restore(SeriesId(id), MetricId(0), tags, None);
    assert!(restore(7, &["a"]));
    assert!(!restore(9, &["b"]), "over the limit");
    assert!(restore(11, &[OVERFLOW]), "beside the limit");
    assert!(!restore(12, &["a"]), "known by another id");
    assert!(!restore(7, &["z"]), "the id is taken");
    assert!(!restore(13, &["x".repeat(129).as_str()]), "no such tag");
    assert_eq!(intern(&table, 0, &["a"]), (7, false));
    assert_eq!(intern(&table, 0, &["b"]), (11, true));
    assert_eq!(intern(&table, 1, &[]), (14, false));
    assert_eq!(table.take_fresh().len(), 1, "restored ones are not new");
}
