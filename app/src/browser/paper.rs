//! The page on paper. Before a browser lays out paper it runs no animation frame and tells no
//! observer of sizes, so the page measures and draws here and now, laid out as it will be printed:
//! `data-paper` on the root is what the style sheet does that by. Invariant: what watches is told
//! once for each change, in the order in which it began to watch.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;

use crate::frame_loop;

/// On the root of the document, while the page is laid out for paper.
const ATTRIBUTE: &str = "data-paper";
/// Pictures on paper have at least so many pixels in a device-independent one: paper is finer than
/// most screens.
const SHARP: f64 = 2.0;

type Watch = Rc<dyn Fn(bool)>;

#[derive(Default)]
struct Paper {
    is_on: bool,
    next_id: u64,
    watching: Vec<(u64, Watch)>,
}

thread_local! {
    static PAPER: RefCell<Paper> = RefCell::default();
}

/// Whether the page is laid out for paper.
pub fn is_on_paper() -> bool {
    PAPER.with_borrow(|paper| paper.is_on)
}

/// Pixels in a device-independent one: of the screen, or of paper.
pub fn pixel_ratio() -> f64 {
    let ratio = window().device_pixel_ratio();
    if is_on_paper() {
        ratio.max(SHARP)
    } else {
        ratio
    }
}

/// Calls `f` with whether the page is laid out for paper, whenever that changes, until the owner
/// goes.
pub fn on_paper(f: impl Fn(bool) + 'static) {
    let id = watch(Rc::new(f));
    on_cleanup(move || PAPER.with_borrow_mut(|p| p.watching.retain(|(other, _)| *other != id)));
}

fn watch(f: Watch) -> u64 {
    PAPER.with_borrow_mut(|paper| {
        paper.next_id += 1;
        paper.watching.push((paper.next_id, f));
        paper.next_id
    })
}

/// Lays the page out for paper whenever it is printed, until the owner goes.
pub fn follow_paper() {
    const MEDIA: &str = "print";
    for (event, is_on) in [("beforeprint", true), ("afterprint", false)] {
        let handle = window_event_listener_untyped(event, move |_| lay_out(is_on));
        on_cleanup(move || handle.remove());
    }
    // Where paper is only looked at there are no events.
    super::on_media_change(MEDIA, || lay_out(super::matches(MEDIA)));
}

fn lay_out(is_on: bool) {
    let Some(root) = document().document_element() else {
        return;
    };
    // The name is a valid one, so that neither fails.
    if is_on {
        drop(root.set_attribute(ATTRIBUTE, ""));
    } else {
        drop(root.remove_attribute(ATTRIBUTE));
    }
    if turn(is_on) {
        frame_loop::paint();
    }
}

/// Tells all that watch; false when they know.
fn turn(is_on: bool) -> bool {
    let watching = PAPER.with_borrow_mut(|paper| {
        let is_news = std::mem::replace(&mut paper.is_on, is_on) != is_on;
        is_news.then(|| paper.watching.clone())
    });
    for (_, f) in watching.iter().flatten() {
        f(is_on);
    }
    watching.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_watches_is_told_once_in_order_until_its_owner_goes() {
        let told = Rc::new(RefCell::new(Vec::new()));
        let page = Owner::new();
        let widget = page.with(Owner::new);
        let watch = |name: &'static str| {
            let told = Rc::clone(&told);
            on_paper(move |is_on| told.borrow_mut().push((name, is_on, is_on_paper())));
        };
        page.with(|| watch("colours"));
        widget.with(|| watch("size"));
        // An event and a change of media both say so.
        assert!(turn(true) && !turn(true));
        assert_eq!(told.take(), [("colours", true, true), ("size", true, true)]);
        widget.cleanup();
        assert!(turn(false) && !turn(false));
        assert_eq!(told.take(), [("colours", false, false)]);
    }
}
