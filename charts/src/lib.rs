//! Scales, decimation and drawing of live charts, on any plotters backend.
//!
//! # What there is
//!
//! | to show | draw | on |
//! |---|---|---|
//! | values on an axis: linear, logarithmic, a second at the right | [`draw_grid`], [`draw_value_labels_right`] | axes |
//! | time, names of rows | [`draw_time_labels`], [`draw_row_labels`] | axes |
//! | thresholds | [`draw_thresholds`] | axes |
//! | lines: straight or in steps, dashed, dimmed, with an area, with a band | [`draw_series`] | data |
//! | areas on top of each other | [`draw_stacked`]; [`stack()`] has the sums | data |
//! | bars over time, side by side or stacked | [`draw_bars`] | data |
//! | counts by bucket over time | [`draw_heatmap`] | data |
//! | which state held when | [`draw_states`] | data |
//! | moments | [`draw_marks`], [`draw_edge_marks`] | either |
//! | spans of time | [`draw_shades`] | data |
//! | counts by bucket now | [`draw_histogram`] | one layer |
//! | one value now | [`draw_gauge`], [`draw_sparkline`] | one layer |
//!
//! [`ValueScale`] and [`TimeWindow`] say where values and times are, [`PlotRect`] where the plot is,
//! [`View`] all of it; [`plan()`] what to draw anew, [`Thinned`] what of many points many stretches need, [`ramp()`] what is between two colours, and
//! [`svg::layered`] puts two layers into one picture.
//!
//! # Two layers
//!
//! A chart is two canvases, one on the other. The *axes layer* holds grid lines and labels
//! ([`draw_grid`], [`draw_time_labels`]) and changes when a scale or a size does. The *data layer*
//! covers exactly the plot rectangle and holds the lines ([`draw_series`]). When time goes on, the
//! data layer is not drawn anew: it is shifted left by whole device pixels, and only a strip at its
//! right is cleared and drawn. [`plan()`] says by how much and from where, and [`stretches()`] in
//! which parts, each clipped to itself, a strip and the whole layer alike. The result is, to the
//! pixel, the picture of a full redraw: both have the same paths with the same clip.
//!
//! # Absolute pixel columns
//!
//! What makes that exact: a point's column is `t / ms_per_px`, counted from the epoch and not from
//! the window's left edge, and the window's edges are whole columns ([`TimeWindow`]). Whatever is
//! decided per column (rounding, decimation, dashes, cuts of areas) is therefore the same wherever the
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
pub mod band;
pub mod bars;
pub mod civil;
mod dash;
pub mod decimate;
pub mod gauge;
pub mod heat;
pub mod histogram;
mod ink;
pub mod marks;
pub mod order;
pub mod plan;
pub mod plot;
mod ramp;
mod ribbon;
pub mod scale;
pub mod series;
pub mod sparkline;
pub mod stack;
pub mod stacked;
pub mod states;
pub mod svg;
mod text;
mod thin;
pub mod ticks;
pub mod time;
pub mod view;

pub use axes::{
    TimeLabel, draw_grid, draw_time_label, draw_time_labels, draw_value_labels_right, time_labels,
};
pub use band::Band;
pub use bars::{Bars, draw_bars};
pub use dash::PATTERNS;
pub use decimate::{Point, decimate};
pub use gauge::{Gauge, draw_gauge};
pub use heat::{Heat, draw_heatmap};
pub use histogram::{Histogram, draw_histogram};
pub use marks::{Mark, ThresholdLine, draw_edge_marks, draw_marks, draw_shades, draw_thresholds};
pub use plan::{Frame, Plan, plan, settled_ms};
pub use plot::{AxisStyle, Gutters, PlotRect, label_width};
pub use plotters::style::RGBColor;
pub use ramp::{ramp, seen};
pub use scale::{Base, Bounds, Mode, ValueScale};
pub use series::{Scratch, Series, draw_series};
pub use sparkline::{Sparkline, draw_sparkline};
pub use stack::{Stack, stack};
pub use stacked::draw_stacked;
pub use states::{Span, StateRow, draw_row_labels, draw_states};
pub use text::FONT;
pub use thin::Thinned;
pub use time::{TimeWindow, stretches};
pub use view::View;
