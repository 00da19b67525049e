//! What the page shows, as its address says. Invariant: every number is within its bounds,
//! whatever stands there.

use std::fmt;

use crate::live::Resolution;

/// How many charts of what, and how often they move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setup {
    /// Charts, 1 to 64.
    pub charts: u32,
    /// Points of a series over the width of a chart, 2 to 100,000.
    pub points: u32,
    /// Series of a chart, 1 to 24.
    pub series: u32,
    /// Points a second, a divisor of 1,000 up to 10; with 0 a point is a second, all of them are
    /// there at once, and nothing moves.
    pub hz: u32,
    /// Width of lines in device pixels, 0.5 to 8.
    pub line: f64,
    /// Width of a chart in CSS pixels, axes included, 100 to 4,000.
    pub width: u32,
    /// Height of a chart in CSS pixels, axes included, 100 to 4,000.
    pub height: u32,
}

impl Default for Setup {
    fn default() -> Self {
        Setup {
            charts: 20,
            points: 600,
            series: 3,
            hz: 10,
            line: 1.0,
            width: 400,
            height: 200,
        }
    }
}

impl Setup {
    /// Reads the query of an address. What is not there or not a number is as by default.
    pub fn read(query: &str) -> Self {
        let mut setup = Setup::default();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        for (key, value) in pairs {
            let Ok(value) = value.parse::<f64>() else {
                continue;
            };
            let within = |low: u32, high: u32| value.clamp(low.into(), high.into()) as u32;
            match key {
                "charts" => setup.charts = within(1, 64),
                "points" => setup.points = within(2, 100_000),
                "series" => setup.series = within(1, 24),
                "hz" => setup.hz = even(within(0, 10)),
                "line" => {
                    setup.line = if value.is_nan() {
                        1.0
                    } else {
                        value.clamp(0.5, 8.0)
                    }
                }
                "width" => setup.width = within(100, 4_000),
                "height" => setup.height = within(100, 4_000),
                _ => {}
            }
        }
        setup
    }

    /// Milliseconds from one point to the next.
    pub fn step_ms(&self) -> i64 {
        1000 / i64::from(self.hz.max(1))
    }

    /// The time that a chart shows, in whole seconds.
    pub fn range_s(&self) -> u32 {
        self.points.div_ceil(self.hz.max(1))
    }

    /// All points are kept, as frames when there are several in a second.
    pub fn resolution(&self) -> Resolution {
        let frames = if self.hz > 1 { self.points + 1 } else { 0 };
        Resolution {
            step_ms: 1000,
            steps: self.range_s() as usize + 1,
            frames: frames as usize,
        }
    }
}

/// The nearest lower rate of which a second is a whole number of steps.
fn even(hz: u32) -> u32 {
    (1..=hz).rev().find(|hz| 1000 % hz == 0).unwrap_or(0)
}

/// As [`Setup::read`] reads it.
impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Setup {
            charts,
            points,
            series,
            hz,
            line,
            width,
            height,
        } = self;
        write!(
            f,
            "charts={charts}&points={points}&series={series}&hz={hz}&line={line}\
             &width={width}&height={height}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let check = |query: &str, expect: Setup| {
            let read = Setup::read(query);
            assert_eq!(read, expect, "{query}");
            assert_eq!(Setup::read(&read.to_string()), read, "{query}");
        };
        let usual = Setup::default();
        check("", usual);
        check("charts", usual);
        check("charts=many&x=3&=&points=600", usual);
        check(
            "charts=1&series=3&points=55550&hz=0",
            Setup {
                charts: 1,
                points: 55_550,
                hz: 0,
                ..usual
            },
        );
        check(
            "hz=7&line=1.5&width=1200",
            Setup {
                hz: 5,
                line: 1.5,
                width: 1_200,
                ..usual
            },
        );
        check(
            "charts=-1&points=1e9&series=0&line=inf&height=0",
            Setup {
                charts: 1,
                points: 100_000,
                series: 1,
                line: 8.0,
                height: 100,
                ..usual
            },
        );
        check("line=NaN&charts=NaN", Setup { charts: 0, ..usual });
    }

    #[test]
    fn ranges() {
        let check = |query: &str, step_ms: i64, range_s: u32| {
            let setup = Setup::read(query);
            assert_eq!(
                (setup.step_ms(), setup.range_s()),
                (step_ms, range_s),
                "{query}"
            );
        };
        check("", 100, 60);
        check("points=3600", 100, 360);
        check("points=55550&hz=0", 1000, 55_550);
        check("points=3&hz=2", 500, 2);
    }
}
