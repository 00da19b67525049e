use telemetry::measured;

#[measured(meta(regio))]
fn no_such_argument(region: &str, cart: &[u8]) {}

#[measured(meta(region))]
fn no_arguments() {}

#[measured(meta(region, region = 5))]
fn twice(region: &str) {}

#[measured(meta(kind))]
fn taken(kind: &str) {}

fn main() {}
