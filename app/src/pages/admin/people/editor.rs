//! The panel of one person: roles, another password, removal; and the form that makes a person.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::{Me, NewPassword, NewUser, UserRoles, paths, role};

use super::PeoplePage;
use super::rows::PersonRow;
use crate::erased::part;
use crate::live::client;
use crate::pages::admin::Panel;
use crate::shell::fields::{Choices, Field};
use crate::shell::task::{Problem, Task};

/// The panel of one person.
#[component]
pub fn PersonEditor(
    /// The person.
    row: PersonRow,
    /// The page.
    page: PeoplePage,
) -> impl IntoView {
    let id = row.user.id;
    let name = row.user.name.clone();
    let removal = row.clone();
    view! {
        <Panel title=name on_close=Callback::new(move |()| page.open.set(None))>
            <p class="hint">"Made "{row.since.clone()}"."</p>
            <RolesForm row page/>
            <PasswordForm id page/>
            <div class="form-actions">
                <button type="button" class="danger" on:click=move |_| page.ask_removal(&removal)>
                    "Remove…"
                </button>
            </div>
        </Panel>
    }
}

#[component]
fn RolesForm(row: PersonRow, page: PeoplePage) -> impl IntoView {
    let task = Task::new();
    let (id, name) = (row.user.id, row.user.name);
    let roles = RwSignal::new(row.user.roles);
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let (name, roles) = (name.clone(), roles.get_untracked());
        task.run(async move {
            let body = UserRoles {
                roles: roles.clone(),
            };
            client::replace(&paths::admin_user_roles(id), &body).await?;
            page.users.update(|users| {
                if let Some(user) = users.iter_mut().find(|user| user.id == id) {
                    user.roles = roles;
                }
            });
            page.toast.show(format!("Saved the roles of {name}."));
            Ok(())
        });
    };
    view! {
        <form on:submit=save>
            <Choices label="Roles" choices=choices(page) chosen=roles/>
            <Problem task/>
            <div class="form-actions">
                <button type="submit" class="primary" disabled=move || task.is_busy() || roles.with(Vec::is_empty)>
                    "Save roles"
                </button>
            </div>
        </form>
    }
}

/// All roles; that of admins says what it is.
fn choices(page: PeoplePage) -> Vec<(String, String)> {
    let roles = page.roles.get_value();
    let choice = |name: String| match name.as_str() {
        role::ADMIN => (name, "admin: sees and changes everything".to_string()),
        _ => (name.clone(), name),
    };
    roles.into_iter().map(choice).collect()
}

#[component]
fn PasswordForm(id: i64, page: PeoplePage) -> impl IntoView {
    let task = Task::new();
    let password = RwSignal::new(String::new());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let body = NewPassword {
            password: password.get_untracked(),
        };
        task.run(async move {
            client::replace(&paths::admin_user_password(id), &body).await?;
            password.set(String::new());
            page.toast
                .show("Saved the password. All sessions with the former one ended.");
            Ok(())
        });
    };
    view! {
        <form on:submit=save>
            <Field label="New password" hint="8 characters or more. The person is signed out everywhere.">
                <input type="password" autocomplete="new-password" minlength="8" maxlength="1024" required bind:value=password/>
            </Field>
            <Problem task/>
            <div class="form-actions">
                <button type="submit" disabled=move || task.is_busy()>"Set password"</button>
            </div>
        </form>
    }
}

/// The panel that makes a person.
#[component]
pub fn NewPerson(
    /// The page.
    page: PeoplePage,
) -> impl IntoView {
    let task = Task::new();
    let name = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let roles = RwSignal::new(vec![role::VIEWER.to_string()]);
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let new = NewUser {
            name: name.get_untracked().trim().to_string(),
            password: password.get_untracked(),
            roles: roles.get_untracked(),
        };
        task.run(async move {
            let made: Me = client::made(paths::ADMIN_USERS, &new).await?;
            // The answer does not name the id.
            page.users.set(client::get(paths::ADMIN_USERS).await?);
            page.open.set(None);
            page.toast.show(format!("{} can sign in now.", made.name));
            Ok(())
        });
    };
    view! {
        <Panel title="New person".to_string() on_close=Callback::new(move |()| page.open.set(None))>
            <form on:submit=save>
                <Field label="Name" hint="What the person signs in with.">
                    <input type="text" autocomplete="off" spellcheck="false" maxlength="64" required autofocus bind:value=name/>
                </Field>
                <Field label="Password" hint="8 characters or more; the person can change it.">
                    <input type="password" autocomplete="new-password" minlength="8" maxlength="1024" required bind:value=password/>
                </Field>
                <Choices label="Roles" choices=choices(page) chosen=roles/>
                <Problem task/>
                <div class="form-actions">
                    <button type="submit" class="primary" disabled=move || task.is_busy() || roles.with(Vec::is_empty)>
                        {part(move || if task.is_busy() { "Saving…" } else { "Add person" })}
                    </button>
                </div>
            </form>
        </Panel>
    }
}
