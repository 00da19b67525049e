//! Roles that admins make: which series their people see, and what they may do.
//!
//! Invariant: a grant allows and never forbids, so a role sees the union of its grants; and a condition
//! that stands there twice is rejected instead of lost, since a lost one would show more.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::{Right, RoleDefaults};

/// Most grants of a role.
pub const MAX_GRANTS: usize = 200;
/// Most dashboards that are open to people who are not signed in.
pub const MAX_DASHBOARDS: usize = 200;

/// A role that an admin made: `PUT /api/admin/roles/{name}` sends it, and answers it under its new
/// version.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// 1 to 64 of the letters a-z, 0-9, `-` and `_`; unique.
    pub name: String,
    /// The version that a change replaces; 0 makes a new role.
    #[serde(default)]
    pub version: u64,
    /// One sentence for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Which metrics it sees; none sees nothing. A metric that asks for other roles stays hidden.
    #[serde(default)]
    pub metrics: Vec<Grant>,
    /// What its people may do; each right once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rights: Vec<Right>,
    /// Ids of the dashboards that people open who are not signed in: for the role `guest` alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dashboards: Vec<String>,
    /// What holds for its people until they choose otherwise.
    #[serde(default, skip_serializing_if = "RoleDefaults::is_empty")]
    pub defaults: RoleDefaults,
}

/// Metrics that a role sees: exactly one of `metric`, `category` and `pattern`; all series of them, or
/// those that fulfil the conditions.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// One metric by its whole name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// All metrics of a category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// All metrics whose name fits, where each `*` stands for any text, an empty one too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Tag values, in which each `*` stands for any text: only series that have all of them. A metric
    /// without one of these tags is not seen. Empty for all series.
    #[serde(
        rename = "where",
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "each_once"
    )]
    pub conditions: BTreeMap<String, String>,
}

impl Grant {
    /// One metric.
    pub fn metric(name: impl Into<String>) -> Grant {
        Grant {
            metric: Some(name.into()),
            ..Grant::default()
        }
    }

    /// A category.
    pub fn category(category: impl Into<String>) -> Grant {
        Grant {
            category: Some(category.into()),
            ..Grant::default()
        }
    }

    /// A pattern of names.
    pub fn pattern(pattern: impl Into<String>) -> Grant {
        Grant {
            pattern: Some(pattern.into()),
            ..Grant::default()
        }
    }

    /// With one more condition: a tag, and its value with `*` for any text.
    pub fn with(mut self, tag: impl Into<String>, value: impl Into<String>) -> Grant {
        self.conditions.insert(tag.into(), value.into());
        self
    }

    /// Whether it gives the metric of this name in this category.
    pub fn gives(&self, name: &str, category: &str) -> bool {
        match (&self.metric, &self.category, &self.pattern) {
            (Some(metric), None, None) => metric == name,
            (None, Some(given), None) => given == category,
            (None, None, Some(pattern)) => fits(pattern, name),
            _ => false,
        }
    }
}

/// Whether a name fits a pattern, where each `*` stands for any text. Takes time in proportion to
/// the product of both lengths at most.
pub fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut read) = (0, 0);
    // The last `*`, and up to where it stands for the name.
    let mut star: Option<(usize, usize)> = None;
    while read < name.len() {
        if pattern.get(at) == Some(&b'*') {
            star = Some((at, read));
            at += 1;
        } else if pattern.get(at) == Some(&name[read]) {
            (at, read) = (at + 1, read + 1);
        } else if let Some((place, until)) = star {
            star = Some((place, until + 1));
            (at, read) = (place + 1, until + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// A map in which no key stands twice.
fn each_once<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    struct EachOnce;

    impl<'de> Visitor<'de> for EachOnce {
        type Value = BTreeMap<String, String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of tags and their values")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut read = BTreeMap::new();
            while let Some((tag, value)) = map.next_entry::<String, String>()? {
                let problem = format!("the tag `{}` stands there twice", tag.escape_debug());
                if read.insert(tag, value).is_some() {
                    return Err(A::Error::custom(problem));
                }
            }
            Ok(read)
        }
    }

    from.deserialize_map(EachOnce)
}

/// `GET /api/admin/roles`: every role that a user can have.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// `admin`, `viewer`, and the roles of the configuration. They cannot be changed here. `guest`,
    /// which can, is not among them.
    pub built_in: Vec<String>,
    /// Those that admins made, by name; `guest`, once an admin saved it.
    pub roles: Vec<Role>,
}

/// `PUT /api/admin/users/{id}/roles`: the roles of a user from now on.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserRoles {
    /// Known roles; at least one.
    pub roles: Vec<String>,
}

/// Whether a role may be called so.
pub fn is_role_name(name: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    (1..=64).contains(&name.len()) && name.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::{Grant, is_role_name};

    #[test]
    fn a_condition_that_stands_there_twice_is_rejected() {
        let read = |json: &str| serde_json::from_str::<Grant>(json);
        let one = read(r#"{"pattern":"*","where":{"a":"1","b":"2"}}"#).expect("a grant");
        assert_eq!(one, Grant::pattern("*").with("a", "1").with("b", "2"));
        let twice = read(r#"{"pattern":"*","where":{"a":"1","a":"2"}}"#).expect_err("twice");
        assert!(
            twice.to_string().contains("`a` stands there twice"),
            "{twice}"
        );
        assert!(read(r#"{"pattern":"*","where":{"a":1}}"#).is_err());
    }

    #[test]
    fn role_names() {
        let check = |name: &str, good: bool| assert_eq!(is_role_name(name), good, "{name:?}");
        check("shop-2_x", true);
        check(&"x".repeat(64), true);
        check(&"x".repeat(65), false);
        check("", false);
        check("Shop", false);
        check("a b", false);
        check("é", false);
    }
}
