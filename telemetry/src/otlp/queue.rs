//! Requests that wait to be sent.
//!
//! Invariant: never more than there is room for. When full, the oldest goes: the newest says
//! more about a program that runs now.

use std::collections::VecDeque;

/// One request, encoded.
#[derive(Debug)]
pub struct Batch {
    /// The body.
    pub body: Vec<u8>,
    /// Data points in it.
    pub points: u64,
}

/// First in, first out.
pub struct Queue {
    batches: VecDeque<Batch>,
    room: usize,
}

impl Queue {
    /// An empty one with room for so many.
    pub fn new(room: usize) -> Queue {
        Queue {
            batches: VecDeque::new(),
            room,
        }
    }

    /// Adds a batch, and answers the one that had to go for it.
    pub fn push(&mut self, batch: Batch) -> Option<Batch> {
        let oldest = if self.batches.len() >= self.room {
            self.batches.pop_front()
        } else {
            None
        };
        self.batches.push_back(batch);
        oldest
    }

    /// The oldest.
    pub fn first(&self) -> Option<&Batch> {
        self.batches.front()
    }

    /// Takes the oldest out.
    pub fn take_first(&mut self) -> Option<Batch> {
        self.batches.pop_front()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_when_there_is_no_room() {
        let batch = |points| Batch {
            body: Vec::new(),
            points,
        };
        let mut queue = Queue::new(2);
        assert!(queue.is_empty());
        assert!(queue.push(batch(1)).is_none());
        assert!(queue.push(batch(2)).is_none());
        assert_eq!(queue.push(batch(3)).map(|oldest| oldest.points), Some(1));
        assert_eq!(queue.first().map(|first| first.points), Some(2));
        let left = std::iter::from_fn(|| queue.take_first());
        assert_eq!(left.map(|batch| batch.points).collect::<Vec<_>>(), [2, 3]);
    }
}
