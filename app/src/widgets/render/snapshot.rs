//! What a widget looks like without a page: for reports, for chat, and for the moment before the
//! page's own code runs. Each kind draws itself, with the model and the drawing that its view uses,
//! on an SVG backend. Invariant: a snapshot has what the widget names, as the page shows it.

use charts::PlotRect;
use charts::svg::{layered, relative};
use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::Rectangle;
use plotters::style::Color;
use plotters_backend::DrawingBackend;

use super::canvas_surface::CanvasSurface;
use super::heading::{Entry, Heading};
use super::layer::SUBPIXEL;
use super::text_rows;
use super::theme::Theme;
use crate::live::Store;
use crate::widgets::state::empty_words;
use crate::widgets::{WITHHELD, is_withheld, kinds};
use protocol::{Annotation, LogRecord, TextNode, Widget};

/// What drawing on a backend returns.
pub type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;
/// What drawing a snapshot returns.
pub type SvgDrawn<T = ()> = Result<T, SvgError>;
/// What writing an SVG document reports.
pub type SvgError = DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>;
/// An SVG document, or a part of one.
pub type SvgArea<'s> = DrawingArea<SVGBackend<'s>, Shift>;

/// Device pixels in a device-independent one: a snapshot has no device yet.
pub const RATIO: f64 = 1.0;
/// Where a widget begins below its title.
pub const TOP: u32 = 34;
/// What a snapshot says that has nothing to show.
const NO_DATA: &str = "No data in this time";
/// From the edges to text.
pub const SIDE: u32 = 14;
/// Between a chart and the edges of its widget, as on the page.
pub const MARGIN: u32 = 6;

/// What there is to draw. Lengths are pixels.
pub struct Snapshot<'a> {
    /// The widget, with what this person may see of it.
    pub widget: &'a Widget,
    /// What its metrics did in the time that is drawn, and no more.
    pub store: &'a Store,
    /// What it says, of a text.
    pub words: &'a [TextNode],
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
    pub theme: &'a Theme,
    /// Minutes that times are ahead of UTC; without it no times are written.
    pub ahead_min: Option<i32>,
    /// Whether the chart alone is drawn, for a page that has the rest.
    pub bare: bool,
    /// Whether it is for somebody who is not signed in.
    pub is_guest: bool,
}

/// A snapshot while it is drawn: a frame of its whole size, and at most one plot over it, in which
/// pixels have parts so that lines are smooth.
pub struct Picture<'s> {
    /// The frame.
    pub area: SvgArea<'s>,
    plot: Option<(PlotRect, String)>,
}

/// A part of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// From the left edge.
    pub left: u32,
    /// From the upper edge.
    pub top: u32,
    /// Its width; at least 1.
    pub width: u32,
    /// Its height; at least 1.
    pub height: u32,
}

/// The SVG document of a snapshot.
///
/// # Errors
/// What writing reports.
pub fn svg(snapshot: &Snapshot<'_>) -> SvgDrawn<String> {
    let mut frame = String::new();
    let plot = {
        let area = SVGBackend::with_string(&mut frame, snapshot.size).into_drawing_area();
        let mut picture = Picture { area, plot: None };
        picture.draw(snapshot)?;
        picture.area.present()?;
        picture.plot
    };
    let whole = match plot {
        Some((rect, plot)) => layered(&frame, &plot, &rect, SUBPIXEL),
        None => frame,
    };
    // A first visit loads one for each chart: bytes count.
    Ok(if snapshot.bare {
        relative(&whole)
    } else {
        whole
    })
}

impl Snapshot<'_> {
    /// What stands there when there is nothing to show.
    pub fn no_data(&self) -> &str {
        empty_words(&self.widget.options).unwrap_or(NO_DATA)
    }

    /// What is drawn on, for a part of the picture.
    pub fn surface(&self, room: &Room) -> CanvasSurface {
        CanvasSurface {
            size: (room.width, room.height),
            ratio: RATIO,
            palette: self.theme.palette,
        }
    }
}

impl Picture<'_> {
    fn draw(&mut self, snapshot: &Snapshot<'_>) -> SvgDrawn {
        if !snapshot.bare {
            let (width, height) = snapshot.size;
            let all = [(0, 0), (width as i32, height as i32)];
            let surface = snapshot.theme.palette.surface;
            self.area.draw(&Rectangle::new(all, surface.filled()))?;
        }
        if is_withheld(snapshot.widget) {
            let words = match snapshot.is_guest {
                true => "Sign in to see more",
                false => WITHHELD,
            };
            return self.note(snapshot, words);
        }
        kinds::snapshot(snapshot, self)
    }

    /// Draws the title alone.
    ///
    /// # Errors
    /// What writing reports.
    pub fn title(&self, snapshot: &Snapshot<'_>) -> SvgDrawn {
        self.heading(snapshot, "", Vec::new()).map(drop)
    }

    /// Draws title, units and legend; what is left below them.
    ///
    /// # Errors
    /// What writing reports.
    pub fn heading(
        &self,
        snapshot: &Snapshot<'_>,
        units: &str,
        entries: Vec<Entry>,
    ) -> SvgDrawn<Room> {
        let heading = Heading::lay(snapshot, units, entries);
        let (side, top) = if snapshot.bare {
            (0, 0)
        } else {
            heading.draw(&self.area, snapshot)?;
            (MARGIN, heading.height())
        };
        let (width, height) = snapshot.size;
        Ok(Room {
            left: side,
            top,
            width: width.saturating_sub(2 * side).max(1),
            height: height.saturating_sub(top + side).max(1),
        })
    }

    /// Draws the title, and a sentence in the middle.
    ///
    /// # Errors
    /// What writing reports.
    pub fn note(&self, snapshot: &Snapshot<'_>, words: &str) -> SvgDrawn {
        self.title(snapshot)?;
        text_rows::draw(&self.area, &[text_rows::note(snapshot, words)])
    }

    /// Draws the title, and that there is nothing to show.
    ///
    /// # Errors
    /// What writing reports.
    pub fn no_data(&self, snapshot: &Snapshot<'_>) -> SvgDrawn {
        self.note(snapshot, snapshot.no_data())
    }

    /// Draws the plot, on an area that is [`SUBPIXEL`] times as large as `rect`.
    ///
    /// # Errors
    /// What writing reports.
    pub fn plot(
        &mut self,
        rect: PlotRect,
        draw: impl FnOnce(&SvgArea<'_>) -> SvgDrawn,
    ) -> SvgDrawn {
        let units = |px: u32| px.saturating_mul(SUBPIXEL.unsigned_abs());
        let mut plot = String::new();
        {
            let size = (units(rect.width), units(rect.height));
            let area = SVGBackend::with_string(&mut plot, size).into_drawing_area();
            draw(&area)?;
            area.present()?;
        }
        self.plot = Some((rect, plot));
        Ok(())
    }
}

impl Room {
    /// A plot within it, as seen from the whole picture.
    pub fn whole(&self, plot: PlotRect) -> PlotRect {
        PlotRect {
            left: self.left + plot.left,
            top: self.top + plot.top,
            ..plot
        }
    }

    /// The part of an area of the whole picture.
    pub fn of<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> DrawingArea<DB, Shift> {
        area.clone()
            .shrink((self.left, self.top), (self.width, self.height))
    }
}
