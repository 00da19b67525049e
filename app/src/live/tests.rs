//! The view of a page: what changes it, and what it may not become.

use super::*;
use crate::browser::fake::Fake;
use crate::live::testing::{T0, hello, live, second};

/// A page whose newest second ends at [`T0`] and a second.
fn begun(span_s: u32) -> (Owner, Live) {
    Fake::install();
    let (owner, live) = live(span_s);
    live.store.update_value(|store| {
        store.hello(&hello(T0), live.resolution.get_value());
        store.apply(&second(T0 + 1_000));
    });
    (owner, live)
}

fn window(live: Live) -> Window {
    live.view.with_untracked(|view| view.window)
}

#[test]
fn before_the_first_frame_no_view_stands_still() {
    Fake::install();
    let (_owner, live) = live(60);
    live.pause();
    live.zoom(0.0, 0.5);
    live.show_fixed(1_000.0, 2_000.0);
    assert_eq!(window(live), Window::Live { span_s: 60 });
    assert_eq!(
        (live.now_ms(), live.end_ms(), live.span_ms()),
        (0, 0, 60_000)
    );
}

#[test]
fn a_pause_shows_what_was_shown_and_resuming_goes_on_with_the_span_before() {
    let (_owner, live) = begun(60);
    live.toggle_pause();
    let end = T0 + 1_000;
    let paused = Window::Fixed {
        from_ms: end - 60_000,
        to_ms: end,
    };
    assert_eq!(window(live), paused);
    live.store
        .update_value(|store| store.apply(&second(end + 1_000)));
    assert_eq!((live.end_ms(), live.now_ms()), (end, end + 1_000));
    live.zoom(end as f64, 0.5);
    assert!(live.span_ms() < 60_000);
    live.toggle_pause();
    assert_eq!(window(live), Window::Live { span_s: 60 });
    assert_eq!(live.end_ms(), end + 1_000);
}

#[test]
fn another_live_span_is_what_resuming_goes_back_to() {
    let (_owner, live) = begun(60);
    live.show(View::live(900));
    assert_eq!(live.span_s.get_untracked(), 900);
    live.pan(-30_000.0);
    assert!(live.view.with_untracked(View::is_fixed));
    assert_eq!(live.end_ms(), T0 + 1_000 - 30_000);
    live.resume();
    assert_eq!(window(live), Window::Live { span_s: 900 });
}

#[test]
fn no_view_goes_beyond_now() {
    let (_owner, live) = begun(60);
    live.pan(3_600_000.0);
    assert!(live.end_ms() <= live.now_ms(), "{:?}", window(live));
    live.show_fixed(T0 as f64, (T0 + 3_600_000) as f64);
    assert!(live.end_ms() <= live.now_ms(), "{:?}", window(live));
}

#[test]
fn charts_read_the_past_while_there_is_one() {
    let (_owner, live) = begun(60);
    let newest = |live: Live| live.visible_store(Store::newest_ms);
    assert_eq!(newest(live), T0 + 1_000);
    live.past.set_value(Some(live.store.get_value()));
    live.store
        .update_value(|store| store.apply(&second(T0 + 2_000)));
    assert_eq!(newest(live), T0 + 1_000);
    live.past.set_value(None);
    assert_eq!(newest(live), T0 + 2_000);
}

#[test]
fn a_page_that_opens_on_the_past_resumes_as_usual() {
    let _owner = Owner::new();
    _owner.set();
    let usual = View::live(300);
    let view = View {
        window: Window::Fixed {
            from_ms: T0,
            to_ms: T0 + 5_000,
        },
        ..usual.clone()
    };
    let live = Live::new(&[], view, &usual);
    assert!(live.view.with_untracked(View::is_fixed));
    assert_eq!(live.span_s.get_untracked(), 300);
}

#[test]
fn a_link_of_another_range_than_the_usual_one_has_its_own_resolution() {
    let owner = Owner::new();
    owner.set();
    const WEEK_S: u32 = 7 * 86_400;
    for (usual_s, link_s, step_ms) in [(WEEK_S, 300, 1_000), (300, WEEK_S, 300_000)] {
        let live = Live::new(&[], View::live(link_s), &View::live(usual_s));
        let store = live.store.with_value(Store::resolution);
        assert_eq!(store.step_ms, step_ms, "{usual_s} {link_s}");
        assert_eq!(live.resolution.get_value(), store);
        assert_eq!(live.span_s.get_untracked(), link_s);
    }
}

#[test]
fn what_is_set_to_the_same_wakes_nobody() {
    let (_owner, live) = begun(60);
    let woken = Memo::new(move |before: Option<&u32>| {
        live.loading.track();
        before.map_or(0, |n| n + 1)
    });
    assert_eq!(woken.get_untracked(), 0);
    set(live.loading, false);
    assert_eq!(woken.get_untracked(), 0);
    set(live.loading, true);
    assert_eq!(woken.get_untracked(), 1);
}
