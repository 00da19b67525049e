//! Edits as components make them.

use protocol::{ErrorCode, Me, WidgetKind};

use super::*;
use crate::browser::fake::Reply;
use crate::live::testing::rejected;
use crate::testing::{TestPage, metrics, store, widget};

/// A page, and the editor of a dashboard of these widgets.
fn editor(widgets: Vec<Widget>) -> (TestPage, Editor) {
    let page = TestPage::new(store(&[("tea", 1.0)]), widgets);
    let dashboard = page.arrangement.dashboard.get_untracked();
    let editor = Editor::new(&boot_of(dashboard));
    (page, editor)
}

fn boot_of(dashboard: Dashboard) -> Boot<DashboardBoot> {
    Boot {
        me: Me::default(),
        page: DashboardBoot {
            metrics: metrics(),
            dashboard,
            preferences: Default::default(),
            dashboard_preferences: Default::default(),
            texts: Default::default(),
            muted: Vec::new(),
            muted_events: Vec::new(),
            may_edit: false,
            variables: None,
        },
    }
}

fn words(editor: &Editor) -> Vec<String> {
    let changes = editor.changes.get_untracked();
    changes.iter().map(Change::words).collect()
}

#[test]
fn an_edit_is_shown_undone_and_redone() {
    let (_page, editor) = editor(vec![widget(WidgetKind::Line), widget(WidgetKind::Text)]);
    editor.change_widget("title of it", "w-line", |one| one.title = "CPU".into());
    assert_eq!(words(&editor), ["CPU: title"]);
    let undo = || editor.next_steps.get_untracked();
    assert_eq!(undo(), (Some("title of it".into()), None));
    editor.undo();
    assert!(words(&editor).is_empty());
    assert_eq!(undo(), (None, Some("title of it".into())));
    editor.redo();
    assert_eq!(words(&editor), ["CPU: title"]);
    editor.discard();
    assert!(words(&editor).is_empty());
    editor.undo();
    assert_eq!(words(&editor), ["CPU: title"], "discarding can be undone");
}

#[test]
fn a_widget_that_is_moved_on_the_grid_is_moved_in_the_document() {
    let (_page, editor) = editor(vec![widget(WidgetKind::Line), widget(WidgetKind::Text)]);
    editor
        .arrangement
        .change(|items| grid::move_to(items, "w-line", 6, 0));
    let place = editor.widget("w-line").expect("the widget").place;
    assert_eq!((place.x, place.y), (6, 0));
    editor.undo();
    let place = editor.widget("w-line").expect("the widget").place;
    assert_eq!((place.x, place.y), (0, 0));
    let item = &editor.arrangement.items.get_untracked()[0];
    assert_eq!(item.place.x, 0, "the grid follows");
}

#[test]
fn what_is_added_and_duplicated_is_selected_and_what_is_removed_is_not() {
    let (_page, editor) = editor(vec![widget(WidgetKind::Line)]);
    let id = editor.add_widget(widget(WidgetKind::Gauge), None);
    let selected = || -> Vec<String> { editor.selected.get_untracked().into_iter().collect() };
    assert_eq!(selected(), std::slice::from_ref(&id));
    editor.select("w-line", true);
    editor.duplicate(&editor.selected.get_untracked());
    assert_eq!(editor.document.with_untracked(|d| d.widgets.len()), 4);
    let copies = selected();
    assert_eq!(copies.len(), 2);
    editor.remove(&copies.into_iter().collect());
    assert!(selected().is_empty());
    assert_eq!(editor.document.with_untracked(|d| d.widgets.len()), 2);
    editor.undo();
    assert_eq!(editor.document.with_untracked(|d| d.widgets.len()), 4);
}

#[test]
fn an_edit_changes_neither_ids_nor_the_version() {
    let (_page, editor) = editor(vec![widget(WidgetKind::Line), widget(WidgetKind::Text)]);
    editor.change("everything", |document| {
        document.id = "other".into();
        document.version = 99;
        document.widgets[1].id = "w-line".into();
    });
    let document = editor.document.get_untracked();
    assert_eq!((&*document.id, document.version), ("shop", 1));
    assert_eq!(document.widgets[1].id, "w-line-2");
    editor.change_widget("id", "w-line", |one| one.id = "x".into());
    assert!(editor.widget("w-line").is_some());
}

#[test]
fn faults_are_told_for_each_widget_and_stop_a_save() {
    let (page, editor) = editor(vec![widget(WidgetKind::Line), widget(WidgetKind::Stat)]);
    editor.change_widget("metric", "w-stat", |one| {
        one.metrics[0].metric = "gone".into()
    });
    let faults = editor.errors_of("w-stat");
    assert_eq!(faults[0].path, "metrics[0].metric");
    assert!(editor.errors_of("w-line").is_empty());
    editor.save();
    page.fake.run();
    assert!(page.fake.take_requests().is_empty());
    assert!(matches!(editor.saving.get_untracked(), Saving::Failed(why) if why.contains("gone")));
}

#[test]
fn a_save_sends_the_document_once_and_a_failure_keeps_the_edit() {
    let (page, editor) = editor(vec![widget(WidgetKind::Line)]);
    editor.save();
    page.fake.run();
    assert!(page.fake.take_requests().is_empty(), "nothing changed");
    editor.change_widget("title", "w-line", |one| one.title = "CPU".into());
    let mut answer = editor.document.get_untracked();
    answer.version = 2;
    page.fake.serve(move |_| Reply::json(&answer));
    editor.save();
    editor.save();
    page.fake.run();
    let sent = page.fake.take_requests();
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (sent[0].method, &*sent[0].path),
        ("PUT", "/api/dashboards/shop")
    );
    assert!(words(&editor).is_empty());
    assert_eq!(editor.document.with_untracked(|d| d.version), 2);
    page.fake.serve(|_| rejected(ErrorCode::InvalidDocument));
    editor.change_widget("title", "w-line", |one| one.title = "GPU".into());
    editor.save();
    page.fake.run();
    assert!(matches!(editor.saving.get_untracked(), Saving::Failed(_)));
    assert_eq!(words(&editor), ["GPU: title"]);
}

#[test]
fn a_save_that_does_not_arrive_is_kept_said_and_tried_again() {
    let (page, editor) = editor(vec![widget(WidgetKind::Line)]);
    editor.change_widget("title", "w-line", |one| one.title = "CPU".into());
    let mut answer = editor.document.get_untracked();
    answer.version = 2;
    let mut fails = 2;
    page.fake.serve(move |_| match fails {
        0 => Reply::json(&answer),
        _ => {
            fails -= 1;
            rejected(ErrorCode::Internal)
        }
    });
    editor.save();
    page.fake.run();
    assert!(matches!(editor.saving.get_untracked(), Saving::Waiting(_)));
    assert_eq!(words(&editor), ["CPU: title"]);
    page.fake.advance(1_000);
    assert!(matches!(editor.saving.get_untracked(), Saving::Waiting(_)));
    // Somebody does not wait for the next attempt.
    editor.save();
    page.fake.run();
    assert_eq!(editor.saving.get_untracked(), Saving::Idle);
    page.fake.advance(60_000);
    assert_eq!(page.fake.take_requests().len(), 3);
    assert!(words(&editor).is_empty());
}

/// What the server answers to an older version.
fn stale(current: &Option<Dashboard>) -> Reply {
    let error = protocol::ApiError {
        code: ErrorCode::StaleVersion,
        message: "stale".into(),
    };
    let body = protocol::Conflict { error, current };
    Reply::Now(409, serde_json::to_string(&body).expect("JSON"))
}

#[test]
fn a_save_over_what_others_changed_elsewhere_merges_by_itself() {
    let (page, editor) = editor(vec![widget(WidgetKind::Line), widget(WidgetKind::Text)]);
    let mut theirs = editor.document.get_untracked();
    theirs.version = 5;
    theirs.widgets[1].title = "theirs".into();
    editor.change_widget("title", "w-line", |one| one.title = "mine".into());
    page.fake.serve(move |request| {
        if request.method == "GET" {
            assert_eq!(request.path, "/api/dashboards/shop/versions");
            return Reply::json(&serde_json::json!([
                {"version": 6, "t": 2},
                {"version": 5, "t": 1, "who": {"kind": "user", "name": "bob"}},
            ]));
        }
        let sent: Dashboard =
            protocol::json::read(request.body.as_deref().unwrap_or_default()).expect("a dashboard");
        match sent.version {
            5 => Reply::json(&Dashboard { version: 6, ..sent }),
            _ => stale(&Some(theirs.clone())),
        }
    });
    editor.save();
    page.fake.run();
    let document = editor.document.get_untracked();
    let titles: Vec<&str> = document.widgets.iter().map(|one| &*one.title).collect();
    assert_eq!((titles, document.version), (vec!["mine", "theirs"], 6));
    assert!(words(&editor).is_empty() && !editor.deciding.get_untracked());
    let told = editor.others.get_untracked();
    assert!(
        matches!(told, Some(Others::Saved(Some(who), all)) if who == "bob" && all[0].words() == "theirs: title")
    );
    editor.undo();
    assert_eq!(
        words(&editor),
        [format!("{}: title", crate::testing::MARKUP)]
    );
}

#[test]
fn what_both_changed_is_decided_before_it_is_saved() {
    let (page, editor) = editor(vec![widget(WidgetKind::Line)]);
    let mut theirs = editor.document.get_untracked();
    theirs.version = 5;
    theirs.widgets[0].title = "theirs".into();
    editor.change_widget("title", "w-line", |one| one.title = "mine".into());
    page.fake.serve(move |request| match &*request.path {
        "/api/dashboards/shop" if request.method == "GET" => Reply::json(&theirs),
        "/api/dashboards/shop/versions" => rejected(ErrorCode::NotFound),
        path => panic!("{} {path}", request.method),
    });
    page.fake.now(editor.ask());
    let title = || {
        editor
            .document
            .with_untracked(|d| d.widgets[0].title.clone())
    };
    assert_eq!(title(), "mine", "an open edit stays");
    editor.save();
    assert!(editor.deciding.get_untracked());
    let conflict = editor.conflicts.get_untracked().remove(0);
    assert_eq!(conflict.title, "mine: title");
    editor.decide(&conflict, true);
    assert_eq!(title(), "theirs");
    assert!(!editor.deciding.get_untracked() && words(&editor).is_empty());
    editor.undo();
    assert_eq!(title(), "mine", "a choice can be undone");
}

#[test]
fn a_dashboard_that_was_removed_meanwhile_is_made_again_by_a_save() {
    let (page, editor) = editor(vec![widget(WidgetKind::Line)]);
    page.fake.serve(|_| rejected(ErrorCode::NotFound));
    page.fake.now(editor.ask());
    assert_eq!(editor.others.get_untracked(), Some(Others::Removed));
    assert!(editor.is_unsaved());
    page.fake.take_requests();
    page.fake.serve(|request| {
        let sent: Dashboard =
            protocol::json::read(request.body.as_deref().unwrap_or_default()).expect("a dashboard");
        assert_eq!(sent.version, 0);
        Reply::json(&Dashboard { version: 1, ..sent })
    });
    editor.save();
    page.fake.run();
    assert!(!editor.is_unsaved());
}

#[test]
fn a_draft_survives_a_reload_and_lies_over_what_is_saved_by_then() {
    let (page, first) = editor(vec![widget(WidgetKind::Line), widget(WidgetKind::Text)]);
    first.change_widget("title", "w-line", |one| one.title = "mine".into());
    first.keep_draft();
    let boot = |dashboard: Dashboard| boot_of(dashboard);
    let mut saved = first.saved.get_untracked();
    saved.version = 7;
    saved.widgets[1].title = "theirs".into();
    let second = Editor::new(&boot(saved));
    second.offer_draft();
    assert!(second.offered.get_untracked().is_some());
    // While it is offered, nothing takes its place.
    second.change("title", |document| document.title = "x".into());
    second.undo();
    second.keep_draft();
    second.continue_draft();
    let titles = |editor: Editor| -> Vec<String> {
        editor
            .document
            .with_untracked(|d| d.widgets.iter().map(|one| one.title.clone()).collect())
    };
    assert_eq!(titles(second), ["mine", "theirs"]);
    assert_eq!(second.document.with_untracked(|d| d.version), 7);
    second.discard();
    second.keep_draft();
    let third = Editor::new(&boot(second.saved.get_untracked()));
    third.offer_draft();
    assert_eq!(
        third.offered.get_untracked(),
        None,
        "discarded is discarded"
    );
    drop(page);
}

#[test]
fn drafts_are_bounded_in_bytes_and_the_oldest_make_room() {
    let _page = TestPage::new(store(&[]), Vec::new());
    let drafts = Drafts::of("ada");
    let draft = |id: &str, at_ms: f64, bytes: usize| {
        let json = serde_json::json!({"id": id, "title": "x".repeat(bytes), "widgets": []});
        let edited: Dashboard = serde_json::from_value(json).expect("a dashboard");
        let base = Dashboard {
            title: String::new(),
            ..edited.clone()
        };
        Draft {
            at_ms,
            base,
            edited,
        }
    };
    let found = |id: &str| drafts.find(id).is_some();
    let now_ms = browser::host().wall_ms();
    for (n, id) in ["a", "b", "c"].into_iter().enumerate() {
        assert!(drafts.keep(&draft(id, now_ms + n as f64, 400_000)));
    }
    assert_eq!(["a", "b", "c"].map(found), [false, true, true]);
    assert!(!drafts.keep(&draft("b", now_ms, 600_000)), "too large");
    assert_eq!(["b", "c"].map(found), [false, true]);
    assert!(Drafts::of("bob").find("c").is_none(), "another person's");
    drafts.forget("c");
    assert!(!found("c"));
}

#[test]
fn several_that_are_selected_move_together_by_keys_in_one_step() {
    let (_page, editor) = editor(vec![widget(WidgetKind::Line), widget(WidgetKind::Text)]);
    editor.select("w-line", false);
    assert!(!editor.moves_several("w-line"));
    editor.select("w-text", true);
    let columns = || -> Vec<u16> {
        editor
            .document
            .with_untracked(|d| d.widgets.iter().map(|one| one.place.x).collect())
    };
    editor.move_selected("w-text", "ArrowRight");
    assert_eq!(columns(), [1, 1]);
    for _ in 0..20 {
        editor.move_selected("w-text", "ArrowRight");
    }
    assert_eq!(columns(), [6, 6], "up to the last column");
    for _ in 0..6 {
        editor.undo();
    }
    assert_eq!(columns(), [0, 0]);
    assert_eq!(editor.next_steps.get_untracked().0, None);
}

#[test]
fn what_is_pasted_is_added_and_what_is_broken_changes_nothing() {
    let (page, editor) = editor(vec![widget(WidgetKind::Line)]);
    let toast = crate::shell::toast::Toast::new();
    let text = serde_json::to_string(&widget(WidgetKind::Line)).expect("JSON");
    assert!(editor.paste(&text, toast));
    assert_eq!(editor.document.with_untracked(|d| d.widgets.len()), 2);
    let before = editor.document.get_untracked();
    assert!(editor.paste(r#"{"widgets":[{"id":1}]}"#, toast));
    assert!(!editor.paste("plain words", toast));
    assert_eq!(editor.document.get_untracked(), before);
    drop(page);
}
