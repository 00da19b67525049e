//! What a chart over time says: legend, values at a time, and points. Pure. Invariant: all of it is of
//! what is drawn, points or bars.

use charts::Point;

use super::drawn::{Drawn, Moment, nearest};
use super::points::{Columns, merged};
use super::text_alternative::{LineSummary, trend};
use crate::format::Format;
use crate::live::status::duration;
use crate::live::{Line, Lines, line};
use crate::widgets::interact::legend::{Entry, Legend};
use crate::widgets::render::chart_style::{ChartStyle, Scales, Shape};
use crate::widgets::state::State;
use protocol::Field;

/// A value of one line at one time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Which line, counted from 0: says its colour.
    pub index: usize,
    /// Its label.
    pub label: String,
    /// NaN when it has none.
    pub value: f64,
    /// The value as the line's axis writes it, with its unit.
    pub words: String,
    /// The value at the earlier time that is compared with; none where nothing is.
    pub earlier: Option<String>,
    /// Where the value stands on the picture, by time and value: on a stack that is where its layer
    /// ends.
    pub place: Option<Point>,
    /// Whether it is on the axis at the right.
    pub right: bool,
}

/// By how much a point is a spike among those of the same pixels, of a height of [`HEIGHT`].
const SPIKE: f64 = 10.0;
const HEIGHT: f64 = 1_000.0;

/// The lines of a chart, and how they are shown.
pub struct ChartModel<'a> {
    /// Up to date.
    pub lines: &'a Lines,
    /// What the chart looks like.
    pub style: &'a ChartStyle,
    /// Those of the axes.
    pub scales: Scales,
    /// What is drawn of them.
    pub drawn: Drawn,
    /// The lines at an earlier time, what is drawn of them, and which time that is.
    pub earlier: Option<Earlier<'a>>,
    /// Labels of lines that are switched off.
    pub off: &'a [String],
    /// Where the time that is shown begins, in ms since the epoch.
    pub from_ms: f64,
    /// Where it ends.
    pub to_ms: f64,
}

/// The lines at an earlier time.
pub struct Earlier<'a> {
    /// Moved to the time shown.
    pub lines: &'a Lines,
    /// What is drawn of them.
    pub drawn: Drawn,
    /// Which time it is, such as `a day earlier`.
    pub words: &'static str,
}

impl ChartModel<'_> {
    /// The legend at `moment`, or else at the end of the time shown; with least, mean and most of that
    /// time where it is asked for.
    pub fn legend(&self, summaries: bool, moment: Option<&Moment>) -> Legend {
        let lines = || self.lines.lines().iter().enumerate();
        let numbers = lines().map(|(index, line)| match moment {
            Some(moment) => (self.at(index, line, moment), None),
            None => self.newest(index, line),
        });
        let numbers: Vec<(f64, Option<f64>)> = numbers.collect();
        let entry =
            |((index, line), (number, age_ms)): ((usize, &Line), &(f64, Option<f64>))| Entry {
                label: line.label.clone(),
                name: line.name(),
                value: self.aside(line, *number),
                age: age_ms.map(|age_ms| format!("{} ago", duration((age_ms / 1_000.0) as u64))),
                larger: numbers.iter().filter(|other| other.0 > *number).count(),
                on: !self.is_off(line),
                summary: summaries
                    .then(|| line::summary(self.between(index, line)))
                    .flatten()
                    .map(|numbers| {
                        let [least, mean, most] = numbers.map(|value| self.aside(line, value));
                        let is_exact = mean.starts_with(['≈', '–']) || self.has_exact_mean(line);
                        let mark = if is_exact { "" } else { "≈" };
                        [least, format!("{mark}{mean}"), most]
                    }),
            };
        Legend {
            entries: lines().zip(&numbers).map(entry).collect(),
            largest: self.lines.largest(),
            left_out: self.lines.left_out(),
            units: self.units(),
            earlier: self.earlier.as_ref().map(|earlier| earlier.words),
        }
    }

    /// A line's value at the end of the time shown. Where it has none any more, the last one of that
    /// time, and how many ms old that is.
    fn newest(&self, index: usize, line: &Line) -> (f64, Option<f64>) {
        let value = self.now(index, line);
        let mut shown = self.between(index, line).iter().rev();
        match shown.find(|p| p.v.is_finite() && p.t <= self.to_ms) {
            Some(last) if value.is_nan() => (last.v, Some(self.to_ms - last.t)),
            _ => (value, None),
        }
    }

    /// Whether there is something to show; `known` once the stream has begun.
    pub fn state(&self, known: bool) -> State {
        let lines = self.lines.lines();
        // A line that goes through the time shown may have its points on both sides of it.
        let joined_ms = self.style.connect.ms(self.lines.step_ms());
        let (from, to) = (self.from_ms - joined_ms, self.to_ms + joined_ms);
        let is_empty = |line: &Line| line.between(from, to).is_empty();
        match (known, lines.iter().all(is_empty)) {
            (false, _) => State::Loading,
            (true, true) => State::Waiting,
            (true, false) if lines.iter().all(|line| self.is_off(line)) => State::Off,
            (true, false) => State::Shown,
        }
    }

    /// The bar or the point to read at `t`: of the lines that are on the nearest point. Where more of
    /// them lie nearer than `near_ms` than can be told apart, it is the one that stands out most.
    pub fn moment(&self, t: f64, near_ms: f64) -> Moment {
        if let Some(bar_ms) = self.drawn.bar_ms() {
            return Moment {
                t: (t / bar_ms).ceil() * bar_ms,
                span_ms: bar_ms,
            };
        }
        let within = self.within_ms();
        let (mut near, mut spike) = (None::<f64>, None::<(f64, f64)>);
        for (index, line) in self.on() {
            let points = self.drawn.points(index, line);
            let found = nearest(points, t, within, false).map(|p| p.t);
            let shown = found.filter(|at| self.from_ms <= *at && *at <= self.to_ms);
            near = match (near, shown) {
                (Some(a), Some(b)) if (b - t).abs() < (a - t).abs() => Some(b),
                (a, b) => a.or(b),
            };
            let among = line::between(points, t - near_ms, t + near_ms);
            let scale = match self.style.is_right(line) {
                true => self.scales.right,
                false => self.scales.left,
            };
            let (Some([_, mean, _]), Some(scale), 3..) = (line::summary(among), scale, among.len())
            else {
                continue;
            };
            for point in among.iter().filter(|p| p.v.is_finite()) {
                let out = (scale.y(point.v, HEIGHT) - scale.y(mean, HEIGHT)).abs();
                if out > spike.map_or(SPIKE, |(most, _)| most) {
                    spike = Some((out, point.t));
                }
            }
        }
        Moment {
            t: spike.map(|(_, at)| at).or(near).unwrap_or(t),
            span_ms: 0.0,
        }
    }

    /// The values at a moment of the lines that are on.
    pub fn readings(&self, moment: &Moment) -> Vec<Reading> {
        let stacked = self.style.shape == Shape::Stacked;
        let (mut above, mut below) = (0.0, 0.0);
        let on = self.on().map(|(index, line)| {
            let mut place = self.point(index, line, moment).filter(|p| p.v.is_finite());
            let value = place.map_or(f64::NAN, |p| p.v);
            let right = self.style.is_right(line);
            if let Some(place) = place.as_mut().filter(|_| stacked && !right) {
                let sum = if place.v < 0.0 {
                    &mut below
                } else {
                    &mut above
                };
                *sum += place.v;
                place.v = *sum;
            }
            Reading {
                index,
                label: line.name(),
                value,
                words: self.whole(line, value),
                earlier: self.before(line, moment),
                // A bar is seen as it is.
                place: place.filter(|_| self.drawn.bar_ms().is_none()),
                right,
            }
        });
        on.collect()
    }

    /// The lines that are on, in words.
    pub fn summaries(&self) -> Vec<LineSummary> {
        let on = self.on().map(|(index, line)| {
            let points = self.between(index, line);
            LineSummary {
                label: line.name(),
                now: self.whole(line, self.now(index, line)),
                range: line::summary(points)
                    .map(|[min, _, max]| [min, max].map(|value| self.whole(line, value))),
                trend: trend(points),
            }
        });
        on.collect()
    }

    /// The points, or bars, of the lines that are on over the time shown, the newest `most` times, and
    /// how each line's values are written; behind them those of the earlier time.
    pub fn columns(&self, most: usize) -> (Columns, Vec<Format>) {
        let mut formats = Vec::new();
        let mut named: Vec<(String, &[Point])> = Vec::new();
        // A column of estimates is marked once.
        let mark = |line: &Line| if line.is_estimate { "≈ " } else { "" };
        for (index, line) in self.on() {
            let label = format!("{}{}", mark(line), line.name());
            named.push((label, self.between(index, line)));
            formats.push(self.style.format(line, &self.scales));
        }
        if let Some(earlier) = &self.earlier {
            let bounds = (self.from_ms, self.to_ms);
            for (index, line) in earlier.lines.lines().iter().enumerate() {
                if self.is_off(line) {
                    continue;
                }
                let label = format!("{}{}, {}", mark(line), line.name(), earlier.words);
                named.push((label, earlier.drawn.between(index, line, bounds)));
                formats.push(self.style.format(line, &self.scales));
            }
        }
        let named: Vec<_> = named
            .iter()
            .map(|(label, points)| (&**label, *points))
            .collect();
        let columns = Columns {
            span_ms: self.drawn.bar_ms().unwrap_or(0.0) as i64,
            ..merged(&named, most)
        };
        (columns, formats)
    }

    /// The unit of each column of [`columns`](Self::columns).
    pub fn column_units(&self) -> Vec<String> {
        let earlier = self.earlier.iter().flat_map(|one| one.lines.lines());
        let now = self.on().map(|(_, line)| line);
        let all = now.chain(earlier.filter(|line| !self.is_off(line)));
        all.map(|line| self.style.own_unit(line)).collect()
    }

    /// The units of the axes, as a heading has them; before there are data, nobody knows the prefix.
    pub fn units(&self) -> String {
        if self.scales == Scales::default() {
            return String::new();
        }
        let left = self.left_symbol();
        let right = self.style.right.map(|axis| axis.format(self.scales.right));
        let right = right.map(|format| format.symbol);
        match right.filter(|right| !right.is_empty() && *right != left) {
            Some(right) if !left.is_empty() => format!("{left}, {right} at the right"),
            Some(right) => right.to_string(),
            None => left.to_string(),
        }
    }

    /// Whether the mean of a line's points is the mean of what it shows: of averages, percentiles and
    /// shares it is not, since their points stand for unlike many samples.
    fn has_exact_mean(&self, line: &Line) -> bool {
        let reference = self.lines.refs().get(line.metric);
        reference.is_some_and(|one| {
            let is_mean = one.field == Field::Avg || one.field.is_percentile();
            !is_mean && one.share_of.is_none()
        })
    }

    fn on(&self) -> impl Iterator<Item = (usize, &Line)> {
        let lines = self.lines.lines().iter().enumerate();
        lines.filter(|(_, line)| !self.is_off(line))
    }

    fn is_off(&self, line: &Line) -> bool {
        self.off.contains(&line.label)
    }

    /// What is drawn of a line over the time shown.
    fn between<'a>(&'a self, index: usize, line: &'a Line) -> &'a [Point] {
        self.drawn.between(index, line, (self.from_ms, self.to_ms))
    }

    /// A value holds for as long as the line would be joined to the next.
    fn within_ms(&self) -> f64 {
        self.style.connect.ms(self.lines.step_ms())
    }

    /// What a line's value is at the end of the time shown: of the last bar, or after the last complete
    /// step what it was then.
    fn now(&self, index: usize, line: &Line) -> f64 {
        let end = match self.drawn.bar_ms() {
            Some(bar_ms) => {
                let last = self.between(index, line).last();
                let recent = last.filter(|bar| bar.t + bar_ms > self.to_ms);
                return recent.map_or(f64::NAN, |bar| bar.v);
            }
            None => self.to_ms.min(self.lines.settled_ms() as f64),
        };
        line.value_at(end, self.within_ms())
    }

    fn point(&self, index: usize, line: &Line, moment: &Moment) -> Option<Point> {
        let reach = (self.within_ms(), self.style.step);
        self.drawn.at(index, line, moment, reach)
    }

    /// What a line's value is at a moment.
    fn at(&self, index: usize, line: &Line, moment: &Moment) -> f64 {
        self.point(index, line, moment).map_or(f64::NAN, |p| p.v)
    }

    /// What the same line's value was at the earlier time, with the unit.
    fn before(&self, line: &Line, moment: &Moment) -> Option<String> {
        let earlier = self.earlier.as_ref()?;
        let mut all = earlier.lines.lines().iter().enumerate();
        let found = all.find(|(_, one)| one.is_named_as(line));
        let reach = (
            self.style.connect.ms(earlier.lines.step_ms()),
            self.style.step,
        );
        let value = found.and_then(|(index, one)| earlier.drawn.at(index, one, moment, reach));
        Some(self.whole(line, value.map_or(f64::NAN, |p| p.v)))
    }

    /// With the unit.
    fn whole(&self, line: &Line, value: f64) -> String {
        let format = self.style.format(line, &self.scales);
        let number = marked(line, value, format.fine_number(value));
        match format.symbol {
            "" => number,
            symbol => format!("{number} {symbol}"),
        }
    }

    /// With the unit where it is not that of the axis at the left, which the heading has.
    fn aside(&self, line: &Line, value: f64) -> String {
        let format = self.style.format(line, &self.scales);
        if format.symbol == self.left_symbol() {
            marked(line, value, format.fine_number(value))
        } else {
            self.whole(line, value)
        }
    }

    fn left_symbol(&self) -> &'static str {
        self.style.left.format(self.scales.left).symbol
    }
}

/// `≈` before a number of a line whose points are estimates.
fn marked(line: &Line, number: f64, words: String) -> String {
    if line.is_estimate && number.is_finite() {
        format!("≈{words}")
    } else {
        words
    }
}
