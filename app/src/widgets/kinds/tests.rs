//! The table of kinds holds what it promises: every folder is in it, every option is read, and the
//! documentation says what it says.

use crate::widgets::state::empty_words;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::widgets::kind::{Metrics, OptionSpec, ValueType};
use protocol::Options;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A value of an option that is not what holds without it.
fn sample(spec: &OptionSpec) -> &'static str {
    match spec.value {
        ValueType::Flag => "true",
        ValueType::Number => "7.5",
        ValueType::Count(_) => "7",
        ValueType::Index => "1",
        ValueType::Text(_) => "\"words\"",
        ValueType::Level => "\"error\"",
        ValueType::Thresholds(_) => r#"[{"at":1,"level":"warn"}]"#,
        ValueType::States(_) => r#"[{"value":1,"name":"on"}]"#,
    }
}

#[test]
fn every_folder_is_a_kind_and_has_a_picture_in_tests() {
    let folder = root().join("app/src/widgets/kinds");
    let entries = fs::read_dir(folder).expect("the folder of kinds");
    let folders: BTreeSet<String> = entries
        .map(|entry| entry.expect("can be read"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let names = KINDS.iter().map(|kind| schema(kind.kind).name.to_owned());
    assert_eq!(folders, names.collect());
    let (pictures, guide) = (read("server/src/picture/tests.rs"), read("docs/WIDGETS.md"));
    for name in &folders {
        assert!(
            pictures.contains(&format!("\"{name}\"")),
            "no picture of {name}"
        );
        assert!(
            guide.contains(&format!("\n## {name}\n")),
            "no section about {name}"
        );
        let parts = ["model", "draw", "view"];
        let own = parts.map(|part| format!("app/src/widgets/kinds/{name}/{part}.rs"));
        let shared = read(&format!("app/src/widgets/kinds/{name}/mod.rs")).contains("time_chart::");
        assert!(
            shared || own.iter().all(|part| root().join(part).is_file()),
            "{name}"
        );
    }
}

#[test]
fn a_kind_is_called_as_documents_call_it() {
    for kind in KINDS {
        let name = serde_json::to_string(&kind.kind).expect("a name");
        assert_eq!(name, format!("\"{}\"", schema(kind.kind).name));
        assert!(std::ptr::eq(super::kind(kind.kind), *kind));
        assert!(!kind.title.is_empty() && kind.class.starts_with("widget is-"));
        assert!(kind.smallest.0 <= protocol::dashboard::COLUMNS);
    }
}

#[test]
fn every_option_is_read_by_its_kind() {
    for kind in KINDS {
        let schema = schema(kind.kind);
        let mut seen = BTreeSet::new();
        for spec in schema.options {
            let place = format!("{}.{}", schema.name, spec.name);
            assert!(seen.insert(spec.name), "{place} stands there twice");
            assert!(!spec.help.is_empty() && !spec.default.is_empty(), "{place}");
            let json = format!("{{\"{}\":{}}}", spec.name, sample(spec));
            let options: Options = serde_json::from_str(&json).expect("options");
            // One option is read for all kinds that have it, in one place.
            let is_shared = empty_words(&options) != empty_words(&Options::NONE);
            assert!(
                is_shared || !same_options(kind.kind, &options, &Options::NONE),
                "{place} is not read"
            );
        }
        let other: Options = serde_json::from_str(r#"{"other":1}"#).expect("options");
        assert!(
            same_options(kind.kind, &other, &Options::NONE),
            "{}",
            schema.name
        );
    }
}

/// The table of a kind's options, as the guide has it.
fn described(schema: &Schema) -> String {
    let mut text = String::from("| option | type | without it | what |\n|---|---|---|---|\n");
    for spec in schema.options {
        let kind = match spec.value {
            ValueType::Flag => "true or false".to_owned(),
            ValueType::Number => "number".to_owned(),
            ValueType::Count(most) => format!("1 to {most}"),
            ValueType::Index => "whole number".to_owned(),
            ValueType::Text(most) => format!("text, at most {most} characters"),
            ValueType::Level => "level".to_owned(),
            ValueType::Thresholds(most) | ValueType::States(most) => {
                format!("list, at most {most}")
            }
        };
        let (name, default, help) = (spec.name, spec.default, spec.help);
        text += &format!("| `{name}` | {kind} | {default} | {help} |\n");
    }
    text
}

/// What the guide says of a kind beside its options.
fn facts(kind: &Kind, schema: &Schema) -> String {
    let metrics = match schema.metrics {
        Metrics::None => "It shows no metric.".to_owned(),
        Metrics::Any => "It shows any metric.".to_owned(),
        Metrics::Only(_, words) => format!("Of metrics, {words}."),
    };
    let (w, h) = kind.smallest;
    format!("{metrics} It can be read from {w} columns and {h} rows on.\n")
}

/// `UPDATE_GOLDEN=1` writes the tables.
#[test]
fn the_guide_has_the_table_of_every_kind() {
    let path = root().join("docs/WIDGETS.md");
    let mut guide = read("docs/WIDGETS.md");
    for kind in KINDS {
        let schema = schema(kind.kind);
        let (begin, end) = (format!("<!-- kind {} -->\n", schema.name), "<!-- end -->\n");
        let wanted = format!("{begin}{}\n{}{end}", facts(kind, schema), described(schema));
        let from = guide
            .find(&begin)
            .unwrap_or_else(|| panic!("{begin} is missing"));
        let to = from + guide[from..].find(end).expect("an end") + end.len();
        guide.replace_range(from..to, &wanted);
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &guide).expect("the guide can be written");
    }
    assert!(
        guide == read("docs/WIDGETS.md"),
        "UPDATE_GOLDEN=1 writes the tables"
    );
}
