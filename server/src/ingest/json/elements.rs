//! From the text of a body to one text for each event, wherever the JSON breaks off.

use protocol::RejectionCode;
use serde::Deserializer as _;
use serde::de::{SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::BatchError;
use super::event::{InvalidEvent, read, reason_of};

/// The text of one event, or why it has none.
pub type Element<'a> = Result<&'a str, InvalidEvent>;

/// The elements of an array; the last is an error when the text breaks off there, since nothing
/// behind it can be separated.
pub fn array(text: &str) -> Vec<Element<'_>> {
    struct Elements<'o, 'a>(&'o mut Vec<&'a str>);
    impl<'a> Visitor<'a> for Elements<'_, 'a> {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an array of events")
        }

        fn visit_seq<A: SeqAccess<'a>>(self, mut elements: A) -> Result<(), A::Error> {
            while let Some(raw) = elements.next_element::<&'a RawValue>()? {
                self.0.push(raw.get());
            }
            Ok(())
        }
    }
    let mut raw = Vec::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let result = json
        .deserialize_seq(Elements(&mut raw))
        .and_then(|()| json.end());
    let rest = raw.last().map_or(text.trim_start().get(1..), |last| {
        // A raw value is a part of the text, so its position follows from its address.
        let end = last.as_ptr() as usize + last.len() - text.as_ptr() as usize;
        text.get(end..)
    });
    let mut elements: Vec<Element<'_>> = raw.into_iter().map(Ok).collect();
    if let Err(error) = result {
        let rest = rest
            .unwrap_or_default()
            .trim_start_matches([',', ' ', '\t', '\r', '\n']);
        let field = read(rest)
            .err()
            .map_or_else(|| ".".to_owned(), |invalid| invalid.field);
        let message = format!(
            "the JSON breaks off at line {}, column {} ({}); nothing from here on could be read",
            error.line(),
            error.column(),
            reason_of(&error)
        );
        elements.push(Err(InvalidEvent::new(
            field,
            RejectionCode::BadJson,
            message,
        )));
    }
    elements
}

/// One event, or one a line.
pub fn objects(text: &str, lines: bool) -> Result<Vec<Element<'_>>, BatchError> {
    let filled = || {
        text.lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
    };
    let whole = serde_json::from_str::<&RawValue>(text);
    let error = match whole {
        Ok(raw) if !lines => return Ok(vec![Ok(raw.get())]),
        Ok(_) => None,
        Err(error) => Some(error),
    };
    // A first line that is complete by itself distinguishes lines from a broken object.
    let first = filled()
        .next()
        .is_some_and(|(_, line)| serde_json::from_str::<&RawValue>(line).is_ok());
    if let Some(error) = error
        && !lines
        && !(first && filled().count() > 1)
    {
        let field = read(text)
            .err()
            .map_or_else(|| ".".to_owned(), |invalid| invalid.field);
        let at = format!("line {}, column {}", error.line(), error.column());
        let field = if field == "." {
            String::new()
        } else {
            format!(" in `{field}`")
        };
        return Err(BatchError::NotJson(format!(
            "{}{field} at {at}",
            reason_of(&error)
        )));
    }
    let one = |(number, line): (usize, &'_ str)| match serde_json::from_str::<&RawValue>(line) {
        Ok(_) => None,
        Err(error) => {
            let field = read(line)
                .err()
                .map_or_else(|| ".".to_owned(), |invalid| invalid.field);
            let (line, column) = (number + 1, error.column());
            let message = format!(
                "no JSON at line {line}, column {column}: {}",
                reason_of(&error)
            );
            Some(InvalidEvent::new(field, RejectionCode::BadJson, message))
        }
    };
    Ok(filled()
        .map(|(number, line)| one((number, line)).map_or(Ok(line), Err))
        .collect())
}
