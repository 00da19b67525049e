//! Measuring a share of the events.
//!
//! Invariant: the weights of the events that were taken add up to the number of events up to and
//! with the last of them, so nothing is counted twice or forgotten.

/// Chooses a share of the events, at random and independently of each other.
#[derive(Clone, Debug)]
pub struct Sampler {
    state: u64,
    /// ln(1 − rate), below 0.
    log_left_out: f64,
    /// Events to leave out before the next is taken.
    gap: u64,
    /// Events that the next one taken stands for.
    weight: u64,
}

impl Sampler {
    /// `rate` is above 0 and below 1.
    pub(crate) fn new(rate: f64, seed: u64) -> Sampler {
        let mut sampler = Sampler {
            // The generator needs a state other than 0, and neighbouring seeds far apart.
            state: (seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9) | 1,
            log_left_out: (-rate).ln_1p(),
            gap: 0,
            weight: 0,
        };
        sampler.draw();
        sampler
    }

    /// To be called for each event. `None` leaves it out; `Some(weight)` takes it for `weight`
    /// events: itself and those left out since the last one taken, so that counts and sums are
    /// right on average.
    #[inline]
    pub fn take(&mut self) -> Option<u64> {
        if self.gap > 0 {
            self.gap -= 1;
            return None;
        }
        let weight = self.weight;
        self.draw();
        Some(weight)
    }

    /// The number of events between two that are taken is distributed geometrically: the
    /// inverse of its distribution, at a uniform number, gives one.
    fn draw(&mut self) {
        // xorshift64* by Vigna (2016); its 53 high bits make a number in (0, 1].
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let bits = self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11;
        let uniform = (bits + 1) as f64 / (1u64 << 53) as f64;
        self.gap = (uniform.ln() / self.log_left_out) as u64;
        self.weight = self.gap.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_to_the_events() {
        for (rate, seed) in [(0.5, 0), (0.1, 1), (0.01, u64::MAX), (0.999, 7), (1e-4, 3)] {
            let mut sampler = Sampler::new(rate, seed);
            let mut weights = 0;
            for events in 1..=100_000 {
                if let Some(weight) = sampler.take() {
                    weights += weight;
                    assert_eq!(weights, events, "rate {rate}, seed {seed}");
                }
            }
        }
    }

    /// The seeds are fixed, so this holds or does not, whenever it runs. The number taken has a
    /// standard deviation of √(n·rate·(1 − rate)); five of them are allowed.
    #[test]
    fn the_share_is_the_rate() {
        let events = 200_000;
        for rate in [0.001, 0.01, 0.25, 0.5, 0.9] {
            for seed in 0..5 {
                let mut sampler = Sampler::new(rate, seed);
                let taken = (0..events).filter(|_| sampler.take().is_some()).count() as f64;
                let n = f64::from(events);
                let allowed = 5.0 * (n * rate * (1.0 - rate)).sqrt();
                let apart = (taken - n * rate).abs();
                assert!(apart < allowed, "rate {rate}, seed {seed}: {taken}");
            }
        }
    }

    #[test]
    fn seeds_take_different_events() {
        let of = |seed: u64| {
            let mut sampler = Sampler::new(0.5, seed);
            (0..64)
                .map(|_| sampler.take().is_some())
                .collect::<Vec<_>>()
        };
        assert_eq!(of(1), of(1));
        for seed in [0, 2, 3, u64::MAX] {
            assert_ne!(of(1), of(seed), "{seed}");
        }
    }

    #[test]
    fn the_smallest_and_the_largest_rate_stay_in_bounds() {
        let mut never = Sampler::new(f64::MIN_POSITIVE, 1);
        assert!((0..1000).all(|_| never.take().is_none()));
        let mut always = Sampler::new(1.0 - f64::EPSILON / 2.0, 1);
        assert!((0..1000).all(|_| always.take() == Some(1)));
    }
}
