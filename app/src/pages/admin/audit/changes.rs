//! What differs between two states of an entry, field by field. Pure.

use serde_json::Value;

/// One field of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Where it stands: `metrics[0].pattern`; empty for a state that is one value.
    pub path: String,
    /// What it was; none where it was not there.
    pub before: Option<String>,
    /// What it is; none where it is not there any more.
    pub after: Option<String>,
}

/// The fields that differ, in the order of the states.
pub fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<FieldChange> {
    let [before, after] = [before, after].map(|state| {
        let mut fields = Vec::new();
        if let Some(state) = state {
            flatten(String::new(), state, &mut fields);
        }
        fields
    });
    let value = |fields: &[(String, String)], path: &str| {
        let found = fields.iter().find(|(one, _)| one == path);
        found.map(|(_, value)| value.clone())
    };
    let only_after = after
        .iter()
        .filter(|(path, _)| value(&before, path).is_none());
    let all = before.iter().chain(only_after);
    let all = all.map(|(path, _)| FieldChange {
        path: path.clone(),
        before: value(&before, path),
        after: value(&after, path),
    });
    all.filter(|one| one.before != one.after).collect()
}

/// The values of a state, each with its path.
fn flatten(path: String, state: &Value, fields: &mut Vec<(String, String)>) {
    match state {
        Value::Object(of) if !of.is_empty() => {
            for (key, value) in of {
                let path = match path.as_str() {
                    "" => key.clone(),
                    path => format!("{path}.{key}"),
                };
                flatten(path, value, fields);
            }
        }
        Value::Array(of) if !of.is_empty() => {
            for (place, value) in of.iter().enumerate() {
                flatten(format!("{path}[{place}]"), value, fields);
            }
        }
        Value::Object(_) | Value::Array(_) => fields.push((path, "none".into())),
        Value::Null => fields.push((path, "none".into())),
        Value::Bool(is) => fields.push((path, if *is { "yes" } else { "no" }.into())),
        // The page reads every number as one with a fraction.
        Value::Number(number) => {
            let text = number.as_f64().map(|number| number.to_string());
            fields.push((path, text.unwrap_or_else(|| number.to_string())));
        }
        Value::String(text) => fields.push((path, text.clone())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_said_by_its_path() {
        let check = |before: Option<Value>, after: Option<Value>, want: &[[&str; 3]]| {
            let found = changes(before.as_ref(), after.as_ref());
            let found: Vec<_> = found
                .iter()
                .map(|one| {
                    let text = |of: &Option<String>| of.clone().unwrap_or_else(|| "-".into());
                    [one.path.clone(), text(&one.before), text(&one.after)]
                })
                .collect();
            assert_eq!(found, want, "{before:?} {after:?}");
        };
        check(None, None, &[]);
        let role = json!({"name": "shop", "version": 1, "metrics": [{"pattern": "*"}]});
        check(Some(role.clone()), Some(role.clone()), &[]);
        let narrow = json!({"name": "shop", "version": 2.0, "metrics": [{"pattern": "a.*"}, {"metric": "b"}]});
        check(
            Some(role.clone()),
            Some(narrow),
            &[
                ["metrics[0].pattern", "*", "a.*"],
                ["version", "1", "2"],
                ["metrics[1].metric", "-", "b"],
            ],
        );
        check(
            Some(role),
            None,
            &[
                ["metrics[0].pattern", "*", "-"],
                ["name", "shop", "-"],
                ["version", "1", "-"],
            ],
        );
        check(
            None,
            Some(json!({"roles": [], "on": true, "a": null})),
            &[
                ["a", "-", "none"],
                ["on", "-", "yes"],
                ["roles", "-", "none"],
            ],
        );
        check(Some(json!("a")), Some(json!("b")), &[["", "a", "b"]]);
    }
}
