//! A program that only knows `tracing`, measured without a change: the layer in `main` makes
//! events of its spans and log lines.
//!
//! ```sh
//! cargo run -p telemetry --features tracing --example bridge_tracing
//! ```

use std::error::Error;
use std::thread::sleep;
use std::time::Duration;

use telemetry::TracingLayer;
use tracing::{info, instrument};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};

#[instrument(err, fields(rows))]
fn query(table: &str) -> Result<usize, String> {
    sleep(Duration::from_millis(10));
    if table == "none" {
        return Err(format!("no table `{table}`"));
    }
    tracing::Span::current().record("rows", 3);
    info!(table, waited = 0.01, "answered");
    Ok(3)
}

fn main() -> Result<(), Box<dyn Error>> {
    let layer = TracingLayer::new(telemetry::global().clone());
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(LevelFilter::INFO));
    tracing::subscriber::set_global_default(subscriber)?;

    // The target is this program's name, for it is all in one module.
    let events = [
        "bridge_tracing.query.stop",
        "bridge_tracing.query.exception",
        "bridge_tracing.event",
    ];
    telemetry::attach_many("print", &events, |event| {
        println!("{}", event.name);
        println!("  measurements {:?}", event.measurements);
        println!("  metadata     {:?}", event.metadata);
    })?;
    for table in ["orders", "none"] {
        match query(table) {
            Ok(rows) => println!("{rows} rows of {table}"),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
