//! Heatmaps: how often values fell into each bucket, over time. Invariant: cells are whole absolute
//! columns and whole rows, so that they meet without a seam and move with the picture.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use crate::View;
use crate::decimate::seen_range;
use crate::ink::Drawn;
use crate::ramp::ramp;

/// Colours that can be told apart, without those for nothing.
const LEVELS: usize = 32;

/// How far from the surface the colour of the smallest count is: it must be seen.
const FAINTEST: f64 = 0.15;

/// Counts by time and bucket.
#[derive(Clone, Copy, Debug)]
pub struct Heat<'a> {
    /// The end of each step, in order, in milliseconds since the epoch.
    pub times: &'a [f64],
    /// Number of buckets; the first is drawn at the bottom.
    pub buckets: usize,
    /// For each of `times` the count of each bucket. Zero and what is no number are nothing.
    pub counts: &'a [f64],
    /// Length of a step, in milliseconds.
    pub step_ms: f64,
    /// The count that is drawn in `color`, as is all above it. Colours go by the square root of a
    /// count: a few among thousands, the slow ones, are what is looked for.
    pub most: f64,
    /// Of the largest count; small ones are nearer to [`View::surface`].
    pub color: RGBColor,
}

/// Draws a cell for each count, from the step's begin to its end. Steps narrower than a column share
/// it, and the largest count of each bucket is drawn.
///
/// A cell reaches left of its time: the data layer is settled a step before what
/// [`settled_ms()`](crate::settled_ms()) says.
///
/// # Errors
/// What the backend reports.
pub fn draw_heatmap<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    heat: &Heat<'_>,
    view: &View<'_>,
) -> Drawn<DB> {
    let colors: [RGBColor; LEVELS] = std::array::from_fn(|level| {
        let share = (level + 1) as f64 / LEVELS as f64;
        ramp(
            view.surface,
            heat.color,
            FAINTEST + (1.0 - FAINTEST) * share,
        )
    });
    let (from, to) = view.columns();
    let reach = (heat.step_ms / view.window.ms_per_px()).clamp(0.0, f64::from(view.window.width));
    let range = seen_range(
        heat.times,
        |t| *t,
        view.window,
        (from, to + reach as i64 + 1),
        1,
    );
    let mut at = range.start;
    while at < range.end {
        let place = heat.columns(view, at);
        let mut end = at + 1;
        while end < range.end && heat.columns(view, end) == place {
            end += 1;
        }
        for bucket in 0..heat.buckets {
            let count = (at..end).map(|i| heat.count(i, bucket)).fold(0.0, f64::max);
            let Some(color) = level(count, heat.most).and_then(|level| colors.get(level)) else {
                continue;
            };
            let row = |edge: usize| {
                let below = edge as i64 * i64::from(view.height) / heat.buckets as i64;
                i64::from(view.height) - below
            };
            view.fill(area, place, (row(bucket + 1), row(bucket)), *color)?;
        }
        at = end;
    }
    Ok(())
}

/// The colour of a count; none for none.
fn level(count: f64, most: f64) -> Option<usize> {
    if count.is_nan() || count <= 0.0 {
        return None;
    }
    let share = if most > 0.0 {
        (count / most).min(1.0).sqrt()
    } else {
        1.0
    };
    Some(((share * LEVELS as f64).ceil() as usize).clamp(1, LEVELS) - 1)
}

impl Heat<'_> {
    /// The columns from the first to before the last of one step; at least one.
    fn columns(&self, view: &View<'_>, at: usize) -> (i64, i64) {
        let end = self.times.get(at).copied().unwrap_or(f64::NAN);
        let right = view.edge(end);
        (view.edge(end - self.step_ms).min(right - 1), right)
    }

    fn count(&self, at: usize, bucket: usize) -> f64 {
        let count = self.counts.get(at * self.buckets + bucket);
        count.copied().unwrap_or(0.0)
    }
}
