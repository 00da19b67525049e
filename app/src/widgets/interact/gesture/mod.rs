//! From pointers on a plot to what is meant by them. Pure, so that mouse, pen and fingers can be
//! tried out without a browser. Positions are CSS pixels from the plot's left edge.

use crate::widgets::render::plot_geometry::TimeSpan;

/// A pointer that moves less than this did not mean to select, in CSS pixels.
const CLICK_PX: f64 = 4.0;
/// Fingers nearer than this are taken for this far apart, in CSS pixels.
const NARROWEST_PX: f64 = 24.0;

/// A pointer goes down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Press {
    /// The pointer's number.
    pub pointer: i32,
    /// Where.
    pub x: f64,
    /// A finger, not a mouse or a pen.
    pub finger: bool,
    /// With Shift, or with the middle button: to move the picture.
    pub pans: bool,
}

/// What a gesture means so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GestureAction {
    /// Nothing.
    Nothing,
    /// Read the values there.
    Point(f64),
    /// Mark this part, which letting go will zoom to.
    Mark(f64, f64),
    /// Show this time, in ms since the epoch; more may follow.
    Show(f64, f64),
    /// Show this time: the gesture has ended.
    Zoom(f64, f64),
    /// The mark goes, nothing else happens.
    Unmark,
}

/// What the pointers on one plot are doing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Gesture {
    /// Nothing.
    #[default]
    Idle,
    /// Drag over the part to zoom to.
    Select {
        /// Whose.
        pointer: i32,
        /// Where it began.
        from: f64,
    },
    /// Drag the picture: the time under the pointer stays there.
    Pan {
        /// Whose.
        pointer: i32,
        /// Where it began.
        from: f64,
        /// What was shown then.
        span: TimeSpan,
    },
    /// A finger moves the cursor.
    Read {
        /// Whose.
        pointer: i32,
        /// Where it is.
        x: f64,
    },
    /// Two fingers: the times under them stay there.
    Pinch {
        /// The fingers.
        pointers: [i32; 2],
        /// Where they began.
        from: [f64; 2],
        /// Where they are.
        now: [f64; 2],
        /// What was shown in the beginning.
        span: TimeSpan,
    },
}

impl Gesture {
    /// A pointer goes down on a plot that shows `span`.
    pub fn press(&mut self, press: Press, span: TimeSpan) -> GestureAction {
        let Press { pointer, x, .. } = press;
        match *self {
            Gesture::Read {
                pointer: first,
                x: at,
            } if press.finger && first != pointer => {
                *self = Gesture::Pinch {
                    pointers: [first, pointer],
                    from: [at, x],
                    now: [at, x],
                    span,
                };
                GestureAction::Nothing
            }
            // A further finger, or a further button.
            Gesture::Read { .. } | Gesture::Pinch { .. } | Gesture::Pan { .. } => {
                GestureAction::Nothing
            }
            Gesture::Select { .. } => self.cancel(),
            Gesture::Idle if press.finger => {
                *self = Gesture::Read { pointer, x };
                GestureAction::Point(x)
            }
            Gesture::Idle if press.pans => {
                let from = x;
                *self = Gesture::Pan {
                    pointer,
                    from,
                    span,
                };
                GestureAction::Nothing
            }
            Gesture::Idle => {
                *self = Gesture::Select { pointer, from: x };
                GestureAction::Nothing
            }
        }
    }

    /// A pointer moved, whether it is down or not.
    pub fn moved(&mut self, pointer: i32, x: f64) -> GestureAction {
        match self {
            Gesture::Idle => GestureAction::Point(x),
            Gesture::Select {
                pointer: mine,
                from,
            } if *mine == pointer => match (x - *from).abs() < CLICK_PX {
                true => GestureAction::Unmark,
                false => GestureAction::Mark(*from, x),
            },
            Gesture::Pan {
                pointer: mine,
                from,
                span,
            } if *mine == pointer => {
                let by = (x - *from) * span.ms_per_px();
                GestureAction::Show(span.from_ms - by, span.to_ms - by)
            }
            Gesture::Read {
                pointer: mine,
                x: at,
            } if *mine == pointer => {
                *at = x;
                GestureAction::Point(x)
            }
            Gesture::Pinch {
                pointers,
                from,
                now,
                span,
            } => {
                let Some(which) = pointers.iter().position(|p| *p == pointer) else {
                    return GestureAction::Nothing;
                };
                now[which] = x;
                let (from_ms, to_ms) = pinched(span, *from, *now);
                GestureAction::Show(from_ms, to_ms)
            }
            _ => GestureAction::Nothing,
        }
    }

    /// A pointer that was down goes up, on a plot that shows `span` by now.
    pub fn release(&mut self, pointer: i32, x: f64, span: TimeSpan) -> GestureAction {
        match *self {
            Gesture::Select {
                pointer: mine,
                from,
            } if mine == pointer => {
                *self = Gesture::Idle;
                if (x - from).abs() < CLICK_PX {
                    GestureAction::Unmark
                } else {
                    GestureAction::Zoom(span.time(from.min(x)), span.time(from.max(x)))
                }
            }
            Gesture::Pan { pointer: mine, .. } | Gesture::Read { pointer: mine, .. }
                if mine == pointer =>
            {
                *self = Gesture::Idle;
                GestureAction::Nothing
            }
            Gesture::Pinch { pointers, .. } if pointers.contains(&pointer) => {
                *self = Gesture::Idle;
                GestureAction::Nothing
            }
            _ => GestureAction::Nothing,
        }
    }

    /// Ends without an effect: Escape, or the browser took the pointer to scroll.
    pub fn cancel(&mut self) -> GestureAction {
        *self = Gesture::Idle;
        GestureAction::Unmark
    }
}

/// The time to show so that what lay at `from` lies at `now`.
fn pinched(span: &TimeSpan, from: [f64; 2], now: [f64; 2]) -> (f64, f64) {
    let sort = |[a, b]: [f64; 2]| if a <= b { [a, b] } else { [b, a] };
    let (from, now) = (sort(from), sort(now));
    let apart = |[a, b]: [f64; 2]| (b - a).max(NARROWEST_PX);
    let ms_per_px = span.ms_per_px() * apart(from) / apart(now);
    // Of what lies between the fingers the middle is held: it is there however near they are.
    let middle = |[a, b]: [f64; 2]| f64::midpoint(a, b);
    let held_ms = span.from_ms + middle(from) * span.ms_per_px();
    let from_ms = held_ms - middle(now) * ms_per_px;
    (from_ms, from_ms + span.width * ms_per_px)
}

/// By which factor a turn of the wheel zooms: less than one, and so closer, for a turn away from
/// the person. `lines` says that `delta` counts lines and not pixels.
pub fn wheel_factor(delta: f64, lines: bool) -> f64 {
    let px = if lines { delta * 33.0 } else { delta };
    if px.is_finite() {
        (px.clamp(-300.0, 300.0) * 0.002).exp()
    } else {
        1.0
    }
}

#[cfg(test)]
mod tests;
