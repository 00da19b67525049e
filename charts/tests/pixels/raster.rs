//! A canvas of a few pixels that can be clipped, cleared and shifted like the page's. Invariant:
//! what it draws moves exactly with its coordinates. Whether a clip changes something inside of it is
//! up to [`Smoothing`].

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use charts::RGBColor;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind,
};

/// Samples in a pixel, each way; their number is the weight of a covered pixel.
const SAMPLES: i64 = 2;

/// Red, green, blue and alpha, premultiplied.
pub type Pixel = [f64; 4];

/// How edges are smoothed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Smoothing {
    /// By the samples of a pixel alone.
    Exact,
    /// Otherwise for each path and each clip, as browsers choose by size, number of points and where
    /// the clip cuts: another path or another clip is another colour.
    ByPath,
}

/// Pixels that outlive the drawing area that draws on them.
#[derive(Clone, Debug)]
pub struct Raster {
    pub width: u32,
    pub height: u32,
    subpixel: i32,
    smoothing: Smoothing,
    /// Columns that drawing may change.
    clip: (i32, i32),
    pixels: Rc<RefCell<Vec<Pixel>>>,
}

impl Raster {
    pub fn new(width: u32, height: u32, subpixel: i32) -> Self {
        let pixels = vec![[0.0; 4]; (width * height) as usize];
        Self {
            width,
            height,
            subpixel,
            smoothing: Smoothing::Exact,
            clip: (0, width as i32),
            pixels: Rc::new(RefCell::new(pixels)),
        }
    }

    /// Another hand on the same pixels, with this smoothing.
    pub fn smoothed(&self, smoothing: Smoothing) -> Self {
        Self {
            smoothing,
            ..self.clone()
        }
    }

    /// Another hand on the same pixels that draws only in the columns `from..to`.
    pub fn clipped(&self, from: i32, to: i32) -> Self {
        Self {
            clip: (from, to),
            ..self.clone()
        }
    }

    /// Moves all pixels left and leaves what comes in as it was, as `drawImage` on itself does.
    pub fn shift(&self, by: u32) {
        let (width, by) = (self.width as usize, by as usize);
        for row in self.pixels.borrow_mut().chunks_mut(width) {
            row.copy_within(by.., 0);
        }
    }

    pub fn clear(&self) {
        let hold = |x: i32| x.clamp(0, self.width as i32) as usize;
        let (from, to) = (hold(self.clip.0), hold(self.clip.1));
        for row in self.pixels.borrow_mut().chunks_mut(self.width as usize) {
            row[from..to].fill([0.0; 4]);
        }
    }

    /// Red where `self` differs from `other`, as text.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let (a, b) = (self.pixels.borrow(), other.pixels.borrow());
        (*a != *b).then(|| {
            let rows = a
                .chunks(self.width as usize)
                .zip(b.chunks(self.width as usize));
            rows.map(|(a, b)| {
                let marks = a.iter().zip(b).map(|(a, b)| match (a == b, a[3] > 0.0) {
                    (false, _) => 'X',
                    (true, true) => 'o',
                    (true, false) => '.',
                });
                marks.chain(['\n']).collect::<String>()
            })
            .collect()
        })
    }

    /// A letter for each pixel: a dot without ink, else the first of `names` whose colour it has,
    /// else a question mark.
    pub fn art(&self, names: &[(char, RGBColor)]) -> String {
        let pixels = self.pixels.borrow();
        let letter = |pixel: &Pixel| {
            let has = |color: RGBColor| {
                let color = [color.0, color.1, color.2].map(f64::from);
                pixel.iter().zip(color).all(|(a, b)| (a - b).abs() < 0.5)
            };
            let named = names.iter().find(|(_, color)| has(*color));
            match pixel[3] {
                0.0 => '.',
                _ => named.map_or('?', |(name, _)| *name),
            }
        };
        let rows = pixels.chunks(self.width as usize);
        rows.map(|row| row.iter().map(letter).chain(['\n']).collect::<String>())
            .collect()
    }

    /// How many pixels have ink.
    pub fn ink(&self) -> usize {
        self.pixels.borrow().iter().filter(|p| p[3] > 0.0).count()
    }

    /// Whether `column` has ink in `row`.
    pub fn is_inked(&self, column: u32, row: u32) -> bool {
        self.pixels.borrow()[(row * self.width + column) as usize][3] > 0.0
    }

    /// What is added to a colour: a number that stands for the path and the clip as seen from the
    /// clip's begin.
    fn shade(&self, points: &[(i64, i64)]) -> f64 {
        if self.smoothing == Smoothing::Exact {
            return 0.0;
        }
        let side = i64::from(self.subpixel) * 2 * SAMPLES;
        let begin = i64::from(self.clip.0) * side;
        let parts = points.iter().flat_map(|(x, y)| [x - begin, *y]);
        let mixed =
            parts
                .chain([i64::from(self.clip.1 - self.clip.0)])
                .fold(7, |mixed: u64, part| {
                    (mixed ^ part as u64)
                        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                        .rotate_left(23)
                });
        (mixed % 1_000_000) as f64
    }

    /// Blends `color` into every pixel by the share of its samples that are `inside`, which gets
    /// sample positions in units of `1 / (subpixel * 2 * SAMPLES)` pixels. Only pixels within
    /// `margin` of the box around `points`, in the same units, are asked for.
    fn paint(
        &self,
        color: BackendColor,
        points: &[(i64, i64)],
        margin: i64,
        inside: impl Fn(i64, i64) -> bool,
    ) {
        let side = i64::from(self.subpixel) * 2 * SAMPLES;
        let shade = self.shade(points);
        let columns = (self.clip.0.max(0), self.clip.1.min(self.width as i32));
        let within = |of: fn(&(i64, i64)) -> i64, (from, to): (i32, i32)| {
            let low = points.iter().map(of).min().unwrap_or(0) - margin;
            let high = points.iter().map(of).max().unwrap_or(0) + margin;
            let hold = |px: i64| px.clamp(i64::from(from), i64::from(to)) as u32;
            hold(low.div_euclid(side))..hold(high.div_euclid(side) + 1)
        };
        let mut pixels = self.pixels.borrow_mut();
        for y in within(|p| p.1, (0, self.height as i32)) {
            for x in within(|p| p.0, columns) {
                let mut hits = 0;
                for sample in 0..SAMPLES * SAMPLES {
                    let at = |i: i64| (2 * i + 1) * i64::from(self.subpixel);
                    let (sx, sy) = (at(sample % SAMPLES), at(sample / SAMPLES));
                    let inside = inside(i64::from(x) * side + sx, i64::from(y) * side + sy);
                    hits += i64::from(inside);
                }
                let alpha = color.alpha * hits as f64 / (SAMPLES * SAMPLES) as f64;
                let (r, g, b) = color.rgb;
                let ink = [f64::from(r) + shade, f64::from(g), f64::from(b), 1.0];
                let pixel = &mut pixels[(y * self.width + x) as usize];
                for (channel, ink) in pixel.iter_mut().zip(ink) {
                    *channel = *channel * (1.0 - alpha) + ink * alpha;
                }
            }
        }
    }
}

/// Backend units to sample units.
fn fine((x, y): BackendCoord) -> (i64, i64) {
    (i64::from(x) * 2 * SAMPLES, i64::from(y) * 2 * SAMPLES)
}

/// Whether `(x, y)` is within `radius` of the segment; in whole numbers, so exact wherever it is.
fn near((x, y): (i64, i64), a: (i64, i64), b: (i64, i64), radius: i64) -> bool {
    if x < a.0.min(b.0) - radius
        || x > a.0.max(b.0) + radius
        || y < a.1.min(b.1) - radius
        || y > a.1.max(b.1) + radius
    {
        return false;
    }
    let (dx, dy) = (i128::from(b.0 - a.0), i128::from(b.1 - a.1));
    let (px, py) = (i128::from(x - a.0), i128::from(y - a.1));
    let (length, along) = (dx * dx + dy * dy, px * dx + py * dy);
    let radius = i128::from(radius * radius);
    if along <= 0 {
        px * px + py * py <= radius
    } else if along >= length {
        (px - dx).pow(2) + (py - dy).pow(2) <= radius
    } else {
        (px * dy - py * dx).pow(2) <= radius * length
    }
}

/// Whether a ray to the left of `(x, y)` crosses the edge.
fn crosses((x, y): (i64, i64), a: (i64, i64), b: (i64, i64)) -> bool {
    if (a.1 > y) == (b.1 > y) {
        return false;
    }
    let (low, high) = if a.1 < b.1 { (a, b) } else { (b, a) };
    let run = i128::from(high.0 - low.0) * i128::from(y - low.1);
    run < i128::from(x - low.0) * i128::from(high.1 - low.1)
}

impl DrawingBackend for Raster {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let subpixel = self.subpixel as u32;
        (self.width * subpixel, self.height * subpixel)
    }

    fn ensure_prepared(&mut self) -> Result<(), DrawingErrorKind<Infallible>> {
        Ok(())
    }

    fn present(&mut self) -> Result<(), DrawingErrorKind<Infallible>> {
        Ok(())
    }

    fn draw_pixel(
        &mut self,
        _: BackendCoord,
        _: BackendColor,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        unreachable!("lines and areas are drawn as paths and polygons")
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        assert!(fill, "no kind of chart has frames");
        let (from, to) = (fine(upper_left), fine(bottom_right));
        self.paint(style.color(), &[from, to], 0, |x, y| {
            (from.0..to.0).contains(&x) && (from.1..to.1).contains(&y)
        });
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let path: Vec<_> = path.into_iter().map(fine).collect();
        let radius = i64::from(style.stroke_width()) * SAMPLES;
        self.paint(style.color(), &path, radius, |x, y| {
            path.windows(2).any(|ab| near((x, y), ab[0], ab[1], radius))
        });
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let path: Vec<_> = path.into_iter().map(fine).collect();
        self.paint(style.color(), &path, 0, |x, y| {
            let ends = path.iter().zip(path.iter().cycle().skip(1));
            ends.filter(|(a, b)| crosses((x, y), **a, **b)).count() % 2 == 1
        });
        Ok(())
    }
}
