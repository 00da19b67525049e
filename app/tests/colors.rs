//! The colours of `style/tokens.css` can be read and told apart: on what they lie on, and from each
//! other, also by who sees fewer colours. Invariant: every bound here is one that both themes keep,
//! with usual and with more contrast.

use std::collections::BTreeMap;

/// Text, by WCAG 2.2, 1.4.3.
const TEXT: f64 = 4.5;
/// Lines and marks, by WCAG 2.2, 1.4.11.
const MARK: f64 = 3.0;
/// Least distance of two series in OKLab × 100, where 2 is about the least that is seen side by side.
const APART: f64 = 12.0;
/// The same with fewer colours: a line is a thin thing, so this is well above what is just seen.
const APART_WITH_FEWER: f64 = 9.0;

/// Red, green and blue, linear, from 0 to 1.
type Linear = [f64; 3];
type Matrix = [[f64; 3]; 3];
/// Colours of one theme by name.
type Theme = BTreeMap<String, Linear>;

/// How a pair of themes is called, which it is of [light, dark], and what it is.
fn themes() -> [(&'static str, Theme); 4] {
    let css = include_str!("../../style/tokens.css");
    let (usual, rest) = css
        .split_once("@media (prefers-contrast: more)")
        .expect("the sheet has a block for more contrast");
    let more = rest.split("@media").next().unwrap_or_default();
    let [light, dark] = tokens(usual);
    let [more_light, more_dark] = tokens(more);
    // What is not said anew stays.
    let over = |usual: &Theme, more: Theme| usual.clone().into_iter().chain(more).collect();
    [
        ("light, more contrast", over(&light, more_light)),
        ("dark, more contrast", over(&dark, more_dark)),
        ("light", light),
        ("dark", dark),
    ]
}

/// Each `--name: light-dark(#rrggbb, #rrggbb);` in both themes.
fn tokens(css: &str) -> [Theme; 2] {
    let mut themes = [Theme::new(), Theme::new()];
    for line in css.lines() {
        let Some((name, value)) = line.trim().split_once(": light-dark(#") else {
            continue;
        };
        let hex = value.trim_end_matches(");").split(", #");
        for (theme, hex) in themes.iter_mut().zip(hex) {
            theme.insert(name.trim_start_matches("--").to_string(), linear(hex));
        }
    }
    themes
}

/// `rrggbb` as light, by IEC 61966-2-1 (sRGB).
fn linear(hex: &str) -> Linear {
    assert_eq!(hex.len(), 6, "{hex}");
    [0, 2, 4].map(|at| {
        let byte = u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour is hexadecimal");
        let share = f64::from(byte) / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    })
}

/// The contrast ratio of WCAG 2.2.
fn contrast(a: Linear, b: Linear) -> f64 {
    let luminance = |[r, g, b]: Linear| 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn times(matrix: &Matrix, v: Linear) -> Linear {
    matrix.map(|row| row.iter().zip(v).map(|(m, v)| m * v).sum())
}

/// The distance of two colours in OKLab (Ottosson, "A perceptual color space for image processing",
/// 2020), × 100.
fn distance(a: Linear, b: Linear) -> f64 {
    const CONES: Matrix = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ];
    const LAB: Matrix = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ];
    let lab = |color| times(&LAB, times(&CONES, color).map(f64::cbrt));
    let (a, b) = (lab(a), lab(b));
    100.0
        * a.iter()
            .zip(b)
            .map(|(a, b)| (a - b).powi(2))
            .sum::<f64>()
            .sqrt()
}

/// What is seen with one kind of cones missing: Machado, Oliveira and Fernandes, "A Physiologically-
/// based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15 (6), 2009, severity 1.0.
const FEWER: [(&str, Matrix); 3] = [
    (
        "protanopia",
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
    ),
];

#[test]
fn the_formulas_are_those_of_their_sources() {
    let [black, white, red] = ["000000", "ffffff", "ff0000"].map(linear);
    assert!((contrast(black, white) - 21.0).abs() < 1e-9);
    assert!((contrast(red, white) - 3.998).abs() < 1e-3);
    assert_eq!(contrast(red, red), 1.0);
    assert!((distance(black, white) - 100.0).abs() < 1e-3);
    assert_eq!(distance(red, red), 0.0);
    // Who sees fewer colours sees the same greys.
    for (name, matrix) in FEWER {
        for row in matrix {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 2e-6, "{name}");
        }
    }
}

#[test]
fn what_is_read_stands_out() {
    for (theme, colors) in themes() {
        let check = |name: &str, under: &str, least: f64| {
            let ratio = contrast(colors[name], colors[under]);
            assert!(ratio >= least, "{theme}: {name} on {under} has {ratio:.2}");
        };
        for under in ["surface", "bg"] {
            for name in ["text", "dim", "accent", "ok", "warn", "bad"] {
                check(name, under, TEXT);
            }
        }
        // Behind the menu's item and the table's row in hand.
        for name in ["text", "dim"] {
            check(name, "line-soft", TEXT);
        }
        check("on-accent", "accent", TEXT);
        check("surface", "text", TEXT);
        for i in 1..=5 {
            check(&format!("s{i}"), "surface", MARK);
        }
    }
}

/// So strong on that ground: browsers mix what is not linear.
fn over(color: Linear, ground: Linear, opacity: f64) -> Linear {
    let mixed = |a: f64, b: f64| {
        (a.powf(1.0 / 2.2) * opacity + b.powf(1.0 / 2.2) * (1.0 - opacity)).powf(2.2)
    };
    [0, 1, 2].map(|i| mixed(color[i], ground[i]))
}

/// The number behind `property: ` of the first rule after `what` in a sheet.
fn number(css: &str, what: &str, property: &str) -> f64 {
    let rest = css.split_once(what).expect(what).1;
    let rest = rest.split_once(property).expect(property).1;
    let digits = rest.trim_start().split([';', '%', ' ']).next();
    digits
        .and_then(|digits| digits.parse().ok())
        .expect("a number")
}

#[test]
fn what_is_read_stands_out_of_tinted_grounds_and_while_it_is_stale() {
    let widgets = include_str!("../../style/widgets.css");
    let metrics = include_str!("../../style/metrics.css");
    let accent = "color-mix(in oklab, var(--accent)";
    let share = number(widgets, "td.sorted", accent) / 100.0;
    let chosen = number(metrics, "aria-selected", "var(--accent)") / 100.0;
    let stale = number(widgets, "Stale data is visibly stale", "opacity:");
    let others = number(widgets, ".others .track", "opacity:");
    for (theme, colors) in themes() {
        let surface = colors["surface"];
        let check = |what: &str, ratio: f64, least: f64| {
            assert!(ratio >= least, "{theme}: {what} has {ratio:.2}");
        };
        for name in ["text", "dim"] {
            for opacity in [share, chosen] {
                let ground = over(colors["accent"], surface, opacity);
                check(name, contrast(colors[name], ground), TEXT);
            }
        }
        check(
            "stale text",
            contrast(over(colors["text"], surface, stale), surface),
            TEXT,
        );
        check(
            "others",
            contrast(over(colors["s1"], surface, others), surface),
            MARK,
        );
        // Words on the strips of states.
        for name in ["ok", "warn", "bad", "dim", "s1", "s2", "s3", "s4"] {
            check(name, contrast(surface, colors[name]), TEXT);
        }
    }
}

#[test]
fn series_are_told_apart() {
    for (theme, colors) in themes() {
        let check = |sight: &str, least: f64, seen: &dyn Fn(Linear) -> Linear| {
            for a in 1..=5 {
                for b in a + 1..=5 {
                    let [one, other] = [a, b].map(|i| seen(colors[&format!("s{i}")]));
                    let apart = distance(one, other);
                    let said = format!("{theme}, {sight}: s{a} and s{b} are {apart:.1} apart");
                    assert!(apart >= least, "{said}");
                }
            }
        };
        check("all colours", APART, &|color| color);
        for (name, matrix) in FEWER {
            check(name, APART_WITH_FEWER, &|color| {
                times(&matrix, color).map(|part| part.clamp(0.0, 1.0))
            });
        }
    }
}
