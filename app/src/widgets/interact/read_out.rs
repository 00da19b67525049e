//! Reading a picture that is no chart over time: what is at the pointer, or at a place that arrow keys
//! move. Invariant: words stand where others stood, so that nothing moves, and what keys read is spoken.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;

use crate::arrangement::Arrangement;
use crate::browser;

/// After the last key the words are spoken, in ms.
const SPOKEN_AFTER_MS: u32 = 300;
/// Places that a page key goes.
const PAGE: usize = 10;

/// What is said of a picture that has the focus.
pub const BY_KEYS: &str = "Arrow keys read values";

/// A place in a picture: column and row, from the upper left.
pub type Place = (usize, usize);

/// A picture that can be read.
pub trait Picture {
    /// Rows of places.
    fn rows(&self) -> usize;
    /// Places in a row.
    fn columns(&self, row: usize) -> usize;
    /// What is at a place.
    fn words(&self, place: Place) -> Option<String>;
    /// What is at a point, in CSS pixels from the upper left.
    fn at(&self, x: f64, y: f64) -> Option<String>;
}

/// What is read of a picture; copied freely.
#[derive(Clone, Copy)]
pub struct ReadOut {
    words: RwSignal<String>,
    place: StoredValue<Option<Place>>,
    arrangement: Arrangement,
}

impl ReadOut {
    /// Nothing yet.
    pub fn new() -> Self {
        ReadOut {
            words: RwSignal::new(String::new()),
            place: StoredValue::new(None),
            arrangement: expect_context(),
        }
    }

    /// What is read, or else what stands there otherwise. Reactive.
    pub fn or(self, otherwise: impl FnOnce() -> String) -> String {
        self.words.with(|words| match words.is_empty() {
            true => otherwise(),
            false => words.clone(),
        })
    }

    /// A pointer is over the picture.
    pub fn point(self, event: &PointerEvent, picture: &dyn Picture) {
        self.place.set_value(None);
        let found = picture.at(event.offset_x().into(), event.offset_y().into());
        self.words.set(found.unwrap_or_default());
    }

    /// Pointer or focus left.
    pub fn leave(self) {
        self.place.set_value(None);
        self.words.set(String::new());
    }

    /// A key on the focused picture.
    pub fn key(self, event: &KeyboardEvent, picture: &dyn Picture) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
            return;
        }
        let before = self.place.get_value();
        match event.key().as_str() {
            "Escape" if before.is_some() => self.leave(),
            key => {
                let Some(next) = moved(key, before, picture) else {
                    return;
                };
                self.place.set_value(Some(next));
                self.words.set(picture.words(next).unwrap_or_default());
                self.speak(next);
            }
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Says what is read, unless another key follows soon.
    fn speak(self, place: Place) {
        browser::spawn(async move {
            browser::sleep(SPOKEN_AFTER_MS).await;
            if self.place.try_get_value() == Some(Some(place)) {
                let words = self.words.get_untracked();
                self.arrangement.announcement.set(words);
            }
        });
    }
}

/// The place to which a key moves; the first one leads to the end of the first row. None for other
/// keys, and where there is nothing.
fn moved(key: &str, before: Option<Place>, picture: &dyn Picture) -> Option<Place> {
    let last_row = picture.rows().checked_sub(1)?;
    let last = |row| picture.columns(row).saturating_sub(1);
    let (column, row) = before.unwrap_or((last(0), 0));
    let row = row.min(last_row);
    let (column, row) = match key {
        "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" if before.is_none() => (column, row),
        "ArrowLeft" => (column.saturating_sub(1), row),
        "ArrowRight" => (column + 1, row),
        "ArrowUp" => (column, row.saturating_sub(1)),
        "ArrowDown" => (column, (row + 1).min(last_row)),
        "PageUp" => (column.saturating_sub(PAGE), row),
        "PageDown" => (column + PAGE, row),
        "Home" => (0, row),
        "End" => (last(row), row),
        _ => return None,
    };
    Some((column.min(last(row)), row))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many places in each row.
    struct Rows(Vec<usize>);

    impl Picture for Rows {
        fn rows(&self) -> usize {
            self.0.len()
        }
        fn columns(&self, row: usize) -> usize {
            self.0[row]
        }
        fn words(&self, place: Place) -> Option<String> {
            Some(format!("{place:?}"))
        }
        fn at(&self, _: f64, _: f64) -> Option<String> {
            None
        }
    }

    #[test]
    fn keys_stay_within_the_picture() {
        let rows = Rows(vec![30, 3]);
        for (key, before, want) in [
            ("ArrowLeft", None, Some((29, 0))),
            ("ArrowDown", None, Some((29, 0))),
            ("ArrowLeft", Some((29, 0)), Some((28, 0))),
            ("ArrowLeft", Some((0, 0)), Some((0, 0))),
            ("ArrowRight", Some((29, 0)), Some((29, 0))),
            ("ArrowDown", Some((29, 0)), Some((2, 1))),
            ("ArrowDown", Some((1, 1)), Some((1, 1))),
            ("ArrowUp", Some((1, 1)), Some((1, 0))),
            ("PageUp", Some((15, 0)), Some((5, 0))),
            ("PageDown", Some((25, 0)), Some((29, 0))),
            ("Home", Some((2, 1)), Some((0, 1))),
            ("End", Some((0, 1)), Some((2, 1))),
            // What was there is gone.
            ("ArrowRight", Some((99, 9)), Some((2, 1))),
            ("x", Some((1, 1)), None),
        ] {
            assert_eq!(moved(key, before, &rows), want, "{key} {before:?}");
        }
        assert_eq!(moved("ArrowLeft", None, &Rows(vec![])), None);
        assert_eq!(moved("End", None, &Rows(vec![0])), Some((0, 0)));
    }
}
