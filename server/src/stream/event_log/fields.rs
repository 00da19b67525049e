//! What came with an event, as it is kept for who opens its row.
//!
//! Invariant: bounded in bytes and in number, and what finds no room is counted.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use protocol::EventFields;
use telemetry::Event;

/// Most fields of an event that are kept.
const MAX_FIELDS: usize = 100;

/// Numbers of events that nobody guesses: they tell neither how many others there were, nor come again
/// after a restart.
#[derive(Default)]
pub(super) struct EventIds {
    last: AtomicU64,
    key: RandomState,
}

impl EventIds {
    /// A number from 1 to 2⁵³ − 1, which every reader of JSON can hold.
    pub(super) fn next(&self) -> u64 {
        let count = self.last.fetch_add(1, Ordering::Relaxed);
        (self.key.hash_one(count) >> 11).max(1)
    }
}

/// The fields of an event that `max_bytes` of names and values have room for, whole.
pub(super) fn fields(event: &Event<'_>, max_bytes: usize) -> EventFields {
    let mut kept = EventFields::default();
    let mut room = (MAX_FIELDS, max_bytes);
    for (name, number) in event.measurements {
        keep(
            &mut kept.measurements,
            &mut kept.left_out,
            &mut room,
            name,
            number.to_string(),
        );
    }
    for (name, value) in event.metadata {
        keep(
            &mut kept.metadata,
            &mut kept.left_out,
            &mut room,
            name,
            value.to_string(),
        );
    }
    kept
}

fn keep(
    list: &mut Vec<(String, String)>,
    left_out: &mut u32,
    (count, bytes): &mut (usize, usize),
    name: &str,
    value: String,
) {
    let size = name.len() + value.len();
    if *count == 0 || size > *bytes {
        *left_out += 1;
        return;
    }
    (*count, *bytes) = (*count - 1, *bytes - size);
    list.push((name.to_owned(), value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_kept_whole_or_counted() {
        let event = Event {
            name: "shop.order",
            measurements: &[("price", 2.5), ("count", 3.0)],
            metadata: &[("note", "a\nb".into()), ("long", "0123456789".into())],
        };
        let check = |max_bytes: usize, want: &[&str], left_out: u32| {
            let kept = fields(&event, max_bytes);
            let all = kept.measurements.iter().chain(&kept.metadata);
            let all: Vec<String> = all.map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(
                (all, kept.left_out),
                (want.iter().map(|s| s.to_string()).collect(), left_out)
            );
        };
        check(
            100,
            &["price=2.5", "count=3", "note=a\nb", "long=0123456789"],
            0,
        );
        // One that is too long does not keep the next one out.
        check(21, &["price=2.5", "count=3", "note=a\nb"], 1);
        check(6, &["count=3"], 3);
        check(0, &[], 4);
        let many = [("n", 1.0); MAX_FIELDS + 7];
        let event = Event {
            measurements: &many,
            metadata: &[],
            ..event
        };
        assert_eq!(fields(&event, 10_000).left_out, 7);
    }

    #[test]
    fn numbers_of_events_say_nothing_of_others() {
        let (one, other) = (EventIds::default(), EventIds::default());
        let ids: std::collections::BTreeSet<u64> =
            (0..100).flat_map(|_| [one.next(), other.next()]).collect();
        assert_eq!(ids.len(), 200, "none comes again, of another run either");
        assert!(ids.iter().all(|id| (1..1 << 53).contains(id)));
    }
}
