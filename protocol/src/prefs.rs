//! What one person changed over the defaults: one document for the person, and one for each
//! dashboard. Neither ever changes the dashboard.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::GridPlace;
use super::variables::Choices;

/// `GET, PUT /api/preferences`: what holds for every dashboard of a person. Saving over a newer
/// version is rejected with 409.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Preferences {
    /// Grows by one with every save; 0 before the first.
    #[serde(deserialize_with = "crate::absent::or_default")]
    pub version: u64,
    /// How much time the charts show, in seconds; without it five minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range_s: Option<u32>,
    /// In which zone times are written: `utc` or a name such as `Europe/Vienna`; without it the
    /// browser's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Id of the dashboard that opens first; without it that of the person's roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// Ids of the dashboards that lists begin with; without it that of the person's roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<String>>,
    /// Categories that lists leave out, empty for none; without it those that the person's roles mute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted: Option<Vec<String>>,
}

/// `GET, PUT /api/preferences/{dashboard}`: what one person changed about one dashboard. A version
/// of its own: saving over a newer one is rejected with 409, and touches no other dashboard.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DashboardPreferences {
    /// Grows by one with every save; 0 before the first.
    #[serde(deserialize_with = "crate::absent::or_default")]
    pub version: u64,
    /// By widget id; only widgets that differ from the dashboard.
    #[serde(deserialize_with = "crate::absent::entries")]
    pub widgets: BTreeMap<String, WidgetOverride>,
    /// What the person chose last of the dashboard's variables.
    #[serde(
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "crate::absent::entries"
    )]
    pub variables: Choices,
}

/// What one person changed about one widget.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WidgetOverride {
    /// Replaces the place that the dashboard gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<GridPlace>,
    /// Position among the widgets on a narrow screen, which shows them one below the other; without
    /// it as they are read on a wide one. It moves nothing there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrow: Option<u16>,
    /// Whether it is hidden.
    #[serde(
        skip_serializing_if = "std::ops::Not::not",
        deserialize_with = "crate::absent::or_default"
    )]
    pub hidden: bool,
    /// Labels of the lines that are switched off.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "crate::absent::or_default"
    )]
    pub off: Vec<String>,
    /// Whether the y axis goes by powers of ten, whatever the dashboard says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<bool>,
    /// Whether lines have a band from smallest to largest, whatever the dashboard says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band: Option<bool>,
}

impl WidgetOverride {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
