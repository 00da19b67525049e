//! A series that was looked up once, for code that records to it over and over.
//!
//! Invariant: what a handle records lies in the recorder's own shards, so every flush has each
//! sample exactly once, and threads do not wait for each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::Recorder;
use super::recorder::Place;
use super::shard::own_place;
use crate::Refusal;

/// Records to one series. Made by [`Recorder::handle`]; any number of threads may use it.
pub struct Handle {
    recorder: Arc<Recorder>,
    place: Place,
    /// The series' slot in each shard; [`NO_SLOT`] until the shard has one.
    slots: Box<[AtomicU32]>,
}

const NO_SLOT: u32 = u32::MAX;

impl Handle {
    pub(super) fn new(recorder: Arc<Recorder>, place: Place) -> Handle {
        let shards = recorder.shards().len();
        Handle {
            recorder,
            place,
            slots: (0..shards).map(|_| AtomicU32::new(NO_SLOT)).collect(),
        }
    }

    /// Records a value in the metric's unit, at `now_ms` since the epoch; for counters the value
    /// does not matter as long as it is a number. Every call counts, whatever the metric's
    /// sampling rate. NaN and ±∞ are refused and counted; where the limit of series was reached
    /// when the handle was made, each sample is counted as folded.
    #[inline]
    pub fn record(&self, value: f64, now_ms: i64) {
        let shards = self.recorder.shards();
        let mine = own_place(shards.len());
        let mut shard = shards[mine].lock();
        let slot = match self.slots[mine].load(Ordering::Relaxed) {
            NO_SLOT => {
                let slot = self.recorder.slot_at(&mut shard, &self.place);
                self.slots[mine].store(slot, Ordering::Relaxed);
                slot
            }
            slot => slot,
        };
        let recorded = shard.record(slot, value, 1, now_ms);
        drop(shard);
        if !recorded {
            self.recorder
                .count(self.place.metric, Refusal::NotANumber, 1);
        } else if self.place.folded {
            self.recorder
                .count(self.place.metric, Refusal::SeriesLimit, 1);
        }
    }
}
