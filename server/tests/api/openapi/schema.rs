//! Whether an answer is what the document says of it.

use serde_json::{Value, json};

/// Whether a value is what its schema says, by the keywords that the document uses.
pub fn holds(found: &Value, schema: &Value, document: &Value, at: &str) -> Result<(), String> {
    if schema == &json!(true) {
        return Ok(());
    }
    let rules = schema
        .as_object()
        .ok_or_else(|| format!("{at}: no schema: {schema}"))?;
    for (keyword, rule) in rules {
        match keyword.as_str() {
            "$ref" => {
                let place = rule.as_str().unwrap_or_default().trim_start_matches('#');
                let schema = document
                    .pointer(place)
                    .ok_or_else(|| format!("no {place}"))?;
                holds(found, schema, document, at)?;
            }
            "type" => {
                let is = |kind: &Value| match kind.as_str().unwrap_or_default() {
                    "null" => found.is_null(),
                    "boolean" => found.is_boolean(),
                    "integer" => found.is_i64() || found.is_u64(),
                    "number" => found.is_number(),
                    "string" => found.is_string(),
                    "array" => found.is_array(),
                    "object" => found.is_object(),
                    _ => false,
                };
                let fits = rule
                    .as_array()
                    .map_or_else(|| is(rule), |kinds| kinds.iter().any(is));
                if !fits {
                    return Err(format!("{at}: {found} is no {rule}"));
                }
            }
            "enum" if !rule.as_array().is_some_and(|all| all.contains(found)) => {
                return Err(format!("{at}: {found} is none of {rule}"));
            }
            "const" if rule != found => return Err(format!("{at}: {found} is not {rule}")),
            "anyOf" | "oneOf" => {
                let tried = rule.as_array().into_iter().flatten();
                let tried: Vec<_> = tried.map(|one| holds(found, one, document, at)).collect();
                if tried.iter().all(Result::is_err) {
                    return Err(format!("{at}: none fits: {tried:?}"));
                }
            }
            "required" => {
                let names = rule
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str);
                for name in names {
                    if found.get(name).is_none() {
                        return Err(format!("{at}: `{name}` is missing"));
                    }
                }
            }
            "properties" | "additionalProperties" => {
                let known = schema["properties"].as_object();
                for (name, value) in found.as_object().into_iter().flatten() {
                    let place = format!("{at}{name}.");
                    match known.and_then(|known| known.get(name)) {
                        Some(of_field) if keyword == "properties" => {
                            holds(value, of_field, document, &place)?;
                        }
                        None if keyword == "additionalProperties" => match rule {
                            Value::Bool(false) => return Err(format!("{at}: `{name}` is unknown")),
                            rule => holds(value, rule, document, &place)?,
                        },
                        _ => {}
                    }
                }
            }
            "items" => {
                let from = schema["prefixItems"].as_array().map_or(0, Vec::len);
                let items = found.as_array().into_iter().flatten().skip(from);
                for (place, item) in items.enumerate() {
                    holds(item, rule, document, &format!("{at}{place}."))?;
                }
            }
            "prefixItems" => {
                let rules = rule.as_array().into_iter().flatten();
                for (item, rule) in found.as_array().into_iter().flatten().zip(rules) {
                    holds(item, rule, document, at)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}
