//! What holds for the variables of a dashboard, and for where its widgets name them.

use super::{Invalid, check_text, check_values, rule, shown};
use protocol::variables::{
    ALL, Choices, MAX_CHOSEN, MAX_VARIABLES, in_order, interval_s, is_name, is_value, names,
    only_name,
};
use protocol::{
    Metric, MetricRef, OptionValue, TagValues, Variable, VariableKind, Widget, option_name,
};

/// Checks the variables but for their sources.
pub(super) fn check(variables: &[Variable], note: &mut dyn FnMut(Result<(), Invalid>)) {
    note(rule(variables.len() <= MAX_VARIABLES, "variables", || {
        let there = variables.len();
        format!("there are {there}; a dashboard has at most {MAX_VARIABLES}")
    }));
    for place in 0..variables.len() {
        note(check_one(place, variables));
    }
    let Err(circle) = in_order(variables) else {
        return;
    };
    let first = variables.iter().position(|one| circle.contains(&one.name));
    note(Err(Invalid {
        path: format!("variables[{}].tags", first.unwrap_or_default()),
        message: format!("{} filter each other in a circle", circle.join(", ")),
    }));
}

/// Everything that does not hold of where variables take their values from, among these metrics. The
/// sources of those in `put_back` are right already.
pub fn source_problems(
    variables: &[Variable],
    metrics: &[&Metric],
    put_back: &[String],
) -> Vec<Invalid> {
    let all = variables.iter().enumerate();
    let open =
        all.filter(|(_, one)| one.kind == VariableKind::Tag && !put_back.contains(&one.name));
    let checked = open.map(|(at, one)| check_source(&format!("variables[{at}]"), one, metrics));
    checked.filter_map(Result::err).collect()
}

fn check_one(place: usize, variables: &[Variable]) -> Result<(), Invalid> {
    let variable = &variables[place];
    let path = format!("variables[{place}]");
    let name = &variable.name;
    rule(is_name(name), &format!("{path}.name"), || {
        let name = shown(name);
        format!("`{name}` is not a name: a-z, then a-z, 0-9 and _, at most 32 of them")
    })?;
    let earlier = &variables[..place];
    let is_first = earlier.iter().all(|other| other.name != *name);
    rule(is_first, &format!("{path}.name"), || {
        format!("`{name}` stands there twice; names are unique in a dashboard")
    })?;
    let label = variable.label.as_deref().unwrap_or_default();
    check_text(&format!("{path}.label"), label)?;
    check_kind(&path, variable)?;
    check_default(&path, variable)?;
    for (tag, values) in &variable.tags {
        let path = format!("{path}.tags.{}", shown(tag));
        check_values(&path, values)?;
        check_names_of(&path, values, variables)?;
    }
    Ok(())
}

/// Checks that what a kind does not take is absent, and what it takes is there.
fn check_kind(path: &str, variable: &Variable) -> Result<(), Invalid> {
    let absent = |is_absent: bool, field: &str, kinds: &str| {
        rule(is_absent, &format!("{path}.{field}"), || {
            format!("only a variable of kind {kinds} has it")
        })
    };
    if variable.kind == VariableKind::Tag {
        absent(variable.values.is_empty(), "values", "`list` or `interval`")?;
        let both = variable.metric.is_some() && variable.category.is_some();
        return rule(!both, &format!("{path}.category"), || {
            "its values are of a metric or of a category, not of both".to_owned()
        });
    }
    absent(variable.tag.is_none(), "tag", "`tag`")?;
    absent(variable.metric.is_none(), "metric", "`tag`")?;
    absent(variable.category.is_none(), "category", "`tag`")?;
    absent(variable.tags.is_empty(), "tags", "`tag`")?;
    let count = variable.values.len();
    rule(
        (1..=MAX_CHOSEN).contains(&count),
        &format!("{path}.values"),
        || format!("there are {count}; it takes 1 to {MAX_CHOSEN} values"),
    )?;
    for (place, value) in variable.values.iter().enumerate() {
        let path = format!("{path}.values[{place}]");
        check_text(&path, value)?;
        rule(value != ALL, &path, || {
            "`*` stands for all; set `all` instead".to_owned()
        })?;
        rule(!variable.values[..place].contains(value), &path, || {
            format!("`{}` stands there twice", shown(value))
        })?;
    }
    if variable.kind == VariableKind::List {
        return Ok(());
    }
    for (is_set, field) in [(variable.multi, "multi"), (variable.all, "all")] {
        absent(!is_set, field, "`tag` or `list`")?;
    }
    for (place, value) in variable.values.iter().enumerate() {
        rule(
            interval_s(value).is_some(),
            &format!("{path}.values[{place}]"),
            || {
                let value = shown(value);
                format!("`{value}` is no interval: a number from 1 on, and s, m, h or d")
            },
        )?;
    }
    Ok(())
}

fn check_default(path: &str, variable: &Variable) -> Result<(), Invalid> {
    let all = &variable.default;
    let most = if variable.multi { MAX_CHOSEN } else { 1 };
    let path = format!("{path}.default");
    rule(all.len() <= most, &path, || {
        let there = all.len();
        format!("there are {there}; of this variable at most {most} can be chosen")
    })?;
    for (place, value) in all.iter().enumerate() {
        let path = format!("{path}[{place}]");
        check_text(&path, value)?;
        if value == ALL {
            let holds = variable.all && all.len() == 1;
            rule(holds, &path, || {
                "`*` stands for all: it takes `all`, and stands there alone".to_owned()
            })?;
            continue;
        }
        let listed = variable.kind == VariableKind::Tag || variable.values.contains(value);
        rule(listed, &path, || {
            format!("`{}` is not among its values", shown(value))
        })?;
    }
    Ok(())
}

/// Checks that there are metrics with the tag that the values come from.
fn check_source(path: &str, variable: &Variable, metrics: &[&Metric]) -> Result<(), Invalid> {
    let Some(tag) = variable.tag.as_ref() else {
        return rule(false, &format!("{path}.tag"), || {
            "missing: the tag whose values can be chosen".to_owned()
        });
    };
    if let Some(metric) = &variable.metric {
        let exists = metrics.iter().any(|one| one.name == *metric);
        rule(exists, &format!("{path}.metric"), || {
            format!("there is no metric `{}` in the list", shown(metric))
        })?;
    }
    if let Some(category) = &variable.category {
        let exists = metrics.iter().any(|one| one.category == *category);
        rule(exists, &format!("{path}.category"), || {
            let category = shown(category);
            format!("there is no metric of category `{category}` in the list")
        })?;
    }
    let sources: Vec<&&Metric> = metrics
        .iter()
        .filter(|one| is_source(variable, one))
        .collect();
    let has = |tag: &String| sources.iter().any(|metric| metric.tags.contains(tag));
    rule(has(tag), &format!("{path}.tag"), || {
        let tags = sources.iter().flat_map(|one| &one.tags);
        let mut known: Vec<&str> = tags.map(String::as_str).collect();
        known.sort_unstable();
        known.dedup();
        let known = match known.is_empty() {
            true => "none".to_owned(),
            false => known.join(", "),
        };
        let tag = shown(tag);
        format!("no metric that it takes values from has a tag `{tag}`; there are: {known}")
    })?;
    let with_tag = |filter: &String| {
        let mut found = sources.iter().filter(|metric| metric.tags.contains(tag));
        found.any(|metric| metric.tags.contains(filter))
    };
    for filter in variable.tags.keys() {
        rule(
            with_tag(filter),
            &format!("{path}.tags.{}", shown(filter)),
            || {
                let filter = shown(filter);
                format!("no metric that it takes values from has a tag `{filter}`")
            },
        )?;
    }
    Ok(())
}

/// Whether a variable takes values from a metric, if it has the tag.
pub fn is_source(variable: &Variable, metric: &Metric) -> bool {
    variable
        .metric
        .as_ref()
        .is_none_or(|name| *name == metric.name)
        && variable
            .category
            .as_ref()
            .is_none_or(|one| *one == metric.category)
}

/// Checks that what a widget, at `path`, names are variables, and that it is repeated for several values.
pub(super) fn check_uses(
    path: &str,
    widget: &Widget,
    variables: &[Variable],
) -> Result<(), Invalid> {
    if let Some(name) = &widget.repeat {
        let path = format!("{path}.repeat");
        let found = variables.iter().find(|one| one.name == *name);
        rule(found.is_some(), &path, || unknown(name, variables))?;
        rule(found.is_none_or(|one| one.multi), &path, || {
            format!("`{name}` has one value at a time; a widget is repeated by one with `multi`")
        })?;
    }
    // A dollar is a dollar where there are no variables.
    if variables.is_empty() {
        return Ok(());
    }
    check_names(&format!("{path}.title"), &widget.title, variables)?;
    if let Some(text) = widget.options.text(option_name::TEXT) {
        check_names(&format!("{path}.options.text"), text, variables)?;
    }
    for (place, reference) in widget.metrics.iter().enumerate() {
        let mut path = format!("{path}.metrics[{place}]");
        let mut rest: Option<&MetricRef> = Some(reference);
        while let Some(one) = rest {
            check_names(
                &format!("{path}.label"),
                one.label.as_deref().unwrap_or(""),
                variables,
            )?;
            for (tag, values) in &one.tags {
                check_names_of(&format!("{path}.tags.{}", shown(tag)), values, variables)?;
            }
            path.push_str(".share_of");
            rest = one.share_of.as_deref();
        }
    }
    let Some(over) = widget.options.text(option_name::WINDOW_S) else {
        return Ok(());
    };
    let found = only_name(over).and_then(|name| variables.iter().find(|one| one.name == name));
    let is_interval = found.is_some_and(|one| one.kind == VariableKind::Interval);
    rule(
        is_interval,
        &format!("{path}.options.{}", option_name::WINDOW_S),
        || "it takes a whole number, or the name of a variable of kind `interval`".to_owned(),
    )
}

/// The widget with the longest length of time that its interval can have, which has to be right.
pub(super) fn with_longest_interval(widget: &Widget, variables: &[Variable]) -> Widget {
    let mut widget = widget.clone();
    let text = widget.options.text(option_name::WINDOW_S);
    let name = text.and_then(only_name);
    let found = name.and_then(|name| variables.iter().find(|one| one.name == name));
    let longest = found.and_then(|one| one.values.iter().filter_map(|one| interval_s(one)).max());
    if let Some(seconds) = longest {
        let seconds = OptionValue::Whole(i64::from(seconds));
        widget.options.set(option_name::WINDOW_S, seconds);
    }
    widget
}

/// Checks what a person chose last.
pub fn check_choices(path: &str, choices: &Choices) -> Result<(), Invalid> {
    rule(choices.len() <= MAX_VARIABLES, path, || {
        format!("a dashboard has at most {MAX_VARIABLES} variables")
    })?;
    for (name, values) in choices {
        let path = format!("{path}.{}", shown(name));
        rule(is_name(name), &path, || {
            "a variable is named by a-z, then a-z, 0-9 and _".to_owned()
        })?;
        let holds = values.len() <= MAX_CHOSEN && values.iter().all(|value| is_value(value));
        rule(holds, &path, || {
            format!("it takes at most {MAX_CHOSEN} values of at most 128 characters")
        })?;
    }
    Ok(())
}

fn check_names_of(path: &str, values: &TagValues, variables: &[Variable]) -> Result<(), Invalid> {
    for value in values.all() {
        check_names(path, value, variables)?;
    }
    Ok(())
}

/// Checks that a text names variables that are there.
fn check_names(path: &str, text: &str, variables: &[Variable]) -> Result<(), Invalid> {
    for name in names(text) {
        let exists = variables.iter().any(|one| one.name == name);
        rule(exists, path, || unknown(name, variables))?;
    }
    Ok(())
}

fn unknown(name: &str, variables: &[Variable]) -> String {
    let known: Vec<&str> = variables.iter().map(|one| &*one.name).collect();
    let known = if known.is_empty() {
        "none".to_owned()
    } else {
        known.join(", ")
    };
    let name = shown(name);
    format!("there is no variable `{name}`; there are: {known}. Write `$$` for a dollar")
}

#[cfg(test)]
mod tests;
