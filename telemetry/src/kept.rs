//! Values that borrow nothing, for metadata that is told later than it was seen.
//!
//! Invariant: no text is longer than [`MAX_VALUE_TEXT`], and each is cut between characters.

#[cfg(any(test, feature = "macros", feature = "tracing"))]
mod print;

use crate::Value;

/// Most bytes of a metadata text that telemetry itself copies: the values of `#[measured]`, those
/// of a span around a future, and the fields of spans and events of `tracing`.
pub const MAX_VALUE_TEXT: usize = 1024;

/// A value that borrows nothing.
pub enum Kept {
    /// A text, as far as it goes.
    Text(String),
    /// Anything else.
    Plain(Value<'static>),
}

impl Kept {
    /// A copy of the value.
    pub(crate) fn of(value: Value<'_>) -> Kept {
        match value {
            Value::Str(text) => {
                Kept::Text(text[..text.floor_char_boundary(MAX_VALUE_TEXT)].to_owned())
            }
            Value::Int(number) => Kept::Plain(Value::Int(number)),
            Value::UInt(number) => Kept::Plain(Value::UInt(number)),
            Value::Float(number) => Kept::Plain(Value::Float(number)),
            Value::Bool(truth) => Kept::Plain(Value::Bool(truth)),
        }
    }

    /// The value, which borrows from this.
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Kept::Text(text) => Value::Str(text),
            Kept::Plain(value) => *value,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::{self, Display};

    use super::*;

    #[test]
    fn texts_end_between_characters() {
        let check = |text: &str, length: usize| {
            let parts: Vec<String> = text.chars().map(String::from).collect();
            for kept in [
                Kept::of(text.into()),
                Kept::print(text),
                Kept::print(Parts(&parts)),
            ] {
                assert_eq!(kept.value(), Value::Str(&text[..length]));
            }
        };
        check("", 0);
        check("größe", 7);
        check(&"x".repeat(MAX_VALUE_TEXT), MAX_VALUE_TEXT);
        check(&"x".repeat(MAX_VALUE_TEXT + 1), MAX_VALUE_TEXT);
        let odd = format!("x{}", "ö".repeat(MAX_VALUE_TEXT));
        check(&odd, MAX_VALUE_TEXT - 1);
    }

    #[test]
    fn other_values_stay_what_they_are() {
        for value in [
            5.into(),
            u64::MAX.into(),
            true.into(),
            0.5.into(),
            f64::INFINITY.into(),
        ] {
            assert_eq!(Kept::of(value).value(), value);
        }
    }

    struct Parts<'a>(&'a [String]);

    impl Display for Parts<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.iter().try_for_each(|part| f.write_str(part))
        }
    }

    #[test]
    fn what_fails_to_print_is_cut_short() {
        struct Broken;
        impl Display for Broken {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("so far")?;
                Err(fmt::Error)
            }
        }
        assert_eq!(Kept::print(Broken).value(), Value::Str("so far"));
    }
}
