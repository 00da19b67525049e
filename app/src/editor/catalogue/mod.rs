//! The catalogue: every metric that one may see, found by words, with what it does now, and put onto the
//! grid by a click, by Enter, or by dragging.
//!
//! Invariant: the focus stays in the search field or on the list, so that one adds several widgets
//! without a way back.

pub mod convert;
pub mod detail;
mod hold;
mod preview;
mod rows;
pub mod sheets;
mod spark;
pub mod suggest;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use protocol::{GridPlace, Metric, Widget, WidgetKind, paths};

use super::Editor;
use crate::browser;
use crate::erased::{CollectAny, effect, part};
use crate::kinds::kind;
use crate::live::{Live, client};
use crate::shell::shortcuts::{Shortcut, shortcut};
use crate::shell::toast::Toast;
use crate::table::{ListCursor, LongTable, Rows};
use detail::Detail;
use hold::Hold;
use preview::Previews;
use rows::{CatalogueRow, LISTING};
use sheets::{Sheet, SheetTabs, Sheets};

/// The element of the list, for the focus.
const LIST: &str = ".edit-catalogue [role=grid]";

/// The catalogue of a page: copied freely.
#[derive(Clone, Copy)]
pub struct CatalogueState {
    editor: Editor,
    live: Live,
    rows: RwSignal<Rows<CatalogueRow>>,
    search: RwSignal<String>,
    field: NodeRef<html::Input>,
    cursor: ListCursor,
    previews: Previews,
    sheets: Sheets,
    toast: Option<Toast>,
}

/// Keys of the page that are the catalogue's.
pub const SHORTCUTS: &[Shortcut<CatalogueState>] =
    &[shortcut(&["/"], "Search metrics", CatalogueState::look_for)];

impl CatalogueState {
    /// Of a page that edits; its parts find it in the context.
    pub fn provide(editor: Editor) -> CatalogueState {
        let live = expect_context::<Live>();
        let here = StoredValue::new(None::<CatalogueState>);
        let on_enter = Callback::new(move |name: String| {
            if let Some(state) = here.get_value() {
                state.add_best(&name);
            }
        });
        let state = CatalogueState {
            editor,
            live,
            rows: RwSignal::new(Rows::Loading),
            search: RwSignal::new(String::new()),
            field: NodeRef::new(),
            cursor: ListCursor {
                current: RwSignal::new(None),
                first: RwSignal::new(None),
                on_enter,
            },
            previews: Previews::new(live, editor.metrics),
            sheets: Sheets::closed(),
            toast: use_context(),
        };
        here.set_value(Some(state));
        provide_context(state);
        provide_context(state.sheets);
        provide_context(state.previews);
        provide_context(Hold::new(state));
        state
    }

    /// Fetches the metrics, now and whenever the person may see others.
    fn follow(self) {
        effect(move || {
            self.live.access_epoch.track();
            self.load();
        });
        self.previews.follow();
    }

    fn load(self) {
        browser::spawn(async move {
            let answer = client::get::<Vec<Metric>>(paths::METRICS).await;
            let rows = match answer {
                Ok(all) => {
                    self.editor.metrics.try_set(all.clone());
                    Rows::Known(all.into_iter().map(CatalogueRow::from).collect())
                }
                Err(error) => Rows::Failed(error.to_string()),
            };
            self.rows.try_set(rows);
        });
    }

    fn metric(&self, name: &str) -> Option<Metric> {
        match &*self.rows.read_untracked() {
            Rows::Known(rows) => {
                let found = rows.iter().find(|row| row.metric.name == name);
                found.map(|row| row.metric.clone())
            }
            _ => None,
        }
    }

    /// Goes to the search field.
    fn look_for(self) {
        self.sheets.open(Sheet::Catalogue);
        if let Some(field) = self.field.get_untracked() {
            // An element that is there takes the focus.
            drop(field.focus());
            field.select();
        }
    }

    /// Adds a metric as what suits it best.
    fn add_best(self, name: &str) {
        let Some(metric) = self.metric(name) else {
            return;
        };
        if let Some(kind) = suggest::kinds_for(&metric).first() {
            self.add(suggest::widget_for(&metric, *kind, None), None);
        }
    }

    /// Adds a widget, where one is asked for or below the others, and says so.
    fn add(self, widget: Widget, place: Option<GridPlace>) {
        let words = added_words(&widget);
        let id = self.editor.add_widget(widget, place);
        self.editor.announcement.set(words.clone());
        // Behind a sheet one does not see what came.
        if self.sheets.is_open_over_grid() {
            if let Some(toast) = self.toast {
                toast.show(&words);
            }
        } else {
            browser::show_soon(format!("[data-widget=\"{id}\"]"));
        }
    }
}

/// `Request duration, p95 is added as Lines`.
fn added_words(widget: &Widget) -> String {
    let Widget { title, kind, .. } = widget;
    let kind = self::kind(*kind).title;
    match title == kind {
        true => format!("{title} is added"),
        false => format!("{title} is added as {kind}"),
    }
}

/// The catalogue, at the left of the grid.
#[component]
pub fn Catalogue() -> impl IntoView {
    let state = expect_context::<CatalogueState>();
    state.follow();
    let CatalogueState {
        rows,
        search,
        cursor,
        sheets,
        ..
    } = state;
    let key = move |event: KeyboardEvent| {
        let first = cursor.first.get_untracked();
        match (event.key().as_str(), first) {
            ("Enter", Some(name)) => {
                event.prevent_default();
                state.add_best(&name);
            }
            ("ArrowDown", Some(name)) => {
                event.prevent_default();
                cursor.current.set(Some(name));
                browser::focus(LIST);
            }
            ("Escape", _) if search.with_untracked(String::is_empty) => browser::focus(LIST),
            _ => {}
        }
    };
    let count = move || match &*rows.read() {
        Rows::Known(all) => all.len().to_string(),
        _ => String::new(),
    };
    let retry = Callback::new(move |()| {
        rows.set(Rows::Loading);
        state.load();
    });
    let choose = Callback::new(move |name: String| cursor.current.set(Some(name)));
    view! {
        <aside
            id="edit-catalogue"
            class="edit-catalogue"
            class:open=move || sheets.is_open(Sheet::Catalogue)
            aria-label="Add a widget"
        >
            <h2>"Add a widget"<small>{part(count)}</small></h2>
            <input
                type="search"
                class="edit-search"
                aria-label="Search metrics"
                placeholder="Search metrics (/)"
                autocomplete="off"
                spellcheck="false"
                node_ref=state.field
                bind:value=search
                on:keydown=key
            />
            <LongTable
                listing=&LISTING
                rows=rows.into()
                search=search
                open=cursor.current.into()
                on_open=choose
                on_retry=Some(retry)
                cursor=cursor
            />
            <Detail/>
            <Others/>
            <hold::Ghost/>
        </aside>
        <SheetTabs/>
    }
}

/// Kinds that show no metric.
#[component]
fn Others() -> impl IntoView {
    let state = expect_context::<CatalogueState>();
    let button = move |of: WidgetKind| {
        let title = kind(of).title;
        view! {
            <button type="button" on:click=move |_| state.add(suggest::empty(of), None)>
                {title}
            </button>
        }
    };
    view! {
        <div class="edit-others" role="group" aria-label="Widgets without a metric">
            <span>"Without a metric"</span>
            {suggest::without_metric().map(button).collect_any()}
        </div>
    }
}
