//! One canvas as a layer of a chart: its size in device pixels, and plotters on it.

use std::cell::Cell;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters_canvas::CanvasBackend as TextCanvas;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::widgets::render::canvas_backend::{CanvasBackend, Known};

/// Backend units in a device pixel: plotters rounds to whole units, and lines that were rounded
/// to whole pixels look like stairs.
pub const SUBPIXEL: i32 = 8;

/// A canvas, its context, and plotters' view of it.
pub struct Layer {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    area: DrawingArea<TextCanvas, Shift>,
    fine: DrawingArea<CanvasBackend, Shift>,
    known: Rc<Cell<Known>>,
    size: (u32, u32),
}

impl Layer {
    /// The layer of a canvas; none when the browser gives no 2D context.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let context = canvas
            .get_context("2d")
            .ok()??
            .dyn_into::<CanvasRenderingContext2d>()
            .ok()?;
        let known = Rc::<Cell<Known>>::default();
        let size = (canvas.width(), canvas.height());
        let layer = Layer {
            area: TextCanvas::with_canvas_object(canvas.clone())?.into_drawing_area(),
            fine: CanvasBackend::new(context.clone(), Rc::clone(&known), size).into_drawing_area(),
            canvas,
            context,
            known,
            size,
        };
        layer.begin();
        Some(layer)
    }

    /// Gives the canvas this many device pixels, which clears it. False when it had them.
    pub fn fit(&mut self, size: (u32, u32)) -> bool {
        if self.size == size {
            return false;
        }
        self.canvas.set_width(size.0);
        self.canvas.set_height(size.1);
        if let Some(backend) = TextCanvas::with_canvas_object(self.canvas.clone()) {
            self.area = backend.into_drawing_area();
        }
        let pen = CanvasBackend::new(self.context.clone(), Rc::clone(&self.known), size);
        self.fine = pen.into_drawing_area();
        self.begin();
        self.size = size;
        true
    }

    /// Puts the canvas where its pixels fall on the screen's, given device pixels.
    pub fn place(&self, left: u32, top: u32, ratio: f64) {
        let style = self.canvas.style();
        for (name, px) in [
            ("left", left),
            ("top", top),
            ("width", self.size.0),
            ("height", self.size.1),
        ] {
            // Only an unknown property name is an error, and these are known.
            drop(style.set_property(name, &format!("{}px", f64::from(px) / ratio)));
        }
    }

    /// A canvas that is new, or has another size, knows nothing.
    fn begin(&self) {
        self.known.take();
        self.context.set_line_join("round");
        // Stretches of a line meet in their ends.
        self.context.set_line_cap("round");
    }

    /// The canvas.
    pub fn canvas(&self) -> HtmlCanvasElement {
        self.canvas.clone()
    }

    /// Clears a rectangle, in device pixels.
    pub fn clear(&self, x: u32, y: u32, width: u32, height: u32) {
        self.context
            .clear_rect(x.into(), y.into(), width.into(), height.into());
    }

    /// Shifts the picture left; what comes in at the right is clear.
    pub fn shift(&self, by: u32) {
        // Replaces instead of blending, the clear part included.
        drop(self.context.set_global_composite_operation("copy"));
        drop(
            self.context
                .draw_image_with_html_canvas_element(&self.canvas, -f64::from(by), 0.0),
        );
        drop(self.context.set_global_composite_operation("source-over"));
    }

    /// Draws in device pixels.
    pub fn draw(&self, f: impl FnOnce(&DrawingArea<TextCanvas, Shift>)) {
        // That backend sets colours and widths of its own.
        self.known.take();
        f(&self.area);
    }

    /// Draws in [`SUBPIXEL`]s, held to the columns `from..to` of the upper `height` pixels.
    pub fn draw_fine(
        &self,
        (from, to): (i32, i32),
        height: u32,
        f: impl FnOnce(&DrawingArea<CanvasBackend, Shift>),
    ) {
        let context = &self.context;
        let known = self.known.get();
        context.save();
        context.begin_path();
        context.rect(from.into(), 0.0, (to - from).into(), height.into());
        context.clip();
        let scale = 1.0 / f64::from(SUBPIXEL);
        if context.scale(scale, scale).is_ok() {
            f(&self.fine);
        }
        context.restore();
        self.known.set(known);
    }
}
