//! Which series of a metric: filtered by values of tags, split by the values of one. Values are completed
//! from series that are there.

use std::collections::BTreeSet;

use leptos::prelude::*;
use protocol::Metric;

use super::fields::{self, About};
use super::metric::{At, splits};
use super::model;
use crate::erased::{CollectAny, part};
use crate::live::metric_query::natural;
use crate::live::{Live, Store};

/// Most values that are offered for a tag.
const MOST_VALUES: usize = 200;

/// A field for each tag, and what the metric is split by; nothing for a metric without tags.
pub fn tags(at: At, definition: Memo<Option<Metric>>) -> AnyView {
    let names = Memo::new(move |_| {
        let defined = definition.with(|one| one.as_ref().map(|one| one.tags.clone()));
        defined.unwrap_or_default()
    });
    let given = at.follow(|reference| reference.tags.keys().cloned().collect::<Vec<_>>());
    // A tag that the metric does not have stays, with what is wrong about it, until it is emptied.
    let all = Memo::new(move |_| {
        let mut all = names.get();
        given.with(|given| {
            let others = given.iter().filter(|tag| !all.contains(tag)).cloned();
            let others: Vec<String> = others.collect();
            all.extend(others);
        });
        all
    });
    let splits = at.panel.now(|widget| Some(widget.kind)).is_some_and(splits);
    view! {
        {part(move || all.get().into_iter().map(|tag| value(at, tag)).collect_any())}
        {splits.then(|| split(at, names))}
    }
    .into_any()
}

/// The field of one tag.
fn value(at: At, tag: String) -> AnyView {
    let live = expect_context::<Live>();
    let path = format!("{}.tags.{tag}", at.path());
    let name = tag.clone();
    let now = at.follow(move |reference| model::tag_text(&reference.tags, &name));
    let name = tag.clone();
    let write = Callback::new(move |typed: String| {
        at.change(&format!("filter by {name}"), |reference, _| {
            model::put_tag(&mut reference.tags, &name, &typed);
        });
    });
    let about = About {
        reset: Some({
            let name = tag.clone();
            let is_set = Signal::derive(move || now.with(|now| !now.is_empty()));
            let clear = move |()| {
                at.change(&format!("filter by {name}"), |reference, _| {
                    reference.tags.remove(&name);
                });
            };
            (is_set, Callback::new(clear))
        }),
        ..About::new(path, format!("Only {tag}"))
    };
    let list = format!("{}-values", about.element());
    let id = list.clone();
    let metric = at.follow(|reference| reference.metric.clone());
    let options = move || {
        live.second_tick.track();
        let values =
            metric.with(|metric| live.store.with_value(|store| values(store, metric, &tag)));
        let options = values.into_iter();
        options
            .map(|value| view! { <option value=value></option> })
            .collect_any()
    };
    view! {
        <datalist id=id>{part(options)}</datalist>
        {fields::line(at.panel, about, "any; * ends a prefix".into(), Some(list), now.into(), write, true)}
    }
    .into_any()
}

/// What the metric is split by.
fn split(at: At, names: Memo<Vec<String>>) -> AnyView {
    let now = at.follow(|reference| reference.by.clone().unwrap_or_default());
    let choices = move || {
        let none = (String::new(), "Nothing: all series are one".to_owned());
        let mut all = names.get();
        // One that the metric does not have is explained below.
        now.with(|now| {
            if !now.is_empty() && !all.contains(now) {
                all.push(now.clone());
            }
        });
        let tags = all.into_iter().map(|tag| (tag.clone(), tag));
        [none].into_iter().chain(tags).collect::<Vec<_>>()
    };
    let write = Callback::new(move |tag: String| {
        at.change("split", |reference, _| {
            reference.by = Some(tag).filter(|tag| !tag.is_empty());
        });
    });
    let about = About::new(format!("{}.by", at.path()), "Split by");
    let is_there = move || names.with(|names| !names.is_empty()) || now.with(|now| !now.is_empty());
    let is_there = Memo::new(move |_| is_there());
    part(move || {
        let about = about.clone();
        is_there
            .get()
            .then(|| fields::choice(at.panel, about, Signal::derive(choices), now.into(), write))
    })
    .into_any()
}

/// The values that a tag has in the series of a metric, in their order.
fn values(store: &Store, metric: &str, tag: &str) -> Vec<String> {
    let found: BTreeSet<&String> = store
        .series_of(metric)
        .filter_map(|series| series.info.tags.get(tag))
        .filter(|value| !value.is_empty())
        .take(MOST_VALUES * 10)
        .collect();
    let mut found: Vec<String> = found.into_iter().cloned().collect();
    found.sort_by(|a, b| natural(a, b));
    found.truncate(MOST_VALUES);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::store;

    #[test]
    fn values_are_completed_from_series_in_their_order() {
        let store = store(&[("10", 1.0), ("9", 1.0), ("/tea", 1.0), ("", 1.0)]);
        assert_eq!(values(&store, "used", "route"), ["/tea", "9", "10"]);
        assert!(values(&store, "used", "host").is_empty());
        assert!(values(&store, "gone", "route").is_empty());
        let many: Vec<String> = (0..500).map(|n| n.to_string()).collect();
        let many: Vec<(&str, f64)> = many.iter().map(|n| (n.as_str(), 1.0)).collect();
        let all = values(&crate::testing::store(&many), "used", "route");
        assert_eq!(all.len(), MOST_VALUES);
    }
}
