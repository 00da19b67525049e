//! What a person does with widgets: pointer and keys, the shared cursor, legend, tooltip, menu, full
//! screen. Invariant: none of it changes a dashboard; what is kept is the person's own.

pub mod actions;
pub mod cursor;
pub mod fullscreen;
pub mod gesture;
pub mod legend;
pub mod menu;
pub mod overlay;
pub mod pointer;
pub mod read_out;
#[cfg(test)]
mod tests;
pub mod tooltip;
#[cfg(test)]
mod view_tests;
