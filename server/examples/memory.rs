//! Memory of the pipeline's recent past: so many gauges that all change ten times a second, for so
//! long, through the ring of streams and the seconds of history, with the default limits. No clock
//! and no socket: flushes follow each other as fast as they go.
//!
//! `cargo run --release -p server --example memory -- --series 10000 --seconds 130`

use std::error::Error;
use std::sync::Arc;

use clap::Parser;
use server::access::Visible;
use server::config::PipelineConfig;
use server::history::History;
use server::metrics::MetricCatalog;
use server::pipeline::{Flush, FlushSink, SecondRollup};
use server::storage::Storage;
use server::stream::{Client, Hub, Next};
use telemetry::aggregate::{Recorder, SeriesTable};
use telemetry::{Event, Metric, MetricList, Registry, Value};

#[derive(Parser)]
struct Memory {
    /// Series, 1 to 1000000.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    series: u32,
    /// Seconds of ten flushes, 1 to 3600.
    #[arg(long, default_value_t = 130, value_parser = clap::value_parser!(i64).range(1..=3_600))]
    seconds: i64,
    /// Summaries, with a few samples each, instead of gauges.
    #[arg(long)]
    summaries: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Memory::parse();
    let folder = tempfile::tempdir()?;
    let registry = Arc::new(Registry::new());
    let storage = Storage::open(&folder.path().join("memory.db"), &registry).await?;
    let kind = if arguments.summaries {
        Metric::summary
    } else {
        Metric::last_value
    };
    let metric = kind("memory.run.value").tags(["id"]);
    let catalog = Arc::new(MetricCatalog::from(MetricList::new(vec![metric])?));
    let metrics = catalog.list();
    let count = arguments.series as usize;
    let table = Arc::new(SeriesTable::new(count, count));
    // Seconds beyond the queue are dropped from the database, not from memory.
    let config = PipelineConfig::default();
    let opened = History::open(
        &config,
        catalog.clone(),
        table.clone(),
        storage,
        &registry,
        0,
    );
    let (history, mut history_writer, _writer, _) = opened.await?;
    let recorder = Recorder::new(metrics.clone(), table.clone());
    let mut hub = Arc::new(Hub::new(&config, catalog, table));
    let visible: Visible = metrics.iter().map(|(id, _)| id).collect();
    let visible = std::sync::Arc::new(visible);
    let mut client = Client::new(hub.clone(), hub.audience(visible, None), 10, None);
    let mut rollup = SecondRollup::default();
    println!("before: {} MB resident", resident_mib());
    for flush in 1..=arguments.seconds * 10 {
        let end_ms = flush * 100;
        record(&recorder, arguments.series, flush);
        let flushed = recorder.flush();
        let seconds = rollup.add(end_ms, &flushed.rows);
        let flush = Flush {
            seq: flush.unsigned_abs(),
            end_ms,
            width_ms: 100,
            rows: flushed.rows.into(),
            seconds: &seconds,
            new_series: &flushed.fresh,
            ..Flush::default()
        };
        history_writer.flush(&flush);
        hub.flush(&flush);
        while let Next::Send(_) = client.next(end_ms) {}
    }
    let ring = hub.ring_size();
    println!(
        "after {} s of {} series: {} MB resident; ring {} MB in {} flushes, seconds {} MB",
        arguments.seconds,
        arguments.series,
        resident_mib(),
        ring.bytes >> 20,
        ring.flushes,
        history.memory_bytes() >> 20,
    );
    Ok(())
}

fn record(recorder: &Recorder, series: u32, round: i64) {
    for id in 0..series {
        let value = f64::from(id).mul_add(0.37, round as f64 * 1.01);
        let event = Event {
            name: "memory.run",
            measurements: &[("value", value)],
            metadata: &[("id", Value::Int(id.into()))],
        };
        recorder.record(&event, round * 100);
    }
}

fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: Option<u64> = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    kib.unwrap_or(0) / 1024
}
