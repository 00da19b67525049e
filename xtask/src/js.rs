//! The script around a program, without what only people read.

/// A script without comments that have lines of their own, and without indentation. What wasm-bindgen
/// writes has no text that goes over several lines.
pub fn without_words(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        let is_words = in_comment || line.is_empty() || line.starts_with("//");
        in_comment &= !line.ends_with("*/");
        if !is_words {
            out.push_str(line);
            // Statements may end without a semicolon: the end of the line parts them.
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_go() {
        let check = |script: &str, want: &str| assert_eq!(without_words(script), want, "{script}");
        check("", "");
        check(
            "/**\n * @param {number} a\n */\nfunction f(a) {\n    return a / 2\n}\n",
            "function f(a) {\nreturn a / 2\n}\n",
        );
        check(
            "/* one */\n  // two\n\n  let a = \"/* b */\"; // c\n",
            "let a = \"/* b */\"; // c\n",
        );
        check("/* over\nlines */\nx()", "x()\n");
    }
}
