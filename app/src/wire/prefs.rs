//! What one person changed over a dashboard's defaults. It never changes the dashboard.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Place;

/// A person's own document, with a version: saving over a newer one answers 409.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// Grows by one with every save; 0 before the first.
    pub version: u64,
    /// By dashboard id, then by widget id.
    pub widgets: BTreeMap<String, BTreeMap<String, PlaceOverride>>,
    /// How much time the charts show, in seconds; without it five minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range_s: Option<u32>,
}

/// What changed about one widget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceOverride {
    /// Where it stands instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Whether it is hidden.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}
