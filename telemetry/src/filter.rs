//! A quick "surely nobody": whether any handler may be attached to an event's name.
//!
//! Invariant: while a handler is attached, the bit of its event is set. A bit may be set for
//! nothing, and the table then says so.

use std::sync::atomic::{AtomicU64, Ordering};

const WORDS: usize = 16;

/// 1024 bits, one for each hash modulo 1024. Two cache lines, and no counter to touch on reading.
#[derive(Default)]
pub(crate) struct Filter<W = AtomicU64>([W; WORDS]);

/// Bits that threads share. What is read once a bit is found set synchronises by itself, and who
/// sets bits holds a lock, so that nothing here needs to.
pub(crate) trait Word {
    fn bits(&self) -> u64;
    fn add(&self, bits: u64);
    fn replace(&self, bits: u64);
}

impl<W: Word> Filter<W> {
    /// False when no handler is attached to the name.
    #[inline]
    pub(crate) fn may_hold(&self, name: &str) -> bool {
        let (word, bit) = place(name);
        self.0[word].bits() & bit != 0
    }

    /// Sets the bits of these names besides those that are set.
    pub(crate) fn add<'a>(&self, names: impl Iterator<Item = &'a str>) {
        for name in names {
            let (word, bit) = place(name);
            self.0[word].add(bit);
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
            word.replace(bits);
        }
    }
}

impl Word for AtomicU64 {
    #[inline]
    fn bits(&self) -> u64 {
        self.load(Ordering::Relaxed)
    }

    fn add(&self, bits: u64) {
        self.fetch_or(bits, Ordering::Relaxed);
    }

    fn replace(&self, bits: u64) {
        self.store(bits, Ordering::Relaxed);
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
#[path = "filter_tests.rs"]
mod tests;
