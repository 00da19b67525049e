//! The catalogue as the server renders it, and what it adds.

use protocol::{Field, WidgetKind};

use super::testing::EditPage;
use super::*;
use crate::testing::{has, html, lacks};

fn page() -> (EditPage, CatalogueState) {
    let page = EditPage::new(Vec::new());
    let state = expect_context::<CatalogueState>();
    (page, state)
}

fn known(state: CatalogueState) {
    let all = crate::testing::metrics();
    let rows = all.into_iter().map(|metric| metric.category("Web"));
    state
        .rows
        .set(Rows::Known(rows.map(CatalogueRow::from).collect()));
}

#[test]
fn while_metrics_are_on_their_way_the_list_says_so() {
    let (_page, state) = page();
    has(&html(Catalogue()), &["Loading…", "Search metrics"]);
    state.rows.set(Rows::Failed("No answer.".into()));
    has(&html(Catalogue()), &["No answer.", "Try again"]);
    state.rows.set(Rows::Known(std::sync::Arc::from([])));
    let shown = html(Catalogue());
    has(&shown, &["There are no metrics that you may see."]);
    lacks(&shown, &["Try again", "Add as"]);
}

#[test]
fn the_list_has_every_metric_below_its_category_and_says_what_it_finds() {
    let (_page, state) = page();
    known(state);
    let shown = html(Catalogue());
    has(&shown, &["Web", "hits", "used", "bytes", "time", "wait"]);
    has(&shown, &["Text", "Events", "Without a metric"]);
    state.search.set("nothing like it".into());
    has(&html(Catalogue()), &["No matches for “nothing like it”."]);
}

#[test]
fn the_current_metric_offers_its_kinds_and_its_tags() {
    let (_page, state) = page();
    known(state);
    state.cursor.current.set(Some("time".into()));
    let shown = html(Detail());
    has(
        &shown,
        &[
            "summary",
            "Add as",
            "Lines",
            "Split by",
            "route",
            "Add split by route",
        ],
    );
    state.cursor.current.set(Some("gone".into()));
    lacks(&html(Detail()), &["Add as"]);
}

#[test]
fn enter_adds_the_best_kind_and_it_is_spoken() {
    let (page, state) = page();
    known(state);
    state.cursor.on_enter.run("time".into());
    state.cursor.on_enter.run("gone".into());
    let document = page.editor.document.get_untracked();
    let [widget] = &document.widgets[..] else {
        panic!("one is added: {document:?}");
    };
    assert_eq!(widget.kind, WidgetKind::Line);
    assert_eq!(widget.metrics[0].field, Field::P95);
    assert_eq!(
        page.editor.announcement.get_untracked(),
        "Time, p95 is added as Lines"
    );
    assert!(page.editor.selected.get_untracked().contains(&widget.id));
    state.add(suggest::empty(WidgetKind::Text), None);
    assert_eq!(page.editor.announcement.get_untracked(), "Text is added");
}
