//! The panel of one role: its grants with what each gives, saving, and removing.

use std::sync::Arc;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::{AccessMetric, Grant, Right, Role, paths};

use super::RolesPage;
use super::rows::{self, RoleRow};
use crate::erased::{CollectAny, part};
use crate::live::client;
use crate::pages::admin::access::{self, Given, counted};
use crate::pages::admin::{Panel, current_role};
use crate::shell::fields::{Choices, Field};
use crate::shell::task::{Problem, Task};

/// What a grant names. Its text is the value of the choice.
const KINDS: [(&str, &str); 3] = [
    ("pattern", "Names like"),
    ("category", "Category"),
    ("metric", "Metric"),
];

/// A right as people read it.
fn right_words(right: Right) -> &'static str {
    match right {
        Right::EditDashboards => "Change the dashboards that everybody sees",
        Right::Annotate => "Add annotations",
        Right::RemoveAnnotations => "Remove annotations",
        Right::Invite => "Invite people",
        Right::Operate => "Open the pages for operators, and clear up series",
    }
}

/// One grant while it is edited.
#[derive(Clone, Copy)]
struct GrantLine {
    /// As it was saved, with what is not edited here.
    base: StoredValue<Grant>,
    kind: RwSignal<String>,
    text: RwSignal<String>,
}

impl GrantLine {
    fn new(grant: &Grant) -> GrantLine {
        let (kind, text) = match (&grant.metric, &grant.category, &grant.pattern) {
            (Some(name), _, _) => ("metric", name.clone()),
            (_, Some(category), _) => ("category", category.clone()),
            (_, _, pattern) => ("pattern", pattern.clone().unwrap_or_default()),
        };
        GrantLine {
            base: StoredValue::new(grant.clone()),
            kind: RwSignal::new(kind.to_string()),
            text: RwSignal::new(text),
        }
    }

    /// The grant; none while nothing is typed.
    fn grant(self) -> Option<Grant> {
        let text = self.text.get();
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let mut grant = self.base.get_value();
        (grant.metric, grant.category, grant.pattern) = (None, None, None);
        let named = match self.kind.read().as_str() {
            "category" => &mut grant.category,
            "metric" => &mut grant.metric,
            _ => &mut grant.pattern,
        };
        *named = Some(text.to_string());
        Some(grant)
    }
}

/// The panel. Without a row it makes a role.
#[component]
pub fn RoleEditor(
    /// The role.
    row: Option<RoleRow>,
    /// The page.
    page: RolesPage,
) -> impl IntoView {
    let title = match &row {
        Some(row) => row.role.name.clone(),
        None => "New role".to_string(),
    };
    let body = match row {
        Some(row) if !row.made => view! {
            <p>{row.role.description.clone()}"."</p>
            <p class="hint">
                {counted(row.seen, "metric")} " seen by " {counted(row.people as usize, "user")}
                ". It is part of the server or of its configuration, and is not changed here."
            </p>
        }
        .into_any(),
        row => view! { <RoleForm row page/> }.into_any(),
    };
    view! {
        <Panel title on_close=Callback::new(move |()| page.open.set(None))>{body}</Panel>
    }
}

#[component]
fn RoleForm(row: Option<RoleRow>, page: RolesPage) -> impl IntoView {
    let task = Task::new();
    let is_new = row.is_none();
    let role = row.as_ref().map(|row| row.role.clone()).unwrap_or_default();
    let name = RwSignal::new(role.name.clone());
    let description = RwSignal::new(role.description.clone());
    let names = |rights: &[Right]| rights.iter().map(|one| one.name().to_string()).collect();
    let rights = RwSignal::<Vec<String>>::new(names(&role.rights));
    let choices = Right::ALL.map(|one| (one.name().to_string(), right_words(one).to_string()));
    let lines = RwSignal::new(role.metrics.iter().map(GrantLine::new).collect::<Vec<_>>());
    let metrics = page.metrics.get_value();
    let grants = move || {
        lines
            .get()
            .into_iter()
            .filter_map(GrantLine::grant)
            .collect::<Vec<_>>()
    };
    let total = Arc::clone(&metrics);
    let seen = move || {
        let seen = Given::By(grants()).seen(&name.read(), &total);
        format!(
            "Its people see {} of {}.",
            seen,
            counted(total.len(), "metric")
        )
    };
    let add = move |_| lines.update(|lines| lines.push(GrantLine::new(&Grant::pattern(""))));
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let role = Role {
            name: name.get_untracked().trim().to_string(),
            description: description.get_untracked().trim().to_string(),
            metrics: untrack(grants),
            rights: rights.with_untracked(|chosen: &Vec<String>| {
                let is_chosen = |right: &Right| chosen.iter().any(|one| one == right.name());
                Right::ALL.into_iter().filter(is_chosen).collect()
            }),
            ..role.clone()
        };
        task.run(async move {
            if role.name.is_empty() {
                task.fail("Give the role a name.");
                return Ok(());
            }
            match client::put::<Role>(&paths::admin_role(&role.name), &role).await {
                Ok(saved) => page.saved(saved),
                Err(error) => match current_role(&error) {
                    Some(current) => page.conflict(current, is_new),
                    None => return Err(error),
                },
            }
            Ok(())
        });
    };
    let remove = row.map(|row| {
        let ask = move |_| page.ask_removal(&row);
        view! {
            <button type="button" class="danger" on:click=ask>"Remove…"</button>
        }
        .into_any()
    });
    let line = move |(place, line): (usize, GrantLine)| {
        let metrics = Arc::clone(&metrics);
        let take = move |_| {
            lines.update(|lines| {
                if place < lines.len() {
                    lines.remove(place);
                }
            });
        };
        view! { <GrantField line metrics on_remove=Callback::new(take)/> }
    };
    let all_lines = move || {
        lines
            .get()
            .into_iter()
            .enumerate()
            .map(line.clone())
            .collect_any()
    };
    let names = page.metrics.get_value();
    view! {
        <form on:submit=save>
            {is_new
                .then(|| {
                    view! {
                        <Field label="Name" hint="Letters a-z, digits, - and _. It cannot be changed later.">
                            <input type="text" autocomplete="off" spellcheck="false" maxlength="64" autofocus bind:value=name/>
                        </Field>
                    }
                        .into_any()
                })}
            <Field label="Description">
                <input type="text" autocomplete="off" maxlength="256" bind:value=description/>
            </Field>
            <fieldset class="grants">
                <legend>"Given"</legend>
                {part(all_lines)}
                <button type="button" on:click=add>"Add metrics"</button>
            </fieldset>
            <p class="hint" role="status">{part(seen)}</p>
            <Choices label="May" choices=choices.into() chosen=rights/>
            <Problem task/>
            <div class="form-actions">
                {remove}
                <button type="submit" class="primary" disabled=move || task.is_busy()>
                    {part(move || if task.is_busy() { "Saving…" } else { "Save" })}
                </button>
            </div>
            <Suggestions metrics=names/>
        </form>
    }
}

#[component]
fn GrantField(
    line: GrantLine,
    metrics: Arc<[AccessMetric]>,
    on_remove: Callback<()>,
) -> impl IntoView {
    let count = move || {
        let Some(grant) = line.grant() else {
            return "Nothing yet".to_string();
        };
        let given = metrics
            .iter()
            .filter(|metric| access::gives(&grant, metric));
        let count = counted(given.count(), "metric");
        match rows::conditions(&grant) {
            some if some.is_empty() => count,
            some => format!("{count} {some}"),
        }
    };
    let options = KINDS.map(|(value, words)| view! { <option value=value>{words}</option> });
    let label = move || {
        line.grant()
            .map(|grant| rows::words(&grant))
            .unwrap_or_default()
    };
    view! {
        <div class="grant">
            <select aria-label="What is named" bind:value=line.kind>{options}</select>
            <input
                type="text"
                aria-label="Its name"
                placeholder="http.*"
                autocomplete="off"
                spellcheck="false"
                list=move || if *line.kind.read() == "category" { "categories" } else { "names" }
                bind:value=line.text
            />
            <small role="status">{part(count)}</small>
            <button
                type="button"
                class="icon"
                aria-label=move || format!("Take away {}", label())
                title="Take away"
                on:click=move |_| on_remove.run(())
            >
                "×"
            </button>
        </div>
    }
}

/// What can be typed, for the browser's own list of suggestions.
#[component]
fn Suggestions(metrics: Arc<[AccessMetric]>) -> impl IntoView {
    /// Most names that a browser is given: its list is for people.
    const MAX: usize = 500;
    let option = |text: String| view! { <option value=text></option> };
    let names = metrics
        .iter()
        .take(MAX)
        .map(|metric| option(metric.name.clone()));
    let mut categories: Vec<String> = metrics
        .iter()
        .map(|metric| metric.category.clone())
        .collect();
    charts::order::sort(&mut categories, Ord::cmp);
    categories.dedup();
    let categories = categories
        .into_iter()
        .filter(|one| !one.is_empty())
        .map(option);
    view! {
        <datalist id="names">{names.collect_any()}</datalist>
        <datalist id="categories">{categories.collect_any()}</datalist>
    }
}
