//! Texts of a bounded length, made of whatever can be printed.
//!
//! Invariant: no text is longer than [`MAX_VALUE_TEXT`], and each is cut between characters.

use std::fmt::{self, Display, Write};

/// Most bytes of a metadata text that telemetry itself copies: the values of `#[measured]`, and
/// the fields of spans and events of `tracing`.
pub const MAX_VALUE_TEXT: usize = 1024;

/// The text as far as it goes.
pub(crate) fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_VALUE_TEXT)]
}

/// What `value` prints, as far as it goes. What cannot be printed ends where it failed.
pub(crate) fn print(value: impl Display) -> String {
    let mut text = Bounded(String::new());
    // The error is either the value's own, or says that the text is full.
    let _ = write!(text, "{value}");
    text.0
}

struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let room = MAX_VALUE_TEXT - self.0.len();
        let fits = &part[..part.floor_char_boundary(room)];
        self.0.push_str(fits);
        if fits.len() == part.len() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_end_between_characters() {
        let check = |text: &str, length: usize| {
            assert_eq!(cut(text).len(), length, "{} bytes", text.len());
            assert_eq!(print(text), cut(text));
            // In parts, none of which is too long.
            let parts = text.chars().map(String::from).collect::<Vec<_>>();
            assert_eq!(print(Parts(&parts)), cut(text));
        };
        check("", 0);
        check("größe", 7);
        check(&"x".repeat(MAX_VALUE_TEXT), MAX_VALUE_TEXT);
        check(&"x".repeat(MAX_VALUE_TEXT + 1), MAX_VALUE_TEXT);
        check(
            &format!("x{}", "ö".repeat(MAX_VALUE_TEXT)),
            MAX_VALUE_TEXT - 1,
        );
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
        assert_eq!(print(Broken), "so far");
    }
}
