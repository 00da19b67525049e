//! One canvas that is drawn whole, for kinds that are not lines over time. Invariant: it is asked
//! only while it is on the screen, and always has the size of the element around it.

use std::cell::Cell;
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;

use crate::browser;
use crate::erased::effect;
use crate::frame_loop;
use crate::time_zone;
use crate::widgets::render::layer::Layer;
use crate::widgets::render::palette::{self, Palette};

/// Smaller canvases are not drawn on, in device pixels.
const SMALLEST: u32 = 8;

/// The canvas of now.
#[derive(Clone, Copy)]
pub struct CanvasSurface {
    /// Device pixels.
    pub size: (u32, u32),
    /// Device pixels in a device-independent one; more than zero.
    pub ratio: f64,
    /// Colours of the theme.
    pub palette: Palette,
}

impl CanvasSurface {
    /// Device pixels in a device-independent one for text, and for what makes room for it.
    pub fn text_ratio(&self) -> f64 {
        self.palette.axis_style(self.ratio).ratio
    }
}

/// What every picture on a sheet depends on: its size, the theme and the time zone.
#[derive(Clone, Copy, PartialEq)]
struct Drawn {
    size: (u32, u32),
    ratio: f64,
    palette: u64,
    zone: u64,
}

/// Whether what the picture depends on has changed since it was asked last.
type Changed = Box<dyn FnMut(&CanvasSurface) -> bool>;
type Paint = Box<dyn FnMut(&Layer, &CanvasSurface)>;

/// Draws on the canvas of `node` in the page's animation frames, until the owner goes. `key` says
/// what the picture depends on; only when that changed, `paint` is called with a clear canvas.
pub fn follow<K: PartialEq + Copy + 'static>(
    node: NodeRef<html::Canvas>,
    mut key: impl FnMut(&CanvasSurface) -> K + 'static,
    paint: impl FnMut(&Layer, &CanvasSurface) + 'static,
) {
    let mut last = None;
    let changed = move |sheet: &CanvasSurface| {
        let next = key(sheet);
        last.replace(next) != Some(next)
    };
    follow_any(node, Box::new(changed), Box::new(paint));
}

/// Compiled once, whatever the picture depends on.
fn follow_any(node: NodeRef<html::Canvas>, changed: Changed, paint: Paint) {
    let mut parts = Some((changed, paint));
    effect(move || {
        let Some(element) = node.get() else { return };
        let Some(around) = element.parent_element() else {
            return;
        };
        let Some(mut layer) = Layer::new(element) else {
            return;
        };
        let Some((mut changed, mut paint)) = parts.take() else {
            return;
        };
        let css = Rc::new(Cell::new((0.0, 0.0)));
        let visible = Rc::new(Cell::new(true));
        let (resized, shown) = (Rc::clone(&css), Rc::clone(&visible));
        browser::on_resize(&around, move |width, height| {
            resized.set((width, height));
            frame_loop::request();
        });
        browser::on_visible(&around, move |is_visible| {
            shown.set(is_visible);
            frame_loop::request();
        });
        let mut drawn = None;
        frame_loop::register(move || {
            let ratio = browser::pixel_ratio();
            let px = |css: f64| (css * ratio).round() as u32;
            let sheet = CanvasSurface {
                size: (px(css.get().0), px(css.get().1)),
                ratio,
                palette: palette::current(),
            };
            if !visible.get() || sheet.size.0 < SMALLEST || sheet.size.1 < SMALLEST {
                return;
            }
            let next = Drawn {
                size: sheet.size,
                ratio,
                palette: sheet.palette.generation,
                zone: time_zone::generation(),
            };
            // Both are asked each time, so that both know what was drawn last.
            let is_same = drawn.replace(next) == Some(next);
            if !changed(&sheet) && is_same {
                return;
            }
            if layer.fit(sheet.size) {
                layer.place(0, 0, ratio);
            }
            layer.clear(0, 0, sheet.size.0, sheet.size.1);
            paint(&layer, &sheet);
        });
    });
}
