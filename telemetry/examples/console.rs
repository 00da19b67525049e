//! Prints what a program emits and what its metrics make of it:
//!
//! ```sh
//! cargo run -p telemetry --example console --features console
//! ```

use std::error::Error;
use std::sync::Arc;

use telemetry::reporter::{self, Console};
use telemetry::{Match, Metric, MetricList, Unit, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let metrics = MetricList::new(vec![
        Metric::count_events("http.request.stop").tag_with("class", |event| {
            let Value::Int(status) = event.meta("status")? else {
                return None;
            };
            Some(format!("{}xx", status / 100).into())
        }),
        Metric::summary("http.request.stop.duration")
            .tags(["route"])
            .unit_from(Unit::Second, Unit::Millisecond)
            .drop(Match::new().key("route", ["/health*"])),
        Metric::sum("http.request.stop.bytes").unit(Unit::Byte),
    ])?;
    let console = Arc::new(Console::new(Arc::new(metrics)));
    let _running = reporter::start(telemetry::global(), console)?;

    for (route, status, duration) in [
        ("/", 200, 0.0125),
        ("/orders", 201, 0.25),
        ("/missing", 404, 0.001),
        ("/health", 200, 0.0005),
    ] {
        telemetry::execute(
            "http.request.stop",
            &[("duration", duration)],
            &[("route", route.into()), ("status", status.into())],
        );
    }
    Ok(())
}
