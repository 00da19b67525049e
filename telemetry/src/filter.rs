//! A quick "surely nobody": whether any handler may be attached to an event's name.
//!
//! Invariant: while a handler is attached, the bit of its event is set. A bit may be set for
//! nothing, and the table then says so.

use std::sync::atomic::{AtomicU64, Ordering};

const WORDS: usize = 16;

/// 1024 bits, one for each hash modulo 1024. Two cache lines, and no counter to touch on reading.
#[derive(Default)]
pub(crate) struct Filter([AtomicU64; WORDS]);

impl Filter {
    /// False when no handler is attached to the name.
    #[inline]
    pub(crate) fn may_hold(&self, name: &str) -> bool {
        let (word, bit) = place(name);
        // What is read once a bit is found set synchronises by itself.
        self.0[word].load(Ordering::Relaxed) & bit != 0
    }

    /// Sets the bits of these names besides those that are set.
    pub(crate) fn add<'a>(&self, names: impl Iterator<Item = &'a str>) {
        for name in names {
            let (word, bit) = place(name);
            self.0[word].fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// Clears all bits but those of these names, none of which is clear at any moment.
    pub(crate) fn keep<'a>(&self, names: impl Iterator<Item = &'a str>) {
        let mut words = [0; WORDS];
        for name in names {
            let (word, bit) = place(name);
            words[word] |= bit;
        }
        for (word, bits) in self.0.iter().zip(words) {
            word.store(bits, Ordering::Relaxed);
        }
    }
}

#[inline]
fn place(name: &str) -> (usize, u64) {
    // The high bits; the map that stands behind the filter goes by the low ones.
    let bits = hash(name.as_bytes()) >> 54;
    (bits as usize / 64, 1 << (bits % 64))
}

/// Hashes a short name, eight bytes at a step. Only names that this program attached are ever
/// stored by it, so nobody outside can make them collide.
#[inline]
pub(crate) fn hash(name: &[u8]) -> u64 {
    let mut hash = name.len() as u64;
    let mut mix = |word: u64| {
        // An odd constant with well spread bits, 2⁶⁴ / φ. The product's high bits are mixed
        // best, so they are folded into the low ones.
        let product = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash = product ^ (product >> 29);
    };
    // The last step overlaps the one before it: that spares a copy of odd length.
    if let Some(last) = name.last_chunk::<8>() {
        for word in name.as_chunks::<8>().0 {
            mix(u64::from_le_bytes(*word));
        }
        mix(u64::from_le_bytes(*last));
    } else if let (Some(first), Some(last)) = (name.first_chunk::<4>(), name.last_chunk::<4>()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        mix(u64::from(first) << 32 | u64::from(last));
    } else {
        for &byte in name {
            mix(byte.into());
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_kept_is_always_found(
            kept in prop::collection::vec("[a-z.]{0,30}", 0..50),
            gone in prop::collection::vec("[a-z.]{0,30}", 0..50),
        ) {
            let names = || kept.iter().map(String::as_str);
            let filter = Filter::default();
            filter.add(names());
            filter.add(gone.iter().map(String::as_str));
            prop_assert!(names().chain(gone.iter().map(String::as_str)).all(|n| filter.may_hold(n)));
            filter.keep(names());
            prop_assert!(names().all(|name| filter.may_hold(name)));
            filter.keep(std::iter::empty());
            prop_assert!(!names().any(|name| filter.may_hold(name)));
        }
    }

    #[test]
    fn names_spread() {
        let names: Vec<String> = (0..1000)
            .map(|i| format!("event.number_{i}.stop"))
            .collect();
        let hashes: HashSet<u64> = names.iter().map(|name| hash(name.as_bytes())).collect();
        assert_eq!(hashes.len(), names.len());
        // 1000 balls thrown into 1024 boxes leave about 640 boxes with any; half is a bad throw.
        let places: HashSet<_> = names.iter().map(|name| place(name)).collect();
        assert!(places.len() > 512, "{}", places.len());
        let low: HashSet<u64> = hashes.iter().map(|hash| hash % 1024).collect();
        assert!(low.len() > 512, "{}", low.len());
        // Every byte counts, at every length.
        for length in 0..40 {
            let name = vec![b'a'; length];
            for i in 0..length {
                let mut other = name.clone();
                other[i] = b'b';
                assert_ne!(hash(&name), hash(&other), "byte {i} of {length}");
            }
            assert_ne!(hash(&name), hash(&vec![b'a'; length + 1]));
        }
    }
}
