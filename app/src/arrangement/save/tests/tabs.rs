//! Two tabs of one person: what each changed stays, and each shows what the other did.

use super::*;

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
