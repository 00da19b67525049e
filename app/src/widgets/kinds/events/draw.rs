//! Recent events as a snapshot: those in the time shown, newest first.

use charts::ticks::time_label;

use super::model::{self, Options};
use crate::widgets::render::snapshot::{Picture, SIDE, Snapshot, SvgDrawn};
use crate::widgets::render::text_metrics::TextStyle;
use crate::widgets::render::text_rows::{self, TextRow, dim, ink};
use protocol::LogRecord;

/// Sizes of text in pixels.
const LEVEL_PX: f64 = 11.0;
const SOURCE_PX: f64 = 12.0;
/// Where the columns of an event begin.
const TIME_X: f64 = SIDE as f64;
const LEVEL_X: f64 = TIME_X + 68.0;
const MESSAGE_X: f64 = LEVEL_X + 48.0;

/// The whole list.
///
/// # Errors
/// What writing reports.
pub fn snapshot(snapshot: &Snapshot<'_>, picture: &mut Picture<'_>) -> SvgDrawn {
    let options = Options::of(&snapshot.widget.options);
    let most = text_rows::room(snapshot).min(options.rows);
    let shown = snapshot.to_ms - snapshot.span_ms..=snapshot.to_ms;
    let entries = snapshot.recent.iter();
    let entries = entries.filter(|e| e.level >= options.lowest && shown.contains(&e.t));
    let entries = entries.take(most).enumerate();
    let rows: Vec<TextRow> = entries.map(|(i, entry)| row(snapshot, i, entry)).collect();
    if rows.is_empty() {
        return picture.note(snapshot, "Nothing happened in this time");
    }
    picture.title(snapshot)?;
    text_rows::draw(&picture.area, &rows)
}

fn row(snapshot: &Snapshot<'_>, index: usize, entry: &LogRecord) -> TextRow {
    let (width, palette) = (f64::from(snapshot.size.0), &snapshot.theme.palette);
    let time = snapshot.ahead_min.map_or_else(String::new, |ahead| {
        time_label(entry.t as f64, 1_000.0, ahead)
    });
    let source = TextStyle::new(SOURCE_PX, palette.text).right();
    let from = source.fit(&entry.source, width / 5.0);
    let room = width - TIME_X - source.width(&from) - 10.0 - MESSAGE_X;
    let level = TextStyle::new(LEVEL_PX, palette.level(entry.level)).bold();
    let message = ink(snapshot);
    TextRow {
        y: text_rows::y(index),
        words: vec![
            (TIME_X, dim(snapshot), time),
            (LEVEL_X, level, model::name(entry.level).to_owned()),
            (MESSAGE_X, message, message.fit(&entry.message, room)),
            (width - TIME_X, source, from),
        ],
    }
}
