//! What a widget draws and prints: its metric references, evaluated against a store.
//!
//! Each line copies a step once, when it is complete; only the last point, of the step that is
//! not over yet, is rewritten. So an update costs what is new, not what is shown.

mod ranking;

use super::metric_query::{ids, label, matching, natural};
use super::{Line, Store};
use protocol::MetricRef;

/// Most lines that one widget shows. Of more values of a tag the largest are shown, and one line for
/// [all others](Line::rest); references beyond are counted in [`Lines::left_out`].
pub const MOST_LINES: usize = 24;
/// After so many steps the largest are looked for again.
const RANKED_STEPS: i64 = 60;
/// A line that is shown stays until another is so many times as large.
const HOLD: f64 = 1.25;

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
    stacked: bool,
    /// When the largest were looked for last, in ms since the epoch.
    ranked_ms: i64,
    /// Grows when other lines are shown.
    rankings: u64,
    /// The lines of another time, which are shown here too, by the number of its ranking.
    pinned: Option<(u64, Vec<(usize, String)>)>,
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
            stacked: false,
            ranked_ms: 0,
            rankings: 0,
            pinned: None,
        }
    }

    /// Whether lines have bands from smallest to largest, from the next update on.
    pub fn set_bands(&mut self, with_bands: bool) {
        if self.with_bands != with_bands {
            self.with_bands = with_bands;
            self.clear();
        }
    }

    /// Whether lines stand on each other, from the next update on: then others are the sum of their
    /// values, whatever these are, so that the total is that of all.
    pub fn set_stacked(&mut self, stacked: bool) {
        if self.stacked != stacked {
            self.stacked = stacked;
            self.clear();
        }
    }

    /// Shows the lines that `other` shows, which is of another time.
    pub fn pin(&mut self, other: &Lines) {
        let before = self.pinned.as_ref().map(|(ranking, _)| *ranking);
        if before != Some(other.rankings) {
            let of = |line: &Line| (line.metric, line.label.clone());
            self.pinned = Some((other.rankings, other.lines.iter().map(of).collect()));
            self.clear();
        }
    }

    /// How many lines are shown for themselves, and how many there are; none when these are all.
    pub fn largest(&self) -> Option<(usize, usize)> {
        let rest: usize = self.lines.iter().map(|line| line.rest).sum();
        let own = self.lines.iter().filter(|line| line.rest == 0).count();
        (rest > 0).then_some((own, own + rest))
    }

    /// Length of the store's steps in ms.
    pub fn step_ms(&self) -> i64 {
        self.step_ms
    }

    /// Takes what is new from the store.
    pub fn update(&mut self, store: &Store) {
        if self.generation != store.generation() {
            self.generation = store.generation();
            self.resolve(self.choose(store, false), store);
        } else if self.is_ranking_due(store) {
            let lines = self.choose(store, true);
            let is_same = |(a, b): (&Line, &Line)| a.is_same(b);
            self.ranked_ms = store.settled_ms();
            if lines.len() != self.lines.len() || !lines.iter().zip(&self.lines).all(is_same) {
                self.resolve(lines, store);
            }
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
        self.generation ^ (self.rankings << 40)
    }

    /// The lines, in the order of their references and then of their labels, others last.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The references, which lines name by index.
    pub fn refs(&self) -> &[MetricRef] {
        &self.refs
    }

    /// Lines of references beyond [`MOST_LINES`], which are not shown.
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

    fn is_ranking_due(&self, store: &Store) -> bool {
        let after = RANKED_STEPS * store.resolution().step_ms;
        self.largest().is_some() && store.settled_ms() >= self.ranked_ms + after
    }

    /// Makes the lines again for the series that the store has now.
    fn resolve(&mut self, lines: Vec<Line>, store: &Store) {
        self.lines = lines;
        self.left_out = self.lines.len().saturating_sub(MOST_LINES);
        self.lines.truncate(MOST_LINES);
        self.ranked_ms = store.settled_ms();
        self.rankings += 1;
    }

    /// The lines that there would be now; with `hold`, one that is shown stays unless another is clearly
    /// larger.
    fn choose(&self, store: &Store, hold: bool) -> Vec<Line> {
        let groups: Vec<Vec<Line>> = self
            .refs
            .iter()
            .enumerate()
            .map(|(index, reference)| {
                let whole = reference
                    .share_of
                    .as_ref()
                    .map(|r| ids(store, r, None))
                    .unwrap_or_default();
                match &reference.by {
                    None => vec![Line::new(
                        label(reference),
                        index,
                        ids(store, reference, None),
                        whole,
                    )],
                    Some(tag) => by_value(store, reference, tag)
                        .into_iter()
                        .map(|(value, ids)| Line::new(value, index, ids, whole.clone()))
                        .collect(),
                }
            })
            .collect();
        let rooms = ranking::rooms(groups.iter().map(Vec::len).collect(), MOST_LINES);
        let groups = groups.into_iter().zip(rooms).zip(&self.refs);
        groups
            .flat_map(|((lines, room), reference)| {
                if lines.len() <= room {
                    return lines;
                }
                let size = |line: &Line| {
                    let (metric, label) = (line.metric, &line.label);
                    match &self.pinned {
                        Some((_, pinned))
                            if pinned.iter().any(|(m, l)| *m == metric && l == label) =>
                        {
                            f64::INFINITY
                        }
                        _ => {
                            let size = line.size(reference, store);
                            let is_shown = hold && self.lines.iter().any(|l| l.is_same(line));
                            size * if is_shown { HOLD } else { 1.0 }
                        }
                    }
                };
                let (mut own, rest) = ranking::split(lines, room.saturating_sub(1), size);
                own.push(Line::others(
                    rest,
                    self.stacked && !reference.field.adds_up(),
                ));
                own
            })
            .collect()
    }
}

/// The series of each value of a tag, in natural order of the values.
fn by_value(store: &Store, reference: &MetricRef, tag: &str) -> Vec<(String, Vec<u32>)> {
    let mut all: Vec<(&str, u32)> = matching(store, reference)
        .filter_map(|series| Some((series.info.tags.get(tag)?.as_str(), series.info.id)))
        .collect();
    charts::order::sort(&mut all, |a, b| {
        natural(a.0, b.0).then_with(|| a.0.cmp(b.0))
    });
    let mut found: Vec<(String, Vec<u32>)> = Vec::new();
    for (value, id) in all {
        match found.last_mut().filter(|(last, _)| last == value) {
            Some((_, ids)) => ids.push(id),
            None => found.push((value.to_owned(), vec![id])),
        }
    }
    found
}

#[cfg(test)]
mod tests;
