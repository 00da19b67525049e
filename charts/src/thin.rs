//! A series that is read once for many stretches. Invariant: a stretch that is drawn from what was
//! kept looks as if it were drawn from all points.

use crate::band::{self, Band};
use crate::decimate::{self, Point, decimate};
use crate::plan::ink_px;
use crate::{Series, View};

/// What is kept of a series: at most four points for each column, and as many places of its band.
#[derive(Clone, Debug, Default)]
pub struct Thinned {
    /// Points, with breaks.
    pub points: Vec<Point>,
    /// The band, with breaks.
    pub band: Vec<Band>,
}

impl Thinned {
    /// Keeps what of `series` can be seen in the columns that `view` is clipped to, which the first
    /// of the stretches to draw begins and the last one ends.
    pub fn fill(&mut self, series: &Series<'_>, view: &View<'_>) {
        let (from, to) = view.columns();
        // A stretch looks for the first point past its ink.
        let ink = ink_px(series.width) + 1;
        let seen = decimate::visible(series.points, view.window, from, to, ink);
        decimate(seen, view.window, view.connect_ms, &mut self.points);
        band::thin(series.band.unwrap_or_default(), view, ink, &mut self.band);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Bounds, RGBColor, TimeWindow, ValueScale, stretches};

    const NOW: f64 = 1_790_000_000_000.0;

    fn points() -> impl Strategy<Value = Vec<Point>> {
        let value = prop_oneof![12 => -1e3..1e3_f64, 1 => Just(f64::NAN)];
        proptest::collection::vec((0.0..30.0_f64, value), 0..600).prop_map(|steps| {
            let mut t = NOW - 9_000.0;
            let point = |(dt, v): (f64, f64)| {
                t += if dt > 28.0 { dt * 10.0 } else { dt };
                Point { t, v }
            };
            steps.into_iter().map(point).collect()
        })
    }

    proptest! {
        /// What leaves ink in a stretch is the same; a run on one side of it leaves none.
        #[test]
        fn stretches_of_what_is_kept_are_those_of_all(
            points in points(), width in 20u32..300, from in 0u32..20, on in 0.0..500.0_f64,
            line_px in 1.0..6.0_f64,
        ) {
            let window = TimeWindow::new(NOW + on, 9_000.0, width);
            let band: Vec<Band> = points
                .iter()
                .map(|p| Band { t: p.t, low: p.v - 1.0, high: p.v + 2.0 })
                .collect();
            let series = Series {
                band: Some(&band),
                ..Series::line(&points, RGBColor(0, 0, 0), line_px)
            };
            let all: Vec<(i32, i32)> = stretches(&window, from).collect();
            let scale = ValueScale::fit(0.0, 10.0, &Bounds::default());
            let view = |clip| View {
                window: &window,
                scale: &scale,
                right: None,
                height: 100,
                connect_ms: 100.0,
                clip: Some(clip),
                subpixel: 8,
                surface: RGBColor(255, 255, 255),
            };
            let mut thinned = Thinned::default();
            thinned.fill(&series, &view((all[0].0, all[all.len() - 1].1)));
            let ink = ink_px(line_px);
            for clip in all {
                let left = (window.left_edge() + i64::from(clip.0) - ink) as f64;
                let right = (window.left_edge() + i64::from(clip.1) + ink) as f64;
                let is_seen = |run: &[f64]| {
                    let column = |t: Option<&f64>| t.map(|t| window.column(*t));
                    column(run.last()) >= Some(left) && column(run.first()) <= Some(right)
                };
                let draw = |points: &[Point], band: &[Band]| {
                    let seen = decimate::visible(points, &window, clip.0.into(), clip.1.into(), ink);
                    let (mut drawn, mut around) = (Vec::new(), Vec::new());
                    decimate(seen, &window, 100.0, &mut drawn);
                    band::thin(band, &view(clip), ink, &mut around);
                    let lines = drawn.split(|p| p.v.is_nan()).map(<[Point]>::to_vec);
                    let times = |run: &Vec<Point>| run.iter().map(|p| p.t).collect::<Vec<_>>();
                    let lines: Vec<_> = lines.filter(|run| is_seen(&times(run))).collect();
                    let areas = around.split(|b| b.low.is_nan()).map(<[Band]>::to_vec);
                    let times = |run: &Vec<Band>| run.iter().map(|b| b.t).collect::<Vec<_>>();
                    let areas: Vec<_> = areas.filter(|run| is_seen(&times(run))).collect();
                    (lines, areas)
                };
                prop_assert_eq!(draw(&thinned.points, &thinned.band), draw(&points, &band));
            }
        }
    }
}
