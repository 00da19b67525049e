//! A program that only knows the `metrics` facade, whose counters, gauges and histograms become
//! events:
//!
//! ```sh
//! cargo run -p telemetry --features metrics --example bridge_metrics
//! ```

use std::error::Error;

use metrics::{counter, gauge, histogram};
use telemetry::MetricsRecorder;

fn main() -> Result<(), Box<dyn Error>> {
    let recorder = MetricsRecorder::new(telemetry::global().clone());
    metrics::set_global_recorder(recorder.clone())?;

    let events = ["orders_total", "queue.length", "order.seconds"];
    telemetry::attach_many("print", &events, |event| {
        print!("{:14}", event.name);
        for (measurement, number) in event.measurements {
            print!(" {measurement} {number}");
        }
        for (label, value) in event.metadata {
            print!(" {label}={value}");
        }
        println!();
    })?;

    for (region, seconds) in [("eu", 0.25), ("us", 0.5), ("eu", 0.125)] {
        gauge!("queue.length").increment(1.0);
        counter!("orders_total", "region" => region).increment(1);
        histogram!("order.seconds", "region" => region).record(seconds);
    }
    gauge!("queue.length").set(0.0);
    println!("{} metrics found no room", recorder.dropped());
    Ok(())
}
