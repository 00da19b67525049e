//! What part of time the page shows, and how times are written: all of it fits into the address,
//! so that a view can be sent to somebody. Pure: the time of now is passed in.

/// Narrowest span in ms that a zoom reaches.
pub const NARROWEST_MS: i64 = 1_000;
/// Widest span in ms: what the picker offers and a bit, so that a zoom out has an end.
pub const WIDEST_MS: i64 = 31 * 86_400_000;
/// Seconds that charts show unless a person chose otherwise.
pub const RANGE_S: u32 = 300;

/// The part of time that charts show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The newest so many seconds, going on.
    Live {
        /// Seconds.
        span_s: u32,
    },
    /// Standing still.
    Fixed {
        /// Start, in ms since the epoch.
        from_ms: i64,
        /// End, in ms since the epoch; after the start.
        to_ms: i64,
    },
}

/// Which earlier time is drawn behind the one that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// The span right before.
    Before,
    /// The same hours a day earlier.
    Day,
    /// The same hours a week earlier.
    Week,
}

/// In which zone times are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// The browser's.
    #[default]
    Local,
    /// Coordinated universal time.
    Utc,
    /// A name of the zone database, such as `Europe/Vienna`.
    Named(String),
}

/// What the address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The part of time.
    pub window: Window,
    /// What it is compared with.
    pub compare: Option<Compare>,
    /// How times are written.
    pub zone: Zone,
}

impl View {
    /// The newest `span_s` seconds.
    pub fn live(span_s: u32) -> View {
        View {
            window: Window::Live { span_s },
            compare: None,
            zone: Zone::Local,
        }
    }

    /// Reads the parameters of an address over what a person would see without any; what makes no
    /// sense is as if it were not there. `from` and `to` are ms since the epoch, `range` is
    /// seconds, `compare` one of `before`, `day`, `week`, `zone` is `utc` or a name.
    pub fn read<'a>(mut self, parameters: impl Iterator<Item = (&'a str, &'a str)>) -> View {
        let (mut from, mut to) = (None, None);
        for (key, value) in parameters {
            match key {
                "from" => from = value.parse::<i64>().ok(),
                "to" => to = value.parse::<i64>().ok(),
                "range" => {
                    if let Some(span_s) = value.parse().ok().filter(|s| is_span(*s)) {
                        self.window = Window::Live { span_s };
                    }
                }
                "compare" => self.compare = Compare::parse(value),
                "zone" => self.zone = Zone::parse(value),
                _ => {}
            }
        }
        if let (Some(from_ms), Some(to_ms)) = (from, to)
            && from_ms >= 0
            && (NARROWEST_MS..=WIDEST_MS).contains(&to_ms.saturating_sub(from_ms))
        {
            self.window = Window::Fixed { from_ms, to_ms };
        }
        self
    }

    /// The parameters for the address, without a question mark: everything, whatever is usual for
    /// who reads it. Only the browser's own zone is not told, unless another is `usual`.
    pub fn query(&self, usual: &View) -> String {
        let mut parts = Vec::new();
        match self.window {
            Window::Fixed { from_ms, to_ms } => {
                parts.push(format!("from={from_ms}&to={to_ms}"));
            }
            Window::Live { span_s } => parts.push(format!("range={span_s}")),
        }
        if let Some(compare) = self.compare {
            parts.push(format!("compare={}", compare.name()));
        }
        if self.zone != Zone::Local || usual.zone != Zone::Local {
            // A plus is a space in an address.
            parts.push(format!("zone={}", self.zone.name().replace('+', "%2B")));
        }
        parts.join("&")
    }

    /// Whether it stands still.
    pub fn is_fixed(&self) -> bool {
        matches!(self.window, Window::Fixed { .. })
    }

    /// How much time it shows, in ms.
    pub fn span_ms(&self) -> i64 {
        match self.window {
            Window::Live { span_s } => i64::from(span_s) * 1000,
            Window::Fixed { from_ms, to_ms } => to_ms - from_ms,
        }
    }

    /// How much earlier the compared time is, in ms, when `end_ms` is where the charts end; none
    /// without one. A day earlier is the same hour on the clocks of the zone, `days_before` a time;
    /// where they change within the time shown, most of it is of the same hours.
    pub fn compare_ms(&self, end_ms: i64, days_before: impl Fn(f64, i64) -> f64) -> Option<i64> {
        let middle = end_ms as f64 - self.span_ms() as f64 / 2.0;
        let days = |days| (middle - days_before(middle, days)).round() as i64;
        self.compare.map(|compare| match compare {
            Compare::Before => self.span_ms(),
            Compare::Day => days(1),
            Compare::Week => days(7),
        })
    }

    /// The same, standing still from `from_ms` to `to_ms`, held within what can be shown: not
    /// after `now_ms`, neither narrower nor wider than a zoom reaches.
    pub fn fixed(&self, from_ms: f64, to_ms: f64, now_ms: i64) -> View {
        let (from, to) = (from_ms.min(to_ms), from_ms.max(to_ms));
        let span = (to - from).clamp(NARROWEST_MS as f64, WIDEST_MS as f64);
        let middle = (from + to) / 2.0;
        let span_ms = span.round() as i64;
        let to_ms = ((middle + span / 2.0).round() as i64)
            .min(now_ms)
            .max(span_ms);
        let from_ms = to_ms - span_ms;
        View {
            window: Window::Fixed { from_ms, to_ms },
            ..self.clone()
        }
    }

    /// Zoomed by `factor` (less than one shows less time) so that `about_ms` stays where it is;
    /// `end_ms` is where the charts end now.
    pub fn zoomed(&self, about_ms: f64, factor: f64, end_ms: i64, now_ms: i64) -> View {
        let to = end_ms as f64;
        let from = to - self.span_ms() as f64;
        let narrowest = NARROWEST_MS as f64 / (to - from);
        let factor = factor.clamp(narrowest, WIDEST_MS as f64 / (to - from));
        let place = |t: f64| about_ms + (t - about_ms) * factor;
        self.fixed(place(from), place(to), now_ms)
    }

    /// Moved by `by_ms`, later for positive numbers.
    pub fn panned(&self, by_ms: f64, end_ms: i64, now_ms: i64) -> View {
        let span = self.span_ms() as f64;
        let to = (end_ms as f64 + by_ms).min(now_ms as f64).max(span);
        self.fixed(to - span, to, now_ms)
    }
}

impl Compare {
    /// Its word in an address.
    pub fn name(self) -> &'static str {
        match self {
            Compare::Before => "before",
            Compare::Day => "day",
            Compare::Week => "week",
        }
    }

    /// Of its word; none for others.
    pub fn parse(word: &str) -> Option<Compare> {
        [Compare::Before, Compare::Day, Compare::Week]
            .into_iter()
            .find(|compare| compare.name() == word)
    }
}

impl Zone {
    /// Its word in an address.
    pub fn name(&self) -> &str {
        match self {
            Zone::Local => "local",
            Zone::Utc => "utc",
            Zone::Named(name) => name,
        }
    }

    /// Of its word; a name that cannot be one is the browser's zone.
    pub fn parse(word: &str) -> Zone {
        let letter = |b: u8| b.is_ascii_alphanumeric() || b"/_+-".contains(&b);
        match word {
            "utc" | "UTC" => Zone::Utc,
            "local" | "" => Zone::Local,
            name if name.len() <= 64 && name.bytes().all(letter) => Zone::Named(name.to_string()),
            _ => Zone::Local,
        }
    }
}

fn is_span(seconds: u32) -> bool {
    (NARROWEST_MS..=WIDEST_MS).contains(&(i64::from(seconds) * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_176_330_000;

    fn read(query: &str) -> View {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        View::live(300).read(pairs)
    }

    #[test]
    fn an_address_says_all_of_it() {
        for query in [
            "range=300",
            "range=60",
            "from=1000&to=61000",
            "range=300&compare=week",
            "range=604800&compare=before&zone=utc",
            "from=1000&to=61000&zone=Europe/Vienna",
        ] {
            assert_eq!(read(query).query(&View::live(300)), query);
        }
    }

    #[test]
    fn what_makes_no_sense_is_not_there() {
        for query in [
            "range=0",
            "range=x",
            "range=99999999999",
            "from=5&to=4",
            "from=-5000&to=4000",
            "from=1000",
            "from=0&to=9223372036854775807",
            "compare=year",
            "zone=<b>",
            "other=1",
        ] {
            assert_eq!(read(query), View::live(300), "{query}");
        }
    }

    #[test]
    fn zooms_about_a_time_and_within_bounds() {
        let check = |about: f64, factor: f64, from: i64, to: i64| {
            let view = View::live(300).zoomed(about, factor, NOW, NOW);
            assert_eq!(
                view.window,
                Window::Fixed {
                    from_ms: from,
                    to_ms: to
                },
                "{about} {factor}"
            );
        };
        check(NOW as f64, 0.5, NOW - 150_000, NOW);
        check((NOW - 300_000) as f64, 0.5, NOW - 300_000, NOW - 150_000);
        // Out: nothing is shown that has not happened yet.
        check((NOW - 150_000) as f64, 2.0, NOW - 600_000, NOW);
        check(NOW as f64, 0.0, NOW - NARROWEST_MS, NOW);
        check(NOW as f64, 1e9, NOW - WIDEST_MS, NOW);
    }

    #[test]
    fn pans_up_to_now() {
        let check = |by: f64, to: i64| {
            let view = View::live(300).panned(by, NOW, NOW);
            assert_eq!(
                view.window,
                Window::Fixed {
                    from_ms: to - 300_000,
                    to_ms: to
                },
                "{by}"
            );
        };
        check(-60_000.0, NOW - 60_000);
        check(60_000.0, NOW);
        assert_eq!(
            View::live(300)
                .panned(f64::NEG_INFINITY, NOW, NOW)
                .span_ms(),
            300_000
        );
    }

    #[test]
    fn drawn_backwards_is_the_same_span() {
        let view = View::live(300).fixed(9_000.0, 5_000.0, NOW);
        assert_eq!(
            view.window,
            Window::Fixed {
                from_ms: 5_000,
                to_ms: 9_000
            }
        );
    }
}
