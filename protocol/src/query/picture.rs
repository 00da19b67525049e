//! Parameters of `GET /api/widgets/{dashboard}/{widget}.svg`.

use std::ops::RangeInclusive;

use super::{ParameterError, QueryTime, QueryWriter, VariableParams, flag, unknown, within};
use crate::paths;

/// Colours of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Those of the light theme.
    Light,
    /// Those of the dark theme.
    Dark,
    /// Both; the reader's preference selects one.
    #[default]
    Auto,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Theme; 3] = [Theme::Light, Theme::Dark, Theme::Auto];

    const fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::Auto => "auto",
        }
    }
}

/// What a picture of a widget shows, and how large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureParams {
    /// Start; without it five minutes before now.
    pub from: QueryTime,
    /// End; without it now.
    pub to: Option<QueryTime>,
    /// In pixels, in [`PictureParams::WIDTHS`]; without it as on a wide page.
    pub width: Option<u32>,
    /// In pixels, in [`PictureParams::HEIGHTS`]; without it as on a wide page.
    pub height: Option<u32>,
    /// Colours.
    pub theme: Theme,
    /// Minutes ahead of UTC, in [`PictureParams::ZONES`]; 0 is written as `utc`. Without it a
    /// whole picture is in UTC, and a bare one has no times.
    pub zone: Option<i32>,
    /// The chart alone, without title and legend: a placeholder of a page.
    pub bare: bool,
    /// What is chosen of the dashboard's variables; the person's last choice for the others.
    pub variables: VariableParams,
}

impl Default for PictureParams {
    fn default() -> Self {
        PictureParams {
            from: QueryTime::before_now(300_000),
            to: None,
            width: None,
            height: None,
            theme: Theme::default(),
            zone: None,
            bare: false,
            variables: VariableParams::default(),
        }
    }
}

impl PictureParams {
    /// Bounds of the width in pixels.
    pub const WIDTHS: RangeInclusive<u32> = 100..=2_000;
    /// Bounds of the height in pixels.
    pub const HEIGHTS: RangeInclusive<u32> = 60..=1_200;
    /// Bounds of the zone in minutes: no clock is further from UTC than 14 hours.
    pub const ZONES: RangeInclusive<i32> = -840..=840;

    /// Reads decoded pairs; of a parameter that is there twice, the last counts.
    pub fn parse(pairs: &[(String, String)]) -> Result<PictureParams, ParameterError> {
        let mut read = PictureParams::default();
        for (key, value) in pairs {
            match key.as_str() {
                "from" => read.from = QueryTime::read(key, value)?,
                "to" => read.to = Some(QueryTime::read(key, value)?),
                "width" => read.width = Some(within(key, value, &Self::WIDTHS, " pixels")?),
                "height" => read.height = Some(within(key, value, &Self::HEIGHTS, " pixels")?),
                "theme" => read.theme = theme(key, value)?,
                "zone" => read.zone = Some(zone(key, value)?),
                "bare" => read.bare = flag(key, value)?,
                _ if read.variables.take(key, value)? => {}
                _ => {
                    let known = "from, to, width, height, theme, zone, bare and var-NAME";
                    return unknown(key, known);
                }
            }
        }
        Ok(read)
    }

    /// The address of a picture with these parameters.
    pub fn address(&self, dashboard: &str, widget: &str) -> String {
        let mut query = QueryWriter::new(&paths::widget_picture(dashboard, widget));
        if self.bare {
            query.push("bare", 1);
        }
        query.push("from", self.from);
        query.push_some("to", self.to);
        match self.zone {
            Some(0) => query.push("zone", "utc"),
            zone => query.push_some("zone", zone),
        }
        if self.theme != Theme::default() {
            query.push("theme", self.theme.name());
        }
        self.variables.write(&mut query);
        query.push_some("width", self.width);
        query.push_some("height", self.height);
        query.finish()
    }
}

fn theme(key: &str, value: &str) -> Result<Theme, ParameterError> {
    let found = Theme::ALL.into_iter().find(|theme| theme.name() == value);
    found.ok_or_else(|| ParameterError::new(key, "it takes light, dark or auto"))
}

fn zone(key: &str, value: &str) -> Result<i32, ParameterError> {
    let minutes = match value {
        "utc" => Some(0),
        _ => value.parse().ok(),
    };
    let possible = minutes.filter(|minutes| PictureParams::ZONES.contains(minutes));
    possible.ok_or_else(|| {
        ParameterError::new(key, "it takes utc, or minutes ahead of it from -840 to 840")
    })
}
