//! A chart as an image: title, legend and canvases on one, with the theme that shows.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement};

use crate::bidi::isolated;
use crate::widgets::interact::legend::{Entry, Legend};
use crate::widgets::render::palette;

/// Lengths in CSS pixels, as in the style sheet: padding, text, a row of the legend, and the key
/// before and the space after an entry.
const PAD: f64 = 14.0;
const TITLE: f64 = 13.0;
const TEXT: f64 = 12.0;
const ROW: f64 = 18.0;
const KEY: f64 = 17.0;
const SPACE: f64 = 14.0;

/// A canvas with the whole widget on it, in device pixels; none when there is nothing to show or
/// the browser gives no canvas.
/// `axes` is the layer below them.
pub fn compose(
    article: &Element,
    title: &str,
    legend: &Legend,
    axes: Option<HtmlCanvasElement>,
) -> Option<HtmlCanvasElement> {
    let chart = article.query_selector(".chart").ok()??;
    let chart = chart.dyn_into::<web_sys::HtmlElement>().ok()?;
    let width = f64::from(chart.offset_width()) + 2.0 * PAD;
    let style = window().get_computed_style(article).ok()??;
    let colour = |name: &str| style.get_property_value(name).unwrap_or_default();
    let canvas = document().create_element("canvas").ok()?;
    let canvas = canvas.dyn_into::<HtmlCanvasElement>().ok()?;
    let context = canvas.get_context("2d").ok()??;
    let context = context.dyn_into::<CanvasRenderingContext2d>().ok()?;
    let painter = Painter {
        context: &context,
        family: colour("font-family"),
        text: colour("color"),
    };
    let places = painter.places(legend, width);
    let head = PAD + TITLE + 6.0 + places.last().map_or(0.0, |(_, y)| y + ROW);
    let height = head + f64::from(chart.offset_height()) + PAD;
    let ratio = window().device_pixel_ratio();
    canvas.set_width((width * ratio).round() as u32);
    canvas.set_height((height * ratio).round() as u32);
    context.scale(ratio, ratio).ok()?;
    context.set_fill_style_str(&colour("background-color"));
    context.fill_rect(0.0, 0.0, width, height);
    painter.title(title, &legend.beside_title());
    let entries = shown(legend);
    for ((index, entry), (x, y)) in entries.zip(places) {
        painter.entry(index, entry, x, PAD + TITLE + 6.0 + y);
    }
    let found = chart.query_selector_all("canvas").ok()?;
    let data = (0..found.length())
        .filter_map(|index| found.get(index)?.dyn_into::<HtmlCanvasElement>().ok());
    for layer in axes.into_iter().chain(data) {
        let (x, y) = (
            f64::from(layer.offset_left()),
            f64::from(layer.offset_top()),
        );
        let drawn = context.draw_image_with_html_canvas_element_and_dw_and_dh(
            &layer,
            PAD + x,
            head + y,
            f64::from(layer.width()) / ratio,
            f64::from(layer.height()) / ratio,
        );
        // A canvas without pixels cannot be drawn: the chart is hidden.
        drawn.ok()?;
    }
    Some(canvas)
}

fn shown(legend: &Legend) -> impl Iterator<Item = (usize, &Entry)> {
    legend.entries.iter().enumerate().filter(|(_, e)| e.on)
}

struct Painter<'a> {
    context: &'a CanvasRenderingContext2d,
    family: String,
    text: String,
}

impl Painter<'_> {
    fn font(&self, weight: u32, size: f64) {
        let family = &self.family;
        self.context
            .set_font(&format!("{weight} {size}px {family}"));
    }

    /// Writes, and answers the width.
    fn write(&self, text: &str, x: f64, y: f64, colour: &str) -> f64 {
        self.context.set_fill_style_str(colour);
        // A text that cannot be written is missing; there is no font that fails.
        drop(self.context.fill_text(&isolated(text), x, y));
        self.width(text)
    }

    fn width(&self, text: &str) -> f64 {
        self.context.measure_text(text).map_or(0.0, |m| m.width())
    }

    fn title(&self, title: &str, units: &str) {
        self.font(600, TITLE);
        let after = PAD + self.write(title, PAD, PAD + TITLE - 2.0, &self.text);
        self.font(400, TEXT);
        self.write(units, after + 8.0, PAD + TITLE - 2.0, &dim());
    }

    /// Where each entry of the legend begins, in rows as wide as there is room.
    fn places(&self, legend: &Legend, width: f64) -> Vec<(f64, f64)> {
        let mut at = (PAD, 0.0);
        let place = |(_, entry): (usize, &Entry)| {
            self.font(400, TEXT);
            let label = self.width(&entry.name);
            self.font(600, TEXT);
            let wide = KEY + label + 6.0 + self.width(&entry.value) + SPACE;
            if at.0 > PAD && at.0 + wide > width {
                at = (PAD, at.1 + ROW);
            }
            let mine = at;
            at.0 += wide;
            mine
        };
        shown(legend).map(place).collect()
    }

    fn entry(&self, index: usize, entry: &Entry, x: f64, y: f64) {
        let colour = palette::current().line(index);
        let colour = css(colour);
        self.context.set_fill_style_str(&colour);
        let middle = y + ROW / 2.0;
        for (from, length) in palette::current().key(index) {
            self.context.fill_rect(x + from, middle - 1.0, *length, 2.0);
        }
        self.font(400, TEXT);
        let label = self.write(&entry.name, x + KEY, middle + 4.0, &dim());
        self.font(600, TEXT);
        self.write(
            &entry.value,
            x + KEY + label + 6.0,
            middle + 4.0,
            &self.text,
        );
    }
}

fn dim() -> String {
    css(palette::current().text)
}

fn css(charts::RGBColor(r, g, b): charts::RGBColor) -> String {
    format!("rgb({r} {g} {b})")
}
