//! What holds for a dashboard before it is saved: the server rejects what does not hold, the editor says
//! it while one types. Pure; every fault names the JSON path.

mod filing;
mod options;
mod variables;

use protocol::dashboard::{COLUMNS, MAX_ROWS};
use protocol::variables::MAX_CHOSEN;
use protocol::{Dashboard, GridPlace, Metric, MetricRef, TagValues, Widget};

pub use protocol::dashboard::MAX_WIDGETS;
pub use variables::{check_choices, is_source, source_problems};

pub use options::shows_field;
/// Metrics of one widget.
const MAX_METRICS: usize = 20;

/// What does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct Invalid {
    /// JSON path, such as `widgets[2].place`.
    pub path: String,
    /// What would be right.
    pub message: String,
}

/// The definition of a metric by its name; none of one that is not defined, or not for whoever edits.
pub type Metrics<'a> = &'a dyn Fn(&str) -> Option<&'a Metric>;

/// Everything of a dashboard that does not hold, in the order of the document. So many references of
/// each widget, by its id, may be [empty](is_empty): those that whoever edits cannot see.
pub fn problems(
    dashboard: &Dashboard,
    metrics: Metrics,
    may_be_empty: &dyn Fn(&str) -> usize,
) -> Vec<Invalid> {
    let mut found = Vec::new();
    let mut note = |checked: Result<(), Invalid>| found.extend(checked.err());
    note(check_id("id", &dashboard.id));
    note(check_text("title", &dashboard.title));
    filing::check(dashboard, &mut note);
    variables::check(&dashboard.variables, &mut note);
    note(rule(
        dashboard.widgets.len() <= MAX_WIDGETS,
        "widgets",
        || {
            format!(
                "there are {}; a dashboard has at most {MAX_WIDGETS}",
                dashboard.widgets.len()
            )
        },
    ));
    for (place, widget) in dashboard.widgets.iter().enumerate() {
        let path = format!("widgets[{place}]");
        let earlier = &dashboard.widgets[..place];
        note(rule(
            earlier.iter().all(|other| other.id != widget.id),
            &format!("{path}.id"),
            || {
                format!(
                    "`{}` stands there twice; ids are unique in a dashboard",
                    widget.id
                )
            },
        ));
        note(variables::check_uses(&path, widget, &dashboard.variables));
        let widget = &variables::with_longest_interval(widget, &dashboard.variables);
        check_widget(&path, widget, metrics, may_be_empty(&widget.id), &mut note);
    }
    found
}

/// Whether nothing but the place is left of a reference.
pub fn is_empty(reference: &MetricRef) -> bool {
    *reference == MetricRef::default()
}

fn check_widget(
    path: &str,
    widget: &Widget,
    metrics: Metrics,
    mut may_be_empty: usize,
    note: &mut dyn FnMut(Result<(), Invalid>),
) {
    note(check_id(&format!("{path}.id"), &widget.id));
    note(check_text(&format!("{path}.title"), &widget.title));
    note(check_place(&format!("{path}.place"), &widget.place));
    options::check(&format!("{path}.options"), widget, note);
    note(rule(
        widget.metrics.len() <= MAX_METRICS,
        &format!("{path}.metrics"),
        || format!("a widget has at most {MAX_METRICS} metrics"),
    ));
    for (place, metric) in widget.metrics.iter().enumerate() {
        if may_be_empty > 0 && is_empty(metric) {
            may_be_empty -= 1;
            continue;
        }
        let path = format!("{path}.metrics[{place}]");
        check_metric(&path, metric, metrics, note);
        if place == 0 {
            note(options::check_kind(&path, widget.kind, metric, metrics));
        }
        note(options::check_field(&path, widget.kind, metric, metrics));
        if let Some(whole) = &metric.share_of {
            let path = format!("{path}.share_of");
            check_metric(&path, whole, metrics, note);
            note(options::check_field(&path, widget.kind, whole, metrics));
            note(rule(
                whole.share_of.is_none(),
                &format!("{path}.share_of"),
                || "a share of a share cannot be shown".to_owned(),
            ));
        }
    }
}

fn check_metric(
    path: &str,
    reference: &MetricRef,
    metrics: Metrics,
    note: &mut dyn FnMut(Result<(), Invalid>),
) {
    let label = reference.label.as_deref().unwrap_or_default();
    let Some(metric) = metrics(&reference.metric) else {
        let message = format!(
            "there is no metric `{}` in the list",
            shown(&reference.metric)
        );
        note(Err(Invalid {
            path: format!("{path}.metric"),
            message,
        }));
        return note(check_text(&format!("{path}.label"), label));
    };
    let tags = &metric.tags;
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
    for (tag, values) in &reference.tags {
        let path = format!("{path}.tags.{}", shown(tag));
        note(check_tag(path.clone(), tag));
        note(check_values(&path, values));
    }
    if let Some(tag) = &reference.by {
        note(check_tag(format!("{path}.by"), tag));
    }
    note(check_text(&format!("{path}.label"), label));
}

/// Checks the values of a tag.
fn check_values(path: &str, values: &TagValues) -> Result<(), Invalid> {
    let all = values.all();
    rule(all.len() <= MAX_CHOSEN, path, || {
        let there = all.len();
        format!("there are {there}; a tag has at most {MAX_CHOSEN} values here")
    })?;
    for (place, value) in all.iter().enumerate() {
        match values {
            TagValues::One(_) => check_text(path, value)?,
            TagValues::Any(_) => check_text(&format!("{path}[{place}]"), value)?,
        }
    }
    Ok(())
}

/// Checks where a widget stands.
pub fn check_place(path: &str, place: &GridPlace) -> Result<(), Invalid> {
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

/// Checks the id of a dashboard or widget.
pub fn check_id(path: &str, id: &str) -> Result<(), Invalid> {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    rule(
        (1..=64).contains(&id.len()) && id.bytes().all(letter),
        path,
        || format!("`{}` is not an id: 1 to 64 of a-z, 0-9 and -", shown(id)),
    )
}

/// Checks a text that people read in one line.
pub fn check_text(path: &str, text: &str) -> Result<(), Invalid> {
    let good = text.chars().count() <= 128 && !text.chars().any(char::is_control);
    rule(good, path, || {
        "a text has at most 128 characters and no control characters".to_owned()
    })
}

/// What a message may repeat of something that somebody sent.
pub fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(64).collect()
}

/// A fault at `path` unless it holds.
pub fn rule(holds: bool, path: &str, message: impl FnOnce() -> String) -> Result<(), Invalid> {
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
