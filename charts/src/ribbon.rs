//! Areas between two edges. Invariant: they are cut at whole columns, counted from the epoch, where
//! no pixel is half covered: pieces meet without a seam, and a strip has those of the whole.

use plotters_backend::BackendCoord;

use crate::View;
use crate::plan::ink_px;

/// A place on both edges, in backend units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rung {
    pub(crate) x: i32,
    pub(crate) upper: i32,
    pub(crate) lower: i32,
}

/// Calls `draw` with the polygons that the unbroken `run`, in order of `x`, is made of, built in
/// `polygon`. A single rung becomes as wide as a line of `line_px`.
pub(crate) fn each_polygon<E>(
    run: &[Rung],
    view: &View<'_>,
    line_px: f64,
    (piece, polygon): (&mut Vec<Rung>, &mut Vec<BackendCoord>),
    mut draw: impl FnMut(&[BackendCoord]) -> Result<(), E>,
) -> Result<(), E> {
    piece.clear();
    if let [lone] = run {
        let width = view.line_units(line_px) as i32;
        let left = lone.x - width / 2;
        piece.extend([left, left + width].map(|x| Rung { x, ..*lone }));
        return fill(piece, polygon, &mut draw);
    }
    let Some(cuts) = Cuts::new(view, line_px) else {
        piece.extend_from_slice(run);
        return fill(piece, polygon, &mut draw);
    };
    for (a, b) in run.iter().zip(run.iter().skip(1)) {
        if piece.is_empty() {
            piece.push(*a);
        }
        let mut from = a.x;
        while let Some(x) = cuts.next(from).filter(|x| *x <= b.x) {
            let cut = between(*a, *b, x);
            piece.push(cut);
            fill(piece, polygon, &mut draw)?;
            piece.clear();
            piece.push(cut);
            from = x;
        }
        if piece.last() != Some(b) {
            piece.push(*b);
        }
    }
    fill(piece, polygon, &mut draw)
}

/// Where to cut, in backend units.
struct Cuts {
    origin: i64,
    apart: i64,
    /// Outside of these nothing leaves ink, and nothing is cut up.
    from: i64,
    to: i64,
}

impl Cuts {
    /// None when all is drawn whole.
    fn new(view: &View<'_>, line_px: f64) -> Option<Self> {
        view.clip?;
        let (from, to) = view.columns();
        let (ink, subpixel) = (ink_px(line_px), i64::from(view.subpixel));
        Some(Self {
            origin: view.origin(),
            apart: view.stretch_units(),
            from: (from - ink) * subpixel,
            to: (to + ink) * subpixel,
        })
    }

    /// The first cut after `x`.
    fn next(&self, x: i32) -> Option<i32> {
        // The cut before the first column is the first of interest.
        let x = i64::from(x).max(self.from - self.apart);
        let cut = ((self.origin + x).div_euclid(self.apart) + 1) * self.apart - self.origin;
        (cut <= self.to).then_some(cut as i32)
    }
}

/// The place at `x` between two others; in whole numbers from the first, so that a shift changes
/// nothing.
fn between(a: Rung, b: Rung, x: i32) -> Rung {
    let along = |from: i32, to: i32| {
        let rise = (i64::from(to) - i64::from(from)) * (i64::from(x) - i64::from(a.x));
        let run = (i64::from(b.x) - i64::from(a.x)).max(1);
        (i64::from(from) + rise.div_euclid(run)) as i32
    };
    Rung {
        x,
        upper: along(a.upper, b.upper),
        lower: along(a.lower, b.lower),
    }
}

fn fill<E>(
    piece: &[Rung],
    polygon: &mut Vec<BackendCoord>,
    draw: &mut impl FnMut(&[BackendCoord]) -> Result<(), E>,
) -> Result<(), E> {
    if piece.len() < 2 || piece.iter().all(|rung| rung.upper == rung.lower) {
        return Ok(());
    }
    polygon.clear();
    polygon.extend(piece.iter().map(|rung| (rung.x, rung.upper)));
    polygon.extend(piece.iter().rev().map(|rung| (rung.x, rung.lower)));
    draw(polygon)
}
