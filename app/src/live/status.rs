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
    /// There is no connection for a stream, so the server is asked every second.
    Polling,
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
            Status::Polling => "Polling",
            Status::Stale => "Stale",
            Status::Reconnecting => "Reconnecting",
        }
    }

    /// For style sheets and tests.
    pub fn name(self) -> &'static str {
        match self {
            Status::Connecting => "connecting",
            Status::Live => "live",
            Status::Polling => "polling",
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

/// What the header says about the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// How the page stands to the server.
    pub status: Status,
    /// Seconds since the connection was made; 0 without one.
    pub connected_s: u64,
    /// Age of what is shown, in seconds, while it is stale; else 0.
    pub age_s: u64,
}

/// Follows the streams of a page: when the open one connected, and when something arrived last.
#[derive(Clone, Debug)]
pub struct Monitor {
    status: Status,
    connected_ms: Option<f64>,
    arrived_ms: f64,
    has_messages: bool,
    is_polling: bool,
}

impl Monitor {
    /// Nothing arrived yet at `now_ms`, and the page shows this status.
    pub fn new(status: Status, now_ms: f64) -> Monitor {
        Monitor {
            status,
            connected_ms: None,
            arrived_ms: now_ms,
            has_messages: false,
            is_polling: false,
        }
    }

    /// From now on the server is asked every second, or a stream is followed again.
    pub fn set_polling(&mut self, is_polling: bool) {
        self.is_polling = is_polling;
    }

    /// Another stream is opened. What arrived last on the one before stays that old.
    pub fn opening(&mut self) {
        self.connected_ms = None;
        self.has_messages = false;
    }

    /// A message arrived.
    pub fn arrived(&mut self, now_ms: f64) {
        self.arrived_ms = now_ms;
        self.has_messages = true;
    }

    /// Whether any message arrived on this stream.
    pub fn has_messages(&self) -> bool {
        self.has_messages
    }

    /// The state of things at `now_ms`, while the browser calls the stream `open` or not. A stream
    /// on which nothing arrived yet is not connected.
    pub fn report(&mut self, open: bool, now_ms: f64) -> Report {
        let silent_ms = now_ms - self.arrived_ms;
        self.status = judge(self.status, open && self.has_messages, silent_ms);
        let since_ms = match self.status {
            Status::Live | Status::Polling | Status::Stale => {
                *self.connected_ms.get_or_insert(now_ms)
            }
            Status::Connecting | Status::Reconnecting => {
                self.connected_ms = None;
                now_ms
            }
        };
        let is_stale = !matches!(self.status, Status::Live | Status::Connecting);
        let status = match (self.status, self.is_polling) {
            (Status::Live, true) => Status::Polling,
            (status, _) => status,
        };
        Report {
            status,
            connected_s: ((now_ms - since_ms) / 1000.0) as u64,
            age_s: if is_stale {
                (silent_ms / 1000.0) as u64
            } else {
                0
            },
        }
    }
}

/// `740 s` as people say it: `12m 20s`, with hours from the first on, without from the second day. What
/// is counted has two digits, so that it does not change its width.
pub fn duration(seconds: u64) -> String {
    let (d, h, m, s) = (
        seconds / 86_400,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60,
    );
    match (d, h) {
        (0, 0) => format!("{m}m {s:02}s"),
        (0, _) => format!("{h}h {m:02}m"),
        _ => format!("{d}d {h:02}h"),
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
    fn a_connection_from_its_first_message_to_its_second() {
        let mut monitor = Monitor::new(Status::Connecting, 1_000.0);
        let mut check = |message: bool, open: bool, now_ms: f64, status, connected_s, age_s| {
            if message {
                monitor.arrived(now_ms);
            }
            let want = Report {
                status,
                connected_s,
                age_s,
            };
            assert_eq!(monitor.report(open, now_ms), want, "at {now_ms}");
        };
        check(false, false, 1_500.0, Status::Connecting, 0, 0);
        // Open, and the hello has not arrived.
        check(false, true, 9_000.0, Status::Connecting, 0, 0);
        check(true, true, 10_000.0, Status::Live, 0, 0);
        check(true, true, 70_000.0, Status::Live, 60, 0);
        check(false, true, 73_500.0, Status::Live, 63, 0);
        check(false, true, 73_600.0, Status::Stale, 63, 3);
        check(false, false, 80_000.0, Status::Reconnecting, 0, 10);
        check(false, true, 81_000.0, Status::Stale, 0, 11);
        check(true, true, 82_000.0, Status::Live, 1, 0);
    }

    #[test]
    fn data_stays_as_old_as_it_is_over_several_attempts() {
        let mut monitor = Monitor::new(Status::Connecting, 0.0);
        monitor.arrived(1_000.0);
        assert_eq!(monitor.report(true, 1_000.0).status, Status::Live);
        for now_ms in [10_000.0, 40_000.0] {
            monitor.opening();
            let report = monitor.report(true, now_ms);
            assert!(!monitor.has_messages());
            assert_eq!(report.status, Status::Reconnecting, "at {now_ms}");
            assert_eq!(report.age_s as f64, now_ms / 1000.0 - 1.0);
        }
    }

    #[test]
    fn every_status_has_a_word_and_a_name() {
        let all = [
            Status::Connecting,
            Status::Live,
            Status::Polling,
            Status::Stale,
            Status::Reconnecting,
        ];
        for status in all {
            assert_eq!(status.word().to_lowercase(), status.name());
        }
        assert_eq!(Status::default(), Status::Connecting);
    }

    #[test]
    fn durations() {
        for (s, want) in [
            (0, "0m 00s"),
            (9, "0m 09s"),
            (10, "0m 10s"),
            (760, "12m 40s"),
            (3661, "1h 01m"),
            (90_000, "1d 01h"),
        ] {
            assert_eq!(duration(s), want);
        }
    }
}
