//! Invitations: those that still work, making one, whose link is shown once, and revoking. For people who
//! may invite; who is no admin sees their own, and gives roles of their own.

mod editor;
mod rows;

use leptos::html;
use leptos::prelude::*;
use protocol::{Action, Boot, Invitation, InvitationsBoot, paths};

use super::{AdminPage, ListTop, access, focus};
use crate::erased::part;
use crate::live::client;
use crate::shell::dialog::Confirm;
use crate::shell::page::{Bundle, LoadError, Loaded, Page};
use crate::shell::shortcuts::{Shortcut, bind, shortcut};
use crate::shell::source::PageSource;
use crate::shell::toast::Toast;
use crate::shell::{Shell, boot, notice};
use crate::table::{LongTable, Rows};
use editor::InvitationPanel;
pub use editor::InvitePanel;
use rows::{InvitationRow, LISTING};

/// Every invitation that the person may see.
pub const PAGE: Page = Page {
    path: paths::INVITATIONS_PAGE,
    title: "",
    menu: None,
    action: Action::Invite,
    bundle: Bundle::Admin,
    load: Some(|source, _| Box::pin(load(source))),
    view: |_| match boot::read() {
        Some(boot) => view! { <Invitations boot/> }.into_any(),
        None => notice::missing(),
    },
};

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

/// What is open beside the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Invitation(i64),
    New,
}

/// The page: copied freely.
#[derive(Clone, Copy)]
struct InvitationsPage {
    invitations: RwSignal<Vec<Invitation>>,
    roles: StoredValue<Vec<String>>,
    open: RwSignal<Option<Open>>,
    search: RwSignal<String>,
    field: NodeRef<html::Input>,
    confirm: Confirm,
    toast: Toast,
}

const SHORTCUTS: &[Shortcut<InvitationsPage>] = &[
    shortcut(&["/"], "Search", |page| focus(page.field)),
    shortcut(&["n"], "Invite somebody", |page| {
        page.open.set(Some(Open::New));
    }),
    shortcut(&["Escape"], "Close the invitation", |page| {
        page.open.set(None);
    }),
];

impl InvitationsPage {
    fn ask_revocation(self, row: &InvitationRow) {
        let id = row.invitation.id;
        let title = format!("Revoke the invitation {}?", row.words);
        let words = "Its link stops working at once. Who has become a user by then stays one.";
        let work = move || async move {
            client::delete(&paths::admin_invitation(id)).await?;
            self.open.set(None);
            self.invitations
                .update(|all| all.retain(|invitation| invitation.id != id));
            self.toast.show("Revoked the invitation.");
            Ok(())
        };
        self.confirm
            .ask(title, words.into(), "Revoke the invitation", work);
    }
}

#[component]
fn Invitations(boot: Boot<InvitationsBoot>) -> impl IntoView {
    let Boot { me, page: loaded } = boot;
    let shell = Shell::provide();
    let page = InvitationsPage {
        invitations: RwSignal::new(loaded.invitations),
        roles: StoredValue::new(loaded.roles),
        open: RwSignal::new(None),
        search: RwSignal::new(String::new()),
        field: NodeRef::new(),
        confirm: Confirm::new(),
        toast: expect_context(),
    };
    let now_ms = loaded.now_ms;
    let listed = Memo::new(move |_| page.invitations.with(|all| rows::rows(all, now_ms)));
    let close = Callback::new(move |()| page.open.set(None));
    let made = Callback::new(move |all| page.invitations.set(all));
    let panel = move || match page.open.get()? {
        Open::New => {
            let roles = page.roles.get_value();
            Some(view! { <InvitePanel roles on_close=close on_made=made/> }.into_any())
        }
        Open::Invitation(id) => {
            let row = listed
                .with_untracked(|rows| rows.iter().find(|row| row.invitation.id == id).cloned());
            row.map(|row| view! { <InvitationPanel row page/> }.into_any())
        }
    };
    let open = Signal::derive(move || match page.open.get() {
        Some(Open::Invitation(id)) => Some(id.to_string()),
        _ => None,
    });
    let on_open =
        Callback::new(move |key: String| page.open.set(key.parse().ok().map(Open::Invitation)));
    view! {
        <AdminPage me here=paths::INVITATIONS_PAGE confirm=page.confirm shell keys=bind(SHORTCUTS, page)>
            <div class="list-page invitations" class:open=move || page.open.with(Option::is_some)>
                <section class="list" aria-labelledby="page-title">
                    <ListTop
                        title="Invitations"
                        count=Signal::derive(move || page.invitations.with(Vec::len))
                        looks_in="note, role, name"
                        search=page.search
                        field=page.field
                        button="Invite"
                        on_new=Callback::new(move |()| page.open.set(Some(Open::New)))
                    />
                    <LongTable
                        listing=&LISTING
                        rows=Signal::derive(move || Rows::Known(listed.get()))
                        search=page.search
                        open
                        on_open
                    />
                </section>
                {part(panel)}
            </div>
        </AdminPage>
    }
}
