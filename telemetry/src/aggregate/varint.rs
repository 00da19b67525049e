//! Numbers of seven bits a byte, the lowest first, the eighth bit saying that more follow (LEB128).
//!
//! Invariant: reading never panics, and takes nothing that does not fit into 64 bits.

/// Adds a number, in one to ten bytes.
pub(super) fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Adds a number that may be negative: small ones take few bytes, on either side of zero.
pub(super) fn push_signed(bytes: &mut Vec<u8>, number: i64) {
    push(bytes, ((number << 1) ^ (number >> 63)) as u64);
}

/// Takes a number from the front. None when there is no whole one that fits.
pub(super) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u64::from(byte & 0x7f);
        if part << shift >> shift != part {
            return None;
        }
        number |= part << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// Takes what [`push_signed`] added.
pub(super) fn take_signed(bytes: &mut &[u8]) -> Option<i64> {
    take(bytes).map(|number| (number >> 1) as i64 ^ -((number & 1) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_is_taken() {
        let numbers = [0, 1, 127, 128, 16_383, 16_384, u64::MAX - 1, u64::MAX];
        let mut bytes = Vec::new();
        numbers.iter().for_each(|number| push(&mut bytes, *number));
        let mut rest = bytes.as_slice();
        assert!(
            numbers
                .iter()
                .all(|number| take(&mut rest) == Some(*number))
        );
        assert_eq!(take(&mut rest), None);
        for number in [0, -1, 1, -68_737, i64::MIN, i64::MAX] {
            let mut bytes = Vec::new();
            push_signed(&mut bytes, number);
            assert_eq!(take_signed(&mut bytes.as_slice()), Some(number));
        }
    }

    #[test]
    fn what_is_cut_off_or_too_large_is_not_taken() {
        let check = |mut bytes: &[u8]| assert_eq!(take(&mut bytes), None);
        check(&[]);
        check(&[0x80]);
        check(&[0xff; 9]);
        check(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]);
        check(&[0x80; 11]);
    }
}
