//! A page that is closed, left, or whose server was replaced, with changes that are not saved.

use super::*;

#[test]
fn the_browser_asks_before_unsaved_changes_go_and_only_then() {
    let (fake, _owner) = (Fake::install(), owner());
    let server = serve(fake);
    let tab = tab(&server.borrow());
    assert!(!fake.asks(), "nothing was changed");
    switch_off(tab, "a", "p50");
    assert!(fake.asks(), "it is on its way");
    fake.run();
    assert!(!fake.asks(), "it is saved");
    fake.serve(|_| Reply::NoAnswer);
    switch_off(tab, "b", "p50");
    fake.run();
    assert!(fake.asks(), "it failed");
    let shared = Rc::clone(&server);
    fake.serve(move |request| shared.borrow_mut().answer(request));
    fake.advance(60_000);
    assert_eq!(tab.saving.get_untracked(), Saving::Saved);
    assert!(!fake.asks());
}

#[test]
fn a_page_that_goes_sends_what_waits_at_once() {
    let (fake, _owner) = (Fake::install(), owner());
    let server = serve(fake);
    let tab = tab(&server.borrow());
    leave(tab);
    fake.run();
    assert!(fake.take_requests().is_empty(), "nothing waits");
    fake.serve(|_| Reply::NoAnswer);
    switch_off(tab, "a", "p50");
    fake.run();
    let shared = Rc::clone(&server);
    fake.serve(move |request| shared.borrow_mut().answer(request));
    fake.take_requests();
    leave(tab);
    fake.run();
    assert_eq!(
        fake.take_requests().len(),
        1,
        "without waiting for the pause"
    );
    assert_eq!(off(&server), pairs(&[("a", &["p50"])]));
}

#[test]
fn a_replaced_server_leads_to_sign_in_with_a_word_why_and_back_with_the_edits() {
    let fake = Fake::install();
    fake.set_address("/d/shop?range=60");
    let first = owner();
    let server = serve(fake);
    let before = tab(&server.borrow());
    before.take_up(KEY.into());
    for label in ["p50", "p95"] {
        switch_off(before, "a", label);
        fake.run();
    }
    assert_eq!(server.borrow().shop.version, 2);
    // Another server, with data of its own, stands there now: it does not know the cookie.
    fake.serve(|_| rejected(ErrorCode::SignInFirst));
    switch_off(before, "b", "p99");
    fake.run();
    assert_eq!(
        fake.went(),
        ["/sign-in?ended=1&next=%2Fd%2Fshop%3Frange%3D60"]
    );
    drop(first);
    let _second = owner();
    let replaced = serve(fake);
    let after = tab(&replaced.borrow());
    after.take_up(KEY.into());
    assert_eq!(after.off("b"), ["p99"], "it is shown at once");
    fake.run();
    assert_eq!(after.saving.get_untracked(), Saving::Saved);
    assert_eq!(
        off(&replaced),
        pairs(&[("b", &["p99"])]),
        "only what was not saved"
    );
    assert!(!fake.asks() && !fake.host_remembers(KEY));
}
