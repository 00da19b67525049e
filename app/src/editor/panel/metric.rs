//! One metric of a widget: which, which number of it, which series, and what it is called. What it is
//! divided by has the same fields but for the last.

use leptos::prelude::*;
use protocol::{Metric, MetricRef, Widget, WidgetKind};

use super::fields::{self, About};
use super::metrics::NAMES;
use super::{Panel, model, tags};
use crate::check;
use crate::erased::part;
use crate::kinds::schema;
use protocol::Field;

/// A reference of a widget: the metric at this place, or with the flag what it is divided by.
#[derive(Clone, Copy)]
pub struct At {
    /// The panel of the widget.
    pub panel: Panel,
    place: usize,
    is_whole: bool,
}

impl At {
    /// Where it stands in the widget.
    pub fn path(self) -> String {
        let whole = if self.is_whole { ".share_of" } else { "" };
        format!("metrics[{}]{whole}", self.place)
    }

    /// The reference, if it is there.
    fn of(self, widget: &Widget) -> Option<&MetricRef> {
        let reference = widget.metrics.get(self.place)?;
        match self.is_whole {
            true => reference.share_of.as_deref(),
            false => Some(reference),
        }
    }

    /// Something of it, followed as it changes.
    pub fn follow<T>(self, read: impl Fn(&MetricRef) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: Default + PartialEq + Send + Sync + 'static,
    {
        let panel = self.panel;
        panel.follow(move |widget| self.of(widget).map(&read).unwrap_or_default())
    }

    /// Changes it.
    pub fn change(self, words: &str, change: impl FnOnce(&mut MetricRef, WidgetKind)) {
        self.panel.change(words, |widget| {
            let kind = widget.kind;
            let Some(reference) = widget.metrics.get_mut(self.place) else {
                return;
            };
            match (self.is_whole, reference.share_of.as_deref_mut()) {
                (false, _) => change(reference, kind),
                (true, Some(whole)) => change(whole, kind),
                (true, None) => {}
            }
        });
    }

    /// The definition of its metric, as far as this person may see it; reactive.
    pub fn definition(self) -> Memo<Option<Metric>> {
        let name = self.follow(|reference| reference.metric.clone());
        let all = self.panel.editor.metrics;
        Memo::new(move |_| {
            name.with(|name| all.with(|all| all.iter().find(|one| one.name == *name).cloned()))
        })
    }
}

/// The fields of a reference.
pub fn metric(panel: Panel, place: usize, is_whole: bool) -> AnyView {
    let at = At {
        panel,
        place,
        is_whole,
    };
    let path = at.path();
    let name = at.follow(|reference| reference.metric.clone());
    let definition = at.definition();
    let rename = Callback::new(move |typed: String| {
        at.change("metric", |reference, kind| {
            panel.editor.metrics.with_untracked(|all| {
                let name = typed.trim();
                let found = all.iter().find(|metric| metric.name == name);
                *reference = model::with_metric(reference, name, found, kind);
            });
        });
    });
    let about = About::new(format!("{path}.metric"), "Metric");
    let facts = move || definition.with(|one| one.as_ref().map(facts));
    let shares = (!is_whole).then(|| share(at));
    let label = (!is_whole).then(|| label(at));
    let has_field = panel
        .now(|widget| Some(widget.kind))
        .is_some_and(has_numbers);
    view! {
        {fields::line(panel, about, String::new(), Some(NAMES.into()), name.into(), rename, true)}
        <p class="panel-facts">{part(facts)}</p>
        {has_field.then(|| number(at, definition))}
        {tags::tags(at, definition)}
        {label}
        {shares}
    }
    .into_any()
}

/// What a metric is: its sentence, its kind, its unit.
fn facts(metric: &Metric) -> String {
    let kind = metric.kind.name().replace('_', " ");
    let unit = match metric.unit.name() {
        "none" => "",
        unit => unit,
    };
    let parts = [metric.description.as_str(), &kind, unit].into_iter();
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

/// Whether a kind asks for a number of its metrics, or takes the buckets.
fn has_numbers(kind: WidgetKind) -> bool {
    let of = protocol::Kind::Distribution;
    !check::shows_field(kind, Field::Last, of)
}

/// Which number of it.
fn number(at: At, definition: Memo<Option<Metric>>) -> AnyView {
    let now = at.follow(|reference| reference.field.name().to_owned());
    let kind = at.panel.follow(|widget| Some(widget.kind));
    let choices = move || {
        let of = definition.with(|one| one.as_ref().map(|one| one.kind));
        let shown = |field: &Field| match (kind.get(), of) {
            (Some(kind), Some(of)) => check::shows_field(kind, *field, of),
            _ => true,
        };
        let all = Field::ALL.into_iter();
        // What stands there and cannot be shown is a choice too: it is explained below.
        let there = all.filter(|field| shown(field) || now.with(|now| field.name() == now));
        let words = there.map(|field| {
            (
                field.name().to_owned(),
                model::field_words(field).to_owned(),
            )
        });
        words.collect::<Vec<_>>()
    };
    let write = Callback::new(move |name: String| {
        let field = Field::ALL.into_iter().find(|field| field.name() == name);
        if let Some(field) = field {
            at.change("number", |reference, _| reference.field = field);
        }
    });
    let about = About::new(format!("{}.field", at.path()), "Number");
    fields::choice(at.panel, about, Signal::derive(choices), now.into(), write)
}

/// What it is called in the legend.
fn label(at: At) -> AnyView {
    let now = at.follow(|reference| reference.label.clone().unwrap_or_default());
    let write = Callback::new(move |typed: String| {
        at.change("label", |reference, _| {
            reference.label = Some(typed).filter(|label| !label.is_empty());
        });
    });
    let about = About {
        help: "In the legend; {} stands for the value where it is told among others.".into(),
        ..About::new(format!("{}.label", at.path()), "Label")
    };
    fields::line(
        at.panel,
        about,
        String::new(),
        None,
        now.into(),
        write,
        false,
    )
}

/// What it is a share of.
fn share(at: At) -> AnyView {
    let is_share = at.follow(|reference| reference.share_of.is_some());
    let write = Callback::new(move |on: bool| {
        at.change("share", |reference, _| {
            reference.share_of = on.then(|| {
                // The same without filters is what a share is usually of.
                Box::new(MetricRef {
                    metric: reference.metric.clone(),
                    field: reference.field,
                    ..MetricRef::default()
                })
            });
        });
    });
    let (panel, place) = (at.panel, at.place);
    let about = About {
        help: "Divided by another metric, in percent.".into(),
        ..About::new(format!("{}.share_of.share_of", at.path()), "As a share")
    };
    view! {
        {fields::flag(panel, about, is_share.into(), write)}
        {part(move || {
            is_share
                .get()
                .then(|| {
                    view! {
                        <fieldset class="panel-whole">
                            <legend>"Share of"</legend>
                            {metric(panel, place, true)}
                        </fieldset>
                    }
                })
        })}
    }
    .into_any()
}

/// Whether a kind of widget shows each value of a tag by itself.
pub fn splits(kind: WidgetKind) -> bool {
    schema(kind).splits
}
