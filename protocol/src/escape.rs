//! Escaping of text in addresses.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 reserves in a path segment or a query, and all that is no printable ASCII.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// For one segment of a path, or a name or value of a query.
pub fn escaped(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_addresses_is_escaped() {
        assert_eq!(escaped("a-b.c_d~9"), "a-b.c_d~9");
        assert_eq!(
            escaped("/a b?c=ü&d+#%"),
            "%2Fa%20b%3Fc%3D%C3%BC%26d%2B%23%25"
        );
        assert_eq!(escaped(""), "");
    }
}
