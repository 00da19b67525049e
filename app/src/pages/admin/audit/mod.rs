//! The audit log: who changed what, when, from where, with the state before and after; filtered by the
//! server, exported as files.

mod changes;
mod filter;
mod log;
mod rows;

use leptos::prelude::*;
use protocol::{Action, Boot, Me, paths};

use super::list::{ListFrame, ListState, Open, Panel, row_of};
use crate::erased::{CollectAny, effect, part};
use crate::shell::page::{Loaded, Page};
use crate::shell::{Shell, boot};
use crate::table::Rows;
use crate::view::Zone;
pub(super) use changes::{FieldChange, changes};
use filter::{Filter, FilterFields};
use log::Log;
pub use rows::time;
use rows::{AuditRow, LISTING};

/// Who changed what.
pub const PAGE: Page = Page::admin(
    paths::AUDIT_PAGE,
    Action::Admin,
    |source, _| Box::pin(async move { Loaded::new(source, "Audit log", ()) }),
    |_| boot::show(|Boot { me, page: () }| view! { <Audit me/> }.into_any()),
);

#[component]
fn Audit(me: Me) -> impl IntoView {
    let shell = Shell::provide();
    let list = ListState::new();
    let (filter, log) = (Filter::new(list), Log::new());
    effect(move || log.show(filter.params()));
    let panel = Callback::new(move |open: Open| {
        let (Open::Row(key), Rows::Known(rows)) = (open, log.rows.get_untracked()) else {
            return None;
        };
        let row = row_of(&LISTING, &rows, &key)?;
        Some(view! { <Entry row list/> }.into_any())
    });
    let top = view! { <FilterFields filter/> }.into_any();
    let foot = view! { <Foot log/> }.into_any();
    view! {
        <ListFrame
            me
            here=paths::AUDIT_PAGE
            class="audit"
            shell
            list
            listing=&LISTING
            rows=log.rows.into()
            search=RwSignal::new(String::new())
            top
            foot
            on_retry=Callback::new(move |()| log.retry())
            panel
        />
    }
}

/// How much is shown, and the way to more.
#[component]
fn Foot(log: Log) -> impl IntoView {
    let shown = move || {
        if !log.is_known() {
            return String::new();
        }
        let mut words = match log.count() {
            1 => "1 entry".to_string(),
            count => format!("{count} entries"),
        };
        if log.has_more() {
            words += ", newest first";
        }
        if log.is_cut() {
            words += ", and older ones: narrow the filter, or export them";
        }
        match log.dropped.get() {
            0 => words,
            dropped => format!("{words}. {dropped} were dropped by age or a limit"),
        }
    };
    let button = move || {
        log.has_more().then(|| {
            view! {
                <button type="button" disabled=move || log.older.is_busy() on:click=move |_| log.more()>
                    {part(move || if log.older.is_busy() { "Loading…" } else { "Load older" })}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="foot">
            <p class="hint" role="status">{part(shown)}</p>
            <p class="problem" role="alert">{part(move || log.older.problem())}</p>
            {part(button)}
        </div>
    }
}

/// One entry as a whole.
#[component]
fn Entry(row: AuditRow, list: ListState) -> impl IntoView {
    let AuditRow { entry, when, .. } = row;
    let (before, after) = (entry.before.as_ref(), entry.after.as_ref());
    let changed = changes(before, after);
    let nothing = match (before, after, changed.is_empty()) {
        (None, None, _) => Some("This kind of entry has no state before or after."),
        (_, _, true) => Some("The state is the same before and after."),
        _ => None,
    };
    let kind = rows::kind(&entry.who);
    let who = match kind {
        "" => entry.who.name.clone(),
        kind => format!("{} ({kind})", entry.who.name),
    };
    let term = |words: &'static str, value: String| {
        let value = if value.is_empty() {
            "unknown".to_string()
        } else {
            value
        };
        view! { <div><dt>{words}</dt><dd>{value}</dd></div> }
    };
    let terms = [
        term("Who", who),
        term("When", when),
        term("In UTC", rows::time(entry.t, &Zone::Utc)),
        term("From", entry.address.clone()),
        term("Object", entry.object.clone()),
        term("Number", entry.id.to_string()),
    ];
    let is_change = before.is_some() && after.is_some();
    let fields = changed.into_iter().map(move |one| field(one, is_change));
    let table = nothing.is_none().then(|| {
        view! {
            <table class="states">
                <thead>
                    <tr>
                        <th scope="col">"Field"</th>
                        {(is_change || before.is_some()).then(|| view! { <th scope="col">"Before"</th> })}
                        {(is_change || after.is_some()).then(|| view! { <th scope="col">"After"</th> })}
                    </tr>
                </thead>
                <tbody>{fields.collect_any()}</tbody>
            </table>
        }
        .into_any()
    });
    view! {
        <Panel title=rows::what(entry.what) list>
            <dl>{terms.into_iter().collect_any()}</dl>
            {nothing.map(|words| view! { <p class="hint">{words}</p> }.into_any())}
            {table}
        </Panel>
    }
}

/// One field of the state.
fn field(one: FieldChange, is_change: bool) -> impl IntoView {
    let FieldChange {
        path,
        before,
        after,
    } = one;
    let cell = |value: Option<String>, class: &'static str| {
        let shown = is_change || value.is_some();
        shown.then(|| {
            view! { <td class=class>{value.unwrap_or_else(|| "–".into())}</td> }.into_any()
        })
    };
    let path = if path.is_empty() {
        "value".to_string()
    } else {
        path
    };
    view! {
        <tr>
            <th scope="row">{path}</th>
            {cell(before, "before")}
            {cell(after, "after")}
        </tr>
    }
}
