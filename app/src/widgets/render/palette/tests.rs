//! Contrast of everything that is drawn with a series colour, on both grounds and with more contrast.

use super::*;
use crate::widgets::render::theme::{DARK, LIGHT};
use charts::ramp;

/// The colours of both themes, as they are and with more contrast, as the style sheet has them.
fn all() -> [(&'static str, Palette); 4] {
    let css = include_str!("../../../../../style/tokens.css");
    let (_, strong) = css
        .split_once("@media (prefers-contrast: more) {\n  :root {")
        .expect("more contrast");
    let hex = |text: &str| {
        let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("a colour");
        RGBColor(byte(1), byte(3), byte(5))
    };
    let both = |name: &str| {
        let (_, rest) = strong
            .split_once(&format!("--{name}: light-dark("))
            .expect("a colour of a name");
        let (both, _) = rest.split_once(')').expect("its end");
        let (light, dark) = both.split_once(", ").expect("two themes");
        [hex(light), hex(dark)]
    };
    let more = |palette: Palette, theme: usize| Palette {
        series: ["s1", "s2", "s3", "s4", "s5"].map(|name| both(name)[theme]),
        strong: true,
        ..palette
    };
    [
        ("light", LIGHT.palette),
        ("dark", DARK.palette),
        ("light, more contrast", more(LIGHT.palette, 0)),
        ("dark, more contrast", more(DARK.palette, 1)),
    ]
}

#[test]
fn in_forced_colours_lines_have_patterns_besides_colours() {
    let system = Palette {
        text: RGBColor(0, 0, 0),
        surface: RGBColor(255, 255, 255),
        ok: RGBColor(0, 0, 0),
        grid: RGBColor(0, 0, 0),
        ..LIGHT.palette
    };
    let forced = system.forced();
    for palette in [LIGHT.palette, forced] {
        let all: Vec<_> = (0..25)
            .map(|i| (palette.line(i), palette.dashes(i)))
            .collect();
        for (i, one) in all.iter().enumerate() {
            assert!(!all[..i].contains(one), "line {i}");
        }
    }
    let first = |of: fn(&Palette, usize) -> usize, palette| -> Vec<usize> {
        (0..5).map(|i| of(palette, i)).collect()
    };
    assert_eq!(first(Palette::dashes, &LIGHT.palette), [0; 5]);
    assert_eq!(first(Palette::dashes, &forced), [0, 1, 2, 3, 4]);
    let colors = (0..5).map(|i| rounds(i).0);
    assert!(
        colors.eq(0..5),
        "colours differ too: steep lines have no dashes"
    );
    // What is quiet is seen, and is not as loud as the data.
    for quiet in [forced.grid, forced.ok] {
        assert!(quiet != forced.text && quiet != forced.surface);
    }
}

/// The contrast ratio of WCAG 2.2.
fn contrast(a: RGBColor, b: RGBColor) -> f64 {
    let linear = |byte: u8| match f64::from(byte) / 255.0 {
        share if share <= 0.04045 => share / 12.92,
        share => ((share + 0.055) / 1.055).powf(2.4),
    };
    let light =
        |c: RGBColor| 0.2126 * linear(c.0) + 0.7152 * linear(c.1) + 0.0722 * linear(c.2) + 0.05;
    light(a).max(light(b)) / light(a).min(light(b))
}

/// So strong on that ground, as canvases and browsers mix.
fn over(color: RGBColor, ground: RGBColor, opacity: f64) -> RGBColor {
    let mix =
        |a: u8, b: u8| (f64::from(a) * opacity + f64::from(b) * (1.0 - opacity)).round() as u8;
    RGBColor(
        mix(color.0, ground.0),
        mix(color.1, ground.1),
        mix(color.2, ground.2),
    )
}

#[test]
fn bands_are_seen_on_both_grounds_and_what_means_something_stands_out() {
    for (theme, palette) in all() {
        let ground = palette.surface;
        let check = |what: &str, ratio: f64, least: f64| {
            assert!(ratio >= least, "{theme}: {what} has {ratio:.2}");
        };
        for (i, color) in palette.series.into_iter().enumerate() {
            // A band is wide, and its edges are in the tooltip and the table in words.
            let band = over(color, ground, palette.band());
            check(&format!("band {i}"), contrast(band, ground), 1.3);
            check(&format!("line {i} on its band"), contrast(color, band), 2.8);
            check(&format!("line {i}"), contrast(color, ground), 3.0);
            let earlier = ramp(ground, color, palette.earlier(color));
            check(&format!("earlier {i}"), contrast(earlier, ground), 3.0);
            // The line along a layer is as strong as any; with more contrast the layer is as well.
            let least = if palette.strong { 3.0 } else { 1.3 };
            for dashes in 0..FILLS.len() {
                let layer = over(color, ground, palette.stack_fill(dashes));
                let what = format!("layer {i} in pattern {dashes}");
                check(&what, contrast(layer, ground), least);
            }
        }
        // Thresholds, passed values, marks, states, and the words on strips of states.
        for level in [LogLevel::Info, LogLevel::Warn, LogLevel::Error] {
            let all = [palette.value(Some(level)), palette.level(level)];
            for color in all {
                check(&format!("{level:?}"), contrast(color, ground), 4.5);
            }
        }
    }
}

#[test]
fn an_earlier_line_is_weaker_where_it_is_seen_then() {
    for (theme, palette) in all() {
        let strengths = palette.series.map(|color| palette.earlier(color));
        assert!(
            strengths.iter().all(|s| (EARLIER..1.0).contains(s)),
            "{theme}: {strengths:?}"
        );
    }
    let faint = RGBColor(0xf0, 0xf0, 0xf0);
    assert_eq!(LIGHT.palette.earlier(faint), 1.0, "nothing is stronger");
}

#[test]
fn computed_colours() {
    for (text, want) in [
        ("rgb(31, 95, 214)", Some(RGBColor(31, 95, 214))),
        ("rgba(31, 95, 214, 0.5)", Some(RGBColor(31, 95, 214))),
        ("rgb(31 95 214 / 50%)", Some(RGBColor(31, 95, 214))),
        ("rgb(31.4, 95.5, 300)", Some(RGBColor(31, 96, 255))),
        ("rgb(255.9, 0, 0)", Some(RGBColor(255, 0, 0))),
        ("rgb(1, 2)", None),
        ("rgb(1, x, 2)", None),
        ("light-dark(#fff, #000)", None),
        ("", None),
    ] {
        assert_eq!(parse(text), want, "{text}");
    }
}
