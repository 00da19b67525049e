//! A table for long lists: search, sorting, groups, keys, and only the rows that are on the screen.
//!
//! It knows nothing of what it lists. Invariant: its cost follows the height of the screen, not the
//! number of rows; and the focus stays on the table itself, which names the current row, so that
//! no row takes the focus with it when it scrolls away.

mod model;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod view_tests;

use std::cmp::Ordering;
use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::browser;
use crate::erased::{CollectAny, effect, part};
use model::Line;
pub use model::{Search, SortBy, scroll_to, visible};

/// Height of every line, as in the style sheet; this and other lengths are in CSS pixels where a `rem`
/// is 16 of them.
const LINE_PX: f64 = 48.0;
/// Height of the column headings, which cover the lines that scroll below them, as in the style sheet.
const HEAD_PX: f64 = 37.0;
/// Height in which lines are shown until the real one is known, on the server too.
const FIRST_PX: f64 = 900.0;

/// One column.
#[derive(Clone, Copy)]
pub struct Column<T: 'static> {
    /// Its heading.
    pub title: &'static str,
    /// Name for style sheets.
    pub class: &'static str,
    /// How it sorts; none when it does not.
    pub compare: Option<fn(&T, &T) -> Ordering>,
    /// What stands in a row.
    pub cell: fn(&T) -> AnyView,
}

/// What is listed, and how.
pub struct Listing<T: 'static> {
    /// What the table is called.
    pub label: &'static str,
    /// The columns, from the left.
    pub columns: &'static [Column<T>],
    /// The heading that a row stands under.
    pub group: fn(&T) -> &str,
    /// The group that stands last, whatever it is called; empty for none.
    pub last_group: &'static str,
    /// What a search looks in, in small letters.
    pub text: fn(&T) -> &str,
    /// What names a row, in elements and to `on_open`.
    pub key: fn(&T) -> &str,
    /// What is said when there are no rows at all.
    pub empty: &'static str,
}

/// The rows, or why there are none.
pub enum Rows<T> {
    /// They are on their way.
    Loading,
    /// They could not be had.
    Failed(String),
    /// They are here.
    Known(Arc<[T]>),
}

impl<T> Clone for Rows<T> {
    fn clone(&self) -> Self {
        match self {
            Rows::Loading => Rows::Loading,
            Rows::Failed(why) => Rows::Failed(why.clone()),
            Rows::Known(rows) => Rows::Known(Arc::clone(rows)),
        }
    }
}

/// The current row, for pages that show what it is about while the table has the focus or a field above
/// it does.
#[derive(Clone, Copy)]
pub struct ListCursor {
    /// The key of the current row.
    pub current: RwSignal<Option<String>>,
    /// The key of the first row that is found.
    pub first: RwSignal<Option<String>>,
    /// Called with the key of the current row when Enter is pressed; a click is `on_open` all the same.
    pub on_enter: Callback<String>,
}

/// The table.
#[component]
pub fn LongTable<T: Send + Sync + 'static>(
    /// What is listed.
    listing: &'static Listing<T>,
    /// The rows.
    rows: Signal<Rows<T>>,
    /// What is searched for.
    search: RwSignal<String>,
    /// The row that is open.
    open: Signal<Option<String>>,
    /// Called with the key of a row that is chosen.
    on_open: Callback<String>,
    /// Asks again for rows that could not be had.
    #[prop(optional_no_strip)]
    on_retry: Option<Callback<()>>,
    /// The current row, where others follow it.
    #[prop(optional)]
    cursor: Option<ListCursor>,
) -> impl IntoView {
    let sort = RwSignal::new(SortBy::default());
    let lines = Memo::new(move |_| {
        let search = Search::new(&search.read());
        match &*rows.read() {
            Rows::Known(rows) => lines_of(listing, rows, &search, sort.get()),
            _ => Vec::new(),
        }
    });
    let scroller = NodeRef::<html::Div>::new();
    let (top, height) = (RwSignal::new(0.0), RwSignal::new(FIRST_PX));
    let current = cursor.map_or_else(|| RwSignal::new(None::<String>), |cursor| cursor.current);
    let on_enter = cursor.map_or(on_open, |cursor| cursor.on_enter);
    if let Some(cursor) = cursor {
        effect(move || {
            let first = lines.with(|lines| {
                let mut found = lines.iter();
                found.find_map(|line| match line {
                    Line::Row(row) => {
                        with_row(&rows.read(), *row, |row| (listing.key)(row).to_string())
                    }
                    Line::Heading(..) => None,
                })
            });
            cursor.first.set(first);
        });
    }
    effect(move || {
        if let Some(element) = scroller.get() {
            browser::on_resize(&element, move |_, px| {
                height.set(px / browser::text_scale() - HEAD_PX);
            });
        }
    });
    let count = move || lines.with(Vec::len);
    let shown = Memo::new(move |_| model::visible(count(), LINE_PX, top.get(), height.get()));
    let line_of = move |key: &str| {
        lines.with_untracked(|lines| {
            lines.iter().position(|line| match line {
                Line::Row(row) => {
                    with_row(&rows.read_untracked(), *row, |row| {
                        (listing.key)(row) == key
                    }) == Some(true)
                }
                Line::Heading(..) => false,
            })
        })
    };
    let key = move |event: KeyboardEvent| {
        let name = event.key();
        let at = current.with_untracked(|key| key.as_deref().and_then(line_of));
        if name == "Enter" {
            if let Some(key) = current.get_untracked().filter(|_| at.is_some()) {
                event.prevent_default();
                on_enter.run(key);
            }
            return;
        }
        let page = (height.get_untracked() / LINE_PX) as usize;
        let next = lines.with_untracked(|lines| {
            let line = model::stepped(&name, at, lines, page.saturating_sub(1).max(1))?;
            match lines.get(line)? {
                Line::Row(row) => Some((line, *row)),
                Line::Heading(..) => None,
            }
        });
        if let Some((line, row)) = next {
            event.prevent_default();
            current.set(with_row(&rows.read_untracked(), row, |row| {
                (listing.key)(row).to_string()
            }));
            let to = model::scroll_to(line, LINE_PX, top.get_untracked(), height.get_untracked());
            if let (Some(element), Some(to)) = (scroller.get_untracked(), to) {
                element.set_scroll_top((to * browser::text_scale()) as i32);
                top.set(to);
            }
        }
    };
    let scrolled = move |_| {
        if let Some(element) = scroller.get_untracked() {
            top.set(f64::from(element.scroll_top()) / browser::text_scale());
        }
    };
    let mark = Mark {
        current,
        open,
        on_open,
    };
    let body = move || {
        let shown = shown.get();
        lines.with(|lines| {
            let rows = rows.read();
            let there = lines.get(shown.clone()).unwrap_or_default().iter();
            let there = there.zip(shown.clone()).map(|(line, at)| match line {
                Line::Heading(words, rows) => heading(words.clone(), *rows, at).into_any(),
                Line::Row(row) => {
                    with_row(&rows, *row, |row| line_view(listing, row, at, mark)).into_any()
                }
            });
            there.collect_any()
        })
    };
    let place = move || format!("--lines:{};--first:{}", count(), shown.get().start);
    let active = move || {
        let key = current.get()?;
        let line = line_of(&key)?;
        shown
            .with(|shown| shown.contains(&line))
            .then(|| element_id(&key))
    };
    let nothing = move || {
        lines.with(Vec::is_empty).then(|| match &*rows.read() {
            Rows::Loading => "Loading…".to_string(),
            Rows::Failed(why) => why.clone(),
            Rows::Known(rows) if rows.is_empty() => listing.empty.to_string(),
            Rows::Known(_) => format!("No matches for “{}”.", search.get().trim()),
        })
    };
    let again = move || {
        let retry = on_retry.filter(|_| matches!(*rows.read(), Rows::Failed(_)))?;
        Some(
            view! {
                <p class="state again">
                    <button type="button" on:click=move |_| retry.run(()) on:keydown=own_key>"Try again"</button>
                </p>
            }
            .into_any(),
        )
    };
    view! {
        <div
            class="long-table"
            role="grid"
            aria-label=listing.label
            aria-rowcount=move || (count() + 1).to_string()
            aria-busy=move || matches!(*rows.read(), Rows::Loading).to_string()
            aria-activedescendant=active
            tabindex="0"
            node_ref=scroller
            on:scroll=scrolled
            on:keydown=key
        >
            <div class="head" role="rowgroup">
                <div class="line" role="row" aria-rowindex="1">
                    {listing.columns.iter().enumerate().map(|(i, column)| head(column, i, sort)).collect_any()}
                </div>
            </div>
            <div class="lines" role="rowgroup" style=place>
                {part(body)}
            </div>
            {part(move || nothing().map(|words| view! {
                // A grid holds rows alone.
                <div role="rowgroup"><div role="row"><div role="gridcell">
                    <p class="state" role="status">{words}</p>
                    {again()}
                </div></div></div>
            }.into_any()))}
        </div>
    }
}

/// Which rows are marked, and what a click does.
#[derive(Clone, Copy)]
struct Mark {
    current: RwSignal<Option<String>>,
    open: Signal<Option<String>>,
    on_open: Callback<String>,
}

fn lines_of<T>(listing: &Listing<T>, rows: &[T], search: &Search, sort: SortBy) -> Vec<Line> {
    let compare = sort
        .column
        .and_then(|column| listing.columns.get(column)?.compare);
    model::lines(
        rows.len(),
        |row| search.matches((listing.text)(&rows[row])),
        (|row| (listing.group)(&rows[row]), listing.last_group),
        |a, b| {
            let order = compare.map_or(Ordering::Equal, |compare| compare(&rows[a], &rows[b]));
            if sort.descending {
                order.reverse()
            } else {
                order
            }
        },
    )
}

fn with_row<T, R>(rows: &Rows<T>, row: usize, read: impl FnOnce(&T) -> R) -> Option<R> {
    match rows {
        Rows::Known(rows) => rows.get(row).map(read),
        _ => None,
    }
}

/// Keys of a button in the table are not those of the rows; Escape is the page's.
fn own_key(event: KeyboardEvent) {
    if event.key() != "Escape" {
        event.stop_propagation();
    }
}

/// The element of a row: keys are names of things, which have no spaces.
fn element_id(key: &str) -> String {
    format!("row-{key}")
}

/// The heading of one column, which sorts by it if it can.
fn head<T>(column: &Column<T>, index: usize, sort: RwSignal<SortBy>) -> impl IntoView + use<T> {
    let title = column.title;
    let mark = move || match sort.get().aria(index) {
        "descending" => "▼",
        "ascending" => "▲",
        _ => "",
    };
    let inner = match column.compare {
        None => title.into_any(),
        Some(_) => view! {
            <button
                type="button"
                on:click=move |_| sort.update(|sort| *sort = sort.clicked(index))
                on:keydown=own_key
            >
                {title}
                <i aria-hidden="true">{part(mark)}</i>
            </button>
        }
        .into_any(),
    };
    let order = column.compare.map(|_| move || sort.get().aria(index));
    view! {
        <div role="columnheader" class=column.class aria-sort=order>
            {inner}
        </div>
    }
}

fn heading(words: String, rows: usize, at: usize) -> impl IntoView {
    let words = if words.is_empty() {
        "Other".to_string()
    } else {
        words
    };
    view! {
        <div class="line group" role="row" aria-rowindex=(at + 2).to_string()>
            <div role="gridcell"><b>{words}</b><small>{rows}</small></div>
        </div>
    }
}

fn line_view<T>(listing: &Listing<T>, row: &T, at: usize, mark: Mark) -> impl IntoView + use<T> {
    let key = StoredValue::new((listing.key)(row).to_string());
    let is = move |chosen: &Option<String>| key.with_value(|key| chosen.as_ref() == Some(key));
    let click = move |_| {
        let key = key.get_value();
        mark.current.set(Some(key.clone()));
        mark.on_open.run(key);
    };
    let cells = listing.columns.iter().map(|column| {
        view! { <div role="gridcell" class=column.class>{(column.cell)(row)}</div> }
    });
    view! {
        <div
            class="line"
            class:current=move || mark.current.with(is)
            role="row"
            id=element_id(&key.get_value())
            aria-rowindex=(at + 2).to_string()
            aria-selected=move || mark.open.with(is).to_string()
            on:click=click
        >
            {cells.collect_any()}
        </div>
    }
}
