//! The size of a message before memory is allocated for it: two bytes of protobuf can decode to
//! two hundred.
//!
//! Invariant: what passes decodes into memory that grows with the limit and with the bytes, and
//! never with what the bytes claim.

use telemetry::otlp_message::prost::encoding::{WireType, decode_key, decode_varint};

/// Attributes of all points together, for each point that a request may hold.
const ATTRIBUTES_PER_POINT: usize = 32;

/// What a body holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageSize {
    /// Data points of every kind.
    pub points: usize,
    /// Resources, scopes and metrics.
    pub groups: usize,
    /// Attributes of all of them.
    pub attributes: usize,
}

/// The bytes are not protobuf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Garbled;

impl MessageSize {
    /// Counts without decoding. Anything but protobuf is found here or by decoding.
    pub fn of(body: &[u8]) -> Result<MessageSize, Garbled> {
        let mut size = MessageSize::default();
        count(body, &REQUEST, &mut size)?;
        Ok(size)
    }

    /// About how much memory it takes when it is decoded; `body_bytes` is its length as protobuf,
    /// and no text or number of it is longer than there.
    pub fn decoded_bytes(&self, body_bytes: usize) -> usize {
        let messages = (self.points + self.groups).saturating_mul(256);
        let attributes = self.attributes.saturating_mul(96);
        body_bytes
            .saturating_add(messages)
            .saturating_add(attributes)
    }

    /// Whether a request may hold so much when it may hold this many points.
    pub fn is_within(&self, most_points: usize) -> bool {
        self.points <= most_points
            && self.groups <= most_points.saturating_mul(2)
            && self.attributes <= most_points.saturating_mul(ATTRIBUTES_PER_POINT)
    }
}

/// What a message counts as, and which of its fields hold messages that are counted.
struct MessageField {
    counts: Counts,
    fields: &'static [(u32, &'static MessageField)],
}

enum Counts {
    Nothing,
    Group,
    Point,
    Attribute,
}

const fn message(counts: Counts, fields: &'static [(u32, &'static MessageField)]) -> MessageField {
    MessageField { counts, fields }
}

static REQUEST: MessageField = message(Counts::Nothing, &[(1, &RESOURCE_METRICS)]);
static RESOURCE_METRICS: MessageField =
    message(Counts::Group, &[(1, &RESOURCE), (2, &SCOPE_METRICS)]);
static RESOURCE: MessageField = message(Counts::Nothing, &[(1, &ATTRIBUTE)]);
static SCOPE_METRICS: MessageField = message(Counts::Group, &[(1, &SCOPE), (2, &METRIC)]);
static SCOPE: MessageField = message(Counts::Nothing, &[(3, &ATTRIBUTE)]);
static METRIC: MessageField = message(
    Counts::Group,
    &[
        (5, &NUMBERS),
        (7, &NUMBERS),
        (9, &HISTOGRAMS),
        (10, &EXPONENTIALS),
        (11, &NUMBERS),
    ],
);
static NUMBERS: MessageField = message(Counts::Nothing, &[(1, &NUMBER)]);
static HISTOGRAMS: MessageField = message(Counts::Nothing, &[(1, &HISTOGRAM)]);
static EXPONENTIALS: MessageField = message(Counts::Nothing, &[(1, &EXPONENTIAL)]);
static NUMBER: MessageField = message(Counts::Point, &[(7, &ATTRIBUTE)]);
static HISTOGRAM: MessageField = message(Counts::Point, &[(9, &ATTRIBUTE)]);
static EXPONENTIAL: MessageField = message(Counts::Point, &[(1, &ATTRIBUTE)]);
static ATTRIBUTE: MessageField = message(Counts::Attribute, &[]);

/// The messages nest seven deep, so this does too.
fn count(mut bytes: &[u8], message: &MessageField, size: &mut MessageSize) -> Result<(), Garbled> {
    match message.counts {
        Counts::Nothing => {}
        Counts::Group => size.groups += 1,
        Counts::Point => size.points += 1,
        Counts::Attribute => size.attributes += 1,
    }
    if message.fields.is_empty() {
        return Ok(());
    }
    while !bytes.is_empty() {
        let (field, wire) = decode_key(&mut bytes).map_err(|_| Garbled)?;
        let len = match wire {
            WireType::Varint => {
                decode_varint(&mut bytes).map_err(|_| Garbled)?;
                continue;
            }
            WireType::SixtyFourBit => 8,
            WireType::ThirtyTwoBit => 4,
            WireType::LengthDelimited => {
                let len = decode_varint(&mut bytes).map_err(|_| Garbled)?;
                usize::try_from(len).map_err(|_| Garbled)?
            }
            WireType::StartGroup | WireType::EndGroup => return Err(Garbled),
        };
        let (inner, rest) = bytes.split_at_checked(len).ok_or(Garbled)?;
        bytes = rest;
        let known = message.fields.iter().find(|(number, _)| *number == field);
        if let Some((_, nested)) = known
            && wire == WireType::LengthDelimited
        {
            count(inner, nested, size)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted() {
        let check = |bytes: &[u8], expect: Result<(usize, usize, usize), Garbled>| {
            let size = MessageSize::of(bytes);
            let found = size.map(|it| (it.points, it.groups, it.attributes));
            assert_eq!(found, expect, "{bytes:?}");
        };
        check(&[], Ok((0, 0, 0)));
        // Two resources, which are empty.
        check(&[0x0a, 0, 0x0a, 0], Ok((0, 2, 0)));
        // A resource with an attribute.
        check(&[0x0a, 4, 0x0a, 2, 0x0a, 0], Ok((0, 1, 1)));
        // A scope with a metric with a gauge with a point with an attribute.
        let point = [0x0a, 10, 0x12, 8, 0x12, 6, 0x2a, 4, 0x0a, 2, 0x3a, 0];
        check(&point, Ok((1, 3, 1)));
        // Fields that nobody knows, of every type: varint, 64 bits, bytes, 32 bits.
        let unknown = [0x78, 0x80, 0x01, 0x79, 0, 0, 0, 0, 0, 0, 0, 0, 0x7a, 1, 9];
        check(&unknown, Ok((0, 0, 0)));
        check(&[0x7d, 0, 0, 0, 0], Ok((0, 0, 0)));
        // Broken off, too long, a group, no such type.
        check(&[0x0a], Err(Garbled));
        check(&[0x0a, 5, 0], Err(Garbled));
        check(
            &[
                0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1,
            ],
            Err(Garbled),
        );
        check(&[0x7b, 0x7c], Err(Garbled));
        check(&[0x0f], Err(Garbled));
        check(b"nothing", Err(Garbled));
    }

    #[test]
    fn limits() {
        let check = |points: usize, groups: usize, attributes: usize, expect: bool| {
            let size = MessageSize {
                points,
                groups,
                attributes,
            };
            assert_eq!(size.is_within(10), expect, "{size:?}");
        };
        check(10, 20, 320, true);
        check(11, 1, 1, false);
        check(1, 21, 1, false);
        check(1, 1, 321, false);
    }
}
