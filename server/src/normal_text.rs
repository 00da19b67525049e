//! Names and passwords are text: what looks alike is alike, however a keyboard composed it.
//!
//! Invariant: there is one normal form, NFKC, for storing and for comparing.

use unicode_normalization::UnicodeNormalization;

/// The normal form of a text.
pub fn normal(text: &str) -> String {
    text.nfkc().collect()
}

/// What makes two names the same: neither case nor composition does.
pub fn name_key(name: &str) -> String {
    normal(&normal(name).to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composition_and_case_make_no_other_name() {
        for (one, other) in [
            ("Zo\u{eb}", "zoe\u{308}"),
            ("\u{c5}sa", "\u{212b}SA"),
            ("ﬁona", "FIONA"),
            ("\u{130}", "i\u{307}"),
        ] {
            assert_eq!(name_key(one), name_key(other), "{one} {other}");
        }
        assert_ne!(name_key("zoe"), name_key("zo\u{eb}"));
    }
}
