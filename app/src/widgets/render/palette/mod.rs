//! The colours of the style sheet, as canvases need them.

use std::cell::{Cell, RefCell};

use charts::{AxisStyle, RGBColor, ramp};
use leptos::prelude::*;
use web_sys::Element;

use crate::browser;
use crate::erased::CollectAny;
use crate::frame_loop;
use crate::shell::theme;
use protocol::LogLevel;

/// Number of series colours; further series repeat them with dashes.
pub const SERIES: usize = 5;

/// How strong areas of one colour are that stand on each other: those of the first series, then of those that
/// repeat its colour. The line along each is as strong as any, which is what has to be seen; an area is at
/// 1.3 : 1 or more, so that it is not lost on a dim screen. With more contrast all are at 3 : 1.
const FILLS: [f64; 5] = [0.45, 0.3, 0.65, 0.25, 0.8];
const STRONG_FILL: f64 = 0.8;
/// How strong the lines of an earlier time are at least.
const EARLIER: f64 = 0.45;
/// How strong bands are on light ground, on dark ground, and in forced colours.
const BANDS: [f64; 3] = [0.25, 0.3, 0.4];
/// Where grid lines and calm states lie between ground and text in forced colours.
const QUIET: f64 = 0.25;
const CALM: f64 = 0.55;
/// While people ask for more contrast.
const CONTRAST: &str = "(prefers-contrast: more)";
/// While the system says which colours there are.
const FORCED: &str = "(forced-colors: active)";
/// Dashes of a key that is 11 px long, where each begins and its length: without gaps, then one for each
/// of [`charts::PATTERNS`].
const KEYS: [&[(f64, f64)]; 5] = [
    &[(0.0, 11.0)],
    &[(0.0, 4.0), (7.0, 4.0)],
    &[(0.0, 2.0), (4.5, 2.0), (9.0, 2.0)],
    &[(0.0, 7.0), (9.0, 2.0)],
    &[(0.0, 2.0), (9.0, 2.0)],
];

/// Colour and pattern of the line that is so many after the first: colours come first, and with each
/// round of them another pattern. Both tell 25 lines apart.
pub const fn rounds(index: usize) -> (usize, usize) {
    (index % SERIES, index / SERIES % KEYS.len())
}

/// Colours of the theme that shows now.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// Labels of axes.
    pub text: RGBColor,
    /// Grid lines.
    pub grid: RGBColor,
    /// Behind charts.
    pub surface: RGBColor,
    /// Series, in order.
    pub series: [RGBColor; SERIES],
    /// A state that is as it should be.
    pub ok: RGBColor,
    /// A value above a threshold.
    pub warn: RGBColor,
    /// A value far above.
    pub bad: RGBColor,
    /// Whether colours are the system's, which mean little: patterns come first then.
    pub forced: bool,
    /// Whether people ask for more contrast.
    pub strong: bool,
    /// How large people have text; 1 where nobody chose.
    pub text_scale: f64,
    /// Changes with the theme.
    pub generation: u64,
}

impl Palette {
    const fn look(&self, index: usize) -> (usize, usize) {
        let (color, round) = rounds(index);
        // There are as many patterns as colours: each has its own as well, since steep lines have no
        // dashes and the system's colours may be alike.
        if self.forced {
            (color, (color + round) % KEYS.len())
        } else {
            (color, round)
        }
    }

    /// Opacity of the area of a line in this pattern that stands on others.
    pub const fn stack_fill(&self, dashes: usize) -> f64 {
        match self.strong {
            true => STRONG_FILL,
            false => FILLS[dashes % FILLS.len()],
        }
    }

    /// How strong the line of an earlier time is: weaker than that of now as far as it is seen then.
    pub fn earlier(&self, color: RGBColor) -> f64 {
        charts::seen(self.surface, color, EARLIER)
    }

    /// How strong the band around a line is: seen, and quieter than the line. What is wide is seen at less than
    /// a line is, and 1.3 : 1 is what grid lines have; its ends are in the tooltip in words. With more contrast
    /// its edges are lines, at 3 : 1 and more.
    pub fn band(&self) -> f64 {
        let RGBColor(red, green, blue) = self.surface;
        let is_dark = u32::from(red) + u32::from(green) + u32::from(blue) < 3 * 128;
        match (self.forced, is_dark) {
            (true, _) => BANDS[2],
            (false, true) => BANDS[1],
            (false, false) => BANDS[0],
        }
    }

    /// Of the line that is so many after the first.
    pub const fn line(&self, index: usize) -> RGBColor {
        self.series[self.look(index).0]
    }

    /// The pattern of that line; 0 is without gaps.
    pub const fn dashes(&self, index: usize) -> usize {
        self.look(index).1
    }

    /// The dashes of the key of a line, from where each begins, in px, and its length.
    pub const fn key(&self, index: usize) -> &'static [(f64, f64)] {
        KEYS[self.dashes(index)]
    }

    /// With the system's colours: between its ground and its text there are none, and what is quiet
    /// would be as loud as the data.
    fn forced(self) -> Palette {
        Palette {
            grid: ramp(self.surface, self.text, QUIET),
            ok: ramp(self.surface, self.text, CALM),
            forced: true,
            ..self
        }
    }

    /// How axes look, with so many device pixels in a device-independent one: they grow with the text.
    pub fn axis_style(&self, ratio: f64) -> AxisStyle {
        AxisStyle {
            ratio: ratio * self.text_scale,
            text: self.text,
            grid: self.grid,
        }
    }

    /// Of a value that reached a threshold of this level, or none.
    pub fn value(&self, level: Option<LogLevel>) -> RGBColor {
        match level {
            None => self.series[0],
            Some(LogLevel::Info) => self.ok,
            Some(LogLevel::Warn) => self.warn,
            Some(LogLevel::Error) => self.bad,
        }
    }

    /// Of what is as grave as `level`; what is not grave has no colour of its own.
    pub fn level(&self, level: LogLevel) -> RGBColor {
        match level {
            LogLevel::Info => self.text,
            LogLevel::Warn => self.warn,
            LogLevel::Error => self.bad,
        }
    }
}

thread_local! {
    static CURRENT: Cell<Option<Palette>> = const { Cell::new(None) };
    static GENERATION: RefCell<u64> = const { RefCell::new(0) };
}

/// The palette of now.
pub fn current() -> Palette {
    CURRENT.get().unwrap_or_else(|| {
        let palette = read();
        CURRENT.set(Some(palette));
        palette
    })
}

/// Reads the colours again whenever the theme changes; called once by the page.
pub fn follow_theme() {
    for query in ["(prefers-color-scheme: dark)", CONTRAST, FORCED] {
        browser::on_media_change(query, || {
            reread();
        });
    }
    let handle = window_event_listener_untyped(theme::CHANGED, |_| reread());
    on_cleanup(move || handle.remove());
    browser::on_paper(|_| reread());
}

fn reread() {
    CURRENT.set(None);
    frame_loop::request();
}

/// Style sheets compute colours only for elements: the page holds one for each name.
#[component]
pub fn Swatches() -> impl IntoView {
    let names = [
        "dim", "line", "surface", "ok", "warn", "bad", "s1", "s2", "s3", "s4", "s5",
    ];
    let each = names.map(|name| view! { <i class=format!("c-{name}")></i> });
    view! { <div id="palette" hidden aria-hidden="true">{each.collect_any()}</div> }
}

fn read() -> Palette {
    let color = |name: &str| {
        let found = document()
            .query_selector(&format!("#palette .c-{name}"))
            .ok()
            .flatten();
        found
            .and_then(|element| computed(&element))
            .unwrap_or(RGBColor(128, 128, 128))
    };
    let generation = GENERATION.with_borrow_mut(|n| {
        *n += 1;
        *n
    });
    let palette = Palette {
        text: color("dim"),
        grid: color("line"),
        surface: color("surface"),
        series: ["s1", "s2", "s3", "s4", "s5"].map(color),
        ok: color("ok"),
        warn: color("warn"),
        bad: color("bad"),
        forced: false,
        strong: browser::matches(CONTRAST),
        text_scale: browser::text_scale(),
        generation,
    };
    match browser::matches(FORCED) {
        true => palette.forced(),
        false => palette,
    }
}

fn computed(element: &Element) -> Option<RGBColor> {
    let style = window().get_computed_style(element).ok()??;
    parse(&style.get_property_value("color").ok()?)
}

/// `rgb(1, 2, 3)` or `rgba(1, 2, 3, 0.5)`, as browsers serialise computed colours.
fn parse(text: &str) -> Option<RGBColor> {
    let inner = text
        .strip_prefix("rgb")?
        .trim_start_matches('a')
        .strip_prefix('(')?
        .strip_suffix(')')?;
    let mut parts = inner.split([',', ' ', '/']).filter(|part| !part.is_empty());
    let mut next = || level(parts.next()?);
    Some(RGBColor(next()?, next()?, next()?))
}

/// A number from 0 to 255, rounded. The standard library's parser of fractions has tables of
/// 10 KB, which nothing else in the page needs.
fn level(text: &str) -> Option<u8> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let up = rest.starts_with(['5', '6', '7', '8', '9']);
    let whole: u32 = whole.parse().ok()?;
    Some(whole.saturating_add(up.into()).min(255) as u8)
}

#[cfg(test)]
mod tests;
