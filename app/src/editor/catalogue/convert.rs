//! A widget that becomes one of another kind and keeps what fits: metrics, numbers, options, size. Pure.
//!
//! Invariant: what is made here passes the check of documents as far as the widget did before, and what
//! did not fit is remembered, so that changing back restores it unless somebody changed that part since.

use std::collections::HashMap;

use protocol::dashboard::COLUMNS;
use protocol::{Dashboard, GridPlace, Metric, MetricRef, OptionValue, Options, Widget, WidgetKind};

use super::suggest;
use crate::check::{self, Metrics as Find};
use crate::kinds::{kind, schema};
use crate::widgets::kind::Metrics;

/// What widgets lost when their kind was changed, by their id. It lasts as long as the page is open, and
/// has no more entries than a dashboard has widgets.
#[derive(Debug, Default)]
pub struct Memory(HashMap<String, Remembered>);

/// What one widget lost.
#[derive(Debug, Default)]
struct Remembered {
    /// Options that later kinds do not have.
    options: Vec<(String, OptionValue)>,
    /// All metrics, and those that were left of them.
    metrics: Option<[Vec<MetricRef>; 2]>,
    /// The place before it grew, and after.
    place: Option<[GridPlace; 2]>,
}

impl Memory {
    /// The widget as one of another kind.
    pub fn convert(&mut self, widget: &Widget, to: WidgetKind, find: Find) -> Widget {
        if widget.kind == to {
            return widget.clone();
        }
        if self.0.len() >= check::MAX_WIDGETS && !self.0.contains_key(&widget.id) {
            self.0.clear();
        }
        let remembered = self.0.entry(widget.id.clone()).or_default();
        let mut next = Widget {
            kind: to,
            metrics: remembered.metrics(&widget.metrics, to, find),
            options: remembered.options(&widget.options, to),
            place: remembered.place(widget.place, to),
            ..widget.clone()
        };
        remembered.take_what_does_not_hold(&mut next, find);
        next
    }
}

impl Remembered {
    /// The metrics that a kind shows, with numbers that it has.
    fn metrics(&mut self, now: &[MetricRef], to: WidgetKind, find: Find) -> Vec<MetricRef> {
        let all = match self.metrics.take() {
            Some([all, left]) if left == now => all,
            _ => now.to_vec(),
        };
        let is_shown = |one: &&MetricRef| match (schema(to).metrics, find(&one.metric)) {
            (Metrics::None, _) => false,
            (Metrics::Only(wanted, _), Some(metric)) => metric.kind == wanted,
            _ => true,
        };
        let shown = all.iter().filter(is_shown);
        let left: Vec<MetricRef> = shown.map(|one| with_field(one, to, find)).collect();
        self.metrics = Some([all, left.clone()]);
        left
    }

    /// The options that a kind has: those of the widget, and those that it had before.
    fn options(&mut self, now: &Options, to: WidgetKind) -> Options {
        let has = |name: &str| schema(to).options.iter().any(|spec| spec.name == name);
        let mut kept = Options::NONE;
        for (name, value) in now.iter() {
            // What was set since counts.
            self.options.retain(|(other, _)| other != name);
            match has(name) {
                true => kept.set(name, value.clone()),
                false => self.options.push((name.to_owned(), value.clone())),
            }
        }
        self.options.retain(|(name, value)| {
            let is_back = has(name);
            if is_back {
                kept.set(name, value.clone());
            }
            !is_back
        });
        kept
    }

    /// As large as the kind can be read in.
    fn place(&mut self, now: GridPlace, to: WidgetKind) -> GridPlace {
        let before = match self.place.take() {
            Some([before, grown]) if grown == now => before,
            _ => now,
        };
        let (w, h) = kind(to).smallest;
        let w = before.w.max(w).min(COLUMNS);
        let grown = GridPlace {
            x: before.x.min(COLUMNS - w),
            w,
            h: before.h.max(h),
            ..before
        };
        self.place = Some([before, grown]);
        grown
    }

    /// Options that hold each for itself and not with the rest of this kind wait as well.
    fn take_what_does_not_hold(&mut self, widget: &mut Widget, find: Find) {
        for _ in 0..=schema(widget.kind).options.len() {
            let alone = Dashboard {
                id: "d".into(),
                title: String::new(),
                version: 0,
                widgets: vec![widget.clone()],
                ..Dashboard::default()
            };
            let found = check::problems(&alone, find, &|_| usize::MAX);
            let mut names = found.iter().filter_map(|problem| {
                let option = problem.path.strip_prefix("widgets[0].options.")?;
                option.split(['.', '[']).next()
            });
            let Some((name, value)) =
                names.find_map(|name| Some((name.to_owned(), widget.options.remove(name)?)))
            else {
                return;
            };
            self.options.push((name, value));
        }
    }
}

/// A reference with a number that the kind has of its metric.
fn with_field(reference: &MetricRef, to: WidgetKind, find: Find) -> MetricRef {
    let mut next = reference.clone();
    let has = |metric: &&Metric| check::shows_field(to, next.field, metric.kind);
    if let Some(metric) = find(&reference.metric).filter(|metric| !has(metric))
        && let Some(field) = suggest::default_field(to, metric.kind)
    {
        next.field = field;
    }
    if let Some(whole) = &reference.share_of {
        next.share_of = Some(Box::new(with_field(whole, to, find)));
    }
    next
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::KINDS;
    use crate::testing;
    use crate::widgets::kind::{OptionSpec, ValueType};

    fn all_metrics() -> Vec<Metric> {
        testing::metrics()
    }

    fn problems(widget: &Widget) -> Vec<check::Invalid> {
        let metrics = all_metrics();
        let find = |name: &str| metrics.iter().find(|metric| metric.name == name);
        let dashboard = Dashboard {
            id: "d".into(),
            title: "D".into(),
            version: 0,
            widgets: vec![widget.clone()],
            ..Dashboard::default()
        };
        check::problems(&dashboard, &find, &|_| 0)
    }

    fn convert(memory: &mut Memory, widget: &Widget, to: WidgetKind) -> Widget {
        let metrics = all_metrics();
        memory.convert(widget, to, &|name| {
            metrics.iter().find(|metric| metric.name == name)
        })
    }

    fn sample(spec: &OptionSpec) -> serde_json::Value {
        match spec.value {
            ValueType::Flag => json!(true),
            ValueType::Number if spec.name == "min" => json!(0.5),
            ValueType::Number => json!(7.5),
            ValueType::Count(_) => json!(7),
            ValueType::Index => json!(1),
            ValueType::Text(_) => json!("words"),
            ValueType::Level => json!("error"),
            ValueType::Thresholds(_) => json!([{"at": 1, "level": "warn"}]),
            ValueType::States(_) => json!([{"value": 1, "name": "on"}]),
        }
    }

    /// A widget of a kind with every option and two metrics, where it has them.
    fn full(of: WidgetKind) -> Widget {
        let mut widget = testing::widget(of);
        widget.id = widget.id.replace('_', "-");
        widget.title = "T".into();
        widget.metrics.extend(widget.metrics.clone());
        let options: serde_json::Map<_, _> = schema(of)
            .options
            .iter()
            .map(|spec| (spec.name.to_owned(), sample(spec)))
            .collect();
        widget.options = serde_json::from_value(options.into()).expect("options");
        assert_eq!(problems(&widget), [], "{of:?}");
        widget
    }

    #[test]
    fn every_kind_becomes_every_other_and_back_again() {
        for from in KINDS {
            let before = full(from.kind);
            for to in KINDS {
                let mut memory = Memory::default();
                let changed = convert(&mut memory, &before, to.kind);
                let pair = format!("{:?} to {:?}", from.kind, to.kind);
                assert_eq!(changed.kind, to.kind, "{pair}");
                assert_eq!(problems(&changed), [], "{pair}");
                assert_eq!((&changed.id, &changed.title), (&before.id, &before.title));
                let back = convert(&mut memory, &changed, from.kind);
                assert_eq!(problems(&back), [], "{pair}");
                assert_eq!(back.metrics, before.metrics, "{pair}");
                assert_eq!(back.place, before.place, "{pair}");
                for (name, value) in before.options.iter() {
                    assert_eq!(back.options.get(name), Some(value), "{pair}: {name}");
                }
            }
        }
    }

    #[test]
    fn every_way_over_three_kinds_passes_the_check_and_loses_nothing() {
        for from in KINDS {
            let before = full(from.kind);
            for over in KINDS {
                for to in KINDS {
                    let mut memory = Memory::default();
                    let steps = [over.kind, to.kind, from.kind];
                    let end = steps.iter().fold(before.clone(), |widget, kind| {
                        let next = convert(&mut memory, &widget, *kind);
                        assert_eq!(problems(&next), [], "{:?} {steps:?}", from.kind);
                        next
                    });
                    assert_eq!(end.metrics, before.metrics, "{:?} {steps:?}", from.kind);
                }
            }
        }
    }

    #[test]
    fn what_fits_stays_and_what_somebody_changed_since_counts() {
        let mut line = full(WidgetKind::Line);
        let mut memory = Memory::default();
        let mut text = convert(&mut memory, &line, WidgetKind::Text);
        assert_eq!((text.metrics.len(), text.options.iter().count()), (0, 0));
        text.title = "Another".into();
        let back = convert(&mut memory, &text, WidgetKind::Line);
        assert_eq!(back.title, "Another");
        assert_eq!(back.options.iter().count(), line.options.iter().count());

        let mut gauge = convert(&mut memory, &back, WidgetKind::Gauge);
        for name in ["min", "max", "thresholds", "binary"] {
            assert_eq!(gauge.options.get(name), line.options.get(name), "{name}");
        }
        assert_eq!(gauge.options.get("band"), None);
        gauge.options.set("min", OptionValue::Whole(2));
        gauge.metrics.truncate(1);
        let back = convert(&mut memory, &gauge, WidgetKind::Line);
        assert_eq!(back.options.get("min"), Some(&OptionValue::Whole(2)));
        assert_eq!(back.options.get("band"), line.options.get("band"));
        assert_eq!(back.metrics.len(), 1, "one was taken away since");

        // A percentile of buckets is for rows alone, and comes back with them.
        line = testing::widget(WidgetKind::Table);
        line.metrics = vec![MetricRef {
            metric: "wait".into(),
            field: protocol::Field::P99,
            ..MetricRef::default()
        }];
        let chart = convert(&mut memory, &line, WidgetKind::Line);
        assert_eq!(chart.metrics[0].field, protocol::Field::Avg);
        let rows = convert(&mut memory, &chart, WidgetKind::BarList);
        assert_eq!(rows.metrics[0].field, protocol::Field::P99);
    }

    #[test]
    fn a_widget_grows_to_what_its_kind_needs_and_stays_within_the_columns() {
        let mut stat = full(WidgetKind::Stat);
        stat.place = GridPlace {
            x: 11,
            y: 4,
            w: 1,
            h: 1,
        };
        let mut memory = Memory::default();
        let chart = convert(&mut memory, &stat, WidgetKind::Line);
        assert_eq!(
            chart.place,
            GridPlace {
                x: 9,
                y: 4,
                w: 3,
                h: 4
            }
        );
        let back = convert(&mut memory, &chart, WidgetKind::Stat);
        assert_eq!((back.place.w, back.place.h), (2, 2));
    }
}
