//! What a chart over time says: legend, values at a time, and points. Pure.

use super::points::{Columns, merged};
use super::text_alternative::{LineSummary, trend};
use crate::format::Format;
use crate::live::status::duration;
use crate::live::{Line, Lines};
use crate::widgets::interact::legend::{Entry, Legend};
use crate::widgets::render::chart_style::{ChartStyle, Scales};
use crate::widgets::state::State;
use protocol::Field;

/// A value of one line at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Which line, counted from 0: says its colour.
    pub index: usize,
    /// Its label.
    pub label: String,
    /// NaN when it has none.
    pub value: f64,
    /// The value as the line's axis writes it, with its unit.
    pub words: String,
}

/// The lines of a chart, and how they are shown.
pub struct ChartModel<'a> {
    /// Up to date.
    pub lines: &'a Lines,
    /// What the chart looks like.
    pub style: &'a ChartStyle,
    /// Those of the axes.
    pub scales: Scales,
    /// Labels of lines that are switched off.
    pub off: &'a [String],
    /// Where the time that is shown begins, in ms since the epoch.
    pub from_ms: f64,
    /// Where it ends.
    pub to_ms: f64,
}

impl ChartModel<'_> {
    /// The legend at the end of the time shown; with least, mean and most of it where that is asked
    /// for.
    pub fn legend(&self, summaries: bool) -> Legend {
        let numbers = self.lines.lines().iter().map(|line| self.newest(line));
        let numbers: Vec<(f64, Option<f64>)> = numbers.collect();
        let entry = |(line, (number, age_ms)): (&Line, &(f64, Option<f64>))| Entry {
            label: line.label.clone(),
            name: line.name(),
            value: self.aside(line, *number),
            age: age_ms.map(|age_ms| format!("{} ago", duration((age_ms / 1_000.0) as u64))),
            larger: numbers.iter().filter(|other| other.0 > *number).count(),
            on: !self.is_off(line),
            summary: summaries
                .then(|| line.summary(self.from_ms, self.to_ms))
                .flatten()
                .map(|numbers| {
                    let [least, mean, most] = numbers.map(|value| self.aside(line, value));
                    let is_exact = mean.starts_with(['≈', '–']) || self.has_exact_mean(line);
                    let mark = if is_exact { "" } else { "≈" };
                    [least, format!("{mark}{mean}"), most]
                }),
        };
        Legend {
            entries: self.lines.lines().iter().zip(&numbers).map(entry).collect(),
            largest: self.lines.largest(),
            left_out: self.lines.left_out(),
            units: self.units(),
        }
    }

    /// A line's value at the end of the time shown. Where it has none any more, the last one of that
    /// time, and how many ms old that is.
    fn newest(&self, line: &Line) -> (f64, Option<f64>) {
        let value = self.value(line, self.to_ms);
        match line.last_before(self.from_ms, self.to_ms) {
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

    /// The values at `t` of the lines that are on.
    pub fn readings(&self, t: f64) -> Vec<Reading> {
        let on = self.on().map(|(index, line)| {
            let value = self.value(line, t);
            Reading {
                index,
                label: line.name(),
                value,
                words: self.whole(line, value),
            }
        });
        on.collect()
    }

    /// The lines that are on, in words.
    pub fn summaries(&self) -> Vec<LineSummary> {
        let (from, to) = (self.from_ms, self.to_ms);
        let on = self.on().map(|(_, line)| LineSummary {
            label: line.name(),
            now: self.whole(line, self.value(line, to)),
            range: line
                .summary(from, to)
                .map(|[min, _, max]| [min, max].map(|value| self.whole(line, value))),
            trend: trend(line.between(from, to), from, to),
        });
        on.collect()
    }

    /// The points of the lines that are on over the time shown, the newest `most` times, and how
    /// each line's values are written.
    pub fn columns(&self, most: usize) -> (Columns, Vec<Format>) {
        let (named, formats): (Vec<_>, Vec<_>) = self
            .on()
            .map(|(_, line)| {
                // A column of estimates is marked once.
                let mark = if line.is_estimate { "≈ " } else { "" };
                let label = format!("{mark}{}", line.name());
                let named = (label, line.between(self.from_ms, self.to_ms));
                (named, self.style.format(line, &self.scales))
            })
            .unzip();
        let named: Vec<_> = named
            .iter()
            .map(|(label, points)| (&**label, *points))
            .collect();
        (merged(&named, most), formats)
    }

    /// The unit of each column of [`columns`](Self::columns).
    pub fn column_units(&self) -> Vec<String> {
        let on = self.on().map(|(_, line)| self.style.own_unit(line));
        on.collect()
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

    /// What a line's value is at `t`: after the last complete step, what it was then. It holds for
    /// as long as the line would be joined to the next.
    fn value(&self, line: &Line, t: f64) -> f64 {
        let within = self.style.connect.ms(self.lines.step_ms());
        line.value_at(t.min(self.lines.settled_ms() as f64), within)
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
