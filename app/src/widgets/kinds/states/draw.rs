//! A state history on any backend; and all of it as a snapshot. Invariant: graver states stand
//! taller, so that they are seen without their colour, however short they were.

use charts::{
    Bounds, Gutters, PlotRect, RGBColor, Span, StateRow, TimeWindow, ValueScale, View, draw_states,
    draw_time_labels,
};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, TextStyle};
use plotters_backend::DrawingBackend;

use super::history::{self, Held};
use super::model::StatesModel;
use crate::bidi::isolated;
use crate::widgets::render::canvas_surface::CanvasSurface;
use crate::widgets::render::palette::Palette;
use crate::widgets::render::snapshot::{Drawn, Picture, Room, SIDE, Snapshot, SvgDrawn, TOP};
use crate::widgets::render::text_metrics::{TextStyle as Words, write};
use protocol::{LogLevel, StateName};

/// Lowest strip that can be read in a snapshot, in pixels.
const LOWEST: u32 = 18;
/// Size of words beside strips in a snapshot, in pixels.
const PX: f64 = 12.0;
/// Height of words in device-independent pixels.
const FONT: f64 = 11.0;
/// Width of a character of them: somewhat more than most are.
const CHARACTER: f64 = 7.0;

/// Series whose colours states have that are neither the usual one nor grave, in this order: those on
/// which words in the colour of the ground are read.
const NAMED: [usize; 4] = [0, 2, 1, 3];

/// A state that held for a while.
pub struct StateMark {
    /// Its time and colour.
    span: Span,
    /// Its name.
    word: String,
    /// How grave it is.
    level: LogLevel,
}

/// The states of one series.
pub struct StripRow {
    /// In order of time.
    pub marks: Vec<StateMark>,
}

impl StateMark {
    /// Of a state with this name.
    pub fn of(held: &Held, states: &[StateName], word: String, palette: &Palette) -> StateMark {
        let level = history::level(states, held.value);
        let span = Span {
            from: held.from,
            to: held.to,
            color: color(held.value, states, palette),
        };
        StateMark { span, word, level }
    }
}

/// Where the strips are on a surface: labels stand beside it as text of the page.
pub fn plot(surface: &CanvasSurface) -> PlotRect {
    PlotRect::inside(
        surface.size.0,
        surface.size.1,
        Gutters::default(),
        surface.text_ratio(),
    )
}

/// Draws the strips, the words that have room in them, and the times where their offset from UTC is
/// known.
///
/// # Errors
/// What the backend reports.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    surface: &CanvasSurface,
    rows: &[StripRow],
    window: &TimeWindow,
    offset_min: Option<&dyn Fn(f64) -> i32>,
) -> Drawn<DB> {
    let (plot, palette) = (plot(surface), &surface.palette);
    let style = palette.axis_style(surface.ratio);
    let view = View {
        window,
        // Rows are series: there is no scale of values.
        scale: &ValueScale::fit(0.0, 1.0, &Bounds::default()),
        right: None,
        height: plot.height,
        connect_ms: 0.0,
        clip: None,
        subpixel: 1,
        surface: palette.surface,
    };
    let spans: Vec<Vec<Span>> = rows
        .iter()
        .map(|row| row.marks.iter().map(|mark| mark.span).collect())
        .collect();
    let strips: Vec<StateRow<'_>> = spans.iter().map(|spans| StateRow { spans }).collect();
    let place = (plot.left, plot.top);
    let strip_area = area.clone().shrink(place, (plot.width, plot.height));
    draw_states(&strip_area, &strips, &view)?;
    for (i, row) in rows.iter().enumerate() {
        for mark in &row.marks {
            draw_mark(&strip_area, mark, (i, rows.len()), &view, surface)?;
        }
    }
    // Before the first frame nobody knows the time.
    match offset_min.filter(|_| window.end_ms > 0.0) {
        Some(offset_min) => draw_time_labels(area, &plot, window, &style, offset_min),
        None => Ok(()),
    }
}

/// Makes a grave state taller, and writes its name where there is room.
fn draw_mark<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    mark: &StateMark,
    (row, rows): (usize, usize),
    view: &View<'_>,
    surface: &CanvasSurface,
) -> Drawn<DB> {
    let width = view.window.width as i32;
    let left = view.window.x_subpixel(mark.span.from, 1).clamp(0, width);
    let right = view.window.x_subpixel(mark.span.to, 1).clamp(0, width);
    let edge = |row: usize| (row as f64 * f64::from(view.height) / rows as f64).round() as i32;
    let (top, bottom) = (edge(row), edge(row + 1));
    let grave = match mark.level {
        LogLevel::Info => None,
        LogLevel::Warn => Some((top + bottom) / 2),
        LogLevel::Error => Some(top),
    };
    if let Some(begin) =
        grave.filter(|_| mark.span.to > mark.span.from && (right > 0 && left < width))
    {
        let corners = [(left, begin), (right.max(left + 1), bottom)];
        area.draw(&Rectangle::new(corners, mark.span.color.filled()))?;
    }
    let needs = (mark.word.chars().count() as f64 + 1.5) * CHARACTER * surface.text_ratio();
    let fits = f64::from(right - left) > needs;
    if !fits || f64::from(bottom - top) < FONT * surface.text_ratio() * 1.6 {
        return Ok(());
    }
    let font = FontDesc::new(
        FontFamily::Name("Inter, system-ui, sans-serif"),
        FONT * surface.text_ratio(),
        FontStyle::Normal,
    );
    let style = TextStyle {
        font,
        // Every colour of a state is legible on the surface, and so the surface on it.
        color: surface.palette.surface.to_backend_color(),
        pos: Pos::new(HPos::Left, VPos::Center),
    };
    let x = left + (CHARACTER * surface.text_ratio() * 0.75) as i32;
    area.draw(&Text::new(
        isolated(&mark.word),
        (x, (top + bottom) / 2),
        style,
    ))
}

/// Grave states have the colours of what is grave; the others their own, the first one calm.
fn color(value: f64, states: &[StateName], palette: &Palette) -> RGBColor {
    match history::meaning(states, value) {
        Some((_, state)) if state.level == LogLevel::Error => palette.bad,
        Some((_, state)) if state.level == LogLevel::Warn => palette.warn,
        Some((index, _)) => {
            let before = states[..index].iter();
            let nth = before.filter(|s| s.level == LogLevel::Info).count();
            match nth {
                0 => palette.ok,
                n => palette.series[NAMED[(n - 1) % NAMED.len()]],
            }
        }
        None => palette.text,
    }
}

/// The strips of a model, in the colours of a palette.
pub fn rows(model: &StatesModel, palette: &Palette) -> Vec<StripRow> {
    let mark = |held: &Held| StateMark::of(held, &model.states, model.word(held.value), palette);
    let strips = model.strips.iter();
    strips
        .map(|strip| StripRow {
            marks: strip.held.iter().map(mark).collect(),
        })
        .collect()
}

/// The whole history.
///
/// # Errors
/// What writing reports.
pub fn snapshot(snapshot: &Snapshot<'_>, picture: &mut Picture<'_>) -> SvgDrawn {
    let (width, height) = snapshot.size;
    let (to_ms, span_ms) = (snapshot.to_ms, snapshot.span_ms);
    let mut model = StatesModel::read(snapshot.widget, snapshot.store, to_ms, span_ms);
    let fits = height.saturating_sub(TOP) / LOWEST;
    model.strips.truncate(fits as usize);
    if model.strips.is_empty() {
        return picture.no_data(snapshot);
    }
    picture.title(snapshot)?;
    let side = width / 5;
    let room = Room {
        left: SIDE + side,
        top: TOP,
        width: width.saturating_sub(2 * (SIDE + side)).max(1),
        height: height.saturating_sub(TOP).max(1),
    };
    let surface = snapshot.surface(&room);
    let plot = plot(&surface);
    let window = TimeWindow::new(to_ms as f64, span_ms as f64, plot.width);
    let ahead = snapshot.ahead_min.unwrap_or(0);
    let rows = rows(&model, &surface.palette);
    draw(
        &room.of(&picture.area),
        &surface,
        &rows,
        &window,
        Some(&|_| ahead),
    )?;

    let theme = snapshot.theme;
    let label = Words::new(PX, theme.palette.text);
    let step = f64::from(plot.height) / model.strips.len() as f64;
    for (i, strip) in model.strips.iter().enumerate() {
        let y = (f64::from(room.top + plot.top) + step * (i as f64 + 0.5)) as i32;
        let words = label.fit(&strip.label, f64::from(side));
        write(&picture.area, &words, (SIDE as i32, y), &label)?;
        let now = model.now(strip, to_ms);
        let color = match now.level {
            Some(LogLevel::Info) => theme.ink,
            Some(level) => theme.palette.level(level),
            None => theme.palette.text,
        };
        let style = Words::new(PX, color).bold().right();
        let at = (width.saturating_sub(SIDE) as i32, y);
        let words = style.fit(&now.state, f64::from(side));
        write(&picture.area, &words, at, &style)?;
    }
    Ok(())
}
