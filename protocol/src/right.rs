//! What a role lets its people do, apart from what they see.
//!
//! Invariant: a right allows and never forbids, and a right that this version does not have is
//! rejected, so that nobody believes in one that is not enforced.

use serde::{Deserialize, Serialize};

/// Something that an admin may allow to a role; admins may do all of it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Make, change and remove dashboards that everybody sees.
    EditDashboards,
    /// Add annotations.
    Annotate,
    /// Remove annotations, whoever made them.
    RemoveAnnotations,
    /// Invite people.
    Invite,
    /// Open the pages for operators, and clear up series.
    Operate,
}

impl Right {
    /// Every right, in the order in which lists show them.
    pub const ALL: [Right; 5] = [
        Right::EditDashboards,
        Right::Annotate,
        Right::RemoveAnnotations,
        Right::Invite,
        Right::Operate,
    ];

    /// As JSON has it.
    pub const fn name(self) -> &'static str {
        match self {
            Right::EditDashboards => "edit_dashboards",
            Right::Annotate => "annotate",
            Right::RemoveAnnotations => "remove_annotations",
            Right::Invite => "invite",
            Right::Operate => "operate",
        }
    }

    /// The right of this name.
    pub fn parse(name: &str) -> Option<Right> {
        Right::ALL.into_iter().find(|right| right.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_json() {
        for right in Right::ALL {
            let json = format!("\"{}\"", right.name());
            assert_eq!(serde_json::to_string(&right).expect("encodes"), json);
            assert_eq!(Right::parse(right.name()), Some(right));
        }
        assert_eq!(Right::parse("everything"), None);
    }
}
