//! The memory of all requests that bring events and points and are being read.
//!
//! Invariant: together they never hold more than the limit, and what a request held is free when it
//! ends, however it ends.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Memory is given out in blocks of so many bytes.
const BLOCK: usize = 16 * 1024;

/// What all requests may hold.
#[derive(Clone, Debug)]
pub struct IngestMemory {
    blocks: Arc<Semaphore>,
}

/// What one request holds.
#[derive(Debug)]
pub struct Reserved {
    from: IngestMemory,
    blocks: Option<OwnedSemaphorePermit>,
    /// Bytes of the last block that are not used yet.
    spare: usize,
}

/// The limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted;

impl IngestMemory {
    /// At most so many bytes at one time.
    pub fn new(bytes: u64) -> IngestMemory {
        let blocks = usize::try_from(bytes / BLOCK as u64).unwrap_or(usize::MAX);
        IngestMemory {
            blocks: Arc::new(Semaphore::new(blocks.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Nothing yet.
    pub fn reserve(&self) -> Reserved {
        Reserved {
            from: self.clone(),
            blocks: None,
            spare: 0,
        }
    }
}

impl Reserved {
    /// Takes more bytes; none if there are not as many.
    pub fn grow(&mut self, bytes: usize) -> Result<(), Exhausted> {
        let Some(missing) = bytes.checked_sub(self.spare).filter(|bytes| *bytes > 0) else {
            self.spare -= bytes;
            return Ok(());
        };
        let blocks = missing.div_ceil(BLOCK);
        let count = u32::try_from(blocks).map_err(|_| Exhausted)?;
        let more = self.from.blocks.clone().try_acquire_many_owned(count);
        let more = more.map_err(|_| Exhausted)?;
        match &mut self.blocks {
            Some(held) => held.merge(more),
            None => self.blocks = Some(more),
        }
        self.spare = blocks * BLOCK - missing;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_in_flight_is_bounded_and_given_back() {
        let memory = IngestMemory::new(4 * BLOCK as u64 + 5);
        let (mut one, mut two) = (memory.reserve(), memory.reserve());
        assert_eq!(one.grow(0), Ok(()));
        assert_eq!(one.grow(1), Ok(()));
        // The rest of the first block, and two more.
        assert_eq!(one.grow(3 * BLOCK - 1), Ok(()));
        assert_eq!(two.grow(BLOCK + 1), Err(Exhausted));
        assert_eq!(two.grow(BLOCK), Ok(()));
        assert_eq!(one.grow(1), Err(Exhausted));
        drop(two);
        assert_eq!(one.grow(1), Ok(()));
        assert_eq!(memory.blocks.available_permits(), 0);
        drop(one);
        assert_eq!(memory.blocks.available_permits(), 4);
        assert_eq!(memory.reserve().grow(usize::MAX), Err(Exhausted));
    }
}
