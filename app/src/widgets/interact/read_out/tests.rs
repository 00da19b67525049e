//! What keys, pointer and the cursor of all charts read, and where it is marked.

use super::*;
use crate::testing::{END, TestPage, store};

/// So many places in each row.
struct Rows(Vec<usize>);

impl Picture for Rows {
    fn rows(&self) -> usize {
        self.0.len()
    }
    fn columns(&self, row: usize) -> usize {
        self.0[row]
    }
    fn read(&self, place: Place) -> Option<Found> {
        Some(Found {
            words: format!("{place:?}"),
            t: Some(END as f64 - 10_000.0),
            row: Some(place.1),
            ..Found::default()
        })
    }
    fn at(&self, x: f64, _: f64) -> Option<Found> {
        self.when(END as f64 - x)
    }
    fn when(&self, t: f64) -> Option<Found> {
        Some(Found {
            words: format!("at {}", END as f64 - t),
            t: Some(t),
            ..Found::default()
        })
    }
    fn mark(&self, _: &Found) -> Option<Mark> {
        None
    }
}

#[test]
fn keys_stay_within_the_picture() {
    let rows = Rows(vec![30, 3]);
    for (key, before, want) in [
        ("ArrowLeft", None, Some((29, 0))),
        ("ArrowDown", None, Some((29, 0))),
        ("ArrowLeft", Some((29, 0)), Some((28, 0))),
        ("ArrowLeft", Some((0, 0)), Some((0, 0))),
        ("ArrowRight", Some((29, 0)), Some((29, 0))),
        ("ArrowDown", Some((29, 0)), Some((2, 1))),
        ("ArrowDown", Some((1, 1)), Some((1, 1))),
        ("ArrowUp", Some((1, 1)), Some((1, 0))),
        ("PageUp", Some((15, 0)), Some((5, 0))),
        ("PageDown", Some((25, 0)), Some((29, 0))),
        ("Home", Some((2, 1)), Some((0, 1))),
        ("End", Some((0, 1)), Some((2, 1))),
        // What was there is gone.
        ("ArrowRight", Some((99, 9)), Some((2, 1))),
        ("x", Some((1, 1)), None),
    ] {
        assert_eq!(moved(key, before, &rows), want, "{key} {before:?}");
    }
    assert_eq!(moved("ArrowLeft", None, &Rows(vec![])), None);
    assert_eq!(moved("End", None, &Rows(vec![0])), Some((0, 0)));
}

#[test]
fn the_cursor_of_all_charts_is_read_and_moved() {
    let page = TestPage::new(store(&[("/", 1.0)]), Vec::new());
    let cursor = expect_context::<SharedCursor>();
    let read = ReadOut::new("heat");
    let picture: Rc<dyn Picture> = Rc::new(Rows(vec![30]));
    read.follow(NodeRef::new(), Rc::clone(&picture));
    let check = |words: &str, ago_ms: Option<i64>, shared: Option<At>| {
        page.fake.paint();
        assert_eq!(read.or(String::new), words);
        assert_eq!(read.time(), ago_ms.map(|ago_ms| END - ago_ms), "{words}");
        assert_eq!(cursor.get().map(|cursor| cursor.at), shared, "{words}");
    };
    check("", None, None);
    // Another chart is read: so is this one, and the time is that of a whole step.
    let at = At::Ago(4_500.0);
    cursor.point(Cursor {
        widget: "line".into(),
        at,
        pointer: Some((1.0, 2.0)),
    });
    check("at 4500", Some(4_000), Some(at));
    cursor.leave("line");
    check("", None, None);
    // This one is read: all charts mark that time.
    read.point_at(7_000.0, 0.0, &*picture);
    check("at 7000", Some(7_000), Some(At::Ago(7_000.0)));
    read.leave();
    check("", None, None);
    let time = END as f64 - 10_000.0;
    assert!(read.pressed("ArrowLeft", &*picture) && !read.pressed("x", &*picture));
    check("(29, 0)", Some(10_000), Some(At::Time(time)));
    // Keys go on while the pointer is elsewhere.
    cursor.point(Cursor {
        widget: "line".into(),
        at,
        pointer: None,
    });
    check("(29, 0)", Some(10_000), Some(at));
    assert!(read.pressed("Escape", &*picture) && !read.pressed("Escape", &*picture));
    check("at 4500", Some(4_000), Some(at));
}

#[test]
fn marks_lie_on_the_plot() {
    let plot = PlotRect {
        left: 20,
        top: 10,
        width: 100,
        height: 60,
    };
    for (columns, row, want) in [
        ((0.0, 10.0), (0, 3), Some([10.0, 5.0, 5.0, 10.0])),
        ((90.0, 100.0), (2, 3), Some([55.0, 25.0, 5.0, 10.0])),
        ((50.0, 50.0), (0, 1), Some([35.0, 5.0, 1.0, 30.0])),
        ((-9.0, -1.0), (0, 1), None),
        ((101.0, 102.0), (0, 1), None),
        ((f64::NAN, f64::NAN), (0, 1), None),
    ] {
        assert_eq!(mark(&plot, 2.0, columns, row), want, "{columns:?} {row:?}");
    }
}
