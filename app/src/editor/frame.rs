//! A widget on the grid that is edited: what it shows, with live data, and what it is taken by.
//!
//! Invariant: a widget that only moves is not made again.

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::prelude::*;
use protocol::{GridPlace, Widget};
use wasm_bindgen::JsCast;

use super::Editor;
use crate::arrangement::{self, drag};
use crate::erased::{CollectAny, part};
use crate::grid;
use crate::widgets::interact::fullscreen::Fullscreen;
use crate::widgets::interact::menu::{LeaveFull, WidgetControls};
use crate::widgets::{cells, is_withheld, kinds, withheld};

/// The place of what is shown: the grid knows the real one.
const NOWHERE: GridPlace = GridPlace {
    x: 0,
    y: 0,
    w: 1,
    h: 1,
};

/// One widget, made again when it shows something else.
#[component]
pub fn EditedWidget(
    /// Which.
    id: String,
) -> impl IntoView {
    let editor = expect_context::<Editor>();
    let shown = Memo::new(move |_| {
        let widget = editor.widget(&id)?;
        Some(Widget {
            place: NOWHERE,
            ..widget
        })
    });
    part(move || shown.get().map(|widget| frame(editor, widget)))
}

fn frame(editor: Editor, widget: Widget) -> impl IntoView {
    let arrangement = editor.arrangement;
    let own = WidgetControls::new(&widget, expect_context::<Fullscreen>());
    let id = StoredValue::new(widget.id.clone());
    let place = Memo::new(move |_| {
        arrangement.items.with(|items| {
            let at = id.with_value(|id| items.iter().position(|item| item.id == *id))?;
            Some((items[at].clone(), grid::reading_order(items)[at]))
        })
    });
    let held = Memo::new(move |_| {
        let drag = arrangement.drag.get();
        drag.filter(|drag| id.with_value(|id| drag.id == *id))
    });
    let style = move || {
        place.with(|place| {
            let (item, order) = place.as_ref()?;
            Some(cells(item, *order, held.get().as_ref()))
        })
    };
    let is_resized = move || {
        held.with(|drag| {
            drag.as_ref()
                .is_some_and(|drag| drag.grip != drag::Grip::Move)
        })
    };
    let is_selected = move || {
        editor
            .selected
            .with(|selected| id.with_value(|id| selected.contains(id)))
    };
    let is_broken = move || id.with_value(|id| !editor.errors_of(id).is_empty());
    let heading = format!("widget-{}", widget.id);
    let content = match is_withheld(&widget) {
        true => withheld(&widget),
        false => kinds::view(widget.clone(), own),
    };
    let select = move |event: MouseEvent| {
        id.with_value(|id| {
            // A drag ends with a click: several that were moved together stay selected.
            let was_moved = editor.dragged.try_update_value(std::mem::take) == Some(true);
            if !was_moved || !editor.moves_several(id) {
                editor.select(id, !was_moved && (event.shift_key() || event.ctrl_key()));
            }
        });
    };
    // By mouse the whole header is a handle. A finger scrolls there.
    let take = move |event: PointerEvent| {
        let is_header = is_within(&event, ".widget > header")
            && !is_within(&event, "button, a, input, select, .legend");
        if is_header && event.pointer_type() != "touch" && !event.shift_key() {
            id.with_value(|id| drag::start(arrangement, id, drag::Grip::Move, &event));
        }
    };
    view! {
        <article
            class=kinds::kind(widget.kind).class
            class:full=move || own.full.get()
            class:held=move || held.with(Option::is_some)
            class:resizing=is_resized
            class:selected=is_selected
            class:broken=is_broken
            data-widget=widget.id.clone()
            aria-labelledby=heading
            style=style
            on:click=select
            on:pointerdown=take
            on:pointermove=move |event| {
                if is_own(&event) {
                    drag::moved(arrangement, &event);
                }
            }
            on:pointerup=move |event| {
                if is_own(&event) {
                    let_go(editor, &event);
                }
            }
            on:pointercancel=move |event| {
                if is_own(&event) {
                    drag::cancel(arrangement);
                }
            }
        >
            {content}
            <LeaveFull own/>
            {grips(editor, id, widget.title)}
        </article>
    }
}

/// Whether an event is of something within an element of this selector.
fn is_within(event: &MouseEvent, selector: &str) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.closest(selector).ok().flatten().is_some())
}

/// Lets go of what is in hand.
fn let_go(editor: Editor, event: &PointerEvent) {
    let drag = editor.arrangement.drag.get_untracked();
    let is_moved = drag.is_some_and(|drag| drag.moved != (0.0, 0.0));
    editor.dragged.set_value(is_moved);
    drag::end(editor.arrangement, event);
}

/// Whether an event is of the frame itself: of a pointer that it holds, and not a handle.
fn is_own(event: &PointerEvent) -> bool {
    event.target() == event.current_target()
}

/// What a widget is moved, resized and deleted by.
fn grips(editor: Editor, id: StoredValue<String>, title: String) -> impl IntoView {
    let arrangement = editor.arrangement;
    let start = move |grip: drag::Grip| {
        move |event: PointerEvent| id.with_value(|id| drag::start(arrangement, id, grip, &event))
    };
    let key = move |event: KeyboardEvent| {
        let id = id.get_value();
        match event.key().as_str() {
            "Delete" | "Backspace" => {
                event.prevent_default();
                event.stop_propagation();
                let selected = editor.selected.get_untracked();
                match selected.contains(&id) {
                    true => editor.remove(&selected),
                    false => editor.remove(&[id].into()),
                }
            }
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" if editor.moves_several(&id) => {
                event.prevent_default();
                event.stop_propagation();
                if !event.shift_key() {
                    editor.move_selected(&id, &event.key());
                }
            }
            _ => arrangement::on_key(arrangement, &id, &event),
        }
    };
    let delete = move |event: MouseEvent| {
        event.stop_propagation();
        editor.remove(&[id.get_value()].into());
    };
    let edge = move |(name, edge): (&str, drag::Edge)| {
        let class = match name {
            "se" => "grip grip-size".to_string(),
            name => format!("grip grip-edge {name}"),
        };
        view! {
            <span
                class=class
                aria-hidden="true"
                on:pointerdown=start(drag::Grip::Resize(edge))
                on:pointermove=move |event| drag::moved(arrangement, &event)
                on:pointerup=move |event| let_go(editor, &event)
                on:pointercancel=move |_| drag::cancel(arrangement)
            ></span>
        }
    };
    view! {
        <button
            type="button"
            class="grip grip-move"
            aria-label=format!("Move {title}")
            aria-describedby="how-to-move"
            title="Drag, or move with the arrow keys"
            on:pointerdown=start(drag::Grip::Move)
            on:pointermove=move |event| drag::moved(arrangement, &event)
            on:pointerup=move |event| let_go(editor, &event)
            on:pointercancel=move |_| drag::cancel(arrangement)
            on:keydown=key
        >
            <span class="dots" aria-hidden="true"></span>
        </button>
        <button type="button" class="hide" aria-label=format!("Delete {title}") title="Delete" on:click=delete>
            "×"
        </button>
        {drag::EDGES.map(edge).collect_any()}
    }
}
