//! An option that is a list of groups: thresholds, names of states. A row for each, with a cell for each
//! part of it.

use leptos::prelude::*;
use protocol::{OptionValue, Options};

use super::fields::About;
use super::{Panel, model};
use crate::browser;
use crate::erased::{CollectAny, part};
use crate::widgets::kind::OptionSpec;

/// A part of each row.
#[derive(Clone, Copy)]
pub struct Column {
    /// Its name in documents.
    pub name: &'static str,
    /// What stands in it.
    pub cell: Cell,
}

/// What stands in a cell.
#[derive(Clone, Copy, PartialEq)]
pub enum Cell {
    /// A number.
    Number,
    /// A text.
    Text,
    /// How grave it is.
    Level,
}

/// The field of a list of at most so many rows.
pub fn list(
    panel: Panel,
    spec: &'static OptionSpec,
    about: About,
    most: usize,
    columns: &'static [Column],
) -> AnyView {
    let About {
        path, label, help, ..
    } = about.clone();
    let rows = panel.follow(move |widget| {
        let list = widget.options.get(spec.name).map(OptionValue::list);
        list.unwrap_or_default().to_vec()
    });
    let count = Memo::new(move |_| rows.with(Vec::len));
    let change = Callback::new(move |edit: Edit| {
        panel.change(&model::words(spec.name), |widget| {
            let list = widget.options.get(spec.name).map(OptionValue::list);
            let mut list = list.unwrap_or_default().to_vec();
            edit.apply(&mut list, columns);
            let value = (!list.is_empty()).then_some(OptionValue::List(list));
            model::put(&mut widget.options, spec.name, value);
        });
    });
    let element = about.element();
    let (problem, described) = (format!("{element}-problem"), format!("{element}-help"));
    let describing = format!("{problem} {described}");
    // The list as a whole; its rows have their own.
    let of_all = panel.fault(path.clone());
    let first_row = format!("{path}[");
    let is_of_row = move || {
        let faults = panel.faults.read();
        faults
            .iter()
            .any(|fault| fault.path.starts_with(&first_row))
    };
    let whole = move || of_all.get().filter(|_| !is_of_row());
    let last = element.clone();
    let add = move |_| {
        change.run(Edit::Add);
        let row = count.get_untracked().saturating_sub(1);
        browser::focus_later(format!("#{last}-{row} input"));
    };
    let add_id = format!("{element}-add");
    let back = add_id.clone();
    let row = move |at: usize| {
        let path = format!("{path}[{at}]");
        let back = back.clone();
        let remove = move |_| {
            change.run(Edit::Remove(at));
            browser::focus_later(format!("#{back}"));
        };
        let fault = panel.fault(path.clone());
        let problem = format!("{element}-{at}-problem");
        let cells = columns
            .iter()
            .map(|column| cell(rows, at, *column, change, fault, &problem));
        view! {
            <li id=format!("{element}-{at}")>
                {cells.collect_any()}
                <button
                    type="button"
                    class="icon"
                    aria-label=format!("Remove row {} of {}", at + 1, model::words(spec.name))
                    title="Remove"
                    on:click=remove
                >
                    "×"
                </button>
                <p class="problem" id=problem>{part(move || fault.get())}</p>
            </li>
        }
    };
    view! {
        <fieldset class="panel-field panel-list" aria-describedby=describing>
            <legend>{label}</legend>
            <ul>
                <For each=move || 0..count.get() key=|at| *at children=row/>
            </ul>
            <button
                type="button"
                id=add_id
                disabled=move || { count.get() >= most }
                on:click=add
            >
                "Add"
            </button>
            <p class="problem" id=problem>{part(whole)}</p>
            <small id=described>{help}</small>
        </fieldset>
    }
    .into_any()
}

/// One cell of a row.
fn cell(
    rows: Memo<Vec<OptionValue>>,
    at: usize,
    column: Column,
    change: Callback<Edit>,
    fault: Memo<Option<String>>,
    problem: &str,
) -> AnyView {
    let label = format!("{} {}", model::words(column.name), at + 1);
    let value = move || {
        rows.with(|rows| {
            let group = rows.get(at).and_then(OptionValue::group);
            model::text(group.and_then(|group| group.get(column.name)))
        })
    };
    let level = move || {
        rows.with(|rows| {
            let group = rows.get(at).and_then(OptionValue::group);
            let level = group.and_then(|group| group.level(column.name));
            model::level(level.unwrap_or_default()).to_owned()
        })
    };
    let write = move |typed: String| {
        let value = match column.cell {
            Cell::Number => model::number(&typed),
            Cell::Text | Cell::Level => Some(OptionValue::Text(typed)),
        };
        change.run(Edit::Set(at, column.name, value));
    };
    let is_broken = move || fault.with(Option::is_some).to_string();
    if column.cell == Cell::Level {
        let words = model::LEVELS.map(|(one, words)| (model::level(one).into(), words.into()));
        return view! {
            <select
                aria-label=label
                prop:value=level
                on:change=move |event| write(event_target_value(&event))
            >
                {part(move || crate::shell::fields::options(words.clone(), &level()))}
            </select>
        }
        .into_any();
    }
    view! {
        <input
            type="text"
            autocomplete="off"
            placeholder=model::words(column.name)
            aria-label=label
            aria-invalid=is_broken
            aria-describedby=problem.to_owned()
            prop:value=value
            value=untrack(value)
            on:input=move |event| write(event_target_value(&event))
        />
    }
    .into_any()
}

/// What is done to a list.
#[derive(Clone, Debug)]
pub enum Edit {
    /// A row is added behind the others.
    Add,
    /// A row is removed.
    Remove(usize),
    /// A part of a row gets a value, or none.
    Set(usize, &'static str, Option<OptionValue>),
}

impl Edit {
    /// Does it. A new row has what the document needs, as far as that can be known.
    pub fn apply(self, list: &mut Vec<OptionValue>, columns: &[Column]) {
        match self {
            Edit::Add => {
                let mut row = Options::NONE;
                let last = list.iter().rev().find_map(OptionValue::group);
                for column in columns {
                    let value = match column.cell {
                        Cell::Number => {
                            let last = last.and_then(|last| last.number(column.name));
                            OptionValue::Number(last.map_or(0.0, |last| last + 1.0))
                        }
                        Cell::Text => {
                            OptionValue::Text(format!("{} {}", column.name, list.len() + 1))
                        }
                        Cell::Level => OptionValue::Text("warn".into()),
                    };
                    row.set(column.name, value);
                }
                list.push(OptionValue::Group(row));
            }
            Edit::Remove(at) if at < list.len() => drop(list.remove(at)),
            Edit::Remove(_) => {}
            Edit::Set(at, name, value) => {
                let Some(row) = list.get_mut(at) else { return };
                let mut group = row.group().cloned().unwrap_or(Options::NONE);
                model::put(&mut group, name, value);
                *row = OptionValue::Group(group);
            }
        }
    }
}
