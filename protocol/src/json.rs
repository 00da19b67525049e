//! Reads the server's JSON in the page, with one decoder for all documents.
//!
//! Invariant: what the server writes is read as by `serde_json`; the golden files hold it. The text
//! becomes a tree first, so that neither the parser nor its errors are compiled once for each type,
//! and a struct is an object, never a list: both halves count in the page's size. A server, which
//! owes its callers the place of a mistake, reads with `serde_json` itself.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer,
    MapAccess, SeqAccess, Visitor,
};
use serde_json::Error;

/// Reads a document.
///
/// # Errors
/// When the text is no JSON, or not of this type.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    T::deserialize(serde_json::from_str::<Node>(text)?)
}

/// Any JSON, in the order in which it stands in the text.
enum Node {
    Null,
    Flag(bool),
    Whole(i64),
    /// A whole number that is no `i64`.
    Large(u64),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Node, D::Error> {
        from.deserialize_any(AnyNode)
    }
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, on: bool) -> Result<Node, E> {
        Ok(Node::Flag(on))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Whole(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(i64::try_from(number).map_or(Node::Large(number), Node::Whole))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = from.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(entry) = from.next_entry()? {
            nodes.push(entry);
        }
        Ok(Node::Object(nodes))
    }
}

/// What is common to all types is apart, so that it is compiled once.
impl Node {
    fn flag(self) -> Result<bool, Error> {
        match self {
            Node::Flag(on) => Ok(on),
            _ => Err(mismatch("true or false")),
        }
    }

    fn whole(self) -> Result<i64, Error> {
        match self {
            Node::Whole(number) => Ok(number),
            _ => Err(mismatch("a whole number")),
        }
    }

    fn natural(self) -> Result<u64, Error> {
        match self {
            Node::Large(number) => Ok(number),
            Node::Whole(number) if number >= 0 => Ok(number.unsigned_abs()),
            _ => Err(mismatch("a whole number from 0")),
        }
    }

    fn number(self) -> Result<f64, Error> {
        match self {
            Node::Whole(number) => Ok(number as f64),
            Node::Large(number) => Ok(number as f64),
            Node::Number(number) => Ok(number),
            _ => Err(mismatch("a number")),
        }
    }

    fn text(self) -> Result<String, Error> {
        match self {
            Node::Text(text) => Ok(text),
            _ => Err(mismatch("a text")),
        }
    }

    fn list(self) -> Result<List, Error> {
        match self {
            Node::List(nodes) => Ok(List(nodes.into_iter())),
            _ => Err(mismatch("a list")),
        }
    }

    fn object(self) -> Result<Entries, Error> {
        match self {
            Node::Object(nodes) => Ok(Entries {
                rest: nodes.into_iter(),
                value: Node::Null,
            }),
            _ => Err(mismatch("an object")),
        }
    }
}

fn mismatch(wanted: &str) -> Error {
    Error::custom(format_args!("expected {wanted}"))
}

struct List(std::vec::IntoIter<Node>);

impl<'de> SeqAccess<'de> for List {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let node = self.0.next();
        node.map(|node| seed.deserialize(node)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries {
    rest: std::vec::IntoIter<(String, Node)>,
    /// Of the name that was given last.
    value: Node,
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = value;
        seed.deserialize(Node::Text(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(std::mem::replace(&mut self.value, Node::Null))
    }
}

macro_rules! scalars {
    ($($deserialize:ident)+ => $visit:ident($read:ident)) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.$read()?)
        })+
    };
}

impl<'de> Deserializer<'de> for Node {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Null => visitor.visit_unit(),
            Node::Flag(on) => visitor.visit_bool(on),
            Node::Whole(number) => visitor.visit_i64(number),
            Node::Large(number) => visitor.visit_u64(number),
            Node::Number(number) => visitor.visit_f64(number),
            Node::Text(text) => visitor.visit_string(text),
            Node::List(_) => visitor.visit_seq(self.list()?),
            Node::Object(_) => visitor.visit_map(self.object()?),
        }
    }

    scalars! { deserialize_bool => visit_bool(flag) }
    scalars! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 => visit_u64(natural) }
    scalars! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 => visit_i64(whole) }
    scalars! { deserialize_f32 deserialize_f64 => visit_f64(number) }
    scalars! { deserialize_str deserialize_string deserialize_identifier => visit_string(text) }
    scalars! { deserialize_seq => visit_seq(list) }
    scalars! { deserialize_map => visit_map(object) }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    /// One of a list of names: no enum of the protocol holds more.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.text()?.into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple_struct
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Frame, Hello, LogLevel, Me, Options};

    #[test]
    fn what_is_not_of_the_type_is_an_error_and_no_panic() {
        fn check<T: DeserializeOwned>(text: &str) {
            assert!(read::<T>(text).is_err(), "{text}");
        }
        for text in [
            "",
            "[",
            "{}",
            "[]",
            "5",
            "-1",
            "\"x\"",
            "null",
            "{\"now_ms\": \"5\"}",
        ] {
            check::<Hello>(text);
            check::<Frame>(text);
            check::<Me>(text);
            check::<LogLevel>(text);
        }
        check::<u8>("256");
        check::<u32>("-1");
        check::<i64>("0.5");
        check::<Vec<String>>("[5]");
        check::<(bool, bool)>("[true]");
        check::<Options>("[]");
    }

    #[test]
    fn a_document_may_be_deep_only_as_far_as_serde_json_reads() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(read::<serde_json::Value>(&deep).is_err());
    }
}
