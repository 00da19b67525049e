//! Markdown as a tree, as the server parsed it. Invariant: every node is one of [`TextKind`], so that a
//! document can name neither an element nor an attribute; only links have an address.

use serde::{Deserialize, Serialize};

/// One node of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextNode {
    /// What it is.
    #[serde(rename = "is")]
    pub kind: TextKind,
    /// Words of a text or of code, address of a link, first number of an ordered list; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What is in it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<TextNode>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextKind {
    /// Lines that belong together.
    Paragraph,
    /// The largest heading.
    Heading1,
    /// The next.
    Heading2,
    /// The smaller ones.
    Heading3,
    /// Code over several lines, in `text`.
    CodeBlock,
    /// Bullets; holds items.
    List,
    /// Numbers, from the one in `text` on; holds items.
    OrderedList,
    /// An item of a list.
    Item,
    /// What somebody else said.
    Quote,
    /// A table; holds a head, and rows.
    Table,
    /// The first row of a table; holds cells.
    Head,
    /// A row of a table; holds cells.
    Row,
    /// A cell of a table.
    Cell,
    /// A line between parts.
    Rule,
    /// Words, in `text`.
    Text,
    /// Code within a line, in `text`.
    Code,
    /// Emphasis.
    Emphasis,
    /// Strong emphasis.
    Strong,
    /// Words that do not hold any more.
    Strike,
    /// A link to the address in `text`.
    Link,
    /// The end of a line.
    Break,
}

impl TextNode {
    /// A node with something in it.
    pub fn new(kind: TextKind, of: Vec<TextNode>) -> TextNode {
        let text = String::new();
        TextNode { kind, text, of }
    }

    /// A node that ends in words.
    pub fn leaf(kind: TextKind, text: impl Into<String>) -> TextNode {
        TextNode {
            kind,
            text: text.into(),
            of: Vec::new(),
        }
    }

    /// The words in it, without what they are.
    pub fn words(&self) -> String {
        let own = match self.kind {
            TextKind::Text | TextKind::Code | TextKind::CodeBlock => self.text.as_str(),
            TextKind::Break => " ",
            _ => "",
        };
        self.of
            .iter()
            .fold(own.to_owned(), |words, node| words + &node.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_is_left_without_marks() {
        let text = |words: &str| TextNode::leaf(TextKind::Text, words);
        let link = TextNode {
            text: "/f".into(),
            ..TextNode::new(TextKind::Link, vec![text("e")])
        };
        let of = vec![
            text("a "),
            TextNode::new(
                TextKind::Strong,
                vec![text("b"), TextNode::leaf(TextKind::Code, "c")],
            ),
            TextNode::new(TextKind::Break, Vec::new()),
            link,
        ];
        assert_eq!(TextNode::new(TextKind::Paragraph, of).words(), "a bc e");
    }
}
