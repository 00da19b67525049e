//! Labels in the one font of all charts. Invariant: a text is never wider than the estimate.

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, TextStyle};

use crate::AxisStyle;

const FAMILY: &str = "Inter, system-ui, sans-serif";

/// Height of labels in device-independent pixels.
pub const FONT: f64 = 11.0;

/// Width of a digit in ems: somewhat more than in the widest of the usual fonts.
pub(crate) const DIGIT_EM: f64 = 0.64;
/// Width of m, M, w, W and %.
const WIDE_EM: f64 = 0.97;

pub(crate) fn text_style(style: &AxisStyle, h: HPos, v: VPos) -> TextStyle<'static> {
    TextStyle {
        font: FontDesc::new(
            FontFamily::Name(FAMILY),
            FONT * style.ratio,
            FontStyle::Normal,
        ),
        color: style.text.to_backend_color(),
        pos: Pos::new(h, v),
    }
}

/// An upper estimate: asking the backend would make it measure, and a page lay out.
pub(crate) fn text_width(text: &str, ratio: f64) -> f64 {
    let em = |c: char| match c {
        'm' | 'M' | 'w' | 'W' | '%' => WIDE_EM,
        _ => DIGIT_EM,
    };
    text.chars().map(em).sum::<f64>() * FONT * ratio
}
