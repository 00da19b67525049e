//! A dashboard: a named layout of widgets, as a document with a version.

use serde::{Deserialize, Serialize};

use super::{Variable, Widget};

/// Columns of the grid.
pub const COLUMNS: u16 = 12;
/// Most rows of the grid.
pub const MAX_ROWS: u16 = 1_000;
/// Most widgets of a dashboard.
pub const MAX_WIDGETS: usize = 100;

/// A named layout of widgets.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    /// Name in addresses, never changed: `a-z`, `0-9` and `-`, at most 64 bytes.
    pub id: String,
    /// The heading of the page.
    pub title: String,
    /// What it is for, in a sentence or two; empty for none.
    #[serde(
        default,
        skip_serializing_if = "String::is_empty",
        deserialize_with = "crate::absent::or_default"
    )]
    pub description: String,
    /// Where lists put it; `/` parts a folder from the one within it. Empty for none.
    #[serde(
        default,
        skip_serializing_if = "String::is_empty",
        deserialize_with = "crate::absent::or_default"
    )]
    pub folder: String,
    /// Words by which lists find it, each once.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "crate::absent::or_default"
    )]
    pub tags: Vec<String>,
    /// Grows by one with every change that is saved; 0 for a document not saved yet.
    #[serde(default, deserialize_with = "crate::absent::or_default")]
    pub version: u64,
    /// What whoever looks at it chooses, in the order in which they are read.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "crate::absent::or_default"
    )]
    pub variables: Vec<Variable>,
    /// The widgets, in reading order.
    pub widgets: Vec<Widget>,
}

/// The place of a widget: whole cells of a grid of [`COLUMNS`] columns, from the top left.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GridPlace {
    /// First column, `0..COLUMNS`.
    pub x: u16,
    /// First row, from 0.
    pub y: u16,
    /// Columns taken, at least 1.
    pub w: u16,
    /// Rows taken, at least 1.
    pub h: u16,
}
