//! A gauge in a picture: an arc up to the value, and the value in its middle.

use std::cell::RefCell;

use charts::{Gauge, PlotRect, Scratch, draw_gauge};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::text_anchor::HPos;
use plotters_backend::DrawingBackend;
use telemetry::{Dimension, Unit};

use super::words::{Style, write};
use super::{Drawn, Still};
use crate::format;
use crate::live::reading;
use crate::widgets::stat::{self, Shown};
use crate::wire::LogLevel;

/// Where the arc begins, below the title.
const TOP: u32 = 34;
const MARGIN: u32 = 6;
const BELOW_PX: f64 = 12.0;

/// A gauge.
pub struct Dial<'a> {
    still: &'a Still<'a>,
    shown: Shown,
    value: f64,
    ends: (f64, f64),
    scratch: RefCell<Scratch>,
}

impl<'a> Dial<'a> {
    /// Reads the value; without ends of its own a share goes to 100 %, all else to the largest
    /// value or threshold.
    pub fn new(still: &'a Still<'a>) -> Dial<'a> {
        let options = &still.widget.options;
        let (mut value, mut unit) = (f64::NAN, Unit::None);
        if let Some(first) = still.widget.metrics.first() {
            let seconds = options.window_s.unwrap_or(stat::WINDOW_S);
            value = reading::stat(still.store, first, seconds, still.to_ms);
            unit = reading::unit(still.store, first).0;
        }
        let thresholds = options.thresholds.iter().map(|threshold| threshold.at);
        let usual = match unit {
            unit if unit.dimension() == Dimension::Share => {
                Unit::Percent.factor_to(unit).map_or(100.0, |f| 100.0 * f)
            }
            _ => thresholds.fold(value, f64::max),
        };
        Dial {
            still,
            shown: stat::read(still.widget, still.store, still.to_ms, still.span_ms),
            value,
            ends: (options.min.unwrap_or(0.0), options.max.unwrap_or(usual)),
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
        let (shades, plot) = (self.still.shades, self.plot());
        let centered = |style: Style| Style {
            anchor: HPos::Center,
            ..style
        };
        let middle = (plot.left + plot.width / 2) as i32;
        let px = (f64::from(plot.height.min(plot.width)) * 0.2).clamp(12.0, 34.0);
        let value = centered(Style::new(px, shades.ink).bold());
        let words = match self.shown.symbol {
            "" => self.shown.value.clone(),
            symbol => format!("{}\u{202f}{symbol}", self.shown.value),
        };
        let y = (plot.top + plot.height * 11 / 20) as i32;
        write(area, &words, (middle, y), &value)?;
        let below = centered(Style::new(BELOW_PX, shades.palette.text));
        let y = (plot.top + plot.height) as i32 + (BELOW_PX * 0.75) as i32;
        let mark = if self.shown.level.is_some() {
            "▲ "
        } else {
            ""
        };
        let said = match (&*self.shown.below, self.ends.1.is_finite()) {
            ("", true) => {
                let first = self.still.widget.metrics.first();
                let unit = first.map(|first| reading::unit(self.still.store, first));
                let (unit, per_second) = unit.unwrap_or((Unit::None, false));
                let [low, high] =
                    [self.ends.0, self.ends.1].map(|end| format::words(unit, per_second, end));
                format!("{low} to {high}")
            }
            (below, _) => format!("{mark}{below}"),
        };
        let said = below.fit(&said, f64::from(plot.width));
        write(area, &said, (middle, y), &below)
    }

    /// Draws the arc.
    pub fn ink<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        subpixel: i32,
    ) -> Drawn<DB> {
        let (shades, plot) = (self.still.shades, self.plot());
        let thresholds = self.still.widget.options.thresholds.iter();
        let thresholds: Vec<_> = thresholds
            .map(|threshold| (threshold.at, shades.palette.level(threshold.level)))
            .collect();
        let gauge = Gauge {
            min: self.ends.0,
            max: self.ends.1,
            value: self.value,
            thresholds: &thresholds,
            color: match self.shown.level {
                Some(LogLevel::Error) => shades.palette.bad,
                Some(LogLevel::Warn) => shades.palette.warn,
                _ => shades.palette.series[0],
            },
            track: shades.palette.grid,
            size: (plot.width, plot.height),
            subpixel,
        };
        draw_gauge(area, &mut self.scratch.borrow_mut(), &gauge)
    }
}
