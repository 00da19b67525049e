//! The legend: which line is which, their values of now, and switches that show and hide them.
//! What is switched is the person's own, never the dashboard's.

use leptos::ev::{FocusEvent, MouseEvent};
use leptos::prelude::*;

use crate::arrangement::Arrangement;
use crate::browser;
use crate::erased::{CollectAny, effect, part};
use crate::format::width_ch;
use crate::widgets::render::palette::{self, SERIES};
use crate::widgets::time_chart::chart_controller::Handle;

/// What a legend says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Legend {
    /// In the order of the lines.
    pub entries: Vec<Entry>,
    /// Lines that are not even drawn, since there are too many.
    pub left_out: usize,
    /// How many lines are shown for themselves, of how many, where others are one.
    pub largest: Option<(usize, usize)>,
    /// The units of the axes; may be empty.
    pub units: String,
    /// Which earlier time is drawn behind the lines.
    pub earlier: Option<&'static str>,
}

/// One line's entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it is switched by.
    pub label: String,
    /// What it is called.
    pub name: String,
    /// Its newest value.
    pub value: String,
    /// How old that is, where it is not the value of now.
    pub age: Option<String>,
    /// How many lines have a larger value.
    pub larger: usize,
    /// Whether it is drawn.
    pub on: bool,
    /// Least, mean and most of the time shown, where they were asked for.
    pub summary: Option<[String; 3]>,
}

impl Legend {
    /// What stands beside the title: units, and that not all lines are shown.
    pub fn beside_title(&self) -> String {
        match self.largest {
            None => self.units.clone(),
            Some((own, of)) if self.units.is_empty() => format!("largest {own} of {of}"),
            Some((own, of)) => format!("{} · largest {own} of {of}", self.units),
        }
    }

    /// The indices of the entries that have `wanted` in their name, in small letters, in the order of
    /// the lines or the largest first.
    fn found(&self, wanted: &str, by_size: bool, small: fn(&str) -> String) -> Vec<usize> {
        let has = |entry: &Entry| wanted.is_empty() || small(&entry.name).contains(wanted);
        let all = self.entries.iter().enumerate();
        let mut found: Vec<usize> = all.filter(|(_, e)| has(e)).map(|(i, _)| i).collect();
        if by_size {
            charts::order::sort(&mut found, |a, b| {
                let key = |i: &usize| (self.entries[*i].larger, *i);
                key(a).cmp(&key(b))
            });
        }
        found
    }
}

/// Of more lines than these one is looked for by name.
const MANY: usize = 8;

/// Which of the lines a legend lists, and in which order: this person's, and not kept.
#[derive(Clone, Copy)]
pub struct Looking {
    /// What the names have in them, in small letters.
    wanted: RwSignal<String>,
    by_size: RwSignal<bool>,
}

impl Looking {
    /// At all, in the order of the lines.
    pub fn new() -> Looking {
        Looking {
            wanted: RwSignal::new(String::new()),
            by_size: RwSignal::new(false),
        }
    }

    fn of(self, legend: &Legend) -> Vec<usize> {
        let by_size = self.by_size.get();
        self.wanted
            .with(|wanted| legend.found(wanted, by_size, browser::small))
    }
}

/// The legend in a chart's heading.
#[component]
pub fn LegendList(
    /// Whose.
    id: StoredValue<String>,
    /// What it says.
    legend: RwSignal<Legend>,
    /// Which of them are listed.
    looking: Looking,
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
        let of = |entry: &Entry| (entry.label.clone(), entry.name.clone(), entry.on);
        legend.with(|l| l.entries.iter().map(of).collect::<Vec<_>>())
    });
    let entries = move || {
        let all = lines.get();
        // The values of when it was asked for: an order that changes each second cannot be read.
        let found = legend.with_untracked(|legend| looking.of(legend));
        if found.is_empty() && !all.is_empty() {
            return view! { <li class="more">"No line matches"</li> }.into_any();
        }
        found
            .into_iter()
            .filter_map(|index| Some((index, all.get(index)?.clone())))
            .map(|(index, (label, name, on))| item(index, label, name, on, legend, switch))
            .collect_any()
            .into_any()
    };
    let tools = move || {
        let typed = move |event| {
            looking
                .wanted
                .set(browser::small(&event_target_value(&event)))
        };
        let turn = move |_| looking.by_size.update(|by_size| *by_size = !*by_size);
        lines.with(|lines| lines.len() > MANY).then(|| {
            view! {
                <li class="find">
                    <input type="search" placeholder="Find" aria-label="Find lines" on:input=typed/>
                    <button type="button" aria-pressed=move || looking.by_size.get().to_string() on:click=turn>
                        "Largest first"
                    </button>
                </li>
            }
        })
    };
    let more = move || {
        let left_out = legend.with(|l| l.left_out);
        (left_out > 0)
            .then(|| view! { <li class="more">{format!("and {left_out} more")}</li> }.into_any())
    };
    let earlier = move || {
        let words = legend.with(|l| l.earlier);
        words.map(|words| view! { <li class="earlier"><i class="key"></i>{words}</li> })
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
            {part(tools)}
            {part(entries)}
            {part(more)}
            {part(earlier)}
        </ul>
    }
}

/// Room for a value before one was there that takes more, in digits: for three that count and a point,
/// so that `100`, `99.5` and `0` change places without moving what is beside them.
const ROOM_CH: f64 = 3.5;

/// The room for values from now on, by what it was.
fn room(widest: f64, value: Option<&str>) -> f64 {
    widest.max(value.map_or(0.0, width_ch))
}

/// A switch. Twice, or with a modifier, it shows its line alone.
fn item(
    index: usize,
    label: String,
    name: String,
    on: bool,
    legend: RwSignal<Legend>,
    switch: impl Fn(String, bool) + Copy + 'static,
) -> impl IntoView {
    let (once, twice) = (label.clone(), label);
    let of = move |text: fn(&Entry) -> Option<String>| {
        legend.with(|l| l.entries.get(index).and_then(text))
    };
    let value = move || of(|entry| Some(entry.value.clone()));
    // What was there once has room from then on: what is beside it stays where it is.
    let widest = StoredValue::new(ROOM_CH);
    let room = move || {
        widest.update_value(|widest| *widest = room(*widest, value().as_deref()));
        format!("{}ch", widest.get_value())
    };
    let age = move || of(|entry| entry.age.clone()).map(|age| view! { <small>{age}</small> });
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
                <span>{name}</span>
                <b style:min-width=room>{value}</b>
                {part(age)}
            </button>
        </li>
    }
}

/// Least, mean and most of every line that is listed, over the picture so that nothing moves.
pub fn summary(legend: RwSignal<Legend>, looking: Looking) -> AnyView {
    let rows = move || {
        let found = legend.with(|legend| looking.of(legend));
        let entries = legend.get().entries;
        let on = found
            .into_iter()
            .filter_map(|index| Some((index, entries.get(index)?.clone())));
        on.filter(|(_, entry)| entry.on)
            .map(|(index, entry)| {
                let numbers = entry.summary.unwrap_or_else(|| ["–"; 3].map(String::from));
                view! {
                    <tr>
                        <th scope="row"><i class=key_class(index)></i>{entry.name}</th>
                        <td>{entry.value}</td>
                        {numbers.map(|number| view! { <td>{number}</td> }).collect_any()}
                    </tr>
                }
            })
            .collect_any()
    };
    view! {
        <div class="summary">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{part(move || legend.with(|l| l.units.clone()))}</th>
                        {["now", "min", "avg", "max"].map(|word| view! { <th scope="col">{word}</th> }).collect_any()}
                    </tr>
                </thead>
                <tbody>{part(rows)}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The classes of the mark in the colour of a line.
pub fn key_class(index: usize) -> String {
    let (color, dashes) = palette::rounds(index);
    format!("key c-s{} dashes-{dashes}", color + 1)
}

/// The colour of a line, as styles have it.
pub fn key_color(index: usize) -> String {
    format!("var(--s{})", index % SERIES + 1)
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
mod tests;
