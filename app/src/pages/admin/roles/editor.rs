//! The panel of one role: its grants with what each gives, saving, and removing.

use std::sync::Arc;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::{ErrorCode, Grant, Right, Role, paths};

use super::RolesPage;
use super::defaults::{DefaultsFields, DefaultsForm};
use super::grant_field::{GrantField, GrantLine, Suggestions, mark_fault, mark_problems};
use super::guest::{OpenDashboards, is_guest};
use super::rows::RoleRow;
use crate::erased::{CollectAny, part};
use crate::live::client::{self, ClientError};
use crate::pages::admin::access::{Given, counted};
use crate::pages::admin::conflict::{RoleConflict, current_role, notes};
use crate::pages::admin::list::Panel;
use crate::pages::admin::see_as;
use crate::shell::fields::{Choices, Field};
use crate::shell::task::{Problem, SubmitButton, Task};

/// What is said below the form when a line of it says what is wrong.
const MARKED: &str = "Not saved: see the line that is marked.";

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
    let preview = row.as_ref().and_then(|row| see_as(&row.role, None));
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
        <Panel title list=page.list>
            {preview.map(|link| view! { <p>{link}</p> }.into_any())}
            {body}
        </Panel>
    }
}

#[component]
fn RoleForm(row: Option<RoleRow>, page: RolesPage) -> impl IntoView {
    let task = Task::new();
    let is_new = row.is_none();
    let conflict = RwSignal::new(None::<RoleConflict>);
    let role = row.as_ref().map(|row| row.role.clone()).unwrap_or_default();
    let name = RwSignal::new(role.name.clone());
    let description = RwSignal::new(role.description.clone());
    let names = |rights: &[Right]| rights.iter().map(|one| one.name().to_string()).collect();
    let rights = RwSignal::<Vec<String>>::new(names(&role.rights));
    let choices = Right::ALL.map(|one| (one.name().to_string(), right_words(one).to_string()));
    let is_guest = is_guest(&role);
    let open = RwSignal::new(role.dashboards.clone());
    let defaults = DefaultsForm::new(&role.defaults);
    // The version that the next save goes over.
    let base = RwSignal::new(role.clone());
    let dashboards = page.boot.with_untracked(|boot| boot.dashboards.clone());
    let listed = dashboards.clone();
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
    let send = move || {
        let base = base.get_untracked();
        let role = Role {
            name: name.get_untracked().trim().to_string(),
            description: description.get_untracked().trim().to_string(),
            metrics: untrack(grants),
            rights: rights.with_untracked(|chosen: &Vec<String>| {
                let is_chosen = |right: &Right| chosen.iter().any(|one| one == right.name());
                Right::ALL.into_iter().filter(is_chosen).collect()
            }),
            dashboards: open.get_untracked(),
            defaults: defaults.get(),
            version: base.version,
        };
        task.run(async move {
            let lines = lines.get_untracked();
            if role.name.is_empty() {
                task.fail("Give the role a name.");
                return Ok(());
            }
            if mark_problems(&lines) {
                task.fail(MARKED);
                return Ok(());
            }
            match client::put::<Role>(&paths::admin_role(&role.name), &role).await {
                Ok(saved) => page.saved(saved),
                Err(ClientError::Rejected {
                    code: ErrorCode::InvalidDocument,
                    message,
                    ..
                }) if mark_fault(&lines, &message) => task.fail(MARKED),
                Err(error) => match current_role(&error) {
                    Some(theirs) => {
                        let found = RoleConflict::of(&base, &role.name, theirs).await;
                        // The panel may be closed.
                        conflict.try_set(Some(found));
                    }
                    None => return Err(error),
                },
            }
            Ok(())
        });
    };
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    let keep = Callback::new(move |RoleConflict { theirs, .. }| {
        conflict.set(None);
        let next = theirs.unwrap_or_default();
        base.set(next);
        send();
    });
    let take = Callback::new(move |conflict| page.take_theirs(conflict));
    let conflicts = Signal::derive(move || conflict.get().into_iter().collect());
    let has_conflict = Signal::derive(move || conflict.with(Option::is_some));
    // The role of people who are not signed in is switched off instead.
    let remove = row.filter(|_| !is_guest).map(|row| {
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
            {match is_guest {
                true => view! { <OpenDashboards dashboards open/> }.into_any(),
                false => view! { <Choices label="May" choices=choices.into() chosen=rights/> }.into_any(),
            }}
            <DefaultsFields form=defaults dashboards=listed metrics=page.metrics.get_value() is_guest/>
            <Problem task/>
            {notes(conflicts, keep, take)}
            <div class="form-actions">
                {remove}
                <SubmitButton task words="Save" lacks=has_conflict/>
            </div>
            <Suggestions metrics=names/>
        </form>
    }
}
