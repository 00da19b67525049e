//! `null` in a document: a field that is `null` is one that is not there.
//!
//! Invariant: no field that may be left out is an error when it is `null`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// For `#[serde(deserialize_with)]` beside `default`: the default for `null`.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// As [`or_default`], for a map: entries that are `null` are not there.
pub(crate) fn entries<'de, D, T>(deserializer: D) -> Result<BTreeMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let entries: Option<BTreeMap<String, Option<T>>> = Option::deserialize(deserializer)?;
    let entries = entries.into_iter().flatten();
    // Collected, the page would have a sort for each type of map.
    let mut there = BTreeMap::new();
    there.extend(entries.filter_map(|(key, value)| Some((key, value?))));
    Ok(there)
}

#[cfg(test)]
mod tests {
    use crate::event::EventIn;
    use crate::{Dashboard, DashboardPreferences, NewAnnotation, Preferences};

    /// A document with nulls, and the same without them.
    fn check<T: serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(
        nulls: &str,
        bare: &str,
    ) {
        let read = |json: &str| serde_json::from_str::<T>(json).expect("a document");
        assert_eq!(read(nulls), read(bare), "{nulls}");
    }

    #[test]
    fn null_is_absent() {
        check::<EventIn>(
            r#"{"name": "a", "measurements": null, "metadata": {"trace": null, "b": 1}}"#,
            r#"{"name": "a", "metadata": {"b": 1}}"#,
        );
        check::<EventIn>(r#"{"name": "a", "metadata": null}"#, r#"{"name": "a"}"#);
        check::<NewAnnotation>(
            r#"{"text": "a", "t": null, "to": null, "tags": null, "source": null}"#,
            r#"{"text": "a"}"#,
        );
        check::<Preferences>(r#"{"version": null, "range_s": null, "zone": null}"#, "{}");
        check::<DashboardPreferences>(r#"{"version": null, "widgets": null}"#, "{}");
        check::<DashboardPreferences>(
            r#"{"widgets": {"a": null, "b": {"place": null, "hidden": null, "off": null,
                "log": null, "band": null}}}"#,
            r#"{"widgets": {"b": {}}}"#,
        );
        let place = r#""place": {"x": 0, "y": 0, "w": 1, "h": 1}"#;
        let widget =
            |rest: &str| format!(r#"{{"id": "w", "kind": "stat", "title": "W", {place}{rest}}}"#);
        let dashboard = |rest: &str, widget: &str| {
            format!(r#"{{"id": "d", "title": "D"{rest}, "widgets": [{widget}]}}"#)
        };
        check::<Dashboard>(
            &dashboard(
                r#", "version": null"#,
                &widget(r#", "metrics": null, "options": null"#),
            ),
            &dashboard("", &widget("")),
        );
        check::<Dashboard>(
            &dashboard(
                "",
                &widget(
                    r#", "metrics": [{"metric": "m", "field": null, "tags": {"a": null},
                        "by": null, "label": null, "share_of": null}]"#,
                ),
            ),
            &dashboard("", &widget(r#", "metrics": [{"metric": "m"}]"#)),
        );
    }
}
