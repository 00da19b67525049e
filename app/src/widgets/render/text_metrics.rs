//! Text of a picture, where there are no fonts to measure it with. Invariant: by our estimate of
//! their width, words that were fitted stay within their room.

use charts::RGBColor;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::Text;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{self, Color, FontDesc, FontFamily, FontStyle};
use plotters_backend::DrawingBackend;

use super::snapshot::Drawn;
use crate::bidi::{is_mark, isolated};

const FAMILY: &str = "Inter, system-ui, sans-serif";

/// How words are written: size in pixels, colour, and which end of them is placed.
#[derive(Clone, Copy)]
pub struct TextStyle {
    /// Font size in pixels.
    pub px: f64,
    /// Whether they are bold.
    pub bold: bool,
    /// Of the letters.
    pub color: RGBColor,
    /// Which end is placed.
    pub anchor: HPos,
}

impl TextStyle {
    /// Of this size and colour, placed by the left end.
    pub fn new(px: f64, color: RGBColor) -> TextStyle {
        TextStyle {
            px,
            bold: false,
            color,
            anchor: HPos::Left,
        }
    }

    /// The same in bold.
    pub fn bold(self) -> TextStyle {
        TextStyle { bold: true, ..self }
    }

    /// The same, placed by the other end.
    pub fn right(self) -> TextStyle {
        TextStyle {
            anchor: HPos::Right,
            ..self
        }
    }

    /// About how wide a text is.
    pub fn width(&self, text: &str) -> f64 {
        let heavy = if self.bold { 1.06 } else { 1.0 };
        text.chars().map(em).sum::<f64>() * self.px * heavy
    }

    /// The text, cut to a width, with `…` where something is missing.
    pub fn fit(&self, text: &str, width: f64) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        let mut kept = String::new();
        let room = width - self.width("…");
        for c in text.chars() {
            kept.push(c);
            let fits = self.width(&kept) <= room;
            if !fits {
                kept.pop();
                break;
            }
        }
        kept.truncate(kept.trim_end().len());
        kept + "…"
    }
}

/// Writes a text, set apart from others, with the middle of its small letters at `at`.
pub fn write<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    text: &str,
    at: (i32, i32),
    style: &TextStyle,
) -> Drawn<DB> {
    if text.is_empty() {
        return Ok(());
    }
    let face = if style.bold {
        FontStyle::Bold
    } else {
        FontStyle::Normal
    };
    let style = style::TextStyle {
        font: FontDesc::new(FontFamily::Name(FAMILY), style.px, face),
        color: style.color.to_backend_color(),
        pos: Pos::new(style.anchor, VPos::Center),
    };
    area.draw(&Text::new(isolated(text), at, style))
}

/// Width of a character in ems, rather too much than too little.
fn em(c: char) -> f64 {
    match c {
        c if is_mark(c) => 0.0,
        'i' | 'l' | 'j' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | 'I' => 0.3,
        ' ' | '\u{202f}' | 't' | 'f' | 'r' | '(' | ')' | '/' | '-' => 0.38,
        'm' | 'M' | 'w' | 'W' | '%' | '@' | '—' | '…' => 0.95,
        'A'..='Z' => 0.72,
        c if c.is_ascii() => 0.62,
        // Ideographs and the like fill the em.
        c if u32::from(c) >= 0x1100 => 1.0,
        _ => 0.65,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_in_their_room() {
        let style = TextStyle::new(10.0, RGBColor(0, 0, 0));
        let check = |text: &str, width: f64, want: &str| {
            let got = style.fit(text, width);
            assert_eq!(got, want, "{text} {width}");
        };
        check("", 0.0, "");
        check("abc", 18.7, "abc");
        check("abc", 18.5, "a…");
        check("a bc", 20.0, "a…");
        check("abc", 0.0, "…");
        check("abc", f64::NAN, "…");
        check("éé", f64::INFINITY, "éé");
        assert!(style.bold().width("ab") > style.width("ab"));
        assert!(style.width("漢字") >= 20.0);
        assert_eq!(style.width("\u{2068}ab\u{2069}"), style.width("ab"));
    }
}
