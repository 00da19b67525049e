//! State history: a strip for each row, coloured by what held when. Invariant: every edge is a whole
//! absolute column, and no span is so short that it is not seen.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::Text;
use plotters::style::RGBColor;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::DrawingBackend;

use crate::View;
use crate::ink::Drawn;
use crate::plot::{AxisStyle, GAP, PlotRect};
use crate::text::{FONT, text_style};

/// Part of a row's height that the strip takes.
const STRIP: f64 = 0.72;

/// A state that held for some time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Begin, in milliseconds since the epoch.
    pub from: f64,
    /// End; not before `from`.
    pub to: f64,
    /// Of the state.
    pub color: RGBColor,
}

/// The states of one thing.
#[derive(Clone, Copy, Debug)]
pub struct StateRow<'a> {
    /// In order of time, not overlapping. Between them nothing is known, and nothing drawn.
    pub spans: &'a [Span],
}

/// Draws a strip for each of `rows`, from the top, of equal heights that fill the view's.
///
/// A state lasts until the next, however long: where the end of a span may yet change, the data
/// layer is settled up to its begin, or to where it was drawn up to.
///
/// # Errors
/// What the backend reports.
pub fn draw_states<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    rows: &[StateRow<'_>],
    view: &View<'_>,
) -> Drawn<DB> {
    let (from, to) = view.columns();
    for (i, row) in rows.iter().enumerate() {
        let (top, bottom) = strip(i, rows.len(), view.height);
        let first = row.spans.partition_point(|span| view.edge(span.to) < from);
        let spans = || {
            let near = row.spans.get(first..).unwrap_or_default();
            near.iter().take_while(|span| view.edge(span.from) <= to)
        };
        // A span narrower than a column goes over its neighbours: a change for a moment is what
        // somebody looks for.
        for narrow in [false, true] {
            for span in spans() {
                let (left, right) = (view.edge(span.from), view.edge(span.to));
                if (right <= left) == narrow {
                    let columns = (left, right.max(left + 1));
                    view.fill(area, columns, (top, bottom), span.color)?;
                }
            }
        }
    }
    Ok(())
}

/// Rows of pixels that the strip `i` of `of` covers in a plot of `height`.
fn strip(i: usize, of: usize, height: u32) -> (i64, i64) {
    let row = f64::from(height) / of.max(1) as f64;
    let top = ((i as f64 + (1.0 - STRIP) / 2.0) * row).round() as i64;
    let bottom = ((i as f64 + (1.0 + STRIP) / 2.0) * row).round() as i64;
    (top, bottom.max(top + 1))
}

/// Draws a label left of the plot in the middle of each of `rows` equally high rows, from the top;
/// of fewer when they are too low for all.
///
/// # Errors
/// What the backend reports.
pub fn draw_row_labels<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plot: &PlotRect,
    rows: usize,
    style: &AxisStyle,
    label: &dyn Fn(usize) -> String,
) -> Drawn<DB> {
    let row = f64::from(plot.height) / rows.max(1) as f64;
    let stride = (FONT * style.ratio * 1.3 / row.max(1e-3)).ceil().max(1.0) as usize;
    let x = plot.left as i32 - (GAP * style.ratio).round() as i32;
    for i in (0..rows).step_by(stride) {
        let y = f64::from(plot.top) + (i as f64 + 0.5) * row;
        let text_style = text_style(style, HPos::Right, VPos::Center);
        area.draw(&Text::new(label(i), (x, y.round() as i32), text_style))?;
    }
    Ok(())
}
