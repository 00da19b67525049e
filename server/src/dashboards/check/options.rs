//! What holds for the options of a widget, by its kind.

use protocol::{Kind, MetricRef, Options, StateName, Widget, WidgetKind};
use telemetry::MetricList;

use super::{Invalid, MAX_RANGE_S, check_text, rule};

/// Thresholds of one widget.
const MAX_THRESHOLDS: usize = 8;
/// States that one widget names.
const MAX_STATES: usize = 16;
/// Characters of a text.
const MAX_TEXT: usize = 10_000;
/// Rows of a table, of events and of states.
const MAX_ROWS: u32 = 1_000;
/// Longest pause that a line bridges: a week.
const MAX_CONNECT_MS: u32 = MAX_RANGE_S * 1_000;

/// Checks the options of a widget, which stand at `path`.
pub(super) fn check(path: &str, widget: &Widget) -> Result<(), Invalid> {
    let options = &widget.options;
    check_scale(path, options)?;
    let within = |name: &str, value: Option<u32>, most: u32| {
        let holds = value.is_none_or(|value| (1..=most).contains(&value));
        rule(holds, &format!("{path}.{name}"), || {
            format!(
                "{} is out of range; it takes 1 to {most}",
                value.unwrap_or(0)
            )
        })
    };
    within("connect_ms", options.connect_ms, MAX_CONNECT_MS)?;
    within("window_s", options.window_s, MAX_RANGE_S)?;
    within("rows", options.rows, MAX_ROWS)?;
    let columns = widget.metrics.len();
    let sort = options.sort.unwrap_or(0) as usize;
    rule(sort == 0 || sort < columns, &format!("{path}.sort"), || {
        format!("there is no column {sort}; there are {columns}, counted from 0")
    })?;
    let text = options.text.as_deref().unwrap_or_default();
    check_prose(&format!("{path}.text"), text)?;
    check_states(path, &options.states)
}

/// Checks that the first metric of a widget, at `path`, is what its kind shows.
pub(super) fn check_kind(
    path: &str,
    kind: WidgetKind,
    reference: &MetricRef,
    metrics: &MetricList,
) -> Result<(), Invalid> {
    let (wanted, words) = match kind {
        WidgetKind::Histogram => (Kind::Distribution, "a histogram shows a distribution"),
        WidgetKind::Heatmap => (Kind::Distribution, "a heatmap shows a distribution"),
        WidgetKind::States => (Kind::LastValue, "a state history shows a last value"),
        _ => return Ok(()),
    };
    let metric = metrics.find(&reference.metric).map(|id| metrics.get(id));
    let holds = metric.is_none_or(|metric| metric.kind == wanted);
    rule(holds, &format!("{path}.metric"), || {
        format!("`{}` is none: {words}", reference.metric)
    })
}

fn check_scale(path: &str, options: &Options) -> Result<(), Invalid> {
    let (min, max) = (options.min, options.max);
    for (name, end) in [("min", min), ("max", max)] {
        let holds = !options.log || end.is_none_or(|end| end > 0.0);
        rule(holds, &format!("{path}.{name}"), || {
            "a logarithmic scale has no zero: it takes more than 0".to_owned()
        })?;
    }
    if let (Some(min), Some(max)) = (min, max) {
        rule(min < max, &format!("{path}.max"), || {
            format!("{max} is not above min, {min}")
        })?;
    }
    rule(
        options.thresholds.len() <= MAX_THRESHOLDS,
        &format!("{path}.thresholds"),
        || format!("a widget has at most {MAX_THRESHOLDS} thresholds"),
    )
}

fn check_prose(path: &str, text: &str) -> Result<(), Invalid> {
    let length = text.chars().count();
    rule(length <= MAX_TEXT, path, || {
        format!("it has {length} characters; a text has at most {MAX_TEXT}")
    })?;
    let is_other = |c: char| c.is_control() && !['\n', '\r', '\t'].contains(&c);
    rule(!text.contains(is_other), path, || {
        "a text has no control characters but tabs and ends of lines".to_owned()
    })
}

fn check_states(path: &str, states: &[StateName]) -> Result<(), Invalid> {
    rule(
        states.len() <= MAX_STATES,
        &format!("{path}.states"),
        || format!("a widget names at most {MAX_STATES} states"),
    )?;
    for (place, state) in states.iter().enumerate() {
        let path = format!("{path}.states[{place}]");
        let earlier = &states[..place];
        let fresh = earlier.iter().all(|other| other.value != state.value);
        rule(fresh, &format!("{path}.value"), || {
            format!("{} has a name already; the first one holds", state.value)
        })?;
        rule(
            !state.name.trim().is_empty(),
            &format!("{path}.name"),
            || "a state has a name".to_owned(),
        )?;
        check_text(&format!("{path}.name"), &state.name)?;
    }
    Ok(())
}
