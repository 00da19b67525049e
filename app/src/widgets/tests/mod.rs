//! Widgets of every kind, as they are first seen and as pictures.

mod pictures;
mod views;
