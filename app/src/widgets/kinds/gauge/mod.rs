//! One value on an arc from the lowest to the highest, and in words. Invariant: the colour never
//! says more than the words: a threshold that is passed is named.

mod ends;

use charts::{Gauge as Arc, RGBColor, Scratch, draw_gauge};
use leptos::html;
use leptos::prelude::*;

use crate::erased::{effect, part};
use crate::format::{self, Format};
use crate::frame_loop;
use crate::live::{Live, Store, metric_query};
use crate::widgets::render::canvas_surface;
use crate::widgets::render::layer::SUBPIXEL;
use crate::widgets::render::palette::Palette;
use crate::widgets::state::{State, waiting_for};
use protocol::{LogLevel, Widget};

/// Seconds that a value is taken over unless the widget says otherwise.
const WINDOW_S: u32 = 10;

/// What the gauge shows now.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Shown {
    pub value: f64,
    pub min: f64,
    pub max: f64,
    /// Number and unit apart, then both in words.
    pub number: String,
    pub symbol: &'static str,
    pub words: String,
    pub ends: [String; 2],
    pub passed: Option<(LogLevel, String)>,
}

/// The gauge.
#[component]
pub fn Gauge(
    /// What it shows.
    widget: Widget,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let node = NodeRef::<html::Canvas>::new();
    let shown = RwSignal::new(Shown::default());
    let state = RwSignal::new(State::Loading);
    let waiting = waiting_for(&widget, live);
    let heading = format!("widget-{}", widget.id);
    let title = widget.title.clone();
    let thresholds = StoredValue::new(widget.options.thresholds.clone());
    effect(move || {
        live.second_tick.track();
        let next = live.visible_store(|store| read(store, &widget, live.end_ms()));
        state.set(match (live.now_ms() > 0, next.value.is_finite()) {
            (false, _) => State::Loading,
            (true, false) => State::Waiting,
            (true, true) => State::Shown,
        });
        if shown.with_untracked(|old| *old != next) {
            shown.set(next);
            frame_loop::request();
        }
    });
    let mut scratch = Scratch::default();
    canvas_surface::follow(
        node,
        move |_| shown.with_untracked(|s| (s.value.to_bits(), s.min.to_bits(), s.max.to_bits())),
        move |layer, sheet| {
            let palette = &sheet.palette;
            let marks = thresholds.with_value(|all| {
                let mark = |t: &protocol::Threshold| (t.at, color(palette, Some(t.level)));
                all.iter().map(mark).collect::<Vec<_>>()
            });
            shown.with_untracked(|s| {
                let arc = Arc {
                    min: s.min,
                    max: s.max,
                    value: s.value,
                    thresholds: &marks,
                    color: color(palette, s.passed.as_ref().map(|p| p.0)),
                    track: palette.grid,
                    size: sheet.size,
                    subpixel: SUBPIXEL,
                };
                // The canvas backend cannot fail but for text, of which there is none.
                layer.draw_fine(0, sheet.size.1, |area| {
                    drop(draw_gauge(area, &mut scratch, &arc))
                });
            });
        },
    );
    let level = move || shown.with(|s| s.passed.as_ref().map(|p| level_name(p.0)));
    let known = move || state.get() == State::Shown;
    let of = move |part: fn(&Shown) -> f64| move || known().then(|| shown.with(part).to_string());
    view! {
        <header><h2 id=heading.clone()>{title}</h2></header>
        <div
            class="dial"
            data-state=move || state.get().name()
            role="meter"
            aria-labelledby=heading
            aria-valuenow=of(|s| s.value.clamp(s.min, s.max))
            aria-valuemin=of(|s| s.min)
            aria-valuemax=of(|s| s.max)
            aria-valuetext=move || known().then(|| shown.with(spoken))
        >
            <div class="arc"><canvas node_ref=node aria-hidden="true"></canvas></div>
            <p class="value" data-level=level>
                <b>{part(move || shown.with(|s| s.number.clone()))}</b>
                <small>{part(move || shown.with(|s| s.symbol))}</small>
            </p>
            <p class="ends" aria-hidden="true">
                {part(move || shown.with(|s| s.ends.clone()).map(|end| view! { <span>{end}</span> }))}
            </p>
            <p class="passed" data-level=level>
                {part(move || shown.with(|s| s.passed.as_ref().map(|p| format!("▲ {}", p.1))))}
            </p>
            <p class="state">{part(move || state.get().words(&waiting))}</p>
        </div>
    }
}

fn level_name(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "ok",
        LogLevel::Warn => "warn",
        LogLevel::Error => "bad",
    }
}

/// Of a value that passed a threshold of this level, or none.
pub(crate) fn color(palette: &Palette, level: Option<LogLevel>) -> RGBColor {
    match level {
        None => palette.series[0],
        Some(LogLevel::Info) => palette.ok,
        Some(LogLevel::Warn) => palette.warn,
        Some(LogLevel::Error) => palette.bad,
    }
}

fn spoken(shown: &Shown) -> String {
    match &shown.passed {
        Some((_, words)) => format!("{}, {words}", shown.words),
        None => shown.words.clone(),
    }
}

/// What a widget's gauge shows at `end_ms`.
pub(crate) fn read(store: &Store, widget: &Widget, end_ms: i64) -> Shown {
    let Some(first) = widget.metrics.first() else {
        return Shown {
            value: f64::NAN,
            ..Shown::default()
        };
    };
    let options = &widget.options;
    let seconds = options.window_s.unwrap_or(WINDOW_S);
    let stat = |reference| metric_query::stat(store, reference, seconds, end_ms);
    let value = stat(first);
    let (unit, per_second) = metric_query::unit(store, first);
    let whole = widget.metrics.get(1).map_or(f64::NAN, stat);
    let (min, max) = ends::of(options, unit, whole, value);
    let of = if options.binary {
        Format::binary
    } else {
        Format::of
    };
    let format = of(unit, per_second, value, None);
    // A round number in as few digits as it has, another one in three.
    let written = |value| {
        let short = format::short(unit, per_second, options.binary, value);
        let of = of(unit, per_second, value, None);
        match short.chars().count() {
            0..=8 => short,
            _ => format!("{}\u{202f}{}", of.number(value), of.symbol),
        }
    };
    let passed = options.thresholds.iter().filter(|t| value >= t.at);
    let passed = passed.max_by(|a, b| a.at.total_cmp(&b.at));
    Shown {
        value,
        min,
        max,
        number: if value.is_finite() {
            format.number(value)
        } else {
            String::new()
        },
        symbol: if value.is_finite() { format.symbol } else { "" },
        words: format::words(unit, per_second, value),
        ends: [min, max].map(written),
        passed: passed.map(|t| (t.level, format!("above {}", written(t.at)))),
    }
}
