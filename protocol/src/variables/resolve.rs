//! A document with values in the place of its variables: the widgets that are shown.

use super::choice::{fill_tag, seconds};
use super::layout::{Block, places};
use super::template::only_name;
use super::texts::{title, words};
use super::{Chosen, MAX_COPIES, VariableState};
use crate::dashboard::MAX_WIDGETS;
use crate::{Dashboard, MetricRef, OptionValue, Options, Widget, option_name};

/// A dashboard as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// Names no variable, and repeats nothing.
    pub dashboard: Dashboard,
    /// The widget of the document that each of its widgets was made from, in their order.
    pub copies: Vec<Copied>,
    /// How many values of variables have no widget, since there are too many.
    pub left_off: usize,
}

/// What a widget that is shown was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Id of the widget of the document.
    pub of: String,
    /// The variable that repeats it, and its value in this copy.
    pub repeat: Option<(String, String)>,
}

impl Copied {
    /// What a variable stands for in this copy.
    pub fn chosen(&self, name: &str, state: &VariableState) -> Chosen {
        match &self.repeat {
            Some((repeated, value)) if repeated == name => Chosen {
                all: false,
                values: vec![value.clone()],
            },
            _ => state.chosen(name),
        }
    }
}

/// The dashboard with what is chosen in the place of its variables.
pub fn resolve(document: &Dashboard, state: &VariableState) -> Resolved {
    if document.variables.is_empty() {
        let copies = document.widgets.iter().map(|widget| Copied {
            of: widget.id.clone(),
            repeat: None,
        });
        return Resolved {
            copies: copies.collect(),
            dashboard: document.clone(),
            left_off: 0,
        };
    }
    let mut left_off = 0;
    let mut room = MAX_WIDGETS.saturating_sub(document.widgets.len());
    let mut values: Vec<Vec<Option<String>>> = Vec::with_capacity(document.widgets.len());
    for widget in &document.widgets {
        let all = widget.repeat.as_ref().map(|name| state.chosen(name).values);
        let all = all.filter(|values| !values.is_empty());
        values.push(match all {
            None => vec![None],
            Some(all) => {
                let most = all.len().min(MAX_COPIES).min(room + 1);
                left_off += all.len() - most;
                room -= most - 1;
                all.into_iter().take(most).map(Some).collect()
            }
        });
    }
    let blocks = document.widgets.iter().zip(&values);
    let blocks = blocks.map(|(widget, values)| Block {
        place: widget.place,
        copies: values.len(),
    });
    let places = places(&blocks.collect::<Vec<_>>());
    let mut taken: Vec<String> = document.widgets.iter().map(|one| one.id.clone()).collect();
    let (mut widgets, mut copies) = (Vec::new(), Vec::new());
    for ((widget, values), places) in document.widgets.iter().zip(values).zip(places) {
        for (copy, (value, place)) in values.into_iter().zip(places).enumerate() {
            let repeat = widget.repeat.clone().zip(value);
            let id = match (copy, &repeat) {
                (0, _) | (_, None) => widget.id.clone(),
                (_, Some((_, value))) => id_of_copy(&widget.id, value, &taken),
            };
            if copy > 0 {
                taken.push(id.clone());
            }
            let copied = Copied {
                of: widget.id.clone(),
                repeat,
            };
            let chosen = |name: &str| copied.chosen(name, state);
            widgets.push(Widget {
                id,
                place,
                ..resolve_widget(widget, &chosen)
            });
            copies.push(copied);
        }
    }
    Resolved {
        dashboard: Dashboard {
            variables: Vec::new(),
            widgets,
            ..document.clone()
        },
        copies,
        left_off,
    }
}

/// A widget with values in the place of variables.
fn resolve_widget(widget: &Widget, chosen: &dyn Fn(&str) -> Chosen) -> Widget {
    let metrics = widget.metrics.iter();
    Widget {
        title: title(&widget.title, chosen),
        metrics: metrics.map(|one| resolve_metric(one, chosen)).collect(),
        options: resolve_options(&widget.options, chosen),
        repeat: None,
        ..widget.clone()
    }
}

fn resolve_metric(reference: &MetricRef, chosen: &dyn Fn(&str) -> Chosen) -> MetricRef {
    let tags = reference.tags.iter();
    let tags = tags.filter_map(|(tag, values)| Some((tag.clone(), fill_tag(values, chosen)?)));
    MetricRef {
        tags: tags.collect(),
        label: reference.label.as_ref().map(|label| title(label, chosen)),
        share_of: reference
            .share_of
            .as_ref()
            .map(|of| Box::new(resolve_metric(of, chosen))),
        ..reference.clone()
    }
}

/// Options with an interval in the place of a variable that stands for a length of time. The words of
/// a text are resolved where they are parsed: a value in Markdown could be read as a mark.
fn resolve_options(options: &Options, chosen: &dyn Fn(&str) -> Chosen) -> Options {
    let mut resolved = options.clone();
    for (name, value) in options.iter() {
        let Some(text) = value.text() else { continue };
        let length = only_name(text).filter(|_| name == option_name::WINDOW_S);
        match length.map(|name| seconds(&chosen(name))) {
            Some(Some(seconds)) => resolved.set(name, OptionValue::Whole(i64::from(seconds))),
            Some(None) => drop(resolved.remove(name)),
            None if name == option_name::TEXT => {
                let plain = |c: char| if c.is_ascii_punctuation() { ' ' } else { c };
                let of = |name: &str| Chosen {
                    values: chosen(name)
                        .values
                        .iter()
                        .map(|value| value.chars().map(plain).collect())
                        .collect(),
                    ..chosen(name)
                };
                resolved.set(name, OptionValue::Text(words(text, &of)));
            }
            None => {}
        }
    }
    resolved
}

/// An id that no widget has, and that the same value gives again.
fn id_of_copy(id: &str, value: &str, taken: &[String]) -> String {
    let hash = value.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let head: String = id.chars().take(48).collect();
    let mut id = format!("{head}-{hash:08x}");
    let mut more = 0;
    while taken.contains(&id) {
        more += 1;
        id = format!("{head}-{hash:08x}-{more}");
    }
    id
}
