//! What a frame costs: its rows as text, and giving it to those who look.

use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use server::access::Visible;
use server::config::PipelineConfig;
use server::metrics::MetricCatalog;
use server::pipeline::Flush;
use server::stream::{Client, Hub, push_row};
use telemetry::MetricList;
use telemetry::aggregate::{Recorder, Row, SeriesTable};
use telemetry::{Event, Kind, Metric, Value};

const SERIES: i64 = 10_000;

fn fill(recorder: &Recorder) {
    for i in 0..SERIES {
        let metadata = [("id", Value::Int(i))];
        let measurements = [("value", i as f64)];
        recorder.record(
            &Event {
                name: "bench.run",
                measurements: &measurements,
                metadata: &metadata,
            },
            0,
        );
    }
}

fn frame(c: &mut Criterion) {
    let mut group = c.benchmark_group("10,000 series");
    group.sample_size(20);
    let metric = Metric::summary("bench.run.value").tags(["id"]);
    let list = MetricList::new(vec![metric]).expect("a list");
    let catalog = Arc::new(MetricCatalog::from(list));
    let metrics = catalog.list();
    let table = Arc::new(SeriesTable::new(SERIES as usize, SERIES as usize));
    let recorder = Recorder::new(metrics.clone(), table.clone());
    fill(&recorder);
    let rows: Arc<[Row]> = recorder.flush().rows.into();
    group.bench_function("encode rows, summary", |b| {
        b.iter(|| {
            let mut out = String::new();
            rows.iter()
                .for_each(|row| push_row(&mut out, row.series, Kind::Summary, &row.aggregate));
            out
        });
    });
    let hub = Arc::new(Hub::new(&PipelineConfig::default(), catalog, table));
    let visible: Visible = metrics.iter().map(|(id, _)| id).collect();
    let visible = std::sync::Arc::new(visible);
    let mut seq = 0;
    group.bench_function("publish and join for one audience, summary", |b| {
        b.iter(|| {
            seq += 1;
            let audience = hub.audience(visible.clone(), None);
            hub.publish(&Flush {
                seq,
                end_ms: seq as i64 * 100,
                width_ms: 100,
                rows: rows.clone(),
                ..Flush::default()
            });
            Client::new(hub.clone(), audience, 10, Some(seq - 1)).next(0)
        });
    });
    group.finish();
}

criterion_group!(benches, frame);
criterion_main!(benches);
