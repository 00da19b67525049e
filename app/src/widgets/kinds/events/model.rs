//! Which events a widget lists. Pure.

use crate::widgets::options;
use protocol::{LogLevel, LogRecord, option_name};

/// Rows unless the widget says otherwise.
const ROWS: u32 = 100;

/// Options of an event list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Most rows.
    pub rows: usize,
    /// Events below this level are left out.
    pub lowest: LogLevel,
}

impl Options {
    /// As a document has them.
    pub fn of(options: &protocol::Options) -> Options {
        Options {
            rows: options::rows(options, ROWS),
            lowest: options.level(option_name::LEVEL).unwrap_or_default(),
        }
    }
}

/// Of `all`, newest first, those of a level from `lowest` on, and of a time from–to where one is shown.
pub fn shown(
    all: impl Iterator<Item = LogRecord>,
    lowest: LogLevel,
    time: Option<(i64, i64)>,
) -> Vec<LogRecord> {
    let is_within = |t: i64| time.is_none_or(|(from, to)| from < t && t <= to);
    all.filter(|one| one.level >= lowest && is_within(one.t))
        .collect()
}

/// How many of `now` came after those of `held`; both are newest first.
pub fn newer(held: &[LogRecord], now: &[LogRecord]) -> usize {
    match held.first() {
        None => now.len(),
        Some(first) => now.iter().position(|one| one == first).unwrap_or(now.len()),
    }
}

/// The name of a level, as logs have it.
pub fn name(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(t: i64, level: LogLevel) -> LogRecord {
        LogRecord {
            id: 0,
            t,
            level,
            event: "a.b".into(),
            message: String::new(),
            source: String::new(),
            anonymous: false,
        }
    }

    #[test]
    fn events_follow_the_time_shown() {
        let all = [9, 7, 5, 3].map(|t| record(t, LogLevel::Info));
        let check = |time: Option<(i64, i64)>, want: &[i64]| {
            let shown = shown(all.iter().cloned(), LogLevel::Info, time);
            let times: Vec<i64> = shown.iter().map(|one| one.t).collect();
            assert_eq!(times, want, "{time:?}");
        };
        check(None, &[9, 7, 5, 3]);
        check(Some((3, 7)), &[7, 5]);
        check(Some((9, 20)), &[]);
        let errors = shown(all.into_iter(), LogLevel::Error, None);
        assert!(errors.is_empty());
    }

    #[test]
    fn what_came_under_a_reader_is_counted() {
        let list = |times: &[i64]| -> Vec<LogRecord> {
            times.iter().map(|t| record(*t, LogLevel::Info)).collect()
        };
        let check = |held: &[i64], now: &[i64], want: usize| {
            assert_eq!(newer(&list(held), &list(now)), want, "{held:?} {now:?}");
        };
        check(&[3, 2], &[3, 2], 0);
        check(&[3, 2], &[5, 4, 3, 2], 2);
        // What was held is not kept any more.
        check(&[3, 2], &[9, 8, 7], 3);
        check(&[], &[1], 1);
        check(&[], &[], 0);
    }
}
