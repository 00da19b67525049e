//! A part of Markdown: headings, paragraphs, emphasis, code, lists of one level, rules and links.
//!
//! Invariant: every character of the input is a mark that is understood or text. There is no way
//! to name an element or an attribute, and no link but those that [`is_safe`] lets through.

/// Emphasis within emphasis, at most.
const DEPTH: u8 = 6;

/// A part of a text that stands for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// `#` to `######`, by level from 1.
    Heading(u8, Vec<Inline>),
    /// Lines that follow one another.
    Paragraph(Vec<Inline>),
    /// Between lines of three backticks.
    Code(String),
    /// Lines that begin with `-`, `*` or `+`, or with a number and a full stop.
    List {
        /// Whether it is numbered.
        ordered: bool,
        /// What stands behind each mark.
        items: Vec<Vec<Inline>>,
    },
    /// Three or more `-`, `*` or `_`.
    Rule,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// As it is.
    Text(String),
    /// Between backticks.
    Code(String),
    /// Between `*` or `_`.
    Emphasis(Vec<Inline>),
    /// Between `**` or `__`.
    Strong(Vec<Inline>),
    /// `[words](to)`.
    Link {
        /// The address; see [`is_safe`].
        to: String,
        /// What is read.
        words: Vec<Inline>,
    },
}

/// The blocks of a text, in order.
pub fn parse(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Open> = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if let Some(fence) = line.strip_prefix("```") {
            close(&mut open, &mut blocks);
            // A language behind the fence changes nothing here.
            if !fence.contains('`') {
                let code = lines.by_ref();
                let code = code.take_while(|line| line.trim() != "```");
                blocks.push(Block::Code(code.collect::<Vec<_>>().join("\n")));
                continue;
            }
        }
        if line.is_empty() {
            close(&mut open, &mut blocks);
        } else if is_rule(line) {
            close(&mut open, &mut blocks);
            blocks.push(Block::Rule);
        } else if let Some((level, rest)) = heading(line) {
            close(&mut open, &mut blocks);
            blocks.push(Block::Heading(level, inlines(rest, DEPTH)));
        } else if let Some((ordered, rest)) = item(line) {
            match &mut open {
                Some(Open::List(as_before, items)) if *as_before == ordered => {
                    items.push(rest.to_owned());
                }
                _ => {
                    close(&mut open, &mut blocks);
                    open = Some(Open::List(ordered, vec![rest.to_owned()]));
                }
            }
        } else {
            // A line without a mark goes on with what is open.
            match &mut open {
                Some(Open::List(_, items)) => {
                    if let Some(last) = items.last_mut() {
                        *last = format!("{last} {line}");
                    }
                }
                Some(Open::Paragraph(words)) => {
                    words.push(' ');
                    words.push_str(line);
                }
                None => open = Some(Open::Paragraph(line.to_owned())),
            }
        }
    }
    close(&mut open, &mut blocks);
    blocks
}

/// Whether a link may lead there: to the web, to mail, or within this site.
pub fn is_safe(to: &str) -> bool {
    // Browsers pass over spaces and controls in a scheme, and read `\` as `/`.
    let plain = !to.is_empty() && !to.contains(|c: char| c.is_whitespace() || c.is_control());
    let starts = |scheme: &str| {
        let head = to.get(..scheme.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    let outside = ["https://", "http://", "mailto:"].into_iter().any(starts);
    let within = !to.contains([':', '\\']) && !to.starts_with("//");
    plain && (outside || within)
}

enum Open {
    Paragraph(String),
    List(bool, Vec<String>),
}

fn close(open: &mut Option<Open>, blocks: &mut Vec<Block>) {
    match open.take() {
        Some(Open::Paragraph(words)) => blocks.push(Block::Paragraph(inlines(&words, DEPTH))),
        Some(Open::List(ordered, items)) => blocks.push(Block::List {
            ordered,
            items: items.iter().map(|item| inlines(item, DEPTH)).collect(),
        }),
        None => {}
    }
}

fn is_rule(line: &str) -> bool {
    let is_of = |mark: char| line.len() >= 3 && line.chars().all(|c| c == mark);
    ['-', '*', '_'].into_iter().any(is_of)
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    let words = rest.strip_prefix(' ')?;
    (1..=6)
        .contains(&level)
        .then(|| (level as u8, words.trim_end_matches('#').trim()))
}

fn item(line: &str) -> Option<(bool, &str)> {
    let bullets = ["- ", "* ", "+ "];
    if let Some(rest) = bullets.iter().find_map(|mark| line.strip_prefix(mark)) {
        return Some((false, rest.trim()));
    }
    let (number, rest) = line.split_once(". ")?;
    let is_number = (1..=9).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| (true, rest.trim()))
}

fn inlines(mut rest: &str, depth: u8) -> Vec<Inline> {
    let mut found = Vec::new();
    let mut text = String::new();
    while let Some(first) = rest.chars().next() {
        let begins_word = text.chars().last().is_none_or(|c| !c.is_alphanumeric());
        let marked = match first {
            '\\' => escaped(rest),
            _ if depth == 0 => None,
            '`' => between(rest, "`").map(|(code, rest)| (Inline::Code(code.to_owned()), rest)),
            '[' => link(rest, depth),
            // `snake_case` is one word.
            '_' if !begins_word => None,
            '*' | '_' => emphasis(rest, first, depth),
            _ => None,
        };
        match marked {
            Some((Inline::Text(literal), after)) => {
                text.push_str(&literal);
                rest = after;
            }
            Some((inline, after)) => {
                if !text.is_empty() {
                    found.push(Inline::Text(std::mem::take(&mut text)));
                }
                found.push(inline);
                rest = after;
            }
            None => {
                text.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    if !text.is_empty() {
        found.push(Inline::Text(text));
    }
    found
}

/// A mark behind a backslash is no mark.
fn escaped(rest: &str) -> Option<(Inline, &str)> {
    let mark = rest.chars().nth(1).filter(char::is_ascii_punctuation)?;
    Some((Inline::Text(mark.into()), &rest[2..]))
}

fn emphasis(rest: &str, mark: char, depth: u8) -> Option<(Inline, &str)> {
    let (strong, single) = if mark == '*' {
        ("**", "*")
    } else {
        ("__", "_")
    };
    if let Some((words, after)) = between(rest, strong) {
        return Some((Inline::Strong(inlines(words, depth - 1)), after));
    }
    let (words, after) = between(rest, single)?;
    Some((Inline::Emphasis(inlines(words, depth - 1)), after))
}

fn link(rest: &str, depth: u8) -> Option<(Inline, &str)> {
    let (words, after) = rest.strip_prefix('[')?.split_once("](")?;
    let (to, after) = after.split_once(')')?;
    let within = words.contains(['[', ']']);
    (!within && !words.trim().is_empty() && is_safe(to)).then(|| {
        let words = inlines(words, depth - 1);
        let to = to.to_owned();
        (Inline::Link { to, words }, after)
    })
}

/// What stands between a mark at the begin and the next one, neither empty nor at a space.
fn between<'a>(rest: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let inner = rest.strip_prefix(mark)?;
    let (words, after) = inner.split_once(mark)?;
    let tight = !words.is_empty() && words.trim() == words;
    tight.then_some((words, after))
}

#[cfg(test)]
mod tests;
