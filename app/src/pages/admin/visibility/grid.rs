//! The matrix on the screen: a line for each heading and metric, a column for each role, and only the
//! lines that are on the screen.
//!
//! Invariant: the focus stays on the matrix itself, which names the current cell.

use std::collections::BTreeSet;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::changes::Changes;
use super::model::MatrixLine;
use crate::browser;
use crate::erased::{CollectAny, effect, part};
use crate::pages::admin::see_as;
use crate::shell::dialog::Confirm;
use crate::table;

/// Height of every line, as in the style sheet; this and other lengths are in CSS pixels where a `rem`
/// is 16 of them.
const LINE_PX: f64 = 36.0;
/// Height of the headings of columns, as in the style sheet.
const HEAD_PX: f64 = 45.0;
/// Height in which lines are shown until the real one is known, on the server too.
const FIRST_PX: f64 = 900.0;

/// What is current: a line, and a column.
type Cell = (usize, usize);

/// The matrix: copied freely.
#[derive(Clone, Copy)]
pub struct Grid {
    /// The roles, and what is changed about them.
    pub changes: Changes,
    /// The lines, those that match the search.
    pub lines: Memo<Vec<MatrixLine>>,
    /// Keys of the headings whose lines are left out.
    pub folded: RwSignal<BTreeSet<String>>,
    confirm: Confirm,
    current: RwSignal<Option<Cell>>,
    scroller: NodeRef<html::Div>,
    top: RwSignal<f64>,
    height: RwSignal<f64>,
}

impl Grid {
    /// Nothing is current.
    pub fn new(
        changes: Changes,
        lines: Memo<Vec<MatrixLine>>,
        folded: RwSignal<BTreeSet<String>>,
        confirm: Confirm,
    ) -> Grid {
        Grid {
            changes,
            lines,
            folded,
            confirm,
            current: RwSignal::new(None),
            scroller: NodeRef::new(),
            top: RwSignal::new(0.0),
            height: RwSignal::new(FIRST_PX),
        }
    }

    fn line(self, at: usize) -> Option<MatrixLine> {
        self.lines.with_untracked(|lines| lines.get(at).cloned())
    }

    fn fold(self, at: usize) {
        if let Some(line) = self.line(at).filter(|line| line.level < 3) {
            self.folded.update(|folded| {
                if !folded.remove(&line.key) {
                    folded.insert(line.key);
                }
            });
        }
    }

    fn toggle(self, (line, column): Cell) {
        self.current.set(Some((line, column)));
        if let Some(line) = self.line(line) {
            self.changes.toggle(column, &line);
        }
    }

    fn pressed(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let name = event.key();
        let count = self.lines.with_untracked(Vec::len);
        let columns = self.changes.columns.with_untracked(Vec::len);
        let current = self
            .current
            .get_untracked()
            .filter(|(line, _)| *line < count);
        match (name.as_str(), current) {
            (" ", Some(cell)) => self.toggle(cell),
            ("Delete" | "Backspace", Some((line, column))) => {
                if let Some(line) = self.line(line) {
                    self.changes.take_away(column, &line, self.confirm);
                }
            }
            ("Enter", Some((line, _))) => self.fold(line),
            _ => {
                let page = (self.height.get_untracked() / LINE_PX) as usize;
                let Some(next) = stepped(&name, current, count, columns, page.max(2) - 1) else {
                    return;
                };
                self.current.set(Some(next));
                self.show(next);
            }
        }
        event.prevent_default();
    }

    /// Scrolls so far that a cell is on the screen.
    fn show(self, (line, column): Cell) {
        let Some(scroller) = self.scroller.get_untracked() else {
            return;
        };
        let (top, height) = (self.top.get_untracked(), self.height.get_untracked());
        if let Some(to) = table::scroll_to(line, LINE_PX, top, height) {
            scroller.set_scroll_top((to * browser::text_scale()) as i32);
            self.top.set(to);
        }
        let head = |class: &str| {
            let found = scroller.query_selector(class).ok().flatten();
            found.and_then(|found| found.dyn_into::<HtmlElement>().ok())
        };
        let cell = head(&format!("#column-{column}"));
        let (Some(name), Some(cell)) = (head(".head .name"), cell) else {
            return;
        };
        let (from, to) = (cell.offset_left(), cell.offset_left() + cell.offset_width());
        let left = scroller.scroll_left();
        if from < left + name.offset_width() {
            scroller.set_scroll_left(from - name.offset_width());
        } else if to > left + scroller.client_width() {
            scroller.set_scroll_left(to - scroller.client_width());
        }
    }
}

/// The cell that a key leads to, when `page` lines are on the screen; none for other keys.
fn stepped(key: &str, at: Option<Cell>, lines: usize, columns: usize, page: usize) -> Option<Cell> {
    let (last_line, last) = (lines.checked_sub(1)?, columns.checked_sub(1)?);
    let is_key = matches!(
        key,
        "ArrowDown"
            | "ArrowUp"
            | "ArrowRight"
            | "ArrowLeft"
            | "PageDown"
            | "PageUp"
            | "Home"
            | "End"
    );
    let Some((line, column)) = at else {
        return is_key.then_some((0, 0));
    };
    let (line, column) = match key {
        "ArrowDown" => (line + 1, column),
        "ArrowUp" => (line.saturating_sub(1), column),
        "ArrowRight" => (line, column + 1),
        "ArrowLeft" => (line, column.saturating_sub(1)),
        "PageDown" => (line + page, column),
        "PageUp" => (line.saturating_sub(page), column),
        "Home" => (0, column),
        "End" => (last_line, column),
        _ => return None,
    };
    Some((line.min(last_line), column.min(last)))
}

/// The matrix.
#[component]
pub fn MatrixGrid(
    /// The matrix.
    grid: Grid,
) -> impl IntoView {
    let Grid {
        changes,
        lines,
        current,
        scroller,
        top,
        height,
        ..
    } = grid;
    effect(move || {
        if let Some(element) = scroller.get() {
            browser::on_resize(&element, move |_, px| {
                height.set(px / browser::text_scale() - HEAD_PX);
            });
        }
    });
    let count = move || lines.with(Vec::len);
    let shown = Memo::new(move |_| table::visible(count(), LINE_PX, top.get(), height.get()));
    let scrolled = move |_| {
        if let Some(element) = scroller.get_untracked() {
            top.set(f64::from(element.scroll_top()) / browser::text_scale());
        }
    };
    let there = move || {
        let shown = shown.get();
        lines.with(|lines| {
            let there = lines.get(shown.clone()).unwrap_or_default();
            shown.zip(there.iter().cloned()).collect::<Vec<_>>()
        })
    };
    let active = move || {
        let (line, column) = current.get()?;
        let is_there = shown.with(|shown| shown.contains(&line));
        is_there.then(|| cell_id(line, column))
    };
    let heads = move || {
        changes.columns.with(|columns| {
            let head = |(at, column): (usize, &super::model::RoleColumn)| {
                let (name, words) = (column.role.name.clone(), column.role.description.clone());
                let seen = column.seen();
                view! {
                    <div role="columnheader" id=format!("column-{at}") class:fixed=!column.made title=words>
                        <b>{name}</b>
                        <small>{seen}</small>
                        {see_as(&column.role, Some("↗"))}
                    </div>
                }
            };
            columns.iter().enumerate().map(head).collect_any()
        })
    };
    let columns = move || changes.columns.with(Vec::len);
    view! {
        <div
            class="matrix"
            role="grid"
            aria-label="Roles and metrics"
            aria-rowcount=move || (count() + 1).to_string()
            aria-colcount=move || (columns() + 1).to_string()
            aria-activedescendant=active
            tabindex="0"
            style=move || format!("--roles:{}", columns())
            node_ref=scroller
            on:scroll=scrolled
            on:keydown=move |event| grid.pressed(&event)
        >
            <div class="head" role="rowgroup">
                <div class="line" role="row" aria-rowindex="1">
                    <div role="columnheader" class="name">"Metric"</div>
                    {part(heads)}
                </div>
            </div>
            <div class="lines" role="rowgroup" style=move || format!("--lines:{}", count())>
                <For each=there key=|(at, line)| (*at, line.key.clone(), line.places.len()) let((at, line))>
                    <Row grid at line/>
                </For>
            </div>
            {part(move || lines.with(Vec::is_empty).then(|| view! {
                <div role="rowgroup"><div role="row"><div role="gridcell">
                    <p class="state" role="status">"No metrics match this search."</p>
                </div></div></div>
            }.into_any()))}
        </div>
    }
}

fn cell_id(line: usize, column: usize) -> String {
    format!("cell-{line}-{column}")
}

#[component]
fn Row(grid: Grid, at: usize, line: MatrixLine) -> impl IntoView {
    let MatrixLine {
        key,
        words,
        level,
        places,
        ..
    } = line;
    let here = Memo::new(move |_| {
        let current = grid.current.get();
        current
            .filter(|(line, _)| *line == at)
            .map(|(_, column)| column)
    });
    let named = words.clone();
    let cells = move || {
        let here = here.get();
        grid.changes.columns.with(|columns| {
            let cell = |(index, column): (usize, &super::model::RoleColumn)| {
                let (class, sign, words) = column.mark(&places).shown();
                let label = format!("{}, {named}: {words}", column.role.name);
                view! {
                    <div
                        role="gridcell"
                        id=cell_id(at, index)
                        class=format!("cell {class}")
                        class:fixed=!column.made
                        class:current=here == Some(index)
                        aria-label=label
                        aria-selected=(here == Some(index)).to_string()
                        aria-readonly=(!column.made).then_some("true")
                        on:click=move |_| grid.toggle((at, index))
                    >
                        <span aria-hidden="true">{sign}</span>
                    </div>
                }
            };
            columns.iter().enumerate().map(cell).collect_any()
        })
    };
    let is_heading = level < 3;
    let expanded = move || {
        is_heading.then(|| {
            grid.folded
                .with(|folded| !folded.contains(&key))
                .to_string()
        })
    };
    let marked = expanded.clone();
    let fold_mark = move || match marked().as_deref() {
        Some("true") => "▾",
        Some(_) => "▸",
        None => "",
    };
    let title = words.clone();
    view! {
        <div
            class=format!("line level-{level}")
            role="row"
            aria-rowindex=(at + 2).to_string()
            style=format!("--at:{at}")
        >
            <div role="rowheader" aria-expanded=expanded class="name" title=title on:click=move |_| grid.fold(at)>
                <i aria-hidden="true">{part(fold_mark)}</i>
                {words}
            </div>
            {part(cells)}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_from_cell_to_cell() {
        for (key, at, want) in [
            ("ArrowDown", None, Some((0, 0))),
            ("x", None, None),
            ("ArrowDown", Some((0, 1)), Some((1, 1))),
            ("ArrowDown", Some((9, 1)), Some((9, 1))),
            ("ArrowUp", Some((0, 1)), Some((0, 1))),
            ("ArrowRight", Some((3, 1)), Some((3, 2))),
            ("ArrowRight", Some((3, 2)), Some((3, 2))),
            ("ArrowLeft", Some((3, 0)), Some((3, 0))),
            ("PageDown", Some((0, 0)), Some((4, 0))),
            ("PageUp", Some((2, 0)), Some((0, 0))),
            ("Home", Some((7, 2)), Some((0, 2))),
            ("End", Some((0, 2)), Some((9, 2))),
            ("Enter", Some((0, 0)), None),
        ] {
            assert_eq!(stepped(key, at, 10, 3, 4), want, "{key} {at:?}");
        }
        assert_eq!(stepped("ArrowDown", None, 0, 3, 4), None);
        assert_eq!(stepped("ArrowDown", None, 3, 0, 4), None);
    }
}
