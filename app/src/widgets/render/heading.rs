//! Title, unit and legend above a picture. Invariant: nothing in it overlaps, and it is never more
//! than half of the picture.

use charts::RGBColor;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::Rectangle;
use plotters::style::Color;
use plotters_backend::DrawingBackend;

use super::snapshot::{Drawn, Snapshot};
use super::text_metrics::{TextStyle, write};

/// From the edges to the text.
const SIDE: f64 = 14.0;
/// The middle of the first row, and where what is below it begins.
const MIDDLE: i32 = 19;
const FIRST: u32 = 34;
/// Height of a further row.
const ROW: u32 = 18;
/// Most further rows.
const ROWS: u32 = 2;
/// Length of a key, and what is between it and its words.
const KEY: f64 = 11.0;
const GAP: f64 = 6.0;
/// Between two entries.
const APART: f64 = 14.0;
const TITLE_PX: f64 = 13.0;
const SMALL_PX: f64 = 12.0;

/// One entry of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Of its line; none for words about the legend itself.
    pub key: Option<(RGBColor, &'static [(f64, f64)])>,
    /// What the line is.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// A heading, laid out.
pub struct Heading {
    title: String,
    unit: String,
    unit_at: f64,
    entries: Vec<(f64, i32, Entry)>,
    height: u32,
}

impl Heading {
    /// The widget's title, the unit of its values, and its legend: beside the title when there is
    /// room, else below it.
    pub fn lay(snapshot: &Snapshot<'_>, unit: &str, mut entries: Vec<Entry>) -> Heading {
        let (title_style, small) = styles(snapshot);
        let width = f64::from(snapshot.size.0);
        let title = title_style.fit(&snapshot.widget.title, width - 2.0 * SIDE);
        let unit_at = SIDE + title_style.width(&title) + 8.0;
        let unit = if unit.is_empty() {
            String::new()
        } else {
            small.fit(unit, (width - SIDE - unit_at).max(0.0))
        };
        let taken = unit_at + small.width(&unit);
        for entry in &mut entries {
            entry.label = small.fit(&entry.label, width / 3.0);
        }
        let all: f64 = entries.iter().map(|entry| width_of(entry, &small)).sum();
        let beside = taken + APART + all <= width - SIDE;
        let rows = ((snapshot.size.1 / 2).saturating_sub(FIRST) / ROW).min(ROWS);
        let placed = if beside {
            let at = (width - SIDE - all + APART, MIDDLE);
            place(entries, at, (1, f64::INFINITY), &small)
        } else {
            let at = (SIDE, MIDDLE + ROW as i32);
            place(entries, at, (rows, width - SIDE + APART), &small)
        };
        let used = placed.last().map_or(0, |(_, y, _)| (y - MIDDLE) as u32);
        Heading {
            title,
            unit,
            unit_at,
            entries: placed,
            height: FIRST + used,
        }
    }

    /// What it takes of the picture.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Draws it.
    pub fn draw<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        snapshot: &Snapshot<'_>,
    ) -> Drawn<DB> {
        let (title_style, small) = styles(snapshot);
        write(area, &self.title, (SIDE as i32, MIDDLE), &title_style)?;
        write(area, &self.unit, (self.unit_at as i32, MIDDLE), &small)?;
        for (x, y, entry) in &self.entries {
            let mut x = *x;
            if let Some((color, pieces)) = entry.key {
                for (from, length) in pieces {
                    let left = (x + from).round() as i32;
                    let corners = [(left, y - 1), (left + *length as i32, y + 1)];
                    area.draw(&Rectangle::new(corners, color.filled()))?;
                }
                x += KEY + GAP;
            }
            write(area, &entry.label, (x as i32, *y), &small)?;
            x += small.width(&entry.label) + GAP;
            let value = TextStyle::new(SMALL_PX, snapshot.theme.ink).bold();
            write(area, &entry.value, (x as i32, *y), &value)?;
        }
        Ok(())
    }
}

fn styles(snapshot: &Snapshot<'_>) -> (TextStyle, TextStyle) {
    let title = TextStyle::new(TITLE_PX, snapshot.theme.ink).bold();
    (title, TextStyle::new(SMALL_PX, snapshot.theme.palette.text))
}

/// What an entry takes, with what is between it and the next.
fn width_of(entry: &Entry, small: &TextStyle) -> f64 {
    let key = entry.key.map_or(0.0, |_| KEY + GAP);
    let value = if entry.value.is_empty() {
        0.0
    } else {
        GAP + small.bold().width(&entry.value)
    };
    key + small.width(&entry.label) + value + APART
}

/// Puts entries from `at` on into so many rows that end at `end`; the last of those that fit says
/// how many are left out.
fn place(
    entries: Vec<Entry>,
    at: (f64, i32),
    (rows, end): (u32, f64),
    small: &TextStyle,
) -> Vec<(f64, i32, Entry)> {
    let begin = at.0;
    let last = at.1 + ROW as i32 * (rows as i32 - 1);
    let (mut x, mut y) = at;
    let mut placed: Vec<(f64, i32, Entry)> = Vec::new();
    let of = entries.len();
    for entry in entries {
        let width = width_of(&entry, small);
        if x + width > end && x > begin {
            (x, y) = (begin, y + ROW as i32);
        }
        if y > last {
            let left = of - placed.len() + 1;
            if let Some((_, _, entry)) = placed.last_mut() {
                *entry = Entry {
                    key: None,
                    label: format!("and {left} more"),
                    value: String::new(),
                };
            }
            break;
        }
        placed.push((x, y, entry));
        x += width;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_fill_rows_and_the_rest_is_counted() {
        let small = TextStyle::new(10.0, RGBColor(0, 0, 0));
        let entries = |count: usize| -> Vec<Entry> {
            let one = Entry {
                key: None,
                label: "aaaa".into(),
                value: String::new(),
            };
            vec![one; count]
        };
        // Each takes 24.8 and 14.
        let check = |count: usize, rows: u32, want: &[(i32, i32, &str)]| {
            let placed = place(entries(count), (10.0, 37), (rows, 90.0), &small);
            let got: Vec<_> = placed
                .iter()
                .map(|(x, y, entry)| (*x as i32, *y, entry.label.as_str()))
                .collect();
            assert_eq!(got, want, "{count} in {rows}");
        };
        check(0, 2, &[]);
        check(1, 0, &[]);
        check(2, 1, &[(10, 37, "aaaa"), (48, 37, "aaaa")]);
        check(3, 1, &[(10, 37, "aaaa"), (48, 37, "and 2 more")]);
        check(
            5,
            2,
            &[
                (10, 37, "aaaa"),
                (48, 37, "aaaa"),
                (10, 55, "aaaa"),
                (48, 55, "and 2 more"),
            ],
        );
    }
}
