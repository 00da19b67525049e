//! A gauge in a picture: an arc up to the value, and the value in its middle.

use std::cell::RefCell;

use charts::{Gauge, PlotRect, Scratch, draw_gauge};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::text_anchor::HPos;
use plotters_backend::DrawingBackend;

use super::{Drawn, Still};
use crate::widgets::kinds::gauge::{self, Shown};
use crate::widgets::render::text_metrics::{Style, write};

/// Where the arc begins, below the title.
const TOP: u32 = 34;
const MARGIN: u32 = 6;
const BELOW_PX: f64 = 12.0;
/// Half of the distance between the words for both ends, as a share of the arc's size.
const APART: f64 = 0.42;

/// A gauge.
pub struct Dial<'a> {
    still: &'a Still<'a>,
    shown: Shown,
    scratch: RefCell<Scratch>,
}

impl<'a> Dial<'a> {
    /// Reads the value.
    pub fn new(still: &'a Still<'a>) -> Dial<'a> {
        Dial {
            still,
            shown: gauge::read(still.store, still.widget, still.to_ms),
            scratch: RefCell::default(),
        }
    }

    /// Where the arc belongs.
    pub fn plot(&self) -> PlotRect {
        let (width, height) = self.still.size;
        let top = if self.still.bare { 0 } else { TOP };
        let below = MARGIN + (BELOW_PX * 1.5) as u32;
        PlotRect {
            left: MARGIN,
            top,
            width: width.saturating_sub(2 * MARGIN).max(1),
            height: height.saturating_sub(top + below).max(1),
        }
    }

    /// Draws the words.
    pub fn frame<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Drawn<DB> {
        let (shades, plot, shown) = (self.still.shades, self.plot(), &self.shown);
        let centered = |style: Style| Style {
            anchor: HPos::Center,
            ..style
        };
        let middle = (plot.left + plot.width / 2) as i32;
        let size = f64::from(plot.height.min(plot.width));
        let px = (size * 0.2).clamp(12.0, 34.0);
        let color = match &shown.passed {
            Some((level, _)) => gauge::color(&shades.palette, Some(*level)),
            None => shades.ink,
        };
        let value = centered(Style::new(px, color).bold());
        let words = match (shown.value.is_finite(), shown.symbol) {
            (false, _) => "–".to_owned(),
            (true, "") => shown.number.clone(),
            (true, symbol) => format!("{}\u{202f}{symbol}", shown.number),
        };
        let y = (plot.top + plot.height * 11 / 20) as i32;
        write(area, &words, (middle, y), &value)?;
        let below = centered(Style::new(BELOW_PX, shades.palette.text));
        let y = (plot.top + plot.height) as i32 + (BELOW_PX * 0.75) as i32;
        if let Some((_, words)) = &shown.passed {
            let words = below.fit(&format!("▲ {words}"), f64::from(plot.width));
            return write(area, &words, (middle, y), &below);
        }
        let apart = (size * APART) as i32;
        let [low, high] = &shown.ends;
        write(area, low, (middle - apart, y), &below)?;
        write(area, high, (middle + apart, y), &below)
    }

    /// Draws the arc.
    pub fn ink<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        subpixel: i32,
    ) -> Drawn<DB> {
        let (palette, plot, shown) = (&self.still.shades.palette, self.plot(), &self.shown);
        let thresholds = self.still.widget.options.thresholds.iter();
        let thresholds: Vec<_> = thresholds
            .map(|threshold| (threshold.at, gauge::color(palette, Some(threshold.level))))
            .collect();
        let arc = Gauge {
            min: shown.min,
            max: shown.max,
            value: shown.value,
            thresholds: &thresholds,
            color: gauge::color(palette, shown.passed.as_ref().map(|passed| passed.0)),
            track: palette.grid,
            size: (plot.width, plot.height),
            subpixel,
        };
        draw_gauge(area, &mut self.scratch.borrow_mut(), &arc)
    }
}
