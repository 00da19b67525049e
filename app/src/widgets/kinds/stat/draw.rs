//! A stat on any backend: the small line of its recent past; and all of it as a snapshot.

use charts::{PlotRect, Scratch, Sparkline, TimeWindow, draw_sparkline};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;

use super::model::{self, Options, Stat};
use crate::live::Lines;
use crate::widgets::options::Connect;
use crate::widgets::render::layer::SUBPIXEL;
use crate::widgets::render::palette::Palette;
use crate::widgets::render::snapshot::{Drawn, Picture, RATIO, SIDE, Snapshot, SvgDrawn};
use crate::widgets::render::text_metrics::{TextStyle, write};
use protocol::LogLevel;

/// Width of the small line in device-independent pixels.
const LINE_PX: f64 = 1.5;
const VALUE_PX: f64 = 34.0;
const SYMBOL_PX: f64 = 16.0;
const BELOW_PX: f64 = 12.0;
/// Middles of the value and of what is below it.
const VALUE_Y: i32 = 54;
const BELOW_Y: i32 = 85;
/// Height of a further row below.
const ROW: i32 = 17;
/// Lowest small line that is worth drawing.
const LOWEST: u32 = 16;

/// The small line: its first line's recent past.
pub struct Spark<'a> {
    /// Of the first metric.
    pub lines: &'a Lines,
    /// Over which pauses it goes on.
    pub connect: Connect,
    /// Of the threshold that the value reached.
    pub level: Option<LogLevel>,
    /// Colours.
    pub palette: &'a Palette,
    /// Where it ends, in ms since the epoch.
    pub end_ms: i64,
    /// How much time it shows, in ms.
    pub span_ms: i64,
    /// Width and height in device pixels.
    pub size: (u32, u32),
    /// Device pixels in a device-independent one.
    pub ratio: f64,
}

impl Spark<'_> {
    /// Draws it, on an area that is [`SUBPIXEL`] times as large as it.
    ///
    /// # Errors
    /// What the backend reports.
    pub fn draw<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        scratch: &mut Scratch,
    ) -> Drawn<DB> {
        let Some(line) = self.lines.lines().first() else {
            return Ok(());
        };
        let end_ms = self.end_ms.min(self.lines.settled_ms()) as f64;
        let sparkline = Sparkline {
            points: &line.points,
            color: self.palette.value(self.level),
            width: LINE_PX * self.ratio,
            window: &TimeWindow::new(end_ms, self.span_ms as f64, self.size.0),
            height: self.size.1,
            connect_ms: self.connect.ms(self.lines.step_ms()),
            subpixel: SUBPIXEL,
        };
        draw_sparkline(area, scratch, &sparkline)
    }
}

/// The whole card.
///
/// # Errors
/// What writing reports.
pub fn snapshot(snapshot: &Snapshot<'_>, picture: &mut Picture<'_>) -> SvgDrawn {
    picture.title(snapshot)?;
    let stat = model::read(
        snapshot.widget,
        snapshot.store,
        snapshot.to_ms,
        snapshot.span_ms,
        "",
    );
    let below = below(&stat);
    words(snapshot, picture, &stat, &below)?;
    let Some(plot) = plot(snapshot.size, below.len()) else {
        return Ok(());
    };
    let metrics = &snapshot.widget.metrics;
    let mut lines = Lines::new(&metrics[..metrics.len().min(1)]);
    lines.update(snapshot.store);
    let spark = Spark {
        lines: &lines,
        connect: Options::of(&snapshot.widget.options).connect,
        level: stat.level,
        palette: &snapshot.theme.palette,
        end_ms: snapshot.to_ms,
        span_ms: snapshot.span_ms,
        size: (plot.width, plot.height),
        ratio: RATIO,
    };
    picture.plot(plot, |area| spark.draw(area, &mut Scratch::default()))
}

fn words(
    snapshot: &Snapshot<'_>,
    picture: &Picture<'_>,
    stat: &Stat,
    below: &[String],
) -> SvgDrawn {
    let (theme, side) = (snapshot.theme, SIDE as i32);
    let width = f64::from(snapshot.size.0) - 2.0 * f64::from(SIDE);
    let color = match stat.level {
        Some(level) if level > LogLevel::Info => theme.palette.level(level),
        _ => theme.ink,
    };
    let value = TextStyle::new(VALUE_PX, color).bold();
    let symbol = TextStyle::new(SYMBOL_PX, theme.palette.text).bold();
    write(&picture.area, &stat.value, (side, VALUE_Y), &value)?;
    // Digits of large values are set tight.
    let after = side + (value.width(&stat.value) * 0.98) as i32 + 5;
    write(&picture.area, stat.symbol, (after, VALUE_Y + 6), &symbol)?;
    let style = TextStyle::new(BELOW_PX, theme.palette.text);
    let mut y = BELOW_Y;
    for words in below {
        write(&picture.area, &style.fit(words, width), (side, y), &style)?;
        y += ROW;
    }
    Ok(())
}

/// Where the small line belongs: below all words, if there is room.
fn plot((width, height): (u32, u32), rows: usize) -> Option<PlotRect> {
    let top = (BELOW_Y + ROW * rows as i32 - ROW / 2) as u32;
    let left = height.saturating_sub(top);
    (left >= LOWEST && width > 0).then_some(PlotRect {
        left: 0,
        top,
        width,
        height: left,
    })
}

fn below(stat: &Stat) -> Vec<String> {
    let mark = if stat.level.is_some() { "▲ " } else { "" };
    let words = [format!("{mark}{}", stat.below), stat.change.clone()];
    words.into_iter().filter(|w| !w.is_empty()).collect()
}
