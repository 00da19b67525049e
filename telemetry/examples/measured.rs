//! Functions that measure themselves, sync and async:
//!
//! ```sh
//! cargo run -p telemetry --features macros --example measured
//! ```

use std::thread::sleep;
use std::time::Duration;

use telemetry::{AttachError, measured};

#[measured(name = "shop.checkout", meta(region, items = cart.len()))]
async fn checkout(region: &str, cart: &[u32]) -> Result<u32, String> {
    let total = sum(cart);
    tokio::time::sleep(Duration::from_millis(20)).await;
    if total == 0 {
        return Err("nothing to pay".to_owned());
    }
    Ok(total)
}

#[measured(name = "shop.sum")]
fn sum(cart: &[u32]) -> u32 {
    sleep(Duration::from_millis(5));
    cart.iter().sum()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AttachError> {
    let ends = [
        "shop.checkout.stop",
        "shop.checkout.exception",
        "shop.sum.stop",
    ];
    telemetry::attach_many("print", &ends, |event| {
        let duration = event.measurement("duration").unwrap_or(f64::NAN);
        print!("{:24} {:5.1} ms", event.name, duration * 1000.0);
        for (key, value) in event.metadata {
            print!("  {key}={value}");
        }
        println!();
    })?;
    for (region, cart) in [("eu", &[3, 4][..]), ("us", &[1]), ("eu", &[])] {
        match checkout(region, cart).await {
            Ok(total) => println!("paid {total}"),
            Err(error) => println!("not paid: {error}"),
        }
    }
    Ok(())
}
