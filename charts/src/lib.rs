//! Scales, decimation and drawing of live charts, on any plotters backend.
//!
//! # Two layers
//!
//! A chart is two canvases, one on the other. The *axes layer* holds grid lines and labels
//! ([`draw_grid`], [`draw_time_labels`]) and changes when a scale or a size does. The *data layer*
//! covers exactly the plot rectangle and holds the lines ([`draw_series`]). When time goes on, the
//! data layer is not drawn anew: it is shifted left by whole device pixels, and only a strip at its
//! right is cleared and drawn, clipped. [`plan()`] says by how much and from where. The result is, to
//! the pixel, the picture of a full redraw.
//!
//! # Absolute pixel columns
//!
//! What makes that exact: a point's column is `t / ms_per_px`, counted from the epoch and not from
//! the window's left edge, and the window's edges are whole columns ([`TimeWindow`]). Whatever is
//! decided per column (rounding, decimation, dashes) is therefore decided the same way wherever the
//! window stands, and a shift by the difference of two right edges moves every point exactly.
//!
//! # Units
//!
//! Times are milliseconds since the epoch, lengths are device pixels. Backends take whole numbers;
//! a backend that divides its coordinates by `subpixel` again gives smooth lines, and the functions
//! that draw lines multiply by it ([`View::subpixel`]).
//!
//! Nothing here reads a clock, touches a page or keeps state between calls but [`Scratch`], whose
//! buffers are reused.

pub mod axes;
mod dash;
pub mod decimate;
pub mod plan;
pub mod scale;
pub mod series;
pub mod sparkline;
pub mod ticks;
pub mod time;

pub use axes::{AxisStyle, PlotRect, draw_grid, draw_time_labels, label_width};
pub use decimate::Point;
pub use plan::{Frame, Plan, plan, settled_ms};
pub use plotters::style::RGBColor;
pub use scale::{Base, Bounds, ValueScale};
pub use series::{Scratch, Series, View, draw_series};
pub use sparkline::{Sparkline, draw_sparkline};
pub use time::TimeWindow;
