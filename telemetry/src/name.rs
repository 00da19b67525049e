//! Names of events, metrics, measurements and tags.
//!
//! Invariant: one rule decides what a name is, at compile time and at run time.

/// Longest name of an event, metric, measurement or tag, in bytes.
pub const MAX_NAME: usize = 200;

/// Why a name is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing there.
    #[error("empty")]
    Empty,
    /// More than [`MAX_NAME`] bytes.
    #[error("longer than {MAX_NAME} bytes")]
    TooLong,
    /// Nothing before, behind or between dots.
    #[error("a part between dots is empty")]
    EmptySegment,
    /// A character that no name has.
    #[error("`{0}` is not allowed: lower-case letters, digits, `_`, and dots between")]
    BadCharacter(char),
}

/// Takes names of one or more segments of `[a-z0-9_]` with dots between, up to [`MAX_NAME`].
pub fn check_event_name(name: &str) -> Result<(), NameError> {
    match fault(name.as_bytes()) {
        Fault::None => Ok(()),
        Fault::Empty => Err(NameError::Empty),
        Fault::TooLong => Err(NameError::TooLong),
        Fault::EmptySegment => Err(NameError::EmptySegment),
        Fault::BadByte(place) => {
            // All before it is ASCII, so a character begins there.
            let bad = name.get(place..).and_then(|rest| rest.chars().next());
            Err(NameError::BadCharacter(bad.unwrap_or_default()))
        }
    }
}

/// Whether [`check_event_name`] takes the name; for `const { assert!(…) }`.
pub const fn is_event_name(name: &str) -> bool {
    matches!(fault(name.as_bytes()), Fault::None)
}

enum Fault {
    None,
    Empty,
    TooLong,
    EmptySegment,
    BadByte(usize),
}

/// A bad character is told before an empty segment, wherever they stand.
const fn fault(name: &[u8]) -> Fault {
    if name.is_empty() {
        return Fault::Empty;
    }
    if name.len() > MAX_NAME {
        return Fault::TooLong;
    }
    let mut before = b'.';
    let mut empty_segment = false;
    let mut place = 0;
    while place < name.len() {
        let byte = name[place];
        if !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.') {
            return Fault::BadByte(place);
        }
        empty_segment |= byte == b'.' && before == b'.';
        before = byte;
        place += 1;
    }
    if empty_segment || before == b'.' {
        return Fault::EmptySegment;
    }
    Fault::None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names() {
        let check = |name: &str, outcome: Result<(), NameError>| {
            assert_eq!(check_event_name(name), outcome, "{name:?}");
            assert_eq!(is_event_name(name), outcome.is_ok(), "{name:?}");
        };
        check("a", Ok(()));
        check("http.request.stop", Ok(()));
        check("_9.0_", Ok(()));
        check(&"x".repeat(MAX_NAME), Ok(()));
        check("", Err(NameError::Empty));
        check(&"x".repeat(MAX_NAME + 1), Err(NameError::TooLong));
        check(".", Err(NameError::EmptySegment));
        check("a.", Err(NameError::EmptySegment));
        check(".a", Err(NameError::EmptySegment));
        check("a..b", Err(NameError::EmptySegment));
        check("A", Err(NameError::BadCharacter('A')));
        check("a b", Err(NameError::BadCharacter(' ')));
        check("a-b", Err(NameError::BadCharacter('-')));
        check("größe", Err(NameError::BadCharacter('ö')));
        check("a\n", Err(NameError::BadCharacter('\n')));
        check("..ö", Err(NameError::BadCharacter('ö')));
    }

    proptest! {
        #[test]
        fn every_name_of_good_segments_is_good(name in "[a-z0-9_]{1,20}(\\.[a-z0-9_]{1,20}){0,5}") {
            prop_assert_eq!(check_event_name(&name), Ok(()));
        }

        #[test]
        fn what_is_taken_has_good_segments(name in "[a-cA-C._ ]{0,6}") {
            let good = !name.is_empty()
                && name.split('.').all(|segment| {
                    !segment.is_empty() && segment.bytes().all(|b| b"abc_".contains(&b))
                });
            prop_assert_eq!(check_event_name(&name).is_ok(), good);
        }
    }
}
