//! What stands around every page, as the server writes it.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{Me, paths};

use super::boot::{self, BootElement, BootText, Found};
use super::header::Header;
use super::shortcuts::{Bound, bind, shortcut};
use super::shortcuts_dialog::ShortcutsDialog;
use super::toast::{Toast, ToastLine};
use super::{Disclosure, SHORTCUTS, Shell, notice};
use crate::address::Address;
use crate::live::Status;
use crate::testing::{MARKUP, TestPage, has, html, lacks, store};

fn page() -> TestPage {
    let page = TestPage::new(store(&[]), Vec::new());
    provide_context(Address {
        path: "/".into(),
        search: String::new(),
    });
    page
}

fn user(admin: bool) -> Me {
    Me {
        name: MARKUP.into(),
        roles: vec!["ops".into(), MARKUP.into()],
        admin,
        ..Me::default()
    }
}

#[test]
fn a_header_names_the_user_and_the_page() {
    let _page = page();
    let shown = html(view! { <Header me=user(false) here=paths::METRICS_PAGE/> });
    has(
        &shown,
        &["account of &lt;b", "ops, &lt;b", "Sign out", "Connecting"],
    );
    // The choice of a theme is in the menu of the account; the list of keys where there are keys.
    has(&shown, &["System", "Light", "Dark"]);
    lacks(&shown, &[MARKUP, "class=\"slash\""]);
    // In the bar and in the menu of narrow screens.
    assert_eq!(shown.matches("aria-current=\"page\"").count(), 2);
    assert_eq!(shown.matches("aria-label=\"Pages\"").count(), 2);
    let elsewhere =
        html(view! { <Header me=user(true) here="" place=view! { "here" }.into_any()/> });
    lacks(&elsewhere, &["aria-current"]);
    has(&elsewhere, &["class=\"slash\"", "here"]);
}

#[test]
fn a_page_without_a_stream_has_no_connection() {
    let owner = Owner::new();
    owner.set();
    lacks(
        &html(view! { <Header me=user(false) here=""/> }),
        &["class=\"connection\""],
    );
}

#[test]
fn the_connection_in_words() {
    let page = page();
    let live = page.live;
    let show = || html(view! { <Header me=user(false) here=""/> });
    let check = |status: Status, wanted: &[&str], unwanted: &[&str]| {
        live.status.set(status);
        has(&show(), wanted);
        lacks(&show(), unwanted);
    };
    live.connected_s.set(65);
    live.age_s.set(12);
    let connected = "Connected: ";
    check(
        Status::Connecting,
        &["data-status=\"connecting\""],
        &[connected, "ago", "no data"],
    );
    check(
        Status::Live,
        &["data-status=\"live\"", connected],
        &["ago", "no data"],
    );
    check(
        Status::Polling,
        &["data-status=\"polling\"", "Polling", "asked every second"],
        &[connected, "ago", "no data"],
    );
    check(
        Status::Stale,
        &["data-status=\"stale\"", "no data for ", connected],
        &["ago"],
    );
    let lost = "data-status=\"reconnecting\"";
    check(
        Status::Reconnecting,
        &[lost, "last data ", " ago"],
        &[connected, "no data for"],
    );
    live.pause();
    // Paused is said of a connection that lives, and hides no trouble.
    check(
        Status::Live,
        &["data-status=\"paused\"", "Paused"],
        &["data-status=\"live\""],
    );
    check(Status::Reconnecting, &[lost], &["Paused"]);
}

#[test]
fn notices_lead_home_and_name_nobody_who_is_not_known() {
    let _page = page();
    for (shown, words) in [
        (html(notice::missing()), "There is no such page"),
        (html(notice::forbidden()), "This page is not for your role"),
    ] {
        has(&shown, &[words, "href=\"/\"", "<h1>"]);
        lacks(&shown, &["account of", "Sign out"]);
    }
    let me = serde_json::json!({"me": {"name": "ada", "roles": [], "admin": false}, "page": null});
    provide_context(BootText::new(&me.to_string()));
    has(&html(notice::missing()), &["account of ada"]);
}

#[test]
fn what_a_page_begins_with_is_read_back_and_ends_no_element() {
    let _page = page();
    let name = "</script><script>alert(1)</script><!--";
    let boot = serde_json::json!({"me": {"name": name, "roles": [], "admin": true}, "page": 7});
    provide_context(BootText::new(&boot.to_string()));
    provide_context(Found::Forbidden);
    let shown = view! { <BootElement/> }.into_view().to_html();
    assert_eq!(shown.matches("<script").count(), 1, "{shown}");
    assert_eq!(shown.matches("</script").count(), 1, "{shown}");
    assert!(!shown.contains("<!--<"), "{shown}");
    has(
        &shown,
        &[
            "data-found=\"forbidden\"",
            "type=\"application/json\"",
            "id=\"boot\"",
        ],
    );
    let read = boot::read::<u32>().expect("what was written");
    assert_eq!(
        (read.me.name.as_str(), read.me.admin, read.page),
        (name, true, 7)
    );
    assert_eq!(Found::here(), Found::Forbidden);
}

#[test]
fn what_cannot_be_read_is_nothing() {
    for text in ["", "{", "null", "[]", r#"{"me":{}}"#, r#"{"page":1}"#] {
        let _page = page();
        provide_context(BootText::new(text));
        assert!(boot::read::<u32>().is_none(), "{text}");
    }
    let _page = page();
    assert!(boot::read::<u32>().is_none(), "without any");
    assert_eq!(Found::here(), Found::Page);
}

#[test]
fn a_message_goes_after_a_while_and_a_later_one_stays() {
    let page = page();
    let toast = Toast::new();
    let shown = || html(view! { <ToastLine toast/> });
    has(&shown(), &["idle", "role=\"status\""]);
    toast.show(MARKUP);
    page.fake.advance(5_900);
    has(&shown(), &["&lt;b"]);
    lacks(&shown(), &["idle", MARKUP]);
    toast.show("second");
    page.fake.advance(200);
    has(&shown(), &["second"]);
    page.fake.advance(5_700);
    has(&shown(), &["second"]);
    page.fake.advance(200);
    has(&shown(), &["idle"]);
    lacks(&shown(), &["second"]);
}

#[test]
fn a_message_may_outlive_its_page() {
    let page = page();
    let owner = Owner::new();
    let toast = owner.with(Toast::new);
    toast.show("saved");
    owner.cleanup();
    drop(owner);
    page.fake.advance(10_000);
}

#[test]
fn a_panel_is_named_and_closed() {
    let _page = page();
    let shown = html(view! {
        <Disclosure class="x" title="Do" label="Name" mark="mark".into_any()>
            <p>"inside"</p>
        </Disclosure>
    });
    has(
        &shown,
        &[
            "<details class=\"x\"",
            "aria-label=\"Name\"",
            "title=\"Do\"",
            "inside",
        ],
    );
    lacks(&shown, &[" open"]);
    let shown =
        html(view! { <Disclosure class="x" title="Do" mark="mark".into_any()>"a"</Disclosure> });
    lacks(&shown, &["aria-label"]);
}

#[test]
fn the_dialog_has_every_key_as_it_stands_on_keyboards() {
    let page = page();
    let time = crate::time::TimePicker {
        live: page.live,
        open: RwSignal::new(false),
        save_span: Callback::new(|_| ()),
        save_zone: Callback::new(|_| ()),
    };
    let mut keys = bind(crate::time::SHORTCUTS, time);
    keys.push(key(&["Ctrl+Z", "Ctrl+y"], "Redo"));
    keys.push(key(&["Ctrl+z"], "Undo"));
    let shortcuts: Arc<[Bound]> = keys.clone().into();
    let shown = html(view! { <ShortcutsDialog shortcuts open=RwSignal::new(true)/> });
    for one in &keys {
        has(&shown, &[&format!("<dd>{}</dd>", one.words)]);
    }
    has(
        &shown,
        &["<kbd>[, Shift + ←</kbd>", "<kbd>+, =</kbd>", "<kbd>-</kbd>"],
    );
    has(
        &shown,
        &[
            "<kbd>Ctrl + Shift + Z, Ctrl + Y</kbd>",
            "<kbd>Ctrl + Z</kbd>",
        ],
    );
    has(
        &shown,
        &["On charts", "On legends", "aria-labelledby=\"keys-title\""],
    );
    lacks(&shown, &["Arrow", " open"]);
}

fn key(keys: &'static [&'static str], words: &'static str) -> Bound {
    let table = Box::leak(Box::new([shortcut(keys, words, |()| ())]));
    bind(table, ()).remove(0)
}

#[test]
fn a_page_ends_with_its_messages_and_every_pages_keys() {
    let _page = page();
    let shell = Shell::provide();
    shell.explain();
    let shown = html(shell.end(vec![key(&["x"], "Does x")]));
    has(
        &shown,
        &[
            "class=\"toast idle\"",
            "Does x",
            SHORTCUTS[0].words,
            "<kbd>?</kbd>",
        ],
    );
}
