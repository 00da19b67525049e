//! What a request for a picture asks for, read from its parameters.

use app::view::{NARROWEST_MS, WIDEST_MS};
use protocol::GridPlace;
use protocol::dashboard::COLUMNS;

/// Width of the whole grid, height of a row, and what is between, in pixels.
const GRID_PX: u32 = 1_400;
const ROW_PX: u32 = 36;
const GAP_PX: u32 = 12;
/// Sizes that pictures may have.
const WIDTHS: std::ops::RangeInclusive<u32> = 100..=2_000;
const HEIGHTS: std::ops::RangeInclusive<u32> = 60..=1_200;
/// What is shown unless somebody says otherwise, in ms.
const USUAL_MS: i64 = 300_000;
/// Furthest that clocks are from UTC, in minutes.
const FARTHEST_MIN: i32 = 14 * 60;

/// Which colours a picture has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Those of the light theme.
    Light,
    /// Those of the dark theme.
    Dark,
    /// Those that its reader prefers.
    #[default]
    Auto,
}

/// A question that makes sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Start, in ms since the epoch.
    pub from_ms: i64,
    /// End, in ms since the epoch; after the start, not after now.
    pub to_ms: i64,
    /// Width and height in pixels; each as the widget has it on a wide page, unless it was asked
    /// for.
    pub size: (Option<u32>, Option<u32>),
    /// Colours.
    pub theme: Theme,
    /// Minutes that times are ahead of UTC; none when no times are written.
    pub ahead_min: Option<i32>,
    /// Whether the chart alone is asked for.
    pub bare: bool,
}

/// A parameter that makes no sense.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {message}")]
pub struct AskError {
    parameter: String,
    message: String,
}

impl Ask {
    /// Reads the parameters of `GET /api/widgets/{dashboard}/{widget}.svg`. `from` and `to` are ms
    /// since the epoch, negative ones before now; without them it is the last five minutes.
    pub fn read(parameters: &[(String, String)], now_ms: i64) -> Result<Ask, AskError> {
        let mut ask = Ask {
            from_ms: now_ms - USUAL_MS,
            to_ms: now_ms,
            size: (None, None),
            theme: Theme::default(),
            ahead_min: None,
            bare: false,
        };
        let mut zone = None;
        for (key, value) in parameters {
            match key.as_str() {
                "from" => ask.from_ms = time(key, value, now_ms)?,
                "to" => ask.to_ms = time(key, value, now_ms)?.min(now_ms),
                "width" => ask.size.0 = Some(length(key, value, WIDTHS)?),
                "height" => ask.size.1 = Some(length(key, value, HEIGHTS)?),
                "theme" => {
                    ask.theme = match value.as_str() {
                        "light" => Theme::Light,
                        "dark" => Theme::Dark,
                        "auto" => Theme::Auto,
                        _ => return wrong(key, "it takes light, dark or auto"),
                    }
                }
                "zone" => zone = Some(ahead(key, value)?),
                "bare" => {
                    ask.bare = match value.as_str() {
                        "1" => true,
                        "0" => false,
                        _ => return wrong(key, "it takes 0 or 1"),
                    }
                }
                _ => {
                    let known = "unknown; there are from, to, width, height, theme, zone and bare";
                    return wrong(key, known);
                }
            }
        }
        let span = ask.to_ms.saturating_sub(ask.from_ms);
        if !(NARROWEST_MS..=WIDEST_MS).contains(&span) {
            return wrong("from", "it must be a second to 31 days before `to`");
        }
        // Where a bare picture stands for a moment, nobody knows the zone yet.
        ask.ahead_min = zone.or((!ask.bare).then_some(0));
        Ok(ask)
    }

    /// The size in pixels for a widget that stands there.
    pub fn size(&self, place: &GridPlace) -> (u32, u32) {
        let columns = u32::from(COLUMNS);
        let column = (GRID_PX - (columns - 1) * GAP_PX) / columns;
        let cells = |count: u16, px: u32| u32::from(count) * (px + GAP_PX) - GAP_PX;
        let held =
            |px: u32, range: std::ops::RangeInclusive<u32>| px.clamp(*range.start(), *range.end());
        let (width, height) = self.size;
        (
            width.unwrap_or_else(|| held(cells(place.w.max(1), column), WIDTHS)),
            height.unwrap_or_else(|| held(cells(place.h.max(1), ROW_PX), HEIGHTS)),
        )
    }
}

fn time(key: &str, value: &str, now_ms: i64) -> Result<i64, AskError> {
    match value.parse::<i64>() {
        Ok(t) if t < 0 => Ok(now_ms.saturating_add(t)),
        Ok(t) => Ok(t),
        Err(_) => wrong(key, "it is not a whole number"),
    }
}

fn length(key: &str, value: &str, range: std::ops::RangeInclusive<u32>) -> Result<u32, AskError> {
    let found = value.parse().ok().filter(|px| range.contains(px));
    found.map_or_else(
        || {
            wrong(
                key,
                &format!("it takes {} to {} pixels", range.start(), range.end()),
            )
        },
        Ok,
    )
}

fn ahead(key: &str, value: &str) -> Result<i32, AskError> {
    let minutes = match value {
        "utc" => Some(0),
        _ => value.parse().ok(),
    };
    let possible = minutes.filter(|minutes: &i32| (-FARTHEST_MIN..=FARTHEST_MIN).contains(minutes));
    possible.map_or_else(
        || wrong(key, "it takes utc, or minutes ahead of it from -840 to 840"),
        Ok,
    )
}

fn wrong<T>(parameter: &str, message: &str) -> Result<T, AskError> {
    Err(AskError {
        parameter: parameter.to_owned(),
        message: message.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_176_330_000;

    fn read(query: &str) -> Result<Ask, String> {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let pairs: Vec<_> = pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        Ask::read(&pairs, NOW).map_err(|error| error.parameter)
    }

    #[test]
    fn times_and_zones() {
        let check = |query: &str, from_ms: i64, to_ms: i64, ahead_min: Option<i32>| {
            let ask = read(query).expect(query);
            assert_eq!(
                (ask.from_ms, ask.to_ms, ask.ahead_min),
                (from_ms, to_ms, ahead_min),
                "{query}"
            );
        };
        check("", NOW - 300_000, NOW, Some(0));
        check("from=-60000&zone=-840", NOW - 60_000, NOW, Some(-840));
        check("from=5000&to=9000&zone=utc", 5_000, 9_000, Some(0));
        check(
            "from=-2000&to=-1000&zone=330",
            NOW - 2_000,
            NOW - 1_000,
            Some(330),
        );
        check("to=9999999999999", NOW - 300_000, NOW, Some(0));
        check("bare=1", NOW - 300_000, NOW, None);
        check("bare=1&zone=60", NOW - 300_000, NOW, Some(60));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (query, parameter) in [
            ("from=x", "from"),
            ("from=5&to=5", "from"),
            ("from=5&to=1004", "from"),
            ("from=9999999999999", "from"),
            ("from=-9223372036854775808", "from"),
            ("to=NaN", "to"),
            ("width=99", "width"),
            ("width=2001", "width"),
            ("width=-1", "width"),
            ("height=59", "height"),
            ("height=1e3", "height"),
            ("theme=red", "theme"),
            ("zone=841", "zone"),
            ("zone=Europe/Vienna", "zone"),
            ("bare=yes", "bare"),
            ("size=5", "size"),
        ] {
            assert_eq!(read(query).err().as_deref(), Some(parameter), "{query}");
        }
    }

    #[test]
    fn sizes_come_from_cells() {
        let check = |query: &str, (w, h): (u16, u16), size: (u32, u32)| {
            let place = GridPlace { x: 0, y: 0, w, h };
            assert_eq!(
                read(query).expect(query).size(&place),
                size,
                "{query} {w} {h}"
            );
        };
        check("", (12, 7), (1_392, 324));
        check("", (1, 1), (105, 60));
        check("", (12, 1_000), (1_392, 1_200));
        check("width=400&height=200", (12, 7), (400, 200));
        check("height=200", (6, 7), (690, 200));
    }
}
