//! What a person does to an arrangement, with what the server receives of it.

use std::cell::Cell;

use super::*;
use crate::browser::fake::{Fake, Reply};
use crate::grid::{move_to, set_hidden};
use crate::live::testing::rejected;
use crate::parts::{Parts, WHOLE};
use protocol::{DashboardPreferences, ErrorCode, GridPlace, Options, Preferences, WidgetKind};

fn widget(id: &str, y: u16) -> Widget {
    Widget {
        id: id.into(),
        kind: WidgetKind::Line,
        title: format!("Title of {id}"),
        metrics: vec![],
        options: Options::default(),
        place: GridPlace {
            x: 0,
            y,
            w: 6,
            h: 3,
        },
        repeat: None,
    }
}

fn boot(own: BTreeMap<String, WidgetOverride>) -> DashboardBoot {
    DashboardBoot {
        metrics: Vec::new(),
        dashboard: Dashboard {
            id: "shop".into(),
            title: "Shop".into(),
            version: 1,
            widgets: vec![widget("a", 0), widget("b", 3)],
            ..Dashboard::default()
        },
        preferences: Preferences::default(),
        dashboard_preferences: DashboardPreferences {
            version: 4,
            widgets: own,
            ..DashboardPreferences::default()
        },
        texts: BTreeMap::new(),
        muted: Vec::new(),
        muted_events: Vec::new(),
        may_edit: false,
        variables: None,
    }
}

fn arrangement(own: BTreeMap<String, WidgetOverride>) -> (Owner, &'static Fake, Arrangement) {
    let fake = Fake::install();
    fake.serve(|request| {
        let body = request.body.clone().unwrap_or_default();
        Reply::Now(200, body)
    });
    let owner = Owner::new();
    owner.set();
    (owner, fake, Arrangement::new(&boot(own)))
}

/// Where a widget stands, and whether it is hidden.
fn place(arrangement: Arrangement, id: &str) -> (u16, u16, bool) {
    let items = arrangement.items.get_untracked();
    let item = items.iter().find(|item| item.id == id).expect("a widget");
    (item.place.x, item.place.y, item.hidden)
}

/// What the server received last.
fn sent(fake: &Fake) -> DashboardPreferences {
    fake.run();
    let last = fake.take_requests().pop().expect("a request");
    assert_eq!(
        (last.method, last.path.as_str()),
        ("PUT", "/api/preferences/shop")
    );
    serde_json::from_str(&last.body.expect("a body")).expect("preferences")
}

#[test]
fn a_move_is_undone_and_redone_and_each_state_is_saved() {
    let (_owner, fake, page) = arrangement(BTreeMap::new());
    page.change(|items| move_to(items, "b", 6, 0));
    assert_eq!(place(page, "b"), (6, 0, false));
    assert_eq!(page.undo_state.get_untracked(), (true, false));
    let saved = sent(fake);
    assert_eq!((saved.version, saved.widgets.len()), (4, 1));
    page.undo();
    assert_eq!(place(page, "b"), (0, 3, false));
    assert_eq!(page.undo_state.get_untracked(), (false, true));
    assert!(sent(fake).widgets.is_empty(), "it is as everybody has it");
    page.redo();
    assert_eq!(place(page, "b"), (6, 0, false));
    assert_eq!(sent(fake).widgets.len(), 1);
    assert_eq!(page.announcement.get_untracked(), "Redone");
    // There is nothing more to redo.
    page.redo();
    fake.run();
    assert!(fake.take_requests().is_empty());
}

#[test]
fn a_change_after_an_undo_ends_what_could_be_redone() {
    let (_owner, _fake, page) = arrangement(BTreeMap::new());
    page.change(|items| move_to(items, "b", 6, 0));
    page.undo();
    page.change(|items| set_hidden(items, "a", true));
    assert_eq!(page.undo_state.get_untracked(), (true, false));
    page.redo();
    assert!(place(page, "a").2);
}

#[test]
fn what_changes_nothing_is_no_step() {
    let (_owner, fake, page) = arrangement(BTreeMap::new());
    page.change(|items| items.to_vec());
    page.undo();
    fake.run();
    assert_eq!(page.undo_state.get_untracked(), (false, false));
    assert!(fake.take_requests().is_empty());
    assert_eq!(page.saving.get_untracked(), Saving::Untouched);
}

#[test]
fn steps_are_bounded_and_the_oldest_goes_first() {
    let (_owner, _fake, page) = arrangement(BTreeMap::new());
    for i in 0..=MOST_STEPS {
        page.change(|items| set_hidden(items, "a", i % 2 == 0));
    }
    assert_eq!(page.past.with_value(Vec::len), MOST_STEPS);
    for _ in 0..MOST_STEPS + 5 {
        page.undo();
    }
    // The first step of all, which hid it, is not undone any more.
    assert!(place(page, "a").2);
}

#[test]
fn a_reset_is_as_everybody_has_it_and_keeps_what_else_was_chosen() {
    let own = WidgetOverride {
        place: Some(GridPlace {
            x: 6,
            y: 0,
            w: 6,
            h: 3,
        }),
        off: vec!["p99".into()],
        log: Some(true),
        ..WidgetOverride::default()
    };
    let (_owner, fake, page) = arrangement([("b".to_string(), own)].into());
    assert_eq!(place(page, "b"), (6, 0, false));
    page.reset();
    assert_eq!(place(page, "b"), (0, 3, false));
    let saved = sent(fake);
    assert_eq!(
        (saved.widgets["b"].place, saved.widgets["b"].log),
        (None, Some(true))
    );
    assert_eq!(page.off("b"), ["p99"]);
    let effective = page.effective_widget(&widget("b", 3));
    let own = &effective.options;
    assert!(own.flag("log") && !widget("b", 3).options.flag("log"));
    page.undo();
    assert_eq!(place(page, "b"), (6, 0, false));
}

#[test]
fn it_is_unsaved_while_it_is_edited_or_on_its_way() {
    let (_owner, fake, page) = arrangement(BTreeMap::new());
    let unsaved = Memo::new(move |_| page.is_unsaved());
    assert!(!unsaved.get_untracked());
    page.editing.set(true);
    assert!(unsaved.get_untracked());
    page.editing.set(false);
    page.save_range(900);
    assert!(unsaved.get_untracked());
    fake.run();
    assert!(!unsaved.get_untracked());
    assert_eq!(page.title("a"), "Title of a");
    assert_eq!(page.title("gone"), "");
}

#[test]
fn after_a_session_that_ended_the_page_is_edited_where_it_was() {
    const KEY: &str = "pulseboard.editing.shop.ada";
    for is_editing in [true, false] {
        let (_owner, fake, before) = arrangement(BTreeMap::new());
        fake.set_address("/d/shop");
        fake.serve(|_| rejected(ErrorCode::SignInFirst));
        before.editing.set(is_editing);
        before.keep_mode(KEY);
        browser::host().scroll_to(320.0);
        before.change(|items| move_to(items, "a", 6, 0));
        fake.run();
        assert!(fake.went()[0].starts_with("/sign-in?ended=1"));
        browser::host().scroll_to(0.0);
        let (_owner, after) = (Owner::new(), before);
        after.editing.set(false);
        after.return_to(KEY);
        assert_eq!(after.editing.get_untracked(), is_editing);
        assert_eq!(browser::host().scrolled_px(), 320.0);
        // A reload later begins as a page does.
        after.editing.set(false);
        after.return_to(KEY);
        assert!(!after.editing.get_untracked());
    }
}

#[test]
fn what_changes_before_the_code_that_saves_is_loaded_is_saved_once_it_is() {
    thread_local!(static FAILS: Cell<u32> = const { Cell::new(1) });
    const APART: Parts = Parts {
        load: Some(|| Box::pin(async { FAILS.replace(0) == 0 })),
        ..WHOLE
    };
    let (_owner, fake, _) = arrangement(BTreeMap::new());
    Late::provide(APART);
    let page = Arrangement::new(&boot(BTreeMap::new()));
    page.change(|items| set_hidden(items, "a", true));
    page.change(|items| set_hidden(items, "b", true));
    fake.run();
    assert!(fake.take_requests().is_empty(), "nothing can save yet");
    assert_eq!(page.saving.get_untracked(), Saving::Saving);
    assert!(fake.asks(), "whoever leaves now would lose it");
    fake.advance(1_000);
    let requests = fake.take_requests();
    assert_eq!(requests.len(), 1, "both at once");
    let body = requests[0].body.as_deref().expect("a body");
    let saved: DashboardPreferences = serde_json::from_str(body).expect("preferences");
    assert_eq!(saved.widgets.len(), 2);
    assert_eq!(page.saving.get_untracked(), Saving::Saved);
    assert!(!fake.asks());
}
