//! Areas between two edges. Invariant: an area has the points that its line has, so that both end at
//! the same places.

use plotters_backend::BackendCoord;

use crate::View;

/// A place on both edges, in backend units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rung {
    pub(crate) x: i32,
    pub(crate) upper: i32,
    pub(crate) lower: i32,
}

/// Calls `draw` with the polygon that the unbroken `run`, in order of `x`, is, built in `polygon`;
/// not if it is empty. A single rung becomes as wide as a line of `line_px`.
pub(crate) fn with_polygon<E>(
    run: &[Rung],
    view: &View<'_>,
    line_px: f64,
    polygon: &mut Vec<BackendCoord>,
    draw: impl FnOnce(&[BackendCoord]) -> Result<(), E>,
) -> Result<(), E> {
    let wide;
    let run = match run {
        [lone] => {
            let width = view.line_units(line_px) as i32;
            let left = lone.x - width / 2;
            wide = [left, left + width].map(|x| Rung { x, ..*lone });
            &wide
        }
        run => run,
    };
    if run.iter().all(|rung| rung.upper == rung.lower) {
        return Ok(());
    }
    polygon.clear();
    polygon.extend(run.iter().map(|rung| (rung.x, rung.upper)));
    polygon.extend(run.iter().rev().map(|rung| (rung.x, rung.lower)));
    draw(polygon)
}
