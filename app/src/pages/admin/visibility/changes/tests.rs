//! Changes against a scripted server: what is sent, and what is shown after each answer.

use std::collections::BTreeSet;

use super::*;
use crate::browser::fake::{Fake, Reply};
use crate::pages::admin::visibility::model::{Mark, columns, lines, sorted};
use crate::table::Search;
use protocol::{ApiError, Conflict, ErrorCode, Roles};

fn metrics() -> Arc<[AccessMetric]> {
    let one = |name: &str| AccessMetric {
        name: name.into(),
        category: "Web".into(),
        required_roles: Vec::new(),
        tags: vec!["service".into()],
    };
    sorted(["http.errors", "http.requests"].map(one).into()).into()
}

fn shop(version: u64, grants: &[Grant]) -> Role {
    Role {
        name: "shop".into(),
        version,
        metrics: grants.to_vec(),
        ..Role::default()
    }
}

struct Page {
    _owner: Owner,
    fake: &'static Fake,
    changes: Changes,
    lines: Vec<MatrixLine>,
}

impl Page {
    fn new() -> Page {
        Page::with(&[Grant::pattern("*")])
    }

    fn with(grants: &[Grant]) -> Page {
        let (fake, owner) = (Fake::install(), Owner::new());
        owner.set();
        let metrics = metrics();
        let roles = Roles {
            built_in: vec!["viewer".into()],
            roles: vec![shop(4, grants)],
        };
        let lines = lines(&metrics, &Search::new(""), &BTreeSet::new());
        let columns = columns(&roles, &metrics);
        Page {
            _owner: owner,
            fake,
            changes: Changes::new(columns, metrics, Toast::new()),
            lines,
        }
    }

    /// The server saves what it is sent, each time under the next version.
    fn saves(&self) {
        self.fake.serve(|request| {
            let body = request.body.as_deref().expect("a role");
            let role: Role = serde_json::from_str(body).expect("a role");
            let version = role.version + 1;
            let saved = Role { version, ..role };
            Reply::After(50, 200, serde_json::to_string(&saved).expect("JSON"))
        });
    }

    fn sent(&self) -> Vec<(u64, Vec<Grant>)> {
        let sent = self.fake.take_requests().into_iter().map(|request| {
            assert_eq!(
                (request.method, &*request.path),
                ("PUT", "/api/admin/roles/shop")
            );
            let role: Role = serde_json::from_str(&request.body.expect("a body")).expect("a role");
            (role.version, role.metrics)
        });
        sent.collect()
    }

    /// Of both metrics.
    fn marks(&self) -> [Mark; 2] {
        self.changes
            .columns
            .with(|columns| [0, 1].map(|place| columns[0].mark(&[place])))
    }
}

#[test]
fn a_change_is_shown_at_once_saved_and_taken_back() {
    let page = Page::new();
    page.saves();
    page.changes.toggle(0, &page.lines[1]);
    assert_eq!(page.marks(), [Mark::Not, Mark::Allowed]);
    assert!(page.changes.is_saving());
    page.fake.run();
    // While a request is on its way, the next change waits for its version.
    page.changes.toggle(0, &page.lines[2]);
    page.fake.advance(200);
    let requests = Grant::metric("http.requests");
    assert_eq!(page.sent(), [(4, vec![requests.clone()]), (5, vec![])]);
    assert!(!page.changes.is_saving());
    page.changes.undo();
    page.changes.undo();
    assert!(!page.changes.can_undo());
    page.fake.advance(200);
    let last = page.sent().pop();
    assert_eq!(last.expect("a request").1, [Grant::pattern("*")]);
    assert_eq!(page.marks(), [Mark::Allowed; 2]);
}

#[test]
fn what_is_not_saved_is_not_shown() {
    let page = Page::new();
    page.changes.toggle(0, &page.lines[0]);
    assert_eq!(page.marks(), [Mark::Not; 2]);
    page.fake.run();
    assert_eq!(page.marks(), [Mark::Allowed; 2]);
    assert!(
        page.changes
            .problem()
            .starts_with("shop is not saved. No answer")
    );
    assert!(!page.changes.can_undo() && !page.changes.is_saving());
}

/// A page of which somebody else saved a role, in another version, while it was changed here.
fn conflicting() -> Page {
    let page = Page::new();
    let theirs = Role {
        description: "theirs".into(),
        ..shop(9, &[Grant::metric("http.errors")])
    };
    let conflict = Conflict {
        error: ApiError {
            code: ErrorCode::StaleVersion,
            message: "stale".into(),
        },
        current: theirs,
    };
    let body = serde_json::to_string(&conflict).expect("JSON");
    page.fake.serve(move |request| match request.method {
        "PUT" => Reply::Now(409, body.clone()),
        // Who it was cannot be had.
        _ => Reply::Now(500, String::new()),
    });
    page.changes.toggle(0, &page.lines[1]);
    page.fake.run();
    page.fake.take_requests();
    // What was changed here is still shown.
    assert_eq!(page.marks(), [Mark::Not, Mark::Allowed]);
    assert!(!page.changes.is_saving());
    let words = page.changes.conflicts.get_untracked()[0].words.clone();
    assert_eq!(words, "Changed by somebody else meanwhile");
    // The next change waits for the choice as well.
    page.changes.toggle(0, &page.lines[2]);
    page.fake.run();
    assert!(page.sent().is_empty());
    page.saves();
    page
}

#[test]
fn what_was_changed_here_is_kept_over_what_somebody_else_saved() {
    let page = conflicting();
    let conflict = page.changes.conflicts.get_untracked().remove(0);
    page.changes.keep_mine(conflict);
    page.fake.advance(100);
    assert_eq!(page.marks(), [Mark::Not; 2]);
    assert_eq!(page.sent(), [(9, vec![])]);
    assert!(page.changes.conflicts.get_untracked().is_empty());
    let shown = page
        .changes
        .columns
        .with_untracked(|all| all[0].role.clone());
    assert_eq!((&*shown.description, shown.version), ("theirs", 10));
}

#[test]
fn what_somebody_else_saved_is_taken_when_it_is_chosen() {
    let page = conflicting();
    let conflict = page.changes.conflicts.get_untracked().remove(0);
    page.changes.take_theirs(conflict);
    page.fake.run();
    assert!(page.sent().is_empty() && !page.changes.can_undo());
    assert_eq!(page.marks(), [Mark::Allowed, Mark::Not]);
    page.changes.toggle(0, &page.lines[2]);
    page.fake.advance(100);
    assert_eq!(
        page.sent()[0].0,
        9,
        "their version is the one that is changed"
    );
}

#[test]
fn a_role_of_the_server_is_not_changed() {
    let page = Page::new();
    page.changes.toggle(1, &page.lines[0]);
    page.changes.toggle(7, &page.lines[0]);
    page.fake.run();
    assert!(page.fake.take_requests().is_empty() && !page.changes.can_undo());
}

#[test]
fn a_toggle_keeps_conditions_and_a_removal_asks_before_they_are_lost() {
    let some = Grant::pattern("http.*").with("service", "shop");
    let page = Page::with(std::slice::from_ref(&some));
    page.saves();
    assert_eq!(page.marks(), [Mark::Partly; 2]);
    // The category with both metrics.
    let line = page.lines[0].clone();
    assert_eq!(line.level, 1);
    page.changes.toggle(0, &line);
    assert_eq!(page.marks(), [Mark::Allowed; 2]);
    page.changes.toggle(0, &line);
    assert_eq!(page.marks(), [Mark::Partly; 2]);
    page.fake.advance(500);
    let last = page.sent().pop().expect("a request");
    assert_eq!(last.1, [some]);
    let confirm = Confirm::new();
    page.changes.take_away(0, &line, confirm);
    assert_eq!(page.marks(), [Mark::Partly; 2], "it is asked first");
    let words = confirm.asked().expect("a question").words;
    assert!(words.contains("http.* where service=shop"), "{words}");
    confirm.agree();
    page.fake.advance(500);
    assert_eq!(page.marks(), [Mark::Not; 2]);
    assert_eq!(page.sent().pop().expect("a request").1, []);
}
