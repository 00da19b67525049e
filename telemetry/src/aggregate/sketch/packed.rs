//! A sketch as bytes: a version, the zeros, then for each side of zero how many buckets hold
//! something, and for each its distance to the one before and its count.
//!
//! Invariant: unpacking what was packed gives the same sketch, and no bytes make it panic or
//! take more memory than [`Sketch::MAX_BUCKETS`] buckets a side.

use super::{Sketch, store::Store};
use crate::aggregate::varint;

/// Says that this is a sketch in this format. DataDog's encoding, which begins with a flag, has
/// none of this value.
const VERSION: u8 = 0xe1;

impl Sketch {
    /// The sketch as bytes: about two for each bucket that holds something.
    pub fn pack(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        varint::push(&mut bytes, self.zero);
        for side in [&self.positive, &self.negative] {
            varint::push(&mut bytes, side.iter().count() as u64);
            let mut before = 0;
            for (index, n) in side.iter() {
                varint::push_signed(&mut bytes, i64::from(index) - before);
                varint::push(&mut bytes, n);
                before = i64::from(index);
            }
        }
        bytes
    }

    /// What [`Sketch::pack`] made into bytes. None when the bytes are damaged or of another
    /// format.
    pub fn unpack(bytes: &[u8]) -> Option<Sketch> {
        let (&VERSION, mut rest) = bytes.split_first()? else {
            return None;
        };
        let zero = varint::take(&mut rest)?;
        let mut count = zero;
        let positive = unpack_side(&mut rest, &mut count)?;
        let negative = unpack_side(&mut rest, &mut count)?;
        rest.is_empty().then_some(Sketch {
            count,
            zero,
            positive,
            negative,
        })
    }
}

fn unpack_side(bytes: &mut &[u8], count: &mut u64) -> Option<Store> {
    let buckets = usize::try_from(varint::take(bytes)?).ok()?;
    let mut side = Store::default();
    let (mut first, mut index) = (0, 0i64);
    for place in 0..buckets {
        let distance = varint::take_signed(bytes)?;
        index = index.checked_add(distance)?;
        if place == 0 {
            first = index;
        }
        let ascends = place == 0 || distance > 0;
        let known = (Sketch::MIN_INDEX.into()..=Sketch::MAX_INDEX.into()).contains(&index);
        let n = varint::take(bytes)?;
        if !ascends || !known || n == 0 || index - first >= Sketch::MAX_BUCKETS as i64 {
            return None;
        }
        // As it was counted.
        *count = count.saturating_add(n);
        side.add(i32::try_from(index).ok()?, n);
    }
    Some(side)
}
