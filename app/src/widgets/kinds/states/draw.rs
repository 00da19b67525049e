//! The strips of a state history. Invariant: graver states stand taller, so that they are seen
//! without their colour, however short they were.

use charts::{
    AxisStyle, Bounds, Gutters, PlotRect, RGBColor, Span, StateRow, TimeWindow, ValueScale, View,
    draw_states, draw_time_labels,
};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, TextStyle};
use plotters_backend::DrawingBackend;

use crate::widgets::kinds::states::model::{self, Held};
use crate::widgets::render::canvas_surface::CanvasSurface;
use crate::widgets::render::palette::Palette;
use protocol::{LogLevel, StateName};

/// Height of words in device-independent pixels.
const FONT: f64 = 11.0;
/// Width of a character of them: somewhat more than most are.
const CHARACTER: f64 = 7.0;

/// A state that held for a while.
pub struct Mark {
    /// Its time and colour.
    span: Span,
    /// Its name.
    word: String,
    /// How grave it is.
    level: LogLevel,
}

/// The states of one series.
pub struct Row {
    /// In order of time.
    pub marks: Vec<Mark>,
}

impl Mark {
    /// Of a state with this name.
    pub fn of(held: &Held, states: &[StateName], word: String, palette: &Palette) -> Mark {
        let level = model::level(states, held.value);
        let span = Span {
            from: held.from,
            to: held.to,
            color: color(held.value, states, palette),
        };
        Mark { span, word, level }
    }
}

/// Where the strips are on a sheet: labels stand beside it as text of the page.
pub fn plot(sheet: &CanvasSurface) -> PlotRect {
    PlotRect::inside(sheet.size.0, sheet.size.1, Gutters::default(), sheet.ratio)
}

/// Draws the strips, the words that have room in them, and the times.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    sheet: &CanvasSurface,
    rows: &[Row],
    window: &TimeWindow,
    offset_min: &dyn Fn(f64) -> i32,
) {
    let (plot, palette) = (plot(sheet), &sheet.palette);
    let style = AxisStyle {
        ratio: sheet.ratio,
        text: palette.text,
        grid: palette.grid,
    };
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
    // The canvas backend cannot fail but for text it cannot measure; then the words are missing.
    drop(draw_states(&strip_area, &strips, &view));
    for (i, row) in rows.iter().enumerate() {
        for mark in &row.marks {
            drop(draw_mark(&strip_area, mark, (i, rows.len()), &view, sheet));
        }
    }
    // Before the first frame nobody knows the time.
    if window.end_ms > 0.0 {
        drop(draw_time_labels(area, &plot, window, &style, offset_min));
    }
}

/// Makes a grave state taller, and writes its name where there is room.
fn draw_mark<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    mark: &Mark,
    (row, rows): (usize, usize),
    view: &View<'_>,
    sheet: &CanvasSurface,
) -> Result<(), plotters::drawing::DrawingAreaErrorKind<DB::ErrorType>> {
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
    let needs = (mark.word.chars().count() as f64 + 1.5) * CHARACTER * sheet.ratio;
    let fits = f64::from(right - left) > needs;
    if !fits || f64::from(bottom - top) < FONT * sheet.ratio * 1.6 {
        return Ok(());
    }
    let font = FontDesc::new(
        FontFamily::Name("Inter, system-ui, sans-serif"),
        FONT * sheet.ratio,
        FontStyle::Normal,
    );
    let style = TextStyle {
        font,
        // Every colour of a state is legible on the surface, and so the surface on it.
        color: sheet.palette.surface.to_backend_color(),
        pos: Pos::new(HPos::Left, VPos::Center),
    };
    let x = left + (CHARACTER * sheet.ratio * 0.75) as i32;
    area.draw(&Text::new(
        mark.word.clone(),
        (x, (top + bottom) / 2),
        style,
    ))
}

/// Grave states have the colours of what is grave; the others their own, the first one calm.
fn color(value: f64, states: &[StateName], palette: &Palette) -> RGBColor {
    match model::meaning(states, value) {
        Some((_, state)) if state.level == LogLevel::Error => palette.bad,
        Some((_, state)) if state.level == LogLevel::Warn => palette.warn,
        Some((index, _)) => {
            let before = states[..index].iter();
            let nth = before.filter(|s| s.level == LogLevel::Info).count();
            match nth {
                0 => palette.ok,
                n => palette.series[(n - 1) * 2 % palette.series.len()],
            }
        }
        None => palette.series[4],
    }
}
