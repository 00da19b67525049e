//! Attributes as tags, and as the identity of a stream.
//!
//! Invariant: the order of attributes has no meaning, and whatever differs is another stream.

use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};

use telemetry::Value;
use telemetry::otlp_message::{Any, InstrumentationScope, KeyValue, Resource};

use crate::ingest::cumulative::StreamKey;

/// Attributes as metadata. The first of a name counts, so a point's own stand before those of
/// its resource. Lists, maps and bytes are no tags and are left out.
pub fn metadata<'a>(lists: [&'a [KeyValue]; 2]) -> Vec<(&'a str, Value<'a>)> {
    let pairs = lists.into_iter().flatten();
    pairs
        .filter_map(|pair| Some((pair.key.as_str(), value(pair)?)))
        .collect()
}

fn value(pair: &KeyValue) -> Option<Value<'_>> {
    match pair.value.as_ref()?.value.as_ref()? {
        Any::Text(text) => Some(Value::Str(text)),
        Any::Bool(truth) => Some(Value::Bool(*truth)),
        Any::Int(number) => Some(Value::Int(*number)),
        Any::Double(number) => Some(Value::Float(*number)),
        Any::Array(_) | Any::List(_) | Any::Bytes(_) => None,
    }
}

/// Makes keys. Another one makes others.
#[derive(Default)]
pub struct Keys([RandomState; 2]);

impl Keys {
    /// What all streams of a scope have in common.
    pub fn scope(
        &self,
        resource: Option<&Resource>,
        scope: Option<&InstrumentationScope>,
    ) -> StreamKey {
        self.hash(|hasher, keys| {
            let attributes = resource.map_or(&[][..], |resource| &resource.attributes);
            keys.attributes(attributes, hasher);
            if let Some(scope) = scope {
                (&scope.name, &scope.version).hash(hasher);
                keys.attributes(&scope.attributes, hasher);
            }
        })
    }

    /// A stream of the scope. Streams of one name whose points differ in type or temporality are
    /// different, and so are those that began at different times, which distinguishes two
    /// programs that do not identify themselves.
    pub fn stream(
        &self,
        scope: StreamKey,
        (name, type_tag): (&str, u8),
        attributes: &[KeyValue],
        start_ns: u64,
    ) -> StreamKey {
        self.hash(|hasher, keys| {
            (scope, name, type_tag, start_ns).hash(hasher);
            keys.attributes(attributes, hasher);
        })
    }

    fn hash(&self, write: impl Fn(&mut DefaultHasher, One<'_>)) -> StreamKey {
        StreamKey([0, 1].map(|at| {
            let mut hasher = self.0[at].build_hasher();
            write(&mut hasher, One(&self.0[at]));
            hasher.finish()
        }))
    }
}

/// One of the two.
struct One<'a>(&'a RandomState);

impl One<'_> {
    /// A sum of hashes is the same in any order.
    fn attributes(&self, attributes: &[KeyValue], hasher: &mut DefaultHasher) {
        let one = |pair: &KeyValue| {
            let mut hasher = self.0.build_hasher();
            pair.key.hash(&mut hasher);
            any(pair).hash(&mut hasher);
            hasher.finish()
        };
        let sum = attributes.iter().map(one).fold(0, u64::wrapping_add);
        (attributes.len(), sum).hash(hasher);
    }
}

fn any(pair: &KeyValue) -> (u8, u64, &[u8]) {
    match pair.value.as_ref().and_then(|any| any.value.as_ref()) {
        None => (0, 0, &[]),
        Some(Any::Text(text)) => (1, 0, text.as_bytes()),
        Some(Any::Bool(truth)) => (2, u64::from(*truth), &[]),
        Some(Any::Int(number)) => (3, number.cast_unsigned(), &[]),
        Some(Any::Double(number)) => (4, number.to_bits(), &[]),
        Some(Any::Array(bytes)) => (5, 0, bytes),
        Some(Any::List(bytes)) => (6, 0, bytes),
        Some(Any::Bytes(bytes)) => (7, 0, bytes),
    }
}

#[cfg(test)]
mod tests {
    use telemetry::otlp_message::AnyValue;

    use super::*;

    fn pair(key: &str, value: Option<Any>) -> KeyValue {
        KeyValue {
            key: key.into(),
            value: Some(AnyValue { value }),
        }
    }

    #[test]
    fn a_points_own_attributes_stand_before_its_resources() {
        let own = [KeyValue::text("a", "own"), pair("n", Some(Any::Int(-3)))];
        let resource = [
            KeyValue::text("a", "resource"),
            KeyValue::text("service.name", "shop"),
            pair("list", Some(Any::Array(vec![1].into()))),
            pair("none", None),
        ];
        let metadata = metadata([&own, &resource]);
        let find = |key: &str| {
            let found = metadata.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| value.to_string())
        };
        assert_eq!(find("a").as_deref(), Some("own"));
        assert_eq!(find("n").as_deref(), Some("-3"));
        assert_eq!(find("service.name").as_deref(), Some("shop"));
        assert_eq!((find("list"), find("none")), (None, None));
    }

    #[test]
    fn what_differs_is_another_stream() {
        let keys = Keys::default();
        let scope = keys.scope(None, None);
        let key = |name: &str, type_tag: u8, attributes: &[KeyValue], start: u64| {
            keys.stream(scope, (name, type_tag), attributes, start)
        };
        let (a, b) = (KeyValue::text("a", "1"), KeyValue::text("b", "2"));
        let base = key("n", 1, &[a.clone(), b.clone()], 5);
        assert_eq!(base, key("n", 1, &[b.clone(), a.clone()], 5), "any order");
        let others = [
            key("m", 1, &[a.clone(), b.clone()], 5),
            key("n", 2, &[a.clone(), b.clone()], 5),
            key("n", 1, &[a.clone(), b.clone()], 6),
            key("n", 1, std::slice::from_ref(&a), 5),
            key("n", 1, &[], 5),
            key("n", 1, &[a.clone(), b.clone(), b.clone()], 5),
            key(
                "n",
                1,
                &[KeyValue::text("a", "2"), KeyValue::text("b", "1")],
                5,
            ),
            key("n", 1, &[a.clone(), pair("b", Some(Any::Int(2)))], 5),
            key("n", 1, &[a.clone(), pair("b", None)], 5),
        ];
        for (at, other) in others.iter().enumerate() {
            assert_ne!(base, *other, "{at}");
        }
        let lists = [vec![1], vec![2]].map(|bytes| pair("l", Some(Any::Array(bytes.into()))));
        assert_ne!(key("n", 1, &lists[..1], 0), key("n", 1, &lists[1..], 0));
        let named = InstrumentationScope {
            name: "s".into(),
            ..InstrumentationScope::default()
        };
        let resource = Resource {
            attributes: vec![a],
        };
        assert_ne!(scope, keys.scope(None, Some(&named)));
        assert_ne!(scope, keys.scope(Some(&resource), None));
    }
}
