//! Saving with a fake clock and a server that keeps versions, as two tabs of one person see it.

use std::cell::RefCell;
use std::rc::Rc;

use super::*;
use crate::browser::Request;
use crate::browser::fake::{Fake, Reply};
use crate::grid::move_to;
use crate::live::client::ClientError;
use protocol::{
    ApiError, Conflict, Dashboard, DashboardBoot, DashboardPreferences, ErrorCode, GridPlace,
    Options, Preferences, Widget, WidgetKind,
};

const KEY: &str = "pulseboard.unsaved.shop.ada";

/// What the server has of one person.
#[derive(Default)]
struct Server {
    person: Preferences,
    shop: DashboardPreferences,
}

impl Server {
    fn answer(&mut self, request: &Request) -> Reply {
        let body = request.body.as_deref().unwrap_or_default();
        if request.path == paths::PREFERENCES {
            let sent: Preferences = serde_json::from_str(body).expect("preferences");
            if sent.version != self.person.version {
                return stale(self.person.clone());
            }
            self.person = sent;
            self.person.version += 1;
            return Reply::json(&self.person);
        }
        assert_eq!(request.path, "/api/preferences/shop");
        let sent: DashboardPreferences = serde_json::from_str(body).expect("preferences");
        if sent.version != self.shop.version {
            return stale(self.shop.clone());
        }
        self.shop = sent;
        self.shop.version += 1;
        Reply::json(&self.shop)
    }
}

fn stale<T: serde::Serialize>(current: T) -> Reply {
    let error = ApiError {
        code: ErrorCode::StaleVersion,
        message: "another version was saved".into(),
    };
    let body = serde_json::to_string(&Conflict { error, current });
    Reply::Now(409, body.expect("JSON"))
}

fn rejected(code: ErrorCode) -> Reply {
    let message = format!("about {code}");
    Reply::error(code.status(), ApiError { code, message })
}

/// A server that all tabs of the test have in common.
fn serve(fake: &Fake) -> Rc<RefCell<Server>> {
    let server = Rc::new(RefCell::new(Server::default()));
    let shared = Rc::clone(&server);
    fake.serve(move |request| shared.borrow_mut().answer(request));
    server
}

/// A tab that was opened now, or before the others changed anything.
fn tab(server: &Server) -> Arrangement {
    let widget = |id: &str, y| Widget {
        id: id.into(),
        kind: WidgetKind::Line,
        title: id.into(),
        metrics: vec![],
        options: Options::default(),
        place: GridPlace {
            x: 0,
            y,
            w: 6,
            h: 3,
        },
    };
    Arrangement::new(&DashboardBoot {
        metrics: Vec::new(),
        dashboard: Dashboard {
            id: "shop".into(),
            title: "Shop".into(),
            version: 1,
            widgets: vec![widget("a", 0), widget("b", 3), widget("c", 6)],
        },
        preferences: server.person.clone(),
        dashboard_preferences: server.shop.clone(),
        texts: Default::default(),
    })
}

fn switch_off(tab: Arrangement, id: &str, label: &str) {
    tab.override_widget(id, |own| own.off.push(label.into()));
}

/// Widgets with the lines that are switched off, as the server has them.
fn off(server: &RefCell<Server>) -> Vec<(String, Vec<String>)> {
    let server = server.borrow();
    let widgets = server.shop.widgets.iter();
    widgets
        .map(|(id, own)| (id.clone(), own.off.clone()))
        .collect()
}

fn pairs(all: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let all = all.iter();
    all.map(|(id, off)| (id.to_string(), off.iter().map(|l| l.to_string()).collect()))
        .collect()
}

fn owner() -> Owner {
    let owner = Owner::new();
    owner.set();
    owner
}

#[test]
fn a_change_is_sent_and_shown_as_saved() {
    let (fake, _owner) = (Fake::install(), owner());
    let server = serve(fake);
    let tab = tab(&server.borrow());
    assert_eq!(tab.saving.get_untracked(), Saving::Untouched);
    switch_off(tab, "a", "p99");
    assert_eq!(tab.saving.get_untracked(), Saving::Saving);
    fake.run();
    assert_eq!(tab.saving.get_untracked(), Saving::Saved);
    assert_eq!(off(&server), pairs(&[("a", &["p99"])]));
    assert_eq!(fake.take_requests().len(), 1);
    // What changes nothing is not sent.
    tab.override_widget("a", |_| {});
    tab.override_widget("b", |_| {});
    fake.run();
    assert!(fake.take_requests().is_empty());
}

#[test]
fn two_tabs_keep_what_each_did_to_its_widgets() {
    let (fake, _owner) = (Fake::install(), owner());
    let server = serve(fake);
    let (one, two) = (tab(&server.borrow()), tab(&server.borrow()));
    switch_off(one, "a", "p50");
    switch_off(one, "c", "p50");
    fake.run();
    switch_off(two, "b", "p95");
    switch_off(two, "c", "p99");
    fake.run();
    let both = pairs(&[("a", &["p50"]), ("b", &["p95"]), ("c", &["p50", "p99"])]);
    assert_eq!(off(&server), both);
    // Again, in the other direction: the first is behind now.
    switch_off(one, "a", "p99");
    fake.run();
    let both = pairs(&[
        ("a", &["p50", "p99"]),
        ("b", &["p95"]),
        ("c", &["p50", "p99"]),
    ]);
    assert_eq!(off(&server), both);
    assert_eq!(
        (one.saving.get_untracked(), two.saving.get_untracked()),
        (Saving::Saved, Saving::Saved)
    );
}

#[test]
fn an_arrangement_is_not_replaced_by_that_of_another_tab() {
    let (fake, _owner) = (Fake::install(), owner());
    let server = serve(fake);
    let (one, two) = (tab(&server.borrow()), tab(&server.borrow()));
    one.change(|items| move_to(items, "c", 6, 0));
    fake.run();
    switch_off(two, "a", "p99");
    fake.run();
    let server = server.borrow();
    let place = server.shop.widgets["c"].place.expect("a place");
    assert_eq!((place.x, place.y), (6, 0));
    assert_eq!(server.shop.widgets["a"].off, ["p99"]);
}

#[test]
fn two_tabs_keep_what_each_did_to_one_widget() {
    let (fake, _owner) = (Fake::install(), owner());
    let server = serve(fake);
    server.borrow_mut().shop.widgets.insert(
        "a".into(),
        WidgetOverride {
            off: vec!["p50".into(), "p95".into()],
            ..WidgetOverride::default()
        },
    );
    let (one, two) = (tab(&server.borrow()), tab(&server.borrow()));
    one.change(|items| move_to(items, "a", 6, 0));
    one.override_widget("a", |own| own.off.retain(|label| label != "p50"));
    fake.run();
    two.override_widget("a", |own| own.log = Some(true));
    switch_off(two, "a", "p99");
    fake.run();
    let merged = server.borrow().shop.widgets["a"].clone();
    let place = merged.place.expect("the place of the first tab");
    assert_eq!((place.x, merged.log), (6, Some(true)));
    assert_eq!(merged.off, ["p95", "p99"], "one came back, one is off");
    assert_eq!(two.off("a"), ["p95", "p99"], "and the second tab shows it");
}

#[test]
fn range_and_zone_of_two_tabs_are_both_kept() {
    let (fake, _owner) = (Fake::install(), owner());
    let server = serve(fake);
    server.borrow_mut().person.zone = Some("utc".into());
    let (one, two) = (tab(&server.borrow()), tab(&server.borrow()));
    one.save_range(900);
    fake.run();
    two.save_zone(None);
    fake.run();
    let person = server.borrow().person.clone();
    assert_eq!(
        (person.version, person.range_s, person.zone),
        (2, Some(900), None)
    );
    assert_eq!(server.borrow().shop.version, 0, "no dashboard was touched");
}

#[test]
fn one_request_at_a_time_and_the_last_state_last() {
    let (fake, _owner) = (Fake::install(), owner());
    let server = serve(fake);
    let shared = Rc::clone(&server);
    fake.serve(move |request| match shared.borrow_mut().answer(request) {
        Reply::Now(status, text) => Reply::After(1_000, status, text),
        other => other,
    });
    let tab = tab(&server.borrow());
    switch_off(tab, "a", "p50");
    for label in ["p95", "p99"] {
        fake.advance(400);
        switch_off(tab, "a", label);
    }
    assert_eq!(fake.take_requests().len(), 1);
    fake.advance(200);
    assert_eq!(tab.saving.get_untracked(), Saving::Saving);
    fake.advance(1_000);
    assert_eq!(tab.saving.get_untracked(), Saving::Saved);
    assert_eq!(fake.take_requests().len(), 1);
    assert_eq!(off(&server), pairs(&[("a", &["p50", "p95", "p99"])]));
}

#[test]
fn without_an_answer_it_is_tried_again_with_growing_pauses_and_nothing_is_lost() {
    let (fake, _owner) = (Fake::install(), owner());
    let tab = tab(&Server::default());
    let failed = Saving::Failed(ClientError::NoAnswer.to_string());
    switch_off(tab, "a", "p50");
    fake.run();
    assert_eq!(fake.take_requests().len(), 1);
    for pause_ms in [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
        assert_eq!(tab.saving.get_untracked(), failed);
        fake.advance(pause_ms - 1);
        assert!(fake.take_requests().is_empty(), "before {pause_ms}");
        fake.advance(1);
        assert_eq!(fake.take_requests().len(), 1, "after {pause_ms}");
    }
    // A change, and the button, try at once; the pause that runs is void.
    switch_off(tab, "b", "p95");
    fake.run();
    tab.retry();
    fake.run();
    assert_eq!(fake.take_requests().len(), 2);
    let server = serve(fake);
    tab.retry();
    fake.run();
    assert_eq!(tab.saving.get_untracked(), Saving::Saved);
    assert_eq!(off(&server), pairs(&[("a", &["p50"]), ("b", &["p95"])]));
    fake.take_requests();
    fake.advance(120_000);
    assert!(fake.take_requests().is_empty());
}

#[test]
fn of_all_codes_those_that_may_pass_are_tried_again() {
    for code in ErrorCode::ALL {
        let (fake, _owner) = (Fake::install(), owner());
        fake.serve(|_| rejected(*code));
        let tab = tab(&Server::default());
        switch_off(tab, "a", "p50");
        fake.advance(1_000);
        let is_tried = fake.take_requests().len() > 1;
        let may_pass = matches!(
            code,
            ErrorCode::Timeout | ErrorCode::TooMany | ErrorCode::Internal
        );
        assert_eq!(is_tried, may_pass, "{code}");
        let shown = match code {
            ErrorCode::SignInFirst => ClientError::SignedOut.to_string(),
            _ => format!("About {code}."),
        };
        assert_eq!(tab.saving.get_untracked(), Saving::Failed(shown));
        // What was rejected is not lost: it goes with the next change.
        let server = serve(fake);
        switch_off(tab, "b", "p95");
        fake.run();
        assert_eq!(
            off(&server),
            pairs(&[("a", &["p50"]), ("b", &["p95"])]),
            "{code}"
        );
    }
}

#[test]
fn after_a_conflict_a_tab_shows_what_the_other_did_without_a_reload() {
    let (fake, _owner) = (Fake::install(), owner());
    let server = serve(fake);
    let (mine, other) = (tab(&server.borrow()), tab(&server.borrow()));
    switch_off(other, "b", "p95");
    other.change(|items| move_to(items, "c", 6, 0));
    fake.run();
    assert!(mine.off("b").is_empty(), "nothing reached this tab");
    let moved = other.items.get_untracked();
    switch_off(mine, "a", "p50");
    fake.run();
    assert_eq!(mine.off("a"), ["p50"]);
    assert_eq!(mine.off("b"), ["p95"], "the other tab's");
    assert_eq!(mine.items.get_untracked(), moved);
    // What was done before the other tab's change cannot be taken back over it.
    mine.undo();
    fake.run();
    assert_eq!(mine.items.get_untracked(), moved);
}

#[test]
fn conflicts_without_an_end_are_paused() {
    let (fake, _owner) = (Fake::install(), owner());
    let mut version = 0;
    fake.serve(move |_| {
        version += 1;
        stale(DashboardPreferences {
            version,
            ..DashboardPreferences::default()
        })
    });
    let tab = tab(&Server::default());
    switch_off(tab, "a", "p50");
    fake.run();
    assert_eq!(fake.take_requests().len(), 6);
    assert_eq!(
        tab.saving.get_untracked(),
        Saving::Failed("Another version was saved.".into())
    );
    fake.advance(1_000);
    assert_eq!(fake.take_requests().len(), 6);
}

#[test]
fn what_a_session_could_not_save_is_saved_after_the_next_sign_in() {
    let fake = Fake::install();
    fake.set_address("/d/shop?range=60");
    fake.serve(|_| rejected(ErrorCode::SignInFirst));
    let first = owner();
    let before = tab(&Server::default());
    take_up(before, KEY.into());
    switch_off(before, "a", "p50");
    before.change(|items| move_to(items, "c", 6, 0));
    before.save_zone(None);
    fake.run();
    assert_eq!(
        fake.went()[0],
        "/sign-in?ended=1&next=%2Fd%2Fshop%3Frange%3D60"
    );
    assert!(fake.host_remembers(KEY));
    drop(first);
    // Meanwhile another tab of the same person saved something.
    let _second = owner();
    let server = serve(fake);
    switch_off(tab(&server.borrow()), "b", "p95");
    fake.run();
    let after = tab(&Server::default());
    take_up(after, KEY.into());
    let moved = after.items.get_untracked();
    let place = moved.iter().find(|item| item.id == "c").expect("c").place;
    assert_eq!((place.x, place.y), (6, 0), "it is shown at once");
    assert_eq!(after.off("a"), ["p50"]);
    fake.run();
    assert_eq!(after.saving.get_untracked(), Saving::Saved);
    let want = pairs(&[("a", &["p50"]), ("b", &["p95"]), ("c", &[])]);
    assert_eq!(off(&server), want);
    assert_eq!(server.borrow().person.version, 1);
    assert!(!fake.host_remembers(KEY));
}

#[test]
fn what_another_person_left_or_another_version_wrote_is_not_taken_up() {
    for (key, text) in [
        (
            "pulseboard.unsaved.shop.bob",
            r#"[60,null,{"a":{"hidden":true}}]"#,
        ),
        (KEY, "{"),
        (KEY, r#"{"range_s":60}"#),
    ] {
        let (fake, _owner) = (Fake::install(), owner());
        let server = serve(fake);
        browser::remember(key, text);
        let tab = tab(&server.borrow());
        take_up(tab, KEY.into());
        fake.run();
        assert!(fake.take_requests().is_empty(), "{key} {text}");
        assert_eq!(tab.saving.get_untracked(), Saving::Untouched);
    }
}
