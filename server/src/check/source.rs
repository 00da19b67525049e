//! A document and the lines of what stands in it.
//!
//! Invariant: a path that leads nowhere has the line of the deepest part of it that there is, so
//! a finding about something missing points at where it is missing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;
use toml::de::{DeTable, DeValue};

use super::{Code, Finding};

/// What stands for a file in findings about what the server itself brings along.
pub const BUILT_IN: &str = "built-in";

/// Where in a document, from its root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    At(usize),
}

impl Path {
    /// The value of this key.
    pub fn key(&self, key: &str) -> Path {
        self.with(Step::Key(key.to_owned()))
    }

    /// The element at this place, from 0.
    pub fn at(&self, place: usize) -> Path {
        self.with(Step::At(place))
    }

    /// A path as it is written, of keys without dots in them: `events[2].name`.
    pub fn parse(written: &str) -> Path {
        let mut path = Path::default();
        for part in written.split(['.', '[']).filter(|part| !part.is_empty()) {
            let place = part.strip_suffix(']').and_then(|place| place.parse().ok());
            path.0.push(match place {
                Some(place) => Step::At(place),
                None => Step::Key(part.to_owned()),
            });
        }
        path
    }

    fn with(&self, step: Step) -> Path {
        let mut steps = self.0.clone();
        steps.push(step);
        Path(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if i > 0 => write!(f, ".{key}")?,
                Step::Key(key) => f.write_str(key)?,
                Step::At(place) => write!(f, "[{place}]")?,
            }
        }
        Ok(())
    }
}

/// A document that was read, as text.
#[derive(Clone, Debug)]
pub struct Source {
    file: String,
    text: Text,
}

#[derive(Clone, Debug)]
enum Text {
    None,
    Toml(String),
    Json(String),
}

impl Source {
    /// What the server itself brings along; it has no lines.
    pub fn built_in() -> Source {
        Source {
            file: BUILT_IN.to_owned(),
            text: Text::None,
        }
    }

    /// A dashboard of the server's database. How it is broken into lines there, nobody sees.
    pub fn saved(id: &str) -> Source {
        Source {
            file: format!("database: dashboard {id}"),
            text: Text::None,
        }
    }

    /// A TOML file.
    pub fn toml(file: impl Into<String>, text: String) -> Source {
        Source {
            file: file.into(),
            text: Text::Toml(text),
        }
    }

    /// A JSON file.
    pub fn json(file: impl Into<String>, text: String) -> Source {
        Source {
            file: file.into(),
            text: Text::Json(text),
        }
    }

    /// A finding at this path.
    pub fn finding(&self, path: &Path, code: Code, message: String) -> Finding {
        Finding {
            file: self.file.clone(),
            line: self.line(path),
            path: path.to_string(),
            code,
            message,
        }
    }

    /// The line of a path, from 1.
    pub fn line(&self, path: &Path) -> Option<usize> {
        let (text, at) = match &self.text {
            Text::None => return None,
            Text::Toml(text) => (text, in_toml(text, &path.0)),
            Text::Json(text) => (text, in_json(text, &path.0)),
        };
        let before = text.as_bytes().get(..at).unwrap_or_default();
        Some(1 + before.iter().filter(|byte| **byte == b'\n').count())
    }
}

/// Bytes from the beginning of the text; 0 where it is no TOML.
fn in_toml(text: &str, path: &[Step]) -> usize {
    let Ok(root) = DeTable::parse(text) else {
        return 0;
    };
    let mut at = 0;
    let mut value = &DeValue::Table(root.into_inner());
    for step in path {
        let next = match (step, value) {
            (Step::Key(key), DeValue::Table(table)) => table
                .iter()
                .find(|(found, _)| found.get_ref() == key)
                .map(|(found, value)| (found.span().start, value)),
            (Step::At(place), DeValue::Array(array)) => {
                array.get(*place).map(|value| (value.span().start, value))
            }
            _ => None,
        };
        let Some((start, next)) = next else {
            break;
        };
        (at, value) = (start, next.get_ref());
    }
    at
}

/// Bytes from the beginning of the text; 0 where it is no JSON.
fn in_json(text: &str, path: &[Step]) -> usize {
    let mut raw = text.trim_start();
    for step in path {
        let next = match step {
            Step::Key(key) => {
                let object = serde_json::from_str::<BTreeMap<Cow<'_, str>, &RawValue>>(raw);
                object.ok().and_then(|object| object.get(&**key).copied())
            }
            Step::At(place) => {
                let array = serde_json::from_str::<Vec<&RawValue>>(raw);
                array.ok().and_then(|array| array.get(*place).copied())
            }
        };
        let Some(next) = next else {
            break;
        };
        raw = next.get();
    }
    // A raw value is a part of the text, so its place in it can be reckoned.
    raw.as_ptr() as usize - text.as_ptr() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_and_read() {
        let path = Path::default().key("events").at(2).key("name");
        assert_eq!(path.to_string(), "events[2].name");
        assert_eq!(Path::parse("events[2].name"), path);
        assert_eq!(Path::parse(""), Path::default());
        assert_eq!(Path::default().to_string(), "");
    }

    #[test]
    fn lines_of_toml() {
        let text = "events = [\n  'a',\n  'b',\n]\n\n[[metrics]]\nname = 'x'\ntags = [\n 'p', 'q',\n \
                    'r'\n]\n[metrics.keep]\n'a.b' = 'c'\n[[metrics]]\nname = 'y'";
        let source = Source::toml("p.toml", text.to_owned());
        let check = |path: &Path, line: usize| assert_eq!(source.line(path), Some(line), "{path}");
        check(&Path::default(), 1);
        check(&Path::parse("events[1]"), 3);
        check(&Path::parse("events[7]"), 1);
        check(&Path::parse("metrics[0]"), 6);
        check(&Path::parse("metrics[0].tags"), 8);
        check(&Path::parse("metrics[0].tags[1]"), 9);
        check(&Path::parse("metrics[0].tags[2]"), 10);
        check(&Path::parse("metrics[0].measurement"), 6);
        let keep = Path::parse("metrics[0].keep");
        check(&keep.key("a.b"), 13);
        check(&Path::parse("metrics[1]"), 14);
        check(&Path::parse("metrics[1].name.deeper[0]"), 15);
        check(&Path::parse("nothing"), 1);
        let broken = Source::toml("p.toml", "a = \n b =".to_owned());
        assert_eq!(broken.line(&Path::parse("b")), Some(1));
    }

    #[test]
    fn lines_of_json() {
        let text = "\n{\n \"a\": [\n  {\"b\\u0063\": 1,\n   \"d\":\n 2},\n  3\n ]\n}";
        let source = Source::json("d.json", text.to_owned());
        let check = |path: &str, line: usize| {
            assert_eq!(source.line(&Path::parse(path)), Some(line), "{path}");
        };
        check("", 2);
        check("a", 3);
        check("a[0]", 4);
        check("a[0].bc", 4);
        check("a[0].d", 6);
        check("a[1]", 7);
        check("a[9]", 3);
        check("a[0].none.deeper", 4);
        check("none", 2);
        let broken = Source::json("d.json", "\n{".to_owned());
        assert_eq!(broken.line(&Path::parse("a")), Some(2));
        assert_eq!(Source::built_in().line(&Path::parse("a")), None);
    }
}
