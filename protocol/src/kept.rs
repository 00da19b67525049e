//! What the page keeps in the browser, or gives to the clipboard: read again by a later page, maybe of another
//! build.

use serde::{Deserialize, Serialize};

use super::{Dashboard, Widget};

/// Edits of a dashboard that are not saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// When the last of them was made, in ms since the epoch.
    pub at_ms: f64,
    /// The document that they began with.
    pub base: Dashboard,
    /// The document with them.
    pub edited: Dashboard,
}

/// A [`Draft`] as the list of them knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftEntry {
    /// Id of the dashboard.
    pub id: String,
    /// When it was kept, in ms since the epoch.
    pub at_ms: f64,
    /// How long it is as JSON.
    pub bytes: usize,
}

/// Widgets as they stand on the clipboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopiedWidgets {
    /// In reading order.
    pub widgets: Vec<Widget>,
}
