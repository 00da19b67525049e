//! The JSON schema of a dashboard's document, for editors that check files while one writes them.
//!
//! Invariant: structure comes from the types of the protocol and options from the table of kinds, so
//! that what is accepted here is what the check of documents accepts, but for rules that need the list
//! of metrics.

use app::kind::{Metrics, OptionSpec, ValueType};
use app::kinds::{KINDS, schema};
use protocol::{Dashboard, option_name};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The key of a file that names this schema; it is read by editors alone.
pub const KEY: &str = "$schema";

/// The schema, as draft 2020-12.
pub fn dashboard_schema() -> Value {
    let settings = SchemaSettings::draft2020_12();
    let mut root = settings
        .into_generator()
        .into_root_schema_for::<Dashboard>();
    let mut root = root.as_object_mut().map(std::mem::take).unwrap_or_default();
    root.insert("title".to_owned(), json!("A dashboard of Pulseboard"));
    close(&mut root);
    if let Some(properties) = properties(&mut root) {
        let words = "The address of this schema, for editors.";
        properties.insert(
            KEY.to_owned(),
            json!({ "type": "string", "description": words }),
        );
    }
    if let Some(Value::Object(definitions)) = root.get_mut("$defs") {
        for definition in definitions.values_mut() {
            if let Value::Object(definition) = definition {
                close(definition);
            }
        }
        if let Some(Value::Object(widget)) = definitions.get_mut("Widget") {
            of_kinds(widget);
        }
    }
    Value::Object(root)
}

/// The schema as a file.
pub fn dashboard_schema_text() -> String {
    format!("{:#}\n", dashboard_schema())
}

/// A key that nobody reads is rejected.
fn close(schema: &mut Map<String, Value>) {
    if schema.contains_key("properties") {
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
}

fn properties(schema: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    schema.get_mut("properties")?.as_object_mut()
}

/// Options by kind, in the place of any options.
fn of_kinds(widget: &mut Map<String, Value>) {
    if let Some(properties) = properties(widget) {
        properties.insert(
            "options".to_owned(),
            json!({ "type": ["object", "null"], "description": "What is particular to its kind." }),
        );
    }
    let of_kind = |kind: &&app::kind::Kind| {
        let schema = schema(kind.kind);
        let options = schema.options.iter();
        let options: Map<String, Value> = options
            .map(|option| (option.name.to_owned(), of_option(option)))
            .collect();
        let mut then = json!({
            "options": { "properties": options, "additionalProperties": false },
        });
        if matches!(schema.metrics, Metrics::None) {
            then["metrics"] = json!({ "maxItems": 0 });
        }
        json!({
            "if": { "properties": { "kind": { "const": schema.name } } },
            "then": { "properties": then },
        })
    };
    let all: Vec<Value> = KINDS.iter().map(of_kind).collect();
    widget.insert("allOf".to_owned(), json!(all));
}

fn of_option(option: &OptionSpec) -> Value {
    let level = json!({ "enum": ["info", "warn", "error"] });
    let mut schema = match option.value {
        ValueType::Flag => json!({ "type": "boolean" }),
        ValueType::Number => json!({ "type": "number" }),
        ValueType::Count(most) => json!({ "type": "integer", "minimum": 1, "maximum": most }),
        ValueType::Index => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
        ValueType::Text(most) => json!({ "type": "string", "maxLength": most }),
        ValueType::Level => level,
        ValueType::Thresholds(most) => json!({
            "type": "array",
            "maxItems": most,
            "items": {
                "type": "object",
                "properties": { "at": { "type": "number" }, "level": level },
                "required": ["at", "level"],
                "additionalProperties": false,
            },
        }),
        ValueType::States(most) => json!({
            "type": "array",
            "maxItems": most,
            "items": {
                "type": "object",
                "properties": {
                    "value": { "type": "number" },
                    "name": { "type": "string", "maxLength": 128 },
                    "level": level,
                },
                "required": ["value", "name"],
                "additionalProperties": false,
            },
        }),
    };
    if option.name == option_name::WINDOW_S {
        let variable = json!({ "type": "string", "pattern": "^\\$" });
        schema = json!({ "anyOf": [schema, variable] });
    }
    let help = format!("{}. Without it: {}.", option.help, option.default);
    schema["description"] = json!(help);
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_types() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/dashboard.schema.json");
        let text = dashboard_schema_text();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(file, &text).expect("writes");
        }
        let published = std::fs::read_to_string(file).expect("docs/dashboard.schema.json");
        assert!(
            published == text,
            "docs/dashboard.schema.json is not what the types say: UPDATE_GOLDEN=1 writes it"
        );
    }

    #[test]
    fn every_option_of_every_kind_is_in_it() {
        let root = dashboard_schema();
        let kinds = root["$defs"]["Widget"]["allOf"].as_array().expect("kinds");
        assert_eq!(kinds.len(), KINDS.len());
        for (kind, found) in KINDS.iter().zip(kinds) {
            let schema = schema(kind.kind);
            assert_eq!(found["if"]["properties"]["kind"]["const"], schema.name);
            let options = &found["then"]["properties"]["options"]["properties"];
            let options = options.as_object().expect("options");
            assert_eq!(options.len(), schema.options.len(), "{}", schema.name);
            for option in schema.options {
                let words = options[option.name]["description"].as_str().expect("words");
                assert!(words.starts_with(option.help), "{words}");
            }
        }
        assert_eq!(root["additionalProperties"], false);
        assert!(root["properties"][KEY].is_object());
    }
}
