//! What a text widget says. Pure.

use super::markdown::Inline;
use protocol::option_name;

/// Options of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// In Markdown.
    pub text: String,
}

impl Options {
    /// As a document has them.
    pub fn of(options: &protocol::Options) -> Options {
        Options {
            text: options
                .text(option_name::TEXT)
                .unwrap_or_default()
                .to_owned(),
        }
    }
}

/// Words without marks.
pub fn plain(words: &[Inline]) -> String {
    words
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) | Inline::Code(text) => text.clone(),
            Inline::Emphasis(words) | Inline::Strong(words) | Inline::Link { words, .. } => {
                plain(words)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::markdown::{Block, parse};
    use super::*;

    #[test]
    fn marks_go_and_words_stay() {
        let of = |text: &str| {
            let blocks = parse(text).into_iter();
            let words = blocks.map(|block| match block {
                Block::Paragraph(words) | Block::Heading(_, words) => plain(&words),
                _ => String::new(),
            });
            words.collect::<Vec<_>>().join("|")
        };
        assert_eq!(of("# A *b*\n\nc **d** `e` [f](/g)"), "A b|c d e f");
    }
}
