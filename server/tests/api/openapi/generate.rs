//! Requests from a document: what its schemas say, and now and then something else.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use protocol::paths;
use reqwest::RequestBuilder;
use serde_json::{Map, Value, json};

use super::{Operation, parameters};
use crate::common::TestClient;

/// A request from the document. The first ones hold what the schema says; later ones may not.
pub fn generated(
    client: &TestClient,
    one: &Operation<'_>,
    runner: &mut TestRunner,
    case: usize,
) -> (RequestBuilder, String) {
    let mut draw = |strategy: BoxedStrategy<Value>| {
        let tree = strategy.new_tree(runner).expect("a value");
        tree.current()
    };
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items = items.iter().map(|item| item.as_str().unwrap_or_default());
            items.collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    };
    let mut path = one.path.to_owned();
    let mut names = BTreeMap::new();
    for parameter in parameters(one, "path") {
        let name = parameter["name"].as_str().expect("a name");
        let value = match (parameter["schema"]["type"].as_str(), case % 3) {
            (Some("integer"), 2) => draw(any::<i64>().prop_map(|n| json!(n)).boxed()),
            (Some("integer"), _) => draw((1..6_i64).prop_map(|n| json!(n)).boxed()),
            (_, 2) => draw("\\PC{1,12}".prop_map(|text| json!(text)).boxed()),
            _ if name == "widget" => json!("memory.svg"),
            _ if one.path.starts_with(paths::ADMIN_ROLES) => json!("drawn"),
            _ => json!("system"),
        };
        let value = text(&value);
        path = path.replace(&format!("{{{name}}}"), &escaped(&value));
        names.insert(name.to_owned(), value);
    }
    let mut pairs = Vec::new();
    for parameter in parameters(one, "query") {
        let is_asked = parameter["required"] == true && case < 4;
        let name = parameter["name"].as_str().expect("a name");
        if !is_asked
            && !draw(any::<bool>().prop_map(Value::from).boxed())
                .as_bool()
                .is_some_and(|is| is)
        {
            continue;
        }
        let known = match name {
            "metric" | "metrics" if case < 4 => Some("host.memory.used"),
            "once" => Some("1"),
            _ => None,
        };
        let value = match known {
            Some(known) => known.to_owned(),
            None if case >= 4 => text(&draw("\\PC{0,8}".prop_map(Value::from).boxed())),
            None => text(&draw(value(&parameter["schema"], one.document, 0))),
        };
        pairs.push((name.replace("NAME", "x"), value));
    }
    let mut request = client.request(one.method.clone(), &path).query(&pairs);
    let mut sent = format!("{} {path} {pairs:?}", one.method);
    if let Some(bodies) = one.says["requestBody"]["content"].as_object() {
        let kinds: Vec<_> = bodies.iter().collect();
        let (kind, body) = kinds[case % kinds.len()];
        let mut drawn = draw(value(&body["schema"], one.document, 0));
        // What the address says and the document repeats, so that some are saved.
        if case % 3 != 2 {
            for key in ["id", "name"] {
                if let (Some(value), Some(fields)) = (names.get(key), drawn.as_object_mut())
                    && fields.contains_key(key)
                    && !one.says["parameters"][0]["schema"]["type"].eq("integer")
                {
                    fields.insert(key.to_owned(), json!(value));
                    fields.insert("version".to_owned(), json!(0));
                }
            }
        }
        if case == 5 {
            drawn = draw(any_value(2));
        }
        let body = match kind.as_str() {
            "application/x-www-form-urlencoded" => {
                let fields = drawn.as_object().cloned().unwrap_or_default();
                let pairs: Vec<_> = fields
                    .iter()
                    .map(|(k, v)| (escaped(k), escaped(&text(v))))
                    .collect();
                let pairs = pairs.iter().map(|(key, value)| format!("{key}={value}"));
                pairs.collect::<Vec<_>>().join("&")
            }
            _ => drawn.to_string(),
        };
        sent = format!("{sent} {kind} {body}");
        request = request.header("content-type", kind.as_str()).body(body);
    }
    (request.timeout(Duration::from_secs(30)), sent)
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A value that a schema takes, or nearly: a field is now and then something else.
fn value(schema: &Value, document: &Value, depth: usize) -> BoxedStrategy<Value> {
    if let Some(place) = schema["$ref"].as_str() {
        let schema = document
            .pointer(place.trim_start_matches('#'))
            .expect("a schema");
        return value(schema, document, depth + 1);
    }
    if let Some(choices) = schema["enum"].as_array() {
        return proptest::sample::select(choices.clone()).boxed();
    }
    if schema.get("const").is_some() {
        return Just(schema["const"].clone()).boxed();
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(choices) = schema[key].as_array() {
            let choices: Vec<_> = choices
                .iter()
                .map(|one| value(one, document, depth + 1))
                .collect();
            return proptest::strategy::Union::new(choices).boxed();
        }
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return any_value(1),
    };
    let of_kind = |kind: &&str| match *kind {
        "null" => Just(Value::Null).boxed(),
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "integer" => {
            let least = schema["minimum"].as_i64().unwrap_or(-9).max(-100_000);
            let most = schema["maximum"].as_i64().unwrap_or(20).min(100_000);
            (least..=most.max(least)).prop_map(Value::from).boxed()
        }
        "number" => (-1e6..1e6).prop_map(|n: f64| json!(n)).boxed(),
        "string" => prop_oneof![4 => "[a-z]{8,12}", 1 => "\\PC{0,6}"]
            .prop_map(Value::from)
            .boxed(),
        "array" if depth > 6 => Just(json!([])).boxed(),
        "array" => {
            let item = value(&schema["items"], document, depth + 1);
            proptest::collection::vec(item, 0..3)
                .prop_map(Value::from)
                .boxed()
        }
        _ => object(schema, document, depth),
    };
    proptest::strategy::Union::new(kinds.iter().map(of_kind).collect::<Vec<_>>()).boxed()
}

fn object(schema: &Value, document: &Value, depth: usize) -> BoxedStrategy<Value> {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .map_or_else(Vec::new, |names| {
            names.iter().filter_map(Value::as_str).collect()
        });
    let mut fields: Vec<BoxedStrategy<Option<(String, Value)>>> = Vec::new();
    for (name, of_field) in schema["properties"].as_object().into_iter().flatten() {
        let is_required = required.contains(&name.as_str());
        if !is_required && depth > 4 {
            continue;
        }
        let name = name.clone();
        let good = value(of_field, document, depth + 1);
        let drawn = prop_oneof![30 => good, 1 => any_value(0)];
        let here = if is_required { 30 } else { 10 };
        let absent = if is_required { 1 } else { 20 };
        let field = drawn.prop_map(move |value| Some((name.clone(), value)));
        fields.push(prop_oneof![here => field, absent => Just(None)].boxed());
    }
    if schema["additionalProperties"].is_object() && depth <= 6 {
        let field = value(&schema["additionalProperties"], document, depth + 1);
        let field = ("[a-z]{1,4}", field).prop_map(Some);
        fields.push(prop_oneof![field, Just(None)].boxed());
    }
    let whole = |fields: Vec<Option<(String, Value)>>| {
        Value::Object(fields.into_iter().flatten().collect::<Map<String, Value>>())
    };
    fields.prop_map(whole).boxed()
}

fn any_value(depth: u32) -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(depth, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[a-z]{1,4}", inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
    .boxed()
}
