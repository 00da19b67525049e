//! Documents held equal to files that were looked at (`UPDATE_GOLDEN=1` writes them anew), and that
//! every document is one.

use std::path::PathBuf;

use app::live::{Resolution, Store};
use app::texts;
use proptest::prelude::*;
use protocol::history::{HistorySeries, HistoryStep};
use protocol::{Annotation, History, LogLevel, LogRecord, SeriesInfo, Widget};
use serde_json::{Value, json};
use telemetry::{Metric, Unit};

use super::*;
use crate::markdown::parse;

/// 2026-11-20 12:05:30 UTC.
const NOW: i64 = 1_795_176_330_000;
const SPAN: i64 = 300_000;

fn metrics() -> Vec<Metric> {
    vec![
        Metric::summary("shop.order.duration")
            .unit(Unit::Second)
            .tags(["item"]),
        Metric::counter("shop.order")
            .named("shop.sold")
            .tags(["item"]),
        Metric::last_value("host.memory.used").unit(Unit::Byte),
        Metric::distribution("shop.order.took", [0.01, 0.1, 1.0]).unit(Unit::Second),
    ]
}

/// A wave with ripples, without chance.
fn wave(second: i64, middle: f64, height: f64) -> f64 {
    let ripple = (second * 7_919).rem_euclid(101) as f64 / 101.0 - 0.5;
    let s = second as f64;
    middle + height * ((s / 28.0).sin() * 0.6 + (s / 9.0).sin() * 0.2 + ripple * 0.4)
}

/// One series of a metric, with a gap and a spike.
fn history(metric: &str, id: u32, item: Option<&str>, row: impl Fn(i64) -> Vec<f64>) -> History {
    let gap = 150..170;
    let steps = (1..=SPAN / 1000).filter(|second| !gap.contains(second));
    let step = |second| HistoryStep(NOW - SPAN + second * 1000, row(second));
    let tags = item.map(|item| ("item".to_owned(), item.to_owned()));
    History {
        metric: metric.to_owned(),
        from: NOW - SPAN,
        to: NOW,
        step_ms: 1_000,
        series: vec![HistorySeries {
            info: SeriesInfo {
                id,
                metric: metric.to_owned(),
                tags: tags.into_iter().collect(),
            },
            steps: steps.map(step).collect(),
        }],
        covered: vec![[NOW - SPAN, NOW - 150_000], [NOW - 130_000, NOW]],
    }
}

fn store() -> Store {
    let summary = |second: i64| {
        let [p50, p95, p99] =
            [0.0022, 0.010, 0.023].map(|middle| wave(second, middle, middle * 0.5));
        let p99 = if second == 250 { 0.08 } else { p99 };
        vec![9.0, 0.02, 0.001, 0.08, p50, p95, p99]
    };
    let memory = |second: i64| {
        let used = wave(second, 6.4e9, 0.5e9);
        vec![used, used, used]
    };
    let took = |second: i64| {
        let slow = (second % 7) as f64;
        vec![20.0 + slow, 1.0, 0.004, 2.0, 12.0, 7.0, 1.0, slow]
    };
    let sold = [
        ("tea", 9.0),
        ("coffee", 6.0),
        ("bread", 3.0),
        ("a cake with a name that is rather long", 1.5),
        ("jam", 0.75),
        ("salt", 0.25),
    ];
    let sold = (10..)
        .zip(sold)
        .map(|(id, (item, rate))| history("shop.sold", id, Some(item), |_| vec![rate]));
    let histories = [
        history("shop.order.duration", 1, Some("tea"), summary),
        history("host.memory.used", 2, None, memory),
        history("shop.order.took", 3, None, took),
    ];
    let histories: Vec<History> = histories.into_iter().chain(sold).collect();
    let scope = Resolution::of(SPAN);
    Store::new(&metrics(), scope).past(&histories, NOW - SPAN, NOW, scope, 0)
}

fn widget(kind: &str, title: &str, metrics: Value, options: Value) -> Widget {
    serde_json::from_value(json!({
        "id": "w", "kind": kind, "title": title, "metrics": metrics, "options": options,
        "place": {"x": 0, "y": 0, "w": 6, "h": 5}
    }))
    .expect("a widget")
}

fn document(widget: &Widget, size: (u32, u32), theme: Theme, bare: bool) -> String {
    let annotations = [Annotation {
        id: 1,
        t: NOW - 90_000,
        to: None,
        text: "deployed".into(),
        tags: Vec::new(),
        source: "ci".into(),
    }];
    let recent =
        [(LogLevel::Error, "a <b> & \"c\""), (LogLevel::Info, "fine")].map(|(level, text)| {
            LogRecord {
                id: 0,
                t: NOW - 5_000,
                level,
                event: "log.message".into(),
                message: text.into(),
                source: "cron".into(),
                anonymous: false,
            }
        });
    let store = store();
    let words = texts(std::slice::from_ref(widget), parse).remove(&widget.id);
    let words = words.unwrap_or_default();
    let draft = |theme| Snapshot {
        widget,
        store: &store,
        words: &words,
        recent: &recent,
        annotations: &annotations,
        off: &[],
        to_ms: NOW,
        span_ms: SPAN,
        size,
        theme,
        ahead_min: Some(0),
        bare,
        is_guest: false,
    };
    let svg = svg(&draft, theme).expect("a string takes all");
    well_formed(&svg);
    svg
}

/// As an XML reader would: tags close in order, attributes are quoted and stand there once, and
/// `<` and `&` mean what they mean.
fn well_formed(svg: &str) {
    let (mut open, mut rest) = (Vec::new(), svg);
    let text = |text: &str| {
        assert!(!text.contains('>'), "{text}");
        for entity in text.split('&').skip(1) {
            let known = ["lt;", "gt;", "amp;", "quot;", "apos;"];
            assert!(
                known.iter().any(|known| entity.starts_with(known)),
                "{text}"
            );
        }
    };
    while let Some((before, after)) = rest.split_once('<') {
        text(before);
        let (tag, after) = after.split_once('>').expect("a tag ends");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{tag}");
            continue;
        }
        let (tag, closed) = match tag.strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut names = Vec::new();
        let mut attributes = attributes.trim();
        while !attributes.is_empty() {
            let (name, value) = attributes.split_once("=\"").expect("a quoted value");
            let (value, others) = value.split_once('"').expect("a quote ends");
            text(value);
            assert!(!names.contains(&name), "{tag}");
            names.push(name);
            attributes = others.trim();
        }
        if !closed {
            open.push(name);
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
    assert!(!svg.contains(is_forbidden), "{svg}");
    assert!(svg.starts_with("<svg ") && svg.contains(" xmlns=\"http://www.w3.org/2000/svg\""));
}

fn check(name: &str, svg: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("src/picture/golden")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, svg).expect("the golden folder can be written");
    }
    let golden = std::fs::read_to_string(&file).expect("the golden file is checked in");
    assert!(
        svg == golden,
        "{name} differs; UPDATE_GOLDEN=1 writes it anew"
    );
}

fn latency() -> Widget {
    let metrics = json!([
        {"metric": "shop.order.duration", "field": "p50"},
        {"metric": "shop.order.duration", "field": "p95"},
        {"metric": "shop.order.duration", "field": "p99"}
    ]);
    let options = json!({"thresholds": [{"at": 0.05, "level": "warn"}]});
    widget("line", "Order latency", metrics, options)
}

#[test]
fn a_line_chart() {
    check(
        "line.svg",
        &document(&latency(), (690, 324), Theme::Auto, false),
    );
}

#[test]
fn a_bar_list() {
    let metrics = json!([{"metric": "shop.sold", "field": "rate", "label": "sold"}]);
    let thresholds = json!([{"at": 5, "level": "warn"}, {"at": 8, "level": "error"}]);
    let list = widget(
        "bar_list",
        "Sold",
        metrics,
        json!({"rows": 4, "thresholds": thresholds}),
    );
    check(
        "bar_list.svg",
        &document(&list, (460, 210), Theme::Auto, false),
    );
}

#[test]
fn a_card() {
    let card = widget(
        "stat",
        "Memory",
        json!([{"metric": "host.memory.used"}]),
        json!({}),
    );
    check(
        "stat.svg",
        &document(&card, (340, 132), Theme::Light, false),
    );
}

#[test]
fn every_kind_is_a_document_in_every_theme_and_size() {
    let duration = json!([{"metric": "shop.order.duration", "field": "p95", "by": "item"}]);
    let memory =
        json!([{"metric": "host.memory.used"}, {"metric": "host.memory.used", "label": "of {}"}]);
    let took = json!([{"metric": "shop.order.took"}]);
    let text = json!({"text": "# A <b>\n\n- one & two\n- \"three\"\n\n```\nx < y\n```"});
    for (kind, metrics, options) in [
        (
            "stat",
            &memory,
            json!({"thresholds": [{"at": 1.0, "level": "error"}]}),
        ),
        ("line", &duration, json!({"band": true, "log": true})),
        ("area", &memory, json!({"stacked": true, "binary": true})),
        ("area", &duration, json!({})),
        ("bar", &duration, json!({"stacked": true})),
        (
            "gauge",
            &memory,
            json!({"max": 1e10, "thresholds": [{"at": 9e9, "level": "warn"}]}),
        ),
        ("histogram", &took, json!({})),
        ("heatmap", &took, json!({})),
        ("table", &duration, json!({})),
        ("events", &json!([]), json!({})),
        ("text", &json!([]), text),
        (
            "states",
            &memory,
            json!({"states": [{"value": 1.0, "name": "open"}]}),
        ),
        (
            "bar_list",
            &duration,
            json!({"thresholds": [{"at": 0.01, "level": "warn"}]}),
        ),
        ("bar_list", &memory, json!({"rows": 1, "binary": true})),
        ("line", &json!([{"metric": ""}]), json!({})),
        ("line", &json!([]), json!({})),
        ("heatmap", &memory, json!({})),
        ("gauge", &json!([{"metric": "no.such"}]), json!({})),
    ] {
        let widget = widget(kind, "<T> & \"t\"", metrics.clone(), options);
        for size in [(100, 60), (333, 200), (2_000, 1_200)] {
            for theme in [Theme::Light, Theme::Dark, Theme::Auto] {
                for bare in [false, true] {
                    let svg = document(&widget, size, theme, bare);
                    assert!(svg.contains("</svg>"), "{kind}");
                    assert_eq!(
                        svg.contains("<style>"),
                        theme == Theme::Auto,
                        "{kind} {bare}"
                    );
                }
            }
        }
    }
}

#[test]
fn themes_have_their_own_colours() {
    let light = document(&latency(), (400, 200), Theme::Light, false);
    let dark = document(&latency(), (400, 200), Theme::Dark, false);
    assert!(light.contains("#116AE6") && !light.contains("#7288FC"));
    assert!(dark.contains("#7288FC") && !dark.contains("#116AE6"));
    let both = document(&latency(), (400, 200), Theme::Auto, false);
    for rule in [
        "[stroke=\"#116AE6\"]{stroke:#7288FC}",
        "[fill=\"#FFFFFF\"]{fill:#16191E}",
        "[fill=\"#17191C\"]{fill:#E9EBEE}",
    ] {
        assert!(both.contains(rule), "{rule}");
    }
}

#[test]
fn one_light_colour_is_one_dark_colour() {
    let check = |light: &str, dark: &str, expect: &str| assert_eq!(rules(light, dark), expect);
    check("", "", "");
    check("<a fill=\"#AA0000\"/>", "<a fill=\"#AA0000\"/>", "");
    check(
        "<a fill=\"#AA0000\" stroke=\"none\"/>",
        "<a fill=\"#BB0000\" stroke=\"none\"/>",
        "[fill=\"#AA0000\"]{fill:#BB0000}",
    );
    // Words are no colours.
    check(
        "<a> fill=&quot;#AA0000&quot;</a>",
        "<a> fill=&quot;#BB0000&quot;</a>",
        "",
    );
    let pairs = |of: fn(&Colors) -> Vec<charts::RGBColor>| -> Vec<_> {
        of(&LIGHT).into_iter().zip(of(&DARK)).collect()
    };
    let all = pairs(|theme| {
        let p = &theme.palette;
        let mut all = vec![theme.ink, p.text, p.grid, p.surface, p.warn, p.bad];
        all.extend(p.series);
        all
    });
    for (light, dark) in &all {
        let same = all.iter().filter(|(other, _)| other == light);
        assert!(
            same.into_iter().all(|(_, other)| other == dark),
            "{light:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_title_breaks_a_document(title in "\\PC{0,40}", control in any::<char>()) {
        let title = format!("{title}{control}");
        let widget = widget("stat", &title, json!([{"metric": "host.memory.used"}]), json!({}));
        document(&widget, (300, 120), Theme::Auto, false);
    }
}
