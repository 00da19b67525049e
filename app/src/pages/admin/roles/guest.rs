//! The role of people who are not signed in: whether there are any, and which dashboards are open to
//! them.
//!
//! Invariant: switched off, no dashboard is open.

use leptos::prelude::*;
use protocol::{DashboardLink, Role, Roles, role};

use crate::erased::part;
use crate::pages::admin::access::counted;
use crate::shell::fields::Choices;

/// What the role is for.
const WORDS: &str = "People who are not signed in";

/// Whether it is the role of people who are not signed in.
pub fn is_guest(role: &Role) -> bool {
    role.name == role::GUEST
}

/// The roles with that one, which is there also before an admin has changed it.
pub fn with_guest(mut roles: Roles) -> Roles {
    if !roles.roles.iter().any(is_guest) {
        roles.roles.push(Role {
            name: role::GUEST.into(),
            description: WORDS.into(),
            ..Role::default()
        });
    }
    roles
}

/// What is open, in words.
pub fn open_words(role: &Role) -> String {
    match role.dashboards.len() {
        0 => "off".into(),
        many => counted(many, "dashboard"),
    }
}

/// The switch, and the dashboards.
#[component]
pub fn OpenDashboards(
    /// Every dashboard.
    dashboards: Vec<DashboardLink>,
    /// Those that are open.
    open: RwSignal<Vec<String>>,
) -> impl IntoView {
    let is_on = RwSignal::new(open.with_untracked(|open| !open.is_empty()));
    let known = |id: &String| dashboards.iter().any(|one| one.id == *id);
    // One that was removed stays in the list until somebody takes it out.
    let gone: Vec<String> = open.with_untracked(|open| {
        let gone = open.iter().filter(|id| !known(id));
        gone.cloned().collect()
    });
    let gone = gone.into_iter().map(|id| {
        let words = format!("{id} (removed)");
        (id, words)
    });
    let all = dashboards
        .iter()
        .map(|one| (one.id.clone(), one.title.clone()));
    let choices: Vec<(String, String)> = all.chain(gone).collect();
    // What was open comes back when the switch goes off and on again.
    let former = StoredValue::new(Vec::new());
    let switch = move |_| {
        is_on.update(|is_on| *is_on = !*is_on);
        if is_on.get_untracked() {
            open.set(former.get_value());
        } else {
            former.set_value(open.get_untracked());
            open.set(Vec::new());
        }
    };
    let hint = move || match (is_on.get(), open.with(Vec::len)) {
        (false, _) => "Off: everybody has to sign in.".to_owned(),
        (true, 0) => "No dashboard is open yet: choose one.".to_owned(),
        (true, many) => format!(
            "Anybody who can reach this server opens {}, and sees there what this role is given.",
            counted(many, "dashboard")
        ),
    };
    view! {
        <div class="choices guests">
            <label>
                <input
                    type="checkbox"
                    role="switch"
                    prop:checked=move || is_on.get()
                    checked=move || is_on.get()
                    on:change=switch
                />
                "Open dashboards without sign-in"
            </label>
            <p class="hint" role="status">{part(hint)}</p>
            <Show when=move || is_on.get()>
                <Choices label="Open" choices=choices.clone() chosen=open/>
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{has, html, lacks};

    fn shown(open: &[&str]) -> String {
        let owner = Owner::new();
        owner.set();
        let link = |id: &str, title: &str| DashboardLink {
            id: id.into(),
            title: title.into(),
        };
        let dashboards = vec![link("shop", "Shop"), link("system", "System")];
        let open = RwSignal::new(open.iter().map(|id| (*id).to_owned()).collect());
        html(view! { <OpenDashboards dashboards open/> })
    }

    #[test]
    fn off_no_dashboard_can_be_chosen_and_on_those_that_are_open_are_marked() {
        let off = shown(&[]);
        has(&off, &["Off: everybody has to sign in."]);
        lacks(&off, &["Shop", "checked"]);
        let on = shown(&["shop", "gone"]);
        has(
            &on,
            &["Shop", "System", "gone (removed)", "opens 2 dashboards"],
        );
        assert_eq!(on.matches("checked").count(), 3, "{on}");
    }

    #[test]
    fn the_role_is_there_before_an_admin_changed_it_and_once_after() {
        let roles = with_guest(Roles::default());
        assert_eq!(roles.roles.len(), 1);
        assert_eq!(
            (roles.roles[0].version, open_words(&roles.roles[0])),
            (0, "off".into())
        );
        let again = with_guest(roles.clone());
        assert_eq!(again, roles);
    }
}
