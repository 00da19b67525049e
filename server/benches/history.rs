//! What it costs to read a day of one metric, from a database that holds it.

use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use protocol::{HistoryParams, QueryTime};
use server::access::Visible;
use server::config::PipelineConfig;
use server::history::{History, Query};
use server::metrics::MetricCatalog;
use server::pipeline::SecondRollup;
use server::storage::Storage;
use telemetry::MetricList;
use telemetry::aggregate::{Recorder, SeriesTable};
use telemetry::{Event, Metric, Registry};
use tokio::runtime::Runtime;

const DAY_MS: i64 = 86_400_000;
/// Samples in each second.
const SAMPLES: i64 = 20;

/// A day of a sum and of a summary, second by second, through the writer.
async fn fill(folder: &std::path::Path) -> (Arc<History>, Arc<MetricList>) {
    let metrics = vec![
        Metric::sum("bench.timed.bytes"),
        Metric::summary("bench.timed.duration"),
    ];
    let list = MetricList::new(metrics).expect("a list");
    let catalog = Arc::new(MetricCatalog::from(list));
    let metrics = catalog.list();
    let registry = Arc::new(Registry::new());
    let storage = Storage::open(&folder.join("bench.db"), &registry)
        .await
        .expect("opens");
    let table = Arc::new(SeriesTable::new(10, 10));
    let config = PipelineConfig {
        writer_queue: DAY_MS as usize / 1000,
        seconds_bytes: 1 << 30,
        ..PipelineConfig::default()
    };
    let opened = History::open(&config, catalog, table.clone(), storage, &registry, 0);
    let (history, writer_handle, writer, _) = opened.await.expect("opens");
    let recorder = Recorder::new(metrics.clone(), table);
    let mut rollup = SecondRollup::default();
    for t in (1_000..=DAY_MS).step_by(1_000) {
        for sample in 0..SAMPLES {
            // Spread as response times are: most of them short, some long.
            let value = 0.001 * 1.4f64.powi(((t / 1000 + sample * 7) % 23) as i32);
            let measurements = [("bytes", value * 1e6), ("duration", value)];
            recorder.record(
                &Event {
                    name: "bench.timed",
                    measurements: &measurements,
                    metadata: &[],
                },
                t,
            );
        }
        for second in rollup.add(t, &recorder.flush().rows) {
            writer_handle.push(&second);
        }
    }
    drop(writer_handle);
    writer.await.expect("ends");
    (history, metrics)
}

fn history(c: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let (history, metrics) = runtime.block_on(fill(folder.path()));
    let visible: Visible = metrics.iter().map(|(id, _)| id).collect();
    let visible = std::sync::Arc::new(visible);
    let mut group = c.benchmark_group("history");
    group.sample_size(10);
    for metric in ["bench.timed.bytes", "bench.timed.duration"] {
        for (points, range_ms) in [(1000, DAY_MS), (1000, DAY_MS / 4), (1000, 600_000)] {
            let params = HistoryParams {
                from: QueryTime::at(DAY_MS - range_ms),
                points,
                ..HistoryParams::new(metric)
            };
            let query = Query::new(&params, &metrics, &visible, DAY_MS).expect("right");
            let hours = range_ms as f64 / 3_600_000.0;
            group.bench_function(
                format!("{hours:.1} h to {points} points, {metric}"),
                |bencher| {
                    let answer = || runtime.block_on(history.answer(&query));
                    let answered = answer().expect("answers");
                    let steps = (range_ms / answered.step_ms) as usize;
                    assert_eq!(answered.series[0].steps.len(), steps);
                    bencher.iter(|| answer().expect("answers"));
                },
            );
        }
    }
    group.finish();
}

criterion_group!(benches, history);
criterion_main!(benches);
