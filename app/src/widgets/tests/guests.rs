//! Widgets on the page of somebody who is not signed in.

use leptos::prelude::*;
use protocol::{Me, MetricRef, Widget, WidgetKind};

use crate::address::Address;
use crate::shell::guest::Guest;
use crate::testing::{TestPage, has, html, lacks, store, widget};
use crate::widgets::WidgetFrame;

#[test]
fn what_is_withheld_from_somebody_who_is_not_signed_in_leads_to_sign_in_and_back() {
    let withheld = Widget {
        metrics: vec![MetricRef::default()],
        ..widget(WidgetKind::Line)
    };
    let check = |me: Me, words: &[&str], never: &[&str]| {
        let _page = TestPage::new(store(&[]), Vec::new());
        provide_context(Address {
            path: "/d/shop".into(),
            search: "range=60".into(),
        });
        if let Some(guest) = Guest::of(&me) {
            provide_context(guest);
        }
        let shown = html(view! { <WidgetFrame widget=withheld.clone()/> });
        has(&shown, words);
        lacks(&shown, never);
    };
    let (role, more) = ("Not visible for your role", "Sign in to see more");
    let link = "href=\"/sign-in?next=%2Fd%2Fshop%3Frange%3D60\"";
    let guest = Me {
        guest: true,
        ..Me::default()
    };
    check(guest.clone(), &[more, link], &[role]);
    let preview = Me {
        preview: Some("guest".into()),
        ..guest
    };
    check(preview, &[more], &[role, link]);
    check(Me::default(), &[role], &[more, link]);
}
