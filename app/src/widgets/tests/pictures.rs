//! Pictures of every kind over data and sizes that are at the ends of what can be.

use charts::RGBColor;
use proptest::prelude::*;
use protocol::{Annotation, LogLevel, LogRecord, MetricRef, Widget, WidgetKind};

use crate::kinds::KINDS;
use crate::live::{Resolution, Store};
use crate::snapshot::{Snapshot, svg};
use crate::testing::{END, MARKUP, T0, has, lacks, metrics, store, store_of, widget, words};
use crate::theme::{DARK, LIGHT};

const SIZES: [(u32, u32); 6] = [
    (1, 1),
    (8, 8),
    (60, 2000),
    (2000, 60),
    (320, 200),
    (1200, 800),
];

fn records() -> Vec<LogRecord> {
    vec![LogRecord {
        id: 0,
        t: END - 1_000,
        level: LogLevel::Error,
        event: "e".into(),
        message: MARKUP.into(),
        source: MARKUP.into(),
        anonymous: false,
    }]
}

fn annotations() -> Vec<Annotation> {
    let one = |t: i64, to: Option<i64>| Annotation {
        id: t,
        t,
        to,
        text: MARKUP.into(),
        tags: Vec::new(),
        source: "ada".into(),
    };
    vec![
        one(T0 + 5_000, None),
        one(T0 - 9_000, Some(END + 9_000)),
        one(END, Some(T0)),
    ]
}

/// The document of a widget over the whole minute.
fn picture(widget: &Widget, store: &Store, size: (u32, u32), bare: bool) -> String {
    svg(&Snapshot {
        widget,
        store,
        words: &words(),
        recent: &records(),
        annotations: &annotations(),
        off: &[],
        to_ms: END,
        span_ms: 60_000,
        size,
        theme: &LIGHT,
        ahead_min: Some(60),
        bare,
        is_guest: false,
    })
    .expect("a picture")
}

/// Fails unless a document is one that viewers read.
fn is_sound(document: &str, why: &str) {
    assert!(
        document.starts_with("<svg") && document.trim_end().ends_with("</svg>"),
        "{why}"
    );
    for bad in ["NaN", "inf", "nan", MARKUP, "<script"] {
        assert!(!document.contains(bad), "{why}: {bad} in {document}");
    }
    let (opened, closed) = (
        document.matches("<svg").count(),
        document.matches("</svg>").count(),
    );
    assert_eq!(opened, closed, "{why}");
}

/// What the text elements of a document say, without markup.
fn texts(document: &str) -> String {
    let mut words = String::new();
    for part in document.split("<text").skip(1) {
        let inner = part.split_once('>').map_or("", |(_, rest)| rest);
        words += inner
            .split_once("</text>")
            .map_or("", |(words, _)| words)
            .trim();
        words += "\n";
    }
    words
}

#[test]
fn no_text_from_outside_turns_its_neighbours_around() {
    let turning = "\u{202e}gnp.exe";
    let store = store(&[(turning, 3.0), ("/b", 1.0)]);
    for kind in KINDS {
        let mut widget = widget(kind.kind);
        widget.title = turning.into();
        let document = picture(&widget, &store, (600, 400), false);
        for text in texts(&document)
            .lines()
            .filter(|text| text.contains('\u{202e}'))
        {
            let mut depth = 0;
            for c in text.chars() {
                match c {
                    '\u{2068}' => depth += 1,
                    '\u{2069}' => depth -= 1,
                    '\u{202e}' => assert_eq!(depth, 1, "{}: {text:?}", widget.id),
                    _ => {}
                }
            }
            assert_eq!(depth, 0, "{}: {text:?}", widget.id);
        }
        assert!(texts(&document).contains('\u{202e}'), "{}", widget.id);
    }
}

#[test]
fn no_recorded_value_is_a_gap_in_every_picture() {
    let mut values = vec![1.0; 60];
    let whole = store_of(&[("/a", values.clone())]);
    values[30] = f64::NAN;
    let ended = store_of(&[("/a", values)]);
    for (kind, part) in [
        (WidgetKind::Line, "<polyline"),
        (WidgetKind::Area, "<polygon"),
        (WidgetKind::Stat, "<polyline"),
        (WidgetKind::States, "<rect"),
    ] {
        let mut widget = widget(kind);
        // However long a pause is bridged: it is none.
        let bridged = protocol::OptionValue::Number(60_000.0);
        widget.options.set("connect_ms", bridged);
        let parts = |store: &Store| {
            let document = picture(&widget, store, (600, 400), false);
            document.matches(part).count()
        };
        assert!(parts(&ended) > parts(&whole), "{kind:?}");
    }
}

#[test]
fn an_empty_time_chart_says_so() {
    for kind in KINDS.iter().filter(|kind| kind.is_time_chart) {
        let widget = widget(kind.kind);
        let empty = picture(&widget, &store(&[]), (600, 300), false);
        has(&texts(&empty), &["No data in this time"]);
        let full = picture(&widget, &store(&[("/a", 3.0)]), (600, 300), false);
        lacks(&texts(&full), &["No data"]);
        // The page says so itself in front of a placeholder.
        let bare = picture(&widget, &store(&[]), (600, 300), true);
        lacks(&texts(&bare), &["No data"]);
    }
}

#[test]
fn every_kind_at_every_size() {
    let stores = [
        store(&[]),
        store(&[("/a", 3.0)]),
        store(&[("/a", 3.0), (MARKUP, 7.0)]),
    ];
    for kind in KINDS {
        let widget = widget(kind.kind);
        for (i, store) in stores.iter().enumerate() {
            for size in SIZES {
                for bare in [false, true] {
                    let document = picture(&widget, store, size, bare);
                    is_sound(&document, &format!("{} {i} {size:?} {bare}", widget.id));
                }
            }
        }
    }
}

#[test]
fn every_kind_over_values_at_the_ends() {
    let values = [
        0.0,
        -0.0,
        -1.0,
        1.0,
        f64::MIN_POSITIVE,
        f64::EPSILON,
        1e-300,
        1e15,
        1e300,
        f64::MAX,
        f64::MIN,
    ];
    for kind in KINDS {
        let widget = widget(kind.kind);
        for value in values {
            let store = store(&[("/a", value), ("/b", -value)]);
            let document = picture(&widget, &store, (400, 240), false);
            is_sound(&document, &format!("{} {value}", widget.id));
        }
    }
}

#[test]
fn values_that_are_none_are_drawn_as_none() {
    for kind in KINDS {
        let widget = widget(kind.kind);
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut values = vec![2.0; 60];
            values[30] = value;
            for values in [values, vec![value; 60]] {
                let store = store_of(&[("/a", values)]);
                let document = picture(&widget, &store, (400, 240), false);
                is_sound(&document, &format!("{} {value}", widget.id));
            }
        }
    }
}

#[test]
fn what_is_withheld_shows_only_its_title() {
    for kind in KINDS {
        let mut widget = widget(kind.kind);
        if widget.metrics.is_empty() {
            continue;
        }
        widget.metrics = vec![MetricRef::default()];
        let document = picture(&widget, &store(&[("/a", 3.0)]), (600, 240), false);
        let words = texts(&document);
        has(
            &words,
            &["Not visible for your role. An admin can change that."],
        );
        lacks(&words, &["/a", "used", "wait", "3.0", "No data"]);
        assert!(!document.contains("<poly"), "{document}");
    }
}

#[test]
fn a_metric_that_is_not_there_is_no_data() {
    for kind in KINDS {
        let mut widget = widget(kind.kind);
        if widget.metrics.is_empty() {
            continue;
        }
        widget.metrics[0].metric = "gone".into();
        let document = picture(&widget, &store(&[("/a", 3.0)]), (600, 240), false);
        is_sound(&document, &widget.id);
        let words = texts(&document);
        let says_it = words.contains("No data") || words.contains('–');
        assert!(says_it, "{}: {words}", widget.id);
        lacks(&words, &["3.0", "/a"]);
    }
}

#[test]
fn a_page_that_has_the_heading_gets_none() {
    for kind in [WidgetKind::Line, WidgetKind::Area, WidgetKind::Bar] {
        let widget = widget(kind);
        let store = store(&[("/a", 3.0)]);
        let title = "&lt;b";
        assert!(texts(&picture(&widget, &store, (600, 240), false)).contains(title));
        assert!(!texts(&picture(&widget, &store, (600, 240), true)).contains(title));
    }
}

#[test]
fn lines_that_are_off_are_not_drawn() {
    let widget = widget(WidgetKind::Line);
    let store = store(&[("/a", 3.0), ("/b", 7.0)]);
    let lines = |off: &[String]| {
        let document = svg(&Snapshot {
            widget: &widget,
            store: &store,
            words: &words(),
            recent: &[],
            annotations: &[],
            off,
            to_ms: END,
            span_ms: 60_000,
            size: (600, 240),
            theme: &LIGHT,
            ahead_min: None,
            bare: true,
            is_guest: false,
        });
        let document = document.expect("a picture");
        let color = |RGBColor(r, g, b)| format!("#{r:02X}{g:02X}{b:02X}");
        let series = [0, 1].map(|i| color(LIGHT.palette.series[i]));
        series.map(|color| document.to_uppercase().contains(&color))
    };
    assert_eq!(lines(&[]), [true, true]);
    assert_eq!(
        lines(&["/a".into()]),
        [false, true],
        "a line keeps its colour"
    );
    assert_eq!(lines(&["/b".into()]), [true, false]);
    assert_eq!(lines(&["/a".into(), "/b".into()]), [false, false]);
    assert_eq!(lines(&["gone".into()]), [true, true]);
}

#[test]
fn without_an_offset_there_are_no_times() {
    for kind in KINDS {
        let widget = widget(kind.kind);
        let store = store(&[("/a", 3.0)]);
        let with = |ahead_min: Option<i32>| {
            let document = svg(&Snapshot {
                widget: &widget,
                store: &store,
                words: &words(),
                recent: &records(),
                annotations: &[],
                off: &[],
                to_ms: END,
                span_ms: 60_000,
                size: (900, 300),
                theme: &DARK,
                ahead_min,
                bare: false,
                is_guest: false,
            });
            texts(&document.expect("a picture")).contains(":14")
        };
        // A state history and everything over time writes them, events beside each line.
        let over_time = !matches!(
            kind.kind,
            WidgetKind::Stat
                | WidgetKind::Gauge
                | WidgetKind::Histogram
                | WidgetKind::Table
                | WidgetKind::Text
                | WidgetKind::BarList
        );
        assert_eq!(with(Some(0)), over_time, "{}", widget.id);
        if matches!(
            kind.kind,
            WidgetKind::Line | WidgetKind::Events | WidgetKind::Area
        ) {
            assert!(!with(None), "{}", widget.id);
        }
    }
}

#[test]
fn a_store_that_knows_nothing_is_no_data() {
    let empty = Store::new(&metrics(), Resolution::of(60_000));
    for kind in KINDS {
        is_sound(
            &picture(&widget(kind.kind), &empty, (400, 240), false),
            kind.title,
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_values_make_a_sound_picture(
        which in 0usize..KINDS.len(),
        routes in prop::collection::vec(prop::collection::vec(any::<f64>(), 0..61), 0..6),
        width in 1u32..900, height in 1u32..600, bare: bool,
    ) {
        let names = ["/a", "/b", "/c", "/d", "/e", "/f"];
        let routes: Vec<(&str, Vec<f64>)> = names.into_iter().zip(routes).collect();
        let widget = widget(KINDS[which].kind);
        let document = picture(&widget, &store_of(&routes), (width, height), bare);
        is_sound(&document, &widget.id);
    }
}
