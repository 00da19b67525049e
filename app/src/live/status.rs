//! Whether what the page shows is live, and since when. Pure: time is passed in.

/// Silence after which live data is stale: the server sends a frame at least once a second.
pub const STALE_AFTER_MS: f64 = 3500.0;

/// How the page stands to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Not connected yet since the page was opened.
    #[default]
    Connecting,
    /// Frames arrive.
    Live,
    /// The connection is open and nothing arrives.
    Stale,
    /// The connection was lost; it is being tried again.
    Reconnecting,
}

impl Status {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Status::Connecting => "Connecting",
            Status::Live => "Live",
            Status::Stale => "Stale",
            Status::Reconnecting => "Reconnecting",
        }
    }

    /// For style sheets and tests.
    pub fn name(self) -> &'static str {
        match self {
            Status::Connecting => "connecting",
            Status::Live => "live",
            Status::Stale => "stale",
            Status::Reconnecting => "reconnecting",
        }
    }
}

/// The status of a connection that is `open` or not, whose last frame came `silent_ms` ago.
pub fn judge(before: Status, open: bool, silent_ms: f64) -> Status {
    match (open, before) {
        (false, Status::Connecting) => Status::Connecting,
        (false, _) => Status::Reconnecting,
        (true, _) if silent_ms > STALE_AFTER_MS => Status::Stale,
        (true, _) => Status::Live,
    }
}

/// `740 s` as people say it: `12m 20s`, with hours from the first on, without from the second day.
pub fn duration(seconds: u64) -> String {
    let (d, h, m, s) = (
        seconds / 86_400,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60,
    );
    match (d, h) {
        (0, 0) => format!("{m}m {s}s"),
        (0, _) => format!("{h}h {m}m"),
        _ => format!("{d}d {h}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judged() {
        for (before, open, silent, want) in [
            (Status::Connecting, false, 0.0, Status::Connecting),
            (Status::Connecting, true, 0.0, Status::Live),
            (Status::Live, true, 9e9, Status::Stale),
            (Status::Stale, true, 0.0, Status::Live),
            (Status::Live, false, 0.0, Status::Reconnecting),
            (Status::Reconnecting, true, 10.0, Status::Live),
        ] {
            assert_eq!(
                judge(before, open, silent),
                want,
                "{before:?} {open} {silent}"
            );
        }
    }

    #[test]
    fn durations() {
        for (s, want) in [
            (0, "0m 0s"),
            (760, "12m 40s"),
            (3661, "1h 1m"),
            (90_000, "1d 1h"),
        ] {
            assert_eq!(duration(s), want);
        }
    }
}
