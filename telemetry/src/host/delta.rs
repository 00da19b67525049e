//! From counters that only grow to what they grew by.
//!
//! Invariant: the first reading of a counter, and one that fell, yield nothing: how much it
//! grew is not known then, and zero would be a lie.

use std::collections::HashMap;

/// The readings of the last poll, `N` counters a device.
#[derive(Default)]
pub(super) struct Deltas<const N: usize> {
    last: HashMap<String, [u64; N]>,
    current: HashMap<String, [u64; N]>,
}

impl<const N: usize> Deltas<N> {
    /// Takes a device's counters; what each grew by since the last poll, where that is known.
    pub(super) fn take(&mut self, device: &str, now: [u64; N]) -> [Option<f64>; N] {
        let last = self.last.get(device).copied();
        self.current.insert(device.to_owned(), now);
        std::array::from_fn(|i| {
            let grown = now[i].checked_sub(last?[i])?;
            Some(grown as f64)
        })
    }

    /// Ends a poll. Devices that were not read in it are forgotten, so the list of them stays
    /// as long as the host's.
    pub(super) fn end_poll(&mut self) {
        std::mem::swap(&mut self.last, &mut self.current);
        self.current.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grew_and_what_is_unknown() {
        let mut deltas = Deltas::default();
        let mut check = |readings: &[(&str, u64)], grown: &[Option<f64>]| {
            let found: Vec<_> = readings
                .iter()
                .map(|&(device, now)| deltas.take(device, [now])[0])
                .collect();
            deltas.end_poll();
            assert_eq!(found, grown, "{readings:?}");
        };
        check(&[("a", 100)], &[None]);
        check(&[("a", 100), ("b", 7)], &[Some(0.0), None]);
        check(&[("a", 150), ("b", 8)], &[Some(50.0), Some(1.0)]);
        check(&[("a", 10)], &[None]);
        check(&[("a", 15), ("b", 9)], &[Some(5.0), None]);
        check(&[("a", u64::MAX)], &[Some((u64::MAX - 15) as f64)]);
        check(&[], &[]);
        check(&[("a", 1)], &[None]);
    }
}
