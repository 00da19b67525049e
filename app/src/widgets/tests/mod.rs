//! Widgets of every kind, as they are first seen and as pictures.

mod guests;
mod pictures;
mod views;
