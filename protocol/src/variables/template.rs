//! Texts that name variables: `$name`, `${name}`, and `$$` for a dollar.
//!
//! Invariant: every text can be read. A dollar that names nothing stands for itself.

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    /// As it is written.
    Text(&'t str),
    /// The value of the variable of this name.
    Name(&'t str),
}

/// The pieces of a text, in order.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        let after = &from[1..];
        let (part, length) = match name_at(after) {
            Some((name, length)) => (Part::Name(name), 1 + length),
            None => (Part::Text("$"), if after.starts_with('$') { 2 } else { 1 }),
        };
        parts.push(part);
        rest = &from[length..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// The name after a dollar, and how many bytes it takes with its braces.
fn name_at(after: &str) -> Option<(&str, usize)> {
    if let Some(braced) = after.strip_prefix('{') {
        let (name, _) = braced.split_once('}')?;
        return super::is_name(name).then_some((name, name.len() + 2));
    }
    let is_part = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_';
    let length = after.bytes().take_while(|b| is_part(b)).count();
    let name = &after[..length];
    super::is_name(name).then_some((name, length))
}

/// The names of the variables that a text names, in its order.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    parts(text).into_iter().filter_map(|part| match part {
        Part::Name(name) => Some(name),
        Part::Text(_) => None,
    })
}

/// The variable that the whole text names, without anything else.
pub fn only_name(text: &str) -> Option<&str> {
    match parts(text).as_slice() {
        [Part::Name(name)] => Some(name),
        _ => None,
    }
}

/// The text with the value of each variable in the place of its name.
pub(super) fn filled(text: &str, value: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Name(name) => out.push_str(&value(name)),
        }
    }
    out
}

/// The text with `*` for every variable: what it can stand for.
pub fn pattern(text: &str) -> String {
    filled(text, |_| "*".to_owned())
}
