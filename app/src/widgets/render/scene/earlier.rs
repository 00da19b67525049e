//! The earlier time behind the one that is shown. Invariant: it is drawn by the rule of what is before
//! it, bars of the same length and layers on each other, and has room on the same scale.

use charts::{Point, TimeWindow, stack};

use super::{Buffers, group, sums, union};
use crate::live::{Line, Lines};
use crate::widgets::render::chart_style::{ChartStyle, Shape};

/// Smallest and largest value of the lines of an earlier time, which are drawn behind others whose bars are for
/// `bar_ms`.
pub fn extent_earlier(
    style: &ChartStyle,
    earlier: &Lines,
    off: &[String],
    right: bool,
    (window, bar_ms): (&TimeWindow, Option<i64>),
    buffers: &mut Buffers,
) -> Option<(f64, f64)> {
    let (from_ms, to_ms) = (window.end_ms - window.span_ms, window.end_ms);
    if let Shape::Lines | Shape::Areas = style.shape {
        let wanted = |line: &&Line| style.is_right(line) == right && !off.contains(&line.label);
        let shown = earlier.lines().iter().filter(wanted);
        let ranges = shown.filter_map(|line| line.summary(from_ms, to_ms));
        return union(ranges.map(|[low, _, high]| (low, high)));
    }
    sums(
        style,
        earlier,
        off,
        right,
        (from_ms, to_ms, bar_ms),
        buffers,
    )
}

/// Puts the outline of each line of an earlier time into `buffers`: the tops of its bars, and on a
/// stack where its layer ends. Lines and areas have none: they are drawn as they are.
pub fn outlines(
    style: &ChartStyle,
    earlier: &Lines,
    off: &[String],
    bar_ms: Option<i64>,
    buffers: &mut Buffers,
) {
    let Buffers {
        stack: sums,
        earlier: out,
        ..
    } = buffers;
    out.clear();
    if let Some(bar_ms) = bar_ms {
        group(earlier, bar_ms, out);
    }
    if style.is_stacked() {
        let is_on = |line: &Line| !off.contains(&line.label) && !style.is_right(line);
        let on: Vec<usize> = (0..earlier.lines().len())
            .filter(|i| is_on(&earlier.lines()[*i]))
            .collect();
        let parts: Vec<&[Point]> = on
            .iter()
            .map(|i| {
                out.get(*i)
                    .map_or(&*earlier.lines()[*i].points, |bars| bars)
            })
            .collect();
        let connect_ms = match bar_ms {
            Some(_) => f64::NEG_INFINITY,
            None => style.connect.ms(earlier.step_ms()),
        };
        stack(&parts, connect_ms, sums);
        let mut tops = vec![Vec::new(); on.len()];
        for (t, row) in sums.rows().filter(|(t, _)| t.is_finite()) {
            for (top, v) in tops.iter_mut().zip(row) {
                top.push(Point { t, v: *v });
            }
        }
        // Those at the right stand for themselves.
        let mut all: Vec<Vec<Point>> = match out.is_empty() {
            true => earlier.lines().iter().map(|l| l.points.clone()).collect(),
            false => std::mem::take(out),
        };
        for (i, top) in on.into_iter().zip(tops) {
            all[i] = top;
        }
        *out = all;
    }
    if let Some(bar_ms) = bar_ms {
        for bars in out {
            let begin = |bar: &Point| Point {
                t: bar.t - bar_ms as f64,
                v: bar.v,
            };
            *bars = bars.iter().flat_map(|bar| [begin(bar), *bar]).collect();
        }
    }
}
