//! The newest values of every visible metric, for pages that list metrics. It is a store of its
//! own, fed by the same stream.
//!
//! Invariant: it keeps a few seconds of each series and no past, however long the page is open.

use leptos::prelude::*;

use super::{Resolution, Store};
use protocol::{Frame, Hello, Metric, SeriesInfo};

/// What it keeps: the time that a stat is taken over, and two seconds more for what comes late.
const KEPT: Resolution = Resolution {
    step_ms: 1_000,
    steps: 12,
    frames: 0,
};

/// The store, on pages that have one: copied freely.
#[derive(Clone, Copy)]
pub struct Overview(StoredValue<Option<Store>>);

impl Overview {
    /// Of a page that lists nothing.
    pub fn none() -> Self {
        Overview(StoredValue::new(None))
    }

    /// Keeps the newest values of these metrics from now on.
    pub fn keep(&self, metrics: &[Metric]) {
        self.0.set_value(Some(Store::new(metrics, KEPT)));
    }

    /// Reads it; none when the page lists nothing.
    pub fn with<T>(&self, read: impl FnOnce(&Store) -> T) -> Option<T> {
        self.0.with_value(|store| store.as_ref().map(read))
    }

    pub(super) fn hello(&self, hello: &Hello) {
        self.change(|store| store.hello(hello, KEPT));
    }

    pub(super) fn define(&self, metrics: &[Metric]) {
        self.change(|store| store.define(metrics.to_vec()));
    }

    pub(super) fn redefine(&self, metrics: &[Metric]) {
        self.change(|store| store.redefine(metrics.to_vec()));
    }

    pub(super) fn add_series(&self, added: &[SeriesInfo]) {
        self.change(|store| store.add_series(added.to_vec()));
    }

    pub(super) fn apply(&self, frame: &Frame) {
        self.change(|store| store.apply(frame));
    }

    fn change(&self, change: impl FnOnce(&mut Store)) {
        self.0.update_value(|store| {
            if let Some(store) = store {
                change(store);
            }
        });
    }
}

impl Store {
    /// A store of some of this one's metrics, with their series and no values: it goes on with the
    /// second after the newest completed one, up to which history answers.
    pub fn narrowed(&self, metrics: &[Metric], resolution: Resolution) -> Store {
        let mut store = Store::new(metrics, resolution);
        if self.newest_ms() > 0 {
            let series = metrics.iter().flat_map(|m| self.series_of(&m.name));
            let hello = Hello {
                now_ms: self.newest_ms(),
                seq: 0,
                live_from_ms: self.settled_ms(),
                flush_ms: 0,
                series: series.map(|series| series.info.clone()).collect(),
            };
            store.hello(&hello, resolution);
        }
        store
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::frame::Second;

    const T: i64 = 1_700_000_000_000;

    fn info(id: u32, metric: &str) -> SeriesInfo {
        SeriesInfo {
            id,
            metric: metric.into(),
            tags: Default::default(),
        }
    }

    fn second(seq: u64, rows: Vec<Vec<f64>>) -> Frame {
        let t = T + seq as i64 * 1_000;
        Frame {
            seq,
            t,
            w: 1_000,
            rows: rows.clone(),
            seconds: vec![Second { t, rows }],
        }
    }

    fn listing() -> (Overview, [Metric; 2]) {
        let metrics = [Metric::counter("a.one"), Metric::counter("a.two")];
        let overview = Overview::none();
        overview.keep(&metrics);
        overview.hello(&Hello {
            now_ms: T,
            seq: 0,
            live_from_ms: T,
            flush_ms: 100,
            series: vec![info(1, "a.one"), info(2, "a.two"), info(3, "a.other")],
        });
        (overview, metrics)
    }

    #[test]
    fn keeps_little_however_much_comes() {
        let owner = Owner::new();
        owner.set();
        let (overview, _) = listing();
        for seq in 1..=100 {
            overview.apply(&second(seq, vec![vec![1.0, seq as f64], vec![3.0, 1.0]]));
        }
        let kept = overview.with(|store| {
            let series = store.series(1).expect("listed");
            assert!(store.series(3).is_none(), "not listed");
            (series.after(0).count(), store.series_of("a.one").count())
        });
        assert_eq!(kept, Some((KEPT.steps, 1)));
    }

    #[test]
    fn a_chart_goes_on_after_the_newest_second() {
        let owner = Owner::new();
        owner.set();
        let (overview, metrics) = listing();
        overview.add_series(&[info(4, "a.one")]);
        overview.apply(&second(1, vec![vec![1.0, 5.0]]));
        let resolution = Resolution::of(60_000);
        let mut store = overview
            .with(|store| store.narrowed(&metrics[..1], resolution))
            .expect("listed");
        assert_eq!(store.frames_from_ms(), T + 1_000);
        assert_eq!(store.series_of("a.one").count(), 2);
        assert!(store.series(2).is_none(), "another metric");
        store.apply(&second(2, vec![vec![1.0, 7.0], vec![2.0, 9.0]]));
        let ends: Vec<i64> = store
            .series(1)
            .expect("known")
            .after(0)
            .map(|s| s.t)
            .collect();
        assert_eq!(ends, [T + 2_000]);
    }

    #[test]
    fn nothing_is_known_before_the_stream() {
        let store = Store::new(&[], KEPT).narrowed(&[Metric::counter("a.b")], KEPT);
        assert_eq!(store.newest_ms(), 0);
        assert!(store.definition("a.b").is_some());
    }
}
