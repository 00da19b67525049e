use telemetry::measured;

#[measured(nme = "shop.checkout")]
fn unknown() {}

#[measured(name = "a", meta(), name = "b")]
fn twice() {}

#[measured(fallible, infallible)]
fn both() -> Result<(), String> {
    Ok(())
}

#[measured(err = Text)]
fn no_such_text() -> Result<(), String> {
    Ok(())
}

#[measured(err = Debug)]
fn no_error() -> u8 {
    1
}

#[measured(fallible)]
fn nothing() {}

fn main() {}
