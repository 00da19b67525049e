//! Which state each series was in, and when. Invariant: spans of a strip are in order of time and
//! do not overlap; where nothing is known there is none.

use crate::live::{Store, metric_query, series::Series};
use crate::widgets::options::Connect;
use protocol::{LogLevel, MetricRef, StateName};

/// A state that held for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Begin, in ms since the epoch.
    pub from: f64,
    /// End.
    pub to: f64,
    /// The value.
    pub value: f64,
}

/// One series.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// Its tag values.
    pub label: String,
    /// What held when.
    pub held: Vec<Held>,
}

impl Strip {
    /// The value at the end of what is shown; none when it is not known any more.
    pub fn now(&self, end_ms: f64) -> Option<f64> {
        let last = self.held.last()?;
        (last.to >= end_ms).then_some(last.value)
    }

    /// What held at a time.
    pub fn at(&self, t: f64) -> Option<usize> {
        let mut held = self.held.iter();
        held.position(|held| held.from <= t && t <= held.to)
    }

    /// How often the state changed.
    pub fn changes(&self) -> usize {
        let pairs = self.held.iter().zip(self.held.iter().skip(1));
        pairs.filter(|(a, b)| a.value != b.value).count()
    }
}

/// Which part of time, and over which pauses a state holds.
#[derive(Clone, Copy, Debug)]
pub struct StateWindow {
    /// Begin, in ms since the epoch.
    pub from_ms: i64,
    /// End.
    pub to_ms: i64,
    /// Over which pauses.
    pub connect: Connect,
}

/// A strip for each series of the references, by label.
pub fn strips(store: &Store, references: &[MetricRef], span: StateWindow) -> Vec<Strip> {
    let mut found = Vec::new();
    for reference in references {
        let first = found.len();
        for series in metric_query::matching(store, reference) {
            let held = held(store, series, span);
            if !held.is_empty() {
                let label = label(reference, series);
                found.push(Strip { label, held });
            }
        }
        let by_label = |a: &Strip, b: &Strip| metric_query::natural(&a.label, &b.label);
        charts::order::sort(&mut found[first..], by_label);
    }
    found
}

/// What a value means; the first that fits.
pub fn meaning(states: &[StateName], value: f64) -> Option<(usize, &StateName)> {
    let mut all = states.iter().enumerate();
    all.find(|(_, state)| state.value == value)
}

/// How grave a value is; one without a name is not.
pub fn level(states: &[StateName], value: f64) -> LogLevel {
    meaning(states, value).map_or(LogLevel::Info, |(_, state)| state.level)
}

fn label(reference: &MetricRef, series: &Series) -> String {
    let tags = &series.info.tags;
    let values: Vec<&str> = match &reference.by {
        Some(tag) => tags.get(tag).map(String::as_str).into_iter().collect(),
        None => tags.values().map(String::as_str).collect(),
    };
    if values.is_empty() {
        metric_query::label(reference)
    } else {
        values.join(" · ")
    }
}

/// Each value holds from the one before, or for a step when that is too long ago; the last one
/// holds on to the end unless that is too far.
fn held(store: &Store, series: &Series, span: StateWindow) -> Vec<Held> {
    let step_ms = store.resolution().step_ms as f64;
    let connect_ms = span.connect.ms(store.resolution().step_ms);
    let mut held: Vec<Held> = Vec::new();
    let mut has_ended = false;
    let mut push = |from: f64, to: f64, value: f64| {
        if value.is_nan() {
            // The sender said that there is no value: what was held ends here.
            has_ended = true;
            return;
        }
        let follows = !std::mem::take(&mut has_ended);
        let from = match held.last_mut() {
            Some(last) if follows && from - last.to <= connect_ms => {
                if last.value == value {
                    last.to = to;
                    return;
                }
                // Until another value came, the one before held.
                last.to = last.to.max(from);
                last.to
            }
            _ => from,
        };
        held.push(Held { from, to, value });
    };
    for step in store.between(series.info.id, span.from_ms, span.to_ms) {
        let t = step.t as f64;
        let row = &step.row;
        let other = if row.last > row.min { row.min } else { row.max };
        // The last step may not be over.
        let begin = ((t - 1.0) / step_ms).floor() * step_ms;
        if other != row.last && !other.is_nan() {
            // In a step with two states the newest comes second.
            push(begin, t - step_ms / 2.0, other);
            push(t - step_ms / 2.0, t, row.last);
        } else {
            push(begin, t, row.last);
        }
    }
    let end = span.to_ms as f64;
    if let Some(last) = held.last_mut()
        && !has_ended
        && end - last.to <= connect_ms
    {
        last.to = last.to.max(end);
    }
    held
}
