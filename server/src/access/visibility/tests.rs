//! Who sees which metric: roles, what metrics ask for, and conditions.

use protocol::Right;
use telemetry::{Metric, MetricId};

use super::*;

fn set(ids: &[u16]) -> MetricSet {
    ids.iter().copied().map(MetricId).collect()
}

fn with_roles(roles: &[&str]) -> Vec<String> {
    roles.iter().map(|role| (*role).to_owned()).collect()
}

fn list() -> MetricList {
    MetricList::new(vec![
        Metric::counter("a.all"),
        Metric::counter("a.admin").required_roles(["admin"]),
        Metric::counter("a.either").required_roles(["ops", "shop"]),
        Metric::counter("b.all").category("shop"),
    ])
    .expect("a list")
}

fn table() -> Visibility {
    let fixed = ["admin", "viewer", "ops"].map(str::to_owned);
    Visibility::new(&fixed).with_metrics(&list())
}

fn check(table: &Visibility, roles: &[&str], visible: &[u16]) {
    let seen = table.of(&with_roles(roles));
    assert_eq!(*seen.metrics(), set(visible), "{roles:?}");
}

fn made(roles: &[(&str, &[Grant])]) -> BTreeMap<String, Role> {
    let role = |(name, grants): &(&str, &[Grant])| {
        let role = Role {
            metrics: grants.to_vec(),
            ..Role::default()
        };
        ((*name).to_owned(), role)
    };
    roles.iter().map(role).collect()
}

#[test]
fn rights_add_up_over_roles() {
    let mut roles = made(&[("editors", &[]), ("none", &[])]);
    let editors = roles.get_mut("editors").expect("made");
    editors.rights = vec![Right::EditDashboards];
    let table = table().with_roles(&roles, &Arc::default());
    assert!(
        table.has_roles(&roles, &OpenDashboards::default())
            && !table.has_roles(
                &made(&[("editors", &[]), ("none", &[])]),
                &OpenDashboards::default()
            )
    );
    let check = |roles: &[&str], want: &[Right]| {
        let names: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        assert_eq!(table.rights(&names).to_vec(), want, "{roles:?}");
    };
    check(&[], &[]);
    check(&["gone"], &[]);
    check(&["none"], &[]);
    check(&["viewer"], &[Right::Annotate]);
    check(&["ops"], &[Right::Annotate]);
    check(&["editors", "none"], &[Right::EditDashboards]);
    check(
        &["editors", "viewer"],
        &[Right::EditDashboards, Right::Annotate],
    );
    check(&["none", "admin"], &Right::ALL);
}

#[test]
fn roles_of_the_configuration_see_what_asks_for_none_or_for_them() {
    let table = table();
    check(&table, &["viewer"], &[0, 3]);
    check(&table, &["ops"], &[0, 2, 3]);
    check(&table, &["viewer", "ops"], &[0, 2, 3]);
    check(&table, &["admin"], &[0, 1, 2, 3]);
    for unknown in [&[][..], &["Admin"], &["shop"], &["gone"]] {
        check(&table, unknown, &[]);
    }
}

#[test]
fn roles_that_admins_made_see_what_they_are_given_and_add_up() {
    let all = [Grant::pattern("*")];
    let roles = made(&[
        (
            "shop",
            &[Grant::category("shop"), Grant::metric("a.either")],
        ),
        ("all", &all),
        ("a", &[Grant::pattern("a.*")]),
        ("none", &[]),
    ]);
    let table = table().with_roles(&roles, &Arc::default());
    check(&table, &["shop"], &[2, 3]);
    check(&table, &["a"], &[0]);
    check(&table, &["none"], &[]);
    check(&table, &["a", "shop"], &[0, 2, 3]);
    // What a metric asks for is a floor that no grant lowers.
    check(&table, &["all"], &[0, 3]);
    check(&table, &["all", "a", "none"], &[0, 3]);
    // The one role is given the metric, the other is what it asks for.
    check(&table, &["all", "ops"], &[0, 2, 3]);
    check(&table, &["all", "admin"], &[0, 1, 2, 3]);
    check(&table, &["viewer", "none"], &[0, 3]);
}

#[test]
fn conditions_give_a_part_of_what_has_the_tag_and_the_floor_stays() {
    let list = MetricList::new(vec![
        Metric::counter("a.all").tags(["service", "host"]),
        Metric::counter("a.untagged"),
        Metric::counter("a.ops")
            .tags(["service"])
            .required_roles(["ops"]),
    ]);
    let fixed = ["admin", "viewer", "ops"].map(str::to_owned);
    let table = Visibility::new(&fixed).with_metrics(&list.expect("a list"));
    let shop = [Grant::pattern("a.*").with("service", "shop")];
    let host = [Grant::pattern("a.*").with("host", "*1")];
    let table = table.with_roles(&made(&[("shop", &shop), ("host", &host)]), &Arc::default());
    let seen = |roles: &[&str]| table.of(&with_roles(roles));
    let id = MetricId(0);
    check(&table, &["shop"], &[0]);
    check(&table, &["shop", "viewer"], &[0, 1]);
    assert!(seen(&["shop"]).sees_tags(id, &["shop", "h2"]));
    assert!(!seen(&["shop"]).sees_tags(id, &["vault", "h1"]));
    assert!(seen(&["shop", "host"]).sees_tags(id, &["vault", "h1"]));
    assert!(seen(&["shop", "viewer"]).contains_whole(id));
    let mut classes = Classes::default();
    let mut of = |roles: &[&str]| classes.get(&table, with_roles(roles));
    assert!(Arc::ptr_eq(&of(&["shop"]), &of(&["shop"])));
    assert!(Arc::ptr_eq(&of(&["shop"]), &of(&["gone", "shop"])));
    assert!(!Arc::ptr_eq(&of(&["shop"]), &of(&["host"])));
}

#[test]
fn a_role_that_admins_made_stands_before_one_of_the_configuration() {
    let roles = made(&[("ops", &[Grant::metric("a.either")])]);
    let table = table().with_roles(&roles, &Arc::default());
    check(&table, &["ops"], &[2]);
}

#[test]
fn without_a_table_nothing_is_visible() {
    for roles in [&["admin"][..], &["viewer"], &[]] {
        let seen = Visibility::default().of(&with_roles(roles));
        assert!(seen.is_empty());
    }
}

#[test]
fn a_longer_list_is_seen_as_grants_and_definitions_say() {
    let roles = made(&[("shop", &[Grant::pattern("c.*"), Grant::category("shop")])]);
    let table = table().with_roles(&roles, &Arc::default());
    let more = vec![
        Metric::counter("c.all"),
        Metric::counter("c.ops").required_roles(["ops"]),
        Metric::counter("a.all").required_roles(["ops"]),
    ];
    let longer = list().extended(more).expect("compatible").list;
    let next = table.with_metrics(&longer);
    check(&next, &["viewer"], &[3, 4]);
    check(&next, &["ops"], &[0, 2, 3, 4, 5]);
    check(&next, &["shop"], &[3, 4]);
    check(&next, &["admin"], &[0, 1, 2, 3, 4, 5]);
    assert_eq!(next.generation, table.generation + 1);
    assert!(
        next.has_roles(&roles, &OpenDashboards::default())
            && !next.has_roles(&made(&[]), &OpenDashboards::default())
    );
}
