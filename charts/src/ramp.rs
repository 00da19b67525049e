//! Colours between two others, and how far they stand out from the ground. Invariant: equal shares are
//! equally large steps to the eye.

use plotters::style::RGBColor;

/// The colour that is `share` (0 to 1) of the way from `from` to `to`, in Oklab
/// (<https://bottosson.github.io/posts/oklab>), where distances are as large as they look. sRGB is
/// taken as having a gamma of two, which differs by less than one level in lightness.
pub fn ramp(from: RGBColor, to: RGBColor, share: f64) -> RGBColor {
    // What is no number is no part of the way.
    let share = if share > 0.0 { share.min(1.0) } else { 0.0 };
    if share == 1.0 {
        return to;
    }
    if share == 0.0 {
        return from;
    }
    let (a, b) = (oklab(from), oklab(to));
    let mix = |i: usize| a[i] + (b[i] - a[i]) * share;
    srgb([mix(0), mix(1), mix(2)])
}

/// The contrast ratio that WCAG 2.2 asks of what is needed to understand a picture (1.4.11), and a little
/// more, since [`luminance`] is near the exact one.
const SEEN: f64 = 3.1;

/// The least share from `least` on, in twentieths, at which the way from `ground` to `color` stands out from
/// the ground by 3 : 1; 1 where none does.
pub fn seen(ground: RGBColor, color: RGBColor, least: f64) -> f64 {
    let below = luminance(ground) + 0.05;
    let is_seen = |share: &f64| {
        let above = luminance(ramp(ground, color, *share)) + 0.05;
        above.max(below) / above.min(below) >= SEEN
    };
    let mut shares = (0..20).map(|i| least + f64::from(i) / 20.0);
    let found = shares.find(|share| *share >= 1.0 || is_seen(share));
    found.unwrap_or(1.0).min(1.0)
}

/// Relative luminance as WCAG has it, with a polynomial in the place of sRGB's curve.
fn luminance(color: RGBColor) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        c * (c * (c * 0.305_306_011 + 0.682_171_111) + 0.012_522_878)
    };
    0.2126 * linear(color.0) + 0.7152 * linear(color.1) + 0.0722 * linear(color.2)
}

/// Lightness, and how red or green, yellow or blue.
fn oklab(color: RGBColor) -> [f64; 3] {
    let linear = |channel: u8| (f64::from(channel) / 255.0).powi(2);
    let (r, g, b) = (linear(color.0), linear(color.1), linear(color.2));
    let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
    let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
    let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
    [
        0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
        1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
        0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
    ]
}

fn srgb([lightness, a, b]: [f64; 3]) -> RGBColor {
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    let channel = |linear: f64| (linear.max(0.0).sqrt() * 255.0).round().min(255.0) as u8;
    RGBColor(
        channel(4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s),
        channel(-1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s),
        channel(-0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SURFACES: [RGBColor; 2] = [RGBColor(255, 255, 255), RGBColor(22, 25, 30)];
    const SERIES: [RGBColor; 6] = [
        RGBColor(37, 99, 201),
        RGBColor(180, 83, 9),
        RGBColor(107, 114, 128),
        RGBColor(122, 167, 255),
        RGBColor(240, 166, 60),
        RGBColor(69, 201, 184),
    ];

    /// Lightness as CIE defines it (L*, 0 to 100), with sRGB's own curve: a second opinion.
    fn lightness(color: RGBColor) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        let y = 0.2126 * linear(color.0) + 0.7152 * linear(color.1) + 0.0722 * linear(color.2);
        if y > 0.008_856 {
            116.0 * y.cbrt() - 16.0
        } else {
            903.3 * y
        }
    }

    #[test]
    fn ends_are_exact_and_shares_held() {
        let check = |share: f64, expected: RGBColor| {
            assert_eq!(ramp(SURFACES[0], SERIES[0], share), expected, "{share}");
        };
        for share in [0.0, -0.0, -5.0, f64::NAN, f64::NEG_INFINITY] {
            check(share, SURFACES[0]);
        }
        for share in [1.0, 5.0, f64::INFINITY] {
            check(share, SERIES[0]);
        }
    }

    #[test]
    fn a_colour_survives_the_way_there_and_back() {
        for color in SURFACES.into_iter().chain(SERIES) {
            assert_eq!(srgb(oklab(color)), color);
        }
    }

    #[test]
    fn steps_look_equally_large() {
        for surface in SURFACES {
            for color in SERIES {
                let levels: Vec<f64> = (0..=8)
                    .map(|i| lightness(ramp(surface, color, f64::from(i) / 8.0)))
                    .collect();
                let even = (levels[8] - levels[0]) / 8.0;
                for pair in levels.windows(2) {
                    let step = pair[1] - pair[0];
                    let ratio = step / even;
                    assert!(
                        (0.6..1.6).contains(&ratio),
                        "{surface:?} {color:?}: {levels:.1?}"
                    );
                }
            }
        }
    }
}
