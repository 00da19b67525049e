//! Contracts that programs bring along as files.
//!
//! Invariant: a file that does not hold is told with the line of what is wrong, and as one line.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use telemetry::contract::{Contract, DeclaredEvent};

use crate::check::{Path as Place, Source};
use crate::document::{self, Misread};

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
        let text = document::read_file(path).map_err(|source| ReadError::Read {
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
    let refused = |line, key, message| ContractFileError {
        path: path.to_owned(),
        line,
        key,
        message,
    };
    let misread = |Misread {
                       line, key, message, ..
                   }| refused(line, key, message);
    let (Document { events }, unknown) = document::read(text).map_err(misread)?;
    if let Some(path) = unknown.into_iter().next() {
        let line = line_of(text, &path);
        let message = document::unknown_key(&path);
        return Err(refused(line, path, message));
    }
    Contract::of(events).map_err(|error| {
        let line = line_of(text, &error.path);
        refused(line, error.path, error.fault.to_string())
    })
}

fn line_of(text: &str, path: &str) -> usize {
    let source = Source::json("", text.to_owned());
    source.line(&Place::parse(path)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

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
