//! Events: a name, numbers and what they are about.
//!
//! Invariant: an event borrows everything it shows, so emitting one allocates nothing.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

/// One event, as handlers see it.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Dotted name, such as `http.request.stop`.
    pub name: &'a str,
    /// Name to number. Units are the emitter's; nothing keeps NaN or infinities out.
    pub measurements: &'a [(&'a str, f64)],
    /// Name to value.
    pub metadata: &'a [(&'a str, Value<'a>)],
}

impl<'a> Event<'a> {
    /// The measurement of that name; the first, when there are several.
    pub fn measurement(&self, key: &str) -> Option<f64> {
        find(self.measurements, key)
    }

    /// The metadata value of that name; the first, when there are several.
    pub fn meta(&self, key: &str) -> Option<Value<'a>> {
        find(self.metadata, key)
    }
}

/// As `POST /api/events` takes it: `{"name", "measurements": {}, "metadata": {}}`. Numbers that are
/// not finite become `null`, for JSON has no others, and are refused there by name.
impl Serialize for Event<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut event = serializer.serialize_struct("Event", 3)?;
        event.serialize_field("name", self.name)?;
        event.serialize_field("measurements", &Entries(self.measurements))?;
        event.serialize_field("metadata", &Entries(self.metadata))?;
        event.end()
    }
}

/// Pairs as a map.
struct Entries<'a, T>(&'a [(&'a str, T)]);

impl<T: Serialize> Serialize for Entries<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Events carry a handful of entries: a walk is quicker than any map.
fn find<T: Copy>(entries: &[(&str, T)], key: &str) -> Option<T> {
    entries
        .iter()
        .find(|(name, _)| *name == key)
        .map(|&(_, value)| value)
}

/// What metadata holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value<'a> {
    /// Text.
    Str(&'a str),
    /// A whole number.
    Int(i64),
    /// A whole number beyond [`i64::MAX`]; smaller ones are [`Value::Int`].
    UInt(u64),
    /// A number.
    Float(f64),
    /// A truth.
    Bool(bool),
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Str(text) => f.pad(text),
            Value::Int(number) => number.fmt(f),
            Value::UInt(number) => number.fmt(f),
            Value::Float(number) => number.fmt(f),
            Value::Bool(truth) => truth.fmt(f),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Str(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Str(text)
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Value::Bool(truth)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Value::Float(number)
    }
}

impl From<f32> for Value<'_> {
    fn from(number: f32) -> Self {
        Value::Float(number.into())
    }
}

macro_rules! whole {
    ($($number:ty),*) => {$(
        impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                Value::Int(number.into())
            }
        }
    )*};
}
whole!(i8, i16, i32, i64, u8, u16, u32);

macro_rules! wide {
    ($($number:ty),*) => {$(
        impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                i64::try_from(number).map_or(Value::UInt(number as u64), Value::Int)
            }
        }
    )*};
}
wide!(u64, usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_json() {
        let event = Event {
            name: "shop.checkout.stop",
            measurements: &[("duration", 0.25), ("rest", f64::NAN)],
            metadata: &[
                ("region", "eu".into()),
                ("items", 3.into()),
                ("new", true.into()),
            ],
        };
        assert_eq!(
            serde_json::to_string(&event).expect("encodes"),
            r#"{"name":"shop.checkout.stop","measurements":{"duration":0.25,"rest":null},"metadata":{"region":"eu","items":3,"new":true}}"#
        );
    }

    #[test]
    fn values() {
        let check = |value: Value<'_>, text: &str| assert_eq!(value.to_string(), text);
        check("a".into(), "a");
        check("".into(), "");
        check((&String::from("b")).into(), "b");
        check(true.into(), "true");
        check(200u16.into(), "200");
        check((-1i8).into(), "-1");
        check(0.5f32.into(), "0.5");
        check(f64::NAN.into(), "NaN");
        check(f64::NEG_INFINITY.into(), "-inf");
        check(7usize.into(), "7");
        check(i64::MAX.into(), "9223372036854775807");
        check((i64::MAX as u64 + 1).into(), "9223372036854775808");
        check(u64::MAX.into(), "18446744073709551615");
        assert_eq!(Value::from(7u64), Value::Int(7));
        assert_eq!(
            format!("{:>4}|{:<3}|", Value::Int(5), Value::Str("a")),
            "   5|a  |"
        );
    }

    #[test]
    fn entries_are_found_by_name() {
        let event = Event {
            name: "a.b",
            measurements: &[("x", 0.0), ("y", f64::NAN), ("x", 2.0)],
            metadata: &[("x", Value::Int(1)), ("flag", Value::Bool(false))],
        };
        assert_eq!(event.measurement("x"), Some(0.0));
        assert!(event.measurement("y").is_some_and(f64::is_nan));
        assert_eq!(event.measurement("flag"), None);
        assert_eq!(event.meta("x"), Some(Value::Int(1)));
        assert_eq!(event.meta("flag"), Some(Value::Bool(false)));
        assert_eq!(event.meta(""), None);
    }
}
