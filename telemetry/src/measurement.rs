//! What may stand as a measurement at a call of [`event!`](crate::event!).
//!
//! Invariant: the number is the nearest `f64`; nothing is refused, and NaN stays NaN.

use std::time::Duration;

/// A number to measure. A [`Duration`] counts in seconds, a truth as 1 or 0; whole numbers above
/// 2⁵³ become the nearest that an `f64` can hold.
pub trait IntoMeasurement {
    /// The number, in the unit of the value that it is made of.
    fn into_measurement(self) -> f64;
}

impl IntoMeasurement for f64 {
    #[inline]
    fn into_measurement(self) -> f64 {
        self
    }
}

impl IntoMeasurement for Duration {
    #[inline]
    fn into_measurement(self) -> f64 {
        self.as_secs_f64()
    }
}

impl<T: IntoMeasurement + Copy> IntoMeasurement for &T {
    #[inline]
    fn into_measurement(self) -> f64 {
        (*self).into_measurement()
    }
}

macro_rules! exact {
    ($($number:ty),*) => {$(
        impl IntoMeasurement for $number {
            #[inline]
            fn into_measurement(self) -> f64 {
                self.into()
            }
        }
    )*};
}
exact!(f32, i8, i16, i32, u8, u16, u32, bool);

macro_rules! nearest {
    ($($number:ty),*) => {$(
        impl IntoMeasurement for $number {
            #[inline]
            fn into_measurement(self) -> f64 {
                self as f64
            }
        }
    )*};
}
nearest!(i64, u64, i128, u128, isize, usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        fn check(value: impl IntoMeasurement, number: f64) {
            assert_eq!(value.into_measurement().to_bits(), number.to_bits());
        }
        check(0.0, 0.0);
        check(-0.0, -0.0);
        check(f64::NAN, f64::NAN);
        check(f32::INFINITY, f64::INFINITY);
        check(f64::NEG_INFINITY, f64::NEG_INFINITY);
        check(0.5_f32, 0.5);
        check(-7_i8, -7.0);
        check(3_usize, 3.0);
        check(i64::MIN, -9_223_372_036_854_775_808.0);
        check(u64::MAX, 18_446_744_073_709_551_616.0);
        check(true, 1.0);
        check(false, 0.0);
        check(Duration::from_millis(1500), 1.5);
        check(Duration::ZERO, 0.0);
        let of_many = [2_u16, 3].iter().map(IntoMeasurement::into_measurement);
        assert_eq!(of_many.sum::<f64>(), 5.0);
    }
}
