//! A list that only grows, for readers that must not wait.
//!
//! Invariant: an element never moves and never changes, so reading one takes two loads and no lock.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Elements of a chunk; chunks are made as they are needed.
const CHUNK: usize = 64;

/// At most `max` elements, by place.
#[derive(Debug)]
pub(crate) struct GrowList<T> {
    chunks: Box<[OnceLock<Box<[OnceLock<T>]>>]>,
    len: AtomicUsize,
    max: usize,
}

impl<T> GrowList<T> {
    /// An empty list.
    pub(crate) fn new(max: usize) -> GrowList<T> {
        GrowList {
            chunks: (0..max.div_ceil(CHUNK)).map(|_| OnceLock::new()).collect(),
            len: AtomicUsize::new(0),
            max,
        }
    }

    /// The element at a place.
    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<&T> {
        let chunk = self.chunks.get(place / CHUNK)?.get()?;
        chunk.get(place % CHUNK)?.get()
    }

    /// Adds an element at the end; returns it when the list is full. Calls must not overlap: the
    /// later of two at one place would be returned, too.
    pub(crate) fn push(&self, element: T) -> Result<(), T> {
        let place = self.len();
        let Some(chunk) = self.chunks.get(place / CHUNK).filter(|_| place < self.max) else {
            return Err(element);
        };
        let chunk = chunk.get_or_init(|| (0..CHUNK).map(|_| OnceLock::new()).collect());
        chunk[place % CHUNK].set(element)?;
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

    #[test]
    fn it_grows_up_to_its_limit_and_elements_stay_where_they_are() {
        let list = GrowList::new(CHUNK + 1);
        assert_eq!((list.get(0), list.len()), (None, 0));
        assert_eq!(list.push(0), Ok(()));
        let first: *const usize = list.get(0).expect("is there");
        (1..=CHUNK).for_each(|n| assert_eq!(list.push(n), Ok(())));
        assert_eq!(list.push(99), Err(99));
        assert!(std::ptr::eq(first, list.get(0).expect("is there")));
        assert_eq!(
            list.iter().copied().collect::<Vec<_>>(),
            (0..=CHUNK).collect::<Vec<_>>()
        );
        assert_eq!((list.get(CHUNK + 1), list.get(usize::MAX)), (None, None));
        assert_eq!(GrowList::new(0).push(1), Err(1));
    }
}
