//! JSON documents that people write: contracts and dashboards.
//!
//! Invariant: what is wrong is told with its own line, as one line of text.

use serde::de::DeserializeOwned;

/// Why a text is not such a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// Line, from 1.
    pub line: usize,
    /// Where in the document: `events[2].name`; empty where that cannot be said.
    pub key: String,
    /// What would be right.
    pub message: String,
}

/// The document in a text that holds nothing else.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Misread> {
    let mut json = serde_json::Deserializer::from_str(text);
    let document = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let key = error.path().to_string();
        let key = if key == "." { String::new() } else { key };
        misread(error.inner(), key)
    })?;
    json.end().map_err(|error| misread(&error, String::new()))?;
    Ok(document)
}

/// The parser says where at the end of every message; we say it in front.
fn misread(error: &serde_json::Error, key: String) -> Misread {
    let text = error.to_string();
    let reason = text
        .rsplit_once(" at line ")
        .map_or(&*text, |(said, _)| said);
    Misread {
        line: error.line().max(1),
        key,
        message: reason.to_owned(),
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
            let Misread { line, key, message } = read.expect_err("refused");
            assert_eq!((line, &*key, &*message), expect, "{text:?}");
        };
        check("", (1, "", "EOF while parsing a value"));
        check("\n[]", (2, "", "invalid type: sequence, expected a map"));
        check("{}\n\n1", (3, "", "trailing characters"));
        check(
            "{\"a\": [1,\n\"x at line 7\"]}",
            (
                2,
                "a[1]",
                "invalid type: string \"x at line 7\", expected u8",
            ),
        );
        assert!(read::<BTreeMap<String, Vec<u8>>>(" {\"a\": [1]}\n").is_ok());
    }
}
