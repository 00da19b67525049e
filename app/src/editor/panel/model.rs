//! What stands in fields, and what it means in a document. Pure.
//!
//! Invariant: what is typed and means nothing is kept as it was typed, so that the check of documents
//! rejects it and nobody loses it.

use std::collections::BTreeMap;

use protocol::{Field, LogLevel, Metric, MetricRef, OptionValue, Options, TagValues, WidgetKind};

use crate::check;
use crate::editor::catalogue::suggest;

/// Whether a fault is at a path of a document or below it.
pub fn is_at(fault: &str, path: &str) -> bool {
    fault
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The name of an option as people read it: `connect_ms` is "Connect (ms)".
pub fn words(name: &str) -> String {
    let (name, unit) = match name {
        _ if name.ends_with("_ms") => (&name[..name.len() - 3], " (ms)"),
        _ if name.ends_with("_s") => (&name[..name.len() - 2], " (s)"),
        _ => (name, ""),
    };
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let rest = letters.map(|c| if c == '_' { ' ' } else { c });
    first.chain(rest).chain(unit.chars()).collect()
}

/// What stands in the field of a value.
pub fn text(value: Option<&OptionValue>) -> String {
    match value {
        Some(OptionValue::Text(text)) => text.clone(),
        Some(OptionValue::Flag(on)) => on.to_string(),
        Some(value) => value.number().map(|n| n.to_string()).unwrap_or_default(),
        None => String::new(),
    }
}

/// The number that is typed; none for an empty field.
pub fn number(typed: &str) -> Option<OptionValue> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    if let Ok(whole) = typed.parse::<i64>() {
        return Some(OptionValue::Whole(whole));
    }
    Some(match typed.replace(',', ".").parse::<f64>() {
        Ok(number) if number.is_finite() => OptionValue::Number(number),
        _ => OptionValue::Text(typed.to_owned()),
    })
}

/// Sets an option, or takes it away.
pub fn put(options: &mut Options, name: &str, value: Option<OptionValue>) {
    match value {
        Some(value) => options.set(name, value),
        None => drop(options.remove(name)),
    }
}

/// A level as documents write it.
pub const fn level(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    }
}

/// Every level, with its word for people.
pub const LEVELS: [(LogLevel, &str); 3] = [
    (LogLevel::Info, "Fine"),
    (LogLevel::Warn, "Warning"),
    (LogLevel::Error, "Bad"),
];

/// A number of a metric as people choose it.
pub fn field_words(field: Field) -> &'static str {
    match field {
        Field::Last => "Newest value",
        Field::Count => "Count",
        Field::Sum => "Sum",
        Field::Rate => "Rate, per second",
        Field::Avg => "Average",
        Field::Min => "Smallest",
        Field::Max => "Largest",
        Field::P50 => "p50 (median)",
        Field::P95 => "p95",
        Field::P99 => "p99",
    }
}

/// A reference to another metric, with all that fits it: number, tags, label.
pub fn with_metric(
    before: &MetricRef,
    name: &str,
    to: Option<&Metric>,
    kind: WidgetKind,
) -> MetricRef {
    let mut next = MetricRef {
        metric: name.to_owned(),
        ..before.clone()
    };
    let Some(metric) = to else {
        return next;
    };
    next.tags.retain(|tag, _| metric.tags.contains(tag));
    next.by = next.by.filter(|tag| metric.tags.contains(tag));
    if !check::shows_field(kind, next.field, metric.kind)
        && let Some(field) = suggest::default_field(kind, metric.kind)
    {
        next.field = field;
    }
    next
}

/// A new reference to a metric.
pub fn reference(name: &str, metric: Option<&Metric>, kind: WidgetKind) -> MetricRef {
    with_metric(&MetricRef::default(), name, metric, kind)
}

/// Between the values of a tag, of which any matches, as they are typed.
const OR: &str = " | ";

/// The values that a tag is filtered by, as they are typed.
pub fn tag_text(tags: &BTreeMap<String, TagValues>, tag: &str) -> String {
    let values = tags.get(tag).map_or(&[][..], TagValues::all);
    values.join(OR)
}

/// Filters by what is typed; an empty field filters by nothing.
pub fn put_tag(tags: &mut BTreeMap<String, TagValues>, tag: &str, typed: &str) {
    let values: Vec<String> = typed.trim().split(OR).map(str::to_owned).collect();
    match values.as_slice() {
        [one] if one.is_empty() => drop(tags.remove(tag)),
        [one] => drop(tags.insert(tag.to_owned(), one.as_str().into())),
        _ => drop(tags.insert(tag.to_owned(), values.into())),
    }
}

/// The list with the entry at `from` moved to `to`; as it is where one of them is not there.
pub fn moved<T>(list: &mut Vec<T>, from: usize, to: usize) {
    if from < list.len() && to < list.len() {
        let entry = list.remove(from);
        list.insert(to, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::metrics;

    #[test]
    fn a_fault_belongs_to_its_path_and_what_is_above() {
        for (fault, path, belongs) in [
            ("options.min", "options.min", true),
            ("options.thresholds[1].at", "options.thresholds", true),
            ("options.thresholds[1].at", "options.thresholds[1]", true),
            ("options.min", "options.mi", false),
            ("metrics[10].field", "metrics[1]", false),
            ("metrics[1].tags.route", "metrics[1].tags.route", true),
            ("title", "options", false),
        ] {
            assert_eq!(is_at(fault, path), belongs, "{fault} {path}");
        }
    }

    #[test]
    fn names_of_options_are_words() {
        for (name, want) in [
            ("min", "Min"),
            ("window_s", "Window (s)"),
            ("connect_ms", "Connect (ms)"),
            ("thresholds", "Thresholds"),
            ("two_words", "Two words"),
            ("", ""),
        ] {
            assert_eq!(words(name), want);
        }
    }

    #[test]
    fn what_is_typed_is_a_number_or_stays_as_it_is() {
        for (typed, want) in [
            ("", None),
            ("  ", None),
            ("7", Some(OptionValue::Whole(7))),
            ("-7", Some(OptionValue::Whole(-7))),
            ("0.5", Some(OptionValue::Number(0.5))),
            ("0,5", Some(OptionValue::Number(0.5))),
            ("1e3", Some(OptionValue::Number(1_000.0))),
            ("1e999", Some(OptionValue::Text("1e999".into()))),
            ("NaN", Some(OptionValue::Text("NaN".into()))),
            ("ten", Some(OptionValue::Text("ten".into()))),
        ] {
            assert_eq!(number(typed), want, "{typed}");
        }
        for typed in ["7", "0.5", "ten", "-3"] {
            assert_eq!(text(number(typed).as_ref()), typed, "it stands there again");
        }
    }

    #[test]
    fn another_metric_keeps_what_fits() {
        let all = metrics();
        let find = |name: &str| all.iter().find(|metric| metric.name == name);
        let before = MetricRef {
            field: Field::P99,
            by: Some("route".into()),
            tags: BTreeMap::from([("route".into(), "/".into()), ("gone".into(), "x".into())]),
            label: Some("L".into()),
            ..reference("time", find("time"), WidgetKind::Line)
        };
        let next = with_metric(&before, "hits", find("hits"), WidgetKind::Line);
        assert_eq!((next.metric.as_str(), next.field), ("hits", Field::Rate));
        assert_eq!(
            (next.by.as_deref(), next.label.as_deref()),
            (Some("route"), Some("L"))
        );
        assert_eq!(next.tags.keys().collect::<Vec<_>>(), ["route"]);
        let unknown = with_metric(&before, "typo", None, WidgetKind::Line);
        assert_eq!(
            unknown,
            MetricRef {
                metric: "typo".into(),
                ..before
            }
        );
        assert_eq!(
            reference("time", find("time"), WidgetKind::Line).field,
            Field::P95
        );
    }

    #[test]
    fn entries_move() {
        for (from, to, want) in [
            (0, 2, "bca"),
            (2, 0, "cab"),
            (1, 1, "abc"),
            (3, 0, "abc"),
            (0, 3, "abc"),
        ] {
            let mut list = vec!['a', 'b', 'c'];
            moved(&mut list, from, to);
            assert_eq!(list.into_iter().collect::<String>(), want, "{from} {to}");
        }
    }
}
