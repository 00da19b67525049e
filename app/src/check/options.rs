//! What holds for the options of a widget: that its kind has them, of which type, within which bounds.
//! The table of kinds says so.

use protocol::{Field, Kind, MetricRef, OptionValue, Options, Widget, WidgetKind};

use super::{Invalid, check_text, rule, shown};
use crate::kinds::schema;
use crate::widgets::kind::{Metrics, OptionSpec, ValueType};

/// Checks the options of a widget, which stand at `path`.
pub(super) fn check(path: &str, widget: &Widget, note: &mut dyn FnMut(Result<(), Invalid>)) {
    let schema = schema(widget.kind);
    for (name, value) in widget.options.iter() {
        let spec = schema.options.iter().find(|spec| spec.name == name);
        let path = format!("{path}.{}", shown(name));
        note(match spec {
            Some(spec) => check_value(&path, spec, value),
            None => {
                let known: Vec<&str> = schema.options.iter().map(|spec| spec.name).collect();
                Err(Invalid {
                    message: format!(
                        "a widget of kind `{}` has no such option; it has: {}",
                        schema.name,
                        known.join(", ")
                    ),
                    path,
                })
            }
        });
    }
    note((schema.rule)(widget).map_err(|fault| Invalid {
        path: format!("{path}.{}", fault.name),
        message: fault.message,
    }));
}

/// Checks that the first metric of a widget, at `path`, is what its kind shows.
pub(super) fn check_kind(
    path: &str,
    kind: WidgetKind,
    reference: &MetricRef,
    metrics: super::Metrics,
) -> Result<(), Invalid> {
    let Metrics::Only(wanted, words) = schema(kind).metrics else {
        return Ok(());
    };
    let metric = metrics(&reference.metric);
    let holds = metric.is_none_or(|metric| metric.kind == wanted);
    rule(holds, &format!("{path}.metric"), || {
        format!("`{}` is none: {words}", reference.metric)
    })
}

/// Whether a kind of widget can show this number of metrics of a kind. Kinds that show buckets ask for
/// none, and take any.
pub fn shows_field(kind: WidgetKind, field: Field, of: Kind) -> bool {
    if matches!(schema(kind).metrics, Metrics::Only(Kind::Distribution, _)) {
        return true;
    }
    // Rows by tags are made of buckets as well, so they have their percentiles.
    let by_tags = matches!(kind, WidgetKind::Table | WidgetKind::BarList);
    let of_buckets = by_tags && of == Kind::Distribution && field.is_percentile();
    field.is_of(of) || of_buckets
}

/// Checks that a metric of a widget, at `path`, has the number that is asked for.
pub(super) fn check_field(
    path: &str,
    kind: WidgetKind,
    reference: &MetricRef,
    metrics: super::Metrics,
) -> Result<(), Invalid> {
    let Some(metric) = metrics(&reference.metric) else {
        return Ok(());
    };
    let field = reference.field;
    let has = |field: Field| shows_field(kind, field, metric.kind);
    rule(has(field), &format!("{path}.field"), || {
        let known = Field::ALL.into_iter().filter(|field| has(*field));
        let known: Vec<&str> = known.map(Field::name).collect();
        let default = if field == Field::default() {
            ", which is asked for without a field"
        } else {
            ""
        };
        format!(
            "`{}` is a {} and has no `{}`{default}; it has: {}",
            metric.name,
            metric.kind.name(),
            field.name(),
            known.join(", ")
        )
    })
}

/// Rejects names in a group that nobody reads.
fn check_names(path: &str, value: &OptionValue, known: &[&str]) -> Result<(), Invalid> {
    let names = value.group().into_iter().flat_map(Options::iter);
    for (name, _) in names {
        let path = format!("{path}.{}", shown(name));
        rule(known.contains(&name), &path, || {
            format!("there is no such name here; it takes: {}", known.join(", "))
        })?;
    }
    Ok(())
}

fn check_value(path: &str, spec: &OptionSpec, value: &OptionValue) -> Result<(), Invalid> {
    let of_type = |holds: bool, wanted: &str| rule(holds, path, || format!("it takes {wanted}"));
    match spec.value {
        ValueType::Flag => of_type(matches!(value, OptionValue::Flag(_)), "true or false"),
        ValueType::Number => of_type(value.number().is_some(), "a number"),
        ValueType::Index => of_type(value.count().is_some(), "a whole number from 0 on"),
        ValueType::Count(most) => {
            of_type(value.number().is_some(), "a whole number")?;
            let holds = value
                .count()
                .is_some_and(|count| (1..=most).contains(&count));
            rule(holds, path, || {
                let number = value.number().unwrap_or(0.0);
                format!("{number} is out of range; it takes 1 to {most}")
            })
        }
        ValueType::Level => of_type(value.level().is_some(), "`info`, `warn` or `error`"),
        ValueType::Text(most) => check_prose(path, value, most),
        ValueType::Thresholds(most) => {
            let all = check_list(
                path,
                value,
                || format!("a widget has at most {most} thresholds"),
                most,
            )?;
            for (place, value) in all.iter().enumerate() {
                rule(
                    value.threshold().is_some(),
                    &format!("{path}[{place}]"),
                    || {
                        "a threshold has a number `at` and a `level`: `info`, `warn` or `error`"
                            .to_owned()
                    },
                )?;
                check_names(&format!("{path}[{place}]"), value, &["at", "level"])?;
            }
            Ok(())
        }
        ValueType::States(most) => check_states(path, value, most),
    }
}

fn check_list<'a>(
    path: &str,
    value: &'a OptionValue,
    too_many: impl FnOnce() -> String,
    most: usize,
) -> Result<&'a [OptionValue], Invalid> {
    rule(matches!(value, OptionValue::List(_)), path, || {
        "it takes a list".to_owned()
    })?;
    rule(value.list().len() <= most, path, too_many)?;
    Ok(value.list())
}

fn check_prose(path: &str, value: &OptionValue, most: usize) -> Result<(), Invalid> {
    let Some(text) = value.text() else {
        return rule(false, path, || "it takes a text".to_owned());
    };
    let length = text.chars().count();
    rule(length <= most, path, || {
        format!("it has {length} characters; a text has at most {most}")
    })?;
    let is_other = |c: char| c.is_control() && !['\n', '\r', '\t'].contains(&c);
    rule(!text.contains(is_other), path, || {
        "a text has no control characters but tabs and ends of lines".to_owned()
    })
}

fn check_states(path: &str, value: &OptionValue, most: usize) -> Result<(), Invalid> {
    let all = check_list(
        path,
        value,
        || format!("a widget names at most {most} states"),
        most,
    )?;
    let mut earlier = Vec::new();
    for (place, value) in all.iter().enumerate() {
        let path = format!("{path}[{place}]");
        let Some(state) = value.state() else {
            return rule(false, &path, || {
                "a state has a number `value`, a `name`, and a `level` unless it is `info`"
                    .to_owned()
            });
        };
        check_names(&path, value, &["value", "name", "level"])?;
        rule(
            !earlier.contains(&state.value),
            &format!("{path}.value"),
            || format!("{} has a name already; the first one holds", state.value),
        )?;
        rule(
            !state.name.trim().is_empty(),
            &format!("{path}.name"),
            || "a state has a name".to_owned(),
        )?;
        check_text(&format!("{path}.name"), &state.name)?;
        earlier.push(state.value);
    }
    Ok(())
}
