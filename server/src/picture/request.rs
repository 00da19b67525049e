//! What a request for a picture asks for, from its parameters.

use std::ops::RangeInclusive;

use app::grid::size_px;
use app::view::{NARROWEST_MS, WIDEST_MS};
use protocol::query::Theme;
use protocol::{GridPlace, ParameterError, PictureParams};

/// The picture that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureRequest {
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

impl PictureRequest {
    /// What the parameters ask for at this time; an error when the time is too short or too long.
    pub fn new(params: &PictureParams, now_ms: i64) -> Result<PictureRequest, ParameterError> {
        let from_ms = params.from.absolute(now_ms);
        let to_ms = params
            .to
            .map_or(now_ms, |to| to.absolute(now_ms).min(now_ms));
        let span = to_ms.saturating_sub(from_ms);
        if !(NARROWEST_MS..=WIDEST_MS).contains(&span) {
            let message = "it must be a second to 31 days before `to`";
            return Err(ParameterError::new("from", message));
        }
        Ok(PictureRequest {
            from_ms,
            to_ms,
            size: (params.width, params.height),
            theme: params.theme,
            // A bare picture stands in a page whose zone the server does not know.
            ahead_min: params.zone.or((!params.bare).then_some(0)),
            bare: params.bare,
        })
    }

    /// The size in pixels for a widget that stands there.
    pub fn size(&self, place: &GridPlace) -> (u32, u32) {
        let wide = size_px(place.w.max(1), place.h.max(1));
        let held = |px: u32, range: &RangeInclusive<u32>| px.clamp(*range.start(), *range.end());
        let (width, height) = self.size;
        (
            width.unwrap_or_else(|| held(wide.0, &PictureParams::WIDTHS)),
            height.unwrap_or_else(|| held(wide.1, &PictureParams::HEIGHTS)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_176_330_000;

    fn read(query: &str) -> Result<PictureRequest, String> {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let pairs: Vec<_> = pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let params = PictureParams::parse(&pairs);
        let request = params.and_then(|params| PictureRequest::new(&params, NOW));
        request.map_err(|error| error.parameter)
    }

    #[test]
    fn times_and_zones() {
        let check = |query: &str, from_ms: i64, to_ms: i64, ahead_min: Option<i32>| {
            let request = read(query).expect(query);
            assert_eq!(
                (request.from_ms, request.to_ms, request.ahead_min),
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
