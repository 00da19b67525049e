//! Plotters' view of a canvas for lines, bars and areas. Invariant: fill, stroke and width are set
//! only when they change, and each colour is written and passed to the browser as a text once: a clip
//! ends by restoring what was set before, so that lines set their colours again in each stretch.
//! It writes no text.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::rc::Rc;

use js_sys::JsString;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind,
};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::CanvasRenderingContext2d;

/// Colours whose texts are kept: more than charts have.
const MOST_TEXTS: usize = 32;

#[wasm_bindgen]
extern "C" {
    /// A canvas that takes texts which the browser has already.
    type Pen;

    #[wasm_bindgen(method, setter, js_name = fillStyle)]
    fn set_fill(this: &Pen, color: &JsString);

    #[wasm_bindgen(method, setter, js_name = strokeStyle)]
    fn set_stroke(this: &Pen, color: &JsString);
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;
type Color = ((u8, u8, u8), u64);

/// What the canvas was set to last.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    fill: Option<Color>,
    stroke: Option<Color>,
    width: Option<u32>,
}

/// Draws on one canvas.
pub struct CanvasBackend {
    context: CanvasRenderingContext2d,
    known: Rc<Cell<Known>>,
    texts: RefCell<Vec<(Color, JsString)>>,
    size: (u32, u32),
}

impl CanvasBackend {
    /// On a canvas of that size. Whoever else sets colours or widths, resizes the canvas or restores
    /// its state says so in `known`.
    pub fn new(
        context: CanvasRenderingContext2d,
        known: Rc<Cell<Known>>,
        size: (u32, u32),
    ) -> Self {
        CanvasBackend {
            context,
            known,
            texts: RefCell::default(),
            size,
        }
    }

    /// The canvas, and a colour as it takes it.
    fn with_text(&self, color: Color, set: impl FnOnce(&Pen, &JsString)) {
        let mut texts = self.texts.borrow_mut();
        let at = texts.iter().position(|(known, _)| *known == color);
        let at = at.unwrap_or_else(|| {
            if texts.len() == MOST_TEXTS {
                texts.clear();
            }
            texts.push((color, JsString::from(css(color))));
            texts.len() - 1
        });
        set(self.context.unchecked_ref(), &texts[at].1);
    }

    fn fill_with(&self, color: BackendColor) {
        let mut known = self.known.get();
        let color = (color.rgb, color.alpha.to_bits());
        if known.fill.replace(color) != Some(color) {
            self.with_text(color, Pen::set_fill);
            self.known.set(known);
        }
    }

    fn stroke_with(&self, style: &impl BackendStyle) {
        let mut known = self.known.get();
        let color = (style.color().rgb, style.color().alpha.to_bits());
        if known.stroke.replace(color) != Some(color) {
            self.with_text(color, Pen::set_stroke);
        }
        let width = style.stroke_width();
        if known.width.replace(width) != Some(width) {
            self.context.set_line_width(width.into());
        }
        self.known.set(known);
    }

    /// Begins a path and walks along it; false for one without points.
    fn walk(&self, path: impl IntoIterator<Item = BackendCoord>) -> bool {
        let mut path = path.into_iter();
        let Some((x, y)) = path.next() else {
            return false;
        };
        self.context.begin_path();
        self.context.move_to(x.into(), y.into());
        for (x, y) in path {
            self.context.line_to(x.into(), y.into());
        }
        true
    }
}

impl DrawingBackend for CanvasBackend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.fill_with(color);
        self.context.fill_rect(x.into(), y.into(), 1.0, 1.0);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let [x, y] = [left, top].map(f64::from);
        let [width, height] = [right - left, bottom - top].map(f64::from);
        if fill {
            self.fill_with(style.color());
            self.context.fill_rect(x, y, width, height);
        } else {
            self.stroke_with(style);
            self.context.stroke_rect(x, y, width, height);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        if self.walk(path) {
            self.stroke_with(style);
            self.context.stroke();
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        if self.walk(corners) {
            self.fill_with(style.color());
            self.context.fill();
        }
        Ok(())
    }
}

fn css(((red, green, blue), alpha): Color) -> String {
    let alpha = f64::from_bits(alpha);
    format!("rgba({red},{green},{blue},{alpha})")
}
