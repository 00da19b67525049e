//! The time that all charts of a page mark. It is not data and not saved. Invariant: it moves in
//! animation frames, and no chart is painted for it.

use leptos::prelude::*;

use crate::frame_loop;

/// The cursor of all charts of a page; copied freely. Not a signal: it is read in animation frames.
#[derive(Clone, Copy)]
pub struct SharedCursor(StoredValue<Option<Cursor>>);

/// The time that all charts mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    /// The widget whose values are shown.
    pub widget: String,
    /// Where in time.
    pub at: At,
    /// Where the pointer is, in CSS pixels of the window; none for the keyboard.
    pub pointer: Option<(f64, f64)>,
}

/// A place in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum At {
    /// So many ms before what charts end with: a pointer stays while they go on.
    Ago(f64),
    /// A time in ms since the epoch: what the keyboard chose goes with the picture.
    Time(f64),
}

impl At {
    /// The time in ms since the epoch, while charts show `span_ms` until `end_ms`.
    pub fn time(self, end_ms: f64, span_ms: f64) -> f64 {
        let t = match self {
            At::Ago(ms) => end_ms - ms,
            At::Time(t) => t,
        };
        t.clamp(end_ms - span_ms, end_ms)
    }
}

impl SharedCursor {
    /// Marks nothing.
    pub fn new() -> Self {
        SharedCursor(StoredValue::new(None))
    }

    /// Moves the cursor of all charts.
    pub fn point(&self, cursor: Cursor) {
        self.0.set_value(Some(cursor));
        frame_loop::request_overlays();
    }

    /// Takes the cursor away, if it is that of this widget.
    pub fn leave(&self, widget: &str) {
        let mine = |c: &Option<Cursor>| c.as_ref().is_some_and(|c| c.widget == widget);
        if self.0.with_value(mine) {
            self.0.set_value(None);
            frame_loop::request_overlays();
        }
    }

    /// Where the cursor is.
    pub fn get(&self) -> Option<Cursor> {
        self.0.get_value()
    }
}

/// The place of a cursor that a key moves from `at_ms`: by `step_ms`, ten times that, or to an
/// end of `from_ms` to `to_ms`. None for other keys.
pub fn stepped(key: &str, at_ms: f64, step_ms: f64, from_ms: f64, to_ms: f64) -> Option<f64> {
    let t = match key {
        "ArrowLeft" => at_ms - step_ms,
        "ArrowRight" => at_ms + step_ms,
        "PageUp" => at_ms - 10.0 * step_ms,
        "PageDown" => at_ms + 10.0 * step_ms,
        "Home" => from_ms,
        "End" => to_ms,
        _ => return None,
    };
    Some(t.clamp(from_ms.min(to_ms), to_ms))
}

/// Most steps over which a key looks for another point.
const MOST_STEPS: usize = 100;

/// The first time from `t` on, by further steps, at which something else is read than at `at_ms`.
pub fn beyond(
    at_ms: f64,
    t: f64,
    read: impl Fn(f64) -> f64,
    step: impl Fn(f64) -> Option<f64>,
) -> f64 {
    let mut next = t;
    for _ in 0..MOST_STEPS {
        let further = step(next).filter(|further| *further != next);
        match further {
            Some(further) if read(next) == at_ms => next = further,
            _ => break,
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_stays_on_the_charts() {
        for (at, want) in [
            (At::Ago(0.0), 1_000.0),
            (At::Ago(400.0), 600.0),
            (At::Ago(9e9), 500.0),
            (At::Time(700.0), 700.0),
            (At::Time(0.0), 500.0),
            (At::Time(f64::INFINITY), 1_000.0),
        ] {
            assert_eq!(at.time(1_000.0, 500.0), want, "{at:?}");
        }
    }

    #[test]
    fn an_arrow_goes_on_to_another_point() {
        // Points at each hundred are read up to 25 from them.
        let read = |t: f64| {
            let near = (t / 100.0).round() * 100.0;
            if (near - t).abs() <= 25.0 { near } else { t }
        };
        let right = |t: f64| stepped("ArrowRight", t, 10.0, 0.0, 320.0);
        for (at, want) in [(100.0, 130.0), (130.0, 140.0), (300.0, 320.0)] {
            let next = beyond(at, right(at).expect("a key"), read, right);
            assert_eq!(next, want, "{at}");
        }
    }

    #[test]
    fn keys_step() {
        for (key, want) in [
            ("ArrowLeft", Some(490.0)),
            ("ArrowRight", Some(510.0)),
            ("PageUp", Some(400.0)),
            ("PageDown", Some(550.0)),
            ("Home", Some(300.0)),
            ("End", Some(550.0)),
            ("x", None),
        ] {
            assert_eq!(stepped(key, 500.0, 10.0, 300.0, 550.0), want, "{key}");
        }
        assert_eq!(stepped("ArrowLeft", 300.0, 10.0, 300.0, 550.0), Some(300.0));
        assert_eq!(stepped("Home", 0.0, 1.0, 0.0, 0.0), Some(0.0));
    }
}
