//! What text widgets say: the server parses them, the page shows the nodes. Pure.

use std::collections::BTreeMap;

use leptos::prelude::StoredValue;
use leptos::prelude::WithValue;
use protocol::{TextKind, TextNode, Widget, WidgetKind, option_name};

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
pub struct Texts(StoredValue<Parsed>);

/// What the server parsed.
struct Parsed {
    texts: BTreeMap<String, Vec<TextNode>>,
    /// What each text was made from, where it may be edited.
    sources: Option<BTreeMap<String, String>>,
}

impl Texts {
    /// As the server parsed them.
    pub fn new(texts: BTreeMap<String, Vec<TextNode>>) -> Texts {
        let sources = None;
        Texts(StoredValue::new(Parsed { texts, sources }))
    }

    /// As the server parsed them of these widgets, whose texts may be edited: one that was is shown as it
    /// is written.
    pub fn edited(texts: BTreeMap<String, Vec<TextNode>>, widgets: &[Widget]) -> Texts {
        let sources = widgets.iter();
        let sources = sources.map(|one| (one.id.clone(), Options::of(&one.options).text));
        let sources = Some(sources.collect());
        Texts(StoredValue::new(Parsed { texts, sources }))
    }

    /// The nodes of one widget; none of one that says nothing.
    pub(super) fn of(&self, widget: &Widget) -> Vec<TextNode> {
        let text = Options::of(&widget.options).text;
        self.0.with_value(|parsed| match &parsed.sources {
            Some(sources) if sources.get(&widget.id) != Some(&text) => as_written(&text),
            _ => parsed.texts.get(&widget.id).cloned().unwrap_or_default(),
        })
    }
}

/// A paragraph for each part of a text between empty lines.
fn as_written(text: &str) -> Vec<TextNode> {
    let parts = text.split("\n\n").map(str::trim);
    let parts = parts.filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let words = TextNode::leaf(TextKind::Text, part);
            TextNode::new(TextKind::Paragraph, vec![words])
        })
        .collect()
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

    #[test]
    fn a_text_that_is_edited_is_shown_as_it_is_written() {
        let mut text = widget(WidgetKind::Text);
        let owner = leptos::prelude::Owner::new();
        owner.set();
        let parsed = vec![TextNode::leaf(TextKind::Rule, "")];
        let texts = BTreeMap::from([(text.id.clone(), parsed.clone())]);
        let (fixed, edited) = (
            Texts::new(texts.clone()),
            Texts::edited(texts, std::slice::from_ref(&text)),
        );
        assert_eq!(
            (fixed.of(&text), edited.of(&text)),
            (parsed.clone(), parsed.clone())
        );
        let value = protocol::OptionValue::Text("# One\n\n\n\ntwo".into());
        text.options.set(option_name::TEXT, value);
        assert_eq!(fixed.of(&text), parsed);
        let words: Vec<String> = edited
            .of(&text)
            .into_iter()
            .flat_map(|paragraph| paragraph.of)
            .map(|words| words.text)
            .collect();
        assert_eq!(words, ["# One", "two"]);
    }
}
