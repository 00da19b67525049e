//! What text widgets say: the server parses them, the page shows the nodes. Pure.

use std::collections::BTreeMap;

use leptos::prelude::StoredValue;
use leptos::prelude::WithValue;
use protocol::{TextNode, Widget, WidgetKind, option_name};

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

/// What the texts of a dashboard say, by widget; in the context of the page.
#[derive(Clone, Copy)]
pub struct Texts(StoredValue<BTreeMap<String, Vec<TextNode>>>);

impl Texts {
    /// As the server parsed them.
    pub fn new(texts: BTreeMap<String, Vec<TextNode>>) -> Texts {
        Texts(StoredValue::new(texts))
    }

    /// The nodes of one widget; none of one that says nothing.
    pub(super) fn of(&self, id: &str) -> Vec<TextNode> {
        self.0
            .with_value(|texts| texts.get(id).cloned().unwrap_or_default())
    }
}

/// What the texts among `widgets` say, by widget.
pub fn texts(
    widgets: &[Widget],
    parse: impl Fn(&str) -> Vec<TextNode>,
) -> BTreeMap<String, Vec<TextNode>> {
    let texts = widgets
        .iter()
        .filter(|widget| widget.kind == WidgetKind::Text);
    let nodes = texts.map(|widget| (widget.id.clone(), parse(&Options::of(&widget.options).text)));
    nodes.filter(|(_, nodes)| !nodes.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::widget;
    use protocol::TextKind;

    #[test]
    fn only_texts_with_words_are_parsed() {
        let (mut said, mut silent) = (widget(WidgetKind::Text), widget(WidgetKind::Text));
        let mut line = widget(WidgetKind::Line);
        for (one, id, words) in [
            (&mut said, "a", "words"),
            (&mut silent, "b", ""),
            (&mut line, "c", "words"),
        ] {
            one.id = id.into();
            let value = protocol::OptionValue::Text(words.into());
            one.options.set(option_name::TEXT, value);
        }
        let leaf = |text: &str| TextNode::leaf(TextKind::Text, text);
        let parse = |text: &str| match text {
            "" => Vec::new(),
            text => vec![leaf(text)],
        };
        let got = texts(&[said, silent, line], parse);
        assert_eq!(got, BTreeMap::from([("a".to_owned(), vec![leaf("words")])]));
    }
}
