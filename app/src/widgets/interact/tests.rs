//! What a person does with a widget: gestures, the cursor and the tooltip, in any order.

use proptest::prelude::*;

use super::cursor::{At, Cursor, SharedCursor, stepped};
use super::gesture::{Gesture, GestureAction, Press, wheel_factor};
use super::tooltip::Tip;
use crate::testing::{TestPage, store};
use crate::widgets::render::plot_geometry::TimeSpan;
use crate::widgets::time_chart::Reading;

const SPAN: TimeSpan = TimeSpan {
    from_ms: 10_000.0,
    to_ms: 20_000.0,
    width: 500.0,
};

/// One thing that pointers do.
#[derive(Clone, Copy, Debug)]
enum Step {
    Press(Press),
    Move(i32, f64),
    Release(i32, f64),
    Cancel,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let x = prop_oneof![-100.0f64..600.0, Just(0.0), Just(f64::MAX), Just(f64::MIN)];
    let one = (0u8..8, 1i32..4, x, any::<bool>(), any::<bool>()).prop_map(
        |(what, pointer, x, finger, pans)| match what {
            0..=2 => Step::Press(Press {
                pointer,
                x,
                finger,
                pans,
            }),
            3..=5 => Step::Move(pointer, x),
            6 => Step::Release(pointer, x),
            _ => Step::Cancel,
        },
    );
    prop::collection::vec(one, 0..30)
}

fn take(gesture: &mut Gesture, step: Step) -> GestureAction {
    match step {
        Step::Press(press) => gesture.press(press, SPAN),
        Step::Move(pointer, x) => gesture.moved(pointer, x),
        Step::Release(pointer, x) => gesture.release(pointer, x, SPAN),
        Step::Cancel => gesture.cancel(),
    }
}

proptest! {
    #[test]
    fn a_gesture_ends_with_its_pointers(steps in steps()) {
        let mut gesture = Gesture::Idle;
        for step in steps {
            take(&mut gesture, step);
            if let Step::Cancel = step {
                prop_assert_eq!(gesture, Gesture::Idle);
            }
        }
        for pointer in 1..4 {
            gesture.release(pointer, 50.0, SPAN);
        }
        prop_assert_eq!(gesture, Gesture::Idle, "every pointer is up");
        prop_assert_eq!(gesture.cancel(), GestureAction::Unmark);
    }

    #[test]
    fn only_a_release_zooms_and_never_beyond_what_is_shown(steps in steps()) {
        let mut gesture = Gesture::Idle;
        for step in steps {
            if let GestureAction::Zoom(from, to) = take(&mut gesture, step) {
                prop_assert!(matches!(step, Step::Release(..)));
                prop_assert!(from <= to && from >= SPAN.from_ms && to <= SPAN.to_ms);
                prop_assert_eq!(gesture, Gesture::Idle);
            }
        }
    }

    #[test]
    fn a_wheel_turned_back_is_where_it_was(delta in -400.0f64..400.0, lines: bool) {
        let both = wheel_factor(delta, lines) * wheel_factor(-delta, lines);
        prop_assert!((both - 1.0).abs() < 1e-9);
        prop_assert!((0.5..=2.0).contains(&wheel_factor(delta, lines)), "one turn is no jump");
    }

    #[test]
    fn keys_keep_the_cursor_on_the_picture(
        at in 0.0f64..1e6, step in 0.0f64..1e4, from in 0.0f64..5e5, length in 1.0f64..5e5,
    ) {
        for key in ["ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"] {
            let to = from + length;
            if let Some(t) = stepped(key, at, step, from, to) {
                prop_assert!((from..=to).contains(&t), "{} {}", key, t);
            }
        }
        prop_assert_eq!(stepped("a", at, step, from, from + length), None);
    }

    #[test]
    fn a_cursor_is_within_what_is_shown(ago in any::<f64>(), end in 0.0f64..2e12, span in 1.0f64..1e9) {
        for at in [At::Ago(ago), At::Time(ago)] {
            let t = at.time(end, span);
            prop_assert!(t.is_nan() == ago.is_nan());
            prop_assert!(ago.is_nan() || (end - span <= t && t <= end));
        }
    }

    #[test]
    fn a_tooltip_lists_the_largest(values in prop::collection::vec(any::<f64>(), 0..40)) {
        let reading = |(index, value): (usize, &f64)| Reading {
            index,
            label: format!("l{index}"),
            value: *value,
            words: format!("{index}"),
            ..Reading::default()
        };
        let readings: Vec<Reading> = values.iter().enumerate().map(reading).collect();
        let tip = Tip::new("12:00".into(), readings, None, Vec::new());
        prop_assert_eq!(tip.rows.len() + tip.more, values.len());
        let shown: Vec<f64> = tip.rows.iter().map(|row| values[row.index]).collect();
        let key = |v: &f64| if v.is_nan() { f64::NEG_INFINITY } else { *v };
        let listed: Vec<usize> = tip.rows.iter().map(|row| row.index).collect();
        let least = shown.iter().map(key).fold(f64::INFINITY, f64::min);
        let others = values.iter().enumerate().filter(|(i, _)| !listed.contains(i));
        for (_, other) in others {
            prop_assert!(key(other) <= least, "{} is larger than {}", other, least);
        }
    }
}

#[test]
fn only_the_widget_of_the_cursor_takes_it_away() {
    let _page = TestPage::new(store(&[]), Vec::new());
    let shared = SharedCursor::new();
    let cursor = Cursor {
        widget: "a".into(),
        at: At::Time(5.0),
        pointer: None,
    };
    assert_eq!(shared.get(), None);
    shared.point(cursor.clone());
    shared.leave("b");
    assert_eq!(shared.get(), Some(cursor));
    shared.leave("a");
    assert_eq!(shared.get(), None);
}
