//! What this person may see of the dashboard that is open, as it changes.
//!
//! Invariant: once the server has answered, the page keeps nothing of a metric that is hidden by now.

use leptos::prelude::*;
use protocol::{Dashboard, paths};

use crate::arrangement::Arrangement;
use crate::browser;
use crate::erased::effect;
use crate::live::Live;
use crate::live::backoff::Backoff;
use crate::live::client;

const FIRST_PAUSE_MS: u32 = 500;
const MAX_PAUSE_MS: u32 = 15_000;

/// Takes the dashboard from the server again whenever this person may see something else.
pub(super) fn follow(live: Live, arrangement: Arrangement) {
    effect(move || {
        if live.access_epoch.get() > 0 {
            browser::spawn(fetch(live, arrangement));
        }
    });
}

/// Fetches the dashboard until there is an answer, or access changed once more. One that this person
/// may not open any more is loaded as a page, which says why.
async fn fetch(live: Live, arrangement: Arrangement) {
    let epoch = live.access_epoch.get_untracked();
    let id = arrangement.dashboard.with_untracked(|d| d.id.clone());
    let mut backoff = Backoff::new(FIRST_PAUSE_MS, MAX_PAUSE_MS);
    while live.access_epoch.try_get_untracked() == Some(epoch) {
        let answer = client::get::<Dashboard>(&paths::dashboard(&id)).await;
        if live.access_epoch.try_get_untracked() != Some(epoch) {
            return;
        }
        match answer {
            // What its variables stand for is for the server to say again.
            Ok(seen) if !seen.variables.is_empty() => {
                return browser::go(&browser::host().address());
            }
            Ok(seen) => return arrangement.take_visible(seen),
            Err(error) if error.is_temporary() => browser::sleep(backoff.next_ms()).await,
            Err(client::ClientError::SignedOut) => return,
            Err(_) => return browser::go(&browser::host().address()),
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::{ErrorCode, MetricRef, Widget, WidgetKind};

    use super::*;
    use crate::browser::fake::Reply;
    use crate::live::testing::rejected;
    use crate::testing::{TestPage, has, html, lacks, store, widget};
    use crate::widgets::WidgetFrame;

    fn page(widgets: Vec<Widget>) -> TestPage {
        TestPage::new(store(&[("tea", 1.0)]), widgets)
    }

    fn change(page: &TestPage) {
        page.live.access_epoch.update(|n| *n += 1);
        browser::spawn(fetch(page.live, page.arrangement));
        page.fake.run();
    }

    fn shown(page: &TestPage) -> Vec<String> {
        let dashboard = page.arrangement.dashboard;
        let widgets = dashboard.with_untracked(|d| d.widgets.clone());
        let frames = widgets.into_iter();
        frames
            .map(|widget| html(view! { <WidgetFrame widget/> }))
            .collect()
    }

    #[test]
    fn a_role_that_is_narrowed_names_nothing_and_one_that_is_widened_brings_it_back() {
        let secret = || Widget {
            metrics: vec![MetricRef {
                label: Some("canary".into()),
                ..widget(WidgetKind::Stat).metrics[0].clone()
            }],
            ..widget(WidgetKind::Stat)
        };
        let page = page(vec![secret(), widget(WidgetKind::Text)]);
        let whole = page.arrangement.dashboard.get_untracked();
        let mut reduced = whole.clone();
        reduced.widgets[0].metrics = vec![MetricRef::default()];
        let answers = [reduced.clone(), whole.clone()];
        let mut answers = answers.into_iter();
        page.fake.serve(move |request| {
            assert_eq!(request.path, "/api/dashboards/shop");
            Reply::json(&answers.next().expect("asked once a change"))
        });
        let withheld = "Not visible for your role";
        lacks(&shown(&page)[0], &[withheld]);
        change(&page);
        has(&shown(&page)[0], &[withheld]);
        lacks(&shown(&page)[0], &["used", "canary"]);
        assert_eq!(page.arrangement.dashboard.get_untracked(), reduced);
        assert!(crate::widgets::needs(&reduced.widgets).is_empty());
        change(&page);
        lacks(&shown(&page)[0], &[withheld]);
        assert_eq!(page.arrangement.dashboard.get_untracked(), whole);
    }

    #[test]
    fn a_server_that_fails_is_asked_again_and_a_dashboard_that_is_gone_is_loaded_as_a_page() {
        let page = page(vec![widget(WidgetKind::Stat)]);
        page.fake.set_address("/d/shop?range=60");
        let mut codes = [ErrorCode::Internal, ErrorCode::NotFound].into_iter();
        page.fake
            .serve(move |_| rejected(codes.next().expect("two requests")));
        change(&page);
        assert_eq!(page.fake.take_requests().len(), 1);
        page.fake.advance(FIRST_PAUSE_MS);
        assert_eq!(page.fake.went(), ["/d/shop?range=60"]);
    }

    #[test]
    fn a_widget_that_was_removed_meanwhile_goes_and_a_new_one_waits_for_the_next_load() {
        let page = page(vec![widget(WidgetKind::Stat), widget(WidgetKind::Gauge)]);
        let mut now = page.arrangement.dashboard.get_untracked();
        now.widgets[0] = widget(WidgetKind::Text);
        page.arrangement.take_visible(now);
        let left = page.arrangement.dashboard.get_untracked().widgets;
        assert_eq!(left, [widget(WidgetKind::Gauge)]);
    }
}
