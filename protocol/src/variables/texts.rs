//! Variables in words: titles, labels, and Markdown that was parsed before.
//!
//! Invariant: a value adds words, or one part of an address; never a mark, an element or a scheme.

use std::collections::BTreeMap;

use super::template::filled;
use super::{Chosen, MAX_VALUE_CHARS, Resolved, VariableState};
use crate::{TextKind, TextNode, escaped};

/// What stands for all in words.
const ALL_WORDS: &str = "all";
/// What stands in words where there is no value.
const NONE_WORDS: &str = "none";

/// What a variable stands for, in words.
pub(super) fn words_of(chosen: &Chosen) -> String {
    match (chosen.all, chosen.values.as_slice()) {
        (true, _) => ALL_WORDS.to_owned(),
        (false, []) => NONE_WORDS.to_owned(),
        (false, values) => values.join(", "),
    }
}

/// Words with values in them, cut where no document holds more.
pub(super) fn title(text: &str, chosen: &dyn Fn(&str) -> Chosen) -> String {
    let filled = words(text, chosen);
    if filled.chars().count() <= MAX_VALUE_CHARS {
        return filled;
    }
    let mut cut: String = filled.chars().take(MAX_VALUE_CHARS - 1).collect();
    cut.push('…');
    cut
}

/// Words with values in them.
pub(super) fn words(text: &str, chosen: &dyn Fn(&str) -> Chosen) -> String {
    filled(text, |name| words_of(&chosen(name)))
}

/// An address with values in it, each as one part of it. It leads to the same site as before.
fn address(text: &str, chosen: &dyn Fn(&str) -> Chosen) -> String {
    let of = |name: &str| {
        let chosen = chosen(name);
        match chosen.all {
            true => super::ALL.to_owned(),
            false => escaped(&chosen.values.join(",")),
        }
    };
    let filled = filled(text, of);
    // Two slashes at the start would be another host.
    match filled.strip_prefix("//") {
        Some(rest) if !text.starts_with("//") => format!("/{}", rest.trim_start_matches('/')),
        _ => filled,
    }
}

/// Markdown with values in its words and addresses.
pub fn resolve_nodes(nodes: &[TextNode], chosen: &dyn Fn(&str) -> Chosen) -> Vec<TextNode> {
    let one = |node: &TextNode| TextNode {
        kind: node.kind,
        text: match node.kind {
            TextKind::Link => address(&node.text, chosen),
            TextKind::Text | TextKind::Code | TextKind::CodeBlock => words(&node.text, chosen),
            _ => node.text.clone(),
        },
        of: resolve_nodes(&node.of, chosen),
    };
    nodes.iter().map(one).collect()
}

/// What the texts of a resolved dashboard say, by widget, from what those of its document say.
pub fn resolve_texts(
    resolved: &Resolved,
    state: &VariableState,
    texts: &BTreeMap<String, Vec<TextNode>>,
) -> BTreeMap<String, Vec<TextNode>> {
    let shown = resolved.dashboard.widgets.iter().zip(&resolved.copies);
    let said = shown.filter_map(|(widget, copied)| {
        let nodes = texts.get(&copied.of)?;
        let nodes = resolve_nodes(nodes, &|name| copied.chosen(name, state));
        Some((widget.id.clone(), nodes))
    });
    said.collect()
}
