//! What is chosen: by the address, else by the person before, else by the document.
//!
//! Invariant: a value that somebody asked for stays chosen, whether it is offered now or not.

use serde::{Deserialize, Serialize};

use super::template::{Part, parts};
use super::{
    ALL, Choices, MAX_CHOSEN, OptionsByName, Variable, VariableKind, VariableOptions, in_order,
    interval_s, is_value,
};
use crate::TagValues;

/// What is chosen of each variable, and what can be.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VariableState {
    /// What is chosen of every variable.
    pub choices: Choices,
    /// What can be chosen of every variable.
    pub options: OptionsByName,
}

/// What one variable stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Whether it stands for all, which is no filter.
    pub all: bool,
    /// Its values; where it stands for all, those that are offered.
    pub values: Vec<String>,
}

/// What is chosen of each variable when `asked` is asked for. `options` returns what a variable whose
/// values come from series offers, given the filters on their tags.
pub fn choose(
    variables: &[Variable],
    asked: &Choices,
    mut options: impl FnMut(&Variable, &[(String, TagValues)]) -> VariableOptions,
) -> VariableState {
    let mut state = VariableState::default();
    // A document with a circle was never saved; in any order there is an answer.
    let order = in_order(variables).unwrap_or_else(|_| (0..variables.len()).collect());
    for variable in order.into_iter().map(|place| &variables[place]) {
        let offered = match variable.kind {
            VariableKind::Tag => options(variable, &filters(variable, &state)),
            VariableKind::List | VariableKind::Interval => variable.listed(),
        };
        let asked = asked.get(&variable.name).map_or(&[][..], Vec::as_slice);
        let chosen = chosen_of(variable, asked, &offered.values);
        state.choices.insert(variable.name.clone(), chosen);
        state.options.insert(variable.name.clone(), offered);
    }
    state
}

/// The filters on the tags of the series that a variable takes its values from.
fn filters(variable: &Variable, state: &VariableState) -> Vec<(String, TagValues)> {
    let all = variable.tags.iter();
    let filled = all.filter_map(|(tag, values)| {
        let values = fill_tag(values, &|name| state.chosen(name))?;
        Some((tag.clone(), values))
    });
    filled.collect()
}

impl VariableState {
    /// What a variable stands for; nothing for a name that no variable has.
    pub fn chosen(&self, name: &str) -> Chosen {
        let chosen = self.choices.get(name).map_or(&[][..], Vec::as_slice);
        let all = chosen.iter().any(|value| value == ALL);
        let offered = self.options.get(name).map(|options| &options.values);
        let values = match (all, offered) {
            (true, offered) => offered.cloned().unwrap_or_default(),
            (false, _) => chosen.to_vec(),
        };
        Chosen { all, values }
    }

    /// The chosen values of a variable that are not among those that are offered; empty where not all
    /// are named.
    pub fn missing(&self, name: &str) -> Vec<&str> {
        let Some(options) = self.options.get(name).filter(|one| one.left_off == 0) else {
            return Vec::new();
        };
        let chosen = self.choices.get(name).into_iter().flatten();
        let missing = chosen.filter(|one| *one != ALL && !options.values.contains(one));
        missing.map(String::as_str).collect()
    }
}

/// The values that count of those that were asked for, else the default.
fn chosen_of(variable: &Variable, asked: &[String], offered: &[String]) -> Vec<String> {
    let of = |values: &[String]| {
        if variable.all && values.iter().any(|value| value == ALL) {
            return vec![ALL.to_owned()];
        }
        let most = if variable.multi { MAX_CHOSEN } else { 1 };
        let mut kept: Vec<String> = Vec::new();
        for value in values {
            let counts = match variable.kind {
                // Another length of time would have no bounds.
                VariableKind::Interval => variable.values.contains(value),
                VariableKind::Tag | VariableKind::List => value != ALL && is_value(value),
            };
            if counts && kept.len() < most && !kept.contains(value) {
                kept.push(value.clone());
            }
        }
        kept
    };
    let first = || {
        let first = if variable.all {
            Some(ALL.to_owned())
        } else {
            offered.first().cloned()
        };
        first.into_iter().collect()
    };
    [asked, &variable.default[..]]
        .into_iter()
        .map(of)
        .find(|kept| !kept.is_empty())
        .unwrap_or_else(first)
}

/// The values of a tag with those of the variables in their place; none where they are no filter.
pub(super) fn fill_tag(values: &TagValues, chosen: &dyn Fn(&str) -> Chosen) -> Option<TagValues> {
    let has_names = |value: &String| super::names(value).next().is_some();
    if !values.all().iter().any(has_names) {
        let plain = |value: &String| super::template::filled(value, |_| String::new());
        return Some(match values {
            TagValues::One(value) => TagValues::One(plain(value)),
            TagValues::Any(values) => TagValues::Any(values.iter().map(plain).collect()),
        });
    }
    let mut filled: Vec<String> = Vec::new();
    for value in values.all() {
        for value in expand(value, chosen)? {
            if filled.len() < MAX_CHOSEN && !filled.contains(&value) {
                filled.push(value);
            }
        }
    }
    Some(match (values, filled.as_slice()) {
        (TagValues::One(_), [_]) => TagValues::One(filled.swap_remove(0)),
        _ => TagValues::Any(filled),
    })
}

/// Every text that a value with variables stands for; none where it stands for every text. Where a
/// variable stands for all, it is any text from there on.
fn expand(value: &str, chosen: &dyn Fn(&str) -> Chosen) -> Option<Vec<String>> {
    let mut texts = vec![String::new()];
    for part in parts(value) {
        match part {
            Part::Text(text) => texts.iter_mut().for_each(|one| one.push_str(text)),
            Part::Name(name) => {
                let chosen = chosen(name);
                if chosen.all {
                    let is_whole = texts.iter().all(String::is_empty);
                    texts.iter_mut().for_each(|one| one.push('*'));
                    return (!is_whole).then_some(texts);
                }
                let each = texts.iter().flat_map(|text| {
                    let values = chosen.values.iter();
                    values.map(move |value| format!("{text}{value}"))
                });
                texts = each.take(MAX_CHOSEN).collect();
            }
        }
    }
    texts.retain(|text| is_value(text));
    Some(texts)
}

/// How many seconds the interval that a variable stands for has.
pub(super) fn seconds(chosen: &Chosen) -> Option<u32> {
    interval_s(chosen.values.first()?)
}
