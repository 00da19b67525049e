//! A long list, apart from the page: which rows match a search, in which order they stand under
//! which heading, which of them are on the screen, and where a key leads.
//!
//! Pure. Invariant: a line is either a heading or a row, all lines are equally high, and no heading
//! is without rows.

use std::cmp::Ordering;
use std::ops::Range;

/// Lines beyond both ends of the screen that are there too, so that scrolling shows no gaps.
const BEYOND: usize = 8;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The heading of a group, with its words and the number of its rows.
    Heading(String, usize),
    /// A row, by its index in the list that was given.
    Row(usize),
}

/// The column that rows are sorted by; without it they stand as they were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SortBy {
    /// Index of the column.
    pub column: Option<usize>,
    /// Whether the order is turned around.
    pub descending: bool,
}

impl SortBy {
    /// After a click on a column: first ascending, then descending, then not sorted by it.
    pub fn clicked(self, column: usize) -> SortBy {
        match (self.column == Some(column), self.descending) {
            (false, _) => SortBy {
                column: Some(column),
                descending: false,
            },
            (true, false) => SortBy {
                descending: true,
                ..self
            },
            (true, true) => SortBy::default(),
        }
    }

    /// As `aria-sort` says it of a column.
    pub fn aria(self, column: usize) -> &'static str {
        match (self.column == Some(column), self.descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }
}

/// The words of a search, in small letters: a row has to match every one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search(Vec<String>);

impl Search {
    /// Of what somebody typed.
    pub fn new(text: &str) -> Search {
        Search(text.split_whitespace().map(str::to_lowercase).collect())
    }

    /// Whether all words are in `text`, which is in small letters.
    pub fn matches(&self, text: &str) -> bool {
        self.0.iter().all(|word| text.contains(word.as_str()))
    }
}

/// The lines of `count` rows: those that `keep` keeps, in the order of `compare`, grouped by
/// `group`. Groups stand by name, whatever the case, that of the name `last` behind them, and those
/// without a name last; of equal rows the first given is first. Where no row has a group there are no headings.
pub fn lines<'a>(
    count: usize,
    keep: impl Fn(usize) -> bool,
    (group, last): (impl Fn(usize) -> &'a str, &str),
    compare: impl Fn(usize, usize) -> Ordering,
) -> Vec<Line> {
    let mut rows: Vec<usize> = (0..count).filter(|row| keep(*row)).collect();
    charts::order::sort(&mut rows, |a, b| {
        let (one, other) = (group(*a), group(*b));
        let small = |name: &'a str| name.chars().flat_map(char::to_lowercase);
        let rank = |name: &str| match name {
            "" => 2,
            name => i32::from(name == last),
        };
        let groups = rank(one).cmp(&rank(other));
        let groups = groups.then_with(|| small(one).cmp(small(other)).then(one.cmp(other)));
        groups.then_with(|| compare(*a, *b)).then(a.cmp(b))
    });
    let mut lines = Vec::with_capacity(rows.len());
    // Those without a name are last: when one is first there are no others.
    let is_grouped = rows.first().is_some_and(|row| !group(*row).is_empty());
    for of_group in rows.chunk_by(|a, b| group(*a) == group(*b)) {
        let name = of_group.first().map_or("", |row| group(*row));
        if is_grouped {
            lines.push(Line::Heading(name.to_string(), of_group.len()));
        }
        lines.extend(of_group.iter().copied().map(Line::Row));
    }
    lines
}

/// The lines that are in the page while `height` pixels of them are shown from `top` on.
pub fn visible(lines: usize, line_px: f64, top: f64, height: f64) -> Range<usize> {
    let line_at = |px: f64| (px / line_px).max(0.0) as usize;
    let first = line_at(top).saturating_sub(BEYOND).min(lines);
    let end = line_at(top + height.max(0.0)) + 1 + BEYOND;
    first..end.clamp(first, lines)
}

/// How far the list has to be scrolled so that a line is whole on the screen; none if it is.
pub fn scroll_to(line: usize, line_px: f64, top: f64, height: f64) -> Option<f64> {
    let start = line as f64 * line_px;
    let end = start + line_px;
    if start < top {
        Some(start)
    } else if end > top + height {
        Some(end - height)
    } else {
        None
    }
}

/// The line of a row that a key leads to from the line `at`, when `page` lines are on the screen.
/// Headings are passed over. None for other keys, and when there is no row.
pub fn stepped(key: &str, at: Option<usize>, lines: &[Line], page: usize) -> Option<usize> {
    let is_row = |line: &usize| matches!(lines.get(*line), Some(Line::Row(_)));
    let last = lines.len().checked_sub(1)?;
    let down = |from: usize| (from..=last).find(is_row);
    let up = |from: usize| (0..=from).rev().find(is_row);
    match (key, at) {
        ("ArrowDown", Some(at)) => down(at + 1).or(Some(at)),
        ("ArrowUp", Some(at)) => at.checked_sub(1).and_then(up).or(Some(at)),
        ("PageDown", Some(at)) => down((at + page).min(last)).or_else(|| up(last)),
        ("PageUp", Some(at)) => up(at.saturating_sub(page)).or_else(|| down(0)),
        ("End", _) => up(last),
        ("Home" | "ArrowDown" | "ArrowUp" | "PageDown" | "PageUp", _) => down(0),
        _ => None,
    }
}
