//! What an event of a span carries.
//!
//! Invariant: each name once; what was added first stays.

use std::ops::Deref;

use smallvec::SmallVec;

/// Entries that need no allocation up to this many.
const INLINE: usize = 16;

pub(crate) struct Entries<'a, T>(SmallVec<[(&'a str, T); INLINE]>);

impl<'a, T: Copy> Entries<'a, T> {
    pub(crate) fn new() -> Self {
        Entries(SmallVec::new())
    }

    pub(crate) fn add(&mut self, key: &'a str, value: T) {
        if self.0.iter().all(|(taken, _)| *taken != key) {
            self.0.push((key, value));
        }
    }

    pub(crate) fn extend(&mut self, entries: &[(&'a str, T)]) {
        for &(key, value) in entries {
            self.add(key, value);
        }
    }
}

impl<'a, T> Deref for Entries<'a, T> {
    type Target = [(&'a str, T)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
