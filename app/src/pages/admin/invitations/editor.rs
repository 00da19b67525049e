//! The panel of one invitation, and the form that makes one and shows its link once.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::{Invitation, LinkCreated, NewInvitation, paths, role};

use super::InvitationsPage;
use super::rows::InvitationRow;
use crate::browser;
use crate::erased::part;
use crate::live::client;
use crate::pages::admin::list::{ListState, Panel};
use crate::pages::admin::{left, moment, role_choices};
use crate::shell::fields::{Choices, CopyField, Field, options};
use crate::shell::task::{Problem, SubmitButton, Task};

/// How long an invitation can work, in hours, with words for people.
const LIFETIMES: [(u32, &str); 5] = [
    (1, "In an hour"),
    (24, "In a day"),
    (72, "In 3 days"),
    (168, "In a week"),
    (720, "In 30 days"),
];
/// What is chosen first.
const USUAL_HOURS: u32 = 72;

/// The panel of one invitation.
#[component]
pub fn InvitationPanel(
    /// The invitation.
    row: InvitationRow,
    /// The page.
    page: InvitationsPage,
) -> impl IntoView {
    let title = format!("Invitation {}", row.words);
    let roles = row.invitation.roles.join(", ");
    view! {
        <Panel title list=page.list>
            <dl>
                <div><dt>"Roles"</dt><dd>{roles}</dd></div>
                <div><dt>"Created by"</dt><dd>{row.by.clone()}</dd></div>
                <div><dt>"Created"</dt><dd>{moment(Some(row.invitation.created_ms), row.since.clone())}</dd></div>
                <div><dt>"Expires"</dt><dd>{moment(Some(row.invitation.expires_ms), row.left.clone())}</dd></div>
            </dl>
            <p class="hint">
                "Its link was shown once and is not kept. If it is lost, make another invitation and revoke this one."
            </p>
            <div class="form-actions">
                <button type="button" class="danger" on:click=move |_| page.ask_revocation(&row)>
                    "Revoke…"
                </button>
            </div>
        </Panel>
    }
}

/// The panel that makes an invitation.
#[component]
pub fn InvitePanel(
    /// The roles that the person may give.
    roles: Vec<String>,
    /// The list beside which it stands.
    list: ListState,
    /// Is called with all invitations after one was made.
    on_made: Callback<Vec<Invitation>>,
    /// What stands below the form.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let task = Task::new();
    let note = RwSignal::new(String::new());
    let hours = RwSignal::new(USUAL_HOURS);
    let first = roles.iter().find(|one| *one == role::VIEWER);
    let chosen = RwSignal::new(Vec::from_iter(first.or(roles.first()).cloned()));
    let link = RwSignal::new(None::<LinkCreated>);
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let new = NewInvitation {
            roles: chosen.get_untracked(),
            note: note.get_untracked().trim().to_string(),
            hours: Some(hours.get_untracked()),
        };
        task.run(async move {
            link.set(Some(client::made(paths::ADMIN_INVITATIONS, &new).await?));
            on_made.run(client::get(paths::ADMIN_INVITATIONS).await?);
            Ok(())
        });
    };
    let choose = move |event| {
        if let Ok(chosen) = event_target_value(&event).parse() {
            hours.set(chosen);
        }
    };
    let choices = role_choices(roles);
    let form = move || {
        let lifetimes = LIFETIMES.map(|(hours, words)| (hours.to_string(), words.to_string()));
        let lifetimes = options(lifetimes, &hours.get_untracked().to_string());
        view! {
            <form on:submit=save>
                <p class="hint">"Makes a link that works once: who opens it chooses a name and a password, and has these roles."</p>
                <Field label="For" hint="Who it is for; only people who invite see it.">
                    <input type="text" autocomplete="off" maxlength="64" autofocus bind:value=note/>
                </Field>
                <Choices label="Roles" choices=choices.clone() chosen/>
                <Field label="Expires">
                    <select on:change=choose>{lifetimes}</select>
                </Field>
                <Problem task/>
                <div class="form-actions">
                    <SubmitButton task words="Make the link" lacks=Signal::derive(move || chosen.with(Vec::is_empty))/>
                </div>
            </form>
        }
        .into_any()
    };
    let again = move |_| {
        note.set(String::new());
        link.set(None);
    };
    let shown = move |made: LinkCreated| {
        let left = left(browser::host().wall_ms() as i64, made.expires_ms);
        view! {
            <p role="status">"The invitation is made. Send this link to the person: it is not shown again."</p>
            <CopyField label="Link" text=made.url takes_focus=true/>
            <p class="hint">{format!("It works once, and expires in {left}.")}</p>
            <div class="form-actions">
                <button type="button" on:click=again>"Invite another"</button>
                <button type="button" class="primary" on:click=move |_| list.close()>"Done"</button>
            </div>
        }
        .into_any()
    };
    let inside = move || match link.get() {
        Some(made) => shown(made),
        None => form(),
    };
    view! {
        <Panel title="Invite".to_string() list>
            {part(inside)}
            {children.map(|children| children())}
        </Panel>
    }
}
