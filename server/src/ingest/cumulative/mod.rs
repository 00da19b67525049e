//! Growth from running totals: the last point of each stream, from which its next is subtracted.
//!
//! Invariant: never more streams, nor more numbers of them, than the limits; and nothing is
//! counted twice, whatever is forgotten in between.

mod state;

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

pub use state::{Cumulative, Growth, Number, State, Sum};

use super::outcome::Reason;

/// A stream that is silent for so long is forgotten.
const IDLE_MS: i64 = 60 * 60 * 1_000;
/// Shortest time between two searches for silent streams.
const SWEEP_MS: i64 = 60 * 1_000;
/// Bounds and buckets that all streams may keep, for each stream that there may be.
const NUMBERS_PER_STREAM: usize = 32;

/// Identifies a stream: two hashes with secret keys, so that no sender can make two streams
/// collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamKey(pub [u64; 2]);

/// The times that a point bears, in ns since the epoch; 0 where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// When the stream began; the point's own time stands for an unknown begin as well.
    pub start_ns: u64,
    /// When the point was made.
    pub time_ns: u64,
}

impl Times {
    /// When the point was made, in ms since the epoch.
    pub fn time_ms(self) -> i64 {
        i64::try_from(self.time_ns / 1_000_000).unwrap_or(i64::MAX)
    }

    /// With a time in place of none.
    fn or_of(self, time_ns: u64) -> Times {
        match self.time_ns {
            0 => Times { time_ns, ..self },
            _ => self,
        }
    }

    /// Whether it is known when the stream began: OTLP writes an unknown begin as none or as the
    /// point's own time, and one that is later than the point is a clock's mistake.
    fn has_start(self) -> bool {
        self.start_ns != 0 && self.start_ns < self.time_ns
    }

    /// Whether the stream began after a time of ours: by its word, and by how long it had run
    /// when the point was made. A sender's clock that is ahead spoils the first, and a point
    /// that was long on its way the second; a stream that is old by either is old.
    fn began_after(self, since_ns: u64, now_ns: u64) -> bool {
        if !self.has_start() {
            return false;
        }
        let ran_ns = self.time_ns.saturating_sub(self.start_ns);
        self.start_ns > since_ns && now_ns.saturating_sub(ran_ns) > since_ns
    }
}

/// The last point of every stream.
pub struct Streams {
    inner: Mutex<Inner>,
    max_streams: usize,
}

struct Inner {
    by_key: FxHashMap<StreamKey, Stream>,
    /// Bounds and buckets of all streams.
    numbers: usize,
    /// Streams that began later were never seen before.
    since_ns: u64,
    swept_at_ms: i64,
    evicted: u64,
}

struct Stream {
    state: State,
    time_ns: u64,
    seen_at_ms: i64,
}

impl Streams {
    /// None yet, from this time on.
    pub fn new(max_streams: usize, now_ms: i64) -> Streams {
        Streams {
            inner: Mutex::new(Inner {
                by_key: FxHashMap::default(),
                numbers: 0,
                since_ns: nanoseconds(now_ms),
                swept_at_ms: now_ms,
                evicted: 0,
            }),
            max_streams,
        }
    }

    /// The growth of a stream since its last point. The whole total when the stream restarted,
    /// or when it is new here and began while nothing was forgotten; `None` when it is new here
    /// and began before or at an unknown time, or when it cannot be compared with its last point:
    /// it is not known then what of it was counted already. A point without
    /// a time is one of now. `OutOfOrder` for a time that is not later than the last;
    /// `StreamLimit` for a stream too many.
    pub fn growth<T: Cumulative>(
        &self,
        key: StreamKey,
        times: Times,
        total: T,
        now_ms: i64,
    ) -> Result<Option<T>, Reason> {
        let mut guard = self.lock();
        let inner = &mut *guard;
        let now_ns = nanoseconds(now_ms);
        let state: State = total.clone().into();
        let Some(stream) = inner.by_key.get_mut(&key) else {
            let times = times.or_of(now_ns);
            let is_young = times.began_after(inner.since_ns, now_ns);
            inner.insert(self.max_streams, key, times.time_ns, state, now_ms)?;
            return Ok(is_young.then_some(total));
        };
        // Now may be no later than the last, by a coarse clock or one that went back.
        let Times { time_ns, .. } = times.or_of(now_ns.max(stream.time_ns.saturating_add(1)));
        if time_ns <= stream.time_ns {
            return Err(Reason::OutOfOrder);
        }
        let others = inner.numbers.saturating_sub(stream.state.numbers());
        let numbers = others + state.numbers();
        if state.numbers() > stream.state.numbers() && numbers > max_numbers(self.max_streams) {
            return Err(Reason::StreamLimit);
        }
        let since = T::of_state(&stream.state).map(|earlier| total.since(earlier));
        inner.numbers = numbers;
        *stream = Stream {
            state,
            time_ns,
            seen_at_ms: now_ms,
        };
        Ok(match since {
            Some(Growth::Known(growth)) => Some(growth),
            Some(Growth::Restarted) => Some(total),
            Some(Growth::Unknown) | None => None,
        })
    }

    /// Passes the total of a stream of deltas to `accept`, from 0 when the stream is new here. The
    /// total is unchanged if that rejects it. `NotANumber` for one that would be infinite;
    /// `StreamLimit` for a stream too many.
    pub fn total<T, E: From<Reason>>(
        &self,
        key: StreamKey,
        delta: f64,
        now_ms: i64,
        accept: impl FnOnce(f64) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut inner = self.lock();
        let before = match inner.by_key.get(&key).map(|stream| &stream.state) {
            Some(State::Total(total)) => *total,
            _ => 0.0,
        };
        let total = before + delta;
        if !total.is_finite() {
            return Err(Reason::NotANumber.into());
        }
        let accepted = accept(total)?;
        let state = State::Total(total);
        match inner.by_key.get_mut(&key) {
            Some(stream) => (stream.state, stream.seen_at_ms) = (state, now_ms),
            None => inner.insert(self.max_streams, key, 0, state, now_ms)?,
        }
        Ok(accepted)
    }

    /// How many streams there are.
    pub fn len(&self) -> usize {
        self.lock().by_key.len()
    }

    /// How many silent streams were forgotten since the last call.
    pub fn take_evicted(&self) -> u64 {
        std::mem::take(&mut self.lock().evicted)
    }

    /// Forgets streams that are silent, once a minute at most.
    pub fn sweep(&self, now_ms: i64) {
        let mut inner = self.lock();
        // A clock that went back does not stop the search for good.
        if (now_ms - inner.swept_at_ms).abs() >= SWEEP_MS {
            inner.sweep(now_ms);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        // A panic elsewhere leaves whole streams behind.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn insert(
        &mut self,
        max_streams: usize,
        key: StreamKey,
        time_ns: u64,
        state: State,
        now_ms: i64,
    ) -> Result<(), Reason> {
        let numbers = self.numbers + state.numbers();
        if self.by_key.len() >= max_streams || numbers > max_numbers(max_streams) {
            return Err(Reason::StreamLimit);
        }
        let stream = Stream {
            state,
            time_ns,
            seen_at_ms: now_ms,
        };
        self.numbers = numbers;
        self.by_key.insert(key, stream);
        Ok(())
    }

    fn sweep(&mut self, now_ms: i64) {
        let (before, mut latest_ns, mut numbers) = (self.by_key.len(), 0, 0);
        self.by_key.retain(|_, stream| {
            let stays = now_ms - stream.seen_at_ms < IDLE_MS;
            if stays {
                numbers += stream.state.numbers();
            } else {
                latest_ns = latest_ns.max(stream.time_ns);
            }
            stays
        });
        // A forgotten stream began before its last point, so it is not taken for new when it
        // comes again. Times are the senders', and none shall reach into the future.
        self.since_ns = self.since_ns.max(latest_ns.min(nanoseconds(now_ms)));
        self.evicted += (before - self.by_key.len()) as u64;
        (self.numbers, self.swept_at_ms) = (numbers, now_ms);
    }
}

fn max_numbers(max_streams: usize) -> usize {
    max_streams.saturating_mul(NUMBERS_PER_STREAM)
}

fn nanoseconds(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or(0).saturating_mul(1_000_000)
}
