//! How widgets are drawn: canvases and their layers in the page, styles, colours, and text where
//! there is no page. Invariant: what draws data is generic over the backend, so that page and
//! server draw the same.

pub mod axes_layer;
pub mod canvas_backend;
pub mod canvas_surface;
pub mod chart_renderer;
pub mod chart_style;
pub mod data_layer;
pub mod heading;
pub mod layer;
pub mod marks;
pub mod palette;
pub mod plot_geometry;
pub mod redraw;
pub mod scene;
pub mod snapshot;
pub mod text_metrics;
pub mod text_rows;
pub mod theme;
