use super::*;
use crate::browser::fake::{Fake, Reply};
use crate::live::testing::{T0, hello, live, rejected, second};
use protocol::{ErrorCode, paths};

/// A page whose stream began at [`T0`], and that shows the last minute.
fn begun(live: Live) {
    live.store.update_value(|store| {
        store.hello(&hello(T0), live.resolution.get_value());
        store.apply(&second(T0 + 1_000));
    });
}

fn answer(ids: &[i64], cut: bool) -> Reply {
    let annotations = ids.iter().map(|id| one(*id, *id)).collect();
    Reply::json(&Annotations { annotations, cut })
}

fn asked(fake: &Fake) -> usize {
    let requests = fake.take_requests();
    let of_annotations = requests
        .iter()
        .filter(|r| r.path.starts_with(paths::ANNOTATIONS));
    of_annotations.count()
}

fn ids(live: Live) -> Vec<i64> {
    live.annotations
        .with_untracked(|all| all.iter().map(|one| one.id).collect())
}

fn fixed(from_ms: i64, to_ms: i64) -> View {
    View {
        window: Window::Fixed { from_ms, to_ms },
        ..View::live(60)
    }
}

#[test]
fn fetched_once_for_all_views_within_and_again_after_a_removal() {
    let fake = Fake::install();
    fake.serve(|_| answer(&[3, 4], false));
    let (_owner, live) = live(60);
    let fetcher = Fetcher::new(live);
    fetcher.show(&View::live(60), (0, 0));
    fake.run();
    assert_eq!(asked(fake), 0, "the time is not known yet");
    begun(live);
    fetcher.show(&View::live(60), (1, 0));
    fake.run();
    assert_eq!((asked(fake), ids(live)), (1, vec![3, 4]));
    for view in [
        View::live(60),
        fixed(T0 - 60_000, T0),
        fixed(T0 - 80_000, T0 + 90_000),
    ] {
        fetcher.show(&view, (1, 0));
        fake.advance(1_000);
        assert_eq!(asked(fake), 0, "{view:?}");
    }
    // A time before, and the same after a removal, and after another hello.
    for (view, epoch) in [
        (fixed(T0 - 500_000, T0), (1, 0)),
        (View::live(60), (1, 1)),
        (View::live(60), (2, 1)),
    ] {
        fetcher.show(&view, epoch);
        fake.advance(SETTLES_MS - 1);
        assert_eq!(asked(fake), 0, "{view:?}");
        fake.advance(1);
        assert_eq!(asked(fake), 1, "{view:?}");
    }
}

#[test]
fn a_part_that_is_cut_is_not_enough_for_another_view() {
    let fake = Fake::install();
    fake.serve(|_| answer(&[3], true));
    let (_owner, live) = live(60);
    begun(live);
    let fetcher = Fetcher::new(live);
    fetcher.show(&View::live(60), (1, 0));
    fake.run();
    fetcher.show(&fixed(T0 - 30_000, T0), (1, 0));
    fake.run();
    assert_eq!(asked(fake), 2);
}

#[test]
fn an_error_that_may_pass_is_tried_again_with_growing_pauses() {
    for reply in [
        Reply::NoAnswer,
        rejected(ErrorCode::Internal),
        rejected(ErrorCode::TooMany),
    ] {
        let fake = Fake::install();
        fake.serve(move |_| reply.clone());
        let (_owner, live) = live(60);
        begun(live);
        let fetcher = Fetcher::new(live);
        fetcher.show(&View::live(60), (1, 0));
        fake.run();
        assert_eq!(asked(fake), 1);
        for pause_ms in [2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            fake.advance(pause_ms - 1);
            assert_eq!(asked(fake), 0, "before {pause_ms}");
            fake.advance(1);
            assert_eq!(asked(fake), 1, "after {pause_ms}");
        }
        // The answer has all up to the newest that the page had when it asked.
        add(live, vec![one(9, 9)]);
        fake.serve(|_| answer(&[3], false));
        fake.advance(MAX_PAUSE_MS);
        assert_eq!((asked(fake), ids(live)), (1, vec![3]));
        fake.advance(MAX_PAUSE_MS);
        assert_eq!(asked(fake), 0);
    }
}

#[test]
fn what_will_not_pass_is_not_tried_again() {
    for (reply, is_outdated) in [
        (rejected(ErrorCode::UsersOnly), false),
        (rejected(ErrorCode::BadParameter), false),
        (Reply::Now(200, "[]".into()), true),
    ] {
        let fake = Fake::install();
        fake.serve(move |_| reply.clone());
        let (_owner, live) = live(60);
        begun(live);
        Fetcher::new(live).show(&View::live(60), (1, 0));
        fake.advance(10 * MAX_PAUSE_MS);
        assert_eq!(asked(fake), 1);
        assert_eq!(live.outdated.get_untracked(), is_outdated);
    }
}

#[test]
fn a_later_view_supersedes_one_that_waits_and_one_without_an_answer() {
    let fake = Fake::install();
    fake.serve(|_| Reply::After(1_000, 200, r#"{"annotations":[],"cut":false}"#.into()));
    let (_owner, live) = live(60);
    begun(live);
    add(live, vec![one(1, 1)]);
    let fetcher = Fetcher::new(live);
    fetcher.show(&View::live(60), (1, 0));
    fake.advance(500);
    fake.serve(|_| answer(&[5], false));
    fetcher.show(&fixed(T0 - 900_000, T0), (1, 0));
    fake.advance(60_000);
    assert_eq!((asked(fake), ids(live)), (2, vec![5]));
}

fn one(id: i64, t: i64) -> Annotation {
    Annotation {
        id,
        t,
        to: None,
        text: "x".into(),
        tags: Vec::new(),
        source: "x".into(),
    }
}

#[test]
fn what_came_meanwhile_stays() {
    let check = |had: &[(i64, i64)], fetched: &[(i64, i64)], newest: i64, ids: &[i64]| {
        let all = |pairs: &[(i64, i64)]| -> Vec<Annotation> {
            pairs.iter().map(|(id, t)| one(*id, *t)).collect()
        };
        let mut list = all(had);
        replace(&mut list, all(fetched), newest);
        let seen: Vec<i64> = list.iter().map(|one| one.id).collect();
        assert_eq!(seen, ids);
    };
    check(&[], &[], 0, &[]);
    check(&[(1, 5)], &[], 1, &[]);
    check(&[(1, 5), (2, 6)], &[(1, 5)], 1, &[1, 2]);
    check(&[(1, 5), (2, 6)], &[(1, 5), (2, 6)], 1, &[1, 2]);
    // Told by the stream: all stays, and once.
    check(&[(1, 5), (2, 6)], &[(3, 1), (2, 6)], 0, &[3, 1, 2]);
}

#[test]
fn there_are_never_more_than_so_many() {
    let mut list: Vec<_> = (1..=MOST as i64).map(|id| one(id, id)).collect();
    replace(&mut list, vec![one(9_000, 9_000), one(9_001, 0)], 0);
    assert_eq!((list.len(), list[0].id), (MOST, 2));
}

#[test]
fn addresses() {
    let check = |shown: Span, span: i64, address_of: &str| {
        assert_eq!(address(with_margin(shown, span)), address_of);
    };
    check((1_000, 2_000), 1_000, "/api/annotations?from=500&to=2500");
    check((1_000, i64::MAX), 1_000, "/api/annotations?from=500");
    check((100, 1_100), 1_000, "/api/annotations?from=0&to=1600");
}
