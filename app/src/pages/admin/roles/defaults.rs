//! What holds for the people of a role until they choose otherwise: what opens first, the order of
//! dashboards, and categories that lists leave out.
//!
//! Invariant: what was set and is gone stays, marked as removed, until somebody takes it out.

use leptos::prelude::*;
use protocol::{AccessMetric, DashboardLink, RoleDefaults};

use crate::erased::CollectAny;
use crate::shell::fields::{Choices, Field};
use crate::shell::ordered::Ordered;

/// What stands in the fields: copied freely.
#[derive(Clone, Copy)]
pub struct DefaultsForm {
    /// Id of a dashboard; empty for the usual one.
    home: RwSignal<String>,
    order: RwSignal<Vec<String>>,
    muted: RwSignal<Vec<String>>,
}

impl DefaultsForm {
    /// As the role has it.
    pub fn new(set: &RoleDefaults) -> DefaultsForm {
        DefaultsForm {
            home: RwSignal::new(set.home.clone().unwrap_or_default()),
            order: RwSignal::new(set.order.clone()),
            muted: RwSignal::new(set.muted.clone()),
        }
    }

    /// As it stands in the fields.
    pub fn get(self) -> RoleDefaults {
        RoleDefaults {
            home: Some(self.home.get_untracked()).filter(|id| !id.is_empty()),
            order: self.order.get_untracked(),
            muted: self.muted.get_untracked(),
        }
    }
}

/// Every category of these metrics, and of those that are muted the ones that are gone: the value, and
/// its words.
fn categories(metrics: &[AccessMetric], muted: &[String]) -> Vec<(String, String)> {
    let mut all: Vec<String> = metrics.iter().map(|one| one.category.clone()).collect();
    charts::order::sort(&mut all, Ord::cmp);
    all.dedup();
    all.retain(|one| !one.is_empty());
    let gone = muted.iter().filter(|one| !all.contains(one));
    let gone: Vec<_> = gone
        .map(|one| (one.clone(), format!("{one} (removed)")))
        .collect();
    let all = all.into_iter().map(|one| (one.clone(), one));
    all.chain(gone).collect()
}

/// The fields.
#[component]
pub fn DefaultsFields(
    /// What stands in them.
    form: DefaultsForm,
    /// Every dashboard.
    dashboards: Vec<DashboardLink>,
    /// Every metric.
    metrics: std::sync::Arc<[AccessMetric]>,
    /// Whether it is the role of people who are not signed in, whom a dashboard's address leads.
    is_guest: bool,
) -> impl IntoView {
    let choices: Vec<(String, String)> = dashboards
        .into_iter()
        .map(|one| (one.id, one.title))
        .collect();
    let home = (!is_guest).then(|| home_field(form, &choices));
    let categories = categories(&metrics, &form.muted.get_untracked());
    view! {
        <fieldset class="defaults">
            <legend>"Defaults"</legend>
            <p class="hint">"For its people, until they choose otherwise in their account."</p>
            {home}
            <Ordered
                label="Dashboards in this order"
                add_label="Add a dashboard"
                hint="Lists of dashboards begin with these; the others follow."
                choices
                chosen=form.order
            />
            <Choices label="Muted categories, shown when asked for" choices=categories chosen=form.muted/>
        </fieldset>
    }
}

fn home_field(form: DefaultsForm, choices: &[(String, String)]) -> AnyView {
    let chosen = form.home.get_untracked();
    let is_gone = !chosen.is_empty() && choices.iter().all(|(id, _)| *id != chosen);
    let gone = is_gone.then(|| (chosen.clone(), format!("{chosen} (removed)")));
    let usual = [(String::new(), "System, as for everybody".to_owned())];
    let all = usual.into_iter().chain(choices.iter().cloned()).chain(gone);
    let option = |(id, words): (String, String)| {
        let is_chosen = id == chosen;
        view! { <option value=id selected=is_chosen>{words}</option> }
    };
    let options = all.map(option).collect_any();
    view! {
        <Field label="Opens first">
            <select on:change=move |event| form.home.set(event_target_value(&event))>{options}</select>
        </Field>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{has, html, lacks};

    fn shown(set: &RoleDefaults, is_guest: bool) -> String {
        let owner = Owner::new();
        owner.set();
        let link = |id: &str, title: &str| DashboardLink {
            id: id.into(),
            title: title.into(),
        };
        let metric = |category: &str| AccessMetric {
            category: category.into(),
            ..AccessMetric::default()
        };
        let form = DefaultsForm::new(set);
        assert_eq!(form.get(), *set);
        let dashboards = vec![link("shop", "Shop"), link("system", "System")];
        let metrics = [metric("Web"), metric(""), metric("Host"), metric("Web")].into();
        html(view! { <DefaultsFields form dashboards metrics is_guest/> })
    }

    #[test]
    fn the_editor_of_a_role_has_its_defaults_and_marks_what_is_gone() {
        let set = RoleDefaults {
            home: Some("gone".into()),
            order: vec!["shop".into()],
            muted: vec!["Host".into(), "Old".into()],
        };
        let page = shown(&set, false);
        has(
            &page,
            &[
                "gone (removed)",
                "Move Shop up",
                "Old (removed)",
                "Opens first",
                "System, as for everybody",
            ],
        );
        assert_eq!(page.matches("type=\"checkbox\"").count(), 3, "{page}");
        let guest = RoleDefaults { home: None, ..set };
        lacks(&shown(&guest, true), &["Opens first"]);
    }
}
