//! A bound for bytes that are cached for more than one client.
//!
//! Invariant: no more than `max` bytes are granted between two calls of [`CacheBudget::set`].

use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes in use, of at most so many.
pub(super) struct CacheBudget {
    used: AtomicUsize,
    max: usize,
}

impl CacheBudget {
    pub(super) fn new(max: usize) -> CacheBudget {
        CacheBudget {
            used: AtomicUsize::new(0),
            max,
        }
    }

    /// Whether so many more bytes may be cached; counts them if so.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let grant = |used: usize| used.checked_add(bytes).filter(|all| *all <= self.max);
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, grant)
            .is_ok()
    }

    /// What was measured to be in use, at each flush.
    pub(super) fn set(&self, bytes: usize) {
        self.used.store(bytes, Ordering::Relaxed);
    }

    pub(super) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_up_to_its_bound() {
        let budget = CacheBudget::new(10);
        assert!(budget.take(6) && !budget.take(5) && budget.take(4));
        assert_eq!(budget.used(), 10);
        budget.set(3);
        assert!(!budget.take(usize::MAX) && budget.take(7));
    }
}
