//! What a definition says to some reporter, and other reporters pass over.
//!
//! Invariant: a value is one of four plain kinds, so every format that holds a metric can hold it.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};

/// One of [`Metric::reporter_options`](crate::Metric::reporter_options).
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum OptionValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number; finite.
    Float(f64),
    /// Text, up to [`MAX_TEXT`](crate::MAX_TEXT) bytes.
    Text(String),
}

impl OptionValue {
    /// The truth, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match *self {
            OptionValue::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match *self {
            OptionValue::Int(number) => Some(number),
            _ => None,
        }
    }

    /// The number, whole or not.
    pub fn as_float(&self) -> Option<f64> {
        match *self {
            OptionValue::Int(number) => Some(number as f64),
            OptionValue::Float(number) => Some(number),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            OptionValue::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl From<bool> for OptionValue {
    fn from(truth: bool) -> OptionValue {
        OptionValue::Bool(truth)
    }
}

impl From<i64> for OptionValue {
    fn from(number: i64) -> OptionValue {
        OptionValue::Int(number)
    }
}

impl From<f64> for OptionValue {
    fn from(number: f64) -> OptionValue {
        OptionValue::Float(number)
    }
}

impl From<&str> for OptionValue {
    fn from(text: &str) -> OptionValue {
        OptionValue::Text(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for OptionValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OptionValue, D::Error> {
        deserializer.deserialize_any(OptionVisitor)
    }
}

struct OptionVisitor;

impl Visitor<'_> for OptionVisitor {
    type Value = OptionValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false, a number or text")
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<OptionValue, E> {
        Ok(truth.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<OptionValue, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<OptionValue, E> {
        let whole = i64::try_from(number).map_err(|_| E::custom("a number above 2⁶³ − 1"))?;
        Ok(whole.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<OptionValue, E> {
        Ok(number.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<OptionValue, E> {
        Ok(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let check = |json: &str, value: OptionValue| {
            let read: OptionValue = serde_json::from_str(json).expect("decodes");
            assert_eq!(read, value);
            assert_eq!(serde_json::to_string(&value).expect("encodes"), json);
        };
        check("true", true.into());
        check("-5", (-5).into());
        check("0.5", 0.5.into());
        check(r#""per second""#, "per second".into());
        for refused in ["null", "[]", "{}", "18446744073709551615"] {
            serde_json::from_str::<OptionValue>(refused).expect_err(refused);
        }
    }

    #[test]
    fn as_what_it_is() {
        let check = |value: OptionValue, expect: (Option<bool>, Option<i64>, Option<f64>)| {
            assert_eq!((value.as_bool(), value.as_int(), value.as_float()), expect);
        };
        check(true.into(), (Some(true), None, None));
        check(5.into(), (None, Some(5), Some(5.0)));
        check(0.5.into(), (None, None, Some(0.5)));
        check("5".into(), (None, None, None));
        assert_eq!(OptionValue::from("5").as_text(), Some("5"));
        assert_eq!(OptionValue::from(5).as_text(), None);
    }
}
