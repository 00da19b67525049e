//! Edits as components make them.

use protocol::{Me, WidgetKind};

use super::*;
use crate::browser::fake::Reply;
use crate::testing::{TestPage, metrics, store, widget};

/// A page, and the editor of a dashboard of these widgets.
fn editor(widgets: Vec<Widget>) -> (TestPage, Editor) {
    let page = TestPage::new(store(&[("tea", 1.0)]), widgets);
    let dashboard = page.arrangement.dashboard.get_untracked();
    let boot = Boot {
        me: Me::default(),
        page: DashboardBoot {
            metrics: metrics(),
            dashboard,
            preferences: Default::default(),
            dashboard_preferences: Default::default(),
            texts: Default::default(),
            muted: Vec::new(),
            muted_events: Vec::new(),
        },
    };
    let editor = Editor::new(&boot);
    (page, editor)
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
    assert_eq!(selected(), [id.clone()]);
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
    page.fake
        .serve(|_| crate::live::testing::rejected(protocol::ErrorCode::Internal));
    editor.change_widget("title", "w-line", |one| one.title = "GPU".into());
    editor.save();
    page.fake.run();
    assert!(matches!(editor.saving.get_untracked(), Saving::Failed(_)));
    assert_eq!(words(&editor), ["GPU: title"]);
}
