//! What roles set for their people, and what of it holds for somebody with several roles.
//!
//! The rule: roles count by name. The home is that of the first role that sets one which can be opened,
//! the order that of the first role that sets one, and a category is muted when each role mutes it.
//! Invariant: a further role never takes a category away from anybody.

use std::collections::BTreeSet;

use protocol::role::GUEST;
use protocol::role_defaults::MAX_MUTED;
use protocol::role_document::MAX_DASHBOARDS;
use protocol::{Role, RoleDefaults};

use super::{Access, Principal};
use crate::dashboards;
use crate::storage::StorageError;

/// Longest id of a dashboard in bytes.
const MAX_ID: usize = 64;
/// Longest name of a category in bytes, as of a grant.
const MAX_CATEGORY: usize = 256;

/// What the roles of one person set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetByRoles {
    /// Dashboards to open first: the first that is there.
    pub homes: Vec<String>,
    /// What lists of dashboards begin with.
    pub order: Vec<String>,
    /// Categories that are left out.
    pub muted: Vec<String>,
}

/// What holds for somebody with these roles, each once, of which `set` has what they set.
pub(super) fn combined<'a>(
    roles: &[String],
    set: impl Fn(&str) -> Option<&'a RoleDefaults>,
) -> SetByRoles {
    let roles: BTreeSet<&String> = roles.iter().collect();
    let all: Vec<Option<&RoleDefaults>> = roles.iter().map(|role| set(role)).collect();
    let set = || all.iter().copied().flatten();
    let first = all.first().copied().flatten();
    let of_all = first.map_or(&[][..], |first| &first.muted);
    let is_muted = |category: &&String| {
        let mut all = all.iter();
        all.all(|one| one.is_some_and(|one| one.muted.contains(category)))
    };
    let order = set().map(|one| &one.order).find(|order| !order.is_empty());
    SetByRoles {
        homes: set().filter_map(|one| one.home.clone()).collect(),
        order: order.cloned().unwrap_or_default(),
        muted: of_all.iter().filter(is_muted).cloned().collect(),
    }
}

/// What is wrong with what a role sets, whatever there is: the JSON path, and a sentence.
pub(super) fn problem(role: &Role) -> Option<String> {
    let set = &role.defaults;
    if let Some(home) = &set.home {
        if role.name == GUEST {
            return Some("defaults.home: people who are not signed in have none".into());
        }
        if let Some(found) = problem_of_text(home, MAX_ID) {
            return Some(format!("defaults.home: {found}"));
        }
    }
    let lists = [
        ("order", &set.order, MAX_DASHBOARDS, MAX_ID),
        ("muted", &set.muted, MAX_MUTED, MAX_CATEGORY),
    ];
    lists.into_iter().find_map(|(field, texts, most, longest)| {
        let found = problem_of_list(texts, most, longest)?;
        Some(format!("defaults.{field}{found}"))
    })
}

/// What is wrong with a list of different texts: its place in the list, and a sentence.
pub fn problem_of_list(texts: &[String], most: usize, longest: usize) -> Option<String> {
    if texts.len() > most {
        return Some(format!(": there are more than {most}"));
    }
    texts.iter().enumerate().find_map(|(place, text)| {
        let found = match problem_of_text(text, longest) {
            None if texts[..place].contains(text) => "stands there twice".to_owned(),
            found => found?,
        };
        Some(format!("[{place}]: {found}"))
    })
}

/// What is wrong with one text.
pub fn problem_of_text(text: &str, longest: usize) -> Option<String> {
    let bad = text.is_empty() || text.len() > longest || text.chars().any(char::is_control);
    bad.then(|| format!("1 to {longest} bytes, without control characters"))
}

impl Access {
    /// What the roles of a principal set.
    pub fn defaults(&self, principal: &Principal) -> SetByRoles {
        let table = self.visibility.load();
        combined(&principal.roles, |role| table.defaults(role))
    }

    /// What a role names that does not exist: the JSON path, and a sentence. What the version before
    /// names as well may stay: a dashboard that was removed later stops no other change.
    pub(super) async fn unknown_default(
        &self,
        set: &RoleDefaults,
        before: &RoleDefaults,
    ) -> Result<Option<String>, StorageError> {
        let named = set.home.iter().map(|id| (String::from("home"), id));
        let order = set.order.iter().enumerate();
        let named = named.chain(order.map(|(place, id)| (format!("order[{place}]"), id)));
        for (field, id) in named {
            let is_kept = before.home.as_ref() == Some(id) || before.order.contains(id);
            if !is_kept && !dashboards::exists(&self.storage, id).await? {
                let id = id.escape_debug();
                return Ok(Some(format!(
                    "defaults.{field}: there is no dashboard `{id}`"
                )));
            }
        }
        let table = self.visibility.load();
        let mut muted = set.muted.iter().enumerate();
        let unknown = muted.find(|(_, category)| {
            !before.muted.contains(category) && !table.has_category(category)
        });
        Ok(unknown.map(|(place, category)| {
            let category = category.escape_debug();
            format!("defaults.muted[{place}]: no metric has the category `{category}`")
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn set(json: &str) -> RoleDefaults {
        serde_json::from_str(json).expect("defaults")
    }

    #[test]
    fn of_several_roles_the_first_by_name_holds_and_muted_is_what_all_mute() {
        let roles: BTreeMap<&str, RoleDefaults> = [
            ("a", set(r#"{"muted":["X","Y"]}"#)),
            ("b", set(r#"{"home":"b1","muted":["Y","Z"]}"#)),
            (
                "c",
                set(r#"{"home":"c1","order":["c1","b1"],"muted":["Y"]}"#),
            ),
            ("d", set(r#"{"order":["d1"]}"#)),
        ]
        .into();
        let check = |of: &[&str], homes: &[&str], order: &[&str], muted: &[&str]| {
            let of: Vec<String> = of.iter().map(|one| (*one).to_owned()).collect();
            let found = combined(&of, |role| roles.get(role));
            assert_eq!(found.homes, homes, "{of:?}");
            assert_eq!(found.order, order, "{of:?}");
            assert_eq!(found.muted, muted, "{of:?}");
        };
        check(&["a"], &[], &[], &["X", "Y"]);
        check(&["c", "b"], &["b1", "c1"], &["c1", "b1"], &["Y"]);
        check(&["d", "c"], &["c1"], &["c1", "b1"], &[]);
        check(&["b", "a", "c"], &["b1", "c1"], &["c1", "b1"], &["Y"]);
        // A role that sets nothing mutes nothing, and leaves the rest as it is.
        check(&["a", "viewer"], &[], &[], &[]);
        check(&["viewer", "b", "b"], &["b1"], &[], &[]);
        check(&[], &[], &[], &[]);
    }

    #[test]
    fn defaults_that_make_no_sense_are_rejected_by_path() {
        let check = |name: &str, json: &str, want: Option<&str>| {
            let role = Role {
                name: name.into(),
                defaults: set(json),
                ..Role::default()
            };
            let found = problem(&role);
            let holds = match (&found, want) {
                (Some(found), Some(want)) => found.starts_with(want),
                (found, want) => found.is_none() && want.is_none(),
            };
            assert!(holds, "{json}: {found:?}");
        };
        let all = r#"{"home":"a","order":["a","b"],"muted":["X"]}"#;
        check("shop", all, None);
        check("guest", r#"{"order":["a"],"muted":["X"]}"#, None);
        check("guest", r#"{"home":"a"}"#, Some("defaults.home: people"));
        check("shop", r#"{"home":""}"#, Some("defaults.home: 1 to 64"));
        let twice = r#"{"order":["a","b","a"]}"#;
        check("shop", twice, Some("defaults.order[2]: stands there twice"));
        check(
            "shop",
            r#"{"muted":["X",""]}"#,
            Some("defaults.muted[1]: 1 to"),
        );
        let many: Vec<String> = (0..=MAX_MUTED).map(|n| format!("\"{n}\"")).collect();
        let many = format!(r#"{{"muted":[{}]}}"#, many.join(","));
        check("shop", &many, Some("defaults.muted: there are more"));
    }
}
