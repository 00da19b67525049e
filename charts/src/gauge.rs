//! A gauge: an arc from the lowest to the highest value, filled up to now. Invariant: what is no
//! number leaves the track empty, and the lowest value a dot.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::{Color, RGBColor};
use plotters_backend::{BackendCoord, DrawingBackend};

use crate::Scratch;
use crate::ink::{Drawn, Ink};

/// Pieces of the whole arc, each of two degrees.
const PIECES: usize = 120;
/// Cosine and sine of two degrees.
const TURN: (f64, f64) = (0.999_390_827_019_095_8, 0.034_899_496_702_500_97);
/// Where the arc begins: 240° of clockwise turn are left, half of them on each side of the top.
const BEGIN: (f64, f64) = (-0.866_025_403_784_438_6, 0.5);
/// Width of the arc as a share of its outer radius.
const THICK: f64 = 0.2;
/// Room for threshold ticks outside of the arc, and their length, as a share of the radius.
const RIM: f64 = 0.15;
const TICK: f64 = 0.11;
/// Half the width of a tick, as a share of the radius, and the least in device pixels.
const TICK_HALF: f64 = 0.02;
const TICK_LEAST: f64 = 0.75;

/// What a gauge shows.
#[derive(Clone, Copy, Debug)]
pub struct Gauge<'a> {
    /// Value at the begin of the arc.
    pub min: f64,
    /// Value at its end; more than `min`, or only the track is drawn.
    pub max: f64,
    /// Drawn up to here; held between `min` and `max`.
    pub value: f64,
    /// Values to mark on the rim, each with its colour.
    pub thresholds: &'a [(f64, RGBColor)],
    /// Of the filled part.
    pub color: RGBColor,
    /// Of the arc behind it.
    pub track: RGBColor,
    /// Width and height of the canvas in device pixels; the arc is as large as fits.
    pub size: (u32, u32),
    /// Backend units in a device pixel.
    pub subpixel: i32,
}

/// Draws the track, the arc up to the value, both with round ends, and the thresholds.
///
/// # Errors
/// What the backend reports.
pub fn draw_gauge<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    gauge: &Gauge<'_>,
) -> Drawn<DB> {
    let dial = Dial::of(gauge);
    let polygon = &mut scratch.polygon;
    dial.arc(PIECES as f64, polygon);
    area.draw(&Ink::Area(polygon, gauge.track.filled()))?;
    if let Some(place) = gauge.place(gauge.value) {
        dial.arc(place, polygon);
        area.draw(&Ink::Area(polygon, gauge.color.filled()))?;
    }
    for &(at, color) in gauge.thresholds {
        if let Some(place) = gauge.place(at) {
            area.draw(&Ink::Area(&dial.tick(place), color.filled()))?;
        }
    }
    Ok(())
}

impl Gauge<'_> {
    /// How many pieces along the arc `value` is.
    fn place(&self, value: f64) -> Option<f64> {
        let range = self.max - self.min;
        let known = !value.is_nan() && range > 0.0 && range.is_finite();
        known.then(|| ((value - self.min) / range).clamp(0.0, 1.0) * PIECES as f64)
    }
}

/// Where the arc is, in backend units.
struct Dial {
    center: (f64, f64),
    radius: f64,
    /// Half the width of a tick, as a share of the radius.
    tick_half: f64,
}

impl Dial {
    /// The largest that fits: it is two radii wide with its rim, and its ends hang half a radius
    /// below the centre, with a round end below them.
    fn of(gauge: &Gauge<'_>) -> Self {
        let units = f64::from(gauge.subpixel);
        let (width, height) = (
            f64::from(gauge.size.0) * units,
            f64::from(gauge.size.1) * units,
        );
        let (above, beside) = (1.0 + RIM, 1.0 + RIM);
        let below = 0.5 + THICK / 2.0;
        let radius = (width / (2.0 * beside)).min(height / (above + below));
        let spare = height - radius * (above + below);
        Self {
            center: (width / 2.0, spare / 2.0 + radius * above),
            radius,
            tick_half: TICK_HALF.max(TICK_LEAST * units / radius.max(1.0)),
        }
    }

    /// Where `direction` leads at `distance` radii.
    fn at(&self, direction: (f64, f64), distance: f64) -> BackendCoord {
        let reach = self.radius * distance;
        let (x, y) = (
            self.center.0 + direction.0 * reach,
            self.center.1 + direction.1 * reach,
        );
        (x.round() as i32, y.round() as i32)
    }

    /// The arc over the first `pieces`, with round ends, clockwise.
    fn arc(&self, pieces: f64, polygon: &mut Vec<BackendCoord>) {
        polygon.clear();
        let last = pieces.floor() as usize;
        let mut direction = BEGIN;
        for _ in 0..=last {
            polygon.push(self.at(direction, 1.0));
            direction = turn(direction);
        }
        let end = direction_at(pieces);
        polygon.push(self.at(end, 1.0));
        self.cap(end, true, polygon);
        polygon.push(self.at(end, 1.0 - THICK));
        let inner = polygon.len();
        let mut direction = BEGIN;
        for _ in 0..=last {
            polygon.push(self.at(direction, 1.0 - THICK));
            direction = turn(direction);
        }
        polygon[inner..].reverse();
        self.cap(BEGIN, false, polygon);
    }

    /// Half a circle at an end of the arc: forwards from outside to inside, or back again.
    fn cap(&self, outwards: (f64, f64), forwards: bool, polygon: &mut Vec<BackendCoord>) {
        let middle = self.at(outwards, 1.0 - THICK / 2.0);
        let radius = self.radius * THICK / 2.0;
        let mut direction = if forwards {
            outwards
        } else {
            (-outwards.0, -outwards.1)
        };
        // Steps of ten degrees: the circle is small.
        for step in 0..=90 {
            if step % 5 == 0 {
                let x = f64::from(middle.0) + direction.0 * radius;
                let y = f64::from(middle.1) + direction.1 * radius;
                polygon.push((x.round() as i32, y.round() as i32));
            }
            direction = turn(direction);
        }
    }

    /// A tick across the rim.
    fn tick(&self, place: f64) -> [BackendCoord; 4] {
        let (x, y) = direction_at(place);
        let (from, to) = (1.0 + (RIM - TICK) / 2.0, 1.0 + (RIM + TICK) / 2.0);
        let corner = |distance: f64, side: f64| {
            let (x, y) = (x * distance - y * side, y * distance + x * side);
            self.at((x, y), 1.0)
        };
        [
            corner(from, -self.tick_half),
            corner(to, -self.tick_half),
            corner(to, self.tick_half),
            corner(from, self.tick_half),
        ]
    }
}

/// The direction so many pieces along the arc, between two of them by the chord.
fn direction_at(pieces: f64) -> (f64, f64) {
    let whole = pieces.floor();
    let from = (0..whole as usize).fold(BEGIN, |direction, _| turn(direction));
    let (to, share) = (turn(from), pieces - whole);
    let (x, y) = (
        from.0 + (to.0 - from.0) * share,
        from.1 + (to.1 - from.1) * share,
    );
    let length = x.hypot(y);
    (x / length, y / length)
}

/// Two degrees on, clockwise as rows count downwards.
fn turn((x, y): (f64, f64)) -> (f64, f64) {
    (x * TURN.0 - y * TURN.1, x * TURN.1 + y * TURN.0)
}
