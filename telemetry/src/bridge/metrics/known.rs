//! The metrics that a program uses, by name and labels.
//!
//! Invariant: no metric has more label sets than its limit, and all have no more than theirs; a set
//! that nobody uses gives its place back.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use metrics::Key;

use super::series::Series;
use crate::Registry;

/// How many label sets there may be, and how long one that nobody uses keeps its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) of_metric: usize,
    pub(super) of_all: usize,
    pub(super) idle: Duration,
}

/// Counters, gauges or histograms.
pub(super) struct Known {
    sets: RwLock<Sets>,
    limits: Limits,
}

struct Sets {
    by_key: HashMap<Key, Arc<Series>>,
    by_metric: HashMap<String, usize>,
    looked_at: Instant,
}

impl Known {
    pub(super) fn new(limits: Limits) -> Known {
        Known {
            sets: RwLock::new(Sets {
                by_key: HashMap::new(),
                by_metric: HashMap::new(),
                looked_at: Instant::now(),
            }),
            limits,
        }
    }

    /// The metric of a key; `None` where there is no room for another.
    pub(super) fn series(&self, registry: &Arc<Registry>, key: &Key) -> Option<Arc<Series>> {
        let is_full = {
            let sets = self.sets.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(series) = sets.by_key.get(key) {
                series.touch();
                return Some(series.clone());
            }
            !sets.has_room(key, self.limits)
        };
        if is_full && !self.make_room(key) {
            return None;
        }
        self.add(registry, key)
    }

    /// Gives idle sets up, when that was not tried for a while. A program that makes up names without
    /// end waits for nobody here.
    #[cold]
    fn make_room(&self, key: &Key) -> bool {
        let Ok(mut sets) = self.sets.try_write() else {
            return false;
        };
        if sets.looked_at.elapsed() < self.limits.idle {
            return false;
        }
        sets.release_idle();
        sets.has_room(key, self.limits)
    }

    #[cold]
    fn add(&self, registry: &Arc<Registry>, key: &Key) -> Option<Arc<Series>> {
        let mut sets = self.sets.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been quicker.
        if let Some(series) = sets.by_key.get(key) {
            return Some(series.clone());
        }
        if !sets.has_room(key, self.limits) {
            return None;
        }
        let series = Arc::new(Series::of(registry.clone(), key));
        sets.by_key.insert(key.clone(), series.clone());
        *sets.by_metric.entry(key.name().to_owned()).or_default() += 1;
        Some(series)
    }
}

impl Sets {
    fn has_room(&self, key: &Key, limits: Limits) -> bool {
        let of_metric = self.by_metric.get(key.name()).copied().unwrap_or(0);
        of_metric < limits.of_metric && self.by_key.len() < limits.of_all
    }

    /// Forgets sets that nobody holds, nor asked for since the last time.
    fn release_idle(&mut self) {
        let by_metric = &mut self.by_metric;
        self.by_key.retain(|key, series| {
            let stays = Arc::strong_count(series) > 1 || !series.is_idle();
            if !stays && let Some(count) = by_metric.get_mut(key.name()) {
                *count -= 1;
            }
            stays
        });
        by_metric.retain(|_, count| *count > 0);
        self.looked_at = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use metrics::{CounterFn, GaugeFn};

    use super::*;

    fn known(of_metric: usize, of_all: usize) -> Known {
        Known::new(Limits {
            of_metric,
            of_all,
            idle: Duration::ZERO,
        })
    }

    fn key(name: &'static str, user: &'static str) -> Key {
        Key::from_parts(name, &[("user", user)])
    }

    #[test]
    fn what_finds_no_room_waits_for_no_reader() {
        let known = Arc::new(known(0, 9));
        let reading = known.sets.read().expect("no panic while held");
        let (tell, told) = mpsc::channel();
        let asking = {
            let known = known.clone();
            std::thread::spawn(move || {
                let found = known.series(&Arc::default(), &Key::from_name("a"));
                tell.send(found.is_none()).expect("is waited for");
            })
        };
        // Only a thread that waits for the reader lets this time pass.
        let answer = told.recv_timeout(Duration::from_secs(20));
        drop(reading);
        assert_eq!(answer, Ok(true));
        asking.join().expect("ends well");
    }

    #[test]
    fn one_metric_does_not_take_the_places_of_others() {
        let (known, registry) = (known(2, 3), Arc::default());
        let held: Vec<_> = ["a", "b", "c"]
            .iter()
            .filter_map(|user| known.series(&registry, &key("hits", user)))
            .collect();
        assert_eq!(held.len(), 2);
        let other = known.series(&registry, &key("misses", "a"));
        assert!(other.is_some(), "its own limit");
        assert!(
            known.series(&registry, &key("others", "a")).is_none(),
            "that of all"
        );
    }

    #[test]
    fn label_sets_that_nobody_uses_give_their_place_back() {
        let (known, registry) = (known(2, 9), Arc::default());
        let ask = |user| known.series(&registry, &key("hits", user));
        let held = ask("held").expect("room");
        ask("once").expect("room");
        // Both were asked for since the last look; the second look finds one that was not.
        assert!(ask("next").is_none());
        assert!(ask("next").is_some());
        assert!(ask("more").is_none() && ask("held").is_some());
        drop(held);
    }

    #[test]
    fn what_later_values_are_reckoned_from_stays() {
        let check = |change: &dyn Fn(&Series), is_released: bool| {
            let (known, registry) = (known(1, 9), Arc::default());
            let ask = |user| known.series(&registry, &key("a", user));
            change(&ask("one").expect("room"));
            assert!(ask("two").is_none(), "the first look");
            assert_eq!(ask("two").is_some(), is_released);
        };
        check(&|series| CounterFn::increment(series, 5), true);
        check(&|series| CounterFn::absolute(series, 5), false);
        check(&|series| GaugeFn::set(series, 5.0), true);
        check(&|series| GaugeFn::increment(series, 5.0), false);
        let back = |series: &Series| {
            GaugeFn::increment(series, 5.0);
            GaugeFn::decrement(series, 5.0);
        };
        check(&back, true);
    }
}
