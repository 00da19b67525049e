//! The deterministic source: random walks on sines. Invariant: the same set-up gives the same
//! values, here and in `end2end/bench/feed.js`, which the other entrants draw.

use std::collections::BTreeMap;

use protocol::frame::Second;
use protocol::{
    Dashboard, DashboardBoot, DashboardPreferences, Frame, FrameRow, GridPlace, Hello, Kind,
    Metric, MetricRef, Options, Preferences, SeriesInfo, Widget, WidgetKind,
};

use super::Setup;

/// The tag that tells series of a chart apart.
const TAG: &str = "s";

/// The dashboard, nobody's, with its metrics.
pub fn boot(setup: &Setup) -> DashboardBoot {
    DashboardBoot {
        may_edit: false,
        metrics: metrics(setup),
        dashboard: Dashboard {
            id: "bench".into(),
            title: "Bench".into(),
            version: 0,
            widgets: widgets(setup),
            ..Dashboard::default()
        },
        preferences: Preferences::default(),
        dashboard_preferences: DashboardPreferences::default(),
        texts: std::collections::BTreeMap::new(),
        muted: Vec::new(),
        muted_events: Vec::new(),
        variables: None,
    }
}

/// A metric for each chart, a series for each of its lines.
fn metrics(setup: &Setup) -> Vec<Metric> {
    let metric = |chart| Metric {
        tags: vec![TAG.to_owned()],
        ..Metric::last_value(&name(chart))
    };
    (0..setup.charts).map(metric).collect()
}

/// The charts.
fn widgets(setup: &Setup) -> Vec<Widget> {
    let widget = |chart| Widget {
        id: format!("c{chart}"),
        kind: WidgetKind::Line,
        title: format!("c{chart}"),
        metrics: vec![MetricRef {
            metric: name(chart),
            by: Some(TAG.to_owned()),
            ..MetricRef::default()
        }],
        options: Options::default(),
        place: GridPlace {
            x: 0,
            y: 0,
            w: 1,
            h: 1,
        },
        repeat: None,
    };
    (0..setup.charts).map(widget).collect()
}

fn name(chart: u32) -> String {
    format!("bench.c{chart}")
}

/// Frames, one after the other.
pub struct Feed {
    setup: Setup,
    walks: Vec<Walk>,
    /// Smallest and largest of the second so far, by series.
    ranges: Vec<(f64, f64)>,
    seq: u64,
    t: i64,
}

impl Feed {
    /// A feed whose first frame ends a step after `start_ms`, which is rounded down to a whole
    /// second.
    pub fn new(setup: Setup, start_ms: i64) -> Self {
        let seeds =
            (0..setup.charts).flat_map(|c| (0..setup.series).map(move |s| c * 31 + s * 7 + 1));
        let walks: Vec<Walk> = seeds.map(Walk::new).collect();
        Feed {
            ranges: vec![NONE; walks.len()],
            walks,
            setup,
            seq: 0,
            t: start_ms.div_euclid(1000) * 1000,
        }
    }

    /// What a stream of this feed begins with, now.
    pub fn hello(&self) -> Hello {
        let series = (0..self.setup.charts)
            .flat_map(|c| (0..self.setup.series).map(move |s| (c, s)))
            .zip(0..)
            .map(|((chart, s), id)| SeriesInfo {
                id,
                metric: name(chart),
                tags: BTreeMap::from([(TAG.to_owned(), s.to_string())]),
            });
        Hello {
            now_ms: self.t,
            seq: self.seq,
            live_from_ms: self.t,
            flush_ms: self.setup.step_ms() as u32,
            series: series.collect(),
        }
    }

    /// End of the newest frame, in ms since the epoch.
    pub fn t(&self) -> i64 {
        self.t
    }

    /// The next frame.
    pub fn frame(&mut self) -> Frame {
        self.seq += 1;
        self.t += self.setup.step_ms();
        let mut rows = Vec::with_capacity(self.walks.len());
        for ((walk, range), id) in self.walks.iter_mut().zip(&mut self.ranges).zip(0u32..) {
            let v = walk.next();
            *range = (range.0.min(v), range.1.max(v));
            rows.push(row(id, v, (v, v)));
        }
        let mut seconds = Vec::new();
        if self.t % 1000 == 0 {
            let ends = self.walks.iter().zip(&self.ranges).zip(0u32..);
            seconds.push(Second {
                t: self.t,
                rows: ends
                    .map(|((walk, range), id)| row(id, walk.last, *range))
                    .collect(),
            });
            self.ranges.fill(NONE);
        }
        Frame {
            seq: self.seq,
            t: self.t,
            w: self.setup.step_ms() as u32,
            rows,
            seconds,
        }
    }
}

/// The row of a last value.
fn row(id: u32, last: f64, (min, max): (f64, f64)) -> Vec<f64> {
    let row = FrameRow {
        last,
        min,
        max,
        ..FrameRow::EMPTY
    };
    row.with_id(id, Kind::LastValue, [])
}

/// The range of no values.
const NONE: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);

/// One series: a sine, and on it a walk that is drawn back to the middle.
struct Walk {
    seed: u32,
    state: u32,
    level: f64,
    steps: u32,
    last: f64,
}

impl Walk {
    fn new(seed: u32) -> Self {
        Walk {
            seed,
            state: seed,
            level: 0.0,
            steps: 0,
            last: 0.0,
        }
    }

    fn next(&mut self) -> f64 {
        // The generator of Numerical Recipes; its upper bits are random enough to look at.
        self.state = self
            .state
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        let random = f64::from(self.state) / 4_294_967_296.0;
        self.level = self.level * 0.98 + (random - 0.5) * 8.0;
        let sine = (f64::from(self.steps) / 40.0 + f64::from(self.seed)).sin();
        self.steps += 1;
        self.last = ((50.0 + 20.0 * sine + self.level) * 1000.0).round() / 1000.0;
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::Store;

    /// `end2end/bench/feed.js` prints the same: `node feed.js`.
    #[test]
    fn values_are_those_of_the_other_entrants() {
        let check = |seed: u32, expect: &[f64]| {
            let mut walk = Walk::new(seed);
            let got: Vec<f64> = expect.iter().map(|_| walk.next()).collect();
            assert_eq!(got, expect, "{seed}");
        };
        check(
            1,
            &[
                64.721, 63.982, 64.333, 66.275, 62.938, 62.213, 64.738, 65.456,
            ],
        );
        check(
            603,
            &[
                46.064, 50.344, 52.357, 56.662, 55.088, 55.382, 53.822, 50.873,
            ],
        );
    }

    #[test]
    fn a_store_takes_every_second() {
        let check = |query: &str, frames: usize, seconds: usize| {
            let setup = Setup::read(query);
            let mut feed = Feed::new(setup, 5_999);
            let mut store = Store::new(&metrics(&setup), setup.resolution());
            store.hello(&feed.hello(), setup.resolution());
            for _ in 0..frames {
                store.apply(&feed.frame());
            }
            assert_eq!(store.newest_ms(), 5_000 + frames as i64 * setup.step_ms());
            let known = (0..=100).filter(|s| {
                store
                    .series(0)
                    .is_some_and(|series| series.at(s * 1000).is_some())
            });
            assert_eq!(known.count(), seconds, "{query}");
        };
        check("charts=2", 0, 0);
        check("charts=2", 9, 0);
        check("charts=2", 35, 3);
        check("charts=1&hz=0", 20, 20);
    }
}
