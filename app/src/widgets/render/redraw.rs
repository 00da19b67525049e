//! What a chart draws again when something changed. Pure. Invariant: with the same key the picture is right
//! as it is, and a chart that nobody sees is left alone until it is seen.

use charts::ValueScale;

/// Smaller pictures are not drawn, in device pixels.
const SMALLEST: u32 = 8;

/// Everything that a picture depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PictureKey {
    /// Where it ends, in ms since the epoch.
    pub end_ms: f64,
    /// How much time it shows, in ms.
    pub span_ms: f64,
    /// Device pixels.
    pub size: (u32, u32),
    /// Device pixels in a device-independent one.
    pub ratio: f64,
    /// Of the lines: changes when points that were there already changed.
    pub generation: u64,
    /// End of the newest frame of the lines, in ms since the epoch.
    pub newest_ms: i64,
    /// Of the theme's colours.
    pub palette: u64,
    /// Of the zone that times are written in.
    pub zone: u64,
    /// Of what else is drawn: lines switched off, marks, an earlier time.
    pub version: u64,
}

/// What there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redraw {
    /// Nothing.
    Nothing,
    /// The layers show what is new.
    Draw {
        /// Scales are fitted again instead of following the data: another time, or other lines, are
        /// shown.
        fit: bool,
        /// Where the plot lies may have changed. Labels are written to see how wide they are: not with
        /// every frame.
        lay_out: bool,
    },
}

/// Whether a chart is drawn that is on the screen or not, with so many device pixels.
pub fn is_drawn(is_visible: bool, size: (u32, u32)) -> bool {
    is_visible && size.0 >= SMALLEST && size.1 >= SMALLEST
}

/// A length in device pixels.
pub fn device_px((width, height): (f64, f64), ratio: f64) -> (u32, u32) {
    let px = |css: f64| (css * ratio).round() as u32;
    (px(width), px(height))
}

impl PictureKey {
    /// What there is to do when `before` is drawn.
    pub fn redraw(&self, before: Option<&PictureKey>) -> Redraw {
        match before {
            Some(before) if before == self => Redraw::Nothing,
            Some(before) => Redraw::Draw {
                fit: before.span_ms != self.span_ms || before.version != self.version,
                lay_out: (before.size, before.ratio) != (self.size, self.ratio),
            },
            None => Redraw::Draw {
                fit: true,
                lay_out: true,
            },
        }
    }

    /// One number that changes with everything that pixels already drawn depend on but time and the scale
    /// at the left: with another one the data layer is drawn whole, and shifted otherwise.
    pub fn look(&self, right: Option<ValueScale>) -> u64 {
        let (min, max) = right.map_or((0, 0), |s| (s.min.to_bits(), s.max.to_bits()));
        let ratio = (self.ratio * 100.0) as u64;
        [self.palette, self.zone, self.version, ratio, min, max]
            .into_iter()
            .fold(self.generation, |mixed, part| {
                // Multiplying by an odd number loses nothing; sums of neighbours would meet.
                mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ part
            })
    }
}

#[cfg(test)]
mod tests {
    use charts::{Bounds, Frame, Plan, TimeWindow, plan};

    use super::*;

    const KEY: PictureKey = PictureKey {
        end_ms: 1_700_000_060_000.0,
        span_ms: 60_000.0,
        size: (640, 200),
        ratio: 1.0,
        generation: 3,
        newest_ms: 1_700_000_060_000,
        palette: 5,
        zone: 0,
        version: 0,
    };

    /// What becomes of the data layer.
    #[derive(Debug, PartialEq)]
    enum Layer {
        Untouched,
        Shifted,
        Whole,
    }

    /// What a change of the key does, with these maxima of the scales.
    fn after(change: impl Fn(&mut PictureKey), left: f64, right: Option<f64>) -> (Redraw, Layer) {
        let frame = |key: &PictureKey, left: f64, right: Option<f64>| Frame {
            window: TimeWindow::new(key.end_ms, key.span_ms, key.size.0),
            height: key.size.1,
            scale: ValueScale::fit(0.0, left, &Bounds::default()),
            settled_ms: key.newest_ms as f64 - 1_000.0,
            data: key.newest_ms as u64,
            look: key.look(right.map(|max| ValueScale::fit(0.0, max, &Bounds::default()))),
        };
        let mut next = KEY;
        change(&mut next);
        let (before, now) = (frame(&KEY, 1.0, None), frame(&next, left, right));
        let layer = match plan(Some(&before), &now, 1.5) {
            Plan::Nothing => Layer::Untouched,
            Plan::Shift { .. } => Layer::Shifted,
            Plan::Full => Layer::Whole,
        };
        (next.redraw(Some(&KEY)), layer)
    }

    fn check(change: impl Fn(&mut PictureKey), [fit, lay_out]: [bool; 2], layer: Layer) {
        assert_eq!(
            after(change, 1.0, None),
            (Redraw::Draw { fit, lay_out }, layer)
        );
    }

    #[test]
    fn the_same_key_is_nothing_to_do() {
        assert_eq!(
            after(|_| (), 1.0, None),
            (Redraw::Nothing, Layer::Untouched)
        );
        let first = Redraw::Draw {
            fit: true,
            lay_out: true,
        };
        assert_eq!(KEY.redraw(None), first);
    }

    #[test]
    fn time_and_data_shift_what_is_there() {
        // Less than a pixel on: axes may follow, no pixel of the data does.
        check(|key| key.end_ms += 10.0, [false; 2], Layer::Untouched);
        check(|key| key.end_ms += 1_000.0, [false; 2], Layer::Shifted);
        check(|key| key.newest_ms += 100, [false; 2], Layer::Shifted);
        // Back from a hidden tab, a little later and after more than the picture is wide.
        check(
            |key| (key.end_ms, key.newest_ms) = (key.end_ms + 9_000.0, key.newest_ms + 9_000),
            [false; 2],
            Layer::Shifted,
        );
        check(
            |key| (key.end_ms, key.newest_ms) = (key.end_ms + 90_000.0, key.newest_ms + 90_000),
            [false; 2],
            Layer::Whole,
        );
        check(|key| key.end_ms -= 5_000.0, [false; 2], Layer::Whole);
    }

    #[test]
    fn other_colours_zones_sizes_and_lines_are_drawn_whole() {
        check(|key| key.palette += 1, [false; 2], Layer::Whole);
        check(|key| key.zone += 1, [false; 2], Layer::Whole);
        check(|key| key.generation += 1, [false; 2], Layer::Whole);
        check(|key| key.version += 1, [true, false], Layer::Whole);
        check(|key| key.span_ms *= 2.0, [true, false], Layer::Whole);
        check(|key| key.size.0 += 1, [false, true], Layer::Whole);
        check(|key| key.size.1 += 1, [false, true], Layer::Whole);
        check(|key| key.ratio = 2.0, [false, true], Layer::Whole);
    }

    #[test]
    fn another_scale_of_either_axis_is_drawn_whole() {
        for (left, right) in [(5.0, None), (1.0, Some(1.0))] {
            let (_, layer) = after(|key| key.newest_ms += 100, left, right);
            assert_eq!(layer, Layer::Whole, "{left} {right:?}");
        }
    }

    #[test]
    fn what_nobody_sees_is_not_drawn() {
        for (is_visible, size, want) in [
            (true, (640, 200), true),
            (false, (640, 200), false),
            (true, (0, 0), false),
            (true, (7, 200), false),
            (true, (640, 7), false),
            (true, (8, 8), true),
        ] {
            assert_eq!(is_drawn(is_visible, size), want, "{is_visible} {size:?}");
        }
        assert_eq!(device_px((100.4, 0.3), 1.5), (151, 0));
        assert_eq!(device_px((f64::NAN, -5.0), 1.0), (0, 0));
    }
}
