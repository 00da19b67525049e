//! One large value in a picture, what it means below it, and its recent past as a small line.

use std::cell::RefCell;

use charts::{PlotRect, Scratch, Sparkline, TimeWindow, draw_sparkline};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;

use super::{Drawn, Still};
use crate::live::Lines;
use crate::widgets::kinds::stat::{self, Shown};
use crate::widgets::render::chart_style::CONNECT_MS;
use crate::widgets::render::text_metrics::{Style, write};
use protocol::LogLevel;

const SIDE: i32 = 14;
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

/// A card.
pub struct Card<'a> {
    still: &'a Still<'a>,
    shown: Shown,
    lines: Lines,
    scratch: RefCell<Scratch>,
}

impl<'a> Card<'a> {
    /// Reads the value.
    pub fn new(still: &'a Still<'a>) -> Card<'a> {
        let metrics = &still.widget.metrics;
        let mut lines = Lines::new(&metrics[..metrics.len().min(1)]);
        lines.update(still.store);
        Card {
            still,
            shown: stat::read(still.widget, still.store, still.to_ms, still.span_ms),
            lines,
            scratch: RefCell::default(),
        }
    }

    /// Where the small line belongs: below all words, if there is room.
    pub fn plot(&self) -> Option<PlotRect> {
        let (width, height) = self.still.size;
        let top = (BELOW_Y + ROW * self.rows() - ROW / 2) as u32;
        let left = height.saturating_sub(top);
        (left >= LOWEST && width > 0).then_some(PlotRect {
            left: 0,
            top,
            width,
            height: left,
        })
    }

    /// Draws the words.
    pub fn frame<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Drawn<DB> {
        let shades = self.still.shades;
        let width = f64::from(self.still.size.0) - 2.0 * f64::from(SIDE);
        let color = match self.shown.level {
            Some(LogLevel::Warn) => shades.palette.warn,
            Some(LogLevel::Error) => shades.palette.bad,
            _ => shades.ink,
        };
        let value = Style::new(VALUE_PX, color).bold();
        let symbol = Style::new(SYMBOL_PX, shades.palette.text).bold();
        write(area, &self.shown.value, (SIDE, VALUE_Y), &value)?;
        // Digits of large values are set tight.
        let after = SIDE + (value.width(&self.shown.value) * 0.98) as i32 + 5;
        write(area, self.shown.symbol, (after, VALUE_Y + 6), &symbol)?;
        let below = Style::new(BELOW_PX, shades.palette.text);
        let mut y = BELOW_Y;
        for words in self.below() {
            write(area, &below.fit(&words, width), (SIDE, y), &below)?;
            y += ROW;
        }
        Ok(())
    }

    /// Draws the small line.
    pub fn ink<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        subpixel: i32,
    ) -> Drawn<DB> {
        let (Some(line), Some(plot)) = (self.lines.lines().first(), self.plot()) else {
            return Ok(());
        };
        let palette = &self.still.shades.palette;
        let end_ms = self.still.to_ms.min(self.lines.settled_ms()) as f64;
        let connect_ms = self.still.widget.options.connect_ms.unwrap_or(CONNECT_MS);
        let sparkline = Sparkline {
            points: &line.points,
            color: match self.shown.level {
                Some(LogLevel::Error) => palette.bad,
                Some(LogLevel::Warn) => palette.warn,
                _ => palette.series[0],
            },
            width: 1.5,
            window: &TimeWindow::new(end_ms, self.still.span_ms as f64, plot.width),
            height: plot.height,
            connect_ms: f64::from(connect_ms).max(self.lines.step_ms() as f64 * 2.5),
            subpixel,
        };
        draw_sparkline(area, &mut self.scratch.borrow_mut(), &sparkline)
    }

    fn rows(&self) -> i32 {
        self.below().count() as i32
    }

    fn below(&self) -> impl Iterator<Item = String> {
        let mark = if self.shown.level.is_some() {
            "▲ "
        } else {
            ""
        };
        let words = format!("{mark}{}", self.shown.below);
        [words, self.shown.change.clone()]
            .into_iter()
            .filter(|words| !words.is_empty())
    }
}
