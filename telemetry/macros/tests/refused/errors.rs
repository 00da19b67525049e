use telemetry::measured;

struct Silent;

#[measured]
fn no_text() -> Result<u8, Silent> {
    Err(Silent)
}

#[measured]
async fn no_text_later() -> Result<u8, Silent> {
    Err(Silent)
}

#[measured(err = Debug)]
fn no_debug_text() -> Result<u8, Silent> {
    Err(Silent)
}

fn main() {}
