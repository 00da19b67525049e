//! A text as a snapshot: its words in rows, wrapped.

use super::markdown::{Block, parse};
use super::model::{Options, plain};
use crate::widgets::render::snapshot::{Picture, SIDE, Snapshot, SvgDrawn};
use crate::widgets::render::text_metrics::TextStyle;
use crate::widgets::render::text_rows::{self, TextRow, dim, ink};

const SIDE_PX: f64 = SIDE as f64;

/// The whole text.
///
/// # Errors
/// What writing reports.
pub fn snapshot(snapshot: &Snapshot<'_>, picture: &mut Picture<'_>) -> SvgDrawn {
    picture.title(snapshot)?;
    text_rows::draw(&picture.area, &rows(snapshot))
}

fn rows(snapshot: &Snapshot<'_>) -> Vec<TextRow> {
    let width = f64::from(snapshot.size.0) - 2.0 * SIDE_PX;
    let mut rows = Vec::new();
    let mut add = |words: &str, indent: f64, style: TextStyle| {
        for line in wrapped(words, width - indent, &style) {
            rows.push(TextRow {
                y: text_rows::y(rows.len()),
                words: vec![(SIDE_PX + indent, style, line)],
            });
        }
    };
    for block in parse(&Options::of(&snapshot.widget.options).text) {
        match block {
            Block::Heading(_, words) => add(&plain(&words), 0.0, ink(snapshot).bold()),
            Block::Paragraph(words) => add(&plain(&words), 0.0, ink(snapshot)),
            Block::Code(code) => code.lines().for_each(|line| add(line, 12.0, dim(snapshot))),
            Block::List { ordered, items } => {
                for (i, item) in (1..).zip(&items) {
                    let mark = if ordered {
                        format!("{i}.")
                    } else {
                        "•".into()
                    };
                    add(&format!("{mark} {}", plain(item)), 8.0, ink(snapshot));
                }
            }
            Block::Rule => add("———", 0.0, dim(snapshot)),
        }
    }
    rows.truncate(text_rows::room(snapshot));
    rows
}

/// Lines of at most `width`; a word that is longer is cut.
fn wrapped(words: &str, width: f64, style: &TextStyle) -> Vec<String> {
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
        let style = TextStyle::new(10.0, RGBColor(0, 0, 0));
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
}
