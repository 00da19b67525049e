//! What became of what somebody cleared up.

use serde::{Deserialize, Serialize};

/// The answer of `DELETE /api/admin/series` and `DELETE /api/annotations`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleared {
    /// How many are gone.
    pub removed: usize,
    /// How many are still there: series that are sent at this moment, or annotations that did not fit
    /// into one request.
    pub left: usize,
}
