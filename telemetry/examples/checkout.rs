//! A program that measures its own work and sends it to Pulseboard. Beside it, this needs
//! `examples/checkout.toml` as the server's configuration and a token with scope `ingest`:
//!
//! ```sh
//! PULSEBOARD_TOKEN=… cargo run -p telemetry --example checkout
//! ```

use std::error::Error;
use std::sync::mpsc::sync_channel;
use std::time::Duration;
use std::{env, thread};

fn main() -> Result<(), Box<dyn Error>> {
    let token = env::var("PULSEBOARD_TOKEN")?;
    // Handlers run where the event happens, so this one only hands it over; when the server is
    // slower than the shop, events are left out rather than customers kept waiting.
    let (outbox, events) = sync_channel(1000);
    telemetry::attach("pulseboard", "shop.checkout.stop", move |event| {
        let _ = serde_json::to_string(event).map(|event| outbox.try_send(event));
    })?;
    thread::spawn(move || {
        for event in events {
            let sent = ureq::post("http://127.0.0.1:3000/api/events")
                .header("Authorization", format!("Bearer {token}"))
                .send(event);
            sent.inspect_err(|error| eprintln!("Pulseboard: {error}"))
                .ok();
        }
    });

    // A minute of a small shop: every checkout takes as long as it takes.
    for order in 0..600 {
        let region = if order % 3 == 0 { "us" } else { "eu" };
        telemetry::span("shop.checkout", &[("region", region.into())], checkout);
    }
    Ok(())
}

/// The work that is measured.
fn checkout() {
    thread::sleep(Duration::from_millis(100));
}
