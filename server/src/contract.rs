//! The server's own events, and contracts that programs bring along as files.
//!
//! Invariant: what is declared here is what is emitted. A test runs a server, captures whatever
//! it emits under its own names, and holds it to this.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use telemetry::contract::{Contract, DeclaredEvent, HOST, HTTP, OTLP, POLLER, TELEMETRY};

use crate::check::{Path as Place, Source};

/// Everything that the server itself emits or `telemetry` does in any program, and
/// `log.message`, which anybody may send.
pub fn builtin() -> Contract {
    Contract::new([TELEMETRY, HTTP, HOST, POLLER, OTLP, SERVER]).expect("a test holds the lists")
}

telemetry::events! {
    /// Events of the server.
    pub SERVER;

    /// Somebody tried to sign in.
    SIGN_IN = "auth.sign_in.stop" {
        measurements {
            /// Of checking the password.
            duration: Second,
        }
        metadata {
            /// `success`, or why not.
            result,
        }
    }

    /// A query of the database ended.
    QUERY = "db.query.stop" {
        measurements {
            /// Of the query, waiting for the database included.
            duration: Second,
        }
        metadata {
            /// Its name in the code.
            query,
            /// `ok` or `error`.
            result,
        }
    }

    /// Something that a program wants listed.
    LOG = "log.message" {
        metadata {
            /// `info`, `warn` or `error`.
            level,
            /// What is listed.
            message,
            /// Who says it.
            source,
        }
    }

    /// A request with events of programs was answered.
    pub(crate) EVENTS = "pulseboard.events" {
        measurements {
            /// Events taken.
            accepted: None,
            /// Events refused.
            rejected: None,
        }
    }

    /// A request with OTLP metrics was answered.
    pub(crate) OTLP_IN = "pulseboard.otlp" {
        measurements {
            /// Points taken.
            accepted: None,
            /// Cumulative streams that are remembered.
            streams: None,
            /// Cumulative streams that were silent and are forgotten.
            evicted: None,
        }
    }

    /// OTLP points were refused.
    OTLP_REFUSED = "pulseboard.otlp.refused" {
        measurements {
            /// How many of one request.
            points: None,
        }
        metadata {
            /// Which limit or rule.
            reason,
            /// Of which metric; empty where it is not about one.
            metric,
        }
    }

    /// Events came that no contract and no metric knows.
    pub(crate) UNDECLARED = "pulseboard.undeclared" {
        measurements {
            /// How many of one request.
            count: None,
        }
        metadata {
            /// Their name; `(other)` after the first hundred.
            event,
        }
    }

    /// Once a second: what became of samples.
    PUMP = "pulseboard.pump" {
        measurements {
            /// Recorded since the last time.
            samples: None,
            /// Known in all.
            series: None,
            /// Open at this moment.
            streams: None,
            /// The longest since the last time.
            flush_duration: Second,
        }
    }

    /// Samples, log entries or streams were refused.
    REFUSED = "pulseboard.refused" {
        measurements {
            /// How many.
            count: None,
        }
        metadata {
            /// Which limit or rule.
            reason,
            /// Of which metric; empty where it is not about one.
            metric,
        }
    }

    /// Once a second: chunks that were sent to streams.
    FRAMES = "pulseboard.frames" {
        measurements {
            /// How many.
            count: None,
        }
        metadata {
            /// How they were made.
            mode,
        }
    }

    /// Once a second: what became of history.
    HISTORY = "pulseboard.history" {
        measurements {
            /// Rows that reached the database.
            rows: None,
            /// Rows that did not.
            dropped: None,
        }
    }

    /// A second of history was written again, since an attempt failed.
    RETRY = "pulseboard.history.retry" {
        measurements {
            /// Always 1.
            count: None,
        }
    }
}

/// Why a contract file is not one. One line, with file and place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}: {key}{}{message}", path.display(), if key.is_empty() { "" } else { ": " })]
pub struct ContractFileError {
    /// The file.
    pub path: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Where in the document: `events[2].name`; empty where that cannot be said.
    pub key: String,
    /// What would be right.
    pub message: String,
}

/// Why contracts could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file that is not there or not to be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file that is no contract.
    #[error(transparent)]
    Invalid(#[from] ContractFileError),
}

/// Reads these files.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Contract>, ReadError> {
    let one = |path: &PathBuf| {
        let text = fs::read_to_string(path).map_err(|source| ReadError::Read {
            path: path.clone(),
            source,
        })?;
        Ok(parse(path, &text)?)
    };
    paths.iter().map(one).collect()
}

/// The contract in the text of a file; `path` is for messages.
pub fn parse(path: &Path, text: &str) -> Result<Contract, ContractFileError> {
    /// As [`Contract`] is written, read in two steps: what does not hold is then said with its
    /// own line and not with that of the last brace.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Document {
        events: Vec<DeclaredEvent>,
    }
    let refused = |line: usize, key: String, message: String| ContractFileError {
        path: path.to_owned(),
        line: line.max(1),
        key,
        message,
    };
    let mut json = serde_json::Deserializer::from_str(text);
    let document: Document = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let key = error.path().to_string();
        let key = if key == "." { String::new() } else { key };
        refused(error.inner().line(), key, reason(error.inner()))
    })?;
    json.end()
        .map_err(|error| refused(error.line(), String::new(), reason(&error)))?;
    Contract::of(document.events).map_err(|error| {
        let source = Source::json("", text.to_owned());
        let line = source.line(&Place::parse(&error.path)).unwrap_or(1);
        refused(line, error.path, error.fault.to_string())
    })
}

/// The parser says where in every message; we say it in front.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reserved_event_of_the_list_is_the_servers() {
        let contract = builtin();
        assert!(contract.find("telemetry.handler.failure").is_some());
        for event in contract.events() {
            let own = crate::ingest::is_reserved(&event.name) || event.name == "log.message";
            assert!(own && !event.doc.is_empty(), "{}", event.name);
        }
    }

    #[test]
    fn what_is_wrong_in_a_file_has_its_line() {
        let check = |text: &str, expect: &str| {
            let error = parse(Path::new("c.json"), text).expect_err("refused");
            assert!(error.to_string().starts_with(expect), "{error}");
            assert_eq!(error.to_string().lines().count(), 1);
        };
        check("", "c.json:1: EOF while parsing");
        check(
            "{\n\"events\": 3}",
            "c.json:2: events: invalid type: integer `3`",
        );
        check("{}", "c.json:1: missing field `events`");
        check("{\"events\": []}\n}", "c.json:2: trailing characters");
        check(
            "{\"events\": [\n{\"name\": \"a\", \"doc\": 1}]}",
            "c.json:2: events[0].doc: invalid type: integer `1`",
        );
        check(
            "{\"events\": [\n{\"name\": \"a\"},\n{\"name\":\n\"a\"}]}",
            "c.json:4: events[1].name: `a` stands there twice",
        );
        check(
            "{\"events\": [{\"name\": \"a\", \"metadata\": [{\"name\": \"b\"},\n{\"name\": \"B\"}]}]}",
            "c.json:2: events[0].metadata[1].name: `B` is no name",
        );
        assert!(parse(Path::new("c.json"), "{\"events\": []}").is_ok());
    }
}
