//! Which events a person looks for. Invariant: without words and from the lowest level on it keeps
//! everything.

use protocol::{LogLevel, LogRecord};

/// From which level on, and with which words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Events below are left out.
    pub level: LogLevel,
    words: String,
    /// In small letters.
    wanted: Vec<String>,
}

impl Filter {
    /// From this level on, whatever the words.
    pub fn new(level: LogLevel) -> Filter {
        Filter {
            level,
            words: String::new(),
            wanted: Vec::new(),
        }
    }

    /// The words as they were typed.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Looks for all of these words, in any order, as parts of others too, in large or small
    /// letters; `small` makes a text one of small letters.
    pub fn look_for(&mut self, words: &str, small: fn(&str) -> String) {
        self.words = words.to_owned();
        self.wanted = words.split_whitespace().map(small).collect();
    }

    /// Whether an event is one of those; `small` as before.
    pub fn keeps(&self, entry: &LogRecord, small: fn(&str) -> String) -> bool {
        if entry.level < self.level || self.wanted.is_empty() {
            return entry.level >= self.level;
        }
        let parts = [&entry.message, &entry.source, &entry.event];
        let parts = parts.map(|part| small(part));
        let has = |word: &String| parts.iter().any(|part| part.contains(&**word));
        self.wanted.iter().all(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept() {
        let check = |level: LogLevel, words: &str, want: [bool; 3]| {
            let mut filter = Filter::new(level);
            filter.look_for(words, str::to_lowercase);
            assert_eq!(filter.words(), words);
            let kept = [
                (
                    LogLevel::Info,
                    "http.request.stop",
                    "GET /api/me",
                    "/api/me",
                ),
                (LogLevel::Warn, "log.message", "Übung macht langsam", "shop"),
                (LogLevel::Error, "db.query.stop", "", ""),
            ]
            .map(|(level, event, message, source)| {
                let entry = LogRecord {
                    id: 0,
                    t: 0,
                    level,
                    event: event.into(),
                    message: message.into(),
                    source: source.into(),
                    anonymous: false,
                };
                filter.keeps(&entry, str::to_lowercase)
            });
            assert_eq!(kept, want, "{level:?} {words:?}");
        };
        check(LogLevel::Info, "", [true; 3]);
        check(LogLevel::Info, "  ", [true; 3]);
        check(LogLevel::Warn, "", [false, true, true]);
        check(LogLevel::Error, "", [false, false, true]);
        check(LogLevel::Info, "api", [true, false, false]);
        check(LogLevel::Info, "STOP", [true, false, true]);
        check(LogLevel::Info, "stop get", [true, false, false]);
        check(LogLevel::Info, "übung shop", [false, true, false]);
        check(LogLevel::Warn, "api", [false; 3]);
        check(LogLevel::Info, "\u{0}", [false; 3]);
    }
}
