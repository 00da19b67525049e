//! What a series is found by: its metric and its tag values, as bytes.
//!
//! Invariant: two keys are equal exactly when metric and values are, and a key fits on the
//! stack, so that making one allocates nothing.

use std::io::Write as _;

use arrayvec::ArrayVec;

use crate::{MAX_TAGS, MetricId, Refusal, Value};

/// Longest tag value in bytes. In a key the length stands before it, in one byte.
pub const MAX_TAG_VALUE: usize = 128;

/// The metric, then each tag's value behind its length.
const MAX_KEY: usize = size_of::<u16>() + MAX_TAGS * (1 + MAX_TAG_VALUE);

pub(super) struct Key(ArrayVec<u8, MAX_KEY>);

impl Key {
    /// The key of a metric, before its tags.
    #[inline]
    pub(super) fn new(metric: MetricId) -> Key {
        let mut bytes = ArrayVec::new();
        bytes.extend(metric.0.to_le_bytes());
        Key(bytes)
    }

    /// The key of a series. Refuses with `TagTooLong`, also when there are too many.
    pub(super) fn of(metric: MetricId, tags: &[&str]) -> Result<Key, Refusal> {
        let mut key = Key::new(metric);
        tags.iter()
            .try_for_each(|tag| key.push_bytes(tag.as_bytes()))?;
        Ok(key)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Adds the value of the next tag. Refuses with `TagTooLong`.
    #[inline]
    pub(super) fn push(&mut self, value: Value<'_>) -> Result<(), Refusal> {
        match value {
            Value::Str(text) => self.push_bytes(text.as_bytes()),
            Value::Int(number) => self.push_int(number < 0, number.unsigned_abs()),
            Value::UInt(number) => self.push_int(false, number),
            Value::Bool(true) => self.push_bytes(b"true"),
            Value::Bool(false) => self.push_bytes(b"false"),
            Value::Float(number) => self.push_float(number),
        }
    }

    #[inline]
    fn push_bytes(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if value.len() > MAX_TAG_VALUE || self.0.try_push(value.len() as u8).is_err() {
            return Err(Refusal::TagTooLong);
        }
        let pushed = self.0.try_extend_from_slice(value);
        pushed.map_err(|_| Refusal::TagTooLong)
    }

    /// Status codes and the like are on the hot path, where the formatting machinery costs more
    /// than all the rest.
    fn push_int(&mut self, negative: bool, mut rest: u64) -> Result<(), Refusal> {
        let mut text = [0; 20];
        let mut at = text.len();
        loop {
            at -= 1;
            text[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if negative {
            at -= 1;
            text[at] = b'-';
        }
        self.push_bytes(&text[at..])
    }

    fn push_float(&mut self, number: f64) -> Result<(), Refusal> {
        // 1e300 has 301 digits, so the buffer ends before some numbers do.
        let mut text = [0; MAX_TAG_VALUE];
        let mut rest = text.as_mut_slice();
        if write!(rest, "{number}").is_err() {
            return Err(Refusal::TagTooLong);
        }
        let len = MAX_TAG_VALUE - rest.len();
        self.push_bytes(&text[..len])
    }

    #[inline]
    pub(super) fn metric(&self) -> MetricId {
        MetricId(u16::from_le_bytes([self.0[0], self.0[1]]))
    }

    /// The tag values that it was made of.
    pub(super) fn tags(&self) -> Box<[Box<str>]> {
        let mut rest = &self.0[size_of::<u16>()..];
        let mut tags = Vec::new();
        while let Some((&len, behind)) = rest.split_first() {
            let (value, behind) = behind.split_at(usize::from(len));
            tags.push(String::from_utf8_lossy(value).into());
            rest = behind;
        }
        tags.into_boxed_slice()
    }
}
