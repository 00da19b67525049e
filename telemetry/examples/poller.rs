//! What this program, its runtime and its host do, for ten seconds; printed as it is measured.
//!
//! ```sh
//! cargo run -p telemetry --example poller --features poller,host
//! ```

use std::collections::VecDeque;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use telemetry::{HostPoller, POLLER_FAILURE, POLLER_SKIPPED, Poller};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let shown = [
        "shop.queue",
        "process.self",
        "host.cpu.total",
        "tokio.runtime",
        "tokio.worker",
        POLLER_FAILURE,
        POLLER_SKIPPED,
    ];
    telemetry::attach_many("print", &shown, |event| {
        println!(
            "{} {:?} {:?}",
            event.name, event.measurements, event.metadata
        );
    })?;

    let queue = Arc::new(Mutex::new(VecDeque::from([1, 2, 3])));
    let waiting = queue.clone();
    let poller = Poller::new()
        .every(Duration::from_secs(2))
        .measure("queue depth", move |registry| {
            let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            registry.execute("shop.queue", &[("depth", waiting.len() as f64)], &[]);
            Ok(())
        })
        // Fails each time: this is told, and the others go on.
        .measure_every("price list", Duration::from_secs(5), |_| {
            std::fs::metadata("/no/such/price-list")?;
            Ok(())
        })
        .host(HostPoller::new(None))
        .runtime(&tokio::runtime::Handle::current())
        .start(telemetry::global().clone());

    for order in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut waiting = queue.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back(order);
        waiting.truncate(50);
    }
    println!("failures: {:?}", poller.failures());
    poller.stop().await;
    Ok(())
}
