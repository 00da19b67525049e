//! What holds for people of a role until they choose otherwise.

use serde::{Deserialize, Serialize};

/// Most categories that are muted.
pub const MAX_MUTED: usize = 100;

/// What an admin sets for the people of a role. Each field is replaced by that of a person's own
/// preferences, where they have one.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleDefaults {
    /// Id of the dashboard that opens first; without one the System dashboard. One that is removed
    /// later is passed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// Ids of the dashboards that lists begin with, in this order; the others follow by id. Each
    /// stands there once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order: Vec<String>,
    /// Categories of metrics that the list of metrics and lists of events leave out until somebody
    /// asks for them. Each stands there once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub muted: Vec<String>,
}

impl RoleDefaults {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.home.is_none() && self.order.is_empty() && self.muted.is_empty()
    }
}
