//! Over a real database: restarts, the seam between memory and database, and retention.

use std::path::Path;

use protocol::{HistoryParams, HistoryStep, MetricRef};
use telemetry::aggregate::Recorder;
use telemetry::{Event, Metric, Value};

use super::*;
use crate::pipeline::SecondRollup;

mod clock;
mod faults;

const METRIC: &str = "shop.order.price";

struct Server {
    history: Arc<History>,
    writer_handle: HistoryWriter,
    writer: JoinHandle<()>,
    recorder: Recorder,
    rollup: SecondRollup,
}

impl Server {
    async fn start(folder: &Path, now_ms: i64, seconds_in_memory: usize) -> Server {
        let storage = Storage::open(&folder.join("p.db"), &Arc::default()).await;
        let config = PipelineConfig {
            seconds_in_memory,
            writer_queue: 1000,
            ..PipelineConfig::default()
        };
        let metrics = vec![Metric::summary(METRIC).tags(["item"])];
        Server::start_with(storage.expect("opens"), now_ms, config, metrics).await
    }

    async fn start_with(
        storage: Storage,
        now_ms: i64,
        config: PipelineConfig,
        metrics: Vec<Metric>,
    ) -> Server {
        let list = MetricList::new(metrics).expect("a list");
        let metrics = Arc::new(MetricCatalog::from(list));
        let registry = Arc::new(Registry::new());
        let table = Arc::new(SeriesTable::new(10, 10));
        let opened = History::open(
            &config,
            metrics.clone(),
            table.clone(),
            storage,
            &registry,
            now_ms,
        );
        let (history, writer_handle, writer, begun) = opened.await.expect("opens");
        let mut rollup = SecondRollup::default();
        if !begun.is_empty() {
            rollup.begin(now_ms, &begun);
        }
        Server {
            history,
            writer_handle,
            writer,
            recorder: Recorder::new(metrics.list(), table),
            rollup,
        }
    }

    /// One flush that ends at `t` with one order.
    fn flush(&mut self, t: i64, item: &str, price: f64) {
        let metadata = [("item", Value::Str(item))];
        let measurements = [("price", price)];
        let event = Event {
            name: "shop.order",
            measurements: &measurements,
            metadata: &metadata,
        };
        self.recorder.record(&event, t);
        for second in self.rollup.add(t, &self.recorder.flush().rows) {
            self.writer_handle.push(&second);
        }
    }

    /// Time and count of every step of every series.
    async fn ask(&self, parameters: &[(&str, &str)], now_ms: i64) -> protocol::History {
        let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let mut pairs: Vec<_> = parameters.iter().map(own).collect();
        pairs.push(("metric".into(), METRIC.into()));
        let metrics = self.history.metrics.list();
        let visible = Arc::new(metrics.iter().map(|(id, _)| id).collect());
        let params = HistoryParams::parse(&pairs).expect("right");
        let query = Query::new(&params, &metrics, &visible, now_ms).expect("right");
        self.history.answer(&query).await.expect("answers")
    }

    async fn stop(mut self) {
        if let Some(second) = self.rollup.finish() {
            self.writer_handle.push(&second);
        }
        drop(self.writer_handle);
        self.writer.await.expect("ends");
        self.history.storage.close().await;
    }
}

fn counts(history: &protocol::History) -> Vec<(i64, f64)> {
    let steps = history.series.iter().flat_map(|series| &series.steps);
    steps.map(|step| (step.0, step.1[0])).collect()
}

#[tokio::test]
async fn every_second_is_there_once_in_memory_in_the_database_and_at_the_seam() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 0, 3).await;
    for t in (500..=10_000).step_by(500) {
        server.flush(t, "tea", 1.0);
    }
    let expect: Vec<(i64, f64)> = (1..=10).map(|second| (second * 1000, 2.0)).collect();
    // Whether the writer has caught up or not, what memory holds is answered from memory.
    let newest = server.ask(&[("from", "7000")], 10_000).await;
    assert_eq!(counts(&newest), expect[7..]);
    let Server {
        history,
        writer_handle,
        writer,
        recorder,
        rollup,
    } = server;
    drop(writer_handle);
    writer.await.expect("ends");
    let writer_handle = HistoryWriter {
        wake: mpsc::channel(1).0,
        history: history.clone(),
        _closing: CancellationToken::new().drop_guard(),
    };
    let server = Server {
        history,
        writer_handle,
        writer: tokio::spawn(async {}),
        recorder,
        rollup,
    };
    assert_eq!(counts(&server.ask(&[("from", "0")], 10_000).await), expect);
    let coarse = server.ask(&[("from", "0"), ("points", "2")], 10_000).await;
    assert_eq!(counts(&coarse), [(5_000, 10.0), (10_000, 10.0)]);
    let until = server
        .ask(&[("from", "0"), ("to", "9000"), ("points", "2")], 10_000)
        .await;
    assert_eq!(
        (counts(&until), until.to),
        (vec![(5_000, 10.0), (10_000, 8.0)], 10_000)
    );
}

#[tokio::test]
async fn a_restart_keeps_ids_and_points_and_shows_the_gap() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 0, 30).await;
    server.flush(1_000, "tea", 1.0);
    server.flush(2_000, "milk", 2.0);
    let before = server.ask(&[("from", "0")], 2_000).await;
    server.stop().await;

    let mut server = Server::start(folder.path(), 60_000, 30).await;
    let after = server.ask(&[("from", "0"), ("to", "2000")], 60_000).await;
    assert_eq!(after.series, before.series);
    server.flush(61_000, "milk", 3.0);
    let all = server
        .ask(&[("from", "0"), ("tag.item", "milk")], 61_000)
        .await;
    assert_eq!(counts(&all), [(2_000, 1.0), (61_000, 1.0)]);
    assert_eq!(all.covered, [[0, 2_000], [60_000, 61_000]]);
    server.stop().await;
}

#[tokio::test]
async fn a_restart_within_a_second_adds_to_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 0, 30).await;
    server.flush(1_300, "tea", 1.0);
    server.stop().await;
    let mut server = Server::start(folder.path(), 1_600, 30).await;
    server.flush(1_900, "tea", 5.0);
    server.flush(2_000, "tea", 6.0);
    let both = server.ask(&[("from", "0")], 2_000).await;
    assert_eq!(both.series[0].steps[0].1[..4], [3.0, 12.0, 1.0, 6.0]);
    server.stop().await;
    let server = Server::start(folder.path(), 9_000, 30).await;
    assert_eq!(
        counts(&server.ask(&[("from", "0")], 9_000).await),
        [(2_000, 3.0)]
    );
    server.stop().await;
}

#[tokio::test]
async fn old_points_go_in_chunks_and_writing_twice_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 0, 30).await;
    for t in (1_000..=5_000).step_by(1_000) {
        server.flush(t, "tea", 1.0);
    }
    let history = server.history.clone();
    let last = history.memory.snapshot().pop().expect("seconds");
    server.stop().await;
    let server = Server::start(folder.path(), 9_000, 30).await;
    let storage = &server.history.storage;
    let rows: Vec<_> = last
        .rows
        .iter()
        .map(|row| (row.series.0, &row.packed))
        .collect();
    let batch = crate::storage::SecondBatch {
        run: 1,
        t: last.t,
        series: &[],
        rows: &rows,
        gaps: &[],
        is_again: false,
    };
    storage.write_second(&batch).await.expect("writes");
    assert_eq!(counts(&server.ask(&[("from", "0")], 9_000).await).len(), 5);
    assert_eq!(
        storage.delete_points(1, 4_000, 2).await.expect("deletes"),
        2
    );
    assert_eq!(
        storage.delete_points(1, 4_000, 2).await.expect("deletes"),
        1
    );
    let left = counts(&server.ask(&[("from", "0")], 9_000).await);
    assert_eq!(left, [(4_000, 1.0), (5_000, 1.0)]);
    server.stop().await;
}

/// What steps of a minute say, against what the seconds in them say.
async fn check_minutes(server: &Server, from: i64, to: i64, now_ms: i64) {
    // As many steps as the range has minutes, begun ones included.
    let steps = (minutes::floor(to - 1) - minutes::floor(from)) / minutes::MINUTE_MS + 1;
    let (from, to, steps) = (from.to_string(), to.to_string(), steps.to_string());
    let range = [("from", &*from), ("to", &*to)];
    let seconds = server
        .ask(&[range[0], range[1], ("points", "5000")], now_ms)
        .await;
    let minutes = server
        .ask(&[range[0], range[1], ("points", &*steps)], now_ms)
        .await;
    assert_eq!(
        (seconds.step_ms, minutes.step_ms),
        (1_000, minutes::MINUTE_MS)
    );
    let mut expect = std::collections::BTreeMap::new();
    for (t, count) in counts(&seconds) {
        let end = (t + minutes.step_ms - 1) / minutes.step_ms * minutes.step_ms;
        // Steps begin before the range when it does not begin with one.
        *expect.entry(end).or_insert(0.0) += count;
    }
    let mut found: std::collections::BTreeMap<_, _> = counts(&minutes).into_iter().collect();
    if let Some(mut first) = found.first_entry()
        && minutes.from < seconds.from
    {
        let before = server
            .ask(
                &[
                    ("from", &*minutes.from.to_string()),
                    ("to", &*seconds.from.to_string()),
                    ("points", "5000"),
                ],
                now_ms,
            )
            .await;
        *first.get_mut() -= counts(&before).iter().map(|(_, count)| count).sum::<f64>();
    }
    found.retain(|_, count| *count != 0.0);
    assert_eq!(found, expect, "{from} {to}");
}

#[tokio::test]
async fn minutes_say_what_their_seconds_say_over_restarts_kills_and_clocks_that_go_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = async |server: &Server| {
        let storage = &server.history.storage;
        storage.minutes_whole().await.expect("one row")
    };
    let fill = |server: &mut Server, from: i64, to: i64| {
        for t in (from..=to).step_by(500) {
            server.flush(t, "tea", t as f64);
        }
    };
    let mut server = Server::start(folder.path(), 90_000, 3).await;
    fill(&mut server, 90_500, 200_000);
    // Killed in the middle of a minute, with whatever the writer has done by then.
    while whole(&server).await < 180_000 {
        tokio::task::yield_now().await;
    }
    server.writer.abort();
    server.history.storage.close().await;

    let mut server = Server::start(folder.path(), 210_000, 3).await;
    check_minutes(&server, 0, 210_000, 210_000).await;
    fill(&mut server, 210_500, 250_000);
    server.stop().await;
    // Hours later, on the first second of a minute.
    let begin = 7_200_000;
    let mut server = Server::start(folder.path(), begin, 3).await;
    fill(&mut server, begin + 500, begin + 300_000);
    server.stop().await;
    let now = begin + 300_000;
    let server = Server::start(folder.path(), now, 3).await;
    assert_eq!(whole(&server).await, begin + 240_000);
    for (from, to) in [
        (0, 300_000),
        (61_000, 239_000),
        (120_000, 180_000),
        (begin, now),
        (begin + 59_000, begin + 241_000),
        (begin - 100_000, begin + 60_000),
    ] {
        check_minutes(&server, from, to, now).await;
    }
    server.stop().await;
    // The clock was wrong: seconds come where minutes are merged already.
    let mut server = Server::start(folder.path(), begin + 70_000, 3).await;
    fill(&mut server, begin + 70_500, begin + 100_000);
    server.stop().await;
    let mut server = Server::start(folder.path(), now, 3).await;
    assert_eq!(whole(&server).await, begin + 60_000);
    check_minutes(&server, begin, now, now).await;
    fill(&mut server, now + 500, now + 2_000);
    server.stop().await;
    let server = Server::start(folder.path(), now + 3_000, 3).await;
    assert_eq!(whole(&server).await, begin + 300_000);
    check_minutes(&server, begin, now, now + 3_000).await;
    server.stop().await;
}

#[tokio::test]
async fn merged_series_have_the_percentiles_of_all_samples() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 0, 100).await;
    for t in (10..=1_000).step_by(10) {
        let (item, price) = if t == 1_000 {
            ("ink", 50.0)
        } else {
            ("tea", 1.0)
        };
        server.flush(t, item, price);
    }
    let ask = async |by: Option<&str>| {
        let reference = MetricRef {
            metric: METRIC.into(),
            by: by.map(str::to_owned),
            ..MetricRef::default()
        };
        let metrics = server.history.metrics.list();
        let visible = Arc::new(metrics.iter().map(|(id, _)| id).collect());
        let params = HistoryParams::new(METRIC);
        let query = Query::new(&params, &metrics, &visible, 1_000).expect("right");
        let answer = server.history.answer_merged(&query, &reference, &[]).await;
        let series = answer.expect("answers").history.series.into_iter();
        let series = series.map(|one| (one.info.tags, one.steps));
        series.collect::<Vec<_>>()
    };
    // `[count, sum, min, max, p50, p95, p99]`: the largest of the two series' would be 50.
    let whole = HistoryStep(1_000, vec![100.0, 149.0, 1.0, 50.0, 1.0, 1.0, 1.0]);
    assert_eq!(ask(None).await, [(BTreeMap::new(), vec![whole])]);
    let of = |item: &str| BTreeMap::from([("item".to_owned(), item.to_owned())]);
    let ink = HistoryStep(1_000, [1.0].into_iter().chain([50.0; 6]).collect());
    let tea = HistoryStep(1_000, vec![99.0, 99.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    let expect = [(of("ink"), vec![ink]), (of("tea"), vec![tea])];
    assert_eq!(ask(Some("item")).await, expect);
    server.stop().await;
}

#[tokio::test]
async fn a_percentile_over_a_time_is_of_all_its_samples() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::start(folder.path(), 0, 100).await;
    // Ten a second for ten seconds, and in one of them ten more that are slow.
    for t in (100..=10_000).step_by(100) {
        // Before the flush that may end the second.
        if (4_000..5_000).contains(&t) {
            server.flush(t - 50, "tea", 5.0);
        }
        server.flush(t, "tea", 0.01);
    }
    let metrics = server.history.metrics.list();
    let visible = Arc::new(metrics.iter().map(|(id, _)| id).collect());
    let params = HistoryParams::new(METRIC);
    let query = Query::new(&params, &metrics, &visible, 10_000).expect("right");
    let spans = [(0, 10_000), (20_000, 30_000)];
    let answer = server.history.answer_over(&query, &spans).await;
    let rows = answer.expect("answers").rows;
    assert_eq!(rows.len(), 1, "of a time without samples there is none");
    let (span, row) = ((rows[0].from_ms, rows[0].to_ms), rows[0].row);
    assert_eq!((span, row.count), ((0, 10_000), 110.0));
    assert!((row.quantiles[2] - 5.0).abs() < 0.03, "{:?}", row.quantiles);
    assert!(!row.is_estimate);
    server.stop().await;
}
