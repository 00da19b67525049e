//! A list that only grows, for readers that must not wait.
//!
//! Invariant: an element never moves and never changes, so reading one takes no lock, and little
//! more than reading it from a slice.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// At most `max` elements, by place.
#[derive(Debug)]
pub(crate) struct GrowList<T> {
    /// Boxed, so that places that are not used take little memory.
    places: Box<[OnceLock<Box<T>>]>,
    len: AtomicUsize,
}

impl<T> GrowList<T> {
    /// An empty list.
    pub(crate) fn new(max: usize) -> GrowList<T> {
        GrowList {
            places: (0..max).map(|_| OnceLock::new()).collect(),
            len: AtomicUsize::new(0),
        }
    }

    /// The element at a place.
    #[inline(always)]
    pub(crate) fn get(&self, place: usize) -> Option<&T> {
        self.places.get(place)?.get().map(|element| &**element)
    }

    /// Adds an element at the end; returns it when the list is full. Calls must not overlap: the
    /// later of two at one place would be returned, too.
    pub(crate) fn push(&self, element: T) -> Result<(), T> {
        let place = self.len();
        match self.places.get(place) {
            Some(free) => free.set(Box::new(element)).map_err(|element| *element)?,
            None => return Err(element),
        }
        self.len.store(place + 1, Ordering::Release);
        Ok(())
    }

    /// How many elements there are.
    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    /// Every element in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        (0..self.len()).filter_map(|place| self.get(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 65;

    #[test]
    fn it_grows_up_to_its_limit_and_elements_stay_where_they_are() {
        let list = GrowList::new(MAX);
        assert_eq!((list.get(0), list.len()), (None, 0));
        assert_eq!(list.push(0), Ok(()));
        let first: *const usize = list.get(0).expect("is there");
        (1..MAX).for_each(|n| assert_eq!(list.push(n), Ok(())));
        assert_eq!(list.push(99), Err(99));
        assert!(std::ptr::eq(first, list.get(0).expect("is there")));
        assert_eq!(
            list.iter().copied().collect::<Vec<_>>(),
            (0..MAX).collect::<Vec<_>>()
        );
        assert_eq!((list.get(MAX), list.get(usize::MAX)), (None, None));
        assert_eq!(GrowList::new(0).push(1), Err(1));
    }
}
