//! Roles: which there are, what each gives to how many people, and making, changing and removing
//! those that admins make.

mod conditions;
mod editor;
mod grant_field;
mod guest;
mod rows;

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use protocol::{AccessMetric, Action, Boot, Dashboard, DashboardLink, Role, RolesBoot, paths};

use super::{AdminPage, ListTop, focus};
use crate::erased::part;
use crate::live::client;
use crate::shell::dialog::Confirm;
use crate::shell::page::{Bundle, LoadError, Loaded, Page};
use crate::shell::shortcuts::{Shortcut, bind, shortcut};
use crate::shell::source::PageSource;
use crate::shell::toast::Toast;
use crate::shell::{Shell, boot, notice};
use crate::table::{LongTable, Rows};
use editor::RoleEditor;
pub use rows::words;
use rows::{LISTING, RoleRow};

/// Every role.
pub const PAGE: Page = Page {
    path: paths::ROLES_PAGE,
    title: "",
    menu: None,
    action: Action::Admin,
    bundle: Bundle::Admin,
    load: Some(|source, _| Box::pin(load(source, "Roles"))),
    view: |_| match boot::read() {
        Some(boot) => view! { <RolesView boot/> }.into_any(),
        None => notice::missing(),
    },
};

/// What the pages of roles and of visibility begin with.
pub async fn load(source: &dyn PageSource, title: &'static str) -> Result<Loaded, LoadError> {
    let mut page = RolesBoot {
        roles: guest::with_guest(source.roles().await?),
        ..RolesBoot::default()
    };
    let link = |one: Dashboard| DashboardLink {
        id: one.id,
        title: one.title,
    };
    page.dashboards = source.dashboards().await?.into_iter().map(link).collect();
    for user in source.users().await? {
        for role in user.roles {
            *page.holders.entry(role).or_default() += 1;
        }
    }
    let metrics = source.metrics().into_iter().map(|metric| AccessMetric {
        name: metric.name,
        category: metric.category,
        required_roles: metric.required_roles,
        tags: metric.tags,
    });
    page.metrics = metrics.collect();
    Loaded::new(source, title, page)
}

/// The page: copied freely.
#[derive(Clone, Copy)]
struct RolesPage {
    boot: RwSignal<RolesBoot>,
    metrics: StoredValue<Arc<[AccessMetric]>>,
    /// The name of the role that is open; an empty one is a new role.
    open: RwSignal<Option<String>>,
    search: RwSignal<String>,
    field: NodeRef<html::Input>,
    confirm: Confirm,
    toast: Toast,
}

const SHORTCUTS: &[Shortcut<RolesPage>] = &[
    shortcut(&["/"], "Search", |page| focus(page.field)),
    shortcut(&["n"], "New role", |page| {
        page.open.set(Some(String::new()))
    }),
    shortcut(&["Escape"], "Close the role", |page| page.open.set(None)),
];

impl RolesPage {
    /// A role has been saved.
    fn saved(self, role: Role) {
        self.toast.show(format!("Saved {}.", role.name));
        self.open.set(None);
        self.put(role);
    }

    /// Another admin saved the role in between: it is shown as it is now.
    fn conflict(self, current: Role, was_new: bool) {
        let name = current.name.clone();
        self.toast.show(match was_new {
            true => format!("There is a role {name} already; this is it."),
            false => format!("Somebody else saved {name} in between; this is their version."),
        });
        self.open.set(None);
        self.put(current);
        self.open.set(Some(name));
    }

    fn put(self, role: Role) {
        self.boot.update(|boot| {
            let roles = &mut boot.roles.roles;
            match roles.iter_mut().find(|one| one.name == role.name) {
                Some(one) => *one = role,
                None => roles.push(role),
            }
        });
    }

    fn ask_removal(self, row: &RoleRow) {
        let name = row.role.name.clone();
        let title = format!("Remove the role {name}?");
        let work = move || {
            let name = name.clone();
            async move {
                client::delete(&paths::admin_role(&name)).await?;
                self.open.set(None);
                self.boot
                    .update(|boot| boot.roles.roles.retain(|role| role.name != name));
                self.toast.show(format!("Removed {name}."));
                Ok(())
            }
        };
        self.confirm
            .ask(title, rows::removal(row), "Remove the role", work);
    }
}

#[component]
fn RolesView(boot: Boot<RolesBoot>) -> impl IntoView {
    let Boot { me, page } = boot;
    let shell = Shell::provide();
    let confirm = Confirm::new();
    let metrics: Arc<[AccessMetric]> = page.metrics.clone().into();
    let page = RolesPage {
        boot: RwSignal::new(page),
        metrics: StoredValue::new(metrics),
        open: RwSignal::new(None),
        search: RwSignal::new(String::new()),
        field: NodeRef::new(),
        confirm,
        toast: expect_context(),
    };
    let listed = Memo::new(move |_| page.boot.with(rows::rows));
    let panel = move || {
        let name = page.open.get()?;
        let row =
            listed.with_untracked(|rows| rows.iter().find(|row| row.role.name == name).cloned());
        Some(view! { <RoleEditor row page/> })
    };
    let on_open = Callback::new(move |name| page.open.set(Some(name)));
    let open = Signal::derive(move || page.open.get());
    view! {
        <AdminPage me here=paths::ROLES_PAGE confirm shell keys=bind(SHORTCUTS, page)>
            <div class="list-page roles" class:open=move || page.open.with(Option::is_some)>
                <section class="list" aria-labelledby="page-title">
                    <ListTop
                        title="Roles"
                        count=Signal::derive(move || listed.with(|rows| rows.len()))
                        looks_in="name, description, metric"
                        search=page.search
                        field=page.field
                        button="New role"
                        on_new=Callback::new(move |()| page.open.set(Some(String::new())))
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
