//! JSON documents that people and programs write: one reader for bodies of requests, for files and
//! for what is saved.
//!
//! Invariant: what is wrong has its place, as one line of text; a key that nobody reads is reported
//! and not passed over.

mod text;
mod words;

use serde::de::DeserializeOwned;

pub use text::{NotText, broken_byte, read_file, text, without_mark};
pub use words::reason_of;

/// The key by which editors find the schema of a file; any document may have it.
const SCHEMA: &str = "$schema";
/// Keys that nobody reads that are named for one document; all of them are rejected.
const MAX_UNKNOWN: usize = 20;

/// Why a text is not such a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// Where in the document: `events[2].name`; empty where that cannot be said.
    pub key: String,
    /// What would be right.
    pub message: String,
    /// Whether the text is no JSON at all.
    pub is_syntax: bool,
}

/// The document in a text that holds nothing else, and the paths of keys that it does not have.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<(T, Vec<String>), Misread> {
    let mut json = serde_json::Deserializer::from_str(text);
    let mut track = serde_path_to_error::Track::new();
    let mut unknown = Vec::new();
    let parser = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let document = serde_ignored::deserialize(parser, |path| {
        let path = written(&path);
        if unknown.len() < MAX_UNKNOWN && path != SCHEMA {
            unknown.push(path);
        }
    });
    let document = document.map_err(|error| {
        let key = track.path().to_string();
        let key = if key == "." { String::new() } else { key };
        misread(&error, key)
    })?;
    json.end().map_err(|error| misread(&error, String::new()))?;
    Ok((document, unknown))
}

/// What is said of a key that a document does not have.
pub fn unknown_key(path: &str) -> String {
    let key = path.rsplit('.').next().unwrap_or(path);
    format!("there is no key `{key}` here; is it misspelt?")
}

/// The parser says where at the end of every message; we say it in front.
fn misread(error: &serde_json::Error, key: String) -> Misread {
    Misread {
        line: error.line().max(1),
        column: error.column().max(1),
        key,
        message: reason_of(error),
        is_syntax: !error.is_data(),
    }
}

/// As paths are written everywhere: `widgets[0].metrics[1].feild`.
fn written(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => format!("{}[{index}]", written(parent)),
        Path::Map { parent, key } => match written(parent) {
            parent if parent.is_empty() => key.clone(),
            parent => format!("{parent}.{key}"),
        },
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => written(parent),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn faults_have_their_place() {
        let check = |text: &str, expect: (usize, &str, &str)| {
            let read = read::<BTreeMap<String, Vec<u8>>>(text);
            let misread = read.expect_err("rejected");
            let found = (misread.line, &*misread.key, &*misread.message);
            assert_eq!(found, expect, "{text:?}");
        };
        check("", (1, "", "EOF while parsing a value"));
        check("\n[]", (2, "", "invalid type: a list, expected an object"));
        check("{}\n\n1", (3, "", "trailing characters"));
        check(
            "{\"a\": [1,\n\"x at line 7\"]}",
            (
                2,
                "a[1]",
                "invalid type: string \"x at line 7\", expected a whole number from 0 to 255",
            ),
        );
        assert!(read::<BTreeMap<String, Vec<u8>>>(" {\"a\": [1]}\n").is_ok());
    }

    #[test]
    fn keys_that_nobody_reads_are_found_at_any_depth() {
        let json = r#"{"id": "d", "title": "D", "colour": 1, "widgets": [{"id": "w",
            "kind": "line", "title": "W", "place": {"x": 0, "y": 0, "w": 1, "h": 1, "z": 1},
            "metrics": [{"metric": "a", "feild": "p99", "share_of": {"metric": "b", "x": 1}}],
            "options": {"any": {"thing": 1}}}]}"#;
        let (_, unknown) = read::<protocol::Dashboard>(json).expect("a dashboard");
        let expect = [
            "colour",
            "widgets[0].place.z",
            "widgets[0].metrics[0].feild",
            "widgets[0].metrics[0].share_of.x",
        ];
        assert_eq!(unknown, expect);
        assert!(unknown_key(expect[2]).contains("`feild`"));
    }
}
