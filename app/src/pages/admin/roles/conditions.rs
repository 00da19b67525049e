//! Conditions on tags of one grant while they are edited.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::erased::{CollectAny, part};

/// Most conditions of a grant, as the server has it.
const MAX: usize = 8;

/// One condition: a tag, and its value with `*` for any text.
#[derive(Clone, Copy)]
struct Condition {
    tag: RwSignal<String>,
    value: RwSignal<String>,
}

impl Condition {
    fn new(tag: &str, value: &str) -> Condition {
        Condition {
            tag: RwSignal::new(tag.to_string()),
            value: RwSignal::new(value.to_string()),
        }
    }

    fn is_empty(self) -> bool {
        self.tag.with(|tag| tag.trim().is_empty()) && self.value.with(String::is_empty)
    }
}

/// The conditions of one grant: copied freely.
#[derive(Clone, Copy)]
pub(super) struct Conditions(RwSignal<Vec<Condition>>);

impl Conditions {
    /// Those that a grant has.
    pub(super) fn new(saved: &BTreeMap<String, String>) -> Conditions {
        let saved = saved.iter();
        Conditions(RwSignal::new(
            saved
                .map(|(tag, value)| Condition::new(tag, value))
                .collect(),
        ))
    }

    /// What was typed; a tag that stands there twice has its last value, see
    /// [`problem`](Conditions::problem).
    pub(super) fn typed(self) -> BTreeMap<String, String> {
        let all = self.0.get().into_iter();
        let filled = all.filter(|one| !one.is_empty());
        filled
            .map(|one| {
                let tag = one.tag.with(|tag| tag.trim().to_string());
                (tag, one.value.get())
            })
            .collect()
    }

    /// Why they cannot be saved: a condition that is lost would show more.
    pub(super) fn problem(self) -> Option<String> {
        let all = self.0.get_untracked().into_iter();
        let filled = all.filter(|one| !untrack(|| one.is_empty()));
        let mut tags: Vec<String> = filled
            .map(|one| one.tag.with_untracked(|tag| tag.trim().to_string()))
            .collect();
        charts::order::sort(&mut tags, Ord::cmp);
        let twice = tags.windows(2).find(|two| two[0] == two[1])?;
        Some(format!("where: the tag “{}” stands there twice", twice[0]))
    }

    fn remove(self, place: usize) {
        self.0.update(|all| {
            if place < all.len() {
                all.remove(place);
            }
        });
    }
}

/// The fields.
#[component]
pub(super) fn ConditionFields(
    /// The conditions.
    conditions: Conditions,
) -> impl IntoView {
    let all = conditions.0;
    let field = move |(place, one): (usize, Condition)| {
        let named = move || {
            one.tag
                .with(|tag| format!("Take the condition on {tag} away"))
        };
        view! {
            <div class="condition">
                <span>{if place == 0 { "where" } else { "and" }}</span>
                <input type="text" aria-label="Tag" placeholder="tag" autocomplete="off" spellcheck="false" list="tags" bind:value=one.tag/>
                <span aria-hidden="true">"="</span>
                <input
                    type="text"
                    aria-label="Value, * for any text"
                    placeholder="value, * for any text"
                    autocomplete="off"
                    spellcheck="false"
                    bind:value=one.value
                />
                <button type="button" class="icon" aria-label=named title="Take away" on:click=move |_| conditions.remove(place)>
                    "×"
                </button>
            </div>
        }
    };
    let fields = move || all.get().into_iter().enumerate().map(field).collect_any();
    let add = move |_| all.update(|all| all.push(Condition::new("", "")));
    view! {
        <div class="conditions">
            {part(fields)}
            <button type="button" class="link" disabled=move || all.with(|all| all.len() >= MAX) on:click=add>
                {part(move || if all.with(Vec::is_empty) { "Only some series…" } else { "And another tag…" })}
            </button>
        </div>
    }
}
