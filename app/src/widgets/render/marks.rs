//! Moments that charts mark: what somebody said happened, and where a value reached a threshold.
//! Pure. Invariant: the version changes whenever a mark does, and only then.

use charts::{Mark, Point};

use crate::live::Lines;
use crate::widgets::render::chart_style::ChartStyle;
use crate::widgets::render::palette::Palette;
use protocol::Annotation;

/// Most moments at which values reached thresholds that are marked; the newest are.
const MOST_CROSSINGS: usize = 100;

/// What one chart marks.
#[derive(Debug, Default)]
pub struct Marks {
    marks: Vec<Mark>,
    version: u64,
    spare: Vec<Mark>,
}

impl Marks {
    /// The moments, and their colours.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Grows with every change.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Takes the annotations, and looks where lines reached thresholds after `from_ms`.
    pub fn update(
        &mut self,
        annotations: &[Annotation],
        lines: &Lines,
        style: &ChartStyle,
        from_ms: f64,
        palette: &Palette,
    ) {
        let next = &mut self.spare;
        next.clear();
        let until = lines.settled_ms() as f64;
        for threshold in &style.thresholds {
            let color = palette.level(threshold.level);
            for line in lines.lines().iter().filter(|line| !style.is_right(line)) {
                let points = line.between(from_ms, until);
                next.extend(crossings(points, threshold.at).map(|t| Mark { t, color }));
            }
        }
        charts::order::sort(next, |a, b| a.t.total_cmp(&b.t));
        let over = next.len().saturating_sub(MOST_CROSSINGS);
        next.drain(..over);
        for annotation in annotations {
            let ends = [Some(annotation.t), annotation.to];
            next.extend(ends.into_iter().flatten().map(|t| Mark {
                t: t as f64,
                color: palette.text,
            }));
        }
        if *next != self.marks {
            std::mem::swap(next, &mut self.marks);
            self.version += 1;
        }
    }
}

/// The times at which values reached `at` from below.
fn crossings(points: &[Point], at: f64) -> impl Iterator<Item = f64> {
    let mut below = false;
    points.iter().filter_map(move |point| {
        let reached = below && point.v >= at;
        below = point.v < at;
        reached.then_some(point.t)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reached_from_below_alone() {
        let check = |values: &[f64], expect: &[f64]| {
            let points: Vec<Point> = (0..)
                .zip(values)
                .map(|(t, v)| Point {
                    t: f64::from(t),
                    v: *v,
                })
                .collect();
            let found: Vec<f64> = crossings(&points, 5.0).collect();
            assert_eq!(found, expect, "{values:?}");
        };
        check(&[], &[]);
        // Where it began nobody knows.
        check(&[9.0, 9.0], &[]);
        check(&[1.0, 5.0, 9.0, 4.0, 6.0], &[1.0, 4.0]);
        check(&[1.0, f64::NAN, 6.0], &[]);
        check(&[1.0, f64::INFINITY], &[1.0]);
    }
}
