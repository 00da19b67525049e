//! The forms of the account, over a scripted server.

use super::second_factor::{Forms, Step};
use super::*;
use crate::browser::fake::{Fake, Reply};
use protocol::{ChangePassword, Enrolment, RecoveryCodes};

fn session(id: &str, current: bool) -> Session {
    Session {
        id: id.into(),
        user_id: 1,
        user: "ada".into(),
        device: "Firefox on Linux".into(),
        address: "10.0.0.1".into(),
        created_ms: 0,
        last_seen_ms: 0,
        expires_ms: 1,
        current,
    }
}

fn page() -> (&'static Fake, Owner, AccountPage) {
    let (fake, owner) = (Fake::install(), Owner::new());
    owner.set();
    Shell::provide();
    let page = AccountPage {
        sessions: RwSignal::new(vec![session("a", true), session("b", false)]),
        second_factor: RwSignal::new(SecondFactor::default()),
        tokens: RwSignal::new(Vec::new()),
        now_ms: 0,
        confirm: Confirm::new(),
        toast: expect_context(),
    };
    (fake, owner, page)
}

#[test]
fn a_second_factor_is_set_up_renewed_and_turned_off() {
    let (fake, _owner, page) = page();
    let forms = Forms::new(page);
    fake.serve(|request| match (request.method, request.path.as_str()) {
        ("POST", paths::MY_SECOND_FACTOR) => Reply::json(&Enrolment {
            secret: "ABC".into(),
            uri: "otpauth:x".into(),
            qr_svg: "<svg></svg>".into(),
        }),
        ("PUT", paths::MY_SECOND_FACTOR) | ("POST", paths::MY_RECOVERY_CODES) => {
            Reply::json(&RecoveryCodes {
                codes: vec!["one".into(), "two".into()],
            })
        }
        _ => Reply::Now(204, String::new()),
    });
    let step = || match forms.step.get_untracked() {
        Step::State => "state",
        Step::Enrol(_) => "enrol",
        Step::Codes(_) => "codes",
    };
    let state = || page.second_factor.get_untracked();
    let on = SecondFactor {
        on: true,
        recovery_codes: 2,
    };
    forms.password.set("secret".into());
    assert_eq!(fake.now(forms.begin()), Ok(()));
    // A password is kept no longer than it is needed.
    assert_eq!(
        (step(), forms.password.get_untracked()),
        ("enrol", String::new())
    );
    assert!(!state().on, "off until it is confirmed");
    assert_eq!(fake.now(forms.confirm("123456".into())), Ok(()));
    assert_eq!((step(), state()), ("codes", on.clone()));
    forms.step.set(Step::State);
    assert_eq!(fake.now(forms.renew()), Ok(()));
    assert_eq!((step(), state()), ("codes", on));
    forms.step.set(Step::State);
    assert_eq!(fake.now(forms.remove()), Ok(()));
    assert_eq!((step(), state()), ("state", SecondFactor::default()));
    // What fails leaves everything as it is.
    fake.serve(|_| Reply::NoAnswer);
    assert!(fake.now(forms.begin()).is_err());
    assert_eq!((step(), state()), ("state", SecondFactor::default()));
}

#[test]
fn after_another_password_the_list_has_the_sessions_that_are_left() {
    let (fake, _owner, page) = page();
    fake.serve(|request| match request.method {
        "GET" => Reply::json(&[session("a", true)]),
        _ => Reply::Now(204, String::new()),
    });
    let change = ChangePassword {
        current: "one".into(),
        new: "two".into(),
    };
    let changed = super::credentials::change_password(page, change);
    assert_eq!(fake.now(changed), Ok(()));
    let left = page.sessions.get_untracked();
    assert_eq!(
        left.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(),
        ["a"]
    );
}

#[test]
fn a_token_is_offered_what_its_owner_may_do() {
    let me = |admin: bool, rights: &[Right]| protocol::Me {
        admin,
        rights: rights.to_vec(),
        ..protocol::Me::default()
    };
    for (me, want) in [
        (me(false, &[]), &["read"][..]),
        (me(false, &[Right::EditDashboards]), &["read", "dashboards"]),
        (
            me(true, &Right::ALL),
            &["read", "dashboards", "ingest", "scrape"],
        ),
    ] {
        let offered = super::tokens::offered(&me);
        let names: Vec<_> = offered.iter().map(|(scope, _)| scope.name()).collect();
        assert_eq!(names, want);
    }
}
