//! One line for those that have no room of their own. Invariant: where lines stand on each other, its
//! values are the sums of theirs, so that the total is that of all.

use super::Line;
use crate::live::Store;
use crate::live::combine;
use protocol::MetricRef;

/// Label of what has no room of its own; people read [`Line::name`].
const OTHERS: &str = "… others";

impl Line {
    /// For lines that have no room of their own, of which there is one at least: of all their series
    /// together, or `summed` the sum of their values.
    pub(in crate::live) fn others(lines: Vec<Line>, summed: bool) -> Line {
        let rest = lines.len();
        let (metric, whole) = lines
            .first()
            .map(|l| (l.metric, l.whole.clone()))
            .unwrap_or_default();
        let mut parts: Vec<Vec<u32>> = lines.into_iter().flat_map(|line| line.parts).collect();
        if !summed {
            parts = vec![parts.concat()];
        }
        Line {
            rest,
            parts,
            ..Line::new(OTHERS.into(), metric, Vec::new(), whole)
        }
    }

    /// How large it is over all that the store has: the sum of what adds up, and the mean of levels. NaN
    /// without values.
    pub(in crate::live) fn size(&self, reference: &MetricRef, store: &Store) -> f64 {
        let Some((kind, _)) = store.metric(&reference.metric) else {
            return f64::NAN;
        };
        let step_ms = store.resolution().step_ms as f64;
        let series = self
            .parts
            .iter()
            .flatten()
            .filter_map(|id| store.series(*id));
        let rows = series.flat_map(|series| {
            let steps = series.after(store.oldest_ms()).map(|step| step.row);
            steps.chain(series.open_step())
        });
        let values = rows.map(|row| combine::read(&row, kind, reference.field, step_ms).abs());
        let (sum, count) = values
            .filter(|value| value.is_finite())
            .fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        if reference.field.adds_up() && count > 0.0 {
            sum
        } else {
            sum / count
        }
    }

    /// The label as people read it.
    pub fn name(&self) -> String {
        match self.rest {
            0 => self.label.clone(),
            rest => format!("others ({rest})"),
        }
    }

    /// Whether people read it as the same line, at whatever time.
    pub fn is_named_as(&self, other: &Line) -> bool {
        self.metric == other.metric && self.label == other.label
    }

    /// Whether it shows the same of the same series.
    pub(in crate::live) fn is_same(&self, other: &Line) -> bool {
        self.metric == other.metric && self.label == other.label && self.parts == other.parts
    }
}
