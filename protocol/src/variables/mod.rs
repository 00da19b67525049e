//! Variables of a dashboard: values that whoever looks at it chooses, and that its widgets name as
//! `$name` or `${name}`.
//!
//! Invariant: a dashboard that was [resolved](resolve()) names no variable any more, and one without
//! variables is left as it is.

mod choice;
mod layout;
mod order;
mod resolve;
mod template;
mod texts;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::TagValues;

pub use choice::{Chosen, VariableState, choose};
pub use order::{in_order, used_by_filters};
pub use resolve::{Copied, Resolved, resolve};
pub use template::{names, only_name, pattern};
pub use texts::{resolve_nodes, resolve_texts};

/// Stands for every value, in choices and in defaults.
pub const ALL: &str = "*";
/// Most variables of a dashboard.
pub const MAX_VARIABLES: usize = 20;
/// Most values that are chosen of one variable, or named by its list.
pub const MAX_CHOSEN: usize = 100;
/// Most values that are offered.
pub const MAX_OPTIONS: usize = 500;
/// Most widgets in the place of one that is repeated.
pub const MAX_COPIES: usize = 24;
/// Longest value that can be chosen, in characters, as everywhere in a document.
pub const MAX_VALUE_CHARS: usize = 128;
/// Longest name, in bytes.
pub const MAX_NAME_BYTES: usize = 32;

/// Values that are chosen, by the name of the variable. [`ALL`] stands for all.
pub type Choices = BTreeMap<String, Vec<String>>;

/// Something about a dashboard that whoever looks at it chooses.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Variable {
    /// How widgets and addresses name it: `a-z`, then `a-z`, `0-9` and `_`; at most 32 bytes.
    pub name: String,
    /// What people read; without it the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Where its values come from.
    pub kind: VariableKind,
    /// For [`VariableKind::Tag`]: the tag whose values can be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// For [`VariableKind::Tag`]: only values of this metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// For [`VariableKind::Tag`]: only values of metrics of this category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// For [`VariableKind::Tag`]: only of series whose tags have these values, which may name other
    /// variables.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "crate::absent::entries"
    )]
    pub tags: BTreeMap<String, TagValues>,
    /// For [`VariableKind::List`] and [`VariableKind::Interval`]: what can be chosen, in this order.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "crate::absent::or_default"
    )]
    pub values: Vec<String>,
    /// Whether several values can be chosen.
    #[serde(
        default,
        skip_serializing_if = "std::ops::Not::not",
        deserialize_with = "crate::absent::or_default"
    )]
    pub multi: bool,
    /// Whether all can be chosen, which is no filter.
    #[serde(
        default,
        skip_serializing_if = "std::ops::Not::not",
        deserialize_with = "crate::absent::or_default"
    )]
    pub all: bool,
    /// What is chosen until somebody chooses; without it all where that can be chosen, else the first
    /// value.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "crate::absent::or_default"
    )]
    pub default: Vec<String>,
}

/// Where the values of a variable come from.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableKind {
    /// From a tag of the series that whoever looks may see.
    #[default]
    Tag,
    /// From a list in the document.
    List,
    /// Lengths of time: a number, and `s`, `m`, `h` or `d`.
    Interval,
}

/// The values that a variable offers.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableOptions {
    /// In the order in which people read them; at most [`MAX_OPTIONS`].
    pub values: Vec<String>,
    /// How many more there are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_off: u32,
}

/// What can be chosen, by the name of the variable.
pub type OptionsByName = BTreeMap<String, VariableOptions>;

impl Variable {
    /// What people read.
    pub fn words(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }

    /// What its document offers; none where values come from series.
    pub fn listed(&self) -> VariableOptions {
        VariableOptions {
            values: self.values.clone(),
            left_off: 0,
        }
    }
}

/// Whether a variable may be called so.
pub fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    let rest = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    name.len() <= MAX_NAME_BYTES
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(rest)
}

/// Whether a value can be chosen: a document could not hold another.
pub fn is_value(value: &str) -> bool {
    value.chars().count() <= MAX_VALUE_CHARS && !value.chars().any(char::is_control)
}

/// How many seconds an interval such as `5m` has; none for what is no interval.
pub fn interval_s(text: &str) -> Option<u32> {
    let unit = text.chars().next_back()?;
    let seconds: u32 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let number: u32 = is_number.then(|| digits.parse().ok()).flatten()?;
    number.checked_mul(seconds).filter(|seconds| *seconds > 0)
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests;
