//! Moments and spans of time that charts mark: what somebody said happened, and where a value reached a
//! threshold. Pure. Invariant: the version changes whenever a mark does, and only then.

use charts::{Mark, Point, RGBColor, Span, ramp};

use crate::live::Lines;
use crate::widgets::render::chart_style::ChartStyle;
use crate::widgets::render::palette::Palette;
use protocol::Annotation;

/// Most moments at which values reached thresholds that are marked; the newest are.
const MOST_CROSSINGS: usize = 100;
/// Marks nearer to the first of them than this are one, in CSS pixels.
pub const MERGED_PX: f64 = 10.0;
/// How strong the line of an annotation is: the data are louder.
const LINE: f64 = 0.5;

/// What is drawn of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MarkSet {
    /// Lines from top to bottom: annotations.
    pub lines: Vec<Mark>,
    /// At the lower edge: where a value reached a threshold.
    pub edges: Vec<Mark>,
    /// Shaded: annotations that lasted, and from the first to the last of a burst.
    pub spans: Vec<Span>,
}

/// What one chart marks.
#[derive(Debug, Default)]
pub struct Marks {
    set: MarkSet,
    version: u64,
}

impl Marks {
    /// The moments and spans, and their colours.
    pub fn set(&self) -> &MarkSet {
        &self.set
    }

    /// Grows with every change.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Takes the annotations, and looks where lines reached thresholds after `from_ms`; a CSS pixel is
    /// `px_ms` long.
    pub fn update(
        &mut self,
        annotations: &[Annotation],
        lines: &Lines,
        style: &ChartStyle,
        (from_ms, px_ms): (f64, f64),
        palette: &Palette,
    ) {
        let mut next = MarkSet::default();
        let until = lines.settled_ms() as f64;
        for threshold in &style.thresholds {
            let color = palette.level(threshold.level);
            let lines = lines.lines().iter().filter(|line| !style.is_right(line));
            let mut times: Vec<f64> = lines
                .flat_map(|line| crossings(line.between(from_ms, until), threshold.at))
                .collect();
            charts::order::sort(&mut times, f64::total_cmp);
            let groups = merged(&times, px_ms * MERGED_PX);
            next.edges.extend(groups.map(|[t, _]| Mark { t, color }));
        }
        charts::order::sort(&mut next.edges, |a, b| a.t.total_cmp(&b.t));
        let over = next.edges.len().saturating_sub(MOST_CROSSINGS);
        next.edges.drain(..over);
        next.annotate(annotations, px_ms * MERGED_PX, palette);
        if next != self.set {
            self.set = next;
            self.version += 1;
        }
    }
}

impl MarkSet {
    /// Adds annotations; of a burst that is no longer than `near_ms` one line and its span.
    fn annotate(&mut self, annotations: &[Annotation], near_ms: f64, palette: &Palette) {
        let color: RGBColor = ramp(palette.surface, palette.text, LINE);
        let mut times: Vec<f64> = annotations.iter().map(|one| one.t as f64).collect();
        charts::order::sort(&mut times, f64::total_cmp);
        let mut shade = |[from, to]: [f64; 2]| {
            self.spans.push(Span {
                from,
                to,
                color: palette.text,
            });
        };
        for [from, to] in merged(&times, near_ms) {
            self.lines.push(Mark { t: from, color });
            if from < to {
                shade([from, to]);
            }
        }
        let spans = annotations.iter();
        let spans = spans.filter_map(|one| Some([one.t as f64, one.to? as f64]));
        spans.for_each(shade);
    }
}

/// Times in order as groups, from the first to the last of each, which is at most `near_ms` later.
fn merged(times: &[f64], near_ms: f64) -> impl Iterator<Item = [f64; 2]> {
    let mut rest = times;
    std::iter::from_fn(move || {
        let first = *rest.first()?;
        let end = rest.partition_point(|t| *t <= first + near_ms).max(1);
        let (group, after) = rest.split_at(end);
        rest = after;
        Some([first, group.last().copied().unwrap_or(first)])
    })
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
    use crate::widgets::render::theme::LIGHT;

    #[test]
    fn bursts_are_one_mark_and_what_lasted_is_shaded() {
        let one = |t: i64, to: Option<i64>| Annotation {
            id: t,
            t,
            to,
            text: "deploy".into(),
            tags: Vec::new(),
            source: "ci".into(),
        };
        let all = [
            one(0, None),
            one(500, None),
            one(1_000, None),
            one(1_001, None),
            one(9_000, Some(12_000)),
        ];
        let palette = LIGHT.palette;
        let mut set = MarkSet::default();
        set.annotate(&all, 1_000.0, &palette);
        let lines: Vec<f64> = set.lines.iter().map(|mark| mark.t).collect();
        assert_eq!(lines, [0.0, 1_001.0, 9_000.0]);
        let spans: Vec<_> = set.spans.iter().map(|span| (span.from, span.to)).collect();
        assert_eq!(spans, [(0.0, 1_000.0), (9_000.0, 12_000.0)]);
        assert_ne!(set.lines[0].color, palette.text, "quieter than text");
    }

    #[test]
    fn what_is_near_the_first_is_one() {
        let check = |times: &[f64], want: &[[f64; 2]]| {
            assert_eq!(merged(times, 10.0).collect::<Vec<_>>(), want, "{times:?}");
        };
        check(&[], &[]);
        check(&[5.0], &[[5.0, 5.0]]);
        check(&[0.0, 10.0, 10.5, 20.0], &[[0.0, 10.0], [10.5, 20.0]]);
        // A time that is none is not passed over for ever.
        check(&[f64::INFINITY], &[[f64::INFINITY; 2]]);
    }

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
