//! Many threads at one registry. What a thread attached hears all that it emits, and what it
//! detached nothing, whatever the others do meanwhile.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use telemetry::{AttachError, HANDLER_FAILURE, OnPanic, Registry};

const THREADS: usize = 4;
const ROUNDS: usize = 300;

/// Runs `work` with its number in as many threads at once.
fn together(work: impl Fn(usize) + Sync) {
    let start = Barrier::new(THREADS);
    thread::scope(|threads| {
        for number in 0..THREADS {
            let (work, start) = (&work, &start);
            threads.spawn(move || {
                start.wait();
                work(number);
            });
        }
    });
}

/// A handler of `event` that counts into what is returned.
fn counter(registry: &Registry, id: &str, events: &[&str]) -> Arc<AtomicUsize> {
    let heard = Arc::new(AtomicUsize::new(0));
    let count = heard.clone();
    registry
        .attach_many(id, events, move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        })
        .expect("the id is the thread's own");
    heard
}

#[test]
fn a_thread_hears_what_it_emits_between_attach_and_detach() {
    let registry = Registry::new();
    let shared = counter(&registry, "shared", &["shared"]);
    together(|number| {
        let id = format!("t{number}");
        let own = format!("own.{id}");
        for round in 1..=ROUNDS {
            let heard = counter(&registry, &id, &[&own, "shared"]);
            for _ in 0..round % 4 {
                registry.execute(&own, &[], &[]);
            }
            assert!(registry.has_handlers(&own));
            let of_own = heard.load(Ordering::Relaxed);
            assert!(of_own >= round % 4, "{of_own} of round {round}");
            registry.execute("shared", &[], &[]);
            registry.detach(&id).expect("attached");
            assert!(!registry.has_handlers(&own));
            let before = shared.load(Ordering::Relaxed);
            registry.execute(&own, &[], &[]);
            registry.execute("shared", &[], &[]);
            assert!(shared.load(Ordering::Relaxed) > before);
        }
    });
    // Nobody's coming and going cost the one that stayed an event.
    assert_eq!(shared.load(Ordering::Relaxed), THREADS * ROUNDS * 2);
    assert_eq!(registry.list_handlers("").len(), 1);
}

#[test]
fn own_events_are_heard_exactly_once_each() {
    let registry = Registry::new();
    together(|number| {
        // Several names a thread, so that the filter's words are shared between threads.
        let names: Vec<String> = (0..16).map(|i| format!("t{number}.n{i}")).collect();
        for round in 0..ROUNDS {
            let own = &names[round % names.len()];
            let heard = counter(&registry, own, &[own]);
            for _ in 0..8 {
                registry.execute(own, &[], &[]);
            }
            assert_eq!(heard.load(Ordering::Relaxed), 8, "{own}");
            registry.detach(own).expect("attached");
            for _ in 0..8 {
                registry.execute(own, &[], &[]);
            }
            assert_eq!(heard.load(Ordering::Relaxed), 8, "{own}");
        }
    });
    assert_eq!(registry.list_handlers(""), []);
}

#[test]
fn one_id_is_won_by_one_thread_at_a_time() {
    let registry = Registry::new();
    let (held, won) = (AtomicBool::new(false), AtomicUsize::new(0));
    together(|_| {
        for _ in 0..ROUNDS {
            match registry.attach("one", "a", |_| {}) {
                Ok(()) => {
                    assert!(!held.swap(true, Ordering::SeqCst), "attached twice");
                    won.fetch_add(1, Ordering::Relaxed);
                    assert!(held.swap(false, Ordering::SeqCst));
                    registry.detach("one").expect("this thread's");
                }
                Err(error) => assert_eq!(error, AttachError::AlreadyExists("one".into())),
            }
        }
    });
    assert!(won.load(Ordering::Relaxed) > 0);
    assert_eq!(registry.list_handlers(""), []);
}

#[test]
fn every_failure_of_a_kept_handler_is_counted_and_told() {
    let registry = Registry::new();
    let told = counter(&registry, "told", &[HANDLER_FAILURE]);
    let panicked = AtomicUsize::new(0);
    registry
        .attach_with("bad", &["a"], (), OnPanic::Keep, |_, ()| {
            std::panic::resume_unwind(Box::new("without the noise of a hook"))
        })
        .expect("free");
    together(|_| {
        for _ in 0..ROUNDS {
            registry.execute("a", &[], &[]);
            panicked.fetch_add(1, Ordering::Relaxed);
        }
    });
    let all = panicked.load(Ordering::Relaxed);
    assert_eq!(registry.failures(), all as u64);
    assert_eq!(registry.list_handlers("a")[0].failures, all as u64);
    assert_eq!(told.load(Ordering::Relaxed), all);
}
