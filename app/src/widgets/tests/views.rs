//! What every kind of widget shows before its data, on the server.

use std::collections::BTreeMap;

use leptos::prelude::*;
use protocol::{
    LogLevel, LogRecord, MetricRef, OptionValue, TextKind, TextNode, WidgetKind, option_name,
};

use crate::kinds::{KINDS, kind};
use crate::testing::{MARKUP, T0, TestPage, has, html, lacks, store, widget};
use crate::widgets::state::waiting_for;
use crate::widgets::{Texts, WidgetFrame};

const ROUTES: &[(&str, f64)] = &[("/a", 3.0), ("/b", 7.0)];

fn page(widgets: Vec<protocol::Widget>) -> TestPage {
    TestPage::new(store(ROUTES), widgets)
}

fn record(second: i64, level: LogLevel, message: &str) -> LogRecord {
    LogRecord {
        id: 0,
        t: T0 + second * 1_000,
        level,
        event: "http.request.stop".into(),
        message: message.into(),
        source: "/cart".into(),
        anonymous: false,
    }
}

#[test]
fn every_kind_is_named_by_its_title_and_escapes_it() {
    for one in KINDS {
        let widget = widget(one.kind);
        let (shown, _) = page(vec![widget.clone()]).widget(&widget);
        has(
            &shown,
            &[&format!("id=\"widget-{}\"", widget.id), "&lt;b&gt;"],
        );
        lacks(&shown, &[MARKUP, "<b>\"", "undefined", "NaN"]);
    }
}

#[test]
fn no_title_turns_what_stands_beside_it_around() {
    for one in KINDS {
        let mut widget = widget(one.kind);
        widget.title = "a \u{202e}b".into();
        let (shown, _) = page(vec![widget.clone()]).widget(&widget);
        let heading = shown
            .split_once("<h2")
            .and_then(|(_, rest)| rest.split_once("</h2>"));
        let (heading, _) = heading.expect("a heading");
        // Alone in its element, which the style sheet isolates, or isolated by itself.
        let is_alone = !heading.contains("<small");
        let is_isolated = heading.contains("\u{2068}a \u{202e}b\u{2069}");
        assert!(is_alone || is_isolated, "{:?}: {heading:?}", one.kind);
    }
}

#[test]
fn every_kind_with_data_says_that_it_loads() {
    for one in KINDS.iter().filter(|one| one.kind != WidgetKind::Text) {
        let widget = widget(one.kind);
        let (shown, _) = page(vec![widget.clone()]).widget(&widget);
        // A stat has no room for words: it is dimmed.
        let words = match one.kind {
            WidgetKind::Stat => "class=\"value loading\"",
            _ => "Loading…",
        };
        has(&shown, &[words]);
        lacks(
            &shown,
            &["No values of", "No events match", "Nothing happened"],
        );
    }
}

#[test]
fn what_is_withheld_says_nothing_but_its_title() {
    for one in KINDS {
        let mut widget = widget(one.kind);
        if widget.metrics.is_empty() {
            continue;
        }
        // As the server blanks what a role may not see.
        widget.metrics = vec![MetricRef::default()];
        let _page = page(vec![widget.clone()]);
        let shown = html(view! { <WidgetFrame widget/> });
        has(&shown, &["Not visible for your role"]);
        lacks(
            &shown,
            &["<canvas", "used", "wait", "Loading", "data-state"],
        );
    }
}

#[test]
fn a_widget_without_values_says_what_its_document_says() {
    let page = page(Vec::new());
    let mut line = widget(WidgetKind::Line);
    assert!(
        waiting_for(&line, page.live)
            .words
            .starts_with("No values of")
    );
    let words = OptionValue::Text("All is well.".into());
    line.options.set(option_name::EMPTY, words);
    assert_eq!(waiting_for(&line, page.live).words, "All is well.");
    // A metric that does not exist is another matter.
    line.metrics[0].metric = "gone".into();
    assert!(
        waiting_for(&line, page.live)
            .words
            .contains("no metric gone")
    );
}

#[test]
fn a_widget_whose_first_metric_is_hidden_says_so() {
    let hidden = MetricRef::default();
    for one in KINDS.iter().filter(|kind| kind.about_first) {
        // What it is about is hidden: what would describe it says nothing.
        let mut widget = widget(one.kind);
        widget.metrics.insert(0, hidden.clone());
        let _page = page(vec![widget.clone()]);
        let shown = html(view! { <WidgetFrame widget/> });
        has(&shown, &["Not visible for your role"]);
    }
}

#[test]
fn one_metric_of_two_that_is_withheld_blanks_no_widget() {
    let mut widget = widget(WidgetKind::Line);
    widget.metrics.push(MetricRef::default());
    let _page = page(vec![widget.clone()]);
    let shown = html(view! { <WidgetFrame widget/> });
    lacks(&shown, &["Not visible for your role"]);
    has(&shown, &["role=\"application\""]);
}

#[test]
fn frames_stand_where_the_arrangement_says() {
    let widget = widget(WidgetKind::Gauge);
    let page = page(vec![widget.clone()]);
    let shown = html(view! { <WidgetFrame widget=widget.clone()/> });
    has(
        &shown,
        &[
            "--x:0;--y:0;--w:6;--h:4;--o:0",
            "data-widget=\"w-gauge\"",
            "aria-labelledby=\"widget-w-gauge\"",
            kind(WidgetKind::Gauge).class,
            "aria-haspopup=\"menu\"",
            "aria-expanded=\"false\"",
            "aria-label=\"Actions of &lt;b",
        ],
    );
    lacks(&shown, &[" hidden", "grip", "--dx"]);

    page.arrangement.editing.set(true);
    let shown = html(view! { <WidgetFrame widget=widget.clone()/> });
    has(
        &shown,
        &["grip-move", "grip-size", "aria-describedby=\"how-to-move\""],
    );
    lacks(&shown, &["aria-haspopup"]);

    page.arrangement
        .change(|items| crate::grid::set_hidden(items, "w-gauge", true));
    has(
        &html(view! { <WidgetFrame widget=widget.clone()/> }),
        &[" hidden"],
    );
    page.arrangement.undo();
    lacks(
        &html(view! { <WidgetFrame widget=widget.clone()/> }),
        &[" hidden"],
    );

    page.fullscreen.toggle("w-gauge");
    let class = format!("class=\"{} full\"", kind(WidgetKind::Gauge).class);
    has(&html(view! { <WidgetFrame widget/> }), &[&class]);
}

#[test]
fn a_frame_of_a_widget_that_is_gone_is_hidden() {
    let gone = widget(WidgetKind::Line);
    let _page = page(Vec::new());
    has(&html(view! { <WidgetFrame widget=gone/> }), &[" hidden"]);
}

#[test]
fn kinds_that_have_a_table_hide_their_picture_for_it() {
    for one in KINDS.iter().filter(|one| one.has_table) {
        let widget = widget(one.kind);
        let page = page(vec![widget.clone()]);
        let own = crate::widgets::WidgetControls::new(&widget, page.fullscreen);
        let picture = html(crate::kinds::view(widget.clone(), own));
        lacks(&picture, &["<table", "as a table"]);
        assert_eq!(
            picture.matches(" hidden").count(),
            picture.matches("class=\"tooltip\"").count()
        );
        own.as_table.set(true);
        let table = html(crate::kinds::view(widget, own));
        has(
            &table,
            &[
                "<table",
                "as a table",
                "tabindex=\"0\"",
                "role=\"region\"",
                " hidden",
                "200 rows",
            ],
        );
    }
}

#[test]
fn a_chart_can_be_operated_by_keys_and_says_how() {
    for kind in [WidgetKind::Line, WidgetKind::Area, WidgetKind::Bar] {
        let widget = widget(kind);
        let (shown, _) = page(vec![widget.clone()]).widget(&widget);
        let described = format!("aria-describedby=\"alternative-{}\"", widget.id);
        has(
            &shown,
            &[
                "tabindex=\"0\"",
                "aria-roledescription=\"chart\"",
                "Arrow keys read values, Enter selects.",
                &described,
                &format!("id=\"alternative-{}\"", widget.id),
                "aria-label=\"Lines and their values now\"",
                "data-state=\"loading\"",
            ],
        );
    }
}

#[test]
fn a_gauge_without_a_value_has_no_number() {
    let widget = widget(WidgetKind::Gauge);
    let (shown, _) = page(vec![widget.clone()]).widget(&widget);
    has(&shown, &["role=\"meter\"", "data-state=\"loading\""]);
    lacks(
        &shown,
        &["aria-valuenow", "aria-valuetext", "aria-valuemin", "▲"],
    );
}

#[test]
fn text_is_there_at_once_and_never_markup() {
    let mut text = widget(WidgetKind::Text);
    let (shown, _) = page(vec![text.clone()]).widget(&text);
    has(
        &shown,
        &["<h3>&lt;b&gt;", "<p>words &lt;b&gt;", "role=\"region\""],
    );
    let id = text.id.clone();
    text.options = Default::default();
    fn leaf(kind: TextKind, words: &str) -> TextNode {
        TextNode::leaf(kind, words)
    }
    let of = |kind: TextKind, words: &str| TextNode::new(kind, vec![leaf(TextKind::Text, words)]);
    let item = || of(TextKind::Item, "a");
    let row = |kind: TextKind| TextNode::new(kind, vec![of(TextKind::Cell, "a")]);
    let rows = vec![row(TextKind::Head), row(TextKind::Row)];
    for (node, wanted, unwanted) in [
        (
            TextNode {
                text: "https://a.b/?q=\"><script>".into(),
                ..of(TextKind::Link, "x")
            },
            "href=\"https://a.b/?q=&quot;&gt;&lt;script&gt;\" rel=\"external noopener noreferrer nofollow\"",
            "<script>",
        ),
        (
            leaf(TextKind::CodeBlock, "<script>"),
            "<pre><code>&lt;script",
            "<script>",
        ),
        (of(TextKind::Strong, "a"), "<strong>a</strong>", "<em>"),
        (of(TextKind::Emphasis, "a"), "<em>a</em>", "<b>"),
        (of(TextKind::Strike, "a"), "<s>a</s>", "~"),
        (leaf(TextKind::Code, "c"), "<code>c</code>", "<pre>"),
        (
            TextNode::new(TextKind::List, vec![item()]),
            "<ul><li>a</li></ul>",
            "<ol",
        ),
        (
            TextNode {
                text: "3".into(),
                ..TextNode::new(TextKind::OrderedList, vec![item()])
            },
            "<ol start=\"3\"><li>a</li></ol>",
            "<ul>",
        ),
        (
            of(TextKind::Quote, "a"),
            "<blockquote>a</blockquote>",
            "<p>a",
        ),
        (
            TextNode::new(TextKind::Table, rows),
            "<thead><tr><th>a</th></tr></thead><tbody><tr><td>a</td></tr></tbody>",
            "<p>a",
        ),
        (of(TextKind::Heading2, "a"), "<h4>a</h4>", "<h2>a"),
        (of(TextKind::Heading3, "a"), "<h5>a</h5>", "<h3>a"),
        (leaf(TextKind::Rule, ""), "<hr>", "<p>"),
        (leaf(TextKind::Break, ""), "<br>", "<p>"),
    ] {
        let page = page(vec![text.clone()]);
        provide_context(Texts::new(BTreeMap::from([(id.clone(), vec![node])])));
        let (shown, _) = page.widget(&text);
        has(&shown, &["prose", wanted]);
        lacks(&shown, &[unwanted]);
    }
    let page = page(vec![text.clone()]);
    provide_context(Texts::new(BTreeMap::new()));
    let (shown, _) = page.widget(&text);
    has(&shown, &["Nothing is written here yet."]);
    lacks(&shown, &["prose"]);
}

#[test]
fn events_are_listed_newest_first_above_their_level() {
    let mut store = store(ROUTES);
    store.log(vec![
        record(1, LogLevel::Info, "first"),
        record(2, LogLevel::Warn, MARKUP),
        record(3, LogLevel::Error, "third"),
    ]);
    let show = |level: &str, rows: u32| {
        let mut widget = widget(WidgetKind::Events);
        let options = serde_json::json!({"level": level, "rows": rows});
        widget.options = serde_json::from_value(options).expect("options");
        let page = TestPage::new(store.clone(), vec![widget.clone()]);
        page.live.second_tick.set(1);
        page.widget(&widget).0
    };
    let all = show("info", 10);
    has(
        &all,
        &[
            "third",
            "&lt;b&gt;",
            "first",
            "is-error",
            "is-warn",
            "is-info",
            "22:13:23",
        ],
    );
    assert!(all.find(">third<") < all.find(">first<"), "{all}");
    lacks(&all, &[MARKUP, "older</li>"]);
    has(&all, &["All levels", "Warnings and errors", "Errors"]);

    let warnings = show("warn", 10);
    lacks(&warnings, &[">first<", "All levels"]);
    has(&warnings, &["third", "Warnings and errors"]);

    let errors = show("error", 10);
    lacks(&errors, &[">first<", "is-warn", "<select"]);

    let one = show("info", 1);
    has(&one, &["third", "and 2 older"]);
    lacks(&one, &[">first<"]);
}

#[test]
fn no_events_are_no_error() {
    let widget = widget(WidgetKind::Events);
    let page = page(vec![widget.clone()]);
    page.live.second_tick.set(1);
    let (shown, _) = page.widget(&widget);
    has(&shown, &["Nothing happened yet."]);
    lacks(&shown, &["<ol", "No events match"]);
}
