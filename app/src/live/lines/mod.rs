//! What a widget draws and prints: its metric references, evaluated against a store.
//!
//! Each line copies a step once, when it is complete; only the last point, of the step that is
//! not over yet, is rewritten. So an update costs what is new, not what is shown.

use super::metric_query::{ids, label, matching, natural};
use super::{Line, Store};
use protocol::MetricRef;

/// Most lines that one widget shows; more are counted in [`Lines::left_out`].
pub const MOST_LINES: usize = 24;

/// The lines of a widget, kept up to date.
#[derive(Clone, Debug)]
pub struct Lines {
    refs: Vec<MetricRef>,
    lines: Vec<Line>,
    generation: u64,
    settled_ms: i64,
    newest_ms: i64,
    left_out: usize,
    step_ms: i64,
    with_bands: bool,
}

impl Lines {
    /// For these references; empty until [`Lines::update`].
    pub fn new(refs: &[MetricRef]) -> Self {
        Lines {
            refs: refs.to_vec(),
            lines: Vec::new(),
            generation: 0,
            settled_ms: 0,
            newest_ms: 0,
            left_out: 0,
            step_ms: 1_000,
            with_bands: false,
        }
    }

    /// Whether lines have bands from smallest to largest, from the next update on.
    pub fn set_bands(&mut self, with_bands: bool) {
        if self.with_bands != with_bands {
            self.with_bands = with_bands;
            self.clear();
        }
    }

    /// Length of the store's steps in ms.
    pub fn step_ms(&self) -> i64 {
        self.step_ms
    }

    /// Takes what is new from the store.
    pub fn update(&mut self, store: &Store) {
        if self.generation != store.generation() {
            self.generation = store.generation();
            self.resolve(store);
        }
        let refs = &self.refs;
        for line in &mut self.lines {
            line.extend(&refs[line.metric], store, self.with_bands);
        }
        self.step_ms = store.resolution().step_ms;
        self.settled_ms = store.settled_ms();
        self.newest_ms = store.newest_ms();
    }

    /// Forgets all lines: there is nothing to show any more.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.generation = 0;
    }

    /// Changes whenever points that were there already changed: a picture of them must be drawn
    /// anew.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The lines, in the order of their references and then of their labels.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The references, which lines name by index.
    pub fn refs(&self) -> &[MetricRef] {
        &self.refs
    }

    /// Lines beyond [`MOST_LINES`] that are not shown.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// End of the newest step whose points will not change any more.
    pub fn settled_ms(&self) -> i64 {
        self.settled_ms
    }

    /// End of the newest frame that was taken.
    pub fn newest_ms(&self) -> i64 {
        self.newest_ms
    }

    /// The time up to which a picture of these lines is final.
    pub fn final_ms(&self, connect_ms: f64) -> f64 {
        let ends = self.lines.iter().map(Line::final_ms);
        charts::settled_ms(ends, self.settled_ms as f64, connect_ms)
    }

    /// Smallest and largest value, and band, from `from_ms` to `to_ms` of the lines that `wanted`
    /// wants; none without points.
    pub fn extent(
        &mut self,
        from_ms: f64,
        to_ms: f64,
        wanted: impl Fn(&Line) -> bool,
    ) -> Option<(f64, f64)> {
        let newest_ms = self.newest_ms as f64;
        self.lines
            .iter_mut()
            .filter(|line| wanted(line))
            .filter_map(|line| {
                let points = if to_ms < newest_ms {
                    let summary = line.summary(from_ms, to_ms);
                    summary.map(|[min, _, max]| (min, max))
                } else {
                    line.extent(from_ms)
                };
                let bands = line.bands.iter();
                let within = bands.filter(|band| from_ms < band.t && band.t <= to_ms);
                within.fold(points, |range, band| {
                    let (low, high) = range.unwrap_or((band.low, band.high));
                    Some((low.min(band.low), high.max(band.high)))
                })
            })
            .reduce(|(low, high), (a, b)| (low.min(a), high.max(b)))
    }

    fn resolve(&mut self, store: &Store) {
        self.lines.clear();
        for (index, reference) in self.refs.iter().enumerate() {
            let whole = reference
                .share_of
                .as_ref()
                .map(|r| ids(store, r, None))
                .unwrap_or_default();
            match &reference.by {
                None => self.lines.push(Line::new(
                    label(reference),
                    index,
                    ids(store, reference, None),
                    whole,
                )),
                Some(tag) => {
                    let mut values: Vec<&str> = matching(store, reference)
                        .filter_map(|series| series.info.tags.get(tag).map(String::as_str))
                        .collect();
                    charts::order::sort(&mut values, |a, b| natural(a, b));
                    values.dedup();
                    for value in values {
                        self.lines.push(Line::new(
                            value.to_string(),
                            index,
                            ids(store, reference, Some((tag, value))),
                            whole.clone(),
                        ));
                    }
                }
            }
        }
        self.left_out = self.lines.len().saturating_sub(MOST_LINES);
        self.lines.truncate(MOST_LINES);
    }
}

#[cfg(test)]
mod tests;
