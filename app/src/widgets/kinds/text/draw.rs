//! A text as a snapshot: its words in rows, wrapped.

use crate::widgets::render::snapshot::{Picture, SIDE, Snapshot, SvgDrawn};
use crate::widgets::render::text_metrics::TextStyle;
use crate::widgets::render::text_rows::{self, TextRow, dim, ink};
use protocol::{TextKind, TextNode};

const SIDE_PX: f64 = SIDE as f64;
/// How far items of a list, and what is quoted or code, stand in.
const ITEM_PX: f64 = 8.0;
const WITHIN_PX: f64 = 12.0;

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
    let mut lines = Vec::new();
    add(snapshot.words, 0.0, &mut lines);
    let mut rows = Vec::new();
    for Line {
        words,
        indent,
        look,
    } in lines
    {
        let style = match look {
            Look::Plain => ink(snapshot),
            Look::Strong => ink(snapshot).bold(),
            Look::Dim => dim(snapshot),
        };
        for line in wrapped(&words, width - indent, &style) {
            rows.push(TextRow {
                y: text_rows::y(rows.len()),
                words: vec![(SIDE_PX + indent, style, line)],
            });
        }
    }
    rows.truncate(text_rows::room(snapshot));
    rows
}

/// Words that begin on a line of their own.
#[derive(Debug, PartialEq)]
struct Line {
    words: String,
    indent: f64,
    look: Look,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    Plain,
    Strong,
    Dim,
}

/// Adds the lines of nodes. Words that follow one another are one line, as in an item of a list.
fn add(nodes: &[TextNode], indent: f64, lines: &mut Vec<Line>) {
    let line = |words: String, look: Look| Line {
        words,
        indent,
        look,
    };
    let mut words = String::new();
    for node in nodes {
        match node.kind {
            TextKind::Text
            | TextKind::Code
            | TextKind::Emphasis
            | TextKind::Strong
            | TextKind::Strike
            | TextKind::Link
            | TextKind::Break => {
                words += &node.words();
                continue;
            }
            _ if words.is_empty() => {}
            _ => lines.push(line(std::mem::take(&mut words), Look::Plain)),
        }
        match node.kind {
            TextKind::Heading1 | TextKind::Heading2 | TextKind::Heading3 => {
                lines.push(line(node.words(), Look::Strong));
            }
            TextKind::CodeBlock => lines.extend(node.text.lines().map(|code| Line {
                indent: indent + WITHIN_PX,
                ..line(code.to_owned(), Look::Dim)
            })),
            TextKind::Rule => lines.push(line("———".to_owned(), Look::Dim)),
            TextKind::List => add_items(node, indent, lines, |_| "•".to_owned()),
            TextKind::OrderedList => {
                let first: u64 = node.text.parse().unwrap_or(1);
                let number = |i| format!("{}.", first.saturating_add(i));
                add_items(node, indent, lines, number);
            }
            TextKind::Quote => add(&node.of, indent + WITHIN_PX, lines),
            TextKind::Head | TextKind::Row => {
                let cells: Vec<String> = node.of.iter().map(TextNode::words).collect();
                let is_head = node.kind == TextKind::Head;
                let look = if is_head { Look::Dim } else { Look::Plain };
                lines.push(line(cells.join(" · "), look));
            }
            _ => add(&node.of, indent, lines),
        }
    }
    if !words.is_empty() {
        lines.push(line(words, Look::Plain));
    }
}

fn add_items(list: &TextNode, indent: f64, lines: &mut Vec<Line>, mark: impl Fn(u64) -> String) {
    for (i, item) in (0..).zip(&list.of) {
        let first = lines.len();
        add(&item.of, indent + ITEM_PX, lines);
        match lines.get_mut(first) {
            Some(line) => line.words = format!("{} {}", mark(i), line.words),
            None => lines.push(Line {
                words: mark(i),
                indent: indent + ITEM_PX,
                look: Look::Plain,
            }),
        }
    }
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
    fn each_block_has_lines_of_its_own() {
        let text = |words: &str| TextNode::leaf(TextKind::Text, words);
        let of = TextNode::new;
        let inner = of(
            TextKind::List,
            vec![of(TextKind::Item, vec![text("inner")])],
        );
        let list = TextNode {
            text: "3".into(),
            ..of(
                TextKind::OrderedList,
                vec![
                    of(
                        TextKind::Item,
                        vec![text("a "), of(TextKind::Strong, vec![text("b")]), inner],
                    ),
                    of(TextKind::Item, Vec::new()),
                ],
            )
        };
        let cell = |words: &str| of(TextKind::Cell, vec![text(words)]);
        let table = of(
            TextKind::Table,
            vec![
                of(TextKind::Head, vec![cell("x"), cell("y")]),
                of(TextKind::Row, vec![cell("1"), cell("2")]),
            ],
        );
        let nodes = [
            of(TextKind::Heading1, vec![text("head")]),
            list,
            of(
                TextKind::Quote,
                vec![of(TextKind::Paragraph, vec![text("said")])],
            ),
            TextNode::leaf(TextKind::CodeBlock, "one\n two"),
            table,
        ];
        let mut lines = Vec::new();
        add(&nodes, 0.0, &mut lines);
        let got: Vec<_> = lines
            .iter()
            .map(|l| (&*l.words, l.indent, l.look))
            .collect();
        let want = [
            ("head", 0.0, Look::Strong),
            ("3. a b", 8.0, Look::Plain),
            ("• inner", 16.0, Look::Plain),
            ("4.", 8.0, Look::Plain),
            ("said", 12.0, Look::Plain),
            ("one", 12.0, Look::Dim),
            (" two", 12.0, Look::Dim),
            ("x · y", 0.0, Look::Dim),
            ("1 · 2", 0.0, Look::Plain),
        ];
        assert_eq!(got, want);
    }

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
