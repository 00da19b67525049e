//! A small shop with sign-up and sign-in, on the board: what it emits stands in `events.rs`, what
//! is measured of that in `pulseboard.toml`, how it is shown in `dashboard.json`, and how to run it
//! in `README.md`.
//!
//! It makes no traffic of its own unless `--visitors` asks for it.

mod accounts;
mod arguments;
mod events;
mod html;
mod pages;
mod passwords;
mod sessions;
#[cfg(test)]
mod tests;
mod visitors;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use telemetry::otlp::OtlpReporter;
use tokio::net::TcpListener;

use accounts::Accounts;
use arguments::Arguments;
use pages::Shop;
use sessions::Sessions;

/// Most accounts.
const MOST_ACCOUNTS: u32 = 10_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read()?;
    if arguments.contract {
        print!("{}", events::json()?);
        return Ok(());
    }
    // From here on, what comes beside the contract is counted.
    telemetry::global().declare(&events::contract()?)?;

    // The same list that the server reads, so that both mean the same by a name.
    let metrics = telemetry::metrics_from_toml(include_str!("pulseboard.toml"))?;
    let reporter = OtlpReporter::new(arguments.pulseboard.as_str())
        .token(std::env::var("PULSEBOARD_TOKEN").map_err(|_| "set PULSEBOARD_TOKEN")?)
        .resource("service.name", "shop")
        .every(Duration::from_secs(1))
        .start(telemetry::global(), metrics)?;

    let shop = Arc::new(Shop {
        accounts: Accounts::open(MOST_ACCOUNTS).await?,
        sessions: Sessions::default(),
    });
    let listener = TcpListener::bind(&arguments.addr).await?;
    let address = listener.local_addr()?;
    println!("The shop is open at http://{address}");
    let server = axum::serve(listener, pages::router(shop)?).into_future();
    tokio::select! {
        ended = server => ended?,
        _ = tokio::signal::ctrl_c() => {}
        () = visitors::come(address, arguments.visitors, arguments.duration) => {}
    }

    // Blocks for as long as the last points need, a few seconds at most.
    let stats = tokio::task::spawn_blocking(|| reporter.shutdown(Duration::from_secs(5))).await?;
    println!("The shop is closed; points: {stats:?}");
    for (event, count) in telemetry::global().undeclared() {
        eprintln!("{event} was emitted {count} times, and is not declared in events.rs");
    }
    Ok(())
}
