//! Saving with a fake clock and a server that keeps versions, as two tabs of one person see it.

mod leaving;
mod tabs;

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
        repeat: None,
    };
    Arrangement::new(&DashboardBoot {
        metrics: Vec::new(),
        dashboard: Dashboard {
            id: "shop".into(),
            title: "Shop".into(),
            version: 1,
            widgets: vec![widget("a", 0), widget("b", 3), widget("c", 6)],
            ..Dashboard::default()
        },
        preferences: server.person.clone(),
        dashboard_preferences: server.shop.clone(),
        texts: Default::default(),
        muted: Vec::new(),
        muted_events: Vec::new(),
        may_edit: false,
        variables: None,
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
    before.take_up(KEY.into());
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
    after.take_up(KEY.into());
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
        tab.take_up(KEY.into());
        fake.run();
        assert!(fake.take_requests().is_empty(), "{key} {text}");
        assert_eq!(tab.saving.get_untracked(), Saving::Untouched);
    }
}
