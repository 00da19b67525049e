//! What charts look like, pixel by pixel, on a rasteriser of their own.

mod gauge;
mod hatch;
mod incremental;
mod ink;
mod kinds;
mod painter;
mod raster;
