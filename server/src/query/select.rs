//! Which series a reference means, and which of them are shown as one.
//!
//! Invariant: a series is in one group at most.

use std::collections::BTreeMap;

use protocol::{MetricRef, natural_order};

/// What is shown as one line or one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<T> {
    /// The value of the tag that the reference splits by; `None` without a split.
    pub by: Option<String>,
    /// What the group holds.
    pub of: T,
}

impl<T> Group<T> {
    /// The same group with something else in it.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Group<U> {
        Group {
            by: self.by,
            of: to(self.of),
        }
    }
}

/// Sorts series into groups; `value_of` returns the value of a series' tag. One group without a
/// split, even if no series matches; with one, a group for each value of the tag, in natural order.
/// Series without the tag are in none.
pub fn groups<S>(
    reference: &MetricRef,
    series: impl IntoIterator<Item = S>,
    value_of: impl for<'s> Fn(&'s S, &str) -> Option<&'s str>,
) -> Vec<Group<Vec<S>>> {
    let matching = series
        .into_iter()
        .filter(|one| reference.matches(|tag| value_of(one, tag)));
    let Some(tag) = &reference.by else {
        let of = matching.collect();
        return vec![Group { by: None, of }];
    };
    let mut by_value: BTreeMap<String, Vec<S>> = BTreeMap::new();
    for one in matching {
        if let Some(value) = value_of(&one, tag).map(str::to_owned) {
            by_value.entry(value).or_default().push(one);
        }
    }
    let mut groups: Vec<_> = by_value
        .into_iter()
        .map(|(value, of)| Group {
            by: Some(value),
            of,
        })
        .collect();
    groups.sort_by(|a, b| {
        natural_order(
            a.by.as_deref().unwrap_or_default(),
            b.by.as_deref().unwrap_or_default(),
        )
    });
    groups
}
