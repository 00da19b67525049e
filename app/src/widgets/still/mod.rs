//! What a widget looks like without a page: for reports, for chat, and for the moment before the
//! page's own code runs. Pure, on any backend.
//!
//! Invariant: a picture has what the widget names, as the page shows it: data are drawn by the same
//! functions, numbers written in the same words.

mod buckets;
mod card;
mod chart;
mod dial;
mod rows;
mod strips;

pub use super::render::theme::{DARK, LIGHT, Shades};

use charts::PlotRect;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::Rectangle;
use plotters::style::Color;
use plotters_backend::DrawingBackend;

use super::is_withheld;
use super::render::heading::Heading;
use crate::live::Store;
use protocol::{Annotation, LogRecord, Widget, WidgetKind};

/// What drawing returns.
pub(crate) type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Between a chart and the edges of its widget, as on the page.
const MARGIN: u32 = 6;

/// What there is to draw. Lengths are pixels.
pub struct Still<'a> {
    /// The widget, with what this person may see of it.
    pub widget: &'a Widget,
    /// What its metrics did in the time that is drawn, and no more.
    pub store: &'a Store,
    /// Recent events, newest first.
    pub recent: &'a [LogRecord],
    /// Annotations, in any order.
    pub annotations: &'a [Annotation],
    /// Labels of lines that are switched off.
    pub off: &'a [String],
    /// Where it ends, in ms since the epoch.
    pub to_ms: i64,
    /// How much time it shows, in ms.
    pub span_ms: i64,
    /// Width and height.
    pub size: (u32, u32),
    /// Colours.
    pub shades: &'a Shades,
    /// Minutes that times are ahead of UTC; without it no times are written.
    pub ahead_min: Option<i32>,
    /// Whether the chart alone is drawn, for a page that has the rest.
    pub bare: bool,
}

/// A picture, laid out.
pub struct Picture<'a> {
    still: &'a Still<'a>,
    heading: Heading,
    body: Body<'a>,
}

enum Body<'a> {
    Chart(Box<chart::Chart<'a>>),
    Card(card::Card<'a>),
    Dial(dial::Dial<'a>),
    Histogram(buckets::Histogram<'a>),
    Heat(buckets::Heat<'a>),
    Strips(strips::Strips<'a>),
    Rows(Vec<rows::Row>),
}

impl<'a> Picture<'a> {
    /// Lays `still` out.
    pub fn of(still: &'a Still<'a>) -> Picture<'a> {
        let widget = still.widget;
        let plain = || Heading::lay(still, "", Vec::new());
        if is_withheld(widget) {
            let words = "Not visible for your role. An admin can change that.";
            return Picture {
                still,
                heading: plain(),
                body: Body::Rows(rows::note(still, words)),
            };
        }
        let (heading, body) = match widget.kind {
            WidgetKind::Line | WidgetKind::Area | WidgetKind::Bar => {
                let mut chart = chart::Chart::new(still);
                let (units, entries) = chart.legend();
                let heading = Heading::lay(still, &units, entries);
                chart.place(room(still, &heading));
                (heading, Body::Chart(Box::new(chart)))
            }
            WidgetKind::Histogram => match buckets::Histogram::new(still) {
                Some(mut histogram) => {
                    let (units, entries) = histogram.legend();
                    let heading = Heading::lay(still, &units, entries);
                    histogram.place(room(still, &heading));
                    (heading, Body::Histogram(histogram))
                }
                None => (plain(), Body::Rows(rows::nothing(still))),
            },
            WidgetKind::Heatmap => match buckets::Heat::new(still) {
                Some(mut heat) => {
                    let heading = Heading::lay(still, heat.symbol(), Vec::new());
                    heat.place(room(still, &heading));
                    (heading, Body::Heat(heat))
                }
                None => (plain(), Body::Rows(rows::nothing(still))),
            },
            WidgetKind::Stat => (plain(), Body::Card(card::Card::new(still))),
            WidgetKind::Gauge => (plain(), Body::Dial(dial::Dial::new(still))),
            WidgetKind::Events => (plain(), Body::Rows(rows::events(still))),
            WidgetKind::Table => (plain(), Body::Rows(rows::table(still))),
            WidgetKind::Text => (plain(), Body::Rows(rows::text(still))),
            WidgetKind::States => (
                plain(),
                match strips::Strips::new(still) {
                    Some(strips) => Body::Strips(strips),
                    None => Body::Rows(rows::nothing(still)),
                },
            ),
        };
        Picture {
            still,
            heading,
            body,
        }
    }

    /// Where [`Picture::ink`] belongs; none when all is in the frame.
    pub fn plot(&self) -> Option<PlotRect> {
        match &self.body {
            Body::Chart(chart) => Some(chart.plot()),
            Body::Card(card) => card.plot(),
            Body::Dial(dial) => Some(dial.plot()),
            Body::Heat(heat) => Some(heat.plot()),
            Body::Histogram(_) | Body::Strips(_) | Body::Rows(_) => None,
        }
    }

    /// Draws everything but the plot, on an area of the whole size.
    ///
    /// # Errors
    /// What the backend reports.
    pub fn frame<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Drawn<DB> {
        let (width, height) = self.still.size;
        if !self.still.bare {
            let all = [(0, 0), (width as i32, height as i32)];
            let surface = self.still.shades.palette.surface;
            area.draw(&Rectangle::new(all, surface.filled()))?;
            self.heading.draw(area, self.still)?;
        }
        match &self.body {
            Body::Chart(chart) => chart.frame(area),
            Body::Card(card) => card.frame(area),
            Body::Dial(dial) => dial.frame(area),
            Body::Histogram(histogram) => histogram.frame(area),
            Body::Heat(heat) => heat.frame(area),
            Body::Strips(strips) => strips.frame(area),
            Body::Rows(rows) => rows::draw(area, rows),
        }
    }

    /// Draws what is in the plot, on an area that is `subpixel` times as large as it.
    ///
    /// # Errors
    /// What the backend reports.
    pub fn ink<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        subpixel: i32,
    ) -> Drawn<DB> {
        match &self.body {
            Body::Chart(chart) => chart.ink(area, subpixel),
            Body::Card(card) => card.ink(area, subpixel),
            Body::Dial(dial) => dial.ink(area, subpixel),
            Body::Heat(heat) => heat.ink(area, subpixel),
            Body::Histogram(_) | Body::Strips(_) | Body::Rows(_) => Ok(()),
        }
    }
}

/// A part of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Room {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

impl Room {
    /// A plot within it, as seen from the whole picture.
    fn whole(&self, plot: PlotRect) -> PlotRect {
        PlotRect {
            left: self.left + plot.left,
            top: self.top + plot.top,
            ..plot
        }
    }

    /// The part of an area of the whole picture.
    fn of<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> DrawingArea<DB, Shift> {
        area.clone()
            .shrink((self.left, self.top), (self.width, self.height))
    }
}

/// What is left below the heading.
fn room(still: &Still<'_>, heading: &Heading) -> Room {
    let (width, height) = still.size;
    let (side, top) = if still.bare {
        (0, 0)
    } else {
        (MARGIN, heading.height())
    };
    Room {
        left: side,
        top,
        width: width.saturating_sub(2 * side).max(1),
        height: height.saturating_sub(top + side).max(1),
    }
}
