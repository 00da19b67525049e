use telemetry::measured;

#[measured]
struct Shop;

#[measured]
const fn constant() -> u8 {
    1
}

trait Greets {
    #[measured]
    fn greet(&self);
}

#[measured]
const LIMIT: u8 = 1;

fn main() {}
