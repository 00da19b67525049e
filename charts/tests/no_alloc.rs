//! Drawing allocates nothing once its buffers have grown.

use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;

use charts::{
    Band, Bars, Bounds, Heat, Mark, Point, RGBColor, Scratch, Series, Span, StateRow, TimeWindow,
    ValueScale, View, draw_bars, draw_heatmap, draw_marks, draw_series, draw_stacked, draw_states,
};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind,
};

const NOW: f64 = 1_790_000_000_000.0;
const BLUE: RGBColor = RGBColor(37, 99, 201);

type Result<T> = std::result::Result<T, DrawingErrorKind<Infallible>>;

/// Counts shapes and forgets them.
#[derive(Clone, Default)]
struct Counter(Rc<Cell<usize>>);

impl Counter {
    fn count(&self) -> Result<()> {
        self.0.set(self.0.get() + 1);
        Ok(())
    }
}

impl DrawingBackend for Counter {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (8_000, 1_600)
    }

    fn ensure_prepared(&mut self) -> Result<()> {
        Ok(())
    }

    fn present(&mut self) -> Result<()> {
        Ok(())
    }

    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Result<()> {
        unreachable!("no kind draws single pixels")
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        _: BackendCoord,
        _: BackendCoord,
        _: &S,
        _: bool,
    ) -> Result<()> {
        self.count()
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        _: &S,
    ) -> Result<()> {
        path.into_iter().for_each(drop);
        self.count()
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        _: &S,
    ) -> Result<()> {
        path.into_iter().for_each(drop);
        self.count()
    }
}

fn check(name: &str, draw: impl Fn(&DrawingArea<Counter, Shift>, &mut Scratch, &View<'_>)) {
    let window = TimeWindow::new(NOW, 300_000.0, 1_000);
    let view = View {
        window: &window,
        scale: &ValueScale::fit(0.0, 10.0, &Bounds::default()),
        right: None,
        height: 200,
        connect_ms: 2_500.0,
        clip: Some((0, 1_000)),
        subpixel: 8,
        surface: RGBColor(255, 255, 255),
    };
    let counter = Counter::default();
    let area = counter.clone().into_drawing_area();
    let mut scratch = Scratch::default();
    draw(&area, &mut scratch, &view);
    assert!(counter.0.get() > 100, "{name}");
    let strip = View {
        clip: Some((950, 966)),
        ..view
    };
    for view in [view, strip] {
        let again = allocation_counter::measure(|| draw(&area, &mut scratch, &view));
        assert_eq!(again.count_total, 0, "{name}");
    }
}

#[test]
fn drawing_again_allocates_nothing() {
    let value = |i: u32| f64::from(i * 7_919 % 101) / 10.0;
    let time = |i: u32| NOW - 300_000.0 + f64::from(i) * 500.0;
    let points: Vec<Point> = (0..600)
        .map(|i| Point {
            t: time(i),
            v: if i % 97 == 5 { f64::NAN } else { value(i) },
        })
        .collect();
    let band: Vec<Band> = points
        .iter()
        .map(|p| Band {
            t: p.t,
            low: p.v - 1.0,
            high: p.v + 1.0,
        })
        .collect();
    let line = Series {
        fill: Some(0.12),
        band: Some(&band),
        ..Series::line(&points, BLUE, 1.5)
    };
    let dashed = Series {
        dashes: 1,
        step: true,
        ..line
    };
    let series = [line, dashed, line];
    check("lines", |area, scratch, view| {
        draw_series(area, scratch, &series, view).expect("nothing fails");
    });
    check("stacked", |area, scratch, view| {
        draw_stacked(area, scratch, &series, view).expect("nothing fails");
    });
    for stacked in [false, true] {
        check("bars", |area, scratch, view| {
            let bars = Bars {
                step_ms: 500.0,
                stacked,
            };
            draw_bars(area, scratch, &series, view, &bars).expect("nothing fails");
        });
    }
    let times: Vec<f64> = points.iter().map(|p| p.t).collect();
    let counts: Vec<f64> = points.iter().flat_map(|p| [p.v; 4]).collect();
    check("heatmap", |area, _, view| {
        let heat = Heat {
            times: &times,
            buckets: 4,
            counts: &counts,
            step_ms: 500.0,
            most: 10.0,
            color: BLUE,
        };
        draw_heatmap(area, &heat, view).expect("nothing fails");
    });
    let spans: Vec<Span> = times
        .iter()
        .map(|t| Span {
            from: *t,
            to: t + 500.0,
            color: BLUE,
        })
        .collect();
    let marks: Vec<Mark> = times.iter().map(|t| Mark { t: *t, color: BLUE }).collect();
    check("states and marks", |area, _, view| {
        draw_states(area, &[StateRow { spans: &spans }; 3], view).expect("nothing fails");
        draw_marks(area, view, 1.0, &marks).expect("nothing fails");
    });
}
