//! One end of a time that a filter takes: as the fields of dashboards read it, as a parameter of a
//! request.
//!
//! Invariant: what is written relative to now stays so, and means the same when it is sent again.

use charts::civil::Civil;
use protocol::QueryTime;

use super::written::{self, Written};
use crate::view::Zone;

/// A day less a second: what a day's last second is after its first.
const LAST_SECOND_MS: f64 = 86_399_000.0;

/// What a field accepts, in a few words.
pub const HINT: &str = written::ACCEPTED;

/// The time that a text means at `now_ms`; none for an empty one.
///
/// # Errors
/// Says what is accepted.
pub fn bound(
    text: &str,
    is_end: bool,
    now_ms: f64,
    zone: &Zone,
) -> Result<Option<QueryTime>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let read = written::read(text, &zone.civil(now_ms))?;
    let at_ms = match read {
        // The end of a time that ends now: what comes is in it.
        Written::Before(0.0) if is_end => return Ok(None),
        Written::Before(ms) if ms > 0.0 && ms <= f64::from(u32::MAX) => {
            return Ok(Some(QueryTime::before_now(ms as u32)));
        }
        Written::Before(ms) => now_ms - ms,
        Written::At(civil) => zone.at(&civil),
        Written::Day(civil) if is_end => zone.at(&civil) + LAST_SECOND_MS,
        Written::Day(civil) => zone.at(&civil),
        Written::Clock(civil) => last(&civil, now_ms, zone),
    };
    Ok(Some(QueryTime::at(at_ms as i64)))
}

/// The last time that clocks showed this time of day.
fn last(civil: &Civil, now_ms: f64, zone: &Zone) -> f64 {
    let today_ms = zone.at(civil);
    match today_ms > now_ms {
        true => zone.days_before(today_ms, 1),
        false => today_ms,
    }
}

/// Whether two bounds are the wrong way round.
pub fn is_reversed(from: Option<QueryTime>, to: Option<QueryTime>, now_ms: f64) -> bool {
    let at = |one: QueryTime| one.absolute(now_ms as i64);
    matches!((from.map(at), to.map(at)), (Some(from), Some(to)) if from > to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::fake::Fake;

    /// 2026-03-01 09:30:15 UTC.
    const NOW_MS: f64 = 1_772_357_415_000.0;

    #[test]
    fn a_filter_takes_times_as_dashboards_do() {
        let _fake = Fake::install();
        let day = |text: &str| Zone::Utc.at(&Civil::parse(text).expect("a time")) as i64;
        let at = |text: &str| Some(QueryTime::at(day(text)));
        let ago = |ms: u32| Some(QueryTime::before_now(ms));
        for (text, from, to) in [
            ("", None, None),
            ("now-10m", ago(600_000), ago(600_000)),
            ("-2h", ago(7_200_000), ago(7_200_000)),
            ("09:00", at("2026-03-01 09:00"), at("2026-03-01 09:00")),
            ("16:10", at("2026-02-28 16:10"), at("2026-02-28 16:10")),
            ("yesterday", at("2026-02-28"), at("2026-02-28 23:59:59")),
            (
                "2026-02-03 4:05",
                at("2026-02-03 04:05"),
                at("2026-02-03 04:05"),
            ),
            ("now", Some(QueryTime::at(NOW_MS as i64)), None),
            ("-90d", at("2025-12-01 09:30:15"), at("2025-12-01 09:30:15")),
        ] {
            assert_eq!(bound(text, false, NOW_MS, &Zone::Utc), Ok(from), "{text}");
            assert_eq!(bound(text, true, NOW_MS, &Zone::Utc), Ok(to), "{text}");
        }
        let wrong = bound("soon", false, NOW_MS, &Zone::Utc).expect_err("no time");
        assert!(wrong.contains(HINT), "{wrong}");
        let (hour, day) = (ago(3_600_000), at("2026-02-28"));
        assert!(is_reversed(hour, day, NOW_MS) && !is_reversed(day, hour, NOW_MS));
        assert!(!is_reversed(hour, None, NOW_MS));
    }
}
