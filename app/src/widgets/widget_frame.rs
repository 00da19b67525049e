//! The frame of every widget: where it stands, how it is moved, resized and hidden.

use leptos::prelude::*;

use crate::arrangement::{self, Arrangement, drag};
use crate::erased::CollectAny;
use crate::grid::{self, Item};
use crate::parts::{Opened, late};
use crate::shell::guest::Guest;
use crate::widgets::heading_id;
use crate::widgets::interact::fullscreen::Fullscreen;
use crate::widgets::interact::menu::{LeaveFull, Menu, WidgetControls};
use crate::widgets::{WITHHELD, is_withheld, kinds};
use protocol::Widget;

/// One widget on the grid.
#[component]
pub fn WidgetFrame(
    /// What it shows.
    widget: Widget,
) -> impl IntoView {
    let arrangement = expect_context::<Arrangement>();
    let fullscreen = expect_context::<Fullscreen>();
    let own = WidgetControls::new(&widget, fullscreen);
    let id = StoredValue::new(widget.id.clone());
    let title = StoredValue::new(widget.title.clone());
    let class = kinds::kind(widget.kind).class;
    let place = Memo::new(move |_| {
        arrangement.items.with(|items| {
            let order = grid::reading_order(items);
            let found = id.with_value(|id| items.iter().position(|item| item.id == *id));
            found.map(|index| (items[index].clone(), order[index]))
        })
    });
    let held = Memo::new(move |_| {
        arrangement
            .drag
            .get()
            .filter(|drag| id.with_value(|id| drag.id == *id))
    });
    let hidden = move || place.with(|place| place.as_ref().is_none_or(|(item, _)| item.hidden));
    let style = move || {
        place.with(|place| {
            place
                .as_ref()
                .map(|(item, order)| cells(item, *order, held.get().as_ref()))
        })
    };
    let heading = heading_id(&widget.id);
    let whole = StoredValue::new(widget.clone());
    let content = if is_withheld(&widget) {
        withheld(&widget)
    } else {
        kinds::view(widget.clone(), own)
    };
    view! {
        <article
            class=class
            class:full=move || own.full.get()
            class:held=move || held.with(Option::is_some)
            class:resizing=move || held.with(|d| d.as_ref().is_some_and(|d| matches!(d.grip, drag::Grip::Resize(_))))
            data-widget=widget.id.clone()
            aria-labelledby=heading
            hidden=hidden
            style=style
        >
            {content}
            <LeaveFull own/>
            <Show when=move || arrangement.editing.get() fallback=move || view! { <Menu widget=whole own/> }>
                {late(move || Opened::Grips(id, title))}
            </Show>
        </article>
    }
}

/// What a person moves a widget by, in edit mode.
pub fn grips(id: StoredValue<String>, title: StoredValue<String>) -> AnyView {
    let arrangement = expect_context::<Arrangement>();
    let start = move |grip: drag::Grip| {
        move |event: leptos::ev::PointerEvent| {
            id.with_value(|id| drag::start(arrangement, id, grip, &event))
        }
    };
    let hide = move |_| {
        id.with_value(|id| arrangement.change(|items| grid::set_hidden(items, id, true)));
        arrangement
            .announcement
            .set(format!("{} hidden", title.get_value()));
    };
    // The corner at the lower right is the one that is drawn; the others show by the pointer.
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
                on:pointerup=move |event| drag::end(arrangement, &event)
                on:pointercancel=move |_| drag::cancel(arrangement)
            ></span>
        }
    };
    view! {
        <button
            type="button"
            class="grip grip-move"
            aria-label=format!("Move {}", title.get_value())
            aria-describedby="how-to-move"
            title="Drag, or move with the arrow keys"
            on:pointerdown=start(drag::Grip::Move)
            on:pointermove=move |event| drag::moved(arrangement, &event)
            on:pointerup=move |event| drag::end(arrangement, &event)
            on:pointercancel=move |_| drag::cancel(arrangement)
            on:keydown=move |event| id.with_value(|id| arrangement::on_key(arrangement, id, &event))
        >
            <span class="dots" aria-hidden="true"></span>
        </button>
        <button type="button" class="hide" aria-label=format!("Hide {}", title.get_value()) title="Hide" on:click=hide>
            "×"
        </button>
        {drag::EDGES.map(edge).collect_any()}
    }
    .into_any()
}

/// Says that there is something without saying what.
pub(crate) fn withheld(widget: &Widget) -> AnyView {
    let words = match use_context::<Guest>() {
        Some(guest) => guest.see_more(),
        None => WITHHELD.into_any(),
    };
    view! {
        <header><h2 id=heading_id(&widget.id)>{widget.title.clone()}</h2></header>
        <p class="state">{words}</p>
    }
    .into_any()
}

/// Cells for the style sheet; while the widget is dragged, pixels too.
pub(crate) fn cells(item: &Item, order: usize, held: Option<&drag::Drag>) -> String {
    let p = item.place;
    let mut style = format!(
        "--x:{};--y:{};--w:{};--h:{};--o:{order}",
        p.x, p.y, p.w, p.h
    );
    if let Some(drag) = held {
        let [left, top, width, height] = drag.frame();
        let (x, y) = drag.moved;
        style += &format!(
            ";--left:{left}px;--top:{top}px;--width:{width}px;--height:{height}px;--dx:{x}px;--dy:{y}px"
        );
    }
    style
}
