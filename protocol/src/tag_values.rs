//! Which values of a tag are meant: one, or any of several.
//!
//! Invariant: what was read is written again in the same form: one value as a text, several as a list.

use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

/// Values of a tag. A value that ends in `*` stands for all that begin so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagValues {
    /// This value.
    One(String),
    /// Any of these; an empty list means no value at all.
    Any(Vec<String>),
}

impl TagValues {
    /// The values, in the order of the document.
    pub fn all(&self) -> &[String] {
        match self {
            TagValues::One(value) => std::slice::from_ref(value),
            TagValues::Any(values) => values,
        }
    }

    /// Whether a value of the tag is meant.
    pub fn matches(&self, value: &str) -> bool {
        self.all().iter().any(|want| match want.strip_suffix('*') {
            Some(prefix) => value.starts_with(prefix),
            None => value == want,
        })
    }
}

impl From<&str> for TagValues {
    fn from(value: &str) -> Self {
        TagValues::One(value.to_owned())
    }
}

impl From<String> for TagValues {
    fn from(value: String) -> Self {
        TagValues::One(value)
    }
}

impl From<Vec<String>> for TagValues {
    fn from(values: Vec<String>) -> Self {
        TagValues::Any(values)
    }
}

impl Serialize for TagValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            TagValues::One(value) => serializer.serialize_str(value),
            TagValues::Any(values) => values.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for TagValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrAny)
    }
}

struct OneOrAny;

impl<'de> Visitor<'de> for OneOrAny {
    type Value = TagValues;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a tag, or a list of values")
    }

    fn visit_str<E>(self, value: &str) -> Result<TagValues, E> {
        Ok(TagValues::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<TagValues, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(TagValues::Any(values))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for TagValues {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TagValues".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let text = generator.subschema_for::<String>();
        let list = generator.subschema_for::<Vec<String>>();
        schemars::json_schema!({
            "description": "A value of a tag, or any of several; one that ends in `*` stands for all \
                            that begin so.",
            "anyOf": [text, list],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_and_a_list_are_written_as_they_were_read() {
        for json in [r#""a""#, r#""""#, r#"["a"]"#, r#"["a","b*"]"#, "[]"] {
            let read: TagValues = serde_json::from_str(json).expect("values");
            assert_eq!(serde_json::to_string(&read).expect("encodes"), json);
            let by_page: TagValues = crate::json::read(json).expect("values");
            assert_eq!(by_page, read);
        }
        for json in ["1", "null", "{}", r#"[1]"#, r#"[["a"]]"#] {
            assert!(serde_json::from_str::<TagValues>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_list_means_any_of_its_values() {
        let any = |values: &[&str]| {
            TagValues::Any(values.iter().map(|value| (*value).to_owned()).collect())
        };
        for (values, value, expect) in [
            (any(&["a", "b"]), "b", true),
            (any(&["a", "b"]), "c", false),
            (any(&["a", "4*"]), "404", true),
            (any(&[]), "a", false),
            (any(&[]), "", false),
            (any(&["*"]), "", true),
            (TagValues::from("a*"), "ab", true),
            (TagValues::from("a"), "ab", false),
        ] {
            assert_eq!(values.matches(value), expect, "{values:?} {value}");
        }
    }
}
