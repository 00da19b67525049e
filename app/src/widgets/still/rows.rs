//! Widgets whose picture is rows of words: events, tables, texts, and what there is to say
//! when there is nothing to show. Invariant: rows end where the picture does.

use charts::ticks::time_label;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::text_anchor::HPos;
use plotters_backend::DrawingBackend;

use super::{Drawn, Still};
use crate::format::Format;
use crate::live::metric_query;
use crate::widgets::kinds::table::model::{self, Sort};
use crate::widgets::kinds::text::markdown::{Block, Inline, parse};
use crate::widgets::render::text_metrics::{Style, write};
use protocol::LogLevel;

const SIDE: f64 = 14.0;
/// Where rows begin, below the title.
const TOP: u32 = 34;
const ROW: u32 = 24;
const PX: f64 = 13.0;
const SMALL_PX: f64 = 11.0;
/// Rows of a table and of events, unless the widget says otherwise.
const TABLE: u32 = 10;
const EVENTS: u32 = 100;
/// Columns of an event.
const LEVEL_X: f64 = SIDE + 68.0;
const MESSAGE_X: f64 = LEVEL_X + 48.0;

/// Words at one height.
pub struct Row {
    y: i32,
    words: Vec<(f64, Style, String)>,
}

/// Draws rows.
pub fn draw<DB: DrawingBackend>(area: &DrawingArea<DB, Shift>, rows: &[Row]) -> Drawn<DB> {
    for row in rows {
        for (x, style, words) in &row.words {
            write(area, words, (*x as i32, row.y), style)?;
        }
    }
    Ok(())
}

/// How many rows there is room for.
fn room(still: &Still<'_>) -> usize {
    (still.size.1.saturating_sub(TOP) / ROW) as usize
}

fn y(row: usize) -> i32 {
    (TOP + ROW / 2) as i32 + (row as i32) * ROW as i32
}

fn dim(still: &Still<'_>) -> Style {
    Style::new(PX, still.shades.palette.text)
}

fn ink(still: &Still<'_>) -> Style {
    Style::new(PX, still.shades.ink)
}

/// A sentence in the middle.
pub fn note(still: &Still<'_>, words: &str) -> Vec<Row> {
    let style = Style {
        anchor: HPos::Center,
        ..dim(still)
    };
    let (width, height) = still.size;
    let words = style.fit(words, f64::from(width) - 2.0 * SIDE);
    vec![Row {
        y: (TOP as i32 + height as i32) / 2,
        words: vec![(f64::from(width) / 2.0, style, words)],
    }]
}

/// What to say without data.
pub fn nothing(still: &Still<'_>) -> Vec<Row> {
    note(still, "No data in this time")
}

/// Recent events in the time shown, newest first.
pub fn events(still: &Still<'_>) -> Vec<Row> {
    let options = &still.widget.options;
    let least = options.level.unwrap_or_default();
    let most = room(still).min(options.rows.unwrap_or(EVENTS) as usize);
    let shown = still.to_ms - still.span_ms..=still.to_ms;
    let entries = still.recent.iter();
    let entries = entries.filter(|entry| entry.level >= least && shown.contains(&entry.t));
    let width = f64::from(still.size.0);
    let rows: Vec<Row> = (0..)
        .zip(entries.take(most))
        .map(|(i, entry)| {
            let (level, color) = match entry.level {
                LogLevel::Info => ("info", still.shades.palette.text),
                LogLevel::Warn => ("warn", still.shades.palette.warn),
                LogLevel::Error => ("error", still.shades.palette.bad),
            };
            let time = still.ahead_min.map_or_else(String::new, |ahead| {
                time_label(entry.t as f64, 1_000.0, ahead)
            });
            let source = Style::new(12.0, still.shades.palette.text).right();
            let from = source.fit(&entry.source, width / 5.0);
            let room = width - SIDE - source.width(&from) - 10.0 - MESSAGE_X;
            let level_style = Style::new(SMALL_PX, color).bold();
            Row {
                y: y(i),
                words: vec![
                    (SIDE, dim(still), time),
                    (LEVEL_X, level_style, level.to_owned()),
                    (MESSAGE_X, ink(still), ink(still).fit(&entry.message, room)),
                    (width - SIDE, source, from),
                ],
            }
        })
        .collect();
    if rows.is_empty() {
        return note(still, "Nothing happened in this time");
    }
    rows
}

/// The first rows by the column that the widget sorts by.
pub fn table(still: &Still<'_>) -> Vec<Row> {
    let (options, metrics) = (&still.widget.options, &still.widget.metrics);
    let span_ms = options
        .window_s
        .map_or(still.span_ms, |s| i64::from(s) * 1000);
    let mut all = model::rows(still.store, metrics, still.to_ms - span_ms, still.to_ms);
    let last = metrics.len().saturating_sub(1);
    let sort = Sort {
        column: Some((options.sort.unwrap_or(0) as usize).min(last)),
        descending: true,
    };
    sort.apply(&mut all);
    if all.is_empty() {
        return nothing(still);
    }
    let width = f64::from(still.size.0);
    let column = ((width - 2.0 * SIDE) * 0.6 / metrics.len().max(1) as f64).min(110.0);
    let end = |i: usize| width - SIDE - column * (last - i) as f64;
    let name_room = end(0) - column - SIDE;
    let formats: Vec<Format> = (0..)
        .zip(metrics)
        .map(|(i, reference): (usize, _)| {
            let values = all.iter().filter_map(|row| row.values.get(i));
            let largest = values.copied().filter(|v| v.is_finite());
            let (unit, per_second) = metric_query::unit(still.store, reference);
            Format::of(unit, per_second, largest.fold(f64::NAN, f64::max), None)
        })
        .collect();
    let small = Style::new(12.0, still.shades.palette.text);
    let tags = model::tags(still.store, metrics).join(" · ");
    let mut head = vec![(SIDE, small, small.fit(&tags, name_room))];
    for (i, reference) in metrics.iter().enumerate() {
        let words = match formats[i].symbol {
            "" => metric_query::label(reference),
            symbol => format!("{} {symbol}", metric_query::label(reference)),
        };
        head.push((end(i), small.right(), small.fit(&words, column - 8.0)));
    }
    let mut rows = vec![Row {
        y: y(0),
        words: head,
    }];
    let most = room(still).saturating_sub(1);
    let most = most.min(options.rows.unwrap_or(TABLE) as usize);
    for (i, row) in (1..).zip(all.into_iter().take(most)) {
        let mut words = vec![(SIDE, ink(still), ink(still).fit(&row.name, name_room))];
        for (i, (value, format)) in row.values.iter().zip(&formats).enumerate() {
            words.push((end(i), ink(still).right(), format.fine_number(*value)));
        }
        rows.push(Row { y: y(i), words });
    }
    rows
}

/// The widget's own words, wrapped.
pub fn text(still: &Still<'_>) -> Vec<Row> {
    let width = f64::from(still.size.0) - 2.0 * SIDE;
    let mut rows = Vec::new();
    let mut add = |words: &str, indent: f64, style: Style| {
        for line in wrapped(words, width - indent, &style) {
            rows.push(Row {
                y: y(rows.len()),
                words: vec![(SIDE + indent, style, line)],
            });
        }
    };
    let text = still.widget.options.text.as_deref().unwrap_or_default();
    for block in parse(text) {
        match block {
            Block::Heading(_, words) => add(&plain(&words), 0.0, ink(still).bold()),
            Block::Paragraph(words) => add(&plain(&words), 0.0, ink(still)),
            Block::Code(code) => code.lines().for_each(|line| add(line, 12.0, dim(still))),
            Block::List { ordered, items } => {
                for (i, item) in (1..).zip(&items) {
                    let mark = if ordered {
                        format!("{i}.")
                    } else {
                        "•".into()
                    };
                    add(&format!("{mark} {}", plain(item)), 8.0, ink(still));
                }
            }
            Block::Rule => add("———", 0.0, dim(still)),
        }
    }
    rows.truncate(room(still));
    rows
}

fn plain(words: &[Inline]) -> String {
    words
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) | Inline::Code(text) => text.clone(),
            Inline::Emphasis(words) | Inline::Strong(words) | Inline::Link { words, .. } => {
                plain(words)
            }
        })
        .collect()
}

/// Lines of at most `width`; a word that is longer is cut.
fn wrapped(words: &str, width: f64, style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words.split_whitespace() {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if style.width(&longer) <= width {
            line = longer;
        } else {
            if !line.is_empty() {
                lines.push(line);
            }
            line = style.fit(word, width);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use charts::RGBColor;

    use super::*;

    #[test]
    fn words_are_wrapped() {
        let style = Style::new(10.0, RGBColor(0, 0, 0));
        let check = |words: &str, width: f64, want: &[&str]| {
            assert_eq!(wrapped(words, width, &style), want, "{words} {width}");
        };
        check("", 100.0, &[]);
        check("  aa  bb ", 100.0, &["aa bb"]);
        check("aa bb cc", 30.0, &["aa bb", "cc"]);
        check("aaaaaaaa b", 30.0, &["aaa…", "b"]);
        check("a", 0.0, &["…"]);
        check("a b", f64::NAN, &["…", "…"]);
    }

    #[test]
    fn marks_go_and_words_stay() {
        let of = |text: &str| {
            let blocks = parse(text).into_iter();
            let words = blocks.map(|block| match block {
                Block::Paragraph(words) | Block::Heading(_, words) => plain(&words),
                _ => String::new(),
            });
            words.collect::<Vec<_>>().join("|")
        };
        assert_eq!(of("# A *b*\n\nc **d** `e` [f](/g)"), "A b|c d e f");
    }
}
