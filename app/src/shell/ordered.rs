//! A field that holds things in an order: each is moved up and down or taken away by its buttons, and
//! further ones are added at the end.
//!
//! Invariant: the focus stays with what was moved, so that keys alone move it on.

use leptos::html;
use leptos::prelude::*;

use crate::erased::{CollectAny, part};

/// The buttons of a row.
#[derive(Clone, Copy)]
struct RowButtons {
    up: NodeRef<html::Button>,
    down: NodeRef<html::Button>,
}

/// The field.
#[component]
pub fn Ordered(
    /// What is asked for.
    label: &'static str,
    /// The select that adds one.
    add_label: &'static str,
    /// What is said below the label.
    hint: &'static str,
    /// What can be chosen: its value, and its words.
    choices: Vec<(String, String)>,
    /// What is chosen, in its order.
    chosen: RwSignal<Vec<String>>,
) -> impl IntoView {
    let choices = StoredValue::new(choices);
    let said = RwSignal::new(String::new());
    let add = NodeRef::<html::Select>::new();
    let rows = StoredValue::new(Vec::<RowButtons>::new());
    let words = move |value: &str| {
        let found = choices.with_value(|all| {
            let found = all.iter().find(|(one, _)| one == value);
            found.map(|(_, words)| words.clone())
        });
        found.unwrap_or_else(|| format!("{value} (removed)"))
    };
    let name = move |place: usize| {
        let found = chosen.with(|all| all.get(place).map(|one| words(one)));
        found.unwrap_or_default()
    };
    let count = Memo::new(move |_| chosen.with(Vec::len));
    let change = move |place: usize, to: Option<usize>| {
        let moved = untrack(|| name(place));
        chosen.update(|all| move_to(all, place, to));
        let left = chosen.with_untracked(Vec::len);
        said.set(match to {
            Some(to) => format!("{moved} is {} of {left}", to + 1),
            None => format!("{moved} is taken away"),
        });
        if let Some(to) = to {
            let target = rows.with_value(|rows| rows.get(to).copied());
            let button = target.map(|row| if to < place { row.up } else { row.down });
            if let Some(button) = button.and_then(|button| button.get_untracked()) {
                // An element that is there takes the focus.
                drop(button.focus());
            }
        } else if place == left
            && let Some(add) = add.get_untracked()
        {
            drop(add.focus());
        }
    };
    let row = move |place: usize| {
        let buttons = RowButtons {
            up: NodeRef::new(),
            down: NodeRef::new(),
        };
        rows.update_value(|rows| {
            rows.truncate(place);
            rows.push(buttons);
        });
        let is_last = move || place + 1 >= count.get();
        let up = move |_| {
            if place > 0 {
                change(place, Some(place - 1));
            }
        };
        let down = move |_| {
            if !untrack(is_last) {
                change(place, Some(place + 1));
            }
        };
        view! {
            <li>
                <span>{part(move || name(place))}</span>
                <button
                    type="button"
                    class="icon"
                    node_ref=buttons.up
                    aria-label=move || format!("Move {} up", name(place))
                    aria-disabled=(place == 0).to_string()
                    on:click=up
                >
                    "↑"
                </button>
                <button
                    type="button"
                    class="icon"
                    node_ref=buttons.down
                    aria-label=move || format!("Move {} down", name(place))
                    aria-disabled=move || is_last().to_string()
                    on:click=down
                >
                    "↓"
                </button>
                <button
                    type="button"
                    class="icon"
                    aria-label=move || format!("Take {} away", name(place))
                    on:click=move |_| change(place, None)
                >
                    "×"
                </button>
            </li>
        }
    };
    let left = move || {
        let is_left = |(value, _): &&(String, String)| chosen.with(|all| !all.contains(value));
        choices.with_value(|all| all.iter().filter(is_left).cloned().collect::<Vec<_>>())
    };
    let options = move || {
        let left = left().into_iter();
        left.map(|(value, words)| view! { <option value=value>{words}</option> })
            .collect_any()
    };
    let take = move |event: leptos::ev::Event| {
        let value = event_target_value(&event);
        if !value.is_empty() {
            said.set(format!("{} is added", words(&value)));
            chosen.update(|all| all.push(value));
        }
        if let Some(add) = add.get_untracked() {
            add.set_value("");
        }
    };
    view! {
        <fieldset class="ordered">
            <legend>{label}</legend>
            <p class="hint">{hint}</p>
            <ol>{part(move || (0..count.get()).map(row).collect_any())}</ol>
            <select
                node_ref=add
                aria-label=add_label
                disabled=move || left().is_empty()
                on:change=take
            >
                <option value="">{add_label}"…"</option>
                {part(options)}
            </select>
            <p class="unseen" role="status">{part(move || said.get())}</p>
        </fieldset>
    }
}

/// Moves what stands at a place to another one; away without one.
fn move_to<T>(all: &mut Vec<T>, place: usize, to: Option<usize>) {
    if place >= all.len() {
        return;
    }
    let one = all.remove(place);
    if let Some(to) = to {
        all.insert(to.min(all.len()), one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{has, html, lacks};

    #[test]
    fn one_is_moved_or_taken_away_and_others_keep_their_order() {
        let check = |place: usize, to: Option<usize>, want: &[&str]| {
            let mut all = vec!["a", "b", "c"];
            move_to(&mut all, place, to);
            assert_eq!(all, want, "{place} {to:?}");
        };
        check(2, Some(1), &["a", "c", "b"]);
        check(0, Some(1), &["b", "a", "c"]);
        check(0, Some(9), &["b", "c", "a"]);
        check(1, None, &["a", "c"]);
        check(3, Some(0), &["a", "b", "c"]);
    }

    #[test]
    fn what_is_chosen_has_buttons_and_the_rest_can_be_added() {
        let owner = Owner::new();
        owner.set();
        let choice = |value: &str, words: &str| (value.to_owned(), words.to_owned());
        let choices = vec![choice("shop", "Shop"), choice("system", "System")];
        let chosen = RwSignal::new(vec!["system".to_owned(), "gone".to_owned()]);
        let shown = html(view! {
            <Ordered label="Order" add_label="Add a dashboard" hint="" choices chosen/>
        });
        has(
            &shown,
            &[
                "Move System up",
                "Move gone (removed) down",
                "Take System away",
                "Add a dashboard",
                "<option value=\"shop\"",
            ],
        );
        lacks(&shown, &["<option value=\"system\"", "Move Shop"]);
    }
}
