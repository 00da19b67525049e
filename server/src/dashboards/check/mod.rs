//! What holds for a document before it is saved. Pure; every refusal names the JSON path.

mod options;

use protocol::dashboard::COLUMNS;
use protocol::role_defaults::MAX_MUTED;
use protocol::role_document::MAX_DASHBOARDS;
use protocol::{Dashboard, DashboardPreferences, GridPlace, MetricRef, Preferences, Widget};

use telemetry::MetricList;

use super::hidden::is_empty;
use crate::access::{problem_of_list, problem_of_text};

/// Widgets of one dashboard.
const MAX_WIDGETS: usize = 100;
/// Metrics of one widget.
const MAX_METRICS: usize = 20;
/// Lines of one widget that a person switched off.
const MAX_OFF: usize = 100;
/// Rows of the grid.
const MAX_ROWS: u16 = 1_000;
/// Longest range of the charts: a week.
const MAX_RANGE_S: u32 = 7 * 24 * 3_600;
/// Longest name of a zone; a view reads none longer.
const MAX_ZONE_BYTES: usize = 64;
/// Longest id of a dashboard that is named.
const MAX_ID_BYTES: usize = 64;
/// Longest category that is named.
const MAX_CATEGORY_BYTES: usize = 256;

/// What does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct Invalid {
    /// JSON path, such as `widgets[2].place`.
    pub path: String,
    /// What would be right.
    pub message: String,
}

/// Checks a dashboard against the metric list.
pub fn check(dashboard: &Dashboard, metrics: &MetricList) -> Result<(), Invalid> {
    check_with_empty(dashboard, metrics, &|_| 0)
}

/// As [`check`], where so many references of each widget may be [empty](is_empty).
pub(super) fn check_with_empty(
    dashboard: &Dashboard,
    metrics: &MetricList,
    may_be_empty: &impl Fn(&str) -> usize,
) -> Result<(), Invalid> {
    check_id("id", &dashboard.id)?;
    check_text("title", &dashboard.title)?;
    rule(dashboard.widgets.len() <= MAX_WIDGETS, "widgets", || {
        format!(
            "there are {}; a dashboard has at most {MAX_WIDGETS}",
            dashboard.widgets.len()
        )
    })?;
    for (place, widget) in dashboard.widgets.iter().enumerate() {
        let path = format!("widgets[{place}]");
        let earlier = &dashboard.widgets[..place];
        rule(
            earlier.iter().all(|other| other.id != widget.id),
            &format!("{path}.id"),
            || {
                format!(
                    "`{}` stands there twice; ids are unique in a dashboard",
                    widget.id
                )
            },
        )?;
        check_widget(&path, widget, metrics, may_be_empty(&widget.id))?;
    }
    Ok(())
}

/// Checks what a person changed about a dashboard. Widgets that no longer exist do no harm: the
/// dashboard may have lost them since.
pub fn check_dashboard_preferences(own: &DashboardPreferences) -> Result<(), Invalid> {
    rule(own.widgets.len() <= MAX_WIDGETS, "widgets", || {
        format!("a dashboard has at most {MAX_WIDGETS} widgets")
    })?;
    for (widget, change) in &own.widgets {
        let path = format!("widgets.{}", shown(widget));
        check_id(&path, widget)?;
        if let Some(place) = &change.place {
            check_place(&format!("{path}.place"), place)?;
        }
        rule(change.off.len() <= MAX_OFF, &format!("{path}.off"), || {
            format!("at most {MAX_OFF} lines are switched off")
        })?;
        for (place, label) in change.off.iter().enumerate() {
            check_text(&format!("{path}.off[{place}]"), label)?;
        }
    }
    Ok(())
}

/// Checks what a person changed for every dashboard.
pub fn check_preferences(preferences: &Preferences) -> Result<(), Invalid> {
    let zone = preferences.zone.as_deref().unwrap_or_default();
    rule(zone.len() <= MAX_ZONE_BYTES, "zone", || {
        format!("the name of a zone has at most {MAX_ZONE_BYTES} bytes")
    })?;
    let range = preferences.range_s.unwrap_or(1);
    rule((1..=MAX_RANGE_S).contains(&range), "range_s", || {
        format!("{range} is out of range; it takes 1 to {MAX_RANGE_S} seconds")
    })?;
    check_text("zone", preferences.zone.as_deref().unwrap_or_default())?;
    let home = preferences.home.as_deref();
    let found = home.and_then(|id| problem_of_text(id, MAX_ID_BYTES));
    broken("home", found.map(|found| format!(": {found}")))?;
    for (field, texts, most, longest) in [
        ("order", &preferences.order, MAX_DASHBOARDS, MAX_ID_BYTES),
        ("muted", &preferences.muted, MAX_MUTED, MAX_CATEGORY_BYTES),
    ] {
        let texts = texts.as_deref().unwrap_or_default();
        broken(field, problem_of_list(texts, most, longest))?;
    }
    Ok(())
}

/// What does not hold of a field, if anything: its place in the field, and a sentence.
fn broken(field: &str, found: Option<String>) -> Result<(), Invalid> {
    let Some((place, message)) = found.as_ref().and_then(|found| found.split_once(": ")) else {
        return Ok(());
    };
    Err(Invalid {
        path: format!("{field}{place}"),
        message: message.to_owned(),
    })
}

fn check_widget(
    path: &str,
    widget: &Widget,
    metrics: &MetricList,
    mut may_be_empty: usize,
) -> Result<(), Invalid> {
    check_id(&format!("{path}.id"), &widget.id)?;
    check_text(&format!("{path}.title"), &widget.title)?;
    check_place(&format!("{path}.place"), &widget.place)?;
    options::check(&format!("{path}.options"), widget)?;
    rule(
        widget.metrics.len() <= MAX_METRICS,
        &format!("{path}.metrics"),
        || format!("a widget has at most {MAX_METRICS} metrics"),
    )?;
    for (place, metric) in widget.metrics.iter().enumerate() {
        if may_be_empty > 0 && is_empty(metric) {
            may_be_empty -= 1;
            continue;
        }
        let path = format!("{path}.metrics[{place}]");
        check_metric(&path, metric, metrics)?;
        if place == 0 {
            options::check_kind(&path, widget.kind, metric, metrics)?;
        }
        options::check_field(&path, widget.kind, metric, metrics)?;
        if let Some(whole) = &metric.share_of {
            let path = format!("{path}.share_of");
            check_metric(&path, whole, metrics)?;
            options::check_field(&path, widget.kind, whole, metrics)?;
            rule(
                whole.share_of.is_none(),
                &format!("{path}.share_of"),
                || "a share of a share cannot be shown".to_owned(),
            )?;
        }
    }
    Ok(())
}

fn check_metric(path: &str, reference: &MetricRef, metrics: &MetricList) -> Result<(), Invalid> {
    let Some(id) = metrics.find(&reference.metric) else {
        let message = format!(
            "there is no metric `{}` in the list",
            shown(&reference.metric)
        );
        return Err(Invalid {
            path: format!("{path}.metric"),
            message,
        });
    };
    let tags = &metrics.get(id).tags;
    let check_tag = |path: String, tag: &String| {
        rule(tags.contains(tag), &path, || {
            let known = if tags.is_empty() {
                "none".to_owned()
            } else {
                tags.join(", ")
            };
            format!(
                "`{}` has no tag `{}`; it has: {known}",
                reference.metric,
                shown(tag)
            )
        })
    };
    for (tag, value) in &reference.tags {
        check_tag(format!("{path}.tags.{}", shown(tag)), tag)?;
        check_text(&format!("{path}.tags.{tag}"), value)?;
    }
    if let Some(tag) = &reference.by {
        check_tag(format!("{path}.by"), tag)?;
    }
    check_text(
        &format!("{path}.label"),
        reference.label.as_deref().unwrap_or_default(),
    )
}

fn check_place(path: &str, place: &GridPlace) -> Result<(), Invalid> {
    let GridPlace { x, y, w, h } = *place;
    let across = u32::from(x) + u32::from(w);
    rule(w >= 1 && across <= u32::from(COLUMNS), path, || {
        format!("x {x} and w {w} do not stand within {COLUMNS} columns")
    })?;
    rule(
        h >= 1 && u32::from(y) + u32::from(h) <= u32::from(MAX_ROWS),
        path,
        || format!("y {y} and h {h} do not stand within {MAX_ROWS} rows"),
    )
}

fn check_id(path: &str, id: &str) -> Result<(), Invalid> {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    rule(
        (1..=64).contains(&id.len()) && id.bytes().all(letter),
        path,
        || format!("`{}` is not an id: 1 to 64 of a-z, 0-9 and -", shown(id)),
    )
}

fn check_text(path: &str, text: &str) -> Result<(), Invalid> {
    let good = text.chars().count() <= 128 && !text.chars().any(char::is_control);
    rule(good, path, || {
        "a text has at most 128 characters and no control characters".to_owned()
    })
}

/// What a message may repeat of something that somebody sent.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(64).collect()
}

fn rule(holds: bool, path: &str, message: impl FnOnce() -> String) -> Result<(), Invalid> {
    if holds {
        Ok(())
    } else {
        Err(Invalid {
            path: path.to_owned(),
            message: message(),
        })
    }
}

#[cfg(test)]
mod tests;
