//! The table as the server writes it: headings, rows, states, and only what is on the screen.

use std::sync::Arc;

use leptos::prelude::*;

use super::*;
use crate::testing::{MARKUP, has, html, lacks};

struct Thing {
    name: String,
    group: &'static str,
    size: u32,
}

static THINGS: Listing<Thing> = Listing {
    label: "Things",
    columns: &[
        Column {
            title: "Name",
            class: "name",
            compare: Some(|a, b| a.name.cmp(&b.name)),
            cell: |thing| thing.name.clone().into_any(),
        },
        Column {
            title: "Size",
            class: "size",
            compare: None,
            cell: |thing| thing.size.into_any(),
        },
    ],
    group: |thing| thing.group,
    last_group: "asleep",
    text: |thing| &thing.name,
    key: |thing| &thing.name,
    empty: "There are no things.",
};

fn thing(name: &str, group: &'static str) -> Thing {
    Thing {
        name: name.into(),
        group,
        size: name.len() as u32,
    }
}

fn show(rows: Rows<Thing>, search: &str, open: Option<&str>) -> String {
    let owner = Owner::new();
    owner.set();
    let open = open.map(String::from);
    let (rows, open) = (Signal::stored(rows), Signal::stored(open));
    let search = RwSignal::new(search.to_string());
    let on_open = Callback::new(|_: String| ());
    html(view! { <LongTable listing=&THINGS rows search open on_open/> })
}

fn known(things: Vec<Thing>) -> Rows<Thing> {
    Rows::Known(things.into())
}

#[test]
fn states() {
    let check = |rows: Rows<Thing>, search: &str, words: &str, busy: bool| {
        let shown = show(rows, search, None);
        has(
            &shown,
            &[
                words,
                &format!("aria-busy=\"{busy}\""),
                "aria-rowcount=\"1\"",
            ],
        );
        has(
            &shown,
            &["role=\"grid\"", "aria-label=\"Things\"", "tabindex=\"0\""],
        );
        lacks(&shown, &["id=\"row-", MARKUP, "aria-activedescendant"]);
    };
    check(Rows::Loading, "", "Loading…", true);
    check(Rows::Failed("No answer.".into()), "", "No answer.", false);
    check(Rows::Failed(MARKUP.into()), "x", "&lt;b", false);
    check(known(Vec::new()), "", "There are no things.", false);
    check(known(Vec::new()), "a", "There are no things.", false);
    check(
        known(vec![thing("a", "")]),
        "  zz ",
        "No matches for “zz”.",
        false,
    );
    check(
        known(vec![thing("a", "")]),
        MARKUP,
        "No matches for “&lt;b",
        false,
    );
}

#[test]
fn rows_stand_below_their_group_and_are_counted() {
    let things = vec![
        thing("b", "two"),
        thing("a", "two"),
        thing(MARKUP, ""),
        thing("c", "one"),
    ];
    let shown = show(known(things), "", Some("a"));
    lacks(&shown, &[MARKUP, "role=\"status\""]);
    // Three headings and four rows below the head of the columns.
    has(
        &shown,
        &[
            "aria-rowcount=\"8\"",
            "--lines:7;--first:0",
            "<b>Other</b><small>1</small>",
        ],
    );
    has(
        &shown,
        &["<b>two</b><small>2</small>", "aria-rowindex=\"8\""],
    );
    let at = |text: &str| shown.find(text).unwrap_or_else(|| panic!("no {text}"));
    assert!(at("<b>one") < at("<b>two") && at("<b>two") < at("<b>Other"));
    assert!(
        at("id=\"row-b\"") < at("id=\"row-a\""),
        "as they were given"
    );
    assert_eq!(shown.matches("aria-selected=\"true\"").count(), 1);
    assert_eq!(shown.matches("aria-selected=\"false\"").count(), 3);
}

#[test]
fn only_columns_with_an_order_can_be_sorted() {
    let shown = show(known(vec![thing("a", "")]), "", None);
    assert_eq!(shown.matches("aria-sort=\"none\"").count(), 1);
    assert_eq!(shown.matches("<button").count(), 1);
    assert_eq!(shown.matches("columnheader").count(), 2);
    lacks(&shown, &["▼", "▲"]);
}

#[test]
fn a_long_list_costs_a_screen() {
    for count in [1_000, 50_000] {
        let things: Arc<[Thing]> = (0..count)
            .map(|i| thing(&format!("thing-{i}"), "all"))
            .collect();
        let shown = show(Rows::Known(things), "", None);
        has(
            &shown,
            &[&format!("aria-rowcount=\"{}\"", count + 2), "thing-0<"],
        );
        let rows = shown.matches("aria-selected").count();
        assert!((10..60).contains(&rows), "{rows} of {count}");
    }
}

#[test]
fn a_search_keeps_what_matches_every_word() {
    let things = || {
        known(vec![
            thing("red box", "a"),
            thing("red hat", "a"),
            thing("box", "b"),
        ])
    };
    for (search, want) in [
        ("red", 2),
        ("BOX", 2),
        ("box red", 1),
        (" ", 3),
        ("redbox", 0),
    ] {
        let shown = show(things(), search, None);
        assert_eq!(shown.matches("aria-selected").count(), want, "{search}");
    }
}

#[test]
fn a_group_may_stand_last_whatever_it_is_called() {
    let things = vec![thing("a", "asleep"), thing("b", "zoo"), thing("c", "Bees")];
    let shown = show(known(things), "", None);
    let at = |text: &str| shown.find(text).unwrap_or_else(|| panic!("no {text}"));
    assert!(at("<b>Bees") < at("<b>zoo") && at("<b>zoo") < at("<b>asleep"));
}

#[test]
fn what_could_not_be_had_is_asked_for_again_beside_its_message() {
    let again = |rows: Rows<Thing>| {
        let owner = Owner::new();
        owner.set();
        let (rows, open) = (Signal::stored(rows), Signal::stored(None));
        let search = RwSignal::new(String::new());
        let on_open = Callback::new(|_: String| ());
        let on_retry = Some(Callback::new(|()| ()));
        html(view! { <LongTable listing=&THINGS rows search open on_open on_retry/> })
    };
    let failed = again(Rows::Failed("No answer.".into()));
    let (message, button) = (failed.find("No answer."), failed.find("Try again"));
    assert!(message.is_some() && message < button);
    has(&failed, &["Try again</button></p></div></div></div></div>"]);
    for rows in [Rows::Loading, known(vec![thing("a", "")])] {
        lacks(&again(rows), &["Try again"]);
    }
}
