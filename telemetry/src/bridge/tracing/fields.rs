//! Fields of spans and events.
//!
//! Invariant: a number is a measurement as well as metadata, everything else metadata only.

use std::fmt::{self, Debug, Display};

use tracing::field::{Field, Visit};

use crate::SpanContext;
use crate::kept::Kept;

/// Writes the fields into what the span or event tells.
pub(super) struct Fields<'a>(pub(super) &'a mut SpanContext);

impl Fields<'_> {
    /// A whole number of any size: its text has all digits.
    fn wide(&mut self, field: &Field, number: f64, text: impl Display) {
        self.0.measure(key(field), number);
        self.0.meta(key(field), Kept::print(text).value());
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, number: f64) {
        self.0.measure(key(field), number);
        self.0.meta(key(field), number);
    }

    fn record_i64(&mut self, field: &Field, number: i64) {
        self.0.measure(key(field), number as f64);
        self.0.meta(key(field), number);
    }

    fn record_u64(&mut self, field: &Field, number: u64) {
        self.0.measure(key(field), number as f64);
        self.0.meta(key(field), number);
    }

    fn record_i128(&mut self, field: &Field, number: i128) {
        match i64::try_from(number) {
            Ok(number) => self.record_i64(field, number),
            Err(_) => self.wide(field, number as f64, number),
        }
    }

    fn record_u128(&mut self, field: &Field, number: u128) {
        match u64::try_from(number) {
            Ok(number) => self.record_u64(field, number),
            Err(_) => self.wide(field, number as f64, number),
        }
    }

    fn record_bool(&mut self, field: &Field, truth: bool) {
        self.0.meta(key(field), truth);
    }

    fn record_str(&mut self, field: &Field, text: &str) {
        self.0.meta(key(field), text);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = Kept::print(AsDebug(value));
        self.0.meta(key(field), text.value());
    }
}

/// The text of the field `error`.
#[derive(Default)]
pub(super) struct ErrorText(pub(super) String);

impl Visit for ErrorText {
    fn record_str(&mut self, field: &Field, text: &str) {
        self.record_debug(field, &format_args!("{text}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "error"
            && let Kept::Text(text) = Kept::print(AsDebug(value))
        {
            self.0 = text;
        }
    }
}

fn key(field: &Field) -> &'static str {
    let name = field.name();
    name.strip_prefix("r#").unwrap_or(name)
}

/// Prints what `Debug` prints.
struct AsDebug<'a>(&'a dyn Debug);

impl Display for AsDebug<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
