//! Declarations that own what they say, as a document has them.
//!
//! Invariant: as JSON they are what they are in a [`Contract`](super::Contract); what is empty is
//! not written.

use serde::{Deserialize, Serialize};

use super::EventSpec;
use crate::Unit;

/// An [`EventSpec`] that owns what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredEvent {
    /// Dotted name.
    pub name: String,
    /// What happened.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// Numbers that it may carry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<DeclaredMeasurement>,
    /// Metadata keys that it may carry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<DeclaredKey>,
}

/// One number that an event may carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredMeasurement {
    /// Its key.
    pub name: String,
    /// What it is measured in.
    #[serde(default)]
    pub unit: Unit,
    /// What it means.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

/// One metadata key that an event may carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredKey {
    /// The key.
    pub name: String,
    /// What its values mean.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
}

impl DeclaredEvent {
    /// The measurement of that name.
    pub fn measurement(&self, name: &str) -> Option<&DeclaredMeasurement> {
        self.measurements.iter().find(|found| found.name == name)
    }

    /// Whether it may carry this metadata key.
    pub fn has_key(&self, name: &str) -> bool {
        self.metadata.iter().any(|found| found.name == name)
    }
}

impl From<&EventSpec> for DeclaredEvent {
    fn from(spec: &EventSpec) -> DeclaredEvent {
        let measurements = spec.measurements.iter();
        let metadata = spec.metadata.iter();
        DeclaredEvent {
            name: spec.name.to_owned(),
            doc: spec.doc.to_owned(),
            measurements: measurements
                .map(|measurement| DeclaredMeasurement {
                    name: measurement.name.to_owned(),
                    unit: measurement.unit,
                    doc: measurement.doc.to_owned(),
                })
                .collect(),
            metadata: metadata
                .map(|key| DeclaredKey {
                    name: key.name.to_owned(),
                    doc: key.doc.to_owned(),
                })
                .collect(),
        }
    }
}
