//! Growing pauses between attempts, so that a server that comes back is not flooded.

/// The pauses of one series of attempts: each twice as long as the one before, up to a bound.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    first_ms: u32,
    max_ms: u32,
    next_ms: u32,
}

impl Backoff {
    /// From `first_ms` up to `max_ms`.
    pub const fn new(first_ms: u32, max_ms: u32) -> Backoff {
        Backoff {
            first_ms,
            max_ms,
            next_ms: first_ms,
        }
    }

    /// The pause before the next attempt.
    pub fn next_ms(&mut self) -> u32 {
        let pause_ms = self.next_ms;
        self.next_ms = pause_ms.saturating_mul(2).min(self.max_ms);
        pause_ms
    }

    /// An attempt succeeded: the next pause is the first again.
    pub fn reset(&mut self) {
        self.next_ms = self.first_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::Backoff;

    #[test]
    fn pauses_grow_to_their_bound_and_begin_again_after_a_success() {
        let mut backoff = Backoff::new(1_000, 15_000);
        let six: Vec<u32> = (0..6).map(|_| backoff.next_ms()).collect();
        assert_eq!(six, [1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
        backoff.reset();
        assert_eq!((backoff.next_ms(), backoff.next_ms()), (1_000, 2_000));
        let mut large = Backoff::new(u32::MAX, u32::MAX);
        assert_eq!((large.next_ms(), large.next_ms()), (u32::MAX, u32::MAX));
    }
}
