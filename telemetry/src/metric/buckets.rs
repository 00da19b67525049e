//! The buckets of a distribution: a list of upper bounds, or a rule for them.
//!
//! Invariant: whatever rule was written, readers see bounds; a rule that gives none is kept as
//! it was written, so that the check can say what about it is wrong.

use std::fmt;
use std::ops::Deref;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::check::{at_most, wrong};
use super::{MAX_BUCKETS, MetricError};

/// Upper bounds in the metric's unit; reads as a slice of them. In a file it is a list, or
/// `{ linear = { first, width, count } }`, or `{ exponential = { first, factor, count } }`.
///
/// ```
/// use telemetry::Buckets;
///
/// assert_eq!(*Buckets::linear(0.5, 0.25, 3), [0.5, 0.75, 1.0]);
/// assert_eq!(*Buckets::exponential(1.0, 10.0, 4), [1.0, 10.0, 100.0, 1000.0]);
/// assert_eq!(*Buckets::from([1.0, 5.0]), [1.0, 5.0]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buckets {
    bounds: Vec<f64>,
    rule: Option<Rule>,
}

#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Rule {
    Linear { first: f64, width: f64, count: u32 },
    Exponential { first: f64, factor: f64, count: u32 },
}

impl Buckets {
    /// `count` bounds from `first` on, each `width` above the one before; `width` is above 0.
    pub fn linear(first: f64, width: f64, count: u32) -> Buckets {
        Buckets::by(Rule::Linear {
            first,
            width,
            count,
        })
    }

    /// `count` bounds from `first` on, each `factor` times the one before; `first` is above 0
    /// and `factor` above 1.
    pub fn exponential(first: f64, factor: f64, count: u32) -> Buckets {
        Buckets::by(Rule::Exponential {
            first,
            factor,
            count,
        })
    }

    fn by(rule: Rule) -> Buckets {
        let bounds = match rule.check() {
            Ok(()) => rule.bounds(),
            Err(_) => Vec::new(),
        };
        Buckets {
            bounds,
            rule: Some(rule),
        }
    }

    /// Whether none were asked for.
    pub(super) fn is_absent(&self) -> bool {
        self.bounds.is_empty() && self.rule.is_none()
    }

    pub(super) fn check(&self) -> Result<(), MetricError> {
        if let Some(rule) = self.rule {
            rule.check()?;
        }
        at_most("buckets", self.bounds.len(), MAX_BUCKETS)?;
        let mut below = f64::NEG_INFINITY;
        for (i, &bound) in self.bounds.iter().enumerate() {
            let field = format!("buckets[{i}]");
            if !bound.is_finite() {
                return wrong(
                    &field,
                    "not finite: what lies above the last bound is counted anyway",
                );
            }
            if bound <= below {
                return wrong(&field, &format!("{bound} does not ascend from {below}"));
            }
            below = bound;
        }
        Ok(())
    }
}

impl Rule {
    fn check(self) -> Result<(), MetricError> {
        let (name, first, count) = match self {
            Rule::Linear { first, count, .. } => ("linear", first, count),
            Rule::Exponential { first, count, .. } => ("exponential", first, count),
        };
        let field = |key: &str| format!("buckets.{name}.{key}");
        if !first.is_finite() {
            return wrong(&field("first"), "not finite");
        }
        match self {
            Rule::Linear { width, .. } if !(width > 0.0 && width.is_finite()) => {
                return wrong(&field("width"), "is a finite number above 0");
            }
            Rule::Exponential { first, .. } if first <= 0.0 => {
                return wrong(&field("first"), "is above 0: it is multiplied");
            }
            Rule::Exponential { factor, .. } if !(factor > 1.0 && factor.is_finite()) => {
                return wrong(&field("factor"), "is a finite number above 1");
            }
            _ => {}
        }
        if count == 0 || count as usize > MAX_BUCKETS {
            return wrong(&field("count"), &format!("is from 1 to {MAX_BUCKETS}"));
        }
        Ok(())
    }

    /// Each bound is computed from the first, so that rounding does not add up.
    fn bounds(self) -> Vec<f64> {
        match self {
            Rule::Linear {
                first,
                width,
                count,
            } => (0..count).map(|i| first + width * f64::from(i)).collect(),
            Rule::Exponential {
                first,
                factor,
                count,
            } => (0..count)
                .map(|i| first * factor.powi(i.cast_signed()))
                .collect(),
        }
    }
}

impl Deref for Buckets {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.bounds
    }
}

impl From<Vec<f64>> for Buckets {
    fn from(bounds: Vec<f64>) -> Buckets {
        Buckets { bounds, rule: None }
    }
}

impl From<&[f64]> for Buckets {
    fn from(bounds: &[f64]) -> Buckets {
        bounds.to_vec().into()
    }
}

impl<const N: usize> From<[f64; N]> for Buckets {
    fn from(bounds: [f64; N]) -> Buckets {
        bounds.to_vec().into()
    }
}

/// As [`Buckets`] are written.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[schemars(untagged, rename = "Buckets")]
#[allow(dead_code, reason = "it stands for its schema alone")]
pub(super) enum BucketsSchema {
    Bounds(Vec<f64>),
    Rule(Rule),
}

impl Serialize for Buckets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.rule {
            Some(rule) => rule.serialize(serializer),
            None => self.bounds.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Buckets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Buckets, D::Error> {
        deserializer.deserialize_any(BucketsVisitor)
    }
}

struct BucketsVisitor;

impl<'de> Visitor<'de> for BucketsVisitor {
    type Value = Buckets;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of upper bounds, `linear` or `exponential`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Buckets, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Buckets::from)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Buckets, A::Error> {
        Rule::deserialize(MapAccessDeserializer::new(map)).map(Buckets::by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `fault` is the field that is named, or empty when nothing is wrong.
    fn check(buckets: impl Into<Buckets>, fault: &str) {
        let buckets = buckets.into();
        let found = buckets
            .check()
            .map_or_else(|error| error.field, |()| String::new());
        assert_eq!(found, fault, "{buckets:?}");
    }

    #[test]
    fn lists() {
        check([0.0], "");
        check([-1.0, 0.0, 0.5], "");
        check([1.0, 1.0], "buckets[1]");
        check([1.0, 2.0, 1.5], "buckets[2]");
        check([0.0, -0.0], "buckets[1]");
        check([f64::NAN], "buckets[0]");
        check([1.0, f64::INFINITY], "buckets[1]");
        check([f64::NEG_INFINITY], "buckets[0]");
        let many: Vec<f64> = (0..=128).map(f64::from).collect();
        check(&many[..128], "");
        check(many, "buckets");
    }

    #[test]
    fn rules() {
        check(Buckets::linear(-1.0, 0.5, 128), "");
        check(Buckets::linear(f64::NAN, 1.0, 2), "buckets.linear.first");
        check(Buckets::linear(0.0, 0.0, 2), "buckets.linear.width");
        check(Buckets::linear(0.0, f64::NAN, 2), "buckets.linear.width");
        check(
            Buckets::linear(0.0, f64::INFINITY, 2),
            "buckets.linear.width",
        );
        check(Buckets::linear(0.0, 1.0, 0), "buckets.linear.count");
        check(Buckets::linear(0.0, 1.0, 129), "buckets.linear.count");
        check(Buckets::linear(0.0, 1.0, u32::MAX), "buckets.linear.count");
        check(Buckets::linear(1e300, 1.0, 2), "buckets[1]");
        check(Buckets::linear(0.0, f64::MAX, 3), "buckets[2]");
        check(Buckets::exponential(1e-3, 2.0, 20), "");
        check(
            Buckets::exponential(0.0, 2.0, 2),
            "buckets.exponential.first",
        );
        check(
            Buckets::exponential(-1.0, 2.0, 2),
            "buckets.exponential.first",
        );
        check(
            Buckets::exponential(1.0, 1.0, 2),
            "buckets.exponential.factor",
        );
        check(
            Buckets::exponential(1.0, f64::NAN, 2),
            "buckets.exponential.factor",
        );
        check(Buckets::exponential(1.0, 1e9, 100), "buckets[35]");
    }

    #[test]
    fn golden() {
        let check = |json: &str, bounds: &[f64]| {
            let buckets: Buckets = serde_json::from_str(json).expect("decodes");
            assert_eq!(*buckets, *bounds, "{json}");
            assert_eq!(serde_json::to_string(&buckets).expect("encodes"), json);
        };
        check("[]", &[]);
        check("[0.5,1.0]", &[0.5, 1.0]);
        check(
            r#"{"linear":{"first":0.5,"width":0.25,"count":3}}"#,
            &[0.5, 0.75, 1.0],
        );
        check(
            r#"{"exponential":{"first":1.0,"factor":2.0,"count":4}}"#,
            &[1.0, 2.0, 4.0, 8.0],
        );
        check(r#"{"linear":{"first":0.5,"width":0.0,"count":3}}"#, &[]);
    }

    #[test]
    fn what_is_refused_when_read() {
        let check = |json: &str, part: &str| {
            let error = serde_json::from_str::<Buckets>(json).expect_err("is refused");
            assert!(error.to_string().contains(part), "{error}");
        };
        check("1", "a list of upper bounds");
        check(r#"{"quadratic":{}}"#, "quadratic");
        check(r#"{"linear":{"first":0.5,"width":0.25}}"#, "count");
        check(
            r#"{"linear":{"first":0.5,"width":0.25,"count":3,"last":1}}"#,
            "last",
        );
    }
}
