//! The visibility matrix: which role sees which metric, changed cell by cell or heading by heading.

mod changes;
mod grid;
mod model;

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use protocol::{AccessMetric, Action, Boot, RolesBoot, paths};

use super::access::counted;
use super::conflict::notes;
use super::roles::load;
use super::{AdminPage, focus};
use crate::erased::part;
use crate::shell::dialog::Confirm;
use crate::shell::page::Page;
use crate::shell::shortcuts::{Shortcut, bind, shortcut};
use crate::shell::{Shell, boot};
use crate::table::Search;
use changes::Changes;
use grid::{Grid, MatrixGrid};
use model::Mark;

/// Which role sees which metric.
pub const PAGE: Page = Page::admin(
    paths::VISIBILITY_PAGE,
    Action::Admin,
    |source, _| Box::pin(load(source, "Visibility")),
    |_| boot::show(|boot| view! { <Visibility boot/> }.into_any()),
);

/// What keys act on.
#[derive(Clone, Copy)]
struct Keys {
    changes: Changes,
    field: NodeRef<html::Input>,
}

const SHORTCUTS: &[Shortcut<Keys>] = &[
    shortcut(&["/"], "Search", |keys| focus(keys.field)),
    shortcut(&["Ctrl+z"], "Take the last change back", |keys| {
        keys.changes.undo();
    }),
];

#[component]
fn Visibility(boot: Boot<RolesBoot>) -> impl IntoView {
    let Boot { me, page } = boot;
    let shell = Shell::provide();
    let confirm = Confirm::new();
    let metrics: Arc<[AccessMetric]> = model::sorted(page.metrics).into();
    let columns = model::columns(&page.roles, &metrics);
    let changes = Changes::new(columns, Arc::clone(&metrics), expect_context());
    let search = RwSignal::new(String::new());
    let folded = RwSignal::new(BTreeSet::new());
    let count = metrics.len();
    let lines = Memo::new(move |_| {
        let search = Search::new(&search.read());
        folded.with(|folded| model::lines(&metrics, &search, folded))
    });
    let grid = Grid::new(changes, lines, folded, confirm);
    let keys = Keys {
        changes,
        field: NodeRef::new(),
    };
    let saving = move || match (changes.is_saving(), changes.problem()) {
        (true, _) => "Saving…".to_string(),
        (false, _) if changes.conflicts.with(|all| !all.is_empty()) => {
            "Choose which version holds".to_string()
        }
        (false, problem) if problem.is_empty() => "Every change is saved".to_string(),
        (false, problem) => problem,
    };
    let is_bad = move || !changes.is_saving() && !changes.problem().is_empty();
    let no_role = !changes
        .columns
        .with_untracked(|columns| columns.iter().any(|one| one.made));
    let legend = [Mark::Allowed, Mark::Partly, Mark::Not, Mark::Floor].map(|mark| {
        let (class, sign, words) = mark.shown();
        view! { <span><i class=class aria-hidden="true">{sign}</i>{words}</span> }
    });
    view! {
        <AdminPage me here=paths::VISIBILITY_PAGE confirm shell keys=bind(SHORTCUTS, keys)>
            <section class="list-page visibility" aria-labelledby="page-title">
                <div class="top">
                    <h1 id="page-title">"Visibility"<small>{counted(count, "metric")}</small></h1>
                    <input
                        type="search"
                        aria-label="Search metrics"
                        placeholder="Search metric, category (/)"
                        autocomplete="off"
                        spellcheck="false"
                        node_ref=keys.field
                        bind:value=search
                    />
                    <button type="button" title="Ctrl+Z" disabled=move || !changes.can_undo() on:click=move |_| changes.undo()>
                        "Undo"
                    </button>
                </div>
                <p class="saving" class:is-bad=is_bad role="status">{part(saving)}</p>
                {notes(
                    changes.conflicts.into(),
                    Callback::new(move |conflict| changes.keep_mine(conflict)),
                    Callback::new(move |conflict| changes.take_theirs(conflict)),
                )}
                {no_role
                    .then(|| {
                        view! {
                            <p class="hint">
                                "Every role here is part of the server. "
                                <a href=crate::base::at(paths::ROLES_PAGE)>"Make a role"</a>
                                " to choose what its people see."
                            </p>
                        }
                            .into_any()
                    })}
                <MatrixGrid grid/>
                <p class="marks">
                    {legend.into_iter().collect::<Vec<_>>()}
                    <span class="hint">"Space changes a cell and keeps conditions, Delete takes them away too, Enter folds a heading"</span>
                </p>
            </section>
        </AdminPage>
    }
}
