//! The newest log records, for those who begin a stream or ask for a picture.
//!
//! Invariant: bounded, and what anybody can cause without an account takes a quarter at most, so
//! that it pushes nothing else out.

use std::collections::VecDeque;

use protocol::event::newest_records;

use super::event_log::LoggedEvent;

/// Log records with the flush that they came in, oldest first.
pub(super) struct RecentLog {
    records: VecDeque<(u64, LoggedEvent)>,
    max: usize,
    /// Grows whenever records come.
    changes: u64,
}

impl RecentLog {
    /// Keeps at most `max`.
    pub(super) fn new(max: usize) -> RecentLog {
        RecentLog {
            records: VecDeque::new(),
            max,
            changes: 0,
        }
    }

    /// Adds the records of a flush.
    pub(super) fn push(&mut self, seq: u64, records: &[LoggedEvent]) {
        self.changes += u64::from(!records.is_empty());
        let records = records.iter().map(|record| (seq, record.clone()));
        self.records.extend(records);
        newest_records(&mut self.records, self.max, |(_, one)| one.record.anonymous);
    }

    /// Grows whenever records come.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// The records with the flush that each came in, oldest first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &(u64, LoggedEvent)> {
        self.records.iter()
    }
}

#[cfg(test)]
mod tests {
    use protocol::{LogLevel, LogRecord};

    use super::*;

    #[test]
    fn requests_without_an_account_push_nothing_else_out() {
        let record = |t: i64, anonymous: bool| LoggedEvent {
            record: LogRecord {
                id: 0,
                t,
                level: LogLevel::Info,
                event: "a.b".into(),
                message: String::new(),
                source: String::new(),
                anonymous,
            },
            metrics: [].into(),
            tags: Vec::new(),
            fields: std::sync::Arc::default(),
        };
        let mut recent = RecentLog::new(8);
        let seen = |recent: &RecentLog| -> Vec<i64> {
            recent.iter().map(|(_, one)| one.record.t).collect()
        };
        recent.push(1, &[record(1, false), record(2, true), record(3, false)]);
        let flood: Vec<_> = (4..100).map(|t| record(t, true)).collect();
        recent.push(2, &flood);
        assert_eq!(seen(&recent), [1, 3, 98, 99]);
        let others: Vec<_> = (100..106).map(|t| record(t, false)).collect();
        recent.push(3, &others);
        let last: Vec<_> = [98, 99].into_iter().chain(100..106).collect();
        assert_eq!(seen(&recent), last);
    }
}
