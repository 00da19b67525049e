//! A field for each option that the table of kinds declares: one component for each type of value.

use leptos::prelude::*;
use protocol::{OptionValue, Widget};

use super::fields::{self, About};
use super::list::{Cell, Column, list};
use super::{Panel, model};
use crate::widgets::kind::{OptionSpec, ValueType};

/// Texts that are longer than this have several lines.
const ONE_LINE: usize = 200;

/// The field of one option.
pub fn option(panel: Panel, spec: &'static OptionSpec) -> AnyView {
    let value = panel.follow(move |widget| widget.options.get(spec.name).cloned());
    let write = Callback::new(move |value: Option<OptionValue>| {
        panel.change(&model::words(spec.name), |widget| {
            model::put(&mut widget.options, spec.name, value);
        });
    });
    let text = Signal::derive(move || value.with(|value| model::text(value.as_ref())));
    let is_set = Signal::derive(move || value.with(Option::is_some));
    let about = About {
        path: format!("options.{}", spec.name),
        help: help(spec),
        reset: Some((is_set, Callback::new(move |()| write.run(None)))),
        ..About::new("", model::words(spec.name))
    };
    match spec.value {
        ValueType::Flag => {
            let on = move || value.with(|value| matches!(value, Some(OptionValue::Flag(true))));
            let write = Callback::new(move |on| {
                write.run(Some(OptionValue::Flag(on)).filter(|_| on || spec.default != "false"));
            });
            fields::flag(panel, about, Signal::derive(on), write)
        }
        ValueType::Number | ValueType::Count(_) | ValueType::Index => {
            let write = Callback::new(move |typed: String| write.run(model::number(&typed)));
            let placeholder = spec.default.to_owned();
            fields::line(panel, about, placeholder, None, text, write, false)
        }
        ValueType::Text(most) => {
            let write = Callback::new(move |typed: String| {
                write.run(Some(OptionValue::Text(typed)).filter(|value| value.text() != Some("")));
            });
            match most <= ONE_LINE {
                true => fields::line(panel, about, String::new(), None, text, write, false),
                false => fields::prose(panel, about, text, write),
            }
        }
        ValueType::Level => {
            let write = Callback::new(move |chosen: String| {
                write.run(Some(OptionValue::Text(chosen)).filter(|one| one.text() != Some("")));
            });
            let none = (String::new(), format!("{} (default)", spec.default));
            let levels =
                model::LEVELS.map(|(level, words)| (model::level(level).into(), words.into()));
            let choices: Vec<(String, String)> = [none].into_iter().chain(levels).collect();
            fields::choice(
                panel,
                about,
                Signal::derive(move || choices.clone()),
                text,
                write,
            )
        }
        ValueType::Thresholds(most) | ValueType::States(most) => {
            list(panel, spec, about, most, columns(spec))
        }
    }
}

/// What each row of a list consists of; nothing for what is no list.
pub fn columns(spec: &OptionSpec) -> &'static [Column] {
    match spec.value {
        ValueType::Thresholds(_) => THRESHOLD,
        ValueType::States(_) => STATE,
        _ => &[],
    }
}

const LEVEL: Column = Column {
    name: "level",
    cell: Cell::Level,
};

/// What a threshold consists of.
const THRESHOLD: &[Column] = &[
    Column {
        name: "at",
        cell: Cell::Number,
    },
    LEVEL,
];

/// What the name of a state consists of.
const STATE: &[Column] = &[
    Column {
        name: "value",
        cell: Cell::Number,
    },
    Column {
        name: "name",
        cell: Cell::Text,
    },
    LEVEL,
];

/// What an option does and what holds without it, without the marks of the guide.
fn help(spec: &OptionSpec) -> String {
    let bounds = match spec.value {
        ValueType::Count(most) => format!(", 1 to {most}"),
        _ => String::new(),
    };
    let without = match spec.value {
        ValueType::Flag | ValueType::Level | ValueType::Thresholds(_) | ValueType::States(_) => {
            String::new()
        }
        _ if spec.default == "\"\"" => String::new(),
        _ => format!(". Without it: {}", spec.default),
    };
    // Of a list the fields show what each row consists of.
    let told = spec.help.split_once("}`: ");
    let told = told.map_or(spec.help, |(_, told)| told);
    let mut words = format!("{told}{bounds}{without}.").replace('`', "");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// Options of a widget that its kind does not have.
pub fn unknown(widget: &Widget, options: &[OptionSpec]) -> Vec<String> {
    let given = widget.options.iter().map(|(name, _)| name);
    let unknown = given.filter(|name| options.iter().all(|spec| spec.name != *name));
    unknown.map(str::to_owned).collect()
}
