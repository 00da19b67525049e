//! What lines, areas and bars over time share: one model, one drawing, one view. A kind gives them
//! its shape and its options.

pub mod chart_controller;
mod draw;
mod model;
pub mod points;
mod points_table;
#[cfg(test)]
mod tests;
mod text_alternative;
mod view;

pub use draw::snapshot;
pub use model::Reading;
pub use view::view;
