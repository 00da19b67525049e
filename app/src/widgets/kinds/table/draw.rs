//! A table as a snapshot: the first rows by the column that the widget sorts by.

use super::model::{self, Options};
use crate::widgets::render::snapshot::{Picture, SIDE, Snapshot, SvgDrawn};
use crate::widgets::render::text_metrics::TextStyle;
use crate::widgets::render::text_rows::{self, TextRow, ink};

const SIDE_PX: f64 = SIDE as f64;
/// Size of headings in pixels.
const HEAD_PX: f64 = 12.0;
/// Share of the width that all columns of numbers have, and most pixels of one.
const NUMBERS: f64 = 0.6;
const WIDEST: f64 = 110.0;

/// The whole table.
///
/// # Errors
/// What writing reports.
pub fn snapshot(snapshot: &Snapshot<'_>, picture: &mut Picture<'_>) -> SvgDrawn {
    let widget = snapshot.widget;
    let mut table = model::read(
        snapshot.store,
        widget,
        (snapshot.to_ms, snapshot.span_ms),
        &[],
    );
    if table.rows.is_empty() {
        return picture.no_data(snapshot);
    }
    let options = Options::of(&widget.options);
    options.sort(table.columns.len()).apply(&mut table.rows);
    let width = f64::from(snapshot.size.0);
    let last = table.columns.len().saturating_sub(1);
    let shared = (width - 2.0 * SIDE_PX) * NUMBERS / table.columns.len().max(1) as f64;
    let column = shared.min(WIDEST);
    let end = |i: usize| width - SIDE_PX - column * (last - i) as f64;
    let name_room = end(0) - column - SIDE_PX;
    let small = TextStyle::new(HEAD_PX, snapshot.theme.palette.text);
    let mut head = vec![(SIDE_PX, small, small.fit(&table.tags, name_room))];
    for (i, heading) in table.columns.iter().enumerate() {
        let words = match heading.format.symbol {
            "" => heading.label.clone(),
            symbol => format!("{} {symbol}", heading.label),
        };
        head.push((end(i), small.right(), small.fit(&words, column - 8.0)));
    }
    let mut rows = vec![TextRow {
        y: text_rows::y(0),
        words: head,
    }];
    let most = text_rows::room(snapshot)
        .saturating_sub(1)
        .min(options.rows);
    let ink = ink(snapshot);
    for (i, row) in (1..).zip(table.rows.iter().take(most)) {
        let mut words = vec![(SIDE_PX, ink, ink.fit(&row.name, name_room))];
        for (i, (value, column)) in row.values.iter().zip(&table.columns).enumerate() {
            words.push((end(i), ink.right(), column.words(*value)));
        }
        rows.push(TextRow {
            y: text_rows::y(i),
            words,
        });
    }
    picture.title(snapshot)?;
    text_rows::draw(&picture.area, &rows)
}
