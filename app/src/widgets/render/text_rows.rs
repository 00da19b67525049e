//! Rows of words in a snapshot: tables, events, texts, and what there is to say when there is
//! nothing to show. Invariant: rows end where the picture does.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::text_anchor::HPos;
use plotters_backend::DrawingBackend;

use super::snapshot::{Drawn, SIDE, Snapshot, TOP};
use super::text_metrics::{TextStyle, write};

/// Height of a row.
const ROW: u32 = 24;
/// Size of words in pixels.
const PX: f64 = 13.0;

/// Words at one height.
pub struct TextRow {
    /// The middle of its words.
    pub y: i32,
    /// Where each begins or ends, how it is written, and what it is.
    pub words: Vec<(f64, TextStyle, String)>,
}

/// Draws rows.
///
/// # Errors
/// What the backend reports.
pub fn draw<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, rows: &[TextRow]) -> Drawn<DB> {
    for row in rows {
        for (x, style, words) in &row.words {
            write(area, words, (*x as i32, row.y), style)?;
        }
    }
    Ok(())
}

/// How many rows there is room for.
pub fn room(snapshot: &Snapshot<'_>) -> usize {
    (snapshot.size.1.saturating_sub(TOP) / ROW) as usize
}

/// The middle of a row, counted from 0.
pub fn y(row: usize) -> i32 {
    (TOP + ROW / 2) as i32 + (row as i32) * ROW as i32
}

/// Words that are not the first to be read.
pub fn dim(snapshot: &Snapshot<'_>) -> TextStyle {
    TextStyle::new(PX, snapshot.theme.palette.text)
}

/// Words.
pub fn ink(snapshot: &Snapshot<'_>) -> TextStyle {
    TextStyle::new(PX, snapshot.theme.ink)
}

/// A sentence in the middle.
pub fn note(snapshot: &Snapshot<'_>, words: &str) -> TextRow {
    let style = TextStyle {
        anchor: HPos::Center,
        ..dim(snapshot)
    };
    let (width, height) = snapshot.size;
    let words = style.fit(words, f64::from(width) - 2.0 * f64::from(SIDE));
    TextRow {
        y: (TOP as i32 + height as i32) / 2,
        words: vec![(f64::from(width) / 2.0, style, words)],
    }
}
