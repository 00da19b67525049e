//! Tests of the filter, one of them in the orders that threads can run in.

use std::collections::HashSet;

use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn what_is_kept_is_always_found(
        kept in prop::collection::vec("[a-z.]{0,30}", 0..50),
        gone in prop::collection::vec("[a-z.]{0,30}", 0..50),
    ) {
        let names = || kept.iter().map(String::as_str);
        let filter = Filter::<AtomicU64>::default();
        filter.add(names());
        filter.add(gone.iter().map(String::as_str));
        prop_assert!(names().chain(gone.iter().map(String::as_str)).all(|n| filter.may_hold(n)));
        filter.keep(names());
        prop_assert!(names().all(|name| filter.may_hold(name)));
        filter.keep(std::iter::empty());
        prop_assert!(!names().any(|name| filter.may_hold(name)));
    }
}

#[test]
fn names_spread() {
    let names: Vec<String> = (0..1000)
        .map(|i| format!("event.number_{i}.stop"))
        .collect();
    let hashes: HashSet<u64> = names.iter().map(|name| hash(name.as_bytes())).collect();
    assert_eq!(hashes.len(), names.len());
    // 1000 balls thrown into 1024 boxes leave about 640 boxes with any; half is a bad throw.
    let places: HashSet<_> = names.iter().map(|name| place(name)).collect();
    assert!(places.len() > 512, "{}", places.len());
    let low: HashSet<u64> = hashes.iter().map(|hash| hash % 1024).collect();
    assert!(low.len() > 512, "{}", low.len());
    // Every byte counts, at every length.
    for length in 0..40 {
        let name = vec![b'a'; length];
        for i in 0..length {
            let mut other = name.clone();
            other[i] = b'b';
            assert_ne!(hash(&name), hash(&other), "byte {i} of {length}");
        }
        assert_ne!(hash(&name), hash(&vec![b'a'; length + 1]));
    }
}

impl Word for loom::sync::atomic::AtomicU64 {
    fn bits(&self) -> u64 {
        self.load(Ordering::Relaxed)
    }

    fn add(&self, bits: u64) {
        self.fetch_or(bits, Ordering::Relaxed);
    }

    fn replace(&self, bits: u64) {
        self.store(bits, Ordering::Relaxed);
    }
}

/// As [`Registry`](crate::Registry) uses it: with a table of names that is replaced under a lock.
#[derive(Default)]
struct Shared {
    filter: Filter<loom::sync::atomic::AtomicU64>,
    names: loom::sync::Mutex<Vec<&'static str>>,
}

impl Shared {
    fn replace(&self, change: impl FnOnce(&mut Vec<&'static str>)) {
        let mut names = self.names.lock().expect("no panic while held");
        change(&mut names);
        self.filter.add(names.iter().copied());
        self.filter.keep(names.iter().copied());
    }

    fn attach(&self, name: &'static str) {
        self.replace(|names| names.push(name));
        assert!(
            self.filter.may_hold(name),
            "{name} was attached by this thread"
        );
    }

    fn detach(&self, name: &'static str) {
        self.replace(|names| names.retain(|other| *other != name));
    }
}

#[test]
fn what_a_thread_attached_is_found_in_any_order() {
    // Names of one word, so that every change writes where another is read.
    let (word, _) = place("a");
    let names = (0..).map(|i| &*format!("n{i}").leak());
    let mut of_one_word = names.filter(|name| place(name).0 == word);
    let mut next = || of_one_word.next().expect("there are more");
    let (a, b, c) = (next(), next(), next());
    let bits = place(a).1 | place(b).1 | place(c).1;
    assert_eq!(bits.count_ones(), 3, "apart from each other");
    let mut orders = loom::model::Builder::new();
    // More switches than three between the threads, and it takes a minute instead of a second.
    orders.preemption_bound = Some(3);
    orders.check(move || {
        let shared = loom::sync::Arc::new(Shared::default());
        shared.attach(c);
        let other = shared.clone();
        let thread = loom::thread::spawn(move || {
            other.attach(b);
            // Attached before this thread began, so found here too.
            assert!(other.filter.may_hold(c));
            other.detach(b);
            assert!(other.filter.may_hold(c));
        });
        shared.attach(a);
        assert!(shared.filter.may_hold(a));
        assert!(shared.filter.may_hold(c));
        thread.join().expect("ends well");
        assert!(shared.filter.may_hold(a));
        assert!(!shared.filter.may_hold(b));
    });
}
