//! The legend, the menu and the tooltip of a widget: what they show, and what a choice does.

use leptos::prelude::*;
use protocol::{OptionValue, WidgetKind};

use super::actions::{Action, act, offered};
use super::legend::{Entry, Legend, LegendList, Looking, key_class, summary};
use super::menu::{Menu, WidgetControls};
use super::tooltip::{Tip, TipRow, Tooltip};
use crate::kinds::KINDS;
use crate::shell::toast::{Toast, ToastLine};
use crate::testing::{MARKUP, TestPage, has, html, lacks, store, widget};

fn entry(label: &str, on: bool, summary: Option<[&str; 3]>) -> Entry {
    Entry {
        label: label.into(),
        name: label.into(),
        value: format!("{label}-now"),
        age: None,
        larger: 0,
        on,
        summary: summary.map(|numbers| numbers.map(String::from)),
    }
}

fn legend(entries: Vec<Entry>, left_out: usize) -> RwSignal<Legend> {
    RwSignal::new(Legend {
        entries,
        left_out,
        largest: None,
        units: "ms".into(),
        earlier: None,
    })
}

#[test]
fn a_legend_says_which_lines_are_on() {
    let widget = widget(WidgetKind::Line);
    let page = TestPage::new(store(&[]), vec![widget.clone()]);
    let own = WidgetControls::new(&widget, page.fullscreen);
    let entries = vec![entry(MARKUP, true, None), entry("b", false, None)];
    let legend = legend(entries, 3);
    let id = StoredValue::new(widget.id);
    let wide = RwSignal::new(false);
    let looking = Looking::new();
    let show = || {
        let (handle, full) = (own.handle, own.full);
        html(view! { <LegendList id legend looking wide handle full/> })
    };
    let shown = show();
    assert_eq!(shown.matches("<button").count(), 2);
    has(
        &shown,
        &[
            "aria-pressed=\"true\"",
            "aria-pressed=\"false\"",
            "and 3 more",
            "b-now",
        ],
    );
    has(&shown, &["key c-s1", "key c-s2"]);
    lacks(&shown, &[MARKUP]);
    legend.update(|legend| legend.left_out = 0);
    lacks(&show(), &["more"]);
    lacks(&show(), &["type=\"search\""]);
    legend.update(|legend| {
        let old = Entry {
            age: Some("0m 12s ago".into()),
            ..entry("old", true, None)
        };
        legend.entries.extend((0..8).map(|_| old.clone()));
    });
    has(&show(), &["type=\"search\"", "Largest first", "0m 12s ago"]);
    legend.set(Legend::default());
    lacks(&show(), &["<button", "more"]);
}

#[test]
fn colours_repeat_with_dashes() {
    for (index, want) in [
        (0, "key c-s1 dashes-0"),
        (4, "key c-s5 dashes-0"),
        (5, "key c-s1 dashes-1"),
        (9, "key c-s5 dashes-1"),
        (23, "key c-s4 dashes-4"),
    ] {
        assert_eq!(key_class(index), want, "{index}");
    }
}

#[test]
fn a_summary_has_the_lines_that_are_on() {
    let owner = Owner::new();
    owner.set();
    let legend = legend(
        vec![
            entry("a", true, Some(["1", "2", "3"])),
            entry("b", false, Some(["7", "8", "9"])),
            entry(MARKUP, true, None),
        ],
        0,
    );
    let looking = Looking::new();
    let shown = html(summary(legend, looking));
    has(
        &shown,
        &[
            "<td>1</td><td>2</td><td>3</td>",
            "a-now",
            "<td>–</td><td>–</td><td>–</td>",
        ],
    );
    has(
        &shown,
        &[
            "key c-s1",
            "key c-s3",
            ">now</th>",
            ">min</th>",
            ">avg</th>",
            ">max</th>",
        ],
    );
    lacks(&shown, &["b-now", "<td>8", "key c-s2", MARKUP]);
}

#[test]
fn a_tooltip_is_hidden_until_it_says_something() {
    let owner = Owner::new();
    owner.set();
    let tip = RwSignal::new(None);
    let show = || html(view! { <Tooltip tip node=NodeRef::new()/> });
    has(&show(), &[" hidden", "aria-hidden=\"true\""]);
    lacks(&show(), &["<li", "more"]);
    tip.set(Some(Tip {
        time: "12:00:01".into(),
        rows: vec![TipRow {
            index: 1,
            label: MARKUP.into(),
            value: "3 ms".into(),
            earlier: Some("7 ms".into()),
        }],
        more: 4,
        earlier: Some("a day earlier"),
        notes: vec!["deploy · ada".into(), MARKUP.into()],
    }));
    let shown = show();
    has(
        &shown,
        &[
            "12:00:01",
            "3 ms",
            "key c-s2",
            "and 4 more",
            "<p class=\"note\">deploy · ada</p>",
        ],
    );
    lacks(&shown, &[" hidden", MARKUP]);
}

/// What the menu of a kind offers, with what is checked.
fn offers(page: &TestPage, widget: &protocol::Widget, own: WidgetControls) -> Vec<String> {
    let effective = page.arrangement.effective_widget(widget);
    let words = |item: &super::actions::Item| match item.checked {
        None => item.words.to_owned(),
        Some(on) => format!("{}: {on}", item.words),
    };
    offered(&effective, own, true).iter().map(words).collect()
}

#[test]
fn every_kind_can_fill_the_page_and_be_hidden() {
    for kind in KINDS {
        let widget = widget(kind.kind);
        let page = TestPage::new(store(&[]), vec![widget.clone()]);
        let own = WidgetControls::new(&widget, page.fullscreen);
        let all = offers(&page, &widget, own);
        assert_eq!(
            (&*all[0], all.last().map(|last| &**last)),
            ("Full screen", Some("Hide"))
        );
        let is = |words: &str| all.iter().any(|item| item.starts_with(words));
        // A chart of the metrics page is on no dashboard: all but what needs one.
        let passing = offered(&widget, own, false);
        let passing: Vec<&str> = passing.iter().map(|item| item.words).collect();
        let is_there = |item: &&String| !["Hide", "Copy link"].iter().any(|w| item.starts_with(w));
        let rest = all.iter().filter(is_there);
        let rest: Vec<&str> = rest.filter_map(|item| item.split(':').next()).collect();
        assert_eq!(passing, rest, "{}", kind.title);
        assert_eq!(is("Show as table"), kind.has_table, "{}", kind.title);
        for words in ["Log scale", "Band", "Copy as PNG", "Download CSV"] {
            assert_eq!(is(words), kind.is_time_chart, "{} {words}", kind.title);
        }
    }
}

#[test]
fn the_menu_does_what_it_says() {
    let widget = widget(WidgetKind::Line);
    let page = TestPage::new(store(&[]), vec![widget.clone()]);
    page.fake.serve(|request| {
        crate::browser::fake::Reply::Now(200, request.body.clone().unwrap_or_default())
    });
    let own = WidgetControls::new(&widget, page.fullscreen);
    let toast = expect_context::<Toast>();
    let choose = |action| {
        act(
            action,
            &widget,
            own,
            page.arrangement,
            (page.fullscreen, toast),
        )
    };
    let is = |words: &str| offers(&page, &widget, own).iter().any(|item| item == words);

    choose(Action::Full);
    assert!(is("Leave full screen") && own.full.get_untracked());
    choose(Action::Full);
    assert!(is("Full screen"));

    for (action, words) in [
        (Action::Log, "Log scale"),
        (Action::Band, "Band from min to max"),
    ] {
        assert!(is(&format!("{words}: false")));
        choose(action);
        assert!(is(&format!("{words}: true")));
        choose(action);
        assert!(is(&format!("{words}: false")));
    }

    choose(Action::Table);
    assert!(is("Show as chart") && own.as_table.get_untracked());
    choose(Action::Table);
    assert!(is("Show as table"));
}

#[test]
fn what_the_dashboard_says_anyway_is_no_choice() {
    let mut widget = widget(WidgetKind::Line);
    widget.options.set("log", OptionValue::Flag(true));
    let page = TestPage::new(store(&[]), vec![widget.clone()]);
    let own = WidgetControls::new(&widget, page.fullscreen);
    let toast = expect_context::<Toast>();
    let log = || {
        page.arrangement
            .effective_widget(&widget)
            .options
            .flag("log")
    };
    let choose = || {
        act(
            Action::Log,
            &widget,
            own,
            page.arrangement,
            (page.fullscreen, toast),
        )
    };
    assert!(log());
    choose();
    assert!(!log());
    choose();
    assert!(log());
}

#[test]
fn without_a_chart_there_is_nothing_to_save() {
    let widget = widget(WidgetKind::Line);
    let page = TestPage::new(store(&[]), vec![widget.clone()]);
    let own = WidgetControls::new(&widget, page.fullscreen);
    for (action, words) in [
        (Action::SavePng, "There is no picture to save."),
        (Action::CopyPng, "There is no picture to copy."),
        (Action::SaveCsv, "There is nothing to save."),
    ] {
        let toast = Toast::new();
        act(
            action,
            &widget,
            own,
            page.arrangement,
            (page.fullscreen, toast),
        );
        has(&html(view! { <ToastLine toast/> }), &[words]);
    }
}

#[test]
fn a_menu_is_closed_at_first_and_named() {
    let widget = widget(WidgetKind::Line);
    let page = TestPage::new(store(&[]), vec![widget.clone()]);
    let own = WidgetControls::new(&widget, page.fullscreen);
    let widget = StoredValue::new(widget);
    let shown = html(view! { <Menu widget own/> });
    has(
        &shown,
        &[
            "aria-haspopup=\"menu\"",
            "aria-expanded=\"false\"",
            "Actions of &lt;b",
        ],
    );
    lacks(&shown, &["role=\"menu\"", "menuitem", MARKUP]);
}
