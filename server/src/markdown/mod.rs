//! Markdown to a tree. Invariant: every character is a mark that is understood or text: HTML is text, and
//! a link leads only where [`is_safe`] lets it; another one is shown as it is written.

use protocol::{TextKind, TextNode};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag};

/// Nodes within nodes, at most; what is deeper stands in the last one. The page walks the tree.
const DEPTH: usize = 16;

/// The nodes of a text, in order.
pub fn parse(text: &str) -> Vec<TextNode> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut open = vec![Some(TextNode::new(TextKind::Paragraph, Vec::new()))];
    let mut depth = 1;
    // Tags within a link that is not safe, and the link's own.
    let mut left_out = 0;
    for (event, source) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(_) if left_out > 0 => left_out += 1,
            Event::End(_) if left_out > 0 => left_out -= 1,
            _ if left_out > 0 => {}
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. })
                if !is_safe(&dest_url) =>
            {
                left_out = 1;
                let written = text.get(source).unwrap_or_default();
                add(&mut open, TextNode::leaf(TextKind::Text, written));
            }
            Event::Start(tag) => {
                let node = started(&tag).filter(|_| depth < DEPTH);
                depth += usize::from(node.is_some());
                open.push(node);
            }
            Event::End(_) => {
                if let Some(node) = open.pop().flatten() {
                    depth -= 1;
                    add(&mut open, finished(node));
                }
            }
            Event::Text(words) | Event::Html(words) | Event::InlineHtml(words) => {
                add(&mut open, TextNode::leaf(TextKind::Text, words.as_ref()));
            }
            Event::Code(words) => add(&mut open, TextNode::leaf(TextKind::Code, words.as_ref())),
            Event::SoftBreak => add(&mut open, TextNode::leaf(TextKind::Text, " ")),
            Event::HardBreak => add(&mut open, TextNode::new(TextKind::Break, Vec::new())),
            Event::Rule => add(&mut open, TextNode::new(TextKind::Rule, Vec::new())),
            // Of extensions that are off.
            Event::FootnoteReference(words)
            | Event::InlineMath(words)
            | Event::DisplayMath(words) => {
                add(&mut open, TextNode::leaf(TextKind::Text, words.as_ref()));
            }
            Event::TaskListMarker(_) => {}
        }
    }
    open.into_iter()
        .flatten()
        .next()
        .map(|root| root.of)
        .unwrap_or_default()
}

/// Whether a link may lead there: to the web, to mail, or within this site.
pub fn is_safe(to: &str) -> bool {
    // Browsers pass over spaces and controls in a scheme, and read `\\` as `/`.
    let plain = !to.is_empty() && !to.contains(|c: char| c.is_whitespace() || c.is_control());
    let starts = |scheme: &str| {
        let head = to.get(..scheme.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    let outside = ["https://", "http://", "mailto:"].into_iter().any(starts);
    let within = !to.contains([':', '\\']) && !to.starts_with("//");
    plain && (outside || within)
}

/// The node that begins with a tag; none for what is only the sum of its parts.
fn started(tag: &Tag<'_>) -> Option<TextNode> {
    let kind = match tag {
        Tag::Paragraph | Tag::HtmlBlock => TextKind::Paragraph,
        Tag::Heading { level, .. } => match level {
            HeadingLevel::H1 => TextKind::Heading1,
            HeadingLevel::H2 => TextKind::Heading2,
            _ => TextKind::Heading3,
        },
        Tag::BlockQuote(_) => TextKind::Quote,
        // What language it is changes nothing here.
        Tag::CodeBlock(CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) => TextKind::CodeBlock,
        Tag::List(None) => TextKind::List,
        Tag::List(Some(first)) => {
            return Some(TextNode::leaf(TextKind::OrderedList, first.to_string()));
        }
        Tag::Item => TextKind::Item,
        Tag::Table(_) => TextKind::Table,
        Tag::TableHead => TextKind::Head,
        Tag::TableRow => TextKind::Row,
        Tag::TableCell => TextKind::Cell,
        Tag::Emphasis => TextKind::Emphasis,
        Tag::Strong => TextKind::Strong,
        Tag::Strikethrough => TextKind::Strike,
        // A picture from elsewhere would say who reads: it is a link to it.
        Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
            return Some(TextNode::leaf(TextKind::Link, dest_url.as_ref()));
        }
        _ => return None,
    };
    Some(TextNode::new(kind, Vec::new()))
}

/// A block of code holds its words itself.
fn finished(mut node: TextNode) -> TextNode {
    if node.kind == TextKind::CodeBlock {
        let words = node.words();
        words
            .strip_suffix('\n')
            .unwrap_or(&words)
            .clone_into(&mut node.text);
        node.of.clear();
    }
    node
}

/// Puts a node into the innermost one that is open; words go on with the words before them.
fn add(open: &mut [Option<TextNode>], node: TextNode) {
    let Some(within) = open.iter_mut().rev().flatten().next() else {
        return;
    };
    match within.of.last_mut() {
        Some(last) if last.kind == TextKind::Text && node.kind == TextKind::Text => {
            last.text += &node.text;
        }
        _ => within.of.push(node),
    }
}

#[cfg(test)]
mod tests;
