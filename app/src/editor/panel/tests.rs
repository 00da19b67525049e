//! The panel as the server renders it, and what its parts change.

use protocol::{OptionValue, WidgetKind};

use super::list::Edit;
use super::*;
use crate::editor::catalogue::testing::EditPage;
use crate::kinds::{KINDS, kind, schema};
use crate::testing::{has, html, lacks, widget};

fn select(page: &EditPage, ids: &[&str]) {
    let ids = ids.iter().map(|id| (*id).to_owned());
    page.editor.selected.set(ids.collect());
}

fn plain(of: WidgetKind) -> protocol::Widget {
    protocol::Widget {
        id: "one".into(),
        title: "One".into(),
        ..widget(of)
    }
}

#[test]
fn every_option_of_every_kind_has_a_field_with_its_help() {
    for of in KINDS {
        let page = EditPage::new(vec![plain(of.kind)]);
        select(&page, &["one"]);
        let shown = html(SidePanel());
        for spec in schema(of.kind).options {
            let label = model::words(spec.name);
            assert!(shown.contains(&label), "{:?} {}", of.kind, spec.name);
            assert!(
                shown.contains(&format!("panel-options-{}", spec.name.replace('_', "-"))),
                "{:?} {}",
                of.kind,
                spec.name
            );
        }
        for other in KINDS {
            has(&shown, &[kind(other.kind).title]);
        }
        has(
            &shown,
            &[
                "Title",
                "JSON",
                "Duplicate",
                "Delete",
                "aria-pressed=\"true\"",
            ],
        );
    }
}

#[test]
fn a_widget_of_metrics_has_their_fields_and_one_of_words_has_none() {
    let page = EditPage::new(vec![plain(WidgetKind::Line)]);
    select(&page, &["one"]);
    has(
        &html(SidePanel()),
        &[
            "Metric 1",
            "Number",
            "Only route",
            "Split by",
            "Label",
            "As a share",
            "Add a metric",
            "Average",
        ],
    );
    let page = EditPage::new(vec![plain(WidgetKind::Text)]);
    select(&page, &["one"]);
    let shown = html(SidePanel());
    lacks(&shown, &["Metric 1", "Add a metric"]);
    has(&shown, &["<textarea"]);
}

#[test]
fn what_does_not_hold_is_explained_beside_its_field() {
    let page = EditPage::new(vec![plain(WidgetKind::Line)]);
    select(&page, &["one"]);
    lacks(&html(SidePanel()), &["aria-invalid=\"true\""]);
    page.editor.change_widget("min", "one", |widget| {
        model::put(&mut widget.options, "min", model::number("ten"));
        model::put(&mut widget.options, "gone", model::number("1"));
        widget.metrics[0].metric = "typo".into();
        widget.place.w = 0;
    });
    let shown = html(SidePanel());
    has(
        &shown,
        &[
            "aria-invalid=\"true\"",
            "it takes a number",
            "value=\"ten\"",
            "there is no metric `typo` in the list",
            "a widget of kind `line` has no such option",
            "Remove the option gone",
            "place: x 0 and w 0",
        ],
    );
}

#[test]
fn every_change_is_a_step_that_undo_takes_back() {
    let page = EditPage::new(vec![plain(WidgetKind::Line)]);
    select(&page, &["one"]);
    let panel = Panel::new(page.editor, "one".into());
    panel.change("title", |widget| widget.title = "Two".into());
    let next = page.editor.next_steps.get_untracked();
    assert_eq!(next.0.as_deref(), Some("title of One"));
    page.editor.undo();
    assert_eq!(panel.now(|widget| widget.title.clone()), "One");
}

#[test]
fn rows_of_a_list_are_added_set_and_removed_and_hold() {
    for (of, name) in [
        (WidgetKind::Line, "thresholds"),
        (WidgetKind::States, "states"),
    ] {
        let page = EditPage::new(vec![plain(of)]);
        select(&page, &["one"]);
        let spec = schema(of).options.iter().find(|spec| spec.name == name);
        let columns: &[list::Column] = options::columns(spec.expect("an option"));
        let mut rows = Vec::new();
        Edit::Add.apply(&mut rows, columns);
        Edit::Add.apply(&mut rows, columns);
        let put = |rows: &[OptionValue]| {
            page.editor.change_widget("list", "one", |widget| {
                widget.options.set(name, OptionValue::List(rows.to_vec()));
            });
            page.editor.errors_of("one")
        };
        assert_eq!(put(&rows), [], "what is added holds");
        Edit::Set(1, columns[0].name, model::number("x")).apply(&mut rows, columns);
        let found = put(&rows);
        assert_eq!(found[0].path, format!("options.{name}[1]"));
        assert!(
            html(SidePanel()).contains("aria-invalid=\"true\""),
            "{name}"
        );
        Edit::Remove(1).apply(&mut rows, columns);
        Edit::Remove(7).apply(&mut rows, columns);
        assert_eq!(put(&rows), []);
        assert_eq!(rows.len(), 1);
    }
}

#[test]
fn several_widgets_have_what_all_can_do() {
    let mut other = plain(WidgetKind::Text);
    other.id = "two".into();
    other.title = "Second".into();
    let page = EditPage::new(vec![plain(WidgetKind::Line), other]);
    has(&html(SidePanel()), &["Nothing is selected"]);
    select(&page, &["one", "two"]);
    let shown = html(SidePanel());
    has(
        &shown,
        &[
            "2 widgets are selected",
            "One",
            "Second",
            "Duplicate",
            "Move to a dashboard",
            "Delete",
        ],
    );
    lacks(&shown, &["Shown as"]);
}
