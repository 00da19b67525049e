//! State histories in a picture: a strip for each series, what it is, and its state at the end.

use charts::TimeWindow;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;
use telemetry::Unit;

use super::{Drawn, Room, Still};
use crate::format;
use crate::live::metric_query;
use crate::widgets::kinds::states::draw::{self, Mark, Row};
use crate::widgets::kinds::states::model::{self, Span, Strip};
use crate::widgets::render::canvas_surface::CanvasSurface;
use crate::widgets::render::chart_style::CONNECT_MS;
use crate::widgets::render::text_metrics::{Style, write};
use protocol::LogLevel;

const SIDE: u32 = 14;
/// Where strips begin, below the title.
const TOP: u32 = 34;
/// Lowest strip that can be read.
const LOWEST: u32 = 18;
/// Strips unless the widget says otherwise.
const ROWS: u32 = 12;
const PX: f64 = 12.0;

/// The strips of a widget.
pub struct Strips<'a> {
    still: &'a Still<'a>,
    strips: Vec<Strip>,
    unit: (Unit, bool),
}

impl<'a> Strips<'a> {
    /// Of the widget's series; none when nothing is known of them.
    pub fn new(still: &'a Still<'a>) -> Option<Strips<'a>> {
        let options = &still.widget.options;
        let span = Span {
            from_ms: still.to_ms - still.span_ms,
            to_ms: still.to_ms,
            connect_ms: if options.connect {
                f64::INFINITY
            } else {
                let steps = still.store.resolution().step_ms as f64 * 2.5;
                f64::from(options.connect_ms.unwrap_or(CONNECT_MS)).max(steps)
            },
        };
        let mut strips = model::strips(still.store, &still.widget.metrics, span);
        let room = still.size.1.saturating_sub(TOP) / LOWEST;
        strips.truncate(room.min(options.rows.unwrap_or(ROWS)) as usize);
        let first = still.widget.metrics.first()?;
        (!strips.is_empty()).then(|| Strips {
            still,
            strips,
            unit: metric_query::unit(still.store, first),
        })
    }

    /// Draws all of it.
    pub fn frame<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Drawn<DB> {
        let (shades, states) = (self.still.shades, &self.still.widget.options.states);
        let (width, height) = self.still.size;
        let side = width / 5;
        let room = Room {
            left: SIDE + side,
            top: TOP,
            width: width.saturating_sub(2 * (SIDE + side)).max(1),
            height: height.saturating_sub(TOP).max(1),
        };
        let sheet = CanvasSurface {
            size: (room.width, room.height),
            ratio: 1.0,
            palette: shades.palette,
        };
        let row = |strip: &Strip| Row {
            marks: strip
                .held
                .iter()
                .map(|held| Mark::of(held, states, self.word(held.value), &shades.palette))
                .collect(),
        };
        let rows: Vec<Row> = self.strips.iter().map(row).collect();
        let plot = draw::plot(&sheet);
        let (to, span) = (self.still.to_ms as f64, self.still.span_ms as f64);
        let window = TimeWindow::new(to, span, plot.width);
        let ahead = self.still.ahead_min.unwrap_or(0);
        draw::draw(&room.of(area), &sheet, &rows, &window, &|_| ahead);

        let label = Style::new(PX, shades.palette.text);
        let step = f64::from(plot.height) / self.strips.len() as f64;
        for (i, strip) in self.strips.iter().enumerate() {
            let y = f64::from(room.top + plot.top) + step * (i as f64 + 0.5);
            let words = label.fit(&strip.label, f64::from(side));
            write(area, &words, (SIDE as i32, y as i32), &label)?;
            let now = strip.now(to);
            let color = match now.map(|value| model::level(states, value)) {
                Some(LogLevel::Warn) => shades.palette.warn,
                Some(LogLevel::Error) => shades.palette.bad,
                Some(LogLevel::Info) => shades.ink,
                None => shades.palette.text,
            };
            let style = Style::new(PX, color).bold().right();
            let words = now.map_or_else(|| "not known".to_owned(), |value| self.word(value));
            let at = (width.saturating_sub(SIDE) as i32, y as i32);
            write(area, &style.fit(&words, f64::from(side)), at, &style)?;
        }
        Ok(())
    }

    fn word(&self, value: f64) -> String {
        match model::meaning(&self.still.widget.options.states, value) {
            Some((_, state)) => state.name.clone(),
            None => format::words(self.unit.0, self.unit.1, value),
        }
    }
}
