use protocol::{Right, Scope};

use super::*;
use crate::access::{Rights, SessionId};

const OWNER: i64 = 1;
const OTHER: i64 = 2;

fn user(id: i64, roles: &[&str], rights: &[Right]) -> Principal {
    Principal {
        name: "ada".into(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        rights: rights.iter().copied().collect(),
        kind: PrincipalKind::User {
            id,
            session: SessionId([0; 32]),
        },
    }
}

fn token(owner: i64, scope: Scope, roles: &[&str], rights: &[Right]) -> Principal {
    Principal {
        kind: PrincipalKind::Token {
            id: 9,
            scopes: [scope].into(),
            owner: Some(owner),
            key: SessionId([0; 32]),
        },
        ..user(owner, roles, rights)
    }
}

fn person(id: Option<i64>) -> Owner {
    Owner::Person {
        id,
        name: String::new(),
    }
}

fn role(name: &str) -> Owner {
    Owner::Role { name: name.into() }
}

/// Every sort of owner, each as its owner alone reads it but for the team's.
fn owners() -> [Ownership; 6] {
    let alone = |owner| Ownership {
        owner,
        shared: false,
    };
    let shared = |owner| Ownership {
        owner,
        shared: true,
    };
    [
        Ownership::default(),
        shared(role("shop")),
        alone(role("shop")),
        shared(person(Some(OWNER))),
        alone(person(Some(OWNER))),
        alone(person(None)),
    ]
}

/// `r`ead, `c`hange, `d`elete, `t`ake over, give to the `T`eam, to a `R`ole and to `S`omebody else; what
/// is denied as if the dashboard did not exist is `.`, and what is denied otherwise `-`.
fn row(principal: &Principal, ownership: &Ownership) -> String {
    let me = person(principal.account_id().or(Some(99)));
    let (team, shop, else_) = (Owner::Team, role("shop"), person(Some(77)));
    let all = [
        ('r', DashboardAction::Read),
        ('c', DashboardAction::Change),
        ('d', DashboardAction::Delete),
        ('t', DashboardAction::Give(&me)),
        ('T', DashboardAction::Give(&team)),
        ('R', DashboardAction::Give(&shop)),
        ('S', DashboardAction::Give(&else_)),
    ];
    let letters = all.into_iter().map(|(letter, action)| {
        match permit_dashboard(principal, ownership, action) {
            Ok(()) => letter,
            Err(Denied::Hidden) => '.',
            Err(_) => '-',
        }
    });
    letters.collect()
}

#[test]
fn every_principal_every_owner_and_every_action() {
    let edit = &[Right::EditDashboards][..];
    // In the order of `owners`: the team's, a role's for all and for its people, a person's for all and
    // for themselves, and nobody's.
    let check = |who: &str, principal: Principal, want: [&str; 6]| {
        let found: Vec<String> = owners().iter().map(|one| row(&principal, one)).collect();
        assert_eq!(found, want, "{who}");
    };
    let looks = [
        "r------", "r------", ".......", "r------", ".......", ".......",
    ];
    check("viewer", user(OTHER, &["viewer"], &[]), looks);
    check(
        "owner",
        user(OWNER, &["viewer"], &[]),
        [
            "r------", "r------", ".......", "rcdt---", "rcdt---", ".......",
        ],
    );
    check(
        "owner who edits",
        user(OWNER, &["viewer"], edit),
        [
            "rcdtT--", "r------", ".......", "rcdtT--", "rcdtT--", ".......",
        ],
    );
    check(
        "editor",
        user(OTHER, &["viewer"], edit),
        [
            "rcdtT--", "r------", ".......", "r------", ".......", ".......",
        ],
    );
    check(
        "of the role",
        user(OTHER, &["shop"], &[]),
        [
            "r------", "rcdt-R-", "rcdt-R-", "r------", ".......", ".......",
        ],
    );
    // Admins change what belongs to nobody but one person only after they took it over.
    check(
        "admin",
        user(OTHER, &["admin"], &Right::ALL),
        [
            "rcdtTRS", "rcdtTRS", "rcdtTRS", "r-dt---", "..dt...", "..dt...",
        ],
    );
    check("guest", Principal::guest(), looks);
    let of_role = |role: &str| {
        let admin = user(OWNER, &["admin"], &Right::ALL);
        admin.as_role(role).expect("a user")
    };
    // A preview shows nothing of the admin's own, and changes nothing.
    check("as viewer", of_role("viewer"), looks);
    check("as guest", of_role("guest"), looks);
    check(
        "as shop",
        of_role("shop"),
        [
            "r------", "r------", "r------", "r------", ".......", ".......",
        ],
    );
    // A program reads or saves what its owner does, and never removes or gives anything.
    let reads = token(OWNER, Scope::Read, &["shop"], edit);
    check(
        "reads for its owner",
        reads,
        [
            "r------", "r------", "r------", "r------", "r------", ".......",
        ],
    );
    check(
        "saves for its owner",
        token(OWNER, Scope::Dashboards, &["shop"], edit),
        [
            "rc-----", "rc-----", "rc-----", "rc-----", "rc-----", ".......",
        ],
    );
    check(
        "saves for another",
        token(OTHER, Scope::Dashboards, &["viewer"], &[]),
        looks,
    );
}

#[test]
fn new_dashboards_belong_to_whom_their_maker_may_give_them() {
    let edit = [Right::EditDashboards];
    let team = Owner::Team;
    let check = |who: &str, principal: Principal, want: [bool; 5]| {
        let me = person(principal.account_id());
        let owners = [&team, &role("shop"), &role("guest"), &me, &person(Some(77))];
        let found = owners.map(|owner| permit_new_dashboard(&principal, owner).is_ok());
        assert_eq!(found, want, "{who}");
    };
    let user = |roles: &[&str], rights: &[Right]| user(OWNER, roles, rights);
    check(
        "viewer",
        user(&["viewer"], &[]),
        [false, false, false, true, false],
    );
    check(
        "editor",
        user(&["shop"], &edit),
        [true, true, false, true, false],
    );
    check(
        "admin",
        user(&["admin"], &Rights::all().to_vec()),
        [true, true, false, true, false],
    );
    check("guest", Principal::guest(), [false; 5]);
    let preview = user(&["admin"], &Right::ALL).as_role("shop");
    check("preview", preview.expect("a user"), [false; 5]);
    check(
        "reads",
        token(OWNER, Scope::Read, &["shop"], &edit),
        [false; 5],
    );
    check(
        "saves",
        token(OWNER, Scope::Dashboards, &["shop"], &edit),
        [true, true, false, true, false],
    );
}
