//! A database that is full, locked or gone while the server runs, and what is kept of history.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Executor};

use super::*;
use crate::storage::tests::faults::StorageFault;

/// What takes so long never comes.
const HANGS: Duration = Duration::from_secs(30);

/// A connection of somebody else to the database of a folder.
async fn outside(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join("p.db"));
    options.connect().await.expect("opens")
}

async fn open(folder: &Path) -> Storage {
    let opened = Storage::open(&folder.join("p.db"), &Arc::default()).await;
    opened.expect("opens")
}

fn summary() -> Vec<Metric> {
    vec![Metric::summary(METRIC).tags(["item"])]
}

/// Waits until this second is committed.
async fn committed(server: &Server, t: i64) {
    let is_committed = async {
        while server.history.counts.committed_ms() < t {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let in_time = tokio::time::timeout(HANGS, is_committed).await;
    assert!(in_time.is_ok(), "{t} is not committed within {HANGS:?}");
}

fn orders(server: &mut Server, seconds: std::ops::RangeInclusive<i64>) {
    for t in seconds {
        server.flush(t * 1_000, "tea", 1.0);
    }
}

#[tokio::test]
async fn lost_stretches_leave_covered() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = PipelineConfig {
        seconds_in_memory: 2,
        writer_queue: 3,
        ..PipelineConfig::default()
    };
    let storage = open(folder.path()).await;
    let mut server = Server::start_with(storage, 0, config, summary()).await;
    orders(&mut server, 1..=1);
    committed(&server, 1_000).await;
    // The writer does not run in between, so memory is full before it does.
    orders(&mut server, 2..=10);
    assert_eq!(server.history.counts.take(), (1, 6));
    let expect = [[0, 1_000], [7_000, 10_000]];
    let waiting = server.ask(&[("from", "0")], 10_000).await;
    assert_eq!(waiting.covered, expect);
    committed(&server, 10_000).await;
    let written = server.ask(&[("from", "0")], 10_000).await;
    assert_eq!(written.covered, expect);
    server.stop().await;
    let server = Server::start(folder.path(), 60_000, 3).await;
    let later = server.ask(&[("from", "0"), ("to", "20000")], 60_000).await;
    assert_eq!(later.covered, expect);
    let seconds = [1_000, 8_000, 9_000, 10_000].map(|t| (t, 1.0));
    assert_eq!(counts(&later), seconds);
    server.stop().await;
}

#[tokio::test]
async fn what_waited_for_a_lock_is_written_late() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 0, 3).await;
    let mut locker = outside(folder.path()).await;
    locker.execute("BEGIN IMMEDIATE").await.expect("locks");
    for second in 1..=40 {
        orders(&mut server, second..=second);
        tokio::task::yield_now().await;
    }
    assert_eq!(server.history.memory.waiting().0, 40);
    locker.execute("COMMIT").await.expect("unlocks");
    committed(&server, 40_000).await;
    server.stop().await;
    let server = Server::start(folder.path(), 60_000, 3).await;
    let all = server.ask(&[("from", "0"), ("to", "50000")], 60_000).await;
    assert_eq!(
        (all.covered.as_slice(), counts(&all).len()),
        (&[[0, 40_000]][..], 40)
    );
    server.stop().await;
}

#[tokio::test]
async fn after_a_full_disk_everything_that_was_measured_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    open(folder.path()).await.close().await;
    let mut outside = outside(folder.path()).await;
    let ballast =
        "CREATE TABLE ballast (bytes BLOB); INSERT INTO ballast VALUES (zeroblob(500000))";
    outside.execute(ballast).await.expect("fills");
    // The bound is raised to the pages that there are: the database is full.
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("p.db"))
        .pragma("max_page_count", "1");
    let storage = Storage::open_with(&folder.path().join("p.db"), &Arc::default(), options).await;
    let config = PipelineConfig::default();
    let mut server = Server::start_with(storage.expect("opens"), 0, config, summary()).await;
    assert!(server.history.committed().await.kept);
    let mut t = 0;
    while !server.history.counts.is_failing() {
        t += 1;
        assert!(t < 1_000, "a thousand seconds fit");
        server.flush(t * 1_000, "tea", 1.0);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!server.history.committed().await.kept);
    outside.execute("DELETE FROM ballast").await.expect("frees");
    committed(&server, t * 1_000).await;
    assert!(!server.history.counts.is_failing());
    let others = open(folder.path()).await;
    let seen = others.newest_ms().await.expect("reads");
    assert_eq!(seen, t * 1_000, "it is committed for everybody");
    assert_eq!(server.history.counts.take().1, 0);
    server.stop().await;
}

#[tokio::test]
async fn after_errors_of_every_kind_everything_that_was_measured_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 0, 3).await;
    let storage = server.history.storage.clone();
    let mut outside = outside(folder.path()).await;
    let mut t = 0;
    for error in StorageFault::ALL {
        error.begin(&storage, &mut outside).await;
        let begun = t;
        while !server.history.counts.is_failing() {
            t += 1;
            assert!(
                t < begun + 1_000,
                "{error:?}: a thousand seconds are written"
            );
            server.flush(t * 1_000, "tea", 1.0);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(!server.history.committed().await.kept, "{error:?}");
        error.end(&storage, &mut outside).await;
        committed(&server, t * 1_000).await;
        let others = open(folder.path()).await;
        let seen = others.newest_ms().await.expect("reads");
        assert_eq!(seen, t * 1_000, "{error:?}: it is committed for everybody");
        others.close().await;
    }
    assert_eq!(server.history.counts.take().1, 0);
    server.stop().await;
    let server = Server::start(folder.path(), 3_600_000, 3).await;
    let end = (t * 1_000).to_string();
    let all = server
        .ask(
            &[("from", "0"), ("to", &end), ("points", "2000")],
            3_600_000,
        )
        .await;
    assert_eq!(
        (all.covered.clone(), counts(&all).len()),
        (vec![[0, t * 1_000]], t as usize)
    );
    server.stop().await;
}

#[tokio::test]
async fn minutes_are_merged_of_metrics_that_today_s_list_does_not_have() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 0, 3).await;
    orders(&mut server, 1..=50);
    server.stop().await;
    let other = vec![Metric::counter("shop.visit")];
    let config = PipelineConfig::default();
    let storage = open(folder.path()).await;
    let mut server = Server::start_with(storage, 50_000, config, other).await;
    orders(&mut server, 51..=200);
    server.stop().await;
    let server = Server::start(folder.path(), 300_000, 3).await;
    let whole = server.history.storage.minutes_whole().await;
    assert!(whole.expect("one row") >= 60_000);
    let fine = server
        .ask(
            &[("from", "0"), ("to", "120000"), ("points", "120")],
            300_000,
        )
        .await;
    let coarse = server
        .ask(&[("from", "0"), ("to", "120000"), ("points", "1")], 300_000)
        .await;
    assert_eq!((fine.step_ms, coarse.step_ms), (1_000, 120_000));
    assert_eq!(counts(&fine).len(), 50);
    assert_eq!(counts(&coarse), [(120_000, 50.0)]);
    server.stop().await;
}

#[tokio::test]
async fn queries_take_turns_and_end_with_whoever_asked() {
    type Asked = Result<i64, QueryError>;
    let folder = tempfile::tempdir().expect("a folder");
    let config = PipelineConfig {
        history_queue: 1,
        ..PipelineConfig::default()
    };
    let storage = open(folder.path()).await;
    let server = Server::start_with(storage, 0, config, summary()).await;
    let history = &server.history;
    let (begun, mut running) = mpsc::channel(9);
    let endless = || {
        let (history, begun) = (history.clone(), begun.clone());
        tokio::spawn(async move {
            let ask = history.run(async move |_| {
                begun.send(()).await.expect("is awaited");
                std::future::pending::<Asked>().await
            });
            ask.await
        })
    };
    let (first, second) = (endless(), endless());
    running.recv().await.expect("runs");
    running.recv().await.expect("runs");
    // The writer and others have connections of their own.
    let third = {
        let history = history.clone();
        tokio::spawn(async move { history.run(async |_| Asked::Ok(3)).await })
    };
    tokio::task::yield_now().await;
    let busy = history.run(async |_| Asked::Ok(4)).await;
    assert!(matches!(busy, Err(QueryError::Busy(1))), "{busy:?}");
    first.abort();
    assert_eq!(third.await.expect("ends").expect("answers"), 3);
    second.abort();
    assert_eq!(
        history.run(async |_| Asked::Ok(5)).await.expect("answers"),
        5
    );
    server.stop().await;
}

#[tokio::test]
async fn a_query_of_more_than_a_second_is_answered_coarser() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 0, 3).await;
    let items = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for t in (10_000..=240_000).step_by(10_000) {
        for (item, later) in items.into_iter().zip(1..) {
            server.flush(t + later * 1_000, item, 1.0);
        }
        tokio::task::yield_now().await;
    }
    server.stop().await;
    let day = 86_400_000;
    let server = Server::start(folder.path(), day, 3).await;
    let ask = async |points: &str, item: Option<&str>| {
        let mut parameters = vec![("from", "0"), ("points", points)];
        parameters.extend(item.map(|item| ("tag.item", item)));
        server.ask(&parameters, day).await
    };
    // 86,400 seconds of one series, and of eight.
    let (one, eight) = (ask("4320", Some("a")).await, ask("4320", None).await);
    assert_eq!((one.step_ms, eight.step_ms), (30_000, 60_000));
    let total = |history: &protocol::History| counts(history).iter().map(|(_, n)| n).sum::<f64>();
    assert_eq!((total(&one), total(&eight)), (24.0, 8.0 * 24.0));
    server.stop().await;
}
