use telemetry::measured;

#[measured(name = "Shop.checkout")]
fn upper_case() {}

#[measured(name = "")]
fn empty() {}

#[measured(name = "shop..checkout")]
fn empty_part() {}

#[measured(name = 5)]
fn number() {}

#[measured(meta(Region = 5))]
fn key() {}

fn main() {}
