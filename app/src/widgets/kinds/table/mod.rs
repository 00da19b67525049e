//! The first rows by any column: one row for each value of a tag, one column for each reference.
//! What a person sorts by is the page's, and not kept.

pub(crate) mod model;
#[cfg(test)]
mod tests;

use leptos::prelude::*;

use crate::erased::part;
use crate::format::Format;
use crate::live::{Live, metric_query};
use crate::widgets::state::{State, waiting_for};
use model::{Row, Sort};
use protocol::Widget;

/// Rows unless the widget says otherwise.
const ROWS: u32 = 10;
/// A table over a long time does not change much in a second: it is computed so many times over
/// the time it shows.
const REFRESHES: i64 = 300;

/// How one column is written.
#[derive(Clone, PartialEq)]
struct Column {
    label: String,
    format: Format,
    /// The largest number, which has the longest bar.
    largest: f64,
}

/// What is known of all rows, in no order.
#[derive(Clone, Default, PartialEq)]
struct Known {
    tags: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

/// The table widget.
#[component]
pub fn Table(
    /// What it shows.
    widget: Widget,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let most = widget.options.rows.unwrap_or(ROWS).max(1) as usize;
    let last = widget.metrics.len().saturating_sub(1);
    let by = widget.options.sort.unwrap_or(0) as usize;
    let sort = RwSignal::new(Sort {
        column: Some(by.min(last)),
        descending: true,
    });
    let known = RwSignal::new(Known::default());
    let state = RwSignal::new(State::Loading);
    let waiting = waiting_for(&widget, live);
    let title = widget.title.clone();
    let heading = format!("widget-{}", widget.id);
    let caption = title.clone();
    Effect::new(move |before: Option<Option<Seen>>| {
        live.second_tick.track();
        let seen = Seen::now(live);
        if before.flatten().is_some_and(|before| !seen.differs(before)) {
            return before.flatten();
        }
        let next = live.visible_store(|store| read(store, &widget, seen));
        state.set(match (seen.now_ms > 0, next.rows.is_empty()) {
            (false, _) => State::Loading,
            (true, true) => State::Waiting,
            (true, false) => State::Shown,
        });
        known.set(next);
        Some(seen)
    });
    let rows = move || {
        let sort = sort.get();
        known.with(|known| {
            let mut rows = known.rows.clone();
            sort.apply(&mut rows);
            rows.truncate(most);
            let rows = rows.into_iter().map(|one| row(one, &known.columns, sort));
            rows.collect_view()
        })
    };
    // Heads hold the focus of whoever sorts by keys: they change when their words do.
    let words = Memo::new(move |_| {
        known.with(|known| {
            let columns = known.columns.iter();
            let columns = columns.map(|column| (column.label.clone(), column.format.symbol));
            (known.tags.clone(), columns.collect::<Vec<_>>())
        })
    });
    let heads = move || {
        let (tags, columns) = words.get();
        let columns = columns.into_iter().enumerate();
        view! {
            {heading_of(sort, None, tags, "")}
            {columns.map(|(i, (label, symbol))| heading_of(sort, Some(i), label, symbol)).collect_view()}
        }
    };
    let more = move || {
        let left = known.with(|known| known.rows.len()).saturating_sub(most);
        (left > 0).then(|| view! { <p class="more">{format!("and {left} more")}</p> })
    };
    view! {
        <header><h2 id=heading>{title}</h2></header>
        <Show
            when=move || state.get() == State::Shown
            fallback=move || view! { <p class="state">{state.get().words(&waiting)}</p> }
        >
            <div class="rows" tabindex="0" role="region" aria-label=caption.clone()>
                <table>
                    <thead><tr>{part(heads)}</tr></thead>
                    <tbody>{part(rows)}</tbody>
                </table>
                {part(more)}
            </div>
        </Show>
    }
}

/// The head of one column, which sorts by it.
fn heading_of(
    sort: RwSignal<Sort>,
    column: Option<usize>,
    label: String,
    symbol: &'static str,
) -> impl IntoView {
    let order = move || {
        let sort = sort.get();
        match (sort.column == column, sort.descending) {
            (false, _) => "none",
            (true, true) => "descending",
            (true, false) => "ascending",
        }
    };
    let mark = move || match order() {
        "descending" => "▼",
        "ascending" => "▲",
        _ => "",
    };
    view! {
        <th scope="col" aria-sort=order class:number=column.is_some()>
            <button type="button" on:click=move |_| sort.update(|sort| *sort = sort.clicked(column))>
                {label}
                {(!symbol.is_empty()).then(|| view! { " "<small>{symbol}</small> })}
                <i aria-hidden="true">{part(mark)}</i>
            </button>
        </th>
    }
}

fn row(row: Row, columns: &[Column], sort: Sort) -> impl IntoView + use<> {
    let cell = |(i, (value, column)): (usize, (&f64, &Column))| {
        let share = value / column.largest;
        let sorted = sort.column == Some(i) && share > 0.0;
        let style = sorted.then(|| format!("--share:{:.1}%", share.min(1.0) * 100.0));
        view! { <td class:sorted=sorted style=style>{column.format.fine_number(*value)}</td> }
    };
    let cells = row.values.iter().zip(columns).enumerate();
    let cells = cells.map(cell).collect_view();
    let title = row.name.clone();
    view! {
        <tr>
            <th scope="row" title=title>{row.name}</th>
            {cells}
        </tr>
    }
}

/// What the rows were computed of.
#[derive(Clone, Copy, PartialEq)]
struct Seen {
    generation: u64,
    now_ms: i64,
    settled_ms: i64,
    end_ms: i64,
    span_ms: i64,
    fixed: bool,
}

impl Seen {
    fn now(live: Live) -> Seen {
        let (generation, settled_ms) =
            live.visible_store(|store| (store.generation(), store.settled_ms()));
        Seen {
            generation,
            now_ms: live.now_ms(),
            settled_ms,
            end_ms: live.end_ms(),
            span_ms: live.span_ms(),
            fixed: live.view.with_untracked(crate::view::View::is_fixed),
        }
    }

    /// Whether the rows are worth computing again.
    fn differs(&self, before: Seen) -> bool {
        let other = Seen {
            now_ms: self.now_ms,
            settled_ms: self.settled_ms,
            end_ms: self.end_ms,
            ..before
        } != *self;
        let moved = if self.fixed {
            self.end_ms != before.end_ms
        } else {
            self.settled_ms - before.settled_ms >= (self.span_ms / REFRESHES).max(1)
        };
        other || moved
    }
}

fn read(store: &crate::live::Store, widget: &Widget, seen: Seen) -> Known {
    let options = &widget.options;
    let window_ms = options.window_s.map(|s| i64::from(s) * 1000);
    let from_ms = seen.end_ms - window_ms.unwrap_or(seen.span_ms);
    let rows = model::rows(store, &widget.metrics, from_ms, seen.end_ms);
    let column = |(i, reference): (usize, _)| {
        let values = rows.iter().filter_map(|row| row.values.get(i));
        let largest = values.copied().filter(|v| v.is_finite());
        let largest = largest.fold(f64::NAN, f64::max);
        let (unit, per_second) = metric_query::unit(store, reference);
        Column {
            label: metric_query::label(reference),
            format: Format::of(unit, per_second, largest, None),
            largest,
        }
    };
    Known {
        tags: model::tags(store, &widget.metrics).join(" · "),
        columns: widget.metrics.iter().enumerate().map(column).collect(),
        rows,
    }
}
