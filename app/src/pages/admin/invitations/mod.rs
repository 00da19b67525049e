//! Invitations: those that still work, making one, whose link is shown once, and revoking. For people who
//! may invite; who is no admin sees their own, and gives roles of their own.

mod editor;
mod rows;

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{Action, Boot, Invitation, InvitationsBoot, paths};

use super::access;
use super::list::{ListState, LoadedList, Makes, Open, row_of};
use crate::shell::page::{LoadError, Loaded, Page};
use crate::shell::shortcuts::shortcut;
use crate::shell::source::PageSource;
use crate::shell::{Shell, boot};
use editor::InvitationPanel;
pub use editor::InvitePanel;
use rows::{InvitationRow, LISTING};

/// Every invitation that the person may see.
pub const PAGE: Page = Page::admin(
    paths::INVITATIONS_PAGE,
    Action::Invite,
    |source, _| Box::pin(load(source)),
    |_| boot::show(|boot| view! { <Invitations boot/> }.into_any()),
);

async fn load(source: &dyn PageSource) -> Result<Loaded, LoadError> {
    let me = source.me();
    let roles = match me.admin {
        true => access::names(&source.roles().await?),
        false => me.roles,
    };
    let page = InvitationsBoot {
        invitations: source.invitations().await?,
        roles,
        now_ms: source.now_ms(),
    };
    Loaded::new(source, "Invitations", page)
}

/// The page: copied freely.
#[derive(Clone, Copy)]
struct InvitationsPage {
    invitations: RwSignal<Vec<Invitation>>,
    roles: StoredValue<Vec<String>>,
    list: ListState,
}

const MAKES: Makes = Makes {
    button: "Invite",
    form: Open::New,
    keys: &[shortcut(&["n"], "Invite somebody", |list| {
        list.show(Open::New);
    })],
};

impl InvitationsPage {
    fn ask_revocation(self, row: &InvitationRow) {
        let id = row.invitation.id;
        let title = format!("Revoke the invitation {}?", row.words);
        let words = "Its link stops working at once. Who has become a user by then stays one.";
        let done = Arc::new(move || {
            self.list.close();
            self.invitations
                .update(|all| all.retain(|invitation| invitation.id != id));
            self.list.toast.show("Revoked the invitation.");
        });
        let path = paths::admin_invitation(id);
        let confirm = self.list.confirm;
        confirm.ask_deletion(title, words.into(), "Revoke the invitation", path, done);
    }
}

#[component]
fn Invitations(boot: Boot<InvitationsBoot>) -> impl IntoView {
    let Boot { me, page: loaded } = boot;
    let shell = Shell::provide();
    let page = InvitationsPage {
        invitations: RwSignal::new(loaded.invitations),
        roles: StoredValue::new(loaded.roles),
        list: ListState::new(),
    };
    let now_ms = loaded.now_ms;
    let listed = Memo::new(move |_| page.invitations.with(|all| rows::rows(all, now_ms)));
    let made = Callback::new(move |all| page.invitations.set(all));
    let list = page.list;
    let panel = Callback::new(move |open| match open {
        Open::New => {
            let roles = page.roles.get_value();
            Some(view! { <InvitePanel roles list on_made=made/> }.into_any())
        }
        Open::Invite => None,
        Open::Row(key) => {
            let row = row_of(&LISTING, &listed.get_untracked(), &key)?;
            Some(view! { <InvitationPanel row page/> }.into_any())
        }
    });
    view! {
        <LoadedList
            me
            here=paths::INVITATIONS_PAGE
            class="invitations"
            shell
            list
            makes=&MAKES
            listing=&LISTING
            rows=listed
            looks_in="note, role, name"
            panel
        />
    }
}
