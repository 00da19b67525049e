//! From a body to one text for each event, wherever the JSON or the UTF-8 breaks off.
//!
//! Invariant: no more elements are kept than may be executed, whatever a body holds.

use protocol::RejectionCode;
use serde::Deserializer as _;
use serde::de::{SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::BatchError;
use super::event::{InvalidEvent, read};
use crate::document::{broken_byte, reason_of};

/// The text of one event, or why it has none.
pub type Element<'a> = Result<&'a str, InvalidEvent>;

/// The elements of a body.
#[derive(Default)]
pub struct Elements<'a> {
    /// In order; none once there are too many.
    pub listed: Vec<Element<'a>>,
    /// How many there are.
    pub count: usize,
}

impl<'a> Elements<'a> {
    fn push(&mut self, element: Element<'a>, most: usize) {
        self.count += 1;
        if self.count <= most {
            self.listed.push(element);
        } else {
            self.listed = Vec::new();
        }
    }
}

/// The elements of an array; the last is an error when the text breaks off there, since nothing
/// behind it can be separated. `bytes` go on behind the text where they are not UTF-8.
pub fn array<'a>(text: &'a str, bytes: &[u8], most: usize) -> Elements<'a> {
    struct Visit<'o, 'a>(&'o mut Elements<'a>, &'o mut Option<&'a str>, usize);
    impl<'a> Visitor<'a> for Visit<'_, 'a> {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an array of events")
        }

        fn visit_seq<A: SeqAccess<'a>>(self, mut elements: A) -> Result<(), A::Error> {
            while let Some(raw) = elements.next_element::<&'a RawValue>()? {
                self.0.push(Ok(raw.get()), self.2);
                *self.1 = Some(raw.get());
            }
            Ok(())
        }
    }
    let (mut elements, mut last) = (Elements::default(), None);
    let mut json = serde_json::Deserializer::from_str(text);
    let result = json
        .deserialize_seq(Visit(&mut elements, &mut last, most))
        .and_then(|()| json.end());
    let is_cut = text.len() < bytes.len();
    if result.is_ok() && !is_cut {
        return elements;
    }
    let rest = last.map_or(text.trim_start().get(1..), |last| {
        // A raw value is a part of the text, so its position follows from its address.
        let end = last.as_ptr() as usize + last.len() - text.as_ptr() as usize;
        text.get(end..)
    });
    let rest = rest
        .unwrap_or_default()
        .trim_start_matches([',', ' ', '\t', '\r', '\n']);
    let message = match result {
        Err(error) if !is_cut => format!(
            "the JSON breaks off at line {}, column {} ({}); nothing from here on could be read",
            error.line(),
            error.column(),
            reason_of(&error)
        ),
        _ => {
            let place = broken_byte(bytes, text.len());
            format!("{place}; nothing from here on could be read")
        }
    };
    let error = InvalidEvent::new(field_of(rest), RejectionCode::BadJson, message);
    elements.push(Err(error), most);
    elements
}

/// One event, or one a line. A line that is not UTF-8 spoils no other.
pub fn objects(bytes: &[u8], lines: bool, most: usize) -> Result<Elements<'_>, BatchError> {
    let text = std::str::from_utf8(bytes);
    let whole = match &text {
        Ok(text) => serde_json::from_str::<&RawValue>(text).map_err(|error| {
            let at = format!("line {}, column {}", error.line(), error.column());
            let field = match field_of(text) {
                field if field == "." => String::new(),
                field => format!(" in `{field}`"),
            };
            format!("{}{field} at {at}", reason_of(&error))
        }),
        Err(error) => Err(broken_byte(bytes, error.valid_up_to()).to_string()),
    };
    let filled = || {
        let lines = bytes.split(|byte| *byte == b'\n');
        let numbered = lines.enumerate();
        numbered.filter(|(_, line)| !line.trim_ascii().is_empty())
    };
    let mut elements = Elements::default();
    match whole {
        Ok(raw) if !lines => {
            elements.push(Ok(raw.get()), most);
            return Ok(elements);
        }
        // A first line that is complete by itself distinguishes lines from a broken object.
        Err(reason) if !lines => {
            let mut filled = filled();
            let first = filled.next();
            let first = first.is_some_and(|(number, line)| line_of(number, line).is_ok());
            if !first || filled.next().is_none() {
                return Err(BatchError::NotJson(reason));
            }
        }
        _ => {}
    }
    for (number, line) in filled() {
        elements.push(line_of(number, line), most);
    }
    Ok(elements)
}

fn line_of(number: usize, line: &[u8]) -> Element<'_> {
    let bad = |field: String, message: String| {
        Err(InvalidEvent::new(field, RejectionCode::BadJson, message))
    };
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(error) => {
            let (line_number, column) = (number + 1, error.valid_up_to() + 1);
            let byte = line.get(error.valid_up_to()).copied().unwrap_or_default();
            return bad(
                ".".to_owned(),
                format!("byte {byte:#04x} at line {line_number}, column {column} is not UTF-8"),
            );
        }
    };
    match serde_json::from_str::<&RawValue>(text) {
        Ok(_) => Ok(text),
        Err(error) => {
            let (line, column) = (number + 1, error.column());
            let reason = reason_of(&error);
            bad(
                field_of(text),
                format!("no JSON at line {line}, column {column}: {reason}"),
            )
        }
    }
}

/// Where in an event its JSON breaks off; `.` where that cannot be said.
fn field_of(text: &str) -> String {
    let field = read(text).err().map(|invalid| invalid.field);
    field.unwrap_or_else(|| ".".to_owned())
}
