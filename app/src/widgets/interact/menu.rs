//! The menu of a widget: what can be done with it outside of edit mode. By mouse it is there on
//! hover; by keyboard and finger always.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

use crate::arrangement::Arrangement;
use crate::erased::{CollectAny, effect, part};
use crate::parts::{Opened, late};
use crate::shell::overlay::{Dismissal, dismiss};
use crate::shell::toast::Toast;
use crate::widgets::interact::actions::{self, Action};
use crate::widgets::interact::fullscreen::Fullscreen;
use crate::widgets::time_chart::chart_controller::Handle;
use protocol::Widget;

/// What a widget has of its own beside what it shows; copied freely.
#[derive(Clone, Copy)]
pub struct WidgetControls {
    /// Its chart, where it is one.
    pub handle: Handle,
    /// Whether it fills the page.
    pub full: Signal<bool>,
    /// Whether a picture is shown as a table.
    pub as_table: RwSignal<bool>,
}

impl WidgetControls {
    /// Of this widget.
    pub fn new(widget: &Widget, fullscreen: Fullscreen) -> Self {
        let id = StoredValue::new(widget.id.clone());
        WidgetControls {
            handle: Handle::new(),
            full: Signal::derive(move || id.with_value(|id| fullscreen.is(id))),
            as_table: RwSignal::new(false),
        }
    }
}

/// The menu's button, and the menu while it is open.
#[component]
pub fn Menu(
    /// Whose.
    widget: StoredValue<Widget>,
    /// What it acts on.
    own: WidgetControls,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    let title = widget.with_value(|w| w.title.clone());
    let close = move || {
        open.set(false);
        if let Some(button) = button.get_untracked() {
            // An element that is there takes the focus.
            drop(button.focus());
        }
    };
    let left = move |event: FocusEvent| {
        let to = event
            .related_target()
            .and_then(|t| t.dyn_into::<Node>().ok());
        let inside = |node: &Node| {
            list.get_untracked()
                .is_some_and(|list| list.contains(Some(node)))
                || button
                    .get_untracked()
                    .is_some_and(|b| b.contains(Some(node)))
        };
        if !to.as_ref().is_some_and(inside) {
            open.set(false);
        }
    };
    let parts = move || {
        let list = list.get_untracked().map(Into::into);
        let button = button.get_untracked().map(Into::into);
        list.into_iter().chain(button).collect()
    };
    let by_rule = Callback::new(move |why| match why {
        Dismissal::Escape => close(),
        Dismissal::Press => open.set(false),
    });
    dismiss(open, parts, by_rule);
    let key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Tab" => return open.set(false),
            key => {
                if !step(list, key) {
                    return;
                }
            }
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let offered = OpenMenu {
        widget,
        own,
        list,
        close: Callback::new(move |()| close()),
    };
    view! {
        <button
            type="button"
            class="more-button"
            node_ref=button
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            aria-label=format!("Actions of {title}")
            title="Actions"
            on:click=move |_| open.update(|open| *open = !*open)
            on:keydown=move |event| {
                if event.key() == "ArrowDown" {
                    event.prevent_default();
                    open.set(true);
                }
            }
            on:focusout=left
        >
            <span aria-hidden="true">"⋯"</span>
        </button>
        <Show when=move || open.get()>
            <div class="actions" role="menu" node_ref=list aria-label="Actions" on:focusout=left on:keydown=key>
                {late(move || Opened::Menu(offered))}
            </div>
        </Show>
    }
}

/// What a menu that opens is made from; copied freely.
#[derive(Clone, Copy)]
pub struct OpenMenu {
    widget: StoredValue<Widget>,
    own: WidgetControls,
    list: NodeRef<html::Div>,
    /// Closes it, and gives the focus back.
    close: Callback<()>,
}

/// What a menu offers. The first of it takes the focus.
pub fn items(menu: OpenMenu) -> AnyView {
    let OpenMenu {
        widget,
        own,
        list,
        close,
    } = menu;
    let arrangement = expect_context::<Arrangement>();
    let fullscreen = expect_context::<Fullscreen>();
    let toast = expect_context::<Toast>();
    effect(move || {
        spawn_local(async move {
            step(list, "Home");
        });
    });
    let items = move || {
        let choose = move |action: Action| {
            close.run(());
            widget.with_value(|widget| {
                actions::act(action, widget, own, arrangement, (fullscreen, toast))
            });
        };
        let all = widget.with_value(|widget| {
            actions::offered(
                &arrangement.effective_widget(widget),
                own,
                arrangement.is_kept(),
            )
        });
        all.into_iter()
            .map(|item| {
                let role = item.checked.map_or("menuitem", |_| "menuitemcheckbox");
                view! {
                    <button
                        type="button"
                        role=role
                        tabindex="-1"
                        class:parted=item.parted
                        aria-checked=item.checked.map(|on| on.to_string())
                        on:click=move |_| choose(item.action)
                    >
                        {item.words}
                    </button>
                }
            })
            .collect_any()
    };
    part(items).into_any()
}

/// The button by which a widget that fills the page stands among the others again.
#[component]
pub fn LeaveFull(
    /// Of the widget.
    own: WidgetControls,
) -> impl IntoView {
    let fullscreen = expect_context::<Fullscreen>();
    view! {
        <Show when=move || own.full.get()>
            <button
                type="button"
                class="icon leave-full"
                aria-label="Leave full screen"
                title="Leave full screen (Esc)"
                on:click=move |_| fullscreen.leave()
            >
                "×"
            </button>
        </Show>
    }
}

/// Moves the focus among the items of a menu; false for keys that do not.
fn step(list: NodeRef<html::Div>, key: &str) -> bool {
    let Some(items) = list
        .get_untracked()
        .and_then(|list| list.query_selector_all("button").ok())
    else {
        return false;
    };
    let item = |index: u32| items.get(index)?.dyn_into::<HtmlElement>().ok();
    let count = items.length();
    let now = document().active_element();
    let at = (0..count).find(|i| item(*i).map(Into::into) == now);
    let Some(next) = stepped(key, at, count) else {
        return false;
    };
    if let Some(item) = item(next) {
        drop(item.focus());
    }
    true
}

/// The item that a key leads to from `at`, of `count`; around the ends.
fn stepped(key: &str, at: Option<u32>, count: u32) -> Option<u32> {
    let last = count.checked_sub(1)?;
    match (key, at) {
        ("ArrowDown", Some(at)) if at < last => Some(at + 1),
        ("ArrowUp", Some(at)) if at > 0 => Some(at - 1),
        ("Home" | "ArrowDown", _) => Some(0),
        ("End" | "ArrowUp", _) => Some(last),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::stepped;

    #[test]
    fn arrows_go_around() {
        for (key, at, count, want) in [
            ("ArrowDown", Some(0), 3, Some(1)),
            ("ArrowDown", Some(2), 3, Some(0)),
            ("ArrowUp", Some(0), 3, Some(2)),
            ("ArrowUp", Some(2), 3, Some(1)),
            ("ArrowDown", None, 3, Some(0)),
            ("ArrowUp", None, 3, Some(2)),
            ("Home", Some(2), 3, Some(0)),
            ("End", Some(0), 3, Some(2)),
            ("Home", None, 0, None),
            ("x", Some(1), 3, None),
        ] {
            assert_eq!(stepped(key, at, count), want, "{key} {at:?} of {count}");
        }
    }
}
