//! Copies of what prints, for `#[measured]` and the bridge of `tracing`.
//!
//! Invariant: no more is printed than is kept.

use std::fmt::{self, Display, Write};

use super::{Kept, MAX_VALUE_TEXT};

impl Kept {
    /// What `value` prints. What cannot be printed ends where it failed.
    pub(crate) fn print(value: impl Display) -> Kept {
        let mut text = Bounded(String::new());
        // The error is either the value's own, or says that the text is full.
        let _ = write!(text, "{value}");
        Kept::Text(text.0)
    }
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
