//! Which events a metric takes, as data: patterns for metadata.
//!
//! Invariant: matching allocates nothing, whatever the metadata holds.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::check::{at_most, dotted, text, wrong};
use super::{MAX_PATTERNS, MAX_TAGS, MetricError};
use crate::{Event, Value};

/// What metadata has to be like: for every key here, the event's value has to be like one of the
/// key's patterns. An event without the key does not match. Without keys there is nothing to be
/// like, and [`Metric`](crate::Metric) takes that as not given.
///
/// A pattern is the value as text; with `*` in the end it is what the text begins with. Values
/// that are no text match by how they are written: `200`, `0.5`, `true`.
///
/// ```
/// use telemetry::{Match, Metric};
///
/// let metric: Metric = serde_json::from_str(r#"{
///     "name": "api.latency", "kind": "summary", "event": "http.stop", "measurement": "duration",
///     "keep": { "method": ["GET", "HEAD"], "route": "/api/*" }
/// }"#)?;
/// let keep = Match::new().key("method", ["GET", "HEAD"]).key("route", ["/api/*"]);
/// assert_eq!(metric.keep, keep);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Match(BTreeMap<String, Patterns>);

/// One of these has to match. A single one is written without brackets.
#[derive(Clone, Debug, PartialEq)]
struct Patterns(Vec<String>);

/// As [`Patterns`] is written.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[schemars(untagged, rename = "Patterns")]
#[allow(dead_code, reason = "it stands for its schema alone")]
pub(super) enum PatternsSchema {
    One(String),
    Several(Vec<String>),
}

impl Match {
    /// No keys yet.
    pub fn new() -> Match {
        Match::default()
    }

    /// Asks for `key` to be like one of the patterns.
    pub fn key<S: Into<String>>(
        mut self,
        key: impl Into<String>,
        patterns: impl IntoIterator<Item = S>,
    ) -> Match {
        let patterns = patterns.into_iter().map(Into::into).collect();
        self.0.insert(key.into(), Patterns(patterns));
        self
    }

    /// Whether no key is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys that are asked for, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether the event's metadata is like this.
    pub fn matches(&self, event: &Event<'_>) -> bool {
        self.0.iter().all(|(key, patterns)| {
            let value = event.meta(key);
            value.is_some_and(|value| patterns.has_like(value))
        })
    }

    /// Whether the event's metadata has a key with a value that is not like this. It is so of
    /// what does not match, unless nothing but keys are missing.
    pub fn contradicts(&self, event: &Event<'_>) -> bool {
        self.0.iter().any(|(key, patterns)| {
            let value = event.meta(key);
            value.is_some_and(|value| !patterns.has_like(value))
        })
    }

    pub(super) fn check(&self, field: &str) -> Result<(), MetricError> {
        at_most(field, self.0.len(), MAX_TAGS)?;
        for (key, patterns) in &self.0 {
            let field = format!("{field}.{key}");
            dotted(&field, key)?;
            at_most(&field, patterns.0.len(), MAX_PATTERNS)?;
            if patterns.0.is_empty() {
                return wrong(&field, "no pattern: nothing would match");
            }
            for pattern in &patterns.0 {
                text(&field, pattern)?;
                let inner = pattern.strip_suffix('*').unwrap_or(pattern);
                if inner.contains('*') {
                    return wrong(&field, "`*` stands at the end alone");
                }
            }
        }
        Ok(())
    }
}

impl Patterns {
    fn has_like(&self, value: Value<'_>) -> bool {
        self.0.iter().any(|pattern| is_like(value, pattern))
    }
}

fn is_like(value: Value<'_>, pattern: &str) -> bool {
    let (text, open) = match pattern.strip_suffix('*') {
        Some(beginning) => (beginning, true),
        None => (pattern, false),
    };
    if let Value::Str(value) = value {
        return if open {
            value.starts_with(text)
        } else {
            value == text
        };
    }
    let mut rest = Rest { text, open };
    write!(rest, "{value}").is_ok() && rest.text.is_empty()
}

/// Compares with what is written piece by piece, so that no number needs a buffer.
struct Rest<'p> {
    /// What has still to come.
    text: &'p str,
    /// Whether anything may come behind.
    open: bool,
}

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        if let Some(rest) = self.text.strip_prefix(piece) {
            self.text = rest;
            return Ok(());
        }
        if self.open && piece.starts_with(self.text) {
            self.text = "";
            return Ok(());
        }
        Err(fmt::Error)
    }
}

impl Serialize for Patterns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [single] => serializer.serialize_str(single),
            several => serializer.collect_seq(several),
        }
    }
}

impl<'de> Deserialize<'de> for Patterns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Patterns, D::Error> {
        deserializer.deserialize_any(PatternsVisitor)
    }
}

struct PatternsVisitor;

impl<'de> Visitor<'de> for PatternsVisitor {
    type Value = Patterns;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pattern or a list of patterns")
    }

    fn visit_str<E: Error>(self, pattern: &str) -> Result<Patterns, E> {
        Ok(Patterns(vec![pattern.to_owned()]))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Patterns, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Patterns, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Patterns, E> {
        self.visit_str(if truth { "true" } else { "false" })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Patterns, A::Error> {
        let mut patterns = Vec::new();
        while let Some(Patterns(more)) = list.next_element()? {
            patterns.extend(more);
        }
        Ok(Patterns(patterns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value<'static>> {
        prop_oneof![
            any::<i64>().prop_map(Value::Int),
            any::<u64>().prop_map(Value::from),
            (-100i64..100).prop_map(Value::Int),
            any::<f64>().prop_map(Value::Float),
            any::<bool>().prop_map(Value::Bool),
            prop::sample::select(vec!["", "a", "ab", "true", "1", "é"]).prop_map(Value::Str),
        ]
    }

    proptest! {
        #[test]
        fn as_the_written_value_would_match(value in any_value(), end in 0usize..400, open: bool) {
            let text = value.to_string();
            let beginning = text.get(..end).unwrap_or(&text);
            let pattern = format!("{beginning}{}", if open { "*" } else { "" });
            prop_assert_eq!(is_like(value, &pattern), open || beginning == text);
            let longer = format!("{text}0{}", if open { "*" } else { "" });
            prop_assert!(!is_like(value, &longer));
        }
    }

    #[test]
    fn patterns() {
        let check = |value: Value<'_>, pattern: &str, expect: bool| {
            assert_eq!(is_like(value, pattern), expect, "{value:?} like {pattern}");
        };
        check("GET".into(), "GET", true);
        check("GET".into(), "get", false);
        check("GETS".into(), "GET", false);
        check("".into(), "", true);
        check("".into(), "*", true);
        check("/api/x".into(), "/api/*", true);
        check("/api/".into(), "/api/*", true);
        check("/api".into(), "/api/*", false);
        check(200.into(), "200", true);
        check(200.into(), "20", false);
        check(20.into(), "200", false);
        check(204.into(), "2*", true);
        check(404.into(), "2*", false);
        check((-1).into(), "-1", true);
        check((-1).into(), "*", true);
        check(true.into(), "true", true);
        check(true.into(), "t*", true);
        check(false.into(), "true", false);
        check(0.5.into(), "0.5", true);
        check(f64::NAN.into(), "NaN", true);
        check(f64::INFINITY.into(), "inf", true);
        check(f64::MAX.into(), "17*", true);
        check(f64::MAX.into(), "17", false);
    }

    #[test]
    fn every_key_and_one_of_its_patterns() {
        let check = |json: &str, matches: bool, contradicts: bool| {
            let pattern: Match = serde_json::from_str(json).expect("decodes");
            let event = Event {
                name: "a",
                measurements: &[],
                metadata: &[("method", "GET".into()), ("status", 204.into())],
            };
            let found = (pattern.matches(&event), pattern.contradicts(&event));
            assert_eq!(found, (matches, contradicts), "{json}");
        };
        check("{}", true, false);
        check(r#"{"method":"GET"}"#, true, false);
        check(r#"{"method":["PUT","GET"]}"#, true, false);
        check(r#"{"method":["PUT","POST"]}"#, false, true);
        check(r#"{"method":[]}"#, false, true);
        check(r#"{"method":"GET","status":204}"#, true, false);
        check(r#"{"method":"GET","status":["5*",200]}"#, false, true);
        check(r#"{"method":"GET","route":"*"}"#, false, false);
        check(r#"{"method":"PUT","route":"*"}"#, false, true);
    }

    #[test]
    fn golden() {
        let check = |given: &str, written: &str| {
            let pattern: Match = serde_json::from_str(given).expect("decodes");
            let json = serde_json::to_string(&pattern).expect("encodes");
            assert_eq!(json, written);
            let again: Match = serde_json::from_str(&json).expect("decodes");
            assert_eq!(again, pattern);
        };
        check(r#"{"b":["x"],"a":["y","z"]}"#, r#"{"a":["y","z"],"b":"x"}"#);
        check(
            r#"{"status":200,"new":true}"#,
            r#"{"new":"true","status":"200"}"#,
        );
        serde_json::from_str::<Match>(r#"{"a":1.5}"#).expect_err("is no pattern");
        serde_json::from_str::<Match>(r#"{"a":null}"#).expect_err("is no pattern");
    }
}
