//! Which bucket a magnitude belongs to, from the bits of the number.
//!
//! Invariant: bucket `i` holds exactly the numbers in (2^(i/64), 2^((i+1)/64)], so a power of
//! two is the largest of its bucket.

/// The base of the buckets is 2^(2^-SCALE), in the words of OpenTelemetry's data model.
pub(super) const SCALE: i32 = 6;

/// Buckets an octave.
const BUCKETS: i32 = 1 << SCALE;

const MANTISSA_BITS: u32 = 52;
const MANTISSA: u64 = (1 << MANTISSA_BITS) - 1;
const BIAS: i32 = 1023;

/// The index of the smallest number there is, 2^-1074.
pub(super) const MIN_INDEX: i32 = -1074 * BUCKETS - 1;
/// The index of the largest finite number.
pub(super) const MAX_INDEX: i32 = 1024 * BUCKETS - 1;

/// The mantissas of 2^(k/64), rounded down. Those numbers are irrational but for the first, so
/// a mantissa lies above one of them exactly when it is larger than what stands here.
const BOUNDS: [u64; BUCKETS as usize] = [
    0x0000000000000,
    0x02c9a3e778060,
    0x059b0d3158574,
    0x0874518759bc8,
    0x0b5586cf9890f,
    0x0e3ec32d3d1a2,
    0x11301d0125b50,
    0x1429aaea92ddf,
    0x172b83c7d517a,
    0x1a35beb6fcb75,
    0x1d4873168b9aa,
    0x2063b88628cd6,
    0x2387a6e756238,
    0x26b4565e27cdd,
    0x29e9df51fdee1,
    0x2d285a6e4030b,
    0x306fe0a31b715,
    0x33c08b26416ff,
    0x371a7373aa9ca,
    0x3a7db34e59ff6,
    0x3dea64c123422,
    0x4160a21f72e29,
    0x44e086061892d,
    0x486a2b5c13cd0,
    0x4bfdad5362a27,
    0x4f9b2769d2ca6,
    0x5342b569d4f81,
    0x56f4736b527da,
    0x5ab07dd485429,
    0x5e76f15ad2148,
    0x6247eb03a5584,
    0x6623882552224,
    0x6a09e667f3bcc,
    0x6dfb23c651a2e,
    0x71f75e8ec5f73,
    0x75feb564267c8,
    0x7a11473eb0186,
    0x7e2f336cf4e62,
    0x82589994cce12,
    0x868d99b4492ec,
    0x8ace5422aa0db,
    0x8f1ae99157736,
    0x93737b0cdc5e4,
    0x97d829fde4e4f,
    0x9c49182a3f090,
    0xa0c667b5de564,
    0xa5503b23e255c,
    0xa9e6b5579fdbf,
    0xae89f995ad3ad,
    0xb33a2b84f15fa,
    0xb7f76f2fb5e46,
    0xbcc1e904bc1d2,
    0xc199bdd85529c,
    0xc67f12e57d14b,
    0xcb720dcef9069,
    0xd072d4a07897b,
    0xd5818dcfba487,
    0xda9e603db3285,
    0xdfc97337b9b5e,
    0xe502ee78b3ff6,
    0xea4afa2a490d9,
    0xefa1bee615a27,
    0xf50765b6e4540,
    0xfa7c1819e90d8,
];

/// Parts that an octave is cut into for the guess; shorter than the narrowest bucket, so that at
/// most one bound lies in a part.
const PARTS: u32 = 128;
const PART_BITS: u32 = MANTISSA_BITS - PARTS.trailing_zeros();

/// The bucket that each part begins in, counted in the octave.
const GUESSES: [u8; PARTS as usize] = {
    let mut guesses = [0; PARTS as usize];
    let (mut part, mut bucket) = (0, 0);
    while part < guesses.len() {
        while bucket + 1 < BOUNDS.len() && BOUNDS[bucket + 1] <= (part as u64) << PART_BITS {
            bucket += 1;
        }
        guesses[part] = bucket as u8;
        part += 1;
    }
    guesses
};

/// The bucket of a number that is finite and above zero.
#[inline]
pub(super) fn index_of(magnitude: f64) -> i32 {
    // The number below, because a number on a bound belongs to the bucket that ends there.
    let bits = magnitude.to_bits().wrapping_sub(1);
    let exponent = (bits >> MANTISSA_BITS) as i32;
    if exponent == 0 {
        return index_of_subnormal(magnitude);
    }
    let mantissa = bits & MANTISSA;
    let guess = usize::from(GUESSES[(mantissa >> PART_BITS) as usize]);
    let next = BOUNDS.get(guess + 1).is_some_and(|next| *next <= mantissa);
    (exponent - BIAS) * BUCKETS + guess as i32 + i32::from(next)
}

/// Numbers up to 2^-1022 are brought where the exponent says all, which is exact.
#[cold]
fn index_of_subnormal(magnitude: f64) -> i32 {
    const SHIFT: i32 = 54;
    index_of(magnitude * f64::from_bits(((BIAS + SHIFT) as u64) << MANTISSA_BITS)) - SHIFT * BUCKETS
}

/// The number in a bucket that is at the same relative distance from both of its bounds:
/// 2γ^(i+1) / (1 + γ), which is nowhere more than (γ − 1) / (γ + 1) = 0.542 % off (Masson, Rim
/// and Lee, "DDSketch", VLDB 2019, lemma 2).
pub(super) fn middle_of(index: i32) -> f64 {
    // log2(2γ / (1 + γ)) for γ = 2^(1/64): one rounding less than a product, and finite for the
    // last bucket.
    const MIDDLE: f64 = 0.007_791_346_930_148_789;
    (f64::from(index) / f64::from(BUCKETS) + MIDDLE).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Limbs of 32 bits, the lowest first.
    fn product(a: &[u32], b: &[u32]) -> Vec<u32> {
        let mut out = vec![0u32; a.len() + b.len()];
        for (i, &x) in a.iter().enumerate() {
            let mut carry = 0u64;
            for (j, &y) in b.iter().enumerate() {
                let sum = u64::from(out[i + j]) + u64::from(x) * u64::from(y) + carry;
                out[i + j] = sum as u32;
                carry = sum >> 32;
            }
            out[i + b.len()] = carry as u32;
        }
        out
    }

    /// Whether (2^52 + mantissa)^64 is at most 2^(52·64 + k), computed exactly.
    fn at_most(mantissa: u64, k: u32) -> bool {
        let number = (1 << MANTISSA_BITS) + mantissa;
        let mut power = vec![number as u32, (number >> 32) as u32];
        for _ in 0..SCALE {
            power = product(&power, &power);
        }
        let bit = MANTISSA_BITS * 64 + k;
        let (limb, bit) = ((bit / 32) as usize, bit % 32);
        let above = power[limb + 1..].iter().any(|limb| *limb != 0);
        let same = power[limb] == 1 << bit && power[..limb].iter().all(|limb| *limb == 0);
        !above && (power[limb] < 1 << bit || same)
    }

    #[test]
    fn bounds_are_what_exact_arithmetic_says() {
        for (bound, k) in BOUNDS.into_iter().zip(0..) {
            assert!(at_most(bound, k) && !at_most(bound + 1, k), "{k}");
        }
    }

    #[test]
    fn numbers_on_and_beside_a_bound() {
        for exponent in [-1022, -1000, -1, 0, 1, 52, 1000, 1023] {
            for (bound, k) in BOUNDS.into_iter().zip(0..) {
                let bits = (((exponent + BIAS) as u64) << MANTISSA_BITS) + bound;
                let index = exponent * BUCKETS + k;
                assert_eq!(index_of(f64::from_bits(bits)), index - 1, "{exponent} {k}");
                assert_eq!(index_of(f64::from_bits(bits + 1)), index, "{exponent} {k}");
            }
        }
    }

    #[test]
    fn the_ends_of_what_a_number_can_be() {
        let check = |number: f64, index: i32| assert_eq!(index_of(number), index, "{number:e}");
        check(1.0, -1);
        check(2.0, BUCKETS - 1);
        check(1.5, 37);
        check(f64::MAX, MAX_INDEX);
        check(f64::from_bits(1), MIN_INDEX);
        check(f64::from_bits(2), MIN_INDEX + BUCKETS);
        check(f64::from_bits(3), MIN_INDEX + BUCKETS + 38);
        check(f64::MIN_POSITIVE, -1022 * BUCKETS - 1);
        assert!(middle_of(MAX_INDEX).is_finite());
        assert!(middle_of(MIN_INDEX) > 0.0);
    }

    #[test]
    fn the_middle_is_as_far_from_both_bounds() {
        for index in [-70, -1, 0, 1, 63, 64, 6_400] {
            let (low, high) = (f64::from(index), f64::from(index + 1));
            let [low, high] = [low, high].map(|i| (i / f64::from(BUCKETS)).exp2());
            let middle = middle_of(index);
            let (below, above) = ((middle - low) / low, (high - middle) / high);
            assert!((below - above).abs() < 1e-9 && below < 0.005_42, "{index}");
        }
    }
}
