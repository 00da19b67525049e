//! People who are not signed in: whether they may open anything, and which dashboards.
//!
//! Invariant: without dashboards that an admin opened there is no guest, and a guest opens no other.

use std::collections::BTreeSet;

use protocol::role::GUEST;
use protocol::{Role, role_document::MAX_DASHBOARDS};

use super::{Access, Principal};

/// Longest id of a dashboard in bytes.
const MAX_ID: usize = 64;

impl Access {
    /// Somebody who is not signed in, when this dashboard is open to them; without one, when any is.
    pub fn guest(&self, dashboard: Option<&str>) -> Option<Principal> {
        let is_open = match dashboard {
            Some(id) => self.is_open_to_guests(id),
            None => self.has_open_dashboards(),
        };
        is_open.then(Principal::guest)
    }

    /// Whether an admin opened this dashboard to people who are not signed in.
    pub fn is_open_to_guests(&self, dashboard: &str) -> bool {
        let table = self.visibility.load();
        table.open_dashboards().contains(dashboard)
    }

    fn has_open_dashboards(&self) -> bool {
        !self.visibility.load().open_dashboards().is_empty()
    }
}

/// What is wrong with a role's dashboards, and what a role for guests may not have: the JSON path, and
/// a sentence.
pub(super) fn problem(role: &Role) -> Option<String> {
    if role.name != GUEST {
        let none = role.dashboards.is_empty();
        return (!none).then(|| "dashboards: only for the role `guest`".into());
    }
    if !role.rights.is_empty() {
        return Some("rights: people who are not signed in only look".into());
    }
    if role.dashboards.len() > MAX_DASHBOARDS {
        return Some(format!("dashboards: there are more than {MAX_DASHBOARDS}"));
    }
    let mut seen = BTreeSet::new();
    let mut dashboards = role.dashboards.iter().enumerate();
    dashboards.find_map(|(place, id)| {
        let bad = id.is_empty() || id.len() > MAX_ID || id.chars().any(char::is_control);
        if bad {
            let text = format!("1 to {MAX_ID} bytes, without control characters");
            return Some(format!("dashboards[{place}]: {text}"));
        }
        let twice = !seen.insert(id);
        twice.then(|| format!("dashboards[{place}]: stands there twice"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_for_guests_that_makes_no_sense_is_rejected_by_path() {
        let check = |json: &str, want: Option<&str>| {
            let role: Role = serde_json::from_str(json).expect("a role");
            let found = problem(&role);
            let holds = match (&found, want) {
                (Some(found), Some(want)) => found.starts_with(want),
                (found, want) => found.is_none() && want.is_none(),
            };
            assert!(holds, "{json}: {found:?}");
        };
        check(r#"{"name":"guest"}"#, None);
        check(r#"{"name":"guest","dashboards":["a","b"]}"#, None);
        check(
            r#"{"name":"shop","dashboards":["a"]}"#,
            Some("dashboards: only"),
        );
        check(
            r#"{"name":"guest","rights":["annotate"]}"#,
            Some("rights: "),
        );
        check(
            r#"{"name":"guest","dashboards":["a","a"]}"#,
            Some("dashboards[1]: "),
        );
        check(
            r#"{"name":"guest","dashboards":[""]}"#,
            Some("dashboards[0]: "),
        );
        let long = format!(r#"{{"name":"guest","dashboards":["{}"]}}"#, "x".repeat(65));
        check(&long, Some("dashboards[0]: "));
        let many: Vec<String> = (0..=MAX_DASHBOARDS).map(|n| format!("\"{n}\"")).collect();
        let many = format!(r#"{{"name":"guest","dashboards":[{}]}}"#, many.join(","));
        check(&many, Some("dashboards: there are more"));
    }
}
