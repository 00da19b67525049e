//! The colours of both themes where there is no style sheet to ask. Invariant: they are those of
//! `style/tokens.css`, which a test reads.

use charts::RGBColor;

use crate::widgets::render::palette::Palette;

/// Colours of a theme.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// Titles and values.
    pub ink: RGBColor,
    /// What charts are drawn with.
    pub palette: Palette,
}

/// The light theme.
pub const LIGHT: Theme = Theme {
    ink: RGBColor(0x17, 0x19, 0x1c),
    palette: Palette {
        text: RGBColor(0x5c, 0x61, 0x69),
        grid: RGBColor(0xe4, 0xe4, 0xe0),
        surface: RGBColor(0xff, 0xff, 0xff),
        series: [
            RGBColor(0x11, 0x6a, 0xe6),
            RGBColor(0xb1, 0x56, 0x09),
            RGBColor(0x98, 0x1d, 0xa7),
            RGBColor(0x0b, 0x6d, 0x69),
            RGBColor(0x80, 0x85, 0x8c),
        ],
        ok: RGBColor(0x14, 0x79, 0x4a),
        warn: RGBColor(0x8a, 0x5a, 0x00),
        bad: RGBColor(0xb3, 0x26, 0x1e),
        forced: false,
        strong: false,
        text_scale: 1.0,
        generation: 0,
    },
};

/// The dark theme.
pub const DARK: Theme = Theme {
    ink: RGBColor(0xe9, 0xeb, 0xee),
    palette: Palette {
        text: RGBColor(0x9a, 0xa1, 0xac),
        grid: RGBColor(0x27, 0x2b, 0x33),
        surface: RGBColor(0x16, 0x19, 0x1e),
        series: [
            RGBColor(0x72, 0x88, 0xfc),
            RGBColor(0xf4, 0xa2, 0x32),
            RGBColor(0xdb, 0x9e, 0xfe),
            RGBColor(0x6e, 0xd6, 0xae),
            RGBColor(0x9c, 0xa3, 0xb0),
        ],
        ok: RGBColor(0x4c, 0xc3, 0x8a),
        warn: RGBColor(0xf2, 0xb8, 0x4b),
        bad: RGBColor(0xff, 0x8a, 0x80),
        forced: false,
        strong: false,
        text_scale: 1.0,
        generation: 0,
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colours_are_those_of_the_style_sheet() {
        let css = include_str!("../../../../style/tokens.css");
        let check = |name: &str, of: &dyn Fn(&Theme) -> RGBColor| {
            let hex = |color: RGBColor| format!("#{:02x}{:02x}{:02x}", color.0, color.1, color.2);
            let (light, dark) = (hex(of(&LIGHT)), hex(of(&DARK)));
            let token = format!("--{name}: light-dark({light}, {dark});");
            assert!(css.contains(&token), "{token}");
        };
        check("text", &|s| s.ink);
        check("dim", &|s| s.palette.text);
        check("line", &|s| s.palette.grid);
        check("surface", &|s| s.palette.surface);
        check("ok", &|s| s.palette.ok);
        check("warn", &|s| s.palette.warn);
        check("bad", &|s| s.palette.bad);
        for i in 0..LIGHT.palette.series.len() {
            check(&format!("s{}", i + 1), &|s| s.palette.series[i]);
        }
    }
}
