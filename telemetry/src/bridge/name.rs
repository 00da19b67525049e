//! Sound names, of whatever others call theirs.
//!
//! Invariant: the outcome is an event's name, and so it is with `.exception` behind it.

use crate::MAX_NAME;

const LONGEST: usize = MAX_NAME - ".exception".len();

/// A name as near to `path` as can be: `::` becomes a dot, upper case lower case, any other
/// character `_`; nothing between two dots becomes `_`, and the end of what is too long is cut.
pub(crate) fn event_name(path: &str) -> String {
    let mut name = String::with_capacity(path.len());
    for segment in path.split("::").flat_map(|part| part.split('.')) {
        if !name.is_empty() {
            name.push('.');
        }
        if segment.is_empty() {
            name.push('_');
        }
        name.extend(segment.chars().map(|c| match c {
            'a'..='z' | '0'..='9' => c,
            'A'..='Z' => c.to_ascii_lowercase(),
            _ => '_',
        }));
    }
    name.truncate(LONGEST);
    if name.ends_with('.') {
        name.pop();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check_event_name;
    use proptest::prelude::*;

    #[test]
    fn names() {
        let check = |path: &str, name: &str| assert_eq!(event_name(path), name, "{path:?}");
        check("http_requests_total", "http_requests_total");
        check("http.requests", "http.requests");
        check("shop::orders::find", "shop.orders.find");
        check("shop::HTTP request", "shop.http_request");
        check("a-b/c", "a_b_c");
        check("größe", "gr__e");
        check("", "_");
        check("::a..b.", "_.a._.b._");
        check("a:b", "a_b");
        check(&"x".repeat(MAX_NAME), &"x".repeat(LONGEST));
        let dot_at_the_end = format!("{}.y", "x".repeat(LONGEST - 1));
        check(&dot_at_the_end, &"x".repeat(LONGEST - 1));
    }

    proptest! {
        #[test]
        fn every_path_has_a_sound_name(path in "[aB9_.: ö]{0,12}|.{0,300}") {
            let name = event_name(&path);
            prop_assert_eq!(check_event_name(&format!("{name}.exception")), Ok(()), "{}", name);
            prop_assert_eq!(event_name(&name), name, "a sound name stays");
        }
    }
}
