//! A chart as a table: the same points for who reads numbers rather than lines.

use leptos::prelude::*;

use crate::arrangement::Arrangement;
use crate::bidi::isolated;
use crate::erased::{CollectAny, effect, part};
use crate::format::Format;
use crate::live::Live;
use crate::view::Zone;
use crate::widgets::time_chart::chart_controller::Handle;
use crate::widgets::time_chart::points::{Columns, Row};

/// Most rows; the CSV file has all.
const MOST_ROWS: usize = 200;

/// The newest points of the time shown, newest first, of the chart of this widget.
pub fn points(handle: Handle, id: StoredValue<String>) -> AnyView {
    let live = expect_context::<Live>();
    let arrangement = expect_context::<Arrangement>();
    let shown = RwSignal::new(None::<(Columns, Vec<Format>)>);
    effect(move || {
        live.second_tick.track();
        live.view.track();
        // What is off is not in the table.
        id.with_value(|id| drop(arrangement.off(id)));
        shown.set(handle.get().map(|chart| chart.columns(MOST_ROWS)));
    });
    let head = move || {
        shown.with(|shown| {
            let cell = |(label, format): (&String, &Format)| {
                view! { <th scope="col">{isolated(label)}<small>{format.symbol}</small></th> }
            };
            shown.as_ref().map(|(columns, formats)| {
                columns.labels.iter().zip(formats).map(cell).collect_any()
            })
        })
    };
    let body = move || {
        shown.with(|shown| {
            let zone = live.zone.get();
            shown.as_ref().map(|(columns, formats)| {
                let rows = columns.rows.iter().rev();
                let span_ms = columns.span_ms;
                rows.map(|row| line(row, span_ms, formats, &zone))
                    .collect_any()
            })
        })
    };
    // All of them: on the chart several may be at one place.
    let annotations = move || {
        live.second_tick.track();
        let all = handle
            .get()
            .map(|chart| chart.annotations())
            .unwrap_or_default();
        let zone = live.zone.get();
        (!all.is_empty()).then(|| {
            let rows = all.into_iter().map(|one| {
                let to = one.to.map(|to| format!(" – {}", zone.time_of_day(to)));
                view! {
                    <tr>
                        <th scope="row" title=zone.full_time(one.t)>{zone.time_of_day(one.t)}{to}</th>
                        <td class="words">{one.text}</td>
                        <td class="words">{one.source}</td>
                    </tr>
                }
            });
            view! {
                <table class="annotations">
                    <caption class="unseen">"Annotations of the time shown, newest first"</caption>
                    <thead>
                        <tr>{["Time", "Annotation", "Source"].map(|word| view! { <th scope="col">{word}</th> })}</tr>
                    </thead>
                    <tbody>{rows.collect_any()}</tbody>
                </table>
            }
        })
    };
    let title = id.with_value(|id| arrangement.title(id));
    view! {
        <div class="points" tabindex="0" role="region" aria-label=format!("{title} as a table")>
            <table>
                <caption class="unseen">{format!("{title}, newest first, at most {MOST_ROWS} rows")}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Time"</th>
                        {part(head)}
                    </tr>
                </thead>
                <tbody>{part(body)}</tbody>
            </table>
            {part(annotations)}
        </div>
    }
    .into_any()
}

fn line(row: &Row, span_ms: i64, formats: &[Format], zone: &Zone) -> impl IntoView + use<> {
    let (title, time) = match span_ms {
        0 => (zone.full_time(row.t), zone.time_of_day(row.t)),
        _ => {
            let from = row.t - span_ms;
            let [begin, end] = [from, row.t].map(|t| zone.time_of_day(t));
            (zone.full_span(from, row.t), format!("{begin} – {end}"))
        }
    };
    let values = row.values.iter().zip(formats);
    let cells: Vec<String> = values.map(|(v, format)| format.fine_number(*v)).collect();
    view! {
        <tr>
            <th scope="row" title=title>{time}</th>
            {cells.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_any()}
        </tr>
    }
}
