//! From bytes to text, for bodies and files alike.
//!
//! Invariant: a byte order mark is no part of a text, and a byte that is not UTF-8 has a place.

use std::io;
use std::path::Path;

const UTF_8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];
const UTF_16_MARKS: [&[u8]; 2] = [&[0xff, 0xfe], &[0xfe, 0xff]];

/// Bytes that are no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// Text of another encoding, by its byte order mark.
    #[error("it is UTF-16; send UTF-8")]
    Utf16,
    /// A byte that is not UTF-8.
    #[error("byte {byte:#04x} at line {line}, column {column} is not UTF-8")]
    Byte {
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
        /// The first that does not fit.
        byte: u8,
    },
}

/// Bytes without a byte order mark.
pub fn without_mark(bytes: &[u8]) -> Result<&[u8], NotText> {
    if UTF_16_MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(NotText::Utf16);
    }
    Ok(bytes.strip_prefix(UTF_8_MARK).unwrap_or(bytes))
}

/// The text of bytes, without a byte order mark.
pub fn text(bytes: &[u8]) -> Result<&str, NotText> {
    let bytes = without_mark(bytes)?;
    std::str::from_utf8(bytes).map_err(|error| broken_byte(bytes, error.valid_up_to()))
}

/// The text of a file, without a byte order mark.
pub fn read_file(path: &Path) -> io::Result<String> {
    let bytes = std::fs::read(path)?;
    let text = text(&bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok(text.to_owned())
}

/// The place of the byte at `at`.
pub fn broken_byte(bytes: &[u8], at: usize) -> NotText {
    let before = bytes.get(..at).unwrap_or(bytes);
    let line_start = before.iter().rposition(|byte| *byte == b'\n');
    NotText::Byte {
        line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
        column: 1 + before.len() - line_start.map_or(0, |start| start + 1),
        byte: bytes.get(at).copied().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_broken_bytes() {
        let check = |bytes: &[u8], expect: Result<&str, &str>| {
            let found = text(bytes).map_err(|error| error.to_string());
            let expect = expect.map_err(str::to_owned);
            assert_eq!(found, expect, "{bytes:?}");
        };
        check(b"", Ok(""));
        check(b"{}", Ok("{}"));
        check(b"\xef\xbb\xbf{}", Ok("{}"));
        // The second is a character.
        check(b"\xef\xbb\xbf\xef\xbb\xbf", Ok("\u{feff}"));
        check(
            b"\xef\xbb",
            Err("byte 0xef at line 1, column 1 is not UTF-8"),
        );
        check(
            b"a\nb\xff",
            Err("byte 0xff at line 2, column 2 is not UTF-8"),
        );
        check(b"\n\x80", Err("byte 0x80 at line 2, column 1 is not UTF-8"));
        check(b"\xff\xfe{\0", Err("it is UTF-16; send UTF-8"));
        check(b"\xfe\xff\0{", Err("it is UTF-16; send UTF-8"));
    }

    #[test]
    fn files_are_read_as_bodies_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.json");
        std::fs::write(&file, b"\xef\xbb\xbf{}").expect("writes");
        assert_eq!(read_file(&file).expect("reads"), "{}");
        std::fs::write(&file, b"{\n\xff}").expect("writes");
        let error = read_file(&file).expect_err("no text");
        assert_eq!(
            error.to_string(),
            "byte 0xff at line 2, column 1 is not UTF-8"
        );
        assert!(read_file(&folder.path().join("none")).is_err());
    }
}
