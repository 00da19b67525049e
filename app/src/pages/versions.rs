//! The versions of a dashboard: what was saved when and by whom, what it changed, and putting an old one
//! back, which saves it as a new version.
//!
//! Invariant: nothing is overwritten that the page does not show: a version that somebody saved meanwhile
//! rejects the restore.

use leptos::prelude::*;
use protocol::{
    Action, AuditActorKind, Boot, Dashboard, DashboardVersion, ErrorCode, VersionsBoot, paths,
};

use crate::base::at;
use crate::browser;
use crate::erased::CollectAny;
use crate::live::client::{self, ClientError};
use crate::pages::admin::ago;
use crate::shell::header::Header;
use crate::shell::page::{LoadError, Loaded, Page};
use crate::shell::shortcuts::{Shortcut, bind};
use crate::shell::source::PageSource;
use crate::shell::task::{Problem, Task};
use crate::shell::{Shell, boot};

/// The versions of a dashboard, by its id.
pub const PAGE: Page = Page::admin(
    paths::VERSIONS_PAGE,
    Action::SignedIn,
    |source, id| Box::pin(load(source, id)),
    |_| boot::show(|boot| view! { <Versions boot/> }.into_any()),
);

const SHORTCUTS: &[Shortcut<VersionsPage>] = &[];

async fn load(source: &dyn PageSource, id: &str) -> Result<Loaded, LoadError> {
    let found = source.versions(id).await?.ok_or(LoadError::Missing)?;
    let title = format!("Versions of {}", found.dashboard.title);
    Loaded::new(source, &title, found)
}

/// The page: copied freely.
#[derive(Clone, Copy)]
struct VersionsPage {
    id: StoredValue<String>,
    newest: u64,
    task: Task,
}

impl VersionsPage {
    /// Saves an old version over the newest one that the page knows, and shows the dashboard.
    fn restore(self, version: u64) {
        let id = self.id.get_value();
        self.task.run(async move {
            let old = client::get::<Dashboard>(&paths::dashboard_version(&id, version)).await?;
            let again = Dashboard {
                version: self.newest,
                ..old
            };
            let saved = client::put::<Dashboard>(&paths::dashboard(&id), &again).await;
            saved.map_err(explained)?;
            browser::host().go(&paths::dashboard_page(&id));
            Ok(())
        });
    }
}

/// A conflict in the words of this page.
fn explained(error: ClientError) -> ClientError {
    match error {
        ClientError::Rejected {
            status,
            code: ErrorCode::StaleVersion,
            body,
            ..
        } => ClientError::Rejected {
            status,
            code: ErrorCode::StaleVersion,
            message: "somebody saved the dashboard meanwhile; reload the page to see what".into(),
            body,
        },
        other => other,
    }
}

#[component]
fn Versions(boot: Boot<VersionsBoot>) -> impl IntoView {
    let Boot { me, page: loaded } = boot;
    let shell = Shell::provide();
    let here = paths::dashboard_page(&loaded.dashboard.id);
    let page = VersionsPage {
        id: StoredValue::new(loaded.dashboard.id),
        newest: loaded.versions.first().map_or(0, |newest| newest.version),
        task: Task::new(),
    };
    let title = loaded.dashboard.title;
    let about = match (&loaded.file, loaded.may_restore) {
        (Some(file), _) => {
            format!("The dashboard comes from the file {file}. Put an old version back there.")
        }
        (None, true) => {
            "Every save is kept. Restoring an old version saves it as a new one.".into()
        }
        (None, false) => {
            "Every save is kept. Who may edit the dashboard can put an old version back.".into()
        }
    };
    let (now_ms, may_restore) = (loaded.now_ms, loaded.may_restore);
    let rows = loaded.versions.into_iter();
    let rows = rows.map(move |version| row(page, version, now_ms, may_restore).into_any());
    view! {
        <Header me here=paths::HOME_PAGE/>
        <main class="settings-page" aria-labelledby="page-title">
            <div class="top">
                <h1 id="page-title">{format!("Versions of {title}")}</h1>
                <p class="hint">{about}</p>
                <p><a href=at(&here)>"Back to the dashboard"</a></p>
            </div>
            <section class="settings" aria-labelledby="versions">
                <div>
                    <h2 id="versions">"Versions"</h2>
                    <p class="hint">"What each of them changed of the one before it."</p>
                </div>
                <div class="panel">
                    <Problem task=page.task/>
                    <ul class="rows">{rows.collect_any()}</ul>
                </div>
            </section>
        </main>
        {shell.end(bind(SHORTCUTS, page))}
    }
}

fn row(
    page: VersionsPage,
    version: DashboardVersion,
    now_ms: i64,
    may_restore: bool,
) -> impl IntoView {
    let number = version.version;
    let about = format!("{} · {}", who(&version), ago(now_ms, version.t));
    let changes = version.changes.join("; ");
    let restore = match number == page.newest {
        true => view! { <small class="badge">"Newest"</small> }.into_any(),
        false if !may_restore => ().into_any(),
        false => view! {
            <button
                type="button"
                aria-label=format!("Restore version {number}")
                disabled=move || page.task.is_busy()
                on:click=move |_| page.restore(number)
            >
                "Restore"
            </button>
        }
        .into_any(),
    };
    view! {
        <li>
            <div>
                <b>{format!("Version {number}")}</b>
                <small>{about}</small>
                <small>{changes}</small>
            </div>
            {restore}
        </li>
    }
}

/// Whoever saved it, in words.
fn who(version: &DashboardVersion) -> String {
    match &version.who {
        None => "not known by whom".to_owned(),
        Some(who) if who.kind == AuditActorKind::File => format!("file {}", who.name),
        Some(who) => who.name.clone(),
    }
}
