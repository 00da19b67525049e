//! Pictures of widgets as SVG documents.
//!
//! Invariant: a document loads nothing and runs nothing; with [`Theme::Auto`] it holds both themes
//! and shows the one that its reader prefers.

mod data;
mod request;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use app::snapshot::{self, Snapshot};
use app::theme::{DARK, LIGHT, Theme as Colors};
use charts::svg::sized;
use protocol::query::Theme;

pub use data::PictureData;
pub use request::PictureRequest;

/// What there is to draw but its colours.
pub type SnapshotFn<'a> = dyn Fn(&'static Colors) -> Snapshot<'a> + 'a;

/// A drawing that went wrong; the text is for the log.
#[derive(Debug, thiserror::Error)]
#[error("a picture cannot be drawn: {0}")]
pub struct DrawError(String);

/// The document of a picture.
pub fn svg(draft: &SnapshotFn<'_>, theme: Theme) -> Result<String, DrawError> {
    match theme {
        Theme::Light => finished(draft, &LIGHT, ""),
        Theme::Dark => finished(draft, &DARK, ""),
        Theme::Auto => {
            let rules = rules(&drawn(&draft(&LIGHT))?, &drawn(&draft(&DARK))?);
            finished(draft, &LIGHT, &rules)
        }
    }
}

fn finished(
    draft: &SnapshotFn<'_>,
    colors: &'static Colors,
    rules: &str,
) -> Result<String, DrawError> {
    let snapshot = draft(colors);
    let drawn = drawn(&snapshot)?;
    let (head, rest) = drawn
        .split_once('>')
        .ok_or_else(|| DrawError("no outermost tag".to_owned()))?;
    // A page gives a bare picture a box of about the size it has when its scripts run.
    let fit = if snapshot.bare {
        " preserveAspectRatio=\"none\""
    } else {
        ""
    };
    let title = if snapshot.bare {
        String::new()
    } else {
        format!("<title>{}</title>", escaped(&snapshot.widget.title))
    };
    let style = if rules.is_empty() {
        String::new()
    } else {
        format!("<style>@media (prefers-color-scheme:dark){{{rules}}}</style>")
    };
    let svg = format!("{head}{fit}>{title}{style}{}", sized(rest));
    Ok(svg.replace(is_forbidden, "\u{fffd}"))
}

fn drawn(snapshot: &Snapshot<'_>) -> Result<String, DrawError> {
    snapshot::svg(snapshot).map_err(|error| DrawError(error.to_string()))
}

/// Style rules that make the colours of `light` into those that stand at the same places of
/// `dark`: both are the same drawing.
fn rules(light: &str, dark: &str) -> String {
    let pairs: BTreeMap<_, _> = colors(light).zip(colors(dark)).collect();
    let mut rules = String::new();
    for ((attribute, from), (_, to)) in pairs {
        if from != to {
            // Writing to a string cannot fail.
            let _ = write!(rules, "[{attribute}=\"{from}\"]{{{attribute}:{to}}}");
        }
    }
    rules
}

/// Every colour with its attribute, in order. Words of a picture cannot look like one, since
/// quotation marks in them are escaped.
fn colors(svg: &str) -> impl Iterator<Item = (&str, &str)> {
    svg.split('"')
        .zip(svg.split('"').skip(1))
        .filter_map(|(before, value)| {
            let attribute = ["fill", "stroke"].into_iter().find(|name| {
                before
                    .strip_suffix('=')
                    .is_some_and(|b| b.ends_with(&format!(" {name}")))
            })?;
            value.starts_with('#').then_some((attribute, value))
        })
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}

/// Whether an XML document must not hold it.
fn is_forbidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests;
