//! Options of a widget, by name. Which names a kind takes, of what type and within which bounds,
//! stands in the page's table of kinds; here they are values of a JSON document. Invariant: what was
//! read is written again, whether a kind knows it or not, but for `null`, which means absent.

use std::fmt;

use serde::de::{self, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};

use super::{LogLevel, WidgetOverride, option_name};

/// The options of one widget.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "OptionValue", into = "OptionValue")]
pub struct Options(Vec<(String, OptionValue)>);

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum OptionValue {
    /// Absent; stands in lists alone.
    Null,
    /// On or off.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// Any other number; finite when it was read from JSON.
    Number(f64),
    /// A text.
    Text(String),
    /// Several values.
    List(Vec<OptionValue>),
    /// Values by name.
    Group(Options),
}

/// From this value on, a widget says so: by words and icon, and by colour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// In the unit that the widget shows; reached when the value is equal or above.
    pub at: f64,
    /// `warn` or `bad`.
    pub level: LogLevel,
}

/// What one value of a state history means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateName {
    /// The value, exactly.
    pub value: f64,
    /// The word for it.
    pub name: String,
    /// How grave it is.
    #[serde(default)]
    pub level: LogLevel,
}

impl Options {
    /// No option is given.
    pub const NONE: Options = Options(Vec::new());

    /// Names and values, in the order of the document.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OptionValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&OptionValue> {
        self.iter()
            .find(|(other, _)| *other == name)
            .map(|(_, value)| value)
    }

    /// Gives an option this value, instead of the one that it had.
    pub fn set(&mut self, name: &str, value: OptionValue) {
        match self.0.iter_mut().find(|(other, _)| other == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Takes an option away; what it was.
    pub fn remove(&mut self, name: &str) -> Option<OptionValue> {
        let at = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.remove(at).1)
    }

    /// Whether a flag is on.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(OptionValue::Flag(true)))
    }

    /// A number.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.number()
    }

    /// A whole number from 0 on.
    pub fn count(&self, name: &str) -> Option<u32> {
        self.get(name)?.count()
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// How grave something is.
    pub fn level(&self, name: &str) -> Option<LogLevel> {
        self.get(name)?.level()
    }

    /// The option `thresholds`; entries that are none are left out.
    pub fn thresholds(&self) -> Vec<Threshold> {
        let all = self
            .get(option_name::THRESHOLDS)
            .map_or(&[][..], OptionValue::list);
        all.iter().filter_map(OptionValue::threshold).collect()
    }

    /// The option `states`; entries that are none are left out.
    pub fn states(&self) -> Vec<StateName> {
        let all = self
            .get(option_name::STATES)
            .map_or(&[][..], OptionValue::list);
        all.iter().filter_map(OptionValue::state).collect()
    }
}

impl OptionValue {
    /// The number, when it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            OptionValue::Whole(number) => Some(*number as f64),
            OptionValue::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The number, when it is a whole one from 0 on.
    pub fn count(&self) -> Option<u32> {
        let number = self.number()?;
        let whole = number as u32;
        (f64::from(whole) == number).then_some(whole)
    }

    /// The text, when it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            OptionValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The level, when it is the name of one.
    pub fn level(&self) -> Option<LogLevel> {
        let name: de::value::StrDeserializer<'_, de::value::Error> =
            self.text()?.into_deserializer();
        LogLevel::deserialize(name).ok()
    }

    /// The values of a list; none when it is no list.
    pub fn list(&self) -> &[OptionValue] {
        match self {
            OptionValue::List(values) => values,
            _ => &[],
        }
    }

    /// The values by name, when it is a group.
    pub fn group(&self) -> Option<&Options> {
        match self {
            OptionValue::Group(options) => Some(options),
            _ => None,
        }
    }

    /// A threshold: `{ "at", "level" }`.
    pub fn threshold(&self) -> Option<Threshold> {
        let group = self.group()?;
        Some(Threshold {
            at: group.number("at")?,
            level: group.level("level")?,
        })
    }

    /// A state: `{ "value", "name" }`, and `level` unless it is `info`.
    pub fn state(&self) -> Option<StateName> {
        let group = self.group()?;
        Some(StateName {
            value: group.number("value")?,
            name: group.text("name")?.to_owned(),
            level: match group.get("level") {
                Some(level) => level.level()?,
                None => LogLevel::default(),
            },
        })
    }
}

impl WidgetOverride {
    /// Puts what the person chose over the options of the widget.
    pub fn apply(&self, options: &mut Options) {
        for (name, choice) in [(option_name::LOG, self.log), (option_name::BAND, self.band)] {
            if let Some(on) = choice {
                options.set(name, OptionValue::Flag(on));
            }
        }
    }
}

impl TryFrom<OptionValue> for Options {
    type Error = &'static str;

    fn try_from(value: OptionValue) -> Result<Self, Self::Error> {
        match value {
            OptionValue::Group(options) => Ok(options),
            _ => Err("options are an object of names and values"),
        }
    }
}

impl From<Options> for OptionValue {
    fn from(options: Options) -> Self {
        OptionValue::Group(options)
    }
}

impl<'de> Deserialize<'de> for OptionValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = OptionValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of an option")
    }

    fn visit_unit<E>(self) -> Result<OptionValue, E> {
        Ok(OptionValue::Null)
    }

    fn visit_bool<E>(self, on: bool) -> Result<OptionValue, E> {
        Ok(OptionValue::Flag(on))
    }

    fn visit_i64<E>(self, number: i64) -> Result<OptionValue, E> {
        Ok(OptionValue::Whole(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<OptionValue, E> {
        let whole = i64::try_from(number).map(OptionValue::Whole);
        Ok(whole.unwrap_or(OptionValue::Number(number as f64)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<OptionValue, E> {
        Ok(OptionValue::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<OptionValue, E> {
        Ok(OptionValue::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<OptionValue, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(OptionValue::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OptionValue, A::Error> {
        let mut options = Options::NONE;
        while let Some((name, value)) = map.next_entry::<String, OptionValue>()? {
            if options.get(&name).is_some() {
                return Err(de::Error::custom(format_args!(
                    "`{name}` stands there twice"
                )));
            }
            if value != OptionValue::Null {
                options.0.push((name, value));
            }
        }
        Ok(OptionValue::Group(options))
    }
}

impl Serialize for OptionValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            OptionValue::Null => serializer.serialize_unit(),
            OptionValue::Flag(on) => serializer.serialize_bool(*on),
            OptionValue::Whole(number) => serializer.serialize_i64(*number),
            OptionValue::Number(number) => serializer.serialize_f64(*number),
            OptionValue::Text(text) => serializer.serialize_str(text),
            OptionValue::List(values) => {
                let mut seq = serializer.serialize_seq(Some(values.len()))?;
                for value in values {
                    seq.serialize_element(value)?;
                }
                seq.end()
            }
            OptionValue::Group(Options(values)) => {
                let mut map = serializer.serialize_map(Some(values.len()))?;
                for (name, value) in values {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests;
