//! Which kinds of widgets suit a metric, and a widget that shows one. Pure: what suits what stands in
//! the table of kinds.
//!
//! Invariant: a widget that is made here passes the check of documents.

use protocol::{
    Field, GridPlace, Kind, Metric, MetricRef, OptionValue, Options, Widget, WidgetKind,
    option_name,
};
use telemetry::{Dimension, Unit};

use crate::check;
use crate::kinds::{KINDS, kind, schema};
use crate::widgets::kind::Metrics;

/// Most characters of a title that is made here.
const MAX_TITLE: usize = 100;
/// Words of names that are written in capitals.
const CAPITALS: [&str; 12] = [
    "api", "cpu", "db", "dns", "gc", "http", "id", "io", "ip", "sql", "tcp", "url",
];

/// The kinds that can show a metric, the best first.
pub fn kinds_for(metric: &Metric) -> Vec<WidgetKind> {
    let fits = KINDS
        .iter()
        .map(|one| one.kind)
        .filter(|kind| fits(*kind, metric));
    let mut fitting: Vec<WidgetKind> = fits.collect();
    fitting.sort_by_key(|kind| std::cmp::Reverse((schema(*kind).suits)(metric)));
    fitting
}

/// The kinds that show each value of a tag by itself, the best first.
pub fn splitting(metric: &Metric) -> impl Iterator<Item = WidgetKind> {
    let all = kinds_for(metric).into_iter();
    all.filter(|kind| schema(*kind).splits)
}

/// The kind that shows a metric over time best.
pub fn over_time(metric: &Metric) -> Option<WidgetKind> {
    let mut all = kinds_for(metric).into_iter();
    all.find(|of| kind(*of).is_time_chart)
}

/// The kinds that show no metric at all.
pub fn without_metric() -> impl Iterator<Item = WidgetKind> {
    let all = KINDS.iter().map(|one| one.kind);
    all.filter(|kind| matches!(schema(*kind).metrics, Metrics::None))
}

/// Whether a kind can show a metric.
pub fn fits(kind: WidgetKind, metric: &Metric) -> bool {
    match schema(kind).metrics {
        Metrics::None => false,
        Metrics::Any => default_field(kind, metric.kind).is_some(),
        Metrics::Only(wanted, _) => metric.kind == wanted,
    }
}

/// The number that one looks for first: how often, how much, the newest, or what nearly all are below.
pub fn default_field(kind: WidgetKind, of: Kind) -> Option<Field> {
    let wanted: &[Field] = match of {
        Kind::Counter | Kind::Sum => &[Field::Rate, Field::Count],
        Kind::LastValue => &[Field::Last],
        Kind::Summary | Kind::Distribution => &[Field::P95, Field::Avg],
    };
    if matches!(schema(kind).metrics, Metrics::Only(Kind::Distribution, _)) {
        return Some(Field::default());
    }
    let mut wanted = wanted.iter().copied();
    wanted.find(|field| check::shows_field(kind, *field, of))
}

/// A widget of a kind that shows a metric, each value of a tag by itself where one is given.
pub fn widget_for(metric: &Metric, kind: WidgetKind, split: Option<&str>) -> Widget {
    let field = default_field(kind, metric.kind).unwrap_or_default();
    let split = split.filter(|_| schema(kind).splits);
    Widget {
        title: title(metric, field, split),
        metrics: vec![MetricRef {
            metric: metric.name.clone(),
            field,
            by: split.map(str::to_owned),
            ..MetricRef::default()
        }],
        options: options(metric, kind),
        ..empty(kind)
    }
}

/// A widget of a kind that shows nothing yet.
pub fn empty(kind: WidgetKind) -> Widget {
    let (w, h) = schema(kind).size;
    Widget {
        id: String::new(),
        kind,
        title: self::kind(kind).title.to_owned(),
        metrics: Vec::new(),
        options: Options::NONE,
        repeat: None,
        place: GridPlace { x: 0, y: 0, w, h },
    }
}

/// A share of a whole is shown between nothing and all, where a kind has a scale over time.
fn options(metric: &Metric, kind: WidgetKind) -> Options {
    let mut options = Options::NONE;
    let is_level = metric.kind == Kind::LastValue && metric.unit.dimension() == Dimension::Share;
    if is_level && self::kind(kind).is_time_chart {
        let whole = match metric.unit {
            Unit::Ratio => 1,
            _ => 100,
        };
        options.set(option_name::MIN, OptionValue::Whole(0));
        options.set(option_name::MAX, OptionValue::Whole(whole));
    }
    options
}

/// What the metric is called, which number of it, and by what it is split.
fn title(metric: &Metric, field: Field, split: Option<&str>) -> String {
    let mut title = words(&metric.name);
    if !matches!(field, Field::Last | Field::Rate | Field::Count | Field::Sum) {
        title = format!("{title}, {}", field.name());
    }
    if let Some(tag) = split {
        title = format!("{title} by {}", tag.replace('_', " "));
    }
    title.chars().take(MAX_TITLE).collect()
}

/// A name of a metric as words, without where it comes from: `http.request.duration` is "Request
/// duration".
fn words(name: &str) -> String {
    let parts: Vec<&str> = name
        .split(['.', '_', '-'])
        .filter(|part| !part.is_empty())
        .collect();
    let has_origin = name.contains('.') && parts.len() > 1;
    let told = parts.get(usize::from(has_origin)..).unwrap_or_default();
    let words: Vec<String> = told
        .iter()
        .enumerate()
        .map(|(place, word)| {
            if CAPITALS.contains(word) {
                return word.to_uppercase();
            }
            let mut letters = word.chars();
            match (place, letters.next()) {
                (0, Some(first)) => first.to_uppercase().chain(letters).collect(),
                _ => (*word).to_owned(),
            }
        })
        .collect();
    match words.is_empty() {
        true => name.to_owned(),
        false => words.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use protocol::Dashboard;

    use super::*;

    fn metric(kind: Kind, unit: Unit, tags: &[&str]) -> Metric {
        let metric = match kind {
            Kind::Counter => Metric::counter("shop.cart.cpu_time"),
            Kind::Sum => Metric::sum("shop.cart.cpu_time"),
            Kind::LastValue => Metric::last_value("shop.cart.cpu_time"),
            Kind::Summary => Metric::summary("shop.cart.cpu_time"),
            Kind::Distribution => Metric::distribution("shop.cart.cpu_time", [1.0, 2.0]),
        };
        metric.unit(unit).tags(tags.iter().copied())
    }

    /// Every sort of metric that differs for suggestions.
    fn every() -> Vec<Metric> {
        let kinds = [
            Kind::Counter,
            Kind::Sum,
            Kind::LastValue,
            Kind::Summary,
            Kind::Distribution,
        ];
        let tags: [&[&str]; 2] = [&[], &["route", "host"]];
        let all = kinds.into_iter().flat_map(|kind| {
            let units = Unit::ALL.into_iter();
            units.flat_map(move |unit| tags.map(|tags| metric(kind, unit, tags)))
        });
        all.collect()
    }

    #[test]
    fn what_is_suggested_passes_the_check_of_documents_for_every_metric_and_kind() {
        for metric in every() {
            let all = kinds_for(&metric);
            assert!(all.len() >= 6, "{metric:?}");
            let splits = metric.tags.iter().map(|tag| Some(tag.as_str()));
            for split in splits.chain([None]) {
                let widgets = all.iter().map(|kind| Widget {
                    id: schema(*kind).name.replace('_', "-"),
                    ..widget_for(&metric, *kind, split)
                });
                let dashboard = Dashboard {
                    id: "d".into(),
                    title: "D".into(),
                    version: 0,
                    widgets: widgets.collect(),
                    ..Dashboard::default()
                };
                for widget in &dashboard.widgets {
                    let (w, h) = kind(widget.kind).smallest;
                    assert!(widget.place.w >= w && widget.place.h >= h, "{widget:?}");
                    let by = widget.metrics[0].by.as_deref();
                    assert_eq!(by, split.filter(|_| schema(widget.kind).splits));
                }
                let find = |name: &str| Some(&metric).filter(|one| one.name == name);
                let found = check::problems(&dashboard, &find, &|_| 0);
                assert_eq!(found, [], "{} {:?}", metric.kind.name(), metric.unit);
            }
        }
    }

    #[test]
    fn the_best_kind_and_number_come_from_kind_and_unit() {
        use WidgetKind::{Bar, BarList, Gauge, Heatmap, Line, Stat};
        for (kind, unit, tags, first, second, field) in [
            (Kind::Summary, Unit::Second, &[][..], Line, Stat, Field::P95),
            (
                Kind::Summary,
                Unit::Second,
                &["route"],
                Line,
                BarList,
                Field::P95,
            ),
            (Kind::Counter, Unit::None, &[], Line, Bar, Field::Rate),
            (Kind::Sum, Unit::Byte, &[], Line, Bar, Field::Rate),
            (
                Kind::LastValue,
                Unit::Percent,
                &[],
                Gauge,
                Line,
                Field::Last,
            ),
            (
                Kind::LastValue,
                Unit::Ratio,
                &["core"],
                Line,
                BarList,
                Field::Last,
            ),
            (Kind::LastValue, Unit::Byte, &[], Line, Stat, Field::Last),
        ] {
            let metric = metric(kind, unit, tags);
            let all = kinds_for(&metric);
            assert_eq!(all[..2], [first, second], "{kind:?} {unit:?} {tags:?}");
            let widget = widget_for(&metric, first, None);
            assert_eq!(widget.metrics[0].field, field, "{kind:?}");
        }
        let buckets = metric(Kind::Distribution, Unit::Second, &["route"]);
        assert_eq!(kinds_for(&buckets)[0], Heatmap);
        let rows = widget_for(&buckets, BarList, Some("route"));
        assert_eq!(
            rows.metrics[0].field,
            Field::P95,
            "rows are made of buckets"
        );
        let line = widget_for(&buckets, Line, Some("route"));
        assert_eq!(line.metrics[0].field, Field::Avg, "lines are not");
    }

    #[test]
    fn titles_are_words() {
        for (name, field, split, title) in [
            (
                "http.request.duration",
                Field::P95,
                Some("route"),
                "Request duration, p95 by route",
            ),
            ("host.cpu.usage", Field::Last, None, "CPU usage"),
            (
                "shop.cart.cpu_time",
                Field::Rate,
                Some("data_center"),
                "Cart CPU time by data center",
            ),
            ("up", Field::Last, None, "Up"),
            ("...", Field::Last, None, "..."),
            ("été.ça", Field::Avg, None, "Ça, avg"),
        ] {
            let metric = Metric::last_value("a.b").named(name);
            assert_eq!(super::title(&metric, field, split), title);
        }
        let long = Metric::last_value("a.b").named("long.".repeat(100));
        assert_eq!(
            super::title(&long, Field::Last, None).chars().count(),
            MAX_TITLE
        );
    }

    #[test]
    fn a_share_is_shown_between_nothing_and_all() {
        let of = |unit, kind| {
            let widget = widget_for(&metric(Kind::LastValue, unit, &[]), kind, None);
            widget.options.number(option_name::MAX)
        };
        assert_eq!(of(Unit::Percent, WidgetKind::Line), Some(100.0));
        assert_eq!(of(Unit::Ratio, WidgetKind::Area), Some(1.0));
        assert_eq!(of(Unit::Percent, WidgetKind::Gauge), None);
        assert_eq!(of(Unit::Byte, WidgetKind::Line), None);
    }
}
