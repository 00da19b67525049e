//! The legend: which line is which, their values of now, and switches that show and hide them.
//! What is switched is the person's own, never the dashboard's.

use leptos::ev::{FocusEvent, MouseEvent};
use leptos::prelude::*;

use crate::arrangement::Arrangement;
use crate::erased::{effect, part};
use crate::widgets::render::palette::SERIES;
use crate::widgets::time_chart::chart_controller::Handle;

/// What a legend says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Legend {
    /// In the order of the lines.
    pub entries: Vec<Entry>,
    /// Lines that are not even drawn, since there are too many.
    pub left_out: usize,
    /// The units of the axes; may be empty.
    pub units: String,
}

/// One line's entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it is called.
    pub label: String,
    /// Its value of now.
    pub value: String,
    /// Whether it is drawn.
    pub on: bool,
    /// Least, mean and most of the time shown, where they were asked for.
    pub summary: Option<[String; 3]>,
}

/// The legend in a chart's heading.
#[component]
pub fn LegendList(
    /// Whose.
    id: StoredValue<String>,
    /// What it says.
    legend: RwSignal<Legend>,
    /// Whether least, mean and most are wanted.
    wide: RwSignal<bool>,
    /// The chart itself.
    handle: Handle,
    /// Whether the widget fills the page, and the numbers have room of their own.
    full: Signal<bool>,
) -> impl IntoView {
    let arrangement = expect_context::<Arrangement>();
    let switch = move |label: String, alone: bool| {
        let all: Vec<String> =
            legend.with_untracked(|l| l.entries.iter().map(|e| e.label.clone()).collect());
        id.with_value(|id| {
            arrangement
                .override_widget(id, |own| own.off = switched(&all, &own.off, &label, alone));
        });
    };
    let ask = move |wanted: bool| {
        let wanted = wanted || full.get_untracked();
        if wide.get_untracked() != wanted {
            wide.set(wanted);
            if let Some(chart) = handle.get() {
                legend.set(chart.legend(wanted).0);
            }
        }
    };
    effect(move || ask(full.get()));
    let focused = move |event: FocusEvent| {
        let element = event_target::<web_sys::Element>(&event);
        // A click brings the focus too, and the pointer is there already.
        if element.matches(":focus-visible").unwrap_or(false) {
            ask(true);
        }
    };
    // Once a second the values change, and hardly ever which lines there are.
    let lines = Memo::new(move |_| {
        let of = |entry: &Entry| (entry.label.clone(), entry.on);
        legend.with(|l| l.entries.iter().map(of).collect::<Vec<_>>())
    });
    let entries = move || {
        let all = lines.get().into_iter().enumerate();
        all.map(|(index, (label, on))| {
            let value = move || legend.with(|l| l.entries.get(index).map(|e| e.value.clone()));
            item(index, label, on, value, switch)
        })
        .collect_view()
    };
    let more = move || {
        let left_out = legend.with(|l| l.left_out);
        (left_out > 0).then(|| view! { <li class="more">{format!("and {left_out} more")}</li> })
    };
    view! {
        <ul
            class="legend"
            aria-label="Lines and their values now"
            on:mouseenter=move |_| ask(true)
            on:mouseleave=move |_| ask(false)
            on:focusin=focused
            on:focusout=move |_| ask(false)
        >
            {part(entries)}
            {part(more)}
        </ul>
    }
}

/// A switch. Twice, or with a modifier, it shows its line alone.
fn item(
    index: usize,
    label: String,
    on: bool,
    value: impl Fn() -> Option<String> + Send + 'static,
    switch: impl Fn(String, bool) + Copy + 'static,
) -> impl IntoView {
    let (once, twice) = (label.clone(), label.clone());
    let click = move |event: MouseEvent| {
        let alone = event.ctrl_key() || event.meta_key() || event.shift_key();
        switch(once.clone(), alone);
    };
    view! {
        <li>
            <button
                type="button"
                aria-pressed=on.to_string()
                title="Click shows or hides it, double-click shows it alone"
                on:click=click
                on:dblclick=move |_| switch(twice.clone(), true)
            >
                <i class=key_class(index)></i>
                <span>{label}</span>
                <b>{value}</b>
            </button>
        </li>
    }
}

/// Least, mean and most of every line, over the picture so that nothing moves.
#[component]
pub fn Summary(
    /// What it says.
    legend: RwSignal<Legend>,
) -> impl IntoView {
    let rows = move || {
        let on = legend.get().entries.into_iter().enumerate();
        on.filter(|(_, entry)| entry.on)
            .map(|(index, entry)| {
                let numbers = entry.summary.unwrap_or_else(|| ["–"; 3].map(String::from));
                view! {
                    <tr>
                        <th scope="row"><i class=key_class(index)></i>{entry.label}</th>
                        <td>{entry.value}</td>
                        {numbers.map(|number| view! { <td>{number}</td> })}
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <div class="summary">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{part(move || legend.with(|l| l.units.clone()))}</th>
                        {["now", "min", "avg", "max"].map(|word| view! { <th scope="col">{word}</th> })}
                    </tr>
                </thead>
                <tbody>{part(rows)}</tbody>
            </table>
        </div>
    }
}

/// The classes of the mark in the colour of a line.
pub fn key_class(index: usize) -> String {
    let dashed = if index < SERIES { "" } else { " dashed" };
    format!("key c-s{}{dashed}", index % SERIES + 1)
}

/// The labels that are off after a switch: of this line, or so that it is `alone`. Alone once
/// more brings all back. Labels that are gone are forgotten.
fn switched(all: &[String], off: &[String], label: &str, alone: bool) -> Vec<String> {
    let is_off = |one: &String| off.contains(one);
    let mut next: Vec<String> = if alone {
        let is_alone = all.iter().all(|one| is_off(one) != (one == label));
        let others = all.iter().filter(|one| *one != label);
        others.filter(|_| !is_alone).cloned().collect()
    } else {
        let changed = all.iter().filter(|one| is_off(one) != (*one == label));
        changed.cloned().collect()
    };
    next.dedup();
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split_whitespace().map(String::from).collect()
    }

    #[test]
    fn switches() {
        let check = |off: &str, label: &str, alone: bool, want: &str| {
            let next = switched(&names("a b c"), &names(off), label, alone);
            assert_eq!(next, names(want), "{off}: {label} {alone}");
        };
        check("", "b", false, "b");
        check("b", "b", false, "");
        check("b", "c", false, "b c");
        check("a b", "c", false, "a b c");
        check("a b c", "c", false, "a b");
        check("", "b", true, "a c");
        check("a c", "b", true, "");
        check("a c", "a", true, "b c");
        check("a b c", "a", true, "b c");
        // A line that went away.
        check("gone", "a", false, "a");
        check("gone a c", "b", true, "");
    }

    #[test]
    fn one_line_or_none() {
        assert_eq!(switched(&names("a"), &[], "a", true), names(""));
        assert_eq!(switched(&names("a"), &names("a"), "a", false), names(""));
        assert_eq!(switched(&[], &names("a"), "a", false), names(""));
    }
}
