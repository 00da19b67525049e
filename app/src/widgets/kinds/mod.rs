//! The kinds of widgets, one folder each.

pub mod events;
pub mod gauge;
pub mod heatmap;
pub mod histogram;
pub mod stat;
pub mod states;
pub mod table;
pub mod text;
