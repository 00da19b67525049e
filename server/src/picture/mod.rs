//! Pictures of widgets as SVG documents.
//!
//! Invariant: a document loads nothing and runs nothing; with [`Theme::Auto`] it holds both themes
//! and shows the one that its reader prefers.

mod data;
mod request;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use app::still::{DARK, LIGHT, Picture, Shades, Still};
use charts::svg::{layered, sized};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::prelude::SVGBackend;
use protocol::query::Theme;

pub use data::PictureData;
pub use request::PictureRequest;

/// Backend units in a pixel of the plot, so that lines are smooth.
const SUBPIXEL: i32 = 8;

/// What there is to draw but its colours.
pub type Draft<'a> = dyn Fn(&'static Shades) -> Still<'a> + 'a;

/// A drawing that went wrong; the text is for the log.
#[derive(Debug, thiserror::Error)]
#[error("a picture cannot be drawn: {0}")]
pub struct DrawError(String);

/// The document of a picture.
pub fn svg(draft: &Draft<'_>, theme: Theme) -> Result<String, DrawError> {
    match theme {
        Theme::Light => finished(draft, &LIGHT, ""),
        Theme::Dark => finished(draft, &DARK, ""),
        Theme::Auto => {
            let rules = rules(&drawn(&draft(&LIGHT))?, &drawn(&draft(&DARK))?);
            finished(draft, &LIGHT, &rules)
        }
    }
}

fn finished(draft: &Draft<'_>, shades: &'static Shades, rules: &str) -> Result<String, DrawError> {
    let still = draft(shades);
    let drawn = drawn(&still)?;
    let (head, rest) = drawn
        .split_once('>')
        .ok_or_else(|| DrawError("no outermost tag".to_owned()))?;
    // A page gives a bare picture a box of about the size it has when its scripts run.
    let fit = if still.bare {
        " preserveAspectRatio=\"none\""
    } else {
        ""
    };
    let title = if still.bare {
        String::new()
    } else {
        format!("<title>{}</title>", escaped(&still.widget.title))
    };
    let style = if rules.is_empty() {
        String::new()
    } else {
        format!("<style>@media (prefers-color-scheme:dark){{{rules}}}</style>")
    };
    let svg = format!("{head}{fit}>{title}{style}{}", sized(rest));
    Ok(svg.replace(is_forbidden, "\u{fffd}"))
}

/// Both layers in the colours of one theme.
fn drawn(still: &Still<'_>) -> Result<String, DrawError> {
    let picture = Picture::of(still);
    let frame = layer(still.size, |area| picture.frame(area))?;
    let Some(plot) = picture.plot() else {
        return Ok(frame);
    };
    let units = |px: u32| px.saturating_mul(SUBPIXEL.unsigned_abs());
    let ink = layer((units(plot.width), units(plot.height)), |area| {
        picture.ink(area, SUBPIXEL)
    })?;
    Ok(layered(&frame, &ink, &plot, SUBPIXEL))
}

fn layer<E: std::fmt::Display>(
    size: (u32, u32),
    draw: impl FnOnce(&DrawingArea<SVGBackend<'_>, Shift>) -> Result<(), E>,
) -> Result<String, DrawError> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw(&area).map_err(|error| DrawError(error.to_string()))?;
        area.present()
            .map_err(|error| DrawError(error.to_string()))?;
    }
    Ok(svg)
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
