//! Cumulative streams: what each told last, so that its next point can be made a difference.
//!
//! Invariant: never more streams, nor more numbers of them, than the limits; and nothing is
//! counted twice, whatever is forgotten in between.

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;
use telemetry::otlp_message::Number;

use super::attributes::StreamKey;
use super::explicit::Explicit;
use super::exponential::Exponential;
use super::reason::Reason;

/// A stream that is silent for so long is forgotten.
const IDLE_MS: i64 = 60 * 60 * 1_000;
/// Shortest time between two searches for silent streams.
const SWEEP_MS: i64 = 60 * 1_000;
/// Bounds and buckets that all streams may keep, for each stream that there may be.
const NUMBERS_PER_STREAM: usize = 32;

/// When a point says that it was, in ns since the epoch; 0 where it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// Begin of the stream.
    pub start_ns: u64,
    /// The point.
    pub time_ns: u64,
}

/// What a stream told last.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// A sum that only grows.
    Growing(Number),
    /// A sum that may fall.
    Changing(Number),
    /// The running total of deltas.
    Total(f64),
    /// A histogram.
    Explicit(Explicit),
    /// A histogram.
    Exponential(Exponential),
}

/// The streams.
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

    /// What a stream did since its last point. All that it told, when it began anew, or when it
    /// is new here and began while nothing was forgotten; `None` when it is new here and began
    /// before, so that nobody knows what of it is old. `OutOfOrder` for a time that is not later
    /// than the last; `StreamLimit` for a stream too many.
    pub fn difference(
        &self,
        key: StreamKey,
        times: Times,
        state: State,
        now_ms: i64,
    ) -> Result<Option<State>, Reason> {
        let mut guard = self.lock();
        let inner = &mut *guard;
        let Some(stream) = inner.by_key.get_mut(&key) else {
            let is_young = times.start_ns > inner.since_ns;
            inner.insert(self.max_streams, key, times.time_ns, state.clone(), now_ms)?;
            return Ok(is_young.then_some(state));
        };
        if times.time_ns <= stream.time_ns {
            return Err(Reason::OutOfOrder);
        }
        let others = inner.numbers.saturating_sub(stream.state.numbers());
        let numbers = others + state.numbers();
        if state.numbers() > stream.state.numbers() && numbers > most_numbers(self.max_streams) {
            return Err(Reason::StreamLimit);
        }
        let since = state.since(&stream.state).unwrap_or_else(|| state.clone());
        inner.numbers = numbers;
        *stream = Stream {
            state,
            time_ns: times.time_ns,
            seen_at_ms: now_ms,
        };
        Ok(Some(since))
    }

    /// The total of a stream of deltas, from 0 when it is new here.
    pub fn total(&self, key: StreamKey, delta: f64, now_ms: i64) -> Result<f64, Reason> {
        let mut inner = self.lock();
        if let Some(stream) = inner.by_key.get_mut(&key) {
            stream.seen_at_ms = now_ms;
            if let State::Total(total) = &mut stream.state {
                *total += delta;
                return Ok(*total);
            }
        }
        inner.insert(self.max_streams, key, 0, State::Total(delta), now_ms)?;
        Ok(delta)
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
        if self.by_key.len() >= max_streams || numbers > most_numbers(max_streams) {
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

impl State {
    /// How many values a histogram holds; a number is one.
    pub fn count(&self) -> u64 {
        match self {
            State::Growing(_) | State::Changing(_) | State::Total(_) => 1,
            State::Explicit(histogram) => histogram.count,
            State::Exponential(histogram) => histogram.count,
        }
    }

    /// The number, where it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            State::Growing(number) | State::Changing(number) => Some(number.as_f64()),
            State::Total(total) => Some(*total),
            State::Explicit(_) | State::Exponential(_) => None,
        }
    }

    /// Tells apart streams of one name that differ in type.
    pub fn variety(&self) -> u8 {
        match self {
            State::Growing(_) => 0,
            State::Changing(_) => 1,
            State::Explicit(_) => 2,
            State::Exponential(_) => 3,
            State::Total(_) => 4,
        }
    }

    /// What came since an earlier point; None when the stream began anew.
    fn since(&self, earlier: &State) -> Option<State> {
        match (self, earlier) {
            (State::Growing(now), State::Growing(then)) => {
                let grown = difference(*now, *then);
                (grown >= 0.0).then_some(State::Growing(Number::AsDouble(grown)))
            }
            (State::Changing(now), State::Changing(then)) => {
                let change = difference(*now, *then);
                Some(State::Changing(Number::AsDouble(change)))
            }
            (State::Explicit(now), State::Explicit(then)) => now.since(then).map(State::Explicit),
            (State::Exponential(now), State::Exponential(then)) => {
                now.since(then).map(State::Exponential)
            }
            _ => None,
        }
    }

    fn numbers(&self) -> usize {
        match self {
            State::Growing(_) | State::Changing(_) | State::Total(_) => 0,
            State::Explicit(histogram) => histogram.numbers(),
            State::Exponential(histogram) => histogram.numbers(),
        }
    }
}

/// Whole numbers are subtracted as such: beyond 2^53 doubles have gaps.
fn difference(now: Number, then: Number) -> f64 {
    match (now, then) {
        (Number::AsInt(now), Number::AsInt(then)) => (i128::from(now) - i128::from(then)) as f64,
        _ => now.as_f64() - then.as_f64(),
    }
}

fn most_numbers(max_streams: usize) -> usize {
    max_streams.saturating_mul(NUMBERS_PER_STREAM)
}

fn nanoseconds(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or(0).saturating_mul(1_000_000)
}
