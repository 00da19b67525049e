use super::*;

const SPAN: TimeSpan = TimeSpan {
    from_ms: 0.0,
    to_ms: 1_000.0,
    width: 500.0,
};

fn press(pointer: i32, x: f64) -> Press {
    Press {
        pointer,
        x,
        finger: false,
        pans: false,
    }
}

fn finger(pointer: i32, x: f64) -> Press {
    Press {
        finger: true,
        ..press(pointer, x)
    }
}

#[test]
fn a_drag_selects_in_either_direction() {
    for (from, to) in [(100.0, 200.0), (200.0, 100.0)] {
        let mut gesture = Gesture::Idle;
        assert_eq!(gesture.press(press(1, from), SPAN), GestureAction::Nothing);
        assert_eq!(gesture.moved(1, from + 2.0), GestureAction::Unmark);
        assert_eq!(
            gesture.moved(2, 400.0),
            GestureAction::Nothing,
            "another pointer"
        );
        assert_eq!(gesture.moved(1, to), GestureAction::Mark(from, to));
        assert_eq!(
            gesture.release(1, to, SPAN),
            GestureAction::Zoom(200.0, 400.0)
        );
        assert_eq!(gesture, Gesture::Idle);
    }
}

#[test]
fn a_selection_ends_at_the_edges() {
    let mut gesture = Gesture::Idle;
    gesture.press(press(1, 400.0), SPAN);
    assert_eq!(
        gesture.release(1, 9e9, SPAN),
        GestureAction::Zoom(800.0, 1_000.0)
    );
    gesture.press(press(1, 100.0), SPAN);
    assert_eq!(
        gesture.release(1, -20.0, SPAN),
        GestureAction::Zoom(0.0, 200.0)
    );
}

#[test]
fn a_click_and_a_cancelled_drag_do_nothing() {
    let mut gesture = Gesture::Idle;
    gesture.press(press(1, 100.0), SPAN);
    assert_eq!(gesture.release(1, 103.0, SPAN), GestureAction::Unmark);
    gesture.press(press(1, 100.0), SPAN);
    gesture.moved(1, 300.0);
    assert_eq!(gesture.cancel(), GestureAction::Unmark);
    assert_eq!(gesture.release(1, 300.0, SPAN), GestureAction::Nothing);
    assert_eq!(gesture.moved(1, 300.0), GestureAction::Point(300.0));
    // The other button while the first is down takes the drag back.
    gesture.press(press(1, 100.0), SPAN);
    assert_eq!(gesture.press(press(1, 100.0), SPAN), GestureAction::Unmark);
}

#[test]
fn a_pan_holds_the_time_under_the_pointer() {
    let mut gesture = Gesture::Idle;
    let pans = Press {
        pans: true,
        ..press(1, 100.0)
    };
    assert_eq!(gesture.press(pans, SPAN), GestureAction::Nothing);
    assert_eq!(gesture.moved(1, 150.0), GestureAction::Show(-100.0, 900.0));
    assert_eq!(gesture.moved(1, 50.0), GestureAction::Show(100.0, 1_100.0));
    assert_eq!(gesture.release(1, 50.0, SPAN), GestureAction::Nothing);
    assert_eq!(gesture, Gesture::Idle);
}

#[test]
fn a_finger_reads_and_two_pinch() {
    let mut gesture = Gesture::Idle;
    assert_eq!(
        gesture.press(finger(1, 100.0), SPAN),
        GestureAction::Point(100.0)
    );
    assert_eq!(gesture.moved(1, 150.0), GestureAction::Point(150.0));
    assert_eq!(
        gesture.press(finger(2, 350.0), SPAN),
        GestureAction::Nothing
    );
    assert_eq!(
        gesture.press(finger(3, 10.0), SPAN),
        GestureAction::Nothing,
        "a third"
    );
    // Twice as far apart about the middle: half of the time.
    gesture.moved(1, 50.0);
    assert_eq!(gesture.moved(2, 450.0), GestureAction::Show(250.0, 750.0));
    assert_eq!(gesture.moved(3, 0.0), GestureAction::Nothing);
    assert_eq!(gesture.release(1, 50.0, SPAN), GestureAction::Nothing);
    assert_eq!(gesture, Gesture::Idle);
}

#[test]
fn fingers_may_meet_and_cross() {
    let check = |from, now, want| assert_eq!(pinched(&SPAN, from, now), want, "{from:?} {now:?}");
    check([100.0, 200.0], [100.0, 200.0], (0.0, 1_000.0));
    check([200.0, 100.0], [100.0, 200.0], (0.0, 1_000.0));
    check([100.0, 200.0], [200.0, 300.0], (-200.0, 800.0));
    for now in [[250.0, 250.0], [300.0, 200.0], [0.0, 500.0]] {
        let (from, to) = pinched(&SPAN, [240.0, 260.0], now);
        assert!(from < to && from.is_finite() && to.is_finite(), "{now:?}");
    }
}

#[test]
fn wheels_zoom_by_bounded_steps() {
    for (delta, lines, closer) in [
        (-100.0, false, true),
        (100.0, false, false),
        (-3.0, true, true),
    ] {
        let factor = wheel_factor(delta, lines);
        assert_eq!(factor < 1.0, closer, "{delta}");
        assert!((factor * wheel_factor(-delta, lines) - 1.0).abs() < 1e-9);
    }
    assert_eq!(wheel_factor(0.0, false), 1.0);
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(wheel_factor(odd, true), 1.0);
    }
    assert_eq!(wheel_factor(1e9, false), wheel_factor(300.0, false));
}
