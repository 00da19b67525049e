//! Roles: which there are, what each gives to how many people, and making, changing and removing
//! those that admins make.

mod conditions;
mod defaults;
mod editor;
mod grant_field;
mod guest;
mod rows;

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{AccessMetric, Action, Boot, Dashboard, DashboardLink, Role, RolesBoot, paths};

use super::conflict::RoleConflict;
use super::list::{ListState, LoadedList, Makes, Open, row_of};
use crate::shell::page::{LoadError, Loaded, Page};
use crate::shell::shortcuts::shortcut;
use crate::shell::source::PageSource;
use crate::shell::{Shell, boot};
use editor::RoleEditor;
pub use rows::words;
use rows::{LISTING, RoleRow};

/// Every role.
pub const PAGE: Page = Page::admin(
    paths::ROLES_PAGE,
    Action::Admin,
    |source, _| Box::pin(load(source, "Roles")),
    |_| boot::show(|boot| view! { <RolesView boot/> }.into_any()),
);

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

const MAKES: Makes = Makes {
    button: "New role",
    form: Open::New,
    keys: &[shortcut(&["n"], "Make a new one", |list| {
        list.show(Open::New)
    })],
};

/// The page: copied freely.
#[derive(Clone, Copy)]
struct RolesPage {
    boot: RwSignal<RolesBoot>,
    metrics: StoredValue<Arc<[AccessMetric]>>,
    list: ListState,
}

impl RolesPage {
    /// A role has been saved.
    fn saved(self, role: Role) {
        self.list.toast.show(format!("Saved {}.", role.name));
        self.list.close();
        self.put(role);
    }

    /// Shows what another admin saved, in place of what was changed here; closes a role that is gone.
    fn take_theirs(self, RoleConflict { name, theirs, .. }: RoleConflict) {
        self.list.close();
        let Some(theirs) = theirs else {
            self.boot
                .update(|boot| boot.roles.roles.retain(|role| role.name != name));
            return self.list.toast.show(format!("{name} is gone."));
        };
        self.put(theirs);
        self.list.show(Open::Row(name));
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
        if let Some(why) = rows::kept(row) {
            return self.list.toast.show(why);
        }
        let name = row.role.name.clone();
        let title = format!("Remove the role {name}?");
        let path = paths::admin_role(&name);
        let done = Arc::new(move || {
            self.list.close();
            self.boot
                .update(|boot| boot.roles.roles.retain(|role| role.name != name));
            self.list.toast.show(format!("Removed {name}."));
        });
        let words = "Nobody has it. What it gives is gone for good.".to_string();
        let confirm = self.list.confirm;
        confirm.ask_deletion(title, words, "Remove the role", path, done);
    }
}

#[component]
fn RolesView(boot: Boot<RolesBoot>) -> impl IntoView {
    let Boot { me, page } = boot;
    let shell = Shell::provide();
    let metrics: Arc<[AccessMetric]> = page.metrics.clone().into();
    let page = RolesPage {
        boot: RwSignal::new(page),
        metrics: StoredValue::new(metrics),
        list: ListState::new(),
    };
    let listed = Memo::new(move |_| page.boot.with(rows::rows));
    let list = page.list;
    let panel = Callback::new(move |open| {
        let row = match open {
            Open::New | Open::Invite => None,
            Open::Row(name) => Some(row_of(&LISTING, &listed.get_untracked(), &name)?),
        };
        Some(view! { <RoleEditor row page/> }.into_any())
    });
    view! {
        <LoadedList
            me
            here=paths::ROLES_PAGE
            class="roles"
            shell
            list
            makes=&MAKES
            listing=&LISTING
            rows=listed
            looks_in="name, description, metric"
            panel
        />
    }
}
