//! The name that one signs in with and that is shown, and the password.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::{ChangePassword, ErrorCode, NewName, paths};

use super::{AccountPage, Section};
use crate::browser;
use crate::live::client::{self, ClientError};
use crate::shell::fields::Field;
use crate::shell::task::{Problem, SubmitButton, Task};

/// Another name. The page is loaded again with it, since the name stands in the header too.
#[component]
pub fn NameForm(
    /// The name as it is.
    name: String,
    /// The page.
    page: AccountPage,
) -> impl IntoView {
    let task = Task::new();
    let (first, former) = (name.clone(), StoredValue::new(name.clone()));
    let (name, password) = (RwSignal::new(name), RwSignal::new(String::new()));
    let is_same = move || name.with(|name| former.with_value(|former| name.trim() == former));
    let typed = move |event| name.set(event_target_value(&event));
    let names = format!("{} {}", ErrorCode::BadName, ErrorCode::NameTaken);
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let new = NewName {
            name: name.get_untracked().trim().to_string(),
            password: password.get_untracked(),
        };
        task.run(async move {
            client::replace(paths::MY_NAME, &new).await?;
            page.toast.show("Saved the name.");
            browser::go(paths::ACCOUNT_PAGE);
            Ok(())
        });
    };
    view! {
        <Section id="about-name" title="Name" about="What you sign in with, and what others see.">
            <form on:submit=save>
                <Field label="Name" hint="1 to 64 characters; unique without regard to case.">
                    <input type="text" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required data-code=names value=first prop:value=name on:input=typed/>
                </Field>
                <Field label="Current password" hint="Another name takes the password.">
                    <input type="password" autocomplete="current-password" required data-code=ErrorCode::WrongCredentials.name() bind:value=password/>
                </Field>
                <Problem task/>
                <div class="form-actions">
                    <SubmitButton task words="Save name" primary=false lacks=Signal::derive(is_same)/>
                </div>
            </form>
        </Section>
    }
}

/// Another password.
#[component]
pub fn PasswordForm(
    /// The page.
    page: AccountPage,
) -> impl IntoView {
    let task = Task::new();
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let change = ChangePassword {
            current: current.get_untracked(),
            new: new.get_untracked(),
        };
        task.run(async move {
            change_password(page, change).await?;
            current.set(String::new());
            new.set(String::new());
            Ok(())
        });
    };
    view! {
        <Section
            id="about-password"
            title="Password"
            about="Your other sessions end when you change it; this one goes on."
        >
            <form on:submit=save>
                <Field label="Current password">
                    <input type="password" autocomplete="current-password" required data-code=ErrorCode::WrongCredentials.name() bind:value=current/>
                </Field>
                <Field label="New password" hint="8 characters or more.">
                    <input type="password" autocomplete="new-password" minlength="8" maxlength="1024" required data-code=ErrorCode::BadPassword.name() bind:value=new/>
                </Field>
                <Problem task/>
                <div class="form-actions">
                    <SubmitButton task words="Change password" primary=false/>
                </div>
            </form>
        </Section>
    }
}

/// Changes the password; the list of sessions is that of afterwards.
pub(super) async fn change_password(
    page: AccountPage,
    change: ChangePassword,
) -> Result<(), ClientError> {
    client::replace(paths::MY_PASSWORD, &change).await?;
    page.toast
        .show("Saved the password. Your other sessions ended.");
    page.sessions.set(client::get(paths::MY_SESSIONS).await?);
    Ok(())
}
