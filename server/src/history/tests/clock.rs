//! A clock that is set while the server runs, and what history has of it.

use super::*;

fn measure(server: &mut Server, item: &str, seconds: &[i64]) {
    for second in seconds {
        server.flush(second * 1_000, item, 1.0);
    }
}

/// Waits until the writer has nothing left to do.
async fn written(server: &Server) {
    while server.history.memory.waiting().0 > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// The seconds in which something was measured, by item.
fn seconds_of(history: &protocol::History) -> Vec<(String, Vec<i64>)> {
    let seconds = history.series.iter().map(|series| {
        let item = series.info.tags["item"].clone();
        let ends = series.steps.iter().map(|step| step.0 / 1_000);
        (item, ends.collect())
    });
    let mut seconds: Vec<_> = seconds.collect();
    seconds.sort();
    seconds
}

fn items(tea: &[i64], ink: &[i64]) -> Vec<(String, Vec<i64>)> {
    vec![
        ("ink".to_owned(), ink.to_vec()),
        ("tea".to_owned(), tea.to_vec()),
    ]
}

#[tokio::test]
async fn a_clock_set_back_is_shown_at_once_and_a_second_has_what_was_measured_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 10_000, 30).await;
    measure(
        &mut server,
        "tea",
        &[11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
    );
    written(&server).await;
    measure(&mut server, "ink", &[13, 14, 15]);
    let expect = items(&[11, 12], &[13, 14, 15]);
    let at_once = server.ask(&[("from", "10000")], 15_000).await;
    assert_eq!(seconds_of(&at_once), expect);
    assert_eq!(at_once.covered, [[10_000, 15_000]]);
    written(&server).await;
    assert!(server.history.committed().await.kept);
    let later = server.ask(&[("from", "10000")], 15_000).await;
    assert_eq!(seconds_of(&later), expect);
    server.stop().await;

    let server = Server::start(folder.path(), 60_000, 30).await;
    let after = server
        .ask(&[("from", "10000"), ("to", "30000")], 60_000)
        .await;
    let expect = items(&[11, 12, 16, 17, 18, 19, 20], &[13, 14, 15]);
    assert_eq!(seconds_of(&after), expect);
    assert_eq!(after.covered, [[10_000, 20_000]]);
    server.stop().await;
}

#[tokio::test]
async fn a_pause_is_not_covered() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 10_000, 30).await;
    // The process stands still from 11.2 to 26.1 s.
    for t in [10_500, 11_000, 11_200, 26_100, 27_000] {
        server.flush(t, "tea", 1.0);
    }
    let expect = [[10_000, 12_000], [26_000, 27_000]];
    let at_once = server.ask(&[("from", "10000")], 27_000).await;
    assert_eq!(at_once.covered, expect);
    server.stop().await;
    let server = Server::start(folder.path(), 60_000, 30).await;
    let range = [("from", "10000"), ("to", "50000")];
    let later = server.ask(&range, 60_000).await;
    assert_eq!(later.covered, expect);
    assert_eq!(seconds_of(&later), [("tea".to_owned(), vec![11, 12, 27])]);
    server.stop().await;
}

#[tokio::test]
async fn an_hour_that_a_clock_skipped_is_a_gap_until_it_is_measured() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 10_000, 30).await;
    measure(&mut server, "tea", &[11, 12, 40, 41]);
    written(&server).await;
    let skipped = server.ask(&[("from", "10000")], 41_000).await;
    assert_eq!(skipped.covered, [[10_000, 12_000], [39_000, 41_000]]);
    // The clock was wrong: it is set back, and time passes through the gap.
    measure(&mut server, "ink", &[13, 14]);
    written(&server).await;
    server.stop().await;
    let server = Server::start(folder.path(), 60_000, 30).await;
    let after = server
        .ask(&[("from", "10000"), ("to", "50000")], 60_000)
        .await;
    assert_eq!(after.covered, [[10_000, 14_000], [39_000, 41_000]]);
    assert_eq!(seconds_of(&after), items(&[11, 12, 40, 41], &[13, 14]));
    server.stop().await;
}

#[tokio::test]
async fn a_clock_set_back_over_a_restart_replaces_seconds_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 10_000, 30).await;
    measure(&mut server, "tea", &[11, 12, 13, 14]);
    server.stop().await;
    let mut server = Server::start(folder.path(), 11_500, 30).await;
    measure(&mut server, "ink", &[13]);
    server.stop().await;
    let server = Server::start(folder.path(), 60_000, 30).await;
    let after = server
        .ask(&[("from", "10000"), ("to", "50000")], 60_000)
        .await;
    assert_eq!(seconds_of(&after), items(&[11, 12, 14], &[13]));
    server.stop().await;
}

#[tokio::test]
async fn a_clock_set_far_forward_deletes_nothing_for_a_while() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 10_000, 30).await;
    measure(&mut server, "tea", &[11, 12]);
    // Further than history is kept, and for longer than retention waits.
    for second in 1_000_000..1_000_130 {
        measure(&mut server, "ink", &[second]);
        written(&server).await;
    }
    let range = [("from", "10000"), ("to", "20000")];
    let kept = server.ask(&range, 1_000_130_000).await;
    assert_eq!(seconds_of(&kept), [("tea".to_owned(), vec![11, 12])]);
    // Set right again, all is as it was.
    measure(&mut server, "tea", &[13]);
    written(&server).await;
    let right = server.ask(&range, 13_000).await;
    assert_eq!(seconds_of(&right), [("tea".to_owned(), vec![11, 12, 13])]);
    server.stop().await;
}
