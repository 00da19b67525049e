//! Parts of a dashboard that most visits never see, so that a program may load them when they are
//! needed: what opens after a click, how changes are saved, and kinds of widgets that few dashboards
//! have.
//!
//! Invariant: [`opened`], [`save()`] and [`rare`](kinds::rare) alone name what makes these parts. A
//! program that is given other functions in their place holds nothing of them until those have loaded
//! it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::{ev, html};
use protocol::{DashboardBoot, LogRecord, Metric, Widget, WidgetKind};

pub use crate::arrangement::save::Save;

use crate::arrangement::save;
use crate::browser;
use crate::command_palette;
use crate::editor;
use crate::erased::{effect, part};
use crate::live::backoff::Backoff;
use crate::pages::dashboard::{self, Choice};
use crate::shell::boot::{self, Found};
use crate::shell::shortcuts::Bound;
use crate::shell::shortcuts_dialog;
use crate::shell::toast::Toast;
use crate::time::{self, TimePicker};
use crate::view::Zone;
use crate::widgets::interact::legend::{self, Legend, Looking};
use crate::widgets::interact::menu::{self, OpenMenu};
use crate::widgets::kinds::OpenEvent;
use crate::widgets::table_view::{self, TableView};
use crate::widgets::time_chart::chart_controller::Handle;
use crate::widgets::{self, WidgetControls, kinds, time_chart};

/// The first pause after an attempt to load that failed, and the longest.
const PAUSES: Backoff = Backoff::new(1_000, 15_000);

/// Whether code could be loaded, once that is known.
pub type Loading = Pin<Box<dyn Future<Output = bool>>>;

/// What opens after a click, with what it is made from.
pub enum Opened {
    /// The panel of the time picker.
    TimePanel(Box<TimePicker>, NodeRef<html::Dialog>),
    /// What the menu of a widget offers.
    Menu(OpenMenu),
    /// What a widget is moved by, given its id and its title.
    Grips(StoredValue<String>, StoredValue<String>),
    /// The controls of edit mode.
    EditControls,
    /// Widgets that can be shown again.
    Catalogue,
    /// A picture as a table, given the table's name and its cells.
    Table(StoredValue<String>, RwSignal<TableView>),
    /// A chart's points as a table, given the chart and its widget's id.
    Points(Handle, StoredValue<String>),
    /// Least, mean and most of a chart's lines.
    Summary(RwSignal<Legend>, Looking),
    /// Everything that came with an event, in the row that is open.
    Event(OpenEvent, Box<(LogRecord, Zone)>),
    /// The dashboards that a person can go to.
    Dashboards(Choice),
    /// What can be changed of the widget of this id and kind, or else of all that are selected.
    EditPanel(Option<(String, WidgetKind)>),
    /// What a metric is that may be added to the dashboard, and the ways to add it.
    EditMetric(Box<Metric>),
    /// What two people changed at once, and the choice between both versions.
    EditConflicts,
    /// The keys of the page, and what hands do with charts.
    Keys(Arc<[Bound]>),
    /// What can be gone to and done, given the keys of the page and whether it is open.
    Palette(Arc<[Bound]>, RwSignal<bool>),
}

/// How a program comes by the parts.
#[derive(Clone, Copy)]
pub struct Parts {
    /// Loads what opens; none where the program holds it.
    pub load: Option<fn() -> Loading>,
    /// Shows what opens; none while it is not loaded.
    pub opened: fn(Opened) -> Option<AnyView>,
    /// Saves what a person changed; none while what opens is not loaded.
    pub save: fn(Save) -> Option<()>,
    /// Shows a widget of a rare kind; none while these are not loaded: with what opens at the latest.
    pub rare: fn(Widget, WidgetControls) -> Option<AnyView>,
}

/// Of a program that holds everything.
pub const WHOLE: Parts = Parts {
    load: None,
    opened: |what| Some(opened_while_editing(what)),
    save: |what| {
        save(what);
        Some(())
    },
    rare: |widget, controls| Some(kinds::rare(widget, controls)),
};

/// Of a program without charts, which saves nothing of a dashboard.
pub const FORMS: Parts = Parts {
    load: None,
    opened: of_every_page,
    save: |_| None,
    rare: |_, _| None,
};

/// Shows what opens, on the page that edits dashboards too.
pub fn opened_while_editing(what: Opened) -> AnyView {
    match what {
        Opened::EditPanel(widget) => editor::panel::inside(widget),
        Opened::EditMetric(metric) => editor::catalogue::detail::of(*metric),
        Opened::EditConflicts => editor::conflicts(),
        other => opened(other),
    }
}

/// Shows what opens.
pub fn opened(what: Opened) -> AnyView {
    match what {
        Opened::Grips(id, title) => widgets::grips(id, title),
        Opened::EditControls => dashboard::edit_controls(),
        Opened::Catalogue => dashboard::catalogue(),
        Opened::Event(open, of) => open.view(of.0, &of.1),
        Opened::Dashboards(choice) => dashboard::choices(choice),
        Opened::TimePanel(time, dialog) => time::panel(*time, dialog),
        Opened::Menu(menu) => menu::items(menu),
        Opened::Table(name, cells) => table_view::table(name, cells),
        Opened::Points(chart, id) => time_chart::points(chart, id),
        Opened::Summary(legend, looking) => legend::summary(legend, looking),
        other => of_every_page(other).into_any(),
    }
}

/// Shows what opens on pages of any kind.
fn of_every_page(what: Opened) -> Option<AnyView> {
    match what {
        Opened::Keys(keys) => Some(shortcuts_dialog::keys(&keys)),
        Opened::Palette(keys, open) => Some(command_palette::view(&keys, open)),
        _ => None,
    }
}

/// Saves what a person changed.
pub fn save(what: Save) {
    save::run(what);
}

/// Whether the page shows a widget of a rare kind: its code has to be there before the page begins.
/// A page that says that there is no dashboard was loaded with nothing.
pub fn needs_rare() -> bool {
    let is_found = Found::here() == Found::Page;
    let boot = is_found.then(boot::read::<DashboardBoot>).flatten();
    boot.is_some_and(|boot| has_rare(&boot.page.dashboard.widgets))
}

fn has_rare(widgets: &[Widget]) -> bool {
    widgets.iter().any(|widget| kinds::is_rare(widget.kind))
}

/// The parts of a page that runs; copied freely.
#[derive(Clone, Copy)]
pub(crate) struct Late {
    parts: Parts,
    /// Whether loading has begun.
    asked: RwSignal<bool>,
    /// Whether what opens is there.
    there: RwSignal<bool>,
    /// What is saved once its code is there; each once.
    waiting: StoredValue<Vec<Save>>,
}

impl Late {
    /// Of a program; every component of the page finds it.
    pub(crate) fn provide(parts: Parts) -> Late {
        let late = Late {
            parts,
            asked: RwSignal::new(parts.load.is_none()),
            there: RwSignal::new(parts.load.is_none()),
            waiting: StoredValue::new(Vec::new()),
        };
        provide_context(late);
        late
    }

    /// Of the page that begins.
    pub(crate) fn here() -> Late {
        // Tests show parts without a page around them.
        #[cfg(test)]
        if use_context::<Late>().is_none() {
            return Late::provide(WHOLE);
        }
        expect_context()
    }

    /// Loads what opens, unless that has begun. Whoever is without the network for a while gets it
    /// as soon as the network is back.
    fn load(self) {
        let Some(load) = self.parts.load.filter(|_| !self.asked.get_untracked()) else {
            return;
        };
        self.asked.set(true);
        let toast = use_context::<Toast>();
        browser::spawn(async move {
            let mut pauses = PAUSES;
            while !load().await {
                if let Some(toast) = toast {
                    toast.show("A part of the page could not be loaded. Trying again.");
                }
                browser::sleep(pauses.next_ms()).await;
            }
            self.there.try_set(true);
            let waiting = self.waiting.try_update_value(std::mem::take);
            for what in waiting.into_iter().flatten() {
                (self.parts.save)(what);
            }
        });
    }

    /// Saves, as soon as the code for it is there.
    pub(crate) fn save(self, what: Save) {
        if self.there.get_untracked() {
            (self.parts.save)(what);
            return;
        }
        self.waiting.update_value(|waiting| {
            if !waiting.contains(&what) {
                waiting.push(what);
            }
        });
        self.load();
    }

    /// Saves if the code for it is there: while it is not, the page has no more time.
    pub(crate) fn save_at_once(self, what: Save) {
        if self.there.get_untracked() {
            (self.parts.save)(what);
        }
    }
}

/// Shows what opens as soon as its code is there.
pub(crate) fn late(what: impl Fn() -> Opened + Send + 'static) -> impl IntoView {
    let late = Late::here();
    late.load();
    part(move || {
        let there = late.there.get();
        there.then(|| untrack(|| (late.parts.opened)(what())))
    })
}

/// A widget of a rare kind: where the page began without one, as soon as its code is there.
pub(crate) fn rare(widget: Widget, controls: WidgetControls) -> AnyView {
    let late = Late::here();
    if let Some(view) = (late.parts.rare)(widget.clone(), controls) {
        return view;
    }
    late.load();
    part(move || {
        let there = late.there.get();
        there.then(|| untrack(|| (late.parts.rare)(widget.clone(), controls)))
    })
    .into_any()
}

/// Loads what opens once somebody points or types: a click, if it follows, finds it there.
pub(crate) fn load_before_use() {
    let late = Late::here();
    effect(move || {
        if late.asked.get() {
            return;
        }
        let handles = [
            window_event_listener(ev::pointermove, move |_| late.load()),
            window_event_listener(ev::pointerdown, move |_| late.load()),
            window_event_listener(ev::keydown, move |_| late.load()),
        ];
        on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
    });
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::testing::{TestPage, html, store, widget};

    thread_local! {
        /// Attempts to load that are still to fail.
        static FAILS: Cell<u32> = const { Cell::new(0) };
        static ATTEMPTS: Cell<u32> = const { Cell::new(0) };
    }

    const APART: Parts = Parts {
        load: Some(|| {
            Box::pin(async {
                ATTEMPTS.set(ATTEMPTS.get() + 1);
                let fails = FAILS.get();
                FAILS.set(fails.saturating_sub(1));
                fails == 0
            })
        }),
        opened: |_| Some("the part".into_any()),
        save: |_| None,
        rare: |_, _| None,
    };

    fn is_shown() -> bool {
        html(late(|| Opened::EditControls)).contains("the part")
    }

    #[test]
    fn what_opens_is_shown_once_it_is_loaded() {
        let page = TestPage::new(store(&[]), Vec::new());
        Late::provide(APART);
        assert!(!is_shown());
        page.fake.run();
        assert!(is_shown());
        assert_eq!(ATTEMPTS.get(), 1);
    }

    #[test]
    fn what_could_not_be_loaded_is_loaded_later() {
        let page = TestPage::new(store(&[]), Vec::new());
        Late::provide(APART);
        FAILS.set(2);
        assert!(!is_shown());
        page.fake.run();
        for (waits_ms, shown) in [(999, false), (1, false), (1_999, false), (1, true)] {
            page.fake.advance(waits_ms);
            assert_eq!(is_shown(), shown, "after {waits_ms} more");
        }
        assert_eq!(ATTEMPTS.get(), 3);
    }

    #[test]
    fn a_program_holds_what_opens_on_its_pages() {
        let _page = TestPage::new(store(&[]), Vec::new());
        for (parts, holds) in [(WHOLE, true), (FORMS, false)] {
            let is_held = |what| (parts.opened)(what).is_some();
            let cells = RwSignal::new(TableView::default());
            let table = Opened::Table(StoredValue::new(String::new()), cells);
            assert_eq!(is_held(Opened::EditControls), holds);
            assert_eq!(is_held(table), holds);
            assert!(is_held(Opened::Keys(Arc::from([]))));
        }
    }

    #[test]
    fn a_program_that_holds_everything_waits_for_nothing() {
        let page = TestPage::new(store(&[]), Vec::new());
        Late::provide(WHOLE);
        assert!(html(late(|| Opened::EditControls)).contains("Undo"));
        drop(page);
    }

    #[test]
    fn the_kinds_of_most_dashboards_are_not_rare() {
        for (kind, rare) in [
            (WidgetKind::Line, false),
            (WidgetKind::Stat, false),
            (WidgetKind::Events, false),
            (WidgetKind::Gauge, true),
            (WidgetKind::BarList, true),
        ] {
            assert_eq!(has_rare(&[widget(kind)]), rare, "{kind:?}");
        }
    }
}
