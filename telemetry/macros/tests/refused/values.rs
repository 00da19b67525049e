use std::time::Duration;

use telemetry::measured;

#[measured(name = "wait", meta(patience))]
fn no_value(patience: Duration) {}

#[measured(name = "wait", meta(%patience))]
fn no_text(patience: Duration) {}

fn main() {}
