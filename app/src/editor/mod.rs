//! The page that edits a dashboard's document: everything that `panel` (the side panel of what is
//! selected) and `catalogue` (the metrics that one may see) need is [`Editor`], in the context.
//!
//! Invariant: the document is changed by [`Editor::change`] and its kin alone, so that every edit can be
//! undone, and nothing but [`Editor::save`] sends it to the server.

mod bar;
pub mod catalogue;
pub mod changes;
mod clipboard;
pub mod drafts;
mod edits;
mod frame;
pub mod history;
mod keys;
mod layout;
mod marquee;
pub mod merge;
mod others;
mod page;
pub mod panel;
mod questions;
mod save;

use std::collections::BTreeSet;

use leptos::ev;
use leptos::prelude::*;
use protocol::{Boot, Dashboard, DashboardBoot, Draft, Metric, Widget};
use wasm_bindgen::JsCast;

use crate::arrangement::Arrangement;
use crate::browser;
use crate::check::{self, Invalid};
use crate::erased::effect;
use crate::grid;
use changes::Change;
use drafts::Drafts;
use history::{History, Moment};
use merge::Conflict;
pub use others::Others;
pub use page::PAGE;
pub use questions::conflicts;
pub use save::Saving;

/// What is edited, for every component of the page: copied freely.
///
/// Reading: [`document`](Editor::document) and [`selected`](Editor::selected) are signals,
/// [`errors_of`](Editor::errors_of) says what does not hold of a widget. Changing:
/// [`change_widget`](Editor::change_widget), [`change`](Editor::change),
/// [`add_widget`](Editor::add_widget), [`remove`](Editor::remove), [`duplicate`](Editor::duplicate).
#[derive(Clone, Copy)]
pub struct Editor {
    /// The document as it is edited. It is shown at once, and saved by [`Editor::save`].
    pub document: ReadSignal<Dashboard>,
    /// The document as the server has it, as far as the page knows.
    pub saved: ReadSignal<Dashboard>,
    /// Ids of the widgets that are selected. The side panel shows the one that is, or says how many are.
    pub selected: RwSignal<BTreeSet<String>>,
    /// Every metric that this person may see.
    pub metrics: RwSignal<Vec<Metric>>,
    /// What does not hold of the document; the server rejects it with the first of these.
    pub errors: Memo<Vec<Invalid>>,
    /// What differs between the saved document and this one.
    pub changes: Memo<Vec<Change>>,
    /// What undo and redo would do; none when there is nothing.
    pub next_steps: RwSignal<(Option<String>, Option<String>)>,
    /// Whether the document is on its way to the server.
    pub saving: RwSignal<Saving>,
    /// What was removed by the last edit, while that is offered to be undone.
    pub removed: RwSignal<Option<String>>,
    /// What others saved meanwhile, until that is dismissed.
    pub others: RwSignal<Option<Others>>,
    /// What both changed, each otherwise: it is as it is edited here until that is decided.
    pub conflicts: RwSignal<Vec<Conflict>>,
    /// Whether one is being asked about them.
    pub deciding: RwSignal<bool>,
    /// The draft of an earlier page, until it is decided about.
    pub offered: RwSignal<Option<Draft>>,
    /// Whether the browser could keep the draft.
    pub is_kept: RwSignal<bool>,
    /// What a screen reader says about the last edit.
    pub announcement: RwSignal<String>,
    /// Where the widgets stand on the screen, also while one is dragged.
    pub arrangement: Arrangement,
    set_document: WriteSignal<Dashboard>,
    set_saved: WriteSignal<Dashboard>,
    history: StoredValue<History>,
    drafts: StoredValue<Drafts>,
    /// Whether the pointer that let go last had moved something.
    dragged: StoredValue<bool>,
    /// Counts the rounds of saving: only the last one goes on.
    round: StoredValue<u64>,
    /// The stay in the field that has the focus, and how many there were.
    field: StoredValue<(Option<u64>, u64)>,
}

impl Editor {
    /// Of a document that was loaded. Needs [`Late`](crate::parts) in the context.
    pub fn new(boot: &Boot<DashboardBoot>) -> Editor {
        let drafts = StoredValue::new(Drafts::of(&boot.me.name));
        let boot = &boot.page;
        let (document, set_document) = signal(boot.dashboard.clone());
        let (saved, set_saved) = signal(boot.dashboard.clone());
        let metrics = RwSignal::new(boot.metrics.clone());
        let history = StoredValue::new(History::default());
        let here = StoredValue::new(None::<Editor>);
        let sink = Callback::new(move |items: Vec<grid::Item>| {
            if let Some(editor) = here.get_value() {
                editor.take_places(&items);
            }
        });
        let arrangement = Arrangement::of_document(boot, sink);
        let errors = Memo::new(move |_| {
            document.with(|document| {
                metrics.with(|metrics| saved.with(|saved| problems(document, metrics, saved)))
            })
        });
        let changes = Memo::new(move |_| {
            document.with(|edited| saved.with(|saved| changes::between(saved, edited)))
        });
        let editor = Editor {
            document,
            saved,
            selected: arrangement.together,
            metrics,
            errors,
            changes,
            next_steps: RwSignal::new((None, None)),
            saving: RwSignal::new(Saving::Idle),
            removed: RwSignal::new(None),
            others: RwSignal::new(None),
            conflicts: RwSignal::new(Vec::new()),
            deciding: RwSignal::new(false),
            offered: RwSignal::new(None),
            is_kept: RwSignal::new(true),
            drafts,
            dragged: StoredValue::new(false),
            round: StoredValue::new(0),
            announcement: arrangement.announcement,
            arrangement,
            set_document,
            set_saved,
            history,
            field: StoredValue::new((None, 0)),
        };
        here.set_value(Some(editor));
        editor.notice_fields();
        editor
    }

    /// Changes the document: one step that can be undone. Steps of one label about the same widgets are
    /// one while a field keeps the focus, and within a second. `label` is what one reads behind "Undo":
    /// `title of CPU`. The id and the version stay, and widgets keep ids of their own.
    pub fn change(&self, label: &str, f: impl FnOnce(&mut Dashboard)) {
        let before = self.document.get_untracked();
        let mut after = before.clone();
        f(&mut after);
        after.id.clone_from(&before.id);
        after.version = before.version;
        layout::give_ids(&mut after);
        let moment = Moment {
            at_ms: browser::now_ms(),
            field: self.field.get_value().0,
        };
        let pushed = self
            .history
            .try_update_value(|history| history.push(label, moment, &before, &after));
        if pushed == Some(true) {
            self.removed.set(None);
            self.show(after);
        }
    }

    /// Changes one widget: as [`change`](Editor::change). Nothing happens without one of that id.
    pub fn change_widget(&self, label: &str, id: &str, f: impl FnOnce(&mut Widget)) {
        self.change(label, |document| {
            if let Some(widget) = document.widgets.iter_mut().find(|one| one.id == id) {
                f(widget);
                // References and preferences name it.
                id.clone_into(&mut widget.id);
            }
        });
    }

    /// The widget of this id; reactive.
    pub fn widget(&self, id: &str) -> Option<Widget> {
        self.document
            .with(|document| document.widgets.iter().find(|one| one.id == id).cloned())
    }

    /// The widget that is selected, when it is one alone; reactive.
    pub fn selected_widget(&self) -> Option<Widget> {
        let id = self.selected.with(|selected| match selected.len() {
            1 => selected.first().cloned(),
            _ => None,
        })?;
        self.widget(&id)
    }

    /// Takes the last edit back.
    pub fn undo(&self) {
        self.step("Undone", History::undo);
    }

    /// Makes the edit that was undone last again.
    pub fn redo(&self) {
        self.step("Redone", History::redo);
    }

    /// Back to what is saved; can be undone.
    pub fn discard(&self) {
        let saved = self.saved.get_untracked();
        self.seal();
        self.change("discard all changes", |document| *document = saved);
        self.seal();
    }

    /// Selects one widget, or with `also` adds it to what is selected or takes it away.
    pub fn select(&self, id: &str, also: bool) {
        self.selected.update(|selected| {
            let was_in = selected.contains(id);
            if !also {
                selected.clear();
            }
            match also && was_in {
                true => drop(selected.remove(id)),
                false => drop(selected.insert(id.to_owned())),
            }
        });
    }

    /// What does not hold of one widget: paths begin in the widget, such as `options.min` or
    /// `metrics[0].metric`; reactive.
    pub fn errors_of(&self, id: &str) -> Vec<Invalid> {
        let all = self.document.with(|document| {
            let at = document.widgets.iter().position(|one| one.id == id);
            at.map(|at| format!("widgets[{at}]."))
        });
        let Some(start) = all else { return Vec::new() };
        self.errors.with(|errors| {
            let of = errors.iter().filter_map(|error| {
                Some(Invalid {
                    path: error.path.strip_prefix(&start)?.to_owned(),
                    message: error.message.clone(),
                })
            });
            of.collect()
        })
    }

    /// Whether something would be lost if the page went; reactive.
    pub fn is_unsaved(&self) -> bool {
        self.changes.with(|changes| !changes.is_empty())
    }

    /// Whether one is in a field, which has keys and a clipboard of its own.
    fn is_in_field(&self) -> bool {
        self.field.get_value().0.is_some()
    }

    /// The next edit is a step of its own.
    fn seal(&self) {
        self.history.update_value(History::seal);
    }

    fn step(&self, word: &str, take: fn(&mut History, &Dashboard) -> Option<(String, Dashboard)>) {
        let now = self.document.get_untracked();
        let taken = self.history.try_update_value(|history| take(history, &now));
        if let Some((label, document)) = taken.flatten() {
            self.removed.set(None);
            self.show(document);
            self.announcement.set(format!("{word}: {label}"));
        }
    }

    /// Shows another document: the grid follows, and what is not there any more is not selected.
    fn show(&self, document: Dashboard) {
        let items = grid::arrange(&document, None);
        if self.arrangement.items.with_untracked(|now| *now != items) {
            self.arrangement.items.set(items);
        }
        let is_there = |id: &String| document.widgets.iter().any(|one| one.id == *id);
        if !self.selected.with_untracked(|all| all.iter().all(is_there)) {
            self.selected.update(|all| all.retain(is_there));
        }
        self.arrangement.dashboard.set(document.clone());
        self.set_document.set(document);
        let next = self.history.with_value(|history| {
            let (undo, redo) = history.next();
            (undo.map(str::to_owned), redo.map(str::to_owned))
        });
        self.next_steps.set(next);
    }

    /// Notices in which field one is.
    fn notice_fields(self) {
        effect(move || {
            let entered = window_event_listener(ev::focusin, move |event| {
                let target = event
                    .target()
                    .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
                let is_field = target
                    .is_some_and(|target| target.matches("input, textarea, select") == Ok(true));
                self.field.update_value(|(field, stays)| {
                    *stays += 1;
                    *field = is_field.then_some(*stays);
                });
            });
            let left = window_event_listener(ev::focusout, move |_| {
                self.field.update_value(|(field, _)| *field = None);
            });
            on_cleanup(move || {
                entered.remove();
                left.remove();
            });
        });
    }
}

/// What does not hold. References that the saved document has empty are of metrics that this person
/// cannot see, and stay.
fn problems(document: &Dashboard, metrics: &[Metric], saved: &Dashboard) -> Vec<Invalid> {
    let find = |name: &str| metrics.iter().find(|metric| metric.name == name);
    let empty = |id: &str| {
        let of = saved.widgets.iter().find(|one| one.id == id);
        let empty = |widget: &Widget| {
            widget
                .metrics
                .iter()
                .filter(|one| check::is_empty(one))
                .count()
        };
        of.map_or(0, empty)
    };
    let all: Vec<&Metric> = metrics.iter().collect();
    // A variable without a tag was saved with one that this person cannot see.
    let unseen = saved.variables.iter().filter(|one| one.tag.is_none());
    let unseen: Vec<String> = unseen.map(|one| one.name.clone()).collect();
    let mut found = check::source_problems(&document.variables, &all, &unseen);
    found.extend(check::problems(document, &find, &empty));
    found
}

#[cfg(test)]
mod tests;
