//! A state history in the page: strips on a canvas, labels and what holds now as text.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use charts::{PlotRect, TimeWindow};
use leptos::html;
use leptos::prelude::*;

use super::draw;
use super::model::{self, StateNow, StatesModel};
use crate::bidi::isolated;
use crate::erased::{CollectAny, effect, part};
use crate::frame_loop;
use crate::live::Live;
use crate::time_zone;
use crate::widgets::WidgetControls;
use crate::widgets::heading_id;
use crate::widgets::interact::read_out::{self, Found, Mark, Picture, Place, ReadOut};
use crate::widgets::options::{level_icon, level_name};
use crate::widgets::render::canvas_surface::{self, CanvasSurface};
use crate::widgets::state::{State, StateLine, waiting_for};
use crate::widgets::table_view::{AsTable, TableView};
use crate::widgets::time_chart::over_time;
use protocol::Widget;

/// The state history.
pub fn view(widget: Widget, own: WidgetControls) -> AnyView {
    let live = expect_context::<Live>();
    let node = NodeRef::<html::Canvas>::new();
    let state = RwSignal::new(State::Loading);
    let beside = RwSignal::new(Vec::<StateNow>::new());
    let left_out = RwSignal::new(0);
    let cells = RwSignal::new(TableView::default());
    let waiting = waiting_for(&widget, live);
    let heading = heading_id(&widget.id);
    let title = widget.title.clone();
    let name = title.clone();
    let text = move || {
        let rows = beside.get().into_iter();
        let each = rows.map(|row| {
            let (label, state) = (isolated(&row.label), isolated(&row.state));
            format!(" {label}: {state}, {}.", row.changes)
        });
        format!("{}.{}", over_time(&name), each.collect::<String>())
    };
    let as_table = title.clone();
    let model = Rc::new(RefCell::new(StatesModel::default()));
    let version = Rc::new(Cell::new(0_u64));
    let (fill, filled) = (Rc::clone(&model), Rc::clone(&version));
    let read = ReadOut::new(&widget.id);
    // What holds now, or held at the time that is read.
    let name_states = move |model: &StatesModel| {
        let (then, end_ms) = (read.time(), live.end_ms());
        let states = model.strips.iter().map(|strip| match then {
            Some(t_ms) => model.then(strip, t_ms),
            None => model.now(strip, end_ms),
        });
        beside.set(states.collect());
    };
    let named = Rc::clone(&model);
    effect(move || name_states(&named.borrow()));
    effect(move || {
        live.second_tick.track();
        let (end_ms, span_ms) = (live.end_ms(), live.span_ms());
        let next = live.visible_store(|store| StatesModel::read(&widget, store, end_ms, span_ms));
        state.set(match (live.now_ms() > 0, next.strips.is_empty()) {
            (false, _) => State::Loading,
            (true, true) => State::Waiting,
            (true, false) => State::Shown,
        });
        left_out.set(next.left_out);
        untrack(|| name_states(&next));
        if own.as_table.get() {
            let zone = live.zone.get();
            let time = |t| zone.time_of_day(t as i64);
            let word = |value| next.word(value);
            cells.set(model::table(&next.strips, time, word));
        }
        fill.replace(next);
        filled.set(filled.get() + 1);
        frame_loop::request();
    });
    let now = move |surface: &CanvasSurface| {
        let plot = draw::plot(surface);
        TimeWindow::new(live.end_ms() as f64, live.span_ms() as f64, plot.width)
    };
    let drawn = Rc::new(Cell::new(None));
    let strips = Rc::new(Strips {
        live,
        model: Rc::clone(&model),
        drawn: Rc::clone(&drawn),
    });
    canvas_surface::follow(
        node,
        // A picture moves by whole columns.
        move |surface| {
            let window = now(surface);
            (version.get(), window.right_edge(), window.span_ms.to_bits())
        },
        move |layer, surface| {
            let rows = draw::rows(&model.borrow(), &surface.palette);
            drawn.set(Some((draw::plot(surface), now(surface), surface.ratio)));
            layer.draw(|area| {
                let offset: &dyn Fn(f64) -> i32 = &time_zone::offset_min;
                // No backend fails but for text that it cannot measure; that is missing.
                drop(draw::draw(
                    area,
                    surface,
                    &rows,
                    &now(surface),
                    Some(offset),
                ));
            });
        },
    );
    let labels = move || {
        let label = |row: StateNow| view! { <li title=row.label.clone()>{row.label.clone()}</li> };
        beside.get().into_iter().map(label).collect_any()
    };
    let more = move || {
        let left = left_out.get();
        read.or(|| match left {
            0 => String::new(),
            left => format!("and {left} more"),
        })
    };
    view! {
        <header>
            <h2 id=heading><span class="title">{isolated(&title)}</span><small>{part(more)}</small></h2>
        </header>
        <div class="strips" data-state=move || state.get().name() hidden=move || own.as_table.get()>
            <ul class="labels" aria-hidden="true">{part(labels)}</ul>
            <div class="chart">
                {read.canvas(node, "axes", Signal::derive(text), strips)}
            </div>
            <ul class="now" aria-label="States now">
                {part(move || beside.get().into_iter().map(state_now).collect_any())}
            </ul>
            <StateLine state waiting/>
        </div>
        <AsTable title=as_table own cells/>
    }
    .into_any()
}

/// The strips, as they are read.
struct Strips {
    live: Live,
    model: Rc<RefCell<StatesModel>>,
    /// Where they are drawn, which time, and device pixels in a device-independent one.
    drawn: Rc<Cell<Option<(PlotRect, TimeWindow, f64)>>>,
}

impl Strips {
    /// What held at a place, which was found at a time.
    fn held(&self, (column, row): Place, t: f64) -> Option<Found> {
        let zone = self.live.zone.get_untracked();
        let model = self.model.borrow();
        Some(Found {
            words: model.say(row, column, |t| zone.time_of_day(t as i64))?,
            t: Some(t),
            row: Some(row),
            ..Found::default()
        })
    }
}

impl Picture for Strips {
    fn rows(&self) -> usize {
        self.model.borrow().strips.len()
    }

    fn columns(&self, row: usize) -> usize {
        let model = self.model.borrow();
        model.strips.get(row).map_or(0, |strip| strip.held.len())
    }

    fn read(&self, (column, row): Place) -> Option<Found> {
        let t = {
            let model = self.model.borrow();
            let held = model.strips.get(row)?.held.get(column)?;
            let from = held
                .from
                .max((self.live.end_ms() - self.live.span_ms()) as f64);
            (from + held.to) / 2.0
        };
        self.held((column, row), t)
    }

    fn at(&self, x: f64, y: f64) -> Option<Found> {
        let (plot, window, ratio) = self.drawn.get()?;
        let t = window.time_at(x * ratio - f64::from(plot.left));
        let down = (y * ratio - f64::from(plot.top)) / f64::from(plot.height);
        let rows = self.rows();
        let row = (0.0..1.0)
            .contains(&down)
            .then_some((down * rows as f64) as usize)?;
        let column = self.model.borrow().held_at(row, t)?;
        self.held((column, row), t)
    }

    fn when(&self, t: f64) -> Option<Found> {
        let zone = self.live.zone.get_untracked();
        Some(Found {
            words: zone.time_of_day(t as i64),
            t: Some(t),
            ..Found::default()
        })
    }

    fn mark(&self, found: &Found) -> Option<Mark> {
        let (plot, window, ratio) = self.drawn.get()?;
        let t = found.t?;
        let Some(row) = found.row else {
            let x = window.x(t);
            return read_out::mark(&plot, ratio, (x, x), (0, 1));
        };
        let model = self.model.borrow();
        let strip = model.strips.get(row)?;
        let held = strip.held.get(strip.at(t)?)?;
        let width = f64::from(plot.width);
        let [from, to] = [held.from, held.to].map(|t| window.x(t).clamp(0.0, width));
        read_out::mark(&plot, ratio, (from, to), (row, model.strips.len()))
    }
}

fn state_now(row: StateNow) -> impl IntoView {
    let (mark, level) = match row.level {
        None => ("–", "unknown"),
        Some(level) => (level_icon(level), level_name(level)),
    };
    view! {
        <li data-level=level title=row.changes>
            <span class="unseen">{row.label}": "</span>
            <i aria-hidden="true">{mark}</i>
            <b>{row.state}</b>
        </li>
    }
}
