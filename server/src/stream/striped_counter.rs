//! A counter that threads add to without taking the cache line from each other.
//!
//! Invariant: everything that was added is taken once.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A power of two; more threads share stripes.
const STRIPES: usize = 16;

/// Counts in stripes, each on cache lines of its own.
#[derive(Default)]
pub(super) struct StripedCounter([Stripe; STRIPES]);

#[repr(align(128))]
#[derive(Default)]
struct Stripe(AtomicU64);

impl StripedCounter {
    #[inline]
    pub(super) fn add_one(&self) {
        self.0[stripe_of_this_thread()]
            .0
            .fetch_add(1, Ordering::Relaxed);
    }

    /// What was added since the last call.
    pub(super) fn take(&self) -> u64 {
        let stripes = self.0.iter();
        stripes
            .map(|stripe| stripe.0.swap(0, Ordering::Relaxed))
            .fold(0, u64::saturating_add)
    }
}

#[inline]
fn stripe_of_this_thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    const NONE: usize = usize::MAX;
    thread_local! {
        static STRIPE: Cell<usize> = const { Cell::new(NONE) };
    }
    let mut stripe = STRIPE.get();
    if stripe == NONE {
        stripe = NEXT.fetch_add(1, Ordering::Relaxed) % STRIPES;
        STRIPE.set(stripe);
    }
    // For the compiler, which knows then that it lies within.
    stripe & (STRIPES - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_threads_add_is_taken_once() {
        let counter = StripedCounter::default();
        let mut taken = 0;
        std::thread::scope(|scope| {
            for _ in 0..20 {
                scope.spawn(|| (0..1_000).for_each(|_| counter.add_one()));
            }
            for _ in 0..50 {
                taken += counter.take();
            }
        });
        assert_eq!(taken + counter.take(), 20_000);
        assert_eq!(counter.take(), 0);
    }
}
