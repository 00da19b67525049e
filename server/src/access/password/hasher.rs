//! One password is hashed at a time, in one buffer, off the runtime's threads.
//!
//! Invariant: whatever comes in, memory holds one buffer at most, and none when nobody waits. Those
//! who wait are bounded in number; one who gives up leaves the queue.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Argon2, Block};
use tokio::sync::Semaphore;

use super::PasswordError;

/// Blocks that the buffer has room for: 33 MiB, of which hashing touches the first 19. The pages
/// behind are never touched, so they take no memory; but allocators hand something of this size
/// straight back to the system when it is freed, whereas glibc keeps what is up to 32 MiB.
const ROOM_BLOCKS: usize = 33 * 1024;

/// The queue, and the buffer behind it.
#[derive(Clone)]
pub struct Hasher {
    /// Who hashes or waits.
    pub(super) queue: Arc<Semaphore>,
    /// Who hashes.
    turn: Arc<Semaphore>,
    pub(super) buffer: Arc<Mutex<Buffer>>,
    max_waiting: usize,
}

/// Memory for one hash at a time.
#[derive(Default)]
pub struct Buffer {
    blocks: Vec<Block>,
    /// How often memory was asked for, for tests.
    #[cfg(test)]
    pub(super) allocations: usize,
}

impl Hasher {
    /// At most so many wait while one is hashed.
    pub fn new(max_waiting: usize) -> Hasher {
        let max_waiting = max_waiting.min(Semaphore::MAX_PERMITS - 1);
        Hasher {
            queue: Arc::new(Semaphore::new(max_waiting + 1)),
            turn: Arc::new(Semaphore::new(1)),
            buffer: Arc::default(),
            max_waiting,
        }
    }

    /// Runs `work` with the buffer, when it is its turn. The turn goes with the work: a request that
    /// gives up does not make room before the work that it began has ended.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] when too many wait, and those of `work`.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Buffer) -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let place = Arc::clone(&self.queue).try_acquire_owned();
        let place = place.map_err(|_| PasswordError::Busy)?;
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        let turn = turn.map_err(super::failed)?;
        let this = self.clone();
        let worked = tokio::task::spawn_blocking(move || {
            let mut buffer = this.buffer.lock().unwrap_or_else(PoisonError::into_inner);
            let result = work(&mut buffer);
            drop(place);
            if this.queue.available_permits() > this.max_waiting {
                buffer.blocks = Vec::new();
            }
            drop((buffer, turn));
            result
        });
        worked.await.map_err(super::failed)?
    }

    #[cfg(test)]
    pub(super) fn buffer(&self) -> std::sync::MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buffer {
    /// Hashes into `out`.
    pub fn hash(
        &mut self,
        argon2: &Argon2<'_>,
        password: &[u8],
        salt: &[u8],
        out: &mut [u8],
    ) -> Result<(), argon2::Error> {
        let blocks = argon2.params().block_count();
        if self.blocks.len() < blocks {
            self.blocks = Vec::with_capacity(blocks.max(ROOM_BLOCKS));
            self.blocks.resize(blocks, Block::new());
            #[cfg(test)]
            {
                self.allocations += 1;
            }
        }
        argon2.hash_password_into_with_memory(password, salt, out, &mut self.blocks[..blocks])
    }

    #[cfg(test)]
    pub(super) fn is_free(&self) -> bool {
        self.blocks.capacity() == 0
    }
}
