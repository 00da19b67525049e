//! What the server puts into the first page, so that the page is whole before any request.

use serde::{Deserialize, Serialize};

use super::{Dashboard, Me, Metric, Preferences};

/// Everything the first render needs. The same on the server and in the browser: no time, no
/// locale and nothing random belongs here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boot {
    /// Who asks.
    pub me: Me,
    /// The visible part of the metric list, as far as it is shown.
    #[serde(with = "super::definitions")]
    pub metrics: Vec<Metric>,
    /// The dashboard that opens.
    pub dashboard: Dashboard,
    /// What this person changed over it.
    pub preferences: Preferences,
}
