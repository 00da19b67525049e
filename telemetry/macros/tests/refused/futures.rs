use std::future::Future;
use std::pin::Pin;

use telemetry::measured;

#[measured]
fn later() -> impl Future<Output = u8> {
    async { 1 }
}

#[measured]
fn boxed() -> Pin<Box<dyn Future<Output = u8> + Send>> {
    Box::pin(async { 1 })
}

fn main() {}
