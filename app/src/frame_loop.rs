//! The one animation-frame loop of the page.
//!
//! It runs once for each request, however many arrive before the next frame, and asks every
//! painter on the screen. Without news there are no requests; in a hidden tab the browser runs
//! no animation frames, and the first one after it is shown catches up. What lies over the
//! pictures, as a crosshair does, moves in the same loop, and no picture is asked for that.

use std::cell::RefCell;

use leptos::prelude::*;

use crate::browser;

type Painter = Box<dyn FnMut()>;

#[derive(Default)]
struct Loop {
    painters: Vec<Registered>,
    next_id: u64,
    /// A frame will come.
    requested: bool,
    /// Pictures are to be painted in it.
    news: bool,
}

struct Registered {
    id: u64,
    overlay: bool,
    paint: Painter,
}

thread_local! {
    static LOOP: RefCell<Loop> = RefCell::default();
}

/// Asks for a frame.
pub fn request() {
    ask(true);
}

/// Asks for a frame in which nothing but overlays moves.
pub fn request_overlays() {
    ask(false);
}

/// Calls `paint` in every frame that was asked for by [`request`], until the owner goes.
pub fn register(paint: impl FnMut() + 'static) {
    add(false, Box::new(paint));
}

/// Calls `paint` in every frame, after the pictures that were registered before it, until the
/// owner goes.
pub fn register_overlay(paint: impl FnMut() + 'static) {
    add(true, Box::new(paint));
}

fn ask(news: bool) {
    let first = LOOP.with_borrow_mut(|l| {
        l.news |= news;
        !std::mem::replace(&mut l.requested, true)
    });
    if !first {
        return;
    }
    if !browser::host().request_frame(frame) {
        // A window without animation frames is going away; the next request asks it again.
        LOOP.with_borrow_mut(|l| l.requested = false);
    }
}

fn add(overlay: bool, paint: Painter) {
    let id = LOOP.with_borrow_mut(|l| {
        l.next_id += 1;
        let id = l.next_id;
        l.painters.push(Registered { id, overlay, paint });
        id
    });
    on_cleanup(move || LOOP.with_borrow_mut(|l| l.painters.retain(|other| other.id != id)));
    request();
}

/// Paints the pictures and what lies over them now, and not in a frame: before a page is printed
/// there is none.
pub fn paint() {
    LOOP.with_borrow_mut(|l| l.news = true);
    frame();
}

fn frame() {
    // The painters are taken out while they paint: one of them may register another.
    let (mut painters, news) = LOOP.with_borrow_mut(|l| {
        l.requested = false;
        (std::mem::take(&mut l.painters), std::mem::take(&mut l.news))
    });
    for one in painters.iter_mut().filter(|one| news || one.overlay) {
        (one.paint)();
    }
    LOOP.with_borrow_mut(|l| {
        painters.append(&mut l.painters);
        l.painters = painters;
    });
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::browser::fake::Fake;

    fn counted(register: impl FnOnce(Box<dyn FnMut()>)) -> Rc<Cell<u32>> {
        let count = Rc::new(Cell::new(0));
        let counting = Rc::clone(&count);
        register(Box::new(move || counting.set(counting.get() + 1)));
        count
    }

    #[test]
    fn one_frame_for_all_requests_and_none_without() {
        let fake = Fake::install();
        let _owner = Owner::new();
        _owner.set();
        let painted = counted(register);
        let moved = counted(register_overlay);
        let counts = || (painted.get(), moved.get());
        assert!(fake.paint(), "registering asks for the first picture");
        assert_eq!(counts(), (1, 1));
        for _ in 0..5 {
            request();
        }
        assert!(fake.paint() && !fake.paint());
        assert_eq!(counts(), (2, 2));
        // Nothing but what lies over the pictures moves.
        request_overlays();
        assert!(fake.paint());
        assert_eq!(counts(), (2, 3));
        request_overlays();
        request();
        assert!(fake.paint());
        assert_eq!(counts(), (3, 4));
        // Not asked for, and at once.
        paint();
        assert_eq!(counts(), (4, 5));
    }

    #[test]
    fn a_painter_goes_with_its_owner_and_may_add_another_while_it_paints() {
        let fake = Fake::install();
        let page = Owner::new();
        let widget = page.with(Owner::new);
        let gone = widget.with(|| counted(register));
        let late = Rc::new(Cell::new(0));
        let count = Rc::clone(&late);
        let mut added = false;
        page.with(|| {
            register(move || {
                if !std::mem::replace(&mut added, true) {
                    let count = Rc::clone(&count);
                    register(move || count.set(count.get() + 1));
                }
            });
        });
        assert!(fake.paint());
        assert_eq!((gone.get(), late.get()), (1, 0));
        widget.cleanup();
        assert!(fake.paint(), "the painter that was added asks for a frame");
        assert_eq!((gone.get(), late.get()), (1, 1));
    }
}
