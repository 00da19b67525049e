//! What a chart's data layer shows, for a canvas and for a picture alike: lines, areas or bars of
//! now, behind them those of an earlier time, before them the marks. Pure, on any backend.

use charts::{
    Bars, Point, Scratch, Series, Stack, Thinned, TimeWindow, ValueScale, View, draw_bars,
    draw_edge_marks, draw_marks, draw_series, draw_shades, draw_stacked, stack,
};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters_backend::DrawingBackend;

use crate::live::lines::MOST_LINES;
use crate::live::{Line, Lines};
use crate::widgets::render::chart_style::{Axis, ChartStyle, Scales, Shape};
use crate::widgets::render::marks::MarkSet;
use crate::widgets::render::palette::Palette;
use protocol::history::STEPS_MS;

/// Opacity of areas that stand alone.
const FILL: f64 = 0.12;
/// Narrowest bar, in device-independent pixels.
const BAR_PX: f64 = 6.0;

/// What is drawn.
pub struct Scene<'a> {
    /// What it looks like.
    pub style: &'a ChartStyle,
    /// The lines.
    pub lines: &'a Lines,
    /// The same at an earlier time, moved to the time shown.
    pub earlier: Option<&'a Lines>,
    /// Labels of lines that are switched off.
    pub off: &'a [String],
    /// Moments and spans at which something happened.
    pub marks: &'a MarkSet,
    /// Colours.
    pub palette: &'a Palette,
    /// Device pixels in a device-independent one.
    pub ratio: f64,
}

/// Buffers that drawing reuses.
#[derive(Debug, Default)]
pub struct Buffers {
    scratch: Scratch,
    stack: Stack,
    bars: Vec<Vec<Point>>,
    /// What stretches need of each line, where it is more than one stretch that is drawn.
    thinned: Vec<Thinned>,
    /// Outlines of bars and stacks of the earlier time.
    earlier: Vec<Vec<Point>>,
}

impl Scene<'_> {
    /// Puts into `buffers` what every part of the layer is drawn from. `view` is that of
    /// [`Scene::draw`], with all parts as its clip.
    pub fn prepare(&self, buffers: &mut Buffers, view: &View<'_>) {
        let window = view.window;
        if view.clip.is_none() {
            buffers.thinned.clear();
        } else if let Shape::Lines | Shape::Areas = self.style.shape {
            let none = Series::line(&[], self.palette.text, 1.0);
            let mut series = [none; MOST_LINES];
            let count = self.fill(&mut series, self.lines, |one, line, _| {
                self.shape(one, line)
            });
            buffers.thinned.resize_with(count, Thinned::default);
            for (thinned, one) in buffers.thinned.iter_mut().zip(&series) {
                thinned.fill(one, view);
            }
        }
        if let Some(step_ms) = self.bar_ms(window) {
            group(self.lines, step_ms, &mut buffers.bars);
        }
        if let Some(earlier) = self.earlier {
            let bar_ms = self.bar_ms(window);
            self::earlier::outlines(self.style, earlier, self.off, bar_ms, buffers);
        }
    }

    /// Draws the data layer after [`Scene::prepare`]: `view` has the window, scales and clip; the area begins at the plot's
    /// corner.
    ///
    /// # Errors
    /// What the backend reports.
    pub fn draw<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        buffers: &mut Buffers,
        view: &View<'_>,
    ) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
        let Buffers {
            scratch,
            bars,
            thinned,
            earlier: outlines,
            ..
        } = buffers;
        let none = Series::line(&[], self.palette.text, 1.0);
        let mut series = [none; MOST_LINES];
        // Behind the data, which are what is looked at.
        draw_shades(area, view, &self.marks.spans)?;
        draw_marks(area, view, self.ratio, &self.marks.lines)?;
        if let Some(earlier) = self.earlier {
            let count = self.fill(&mut series, earlier, |one, _, i| {
                one.dim = self.palette.earlier(one.color);
                if let Some(outline) = outlines.get(i) {
                    one.points = outline;
                    one.step = false;
                }
            });
            // Its steps may be longer.
            let step_ms = self.bar_ms(view.window).unwrap_or(earlier.step_ms());
            let connect_ms = self.style.connect.ms(step_ms.max(earlier.step_ms()));
            let view = View {
                connect_ms,
                ..*view
            };
            draw_series(area, scratch, &series[..count], &view)?;
        }
        match self.style.shape {
            Shape::Bars { stacked } => {
                let step_ms = bar_ms(view.window, self.ratio, self.lines.step_ms(), self.shown());
                let mut of = bars.iter().map(Vec::as_slice);
                let mut all = [none; MOST_LINES];
                let mut count = 0;
                for (i, line) in self.lines.lines().iter().enumerate().take(MOST_LINES) {
                    let points = of.next().unwrap_or_default();
                    if self.is_off(line) {
                        continue;
                    }
                    let color = self.palette.line(i);
                    all[count] = Series {
                        // Hatched with an outline: a weaker colour would not be seen well enough.
                        dashes: self.palette.dashes(i),
                        right: self.style.is_right(line),
                        ..Series::line(points, color, self.ratio)
                    };
                    count += 1;
                }
                let look = Bars {
                    step_ms: step_ms as f64,
                    stacked,
                };
                draw_bars(area, scratch, &all[..count], view, &look)?;
            }
            Shape::Stacked => {
                let count = self.fill(&mut series, self.lines, |one, _, _| {
                    one.fill = Some(self.palette.stack_fill(one.dashes));
                });
                draw_stacked(area, scratch, &series[..count], view)?;
            }
            Shape::Areas | Shape::Lines => {
                let count = self.fill(&mut series, self.lines, |one, line, _| {
                    self.shape(one, line)
                });
                for (one, thinned) in series.iter_mut().zip(thinned) {
                    one.points = &thinned.points;
                    one.band = one.band.map(|_| thinned.band.as_slice());
                }
                draw_series(area, scratch, &series[..count], view)?;
            }
        }
        draw_edge_marks(area, view, self.ratio, &self.marks.edges)
    }

    /// The area and the band of a line.
    fn shape<'l>(&self, one: &mut Series<'l>, line: &'l Line) {
        one.fill = (self.style.shape == Shape::Areas).then_some(FILL);
        one.band = self.style.band.then_some(line.bands.as_slice());
        one.band_opacity = self.palette.band();
        one.band_edges = self.palette.strong;
    }

    fn is_off(&self, line: &Line) -> bool {
        self.off.contains(&line.label)
    }

    /// Which line of now it is.
    fn place(&self, lines: &Lines, index: usize, line: &Line) -> usize {
        if std::ptr::eq(lines, self.lines) {
            return index;
        }
        let mut all = self.lines.lines().iter();
        all.position(|one| one.is_named_as(line)).unwrap_or(index)
    }

    /// How much time a bar is for, in ms, when the look has bars.
    pub fn bar_ms(&self, window: &TimeWindow) -> Option<i64> {
        bar_ms_of(self.style, self.lines, self.off, (window, self.ratio))
    }

    fn shown(&self) -> usize {
        let lines = self.lines.lines().iter();
        lines.filter(|line| !self.is_off(line)).count()
    }

    /// Puts the lines that are not off into `series`; a line keeps its colour when others go, and at
    /// the earlier time.
    fn fill<'l>(
        &self,
        series: &mut [Series<'l>; MOST_LINES],
        lines: &'l Lines,
        more: impl Fn(&mut Series<'l>, &'l Line, usize),
    ) -> usize {
        let mut count = 0;
        for (i, line) in lines.lines().iter().enumerate().take(MOST_LINES) {
            if self.is_off(line) {
                continue;
            }
            let place = self.place(lines, i, line);
            let color = self.palette.line(place);
            let mut one = Series {
                dashes: self.palette.dashes(place),
                right: self.style.is_right(line),
                step: self.style.step,
                ..Series::line(&line.points, color, self.style.line.device_px(self.ratio))
            };
            more(&mut one, line, i);
            series[count] = one;
            count += 1;
        }
        count
    }
}

/// How much time a bar of these lines is for, in ms, when the look has bars.
pub fn bar_ms_of(
    style: &ChartStyle,
    lines: &Lines,
    off: &[String],
    (window, ratio): (&TimeWindow, f64),
) -> Option<i64> {
    let Shape::Bars { .. } = style.shape else {
        return None;
    };
    let shown = lines.lines().iter();
    let shown = shown.filter(|line| !off.contains(&line.label)).count();
    Some(bar_ms(window, ratio, lines.step_ms(), shown))
}

/// Smallest and largest value in `window` on the axis at the left or the right: what its scale has
/// to hold. `off` are labels of lines that do not count.
pub fn extent(
    style: &ChartStyle,
    lines: &mut Lines,
    off: &[String],
    right: bool,
    (window, ratio): (&TimeWindow, f64),
    buffers: &mut Buffers,
) -> Option<(f64, f64)> {
    let (from_ms, to_ms) = (window.end_ms - window.span_ms, window.end_ms);
    let wanted = |line: &Line| style.is_right(line) == right && !off.contains(&line.label);
    if let Shape::Lines | Shape::Areas = style.shape {
        return lines.extent(from_ms, to_ms, wanted);
    }
    let bar_ms = bar_ms_of(style, lines, off, (window, ratio));
    sums(style, lines, off, right, (from_ms, to_ms, bar_ms), buffers)
}

/// Both ranges in one.
pub fn union(ranges: impl IntoIterator<Item = (f64, f64)>) -> Option<(f64, f64)> {
    let ranges = ranges.into_iter();
    ranges.reduce(|(low, high), (a, b)| (low.min(a), high.max(b)))
}

/// Smallest and largest bar, or sum of a stack.
fn sums(
    style: &ChartStyle,
    lines: &Lines,
    off: &[String],
    right: bool,
    (from_ms, to_ms, bar_ms): (f64, f64, Option<i64>),
    buffers: &mut Buffers,
) -> Option<(f64, f64)> {
    let wanted = |line: &Line| style.is_right(line) == right && !off.contains(&line.label);
    if let Some(bar_ms) = bar_ms {
        group(lines, bar_ms, &mut buffers.bars);
    }
    let mut parts: [&[Point]; MOST_LINES] = [&[]; MOST_LINES];
    let mut count = 0;
    for (i, line) in lines.lines().iter().enumerate().take(MOST_LINES) {
        if wanted(line) {
            parts[count] = match bar_ms {
                Some(_) => between(&buffers.bars[i], from_ms, to_ms),
                None => line.between(from_ms, to_ms),
            };
            count += 1;
        }
    }
    if style.is_stacked() && !right {
        let connect_ms = style.connect.ms(lines.step_ms());
        stack(&parts[..count], connect_ms, &mut buffers.stack);
        return buffers.stack.extent();
    }
    let values = parts[..count].iter().copied().flatten();
    union(values.filter(|p| p.v.is_finite()).map(|p| (p.v, p.v)))
}

/// The bars of a time, with those that begin in it.
fn between(bars: &[Point], from_ms: f64, to_ms: f64) -> &[Point] {
    let first = bars.partition_point(|p| p.t <= from_ms);
    let end = bars.partition_point(|p| p.t <= to_ms) + 1;
    bars.get(first..end.min(bars.len())).unwrap_or_default()
}

/// How much time a bar is for: whole steps, and wide enough to be seen side by side with others.
fn bar_ms(window: &TimeWindow, ratio: f64, step_ms: i64, series: usize) -> i64 {
    let wide = window.ms_per_px() * BAR_PX * ratio * (1.0 + series as f64 / 2.0);
    STEPS_MS
        .into_iter()
        .find(|step| *step >= step_ms && *step as f64 >= wide)
        .unwrap_or(86_400_000)
}

/// One point for each `step_ms`, which is the mean of those within: rates and levels alike.
pub fn group(lines: &Lines, step_ms: i64, out: &mut Vec<Vec<Point>>) {
    out.resize_with(lines.lines().len(), Vec::new);
    for (line, bars) in lines.lines().iter().zip(out) {
        bars.clear();
        let step = step_ms as f64;
        let mut count = 0.0;
        for point in line.points.iter().filter(|p| p.v.is_finite()) {
            let t = (point.t / step).ceil() * step;
            match bars.last_mut() {
                Some(bar) if bar.t == t => {
                    count += 1.0;
                    bar.v += (point.v - bar.v) / count;
                }
                _ => {
                    bars.push(Point { t, v: point.v });
                    count = 1.0;
                }
            }
        }
    }
}

/// The scales of a chart: those of before, unless the data ask for others. `fresh` fits them anew,
/// since another time is shown.
pub fn follow(
    style: &ChartStyle,
    before: &Scales,
    fresh: bool,
    extents: [Option<(f64, f64)>; 2],
) -> Scales {
    let one = |axis: Axis, before: Option<ValueScale>, extent: Option<(f64, f64)>| {
        let Some((low, high)) = extent else {
            return before;
        };
        match before {
            Some(scale) if !fresh => Some(scale.follow(low, high, &axis.bounds).unwrap_or(scale)),
            _ => Some(ValueScale::fit(low, high, &axis.bounds)),
        }
    };
    Scales {
        left: one(style.left, before.left, extents[0]),
        right: style
            .right
            .and_then(|axis| one(axis, before.right, extents[1])),
    }
}

pub mod earlier;
#[cfg(test)]
mod tests;
