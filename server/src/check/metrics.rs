//! Metrics against the events that feed them.
//!
//! Invariant: a metric is held to what it reads. A counter reads no number, so no unit; what a
//! function gives needs no declaration, nor does what comes over OTLP beside the value.

use telemetry::contract::DeclaredEvent;
use telemetry::{Kind, Metric, Unit};

use super::events::declared;
use super::{Code, Finding, Path, Source, Subject};
use crate::contract::OTLP_POINT;

pub(super) fn check(subject: &Subject) -> Vec<Finding> {
    let built_in = Source::built_in();
    let own = (&built_in, subject.built_in_metrics.as_slice());
    let configured = subject.configured.as_ref();
    let configured = configured.map(|(source, metrics)| (source, metrics.as_slice()));
    let mut findings = Vec::new();
    for (source, metrics) in [own].into_iter().chain(configured) {
        for (i, metric) in metrics.iter().enumerate() {
            let path = Path::default().key("metrics").at(i);
            let mut find = |path: Path, code, message| {
                findings.push(source.finding(&path, code, message));
            };
            match declared(subject, &metric.event) {
                Some(event) => {
                    check_measurement(&path, metric, event, &mut find);
                    if event.name != OTLP_POINT.name {
                        check_metadata(&path, metric, event, &mut find);
                    }
                }
                None => {
                    let message = format!(
                        "no contract declares the event `{}`; name the contract that does under \
                         `events`, or with --events",
                        metric.event
                    );
                    find(path.key("event"), Code::MetricWithoutEvent, message);
                }
            }
        }
    }
    findings
}

fn check_measurement(
    path: &Path,
    metric: &Metric,
    event: &DeclaredEvent,
    find: &mut impl FnMut(Path, Code, String),
) {
    if !metric.measurement.is_empty() && !metric.functions.measures() {
        match event.measurement(&metric.measurement) {
            None => {
                let message = format!(
                    "`{}` declares no measurement `{}`; it declares: {}",
                    event.name,
                    metric.measurement,
                    known(event.measurements.iter().map(|m| &*m.name))
                );
                find(
                    path.key("measurement"),
                    Code::MeasurementUndeclared,
                    message,
                );
            }
            // Points bear a unit of their own, which is converted when they come.
            Some(_) if event.name == OTLP_POINT.name => {}
            Some(measurement) => check_unit(path, metric, measurement.unit, find),
        }
    }
}

fn check_metadata(
    path: &Path,
    metric: &Metric,
    event: &DeclaredEvent,
    find: &mut impl FnMut(Path, Code, String),
) {
    let keys = || known(event.metadata.iter().map(|key| &*key.name));
    for (i, tag) in metric.tags.iter().enumerate() {
        if !event.has_key(tag) && !metric.functions.gives_tag(tag) {
            let message = format!(
                "`{}` declares no metadata `{tag}`; it declares: {}",
                event.name,
                keys()
            );
            find(path.key("tags").at(i), Code::TagUndeclared, message);
        }
    }
    for (field, filter) in [("keep", &metric.keep), ("drop", &metric.drop)] {
        for key in filter.keys().filter(|key| !event.has_key(key)) {
            let message = format!(
                "`{}` declares no metadata `{key}`; it declares: {}",
                event.name,
                keys()
            );
            find(path.key(field).key(key), Code::FilterUndeclared, message);
        }
    }
}

fn check_unit(
    path: &Path,
    metric: &Metric,
    declared: Unit,
    find: &mut impl FnMut(Path, Code, String),
) {
    let taken = metric.from_unit.unwrap_or(metric.unit);
    if metric.kind == Kind::Counter || taken == declared {
        return;
    }
    let field = match metric.from_unit {
        Some(_) => "from_unit",
        None => "unit",
    };
    let (taken_name, declared_name) = (taken.name(), declared.name());
    let advice = match declared.factor_to(metric.unit) {
        Some(_) => format!("`from_unit = \"{declared_name}\"` would convert it"),
        None => "the two do not measure the same quantity".to_owned(),
    };
    let message = format!(
        "`{}` of `{}` is declared in `{declared_name}` and taken for `{taken_name}`; {advice}",
        metric.measurement, metric.event
    );
    find(path.key(field), Code::UnitMismatch, message);
}

fn known<'k>(names: impl Iterator<Item = &'k str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
