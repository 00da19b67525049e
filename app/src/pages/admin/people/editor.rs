//! The panel of one person: roles, ways back in, sessions, disabling, removal; and the form that makes a
//! person.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::{
    Disabled, ErrorCode, LinkCreated, Me, NewPassword, NewUser, UserRoles, paths, role,
};

use super::PeoplePage;
use super::rows::PersonRow;
use crate::browser;
use crate::erased::part;
use crate::live::client;
use crate::pages::account::ListItem;
use crate::pages::admin::access::counted;
use crate::pages::admin::list::Panel;
use crate::pages::admin::{left, role_choices};
use crate::shell::fields::{Choices, CopyField, Field};
use crate::shell::task::{Problem, SubmitButton, Task};

/// The panel of one person.
#[component]
pub fn PersonEditor(
    /// The person.
    row: PersonRow,
    /// The page.
    page: PeoplePage,
) -> impl IntoView {
    let id = row.user.id;
    let (title, name) = (row.user.name.clone(), row.user.name.clone());
    let [disabling, sessions, factor, removal] = [(); 4].map(|()| row.clone());
    let state = format!("Added {} · last seen {}", row.since, row.seen);
    let open = row.user.open.unwrap_or_default();
    let open = format!(
        "{} · {}",
        counted(open.sessions as usize, "session"),
        counted(open.streams as usize, "open stream")
    );
    let factor = row.user.second_factor.then(|| {
        view! {
            <ListItem name="Second factor".into() about="For a lost device.".into()>
                <button type="button" on:click=move |_| page.ask_end_of_second_factor(&factor)>
                    "Take second factor away…"
                </button>
            </ListItem>
        }
        .into_any()
    });
    let disabled = row.user.disabled;
    let note = disabled.then(|| {
        view! { <p class="note">"Disabled: cannot sign in, and their tokens are rejected."</p> }
            .into_any()
    });
    let disable = match disabled {
        true => view! {
            <ListItem name="Enable".into() about="The person can sign in again, and their tokens work.".into()>
                <Enable id name page/>
            </ListItem>
        }
        .into_any(),
        false => view! {
            <ListItem name="Disable".into() about="The person cannot sign in. Nothing is lost.".into()>
                <button type="button" class="danger" on:click=move |_| page.ask_disabling(&disabling)>
                    "Disable…"
                </button>
            </ListItem>
        }
        .into_any(),
    };
    view! {
        <Panel title list=page.list>
            <p class="hint">{state}</p>
            {note}
            <RolesForm row page/>
            <ResetLink id/>
            <PasswordForm id page/>
            <section class="group" aria-labelledby="access-title">
                <h3 id="access-title">"Access"</h3>
                <ul class="rows">
                    <ListItem name="Sessions".into() about=open>
                        <button type="button" on:click=move |_| page.ask_end_of_sessions(&sessions)>
                            "Sign out everywhere…"
                        </button>
                    </ListItem>
                    {factor}
                    {disable}
                    <ListItem name="Remove".into() about="The person is gone for good.".into()>
                        <button type="button" class="danger" on:click=move |_| page.ask_removal(&removal)>
                            "Remove…"
                        </button>
                    </ListItem>
                </ul>
            </section>
        </Panel>
    }
}

/// Lets a disabled person in again.
#[component]
fn Enable(id: i64, name: String, page: PeoplePage) -> impl IntoView {
    let task = Task::new();
    let enable = move |_| {
        let name = name.clone();
        task.run(async move {
            let body = Disabled { disabled: false };
            client::replace(&paths::admin_user_disabled(id), &body).await?;
            page.change(id, |user| user.disabled = false);
            page.list.toast.show(format!("{name} can sign in again."));
            Ok(())
        });
    };
    view! {
        <Problem task/>
        <button type="button" disabled=move || task.is_busy() on:click=enable>"Enable"</button>
    }
}

/// Makes the link by which the person chooses another password, and shows it once.
#[component]
fn ResetLink(id: i64) -> impl IntoView {
    let task = Task::new();
    let link = RwSignal::new(None::<LinkCreated>);
    let make = move |_| {
        task.run(async move {
            let made = client::made(&paths::admin_user_reset_link(id), &()).await?;
            link.set(Some(made));
            Ok(())
        });
    };
    let inside = move || {
        match link.get() {
        Some(made) => {
            let left = left(browser::host().wall_ms() as i64, made.expires_ms);
            view! {
                <p role="status">"The link is made. Send it to the person: it is not shown again."</p>
                <CopyField label="Reset link" text=made.url takes_focus=true/>
                <p class="hint">{format!("It works once, expires in {left}, and replaces former ones.")}</p>
            }
            .into_any()
        }
        None => view! {
            <p class="hint">"A link by which the person chooses another password. Until it is used, nothing changes."</p>
            <Problem task/>
            <div class="form-actions">
                <button type="button" disabled=move || task.is_busy() on:click=make>"Make a reset link"</button>
            </div>
        }
        .into_any(),
    }
    };
    view! {
        <section class="group" aria-labelledby="reset-title">
            <h3 id="reset-title">"Forgotten password"</h3>
            {part(inside)}
        </section>
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
            page.update(id, |user| user.roles = roles);
            page.list.toast.show(format!("Saved the roles of {name}."));
            Ok(())
        });
    };
    view! {
        <form on:submit=save>
            <Choices label="Roles" choices=role_choices(page.roles.get_value()) chosen=roles/>
            <Problem task/>
            <div class="form-actions">
                <button type="submit" class="primary" disabled=move || task.is_busy() || roles.with(Vec::is_empty)>
                    "Save roles"
                </button>
            </div>
        </form>
    }
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
            page.list
                .toast
                .show("Saved the password. All sessions with the former one ended.");
            Ok(())
        });
    };
    view! {
        <form on:submit=save>
            <Field label="Or choose a password for the person" hint="8 characters or more. The person is signed out everywhere.">
                <input type="password" autocomplete="new-password" minlength="8" maxlength="1024" required data-code=ErrorCode::BadPassword.name() bind:value=password/>
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
            page.list.close();
            page.list
                .toast
                .show(format!("{} can sign in now.", made.name));
            Ok(())
        });
    };
    let names = format!("{} {}", ErrorCode::BadName, ErrorCode::NameTaken);
    view! {
        <Panel title="New person".to_string() list=page.list>
            <form on:submit=save>
                <Field label="Name" hint="What the person signs in with.">
                    <input type="text" autocomplete="off" spellcheck="false" maxlength="64" required autofocus data-code=names bind:value=name/>
                </Field>
                <Field label="Password" hint="8 characters or more; the person can change it.">
                    <input type="password" autocomplete="new-password" minlength="8" maxlength="1024" required data-code=ErrorCode::BadPassword.name() bind:value=password/>
                </Field>
                <Choices label="Roles" choices=role_choices(page.roles.get_value()) chosen=roles/>
                <Problem task/>
                <div class="form-actions">
                    <SubmitButton task words="Add person" lacks=Signal::derive(move || roles.with(Vec::is_empty))/>
                </div>
            </form>
        </Panel>
    }
}
