//! The parser's messages in the words of JSON: a list, an object and a number instead of types of
//! this program.

/// What was found and what was expected are named by serde in these words.
const WORDS: [(&str, &str); 17] = [
    ("map", "an object"),
    ("a map", "an object"),
    ("sequence", "a list"),
    ("a sequence", "a list"),
    ("a string", "a text"),
    ("a boolean", "true or false"),
    ("unit", "null"),
    ("null", "null"),
    ("f64", "a number"),
    ("f32", "a number"),
    ("i64", "a whole number"),
    ("u8", "a whole number from 0 to 255"),
    ("u16", "a whole number from 0 to 65535"),
    ("u32", "a whole number from 0 on"),
    ("u64", "a whole number from 0 on"),
    ("usize", "a whole number from 0 on"),
    ("an option of any type", "any value"),
];

/// What serde_json says, without the place, which stands in front of a message here.
pub fn reason_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let reason = text
        .rsplit_once(" at line ")
        .map_or(&*text, |(reason, _)| reason);
    plain(reason)
}

fn plain(reason: &str) -> String {
    for kind in ["invalid type: ", "invalid value: "] {
        if let Some((found, expected)) = reason
            .strip_prefix(kind)
            .and_then(|rest| rest.rsplit_once(", expected "))
        {
            return format!("{kind}{}, expected {}", word(found), word(expected));
        }
    }
    reason.to_owned()
}

fn word(text: &str) -> &str {
    let known = WORDS.into_iter().find(|(serde, _)| *serde == text);
    match known {
        Some((_, word)) => word,
        None if text.starts_with("struct ") => "an object",
        None if text.starts_with("enum ") => "a text",
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_no_types_of_the_program() {
        let check = |reason: &str, expect: &str| assert_eq!(plain(reason), expect);
        check(
            "invalid type: map, expected struct GridPlace",
            "invalid type: an object, expected an object",
        );
        check(
            "invalid type: sequence, expected a string",
            "invalid type: a list, expected a text",
        );
        check(
            "invalid type: string \"x, expected y\", expected u8",
            "invalid type: string \"x, expected y\", expected a whole number from 0 to 255",
        );
        check(
            "invalid value: integer `70000`, expected u16",
            "invalid value: integer `70000`, expected a whole number from 0 to 65535",
        );
        check(
            "unknown field `a`, expected `b`",
            "unknown field `a`, expected `b`",
        );
        check("EOF while parsing a value", "EOF while parsing a value");
    }
}
