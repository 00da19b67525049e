//! The arrangement of one dashboard by one person: what it is, how it is changed, undone, saved.

pub mod drag;
mod keys;
pub mod save;
mod steps;

pub use keys::on_key;
pub use save::Save;

use leptos::prelude::*;

use crate::base::at;
use crate::browser;
use crate::erased::effect;
use crate::grid::{self, Item};
use crate::live::session;
use crate::parts::Late;
use crate::widgets::kinds;
use save::{PersonChanges, Queue, WidgetChanges};
use std::collections::{BTreeMap, BTreeSet};

use protocol::{
    Dashboard, DashboardBoot, DashboardPreferences, Preferences, Widget, WidgetOverride, paths,
};

/// Most steps that can be undone.
const MOST_STEPS: usize = 100;

/// Whether the arrangement is on the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Saving {
    /// It is as it was loaded.
    #[default]
    Untouched,
    /// It is on its way.
    Saving,
    /// It is there.
    Saved,
    /// It is not, and why.
    Failed(String),
}

/// The arrangement, for every component: copied freely.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Arrangement {
    /// The document, without the person's changes; of hidden metrics only the places.
    pub dashboard: RwSignal<Dashboard>,
    /// Where everything stands now; during a drag where it would stand.
    pub items: RwSignal<Vec<Item>>,
    /// Whether widgets can be moved.
    pub editing: RwSignal<bool>,
    /// The widget in hand.
    pub drag: RwSignal<Option<drag::Drag>>,
    /// Whether changes are on the server.
    pub saving: RwSignal<Saving>,
    /// What a screen reader says about the last change.
    pub announcement: RwSignal<String>,
    /// Whether there is something to undo, to redo.
    pub undo_state: RwSignal<(bool, bool)>,
    /// What the person changed about each widget; its places are those of the last save, and
    /// `items` has those of now.
    own: RwSignal<BTreeMap<String, WidgetOverride>>,
    /// What the server does not have yet.
    queue: StoredValue<Queue>,
    /// Under which key the tab keeps what the server does not have yet; none until it is known
    /// whose it is.
    kept_as: StoredValue<Option<String>>,
    past: StoredValue<Vec<Vec<Item>>>,
    future: StoredValue<Vec<Vec<Item>>>,
    is_kept: bool,
    /// Whether this person may edit the document itself.
    pub may_edit: bool,
    /// Takes changes of places where these are the document's and not a person's.
    sink: StoredValue<Option<Callback<Vec<Item>>>>,
    /// Widgets that are moved together with each other; empty where one is moved at a time.
    pub together: RwSignal<BTreeSet<String>>,
    /// What saves.
    late: StoredValue<Late>,
}

impl Arrangement {
    /// Of a dashboard, with what the person changed for every dashboard and over this one.
    pub fn new(boot: &DashboardBoot) -> Self {
        let DashboardBoot {
            dashboard,
            preferences,
            dashboard_preferences,
            ..
        } = boot;
        let own = &dashboard_preferences.widgets;
        Arrangement {
            items: RwSignal::new(grid::arrange(dashboard, Some(own))),
            own: RwSignal::new(own.clone()),
            dashboard: RwSignal::new(dashboard.clone()),
            editing: RwSignal::new(false),
            drag: RwSignal::new(None),
            saving: RwSignal::new(Saving::Untouched),
            announcement: RwSignal::new(String::new()),
            undo_state: RwSignal::new((false, false)),
            queue: StoredValue::new(Queue::new(
                preferences.clone(),
                dashboard_preferences.clone(),
            )),
            kept_as: StoredValue::new(None),
            past: StoredValue::new(Vec::new()),
            future: StoredValue::new(Vec::new()),
            is_kept: true,
            may_edit: boot.may_edit,
            sink: StoredValue::new(None),
            together: RwSignal::new(BTreeSet::new()),
            late: StoredValue::new(Late::here()),
        }
    }

    /// Of widgets that are on no dashboard: what a person changes about them is not saved.
    pub fn passing(dashboard: &Dashboard) -> Self {
        let boot = DashboardBoot {
            metrics: Vec::new(),
            dashboard: dashboard.clone(),
            preferences: Preferences::default(),
            dashboard_preferences: DashboardPreferences::default(),
            texts: BTreeMap::new(),
            muted: Vec::new(),
            muted_events: Vec::new(),
            may_edit: false,
            variables: None,
        };
        Arrangement {
            is_kept: false,
            ..Arrangement::new(&boot)
        }
    }

    /// Of somebody who only looks: what they change lasts as long as their page.
    pub fn unsaved(boot: &DashboardBoot) -> Self {
        Arrangement {
            is_kept: false,
            ..Arrangement::new(boot)
        }
    }

    /// Of a document that is edited: what changes places goes to `sink`, which changes the document, and
    /// what else a person changes lasts as long as their page.
    pub fn of_document(boot: &DashboardBoot, sink: Callback<Vec<Item>>) -> Self {
        let arrangement = Arrangement::unsaved(boot);
        arrangement.sink.set_value(Some(sink));
        arrangement.editing.set(true);
        arrangement
    }

    /// Whether it is of a dashboard that the server has.
    pub fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// Whether something would be lost if the page went; reactive.
    pub fn is_unsaved(&self) -> bool {
        let saving = self.saving.get();
        self.editing.get() || matches!(saving, Saving::Saving | Saving::Failed(_))
    }

    /// Takes another arrangement, from `before`, so that it can be undone, and saves it. Nothing
    /// happens when they are equal.
    pub fn commit(&self, before: Vec<Item>, after: Vec<Item>) {
        self.items.set(after.clone());
        if before == after {
            return;
        }
        if let Some(sink) = self.sink.get_value() {
            return sink.run(after);
        }
        self.past.update_value(|past| {
            if past.len() == MOST_STEPS {
                past.remove(0);
            }
            past.push(before);
        });
        self.future.update_value(Vec::clear);
        self.changed(&self.own.get_untracked());
    }

    /// The address of the page that edits the document.
    pub fn edit_page(&self) -> String {
        self.dashboard
            .with_untracked(|dashboard| at(&paths::edit_page(&dashboard.id)))
    }

    /// Takes another arrangement made from the one of now.
    pub fn change(&self, f: impl FnOnce(&[Item]) -> Vec<Item>) {
        let before = self.items.get_untracked();
        let after = f(&before);
        self.commit(before, after);
    }

    /// What moves with a widget that is taken by its header: all that is selected, if it is of these.
    fn moving_with(&self, id: &str, grip: drag::Grip) -> BTreeSet<String> {
        self.together.with_untracked(|all| {
            let is_one = grip == drag::Grip::Move && all.len() > 1 && all.contains(id);
            if is_one {
                all.clone()
            } else {
                Default::default()
            }
        })
    }

    /// Back to the dashboard as everyone has it; can be undone.
    pub fn reset(&self) {
        let dashboard = self.dashboard.get_untracked();
        self.change(|_| grid::arrange(&dashboard, None));
        self.announcement.set("Default arrangement".into());
    }

    /// Takes up what an earlier page of this tab could not save for this person, before a reload
    /// or a sign-in, and keeps what this one cannot.
    pub fn keep_unsaved(self, person: &str) {
        let id = self.dashboard.with_untracked(|d| d.id.clone());
        let unsaved = format!("pulseboard.unsaved.{id}.{person}");
        let editing = format!("pulseboard.editing.{id}.{person}");
        effect(move || {
            self.take_up(unsaved.clone());
            let gone = window_event_listener_untyped("pagehide", move |_| {
                self.late.get_value().save_at_once(Save::Leave(self));
            });
            on_cleanup(move || gone.remove());
            self.return_to(&editing);
            let editing = editing.clone();
            effect(move || self.keep_mode(&editing));
        });
    }

    /// Takes up what an earlier page of this tab could not save, and from now on keeps what this one
    /// cannot, under this key.
    fn take_up(self, key: String) {
        let kept = browser::remembered(&key);
        self.kept_as.set_value(Some(key));
        if let Some(kept) = kept {
            self.late.get_value().save(Save::TakeUp(self, kept));
        }
    }

    /// After a sign-in that an ended session asked for: where the person was, in the mode that the
    /// tab has under this key.
    fn return_to(self, key: &str) {
        if let Some(scroll_px) = session::returned() {
            self.editing.set(browser::remembered(key).is_some());
            browser::host().scroll_to(scroll_px);
        }
    }

    fn keep_mode(self, key: &str) {
        let is_editing = self.editing.get().then_some("");
        browser::host().remember(key, is_editing);
    }

    /// Saves how much time the charts show.
    pub fn save_range(&self, seconds: u32) {
        self.save_for_all(PersonChanges {
            range_s: Some(seconds),
            ..PersonChanges::default()
        });
    }

    /// Saves in which zone times are written.
    pub fn save_zone(&self, zone: Option<String>) {
        self.save_for_all(PersonChanges {
            zone: Some(zone),
            ..PersonChanges::default()
        });
    }

    fn save_for_all(&self, changes: PersonChanges) {
        self.queue
            .update_value(|queue| queue.person.change(changes));
        self.save();
    }

    /// Labels of the lines of a widget that this person switched off; reactive.
    pub fn off(&self, id: &str) -> Vec<String> {
        self.own
            .with(|own| own.get(id).map(|own| own.off.clone()).unwrap_or_default())
    }

    /// Takes what this person may see of the same dashboard by now. A widget that is not in it any
    /// more goes, one that is new comes when the page is loaded again.
    pub fn take_visible(&self, mut seen: Dashboard) {
        let mut dashboard = self.dashboard.get_untracked();
        dashboard.widgets.retain_mut(|widget| {
            let at = seen.widgets.iter().position(|one| one.id == widget.id);
            let found = at.map(|at| seen.widgets.swap_remove(at));
            found.map(|found| *widget = found).is_some()
        });
        if self.dashboard.with_untracked(|now| *now != dashboard) {
            self.dashboard.set(dashboard);
        }
    }

    /// A widget as this person sees it: their choices over the dashboard's; reactive.
    pub fn effective_widget(&self, widget: &Widget) -> Widget {
        let mut widget = widget.clone();
        self.own.with(|own| {
            if let Some(own) = own.get(&widget.id) {
                own.apply(&mut widget.options);
            }
        });
        widget
    }

    /// Changes what this person sees of a widget, and saves it. The dashboard stays as it is.
    pub fn override_widget(&self, id: &str, change: impl FnOnce(&mut WidgetOverride)) {
        let before = self.own.get_untracked();
        let mut own = before.clone();
        change(own.entry(id.to_string()).or_default());
        if own.get(id) == Some(before.get(id).unwrap_or(&WidgetOverride::default())) {
            return;
        }
        self.own.set(own);
        self.changed(&before);
    }

    /// Tries again after a failure.
    pub fn retry(&self) {
        self.save();
    }

    /// The heading of a widget.
    pub fn title(&self, id: &str) -> String {
        self.dashboard
            .with_untracked(|d| {
                d.widgets
                    .iter()
                    .find(|w| w.id == id)
                    .map(|w| w.title.clone())
            })
            .unwrap_or_default()
    }

    /// Fewest columns and rows in which a widget can be read.
    pub fn smallest(&self, id: &str) -> (u16, u16) {
        self.dashboard.with_untracked(|d| {
            let widget = d.widgets.iter().find(|w| w.id == id);
            widget.map_or((1, 1), |widget| kinds::kind(widget.kind).smallest)
        })
    }

    /// Shows what another tab saved meanwhile, below what changed here; after a drag, if one goes on.
    /// A step back would take away what the other tab did, so there is none to before that.
    fn take_merged(&self) {
        if self.drag.with_untracked(Option::is_some) {
            return;
        }
        let own = self
            .queue
            .with_value(|queue| queue.dashboard.merged().widgets);
        if own == self.own.get_untracked() {
            return;
        }
        let items = self
            .dashboard
            .with_untracked(|dashboard| grid::arrange(dashboard, Some(&own)));
        self.own.set(own);
        if items != self.items.get_untracked() {
            self.items.set(items);
            self.past.update_value(Vec::clear);
            self.future.update_value(Vec::clear);
            self.undo_state.set((false, false));
            self.announcement
                .set("Another tab changed the arrangement".into());
        }
    }

    fn save(&self) {
        if self.is_kept {
            save::show(*self, Saving::Saving);
            self.late.get_value().save(Save::Soon(*self));
        }
    }

    /// Saves what differs from what the person had changed `before`.
    fn changed(&self, before: &BTreeMap<String, WidgetOverride>) {
        self.undo_state.set((
            self.past.with_value(|p| !p.is_empty()),
            self.future.with_value(|f| !f.is_empty()),
        ));
        let own = self.dashboard.with_untracked(|d| {
            grid::overrides(d, &self.items.get_untracked(), &self.own.get_untracked())
        });
        let changes = WidgetChanges::between(before, &own);
        self.own.set(own);
        self.queue
            .update_value(|queue| queue.dashboard.change(changes));
        self.save();
    }
}

#[cfg(test)]
mod tests;
