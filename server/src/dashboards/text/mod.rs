//! The text of a dashboard in a file: the one way in which it is written, so that versions of a file
//! differ where the dashboards do.
//!
//! Invariant: writing, reading and writing again gives the same bytes. Numbers are read exactly: a
//! parser that is off by the last digit would change a file by reading it.

use std::fmt::Write as _;

use protocol::{Dashboard, OptionValue, Options};
use serde_json::value::RawValue;

/// The longest object or list that stands in one line.
const MAX_LINE: usize = 100;
/// Names that a file leaves out where nothing stands there.
const OPTIONAL: [&str; 2] = ["metrics", "options"];

/// The dashboard as a file: keys in a fixed order, two spaces for each level, short objects in one line,
/// without the version, which is the server's.
///
/// # Errors
/// A number that JSON cannot hold.
pub fn write(dashboard: &Dashboard) -> serde_json::Result<String> {
    let json = serde_json::to_string(&Dashboard {
        version: 0,
        ..dashboard.clone()
    })?;
    let OptionValue::Group(root) = exact(serde_json::from_str(&json)?)? else {
        return Ok(json);
    };
    let root = root.iter().filter(|(name, _)| *name != "version");
    let root = root.map(|(name, value)| match (name, value) {
        ("widgets", OptionValue::List(widgets)) => {
            let widgets = widgets.iter().map(|widget| match widget {
                OptionValue::Group(widget) => OptionValue::Group(of_widget(widget)),
                other => other.clone(),
            });
            (name, OptionValue::List(widgets.collect()))
        }
        (_, value) => (name, value.clone()),
    });
    let mut text = String::new();
    put(&mut text, &OptionValue::Group(group(root)), 0)?;
    text.push('\n');
    Ok(text)
}

/// Puts the numbers of options as the text has them in the place of those that were read less exactly.
/// The text is that of the dashboard.
///
/// # Errors
/// When the text is no JSON.
pub fn make_exact(dashboard: &mut Dashboard, text: &str) -> serde_json::Result<()> {
    #[derive(serde::Deserialize)]
    struct Document<'a> {
        #[serde(borrow)]
        widgets: Vec<RawWidget<'a>>,
    }
    #[derive(serde::Deserialize)]
    struct RawWidget<'a> {
        #[serde(borrow, default)]
        options: Option<&'a RawValue>,
    }
    let document: Document<'_> = serde_json::from_str(text)?;
    for (widget, raw) in dashboard.widgets.iter_mut().zip(document.widgets) {
        if let Some(raw) = raw.options
            && let OptionValue::Group(options) = exact(raw)?
        {
            widget.options = options;
        }
    }
    Ok(())
}

fn of_widget(widget: &Options) -> Options {
    let kept = widget.iter().filter(|(name, value)| {
        let empty = match value {
            OptionValue::List(values) => values.is_empty(),
            OptionValue::Group(values) => *values == Options::NONE,
            _ => false,
        };
        !(empty && OPTIONAL.contains(name))
    });
    group(kept.map(|(name, value)| match name {
        "options" => (name, sorted(value)),
        _ => (name, value.clone()),
    }))
}

fn group<'a>(entries: impl Iterator<Item = (&'a str, OptionValue)>) -> Options {
    let mut all = Options::NONE;
    for (name, value) in entries {
        all.set(name, value);
    }
    all
}

/// Names in order, at every depth: which of them somebody set first means nothing.
fn sorted(value: &OptionValue) -> OptionValue {
    match value {
        OptionValue::Group(options) => {
            let mut entries: Vec<_> = options.iter().collect();
            entries.sort_unstable_by_key(|(name, _)| *name);
            let entries = entries.into_iter();
            OptionValue::Group(group(entries.map(|(name, value)| (name, sorted(value)))))
        }
        OptionValue::List(values) => OptionValue::List(values.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// A value as it is written, numbers to the last digit.
fn exact(raw: &RawValue) -> serde_json::Result<OptionValue> {
    struct Entries<'a>(Vec<(String, &'a RawValue)>);

    impl<'de: 'a, 'a> serde::Deserialize<'de> for Entries<'a> {
        fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            struct InOrder;
            impl<'de> serde::de::Visitor<'de> for InOrder {
                type Value = Vec<(String, &'de RawValue)>;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: serde::de::MapAccess<'de>>(
                    self,
                    mut map: A,
                ) -> Result<Self::Value, A::Error> {
                    let mut entries = Vec::new();
                    while let Some(entry) = map.next_entry()? {
                        entries.push(entry);
                    }
                    Ok(entries)
                }
            }
            from.deserialize_map(InOrder).map(Entries)
        }
    }

    let text = raw.get();
    Ok(match text.as_bytes().first() {
        Some(b'{') => {
            let Entries(entries) = serde_json::from_str(text)?;
            let mut all = Options::NONE;
            for (name, value) in entries {
                match exact(value)? {
                    OptionValue::Null => {}
                    value => all.set(&name, value),
                }
            }
            OptionValue::Group(all)
        }
        Some(b'[') => {
            let values: Vec<&RawValue> = serde_json::from_str(text)?;
            let values = values.into_iter().map(exact);
            OptionValue::List(values.collect::<Result<_, _>>()?)
        }
        Some(b'-' | b'0'..=b'9') => match (text.parse(), text.parse::<f64>()) {
            // There is no whole number of this sign.
            (Ok(0), Ok(number)) if text.starts_with('-') => OptionValue::Number(number),
            (Ok(whole), _) => OptionValue::Whole(whole),
            (Err(_), Ok(number)) if number.is_finite() => OptionValue::Number(number),
            // Whatever the parser says of a number that is none, or too large.
            _ => serde_json::from_str(text)?,
        },
        _ => serde_json::from_str(text)?,
    })
}

fn put(text: &mut String, value: &OptionValue, depth: usize) -> serde_json::Result<()> {
    let line = in_line(value)?;
    let begun = text.len() - text.rfind('\n').map_or(0, |at| at + 1);
    let nested = match value {
        OptionValue::List(values) => values.iter().any(is_compound) || depth < 2,
        OptionValue::Group(values) => values.iter().any(|(_, value)| is_nested(value)) || depth < 3,
        _ => false,
    };
    let empty = matches!(value, OptionValue::List(values) if values.is_empty())
        || matches!(value, OptionValue::Group(values) if *values == Options::NONE);
    // A line may be that long with the comma after it.
    let fits = begun + line.chars().count() < MAX_LINE;
    match value {
        _ if empty || (!nested && fits) => text.push_str(&line),
        OptionValue::List(values) => {
            text.push('[');
            for (place, value) in values.iter().enumerate() {
                begin(text, place, depth + 1);
                put(text, value, depth + 1)?;
            }
            end(text, depth, ']');
        }
        OptionValue::Group(values) => {
            text.push('{');
            for (place, (name, value)) in values.iter().enumerate() {
                begin(text, place, depth + 1);
                let _ = write!(text, "{}: ", serde_json::to_string(name)?);
                put(text, value, depth + 1)?;
            }
            end(text, depth, '}');
        }
        _ => text.push_str(&line),
    }
    Ok(())
}

fn is_compound(value: &OptionValue) -> bool {
    matches!(value, OptionValue::List(_) | OptionValue::Group(_))
}

/// Whether it holds objects or lists, so that it stands in several lines.
fn is_nested(value: &OptionValue) -> bool {
    match value {
        OptionValue::List(values) => !values.is_empty(),
        OptionValue::Group(values) => values.iter().any(|(_, value)| is_nested(value)),
        _ => false,
    }
}

fn begin(text: &mut String, place: usize, depth: usize) {
    text.push_str(if place == 0 { "\n" } else { ",\n" });
    text.push_str(&"  ".repeat(depth));
}

fn end(text: &mut String, depth: usize, bracket: char) {
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(bracket);
}

fn in_line(value: &OptionValue) -> serde_json::Result<String> {
    Ok(match value {
        OptionValue::List(values) => {
            let all = values.iter().map(in_line).collect::<Result<Vec<_>, _>>()?;
            format!("[{}]", all.join(", "))
        }
        OptionValue::Group(values) => {
            let entry = |(name, value): (&str, &OptionValue)| {
                let name = serde_json::to_string(name)?;
                Ok(format!("{name}: {}", in_line(value)?))
            };
            let all = values.iter().map(entry);
            match all.collect::<serde_json::Result<Vec<_>>>()? {
                all if all.is_empty() => "{}".to_owned(),
                all => format!("{{ {} }}", all.join(", ")),
            }
        }
        OptionValue::Number(number) => serde_json::to_string(number)?,
        other => serde_json::to_string(other)?,
    })
}

#[cfg(test)]
mod tests;
