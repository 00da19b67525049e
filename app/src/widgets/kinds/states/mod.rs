//! State history: a strip for each series, and in words what holds now. Invariant: a state is told
//! by words and by how tall its strip is, and never by colour alone.

pub(crate) mod draw;
pub(crate) mod model;
#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;

use crate::erased::{effect, part};
use crate::format;
use crate::frame_loop;
use crate::live::{Live, metric_query};
use crate::time_zone;
use crate::widgets::interact::menu::WidgetControls;
use crate::widgets::render::canvas_surface::{self, CanvasSurface};
use crate::widgets::render::chart_style::CONNECT_MS;
use crate::widgets::state::{State, waiting_for};
use crate::widgets::table_view::{AsTable, MOST_ROWS, TableView};
use charts::{TimeWindow, order};
use draw::{Mark, Row};
use model::{Span, Strip};
use protocol::{LogLevel, StateName, Widget};

/// Rows unless the widget says otherwise.
const ROWS: u32 = 12;

/// What stands beside a strip.
#[derive(Clone, PartialEq)]
struct Beside {
    label: String,
    state: String,
    level: Option<LogLevel>,
    changes: String,
}

/// The state history.
#[component]
pub fn States(
    /// What it shows.
    widget: Widget,
    /// What its menu does with it.
    own: WidgetControls,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let node = NodeRef::<html::Canvas>::new();
    let state = RwSignal::new(State::Loading);
    let beside = RwSignal::new(Vec::<Beside>::new());
    let left_out = RwSignal::new(0);
    let cells = RwSignal::new(TableView::default());
    let waiting = waiting_for(&widget, live);
    let heading = format!("widget-{}", widget.id);
    let title = widget.title.clone();
    let name = title.clone();
    let text = move || {
        let rows = beside.get().into_iter();
        let each = rows.map(|row| format!(" {}: {}, {}.", row.label, row.state, row.changes));
        format!("{name} over time.{}", each.collect::<String>())
    };
    let as_table = title.clone();
    let states = Rc::new(widget.options.states.clone());
    let most = widget.options.rows.unwrap_or(ROWS) as usize;
    let strips = Rc::new(RefCell::new(Vec::<Strip>::new()));
    let version = Rc::new(Cell::new(0_u64));
    let (fill, filled, names) = (Rc::clone(&strips), Rc::clone(&version), Rc::clone(&states));
    let unit = widget
        .metrics
        .first()
        .map_or((telemetry::Unit::None, false), |first| {
            live.store
                .with_value(|store| metric_query::unit(store, first))
        });
    let word = move |states: &[StateName], value: f64| match model::meaning(states, value) {
        Some((_, state)) => state.name.clone(),
        None => format::words(unit.0, unit.1, value),
    };
    effect(move || {
        live.second_tick.track();
        let options = &widget.options;
        let end_ms = live.end_ms();
        let mut next = live.visible_store(|store| {
            let span = Span {
                from_ms: end_ms - live.span_ms(),
                to_ms: end_ms,
                connect_ms: if options.connect {
                    f64::INFINITY
                } else {
                    f64::from(options.connect_ms.unwrap_or(CONNECT_MS))
                },
            };
            model::strips(store, &widget.metrics, span)
        });
        state.set(match (live.now_ms() > 0, next.is_empty()) {
            (false, _) => State::Loading,
            (true, true) => State::Waiting,
            (true, false) => State::Shown,
        });
        left_out.set(next.len().saturating_sub(most));
        next.truncate(most);
        let told = next.iter().map(|strip| {
            let now = strip.now(end_ms as f64);
            Beside {
                label: strip.label.clone(),
                state: now.map_or_else(|| "not known".to_owned(), |v| word(&names, v)),
                level: now.map(|value| model::level(&names, value)),
                changes: match strip.changes() {
                    0 => "no change in the time shown".to_owned(),
                    1 => "1 change in the time shown".to_owned(),
                    n => format!("{n} changes in the time shown"),
                },
            }
        });
        beside.set(told.collect());
        if own.as_table.get() {
            let zone = live.zone.get();
            let time = |t| zone.time_of_day(t as i64);
            cells.set(table(&next, time, |value| word(&names, value)));
        }
        fill.replace(next);
        filled.set(filled.get() + 1);
        frame_loop::request();
    });
    let now = move |sheet: &CanvasSurface| {
        let plot = draw::plot(sheet);
        TimeWindow::new(live.end_ms() as f64, live.span_ms() as f64, plot.width)
    };
    canvas_surface::follow(
        node,
        // A picture moves by whole columns.
        move |sheet| {
            let window = now(sheet);
            (version.get(), window.right_edge(), window.span_ms.to_bits())
        },
        move |layer, sheet| {
            let strips = strips.borrow();
            let row = |strip: &Strip| Row {
                marks: strip
                    .held
                    .iter()
                    .map(|held| Mark::of(held, &states, word(&states, held.value), &sheet.palette))
                    .collect(),
            };
            let rows: Vec<Row> = strips.iter().map(row).collect();
            layer.draw(|area| {
                draw::draw(area, sheet, &rows, &now(sheet), &time_zone::offset_min);
            });
        },
    );
    let labels = move || {
        let label = |row: Beside| view! { <li title=row.label.clone()>{row.label.clone()}</li> };
        beside.get().into_iter().map(label).collect_view()
    };
    let more = move || {
        let left = left_out.get();
        (left > 0).then(|| format!("and {left} more"))
    };
    view! {
        <header>
            <h2 id=heading>{title}<small>{part(more)}</small></h2>
        </header>
        <div class="strips" data-state=move || state.get().name() hidden=move || own.as_table.get()>
            <ul class="labels" aria-hidden="true">{part(labels)}</ul>
            <div class="chart"><canvas node_ref=node class="axes" role="img" aria-label=text></canvas></div>
            <ul class="now" aria-label="States now">
                {part(move || beside.get().into_iter().map(told).collect_view())}
            </ul>
            <p class="state">{part(move || state.get().words(&waiting))}</p>
        </div>
        <AsTable title=as_table own cells/>
    }
}

/// A row for each state that held, the newest first.
fn table(
    strips: &[Strip],
    time: impl Fn(f64) -> String,
    word: impl Fn(f64) -> String,
) -> TableView {
    let mut held = Vec::new();
    for strip in strips {
        held.extend(strip.held.iter().map(|held| (&strip.label, held)));
    }
    order::sort(&mut held, |(_, a), (_, b)| b.from.total_cmp(&a.from));
    held.truncate(MOST_ROWS);
    let row = |(label, held): (&String, &model::Held)| {
        vec![
            label.clone(),
            word(held.value),
            time(held.from),
            time(held.to),
        ]
    };
    TableView {
        head: ["Of", "State", "From", "Until"].map(str::to_owned).to_vec(),
        rows: held.into_iter().map(row).collect(),
    }
}

fn told(row: Beside) -> impl IntoView {
    let (mark, level) = match row.level {
        None => ("–", "unknown"),
        Some(LogLevel::Info) => ("●", "ok"),
        Some(LogLevel::Warn) => ("▲", "warn"),
        Some(LogLevel::Error) => ("✖", "bad"),
    };
    view! {
        <li data-level=level title=row.changes>
            <span class="unseen">{row.label}": "</span>
            <i aria-hidden="true">{mark}</i>
            <b>{row.state}</b>
        </li>
    }
}

#[cfg(test)]
mod view_tests {
    use super::*;

    #[test]
    fn tables() {
        let strip = |label: &str, held: &[(f64, f64, f64)]| {
            let held = held.iter().map(|(from, to, value)| model::Held {
                from: *from,
                to: *to,
                value: *value,
            });
            Strip {
                label: label.to_owned(),
                held: held.collect(),
            }
        };
        let check = |strips: &[Strip], want: &[[&str; 4]]| {
            let cells = table(strips, |t| format!("t{t}"), |v| format!("v{v}"));
            assert_eq!(cells.rows, want);
        };
        check(&[], &[]);
        check(&[strip("a", &[])], &[]);
        check(
            &[
                strip("a", &[(1.0, 4.0, 0.0), (4.0, 9.0, 2.0)]),
                strip("b", &[(2.0, 9.0, f64::INFINITY)]),
            ],
            &[
                ["a", "v2", "t4", "t9"],
                ["b", "vinf", "t2", "t9"],
                ["a", "v0", "t1", "t4"],
            ],
        );
        let long: Vec<_> = (0..900).map(|t| (f64::from(t), 0.0, 0.0)).collect();
        let cells = table(&[strip("a", &long)], |t| t.to_string(), |_| String::new());
        assert_eq!(
            (cells.rows.len(), cells.rows[0][2].as_str()),
            (MOST_ROWS, "899")
        );
    }
}
