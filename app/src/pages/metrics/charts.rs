//! The charts of one metric, made from its definition alone. Pure.

use protocol::{Dashboard, Field, GridPlace, Kind, Metric, MetricRef, Options, Widget, WidgetKind};

/// Most tags that a metric is split by, each in a chart of its own.
const MAX_SPLITS: usize = 4;

/// The number that stands for a metric now.
pub fn newest(metric: &Metric) -> MetricRef {
    MetricRef {
        metric: metric.name.clone(),
        field: field(metric.kind),
        ..MetricRef::default()
    }
}

/// What that number is, where the kind does not say it.
pub fn newest_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Summary => "p95",
        Kind::Distribution => "avg",
        Kind::Counter | Kind::Sum | Kind::LastValue => "",
    }
}

/// A document of the charts, which no server has.
pub fn document(metric: &Metric) -> Dashboard {
    Dashboard {
        id: String::new(),
        title: metric.name.clone(),
        version: 0,
        widgets: widgets(metric),
        ..Dashboard::default()
    }
}

fn widgets(metric: &Metric) -> Vec<Widget> {
    let one = |field| MetricRef {
        field,
        ..newest(metric)
    };
    let whole = match metric.kind {
        Kind::Counter => vec![widget(WidgetKind::Line, "Rate", vec![one(Field::Rate)])],
        Kind::Sum => vec![widget(
            WidgetKind::Line,
            "Sum a second",
            vec![one(Field::Rate)],
        )],
        // Values of several series have no sum: what they are split by shows each.
        Kind::LastValue if !metric.tags.is_empty() => Vec::new(),
        Kind::LastValue => vec![widget(WidgetKind::Line, "Value", vec![one(Field::Last)])],
        Kind::Summary => {
            let percentiles = [Field::P50, Field::P95, Field::P99].map(one);
            vec![
                widget(WidgetKind::Line, "Percentiles", percentiles.into()),
                widget(
                    WidgetKind::Line,
                    "Samples a second",
                    vec![labelled(one(Field::Rate))],
                ),
            ]
        }
        Kind::Distribution => vec![
            widget(
                WidgetKind::Heatmap,
                "Buckets over time",
                vec![one(Field::Count)],
            ),
            widget(WidgetKind::Histogram, "Buckets", vec![one(Field::Count)]),
            widget(
                WidgetKind::Line,
                "Samples a second",
                vec![labelled(one(Field::Rate))],
            ),
        ],
    };
    let title = match metric.kind {
        Kind::Counter => "Rate",
        Kind::Sum => "Sum a second",
        Kind::LastValue => "Value",
        Kind::Summary => "p95",
        Kind::Distribution => "Average",
    };
    let split = metric.tags.iter().take(MAX_SPLITS).map(|tag| {
        let by = MetricRef {
            by: Some(tag.clone()),
            ..newest(metric)
        };
        widget(WidgetKind::Line, &format!("{title} by {tag}"), vec![by])
    });
    let all = whole.into_iter().chain(split).enumerate();
    all.map(|(i, widget)| Widget {
        id: format!("chart-{i}"),
        ..widget
    })
    .collect()
}

fn field(kind: Kind) -> Field {
    match kind {
        Kind::Counter | Kind::Sum => Field::Rate,
        Kind::LastValue => Field::Last,
        Kind::Summary => Field::P95,
        Kind::Distribution => Field::Avg,
    }
}

fn labelled(reference: MetricRef) -> MetricRef {
    MetricRef {
        label: Some("samples".into()),
        ..reference
    }
}

fn widget(kind: WidgetKind, title: &str, metrics: Vec<MetricRef>) -> Widget {
    Widget {
        id: String::new(),
        kind,
        title: title.to_string(),
        metrics,
        options: Options::default(),
        place: GridPlace {
            x: 0,
            y: 0,
            w: 6,
            h: 6,
        },
        repeat: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_of_each_kind() {
        let tagged = |metric: Metric| metric.tags(["a", "b"]);
        for (metric, want) in [
            (Metric::counter("x.y"), "Rate"),
            (tagged(Metric::counter("x.y")), "Rate, Rate by a, Rate by b"),
            (Metric::sum("x.y"), "Sum a second"),
            (Metric::last_value("x.y"), "Value"),
            (tagged(Metric::last_value("x.y")), "Value by a, Value by b"),
            (Metric::summary("x.y"), "Percentiles, Samples a second"),
            (
                Metric::summary("x.y").tags(["a"]),
                "Percentiles, Samples a second, p95 by a",
            ),
            (
                tagged(Metric::distribution("x.y", [1.0])),
                "Buckets over time, Buckets, Samples a second, Average by a, Average by b",
            ),
        ] {
            let document = document(&metric);
            let titles: Vec<&str> = document.widgets.iter().map(|w| w.title.as_str()).collect();
            assert_eq!(titles.join(", "), want, "{:?}", metric.kind);
            let mut ids: Vec<&str> = document.widgets.iter().map(|w| w.id.as_str()).collect();
            ids.dedup();
            assert_eq!(ids.len(), titles.len());
            assert_eq!(crate::widgets::needs(&document.widgets), ["x.y"]);
        }
    }

    #[test]
    fn few_charts_however_many_tags() {
        let metric = Metric::counter("x.y").tags(["a", "b", "c", "d", "e", "f"]);
        assert_eq!(widgets(&metric).len(), 1 + MAX_SPLITS);
    }
}
