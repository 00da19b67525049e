//! Texts from outside among other words: names, labels and annotations may be written from right to
//! left, or hold marks that turn what follows around. Pure.
//!
//! Invariant: whatever a text holds, what stands beside it keeps its direction. Elements of a page
//! are isolated by the style sheet; here are sentences, titles, and texts on canvas and in pictures.

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';

/// The text, set apart from what stands beside it; as it is when nothing in it has a direction of
/// its own. Marks that would end the isolation are left out.
pub fn isolated(text: &str) -> String {
    if !text.chars().any(turns) {
        return text.to_owned();
    }
    let kept = text
        .chars()
        .filter(|c| !('\u{2066}'..=POP_ISOLATE).contains(c));
    let ends = [FIRST_STRONG_ISOLATE, POP_ISOLATE];
    let [begin, end] = ends.map(|mark| Some(mark).into_iter());
    begin.chain(kept).chain(end).collect()
}

/// Whether it takes no room: a mark of direction, or one that joins letters.
pub fn is_mark(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether it is written from right to left, or turns what is beside it.
fn turns(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8ff}'
            | '\u{200e}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_turn_its_neighbours_is_isolated() {
        for (text, want) in [
            ("", ""),
            ("disk /dev/sda1 é 漢", "disk /dev/sda1 é 漢"),
            ("\u{202e}evil", "\u{2068}\u{202e}evil\u{2069}"),
            ("שלום", "\u{2068}שלום\u{2069}"),
            // What would end the isolation, or begin another that nobody ends.
            ("a\u{2069}\u{202e}b", "\u{2068}a\u{202e}b\u{2069}"),
            ("\u{2067}a", "\u{2068}a\u{2069}"),
            ("\u{2069}", "\u{2068}\u{2069}"),
        ] {
            assert_eq!(isolated(text), want, "{text:?}");
        }
        // However often: the marks are in balance.
        let twice = isolated(&isolated("\u{202e}x"));
        assert_eq!(twice, "\u{2068}\u{202e}x\u{2069}");
    }
}
