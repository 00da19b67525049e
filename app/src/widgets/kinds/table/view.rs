//! A table in the page. What a person sorts by is the page's, and not kept.

use leptos::prelude::*;

use super::model::{self, Column, Options, TableModel};
use crate::erased::{CollectAny, part};
use crate::live::Live;
use crate::live::metric_query::Value;
use crate::widgets::WidgetControls;
use crate::widgets::heading_id;
use crate::widgets::state::{State, StateLine, waiting_for};
use crate::widgets::tag_rows::{Row, Seen, Sort};
use protocol::Widget;

/// The table widget.
pub fn view(widget: Widget, _: WidgetControls) -> AnyView {
    let live = expect_context::<Live>();
    let options = Options::of(&widget.options);
    let most = options.rows;
    let sort = RwSignal::new(options.sort(widget.metrics.len()));
    let known = RwSignal::new(TableModel::default());
    let state = RwSignal::new(State::Loading);
    let waiting = waiting_for(&widget, live);
    let title = widget.title.clone();
    let heading = heading_id(&widget.id);
    let caption = title.clone();
    Effect::new(move |before: Option<Option<Seen>>| {
        live.second_tick.track();
        let seen = Seen::now(live);
        if before.flatten().is_some_and(|before| !seen.differs(before)) {
            return before.flatten();
        }
        let next = known.with_untracked(|before| {
            let time = (seen.end_ms, seen.span_ms);
            live.visible_store(|store| model::read(store, &widget, time, &before.columns))
        });
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
            rows.collect_any()
        })
    };
    // Heads hold the focus of whoever sorts by keys: they change when their words do.
    let words = Memo::new(move |_| {
        known.with(|known| {
            let columns = known.columns.iter();
            let words = |column: &Column| {
                let unit = (column.format.symbol, column.symbol_room);
                (column.label.clone(), unit)
            };
            let columns = columns.map(words);
            (known.tags.clone(), columns.collect::<Vec<_>>())
        })
    });
    let heads = move || {
        let (tags, columns) = words.get();
        let columns = columns.into_iter().enumerate();
        view! {
            {heading_of(sort, None, tags, ("", 0.0))}
            {columns.map(|(i, (label, unit))| heading_of(sort, Some(i), label, unit)).collect_any()}
        }
    };
    let more = move || {
        let left = known.with(|known| known.rows.len()).saturating_sub(most);
        (left > 0).then(|| view! { <p class="more">{format!("and {left} more")}</p> }.into_any())
    };
    view! {
        <header><h2 id=heading>{title}</h2></header>
        <Show
            when=move || state.get() == State::Shown
            fallback=move || view! { <StateLine state waiting=waiting.clone()/> }
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
    .into_any()
}

/// The head of one column, which sorts by it.
fn heading_of(
    sort: RwSignal<Sort>,
    column: Option<usize>,
    label: String,
    (symbol, room): (&'static str, f64),
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
                {(room > 0.0).then(|| view! { " "<small style=format!("min-width:{room}ch")>{symbol}</small> }.into_any())}
                <i aria-hidden="true">{part(mark)}</i>
            </button>
        </th>
    }
}

fn row(row: Row, columns: &[Column], sort: Sort) -> impl IntoView + use<> {
    let cell = |(i, (value, column)): (usize, (&Value, &Column))| {
        let share = value.number / column.largest;
        let sorted = sort.column == Some(i) && share > 0.0;
        let style = sorted.then(|| format!("--share:{:.1}%", share.min(1.0) * 100.0));
        view! { <td class:sorted=sorted style=style>{column.words(*value)}</td> }
    };
    let cells = row.values.iter().zip(columns).enumerate();
    let cells = cells.map(cell).collect_any();
    let title = row.name.clone();
    view! {
        <tr>
            <th scope="row" title=title>{row.name}</th>
            {cells}
        </tr>
    }
}
