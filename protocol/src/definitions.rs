//! The part of a metric's definition that the page needs: how to show it, not how it is measured.
//! Invariant: a metric that was read again shows as the one that was written.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Kind, Metric, Unit};

/// One metric, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// How its values are aggregated.
    pub kind: Kind,
    /// What they are in.
    #[serde(default)]
    pub unit: Unit,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Upper bounds of buckets, whatever rule made them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buckets: Vec<f64>,
    /// One sentence for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl From<&Metric> for Definition {
    fn from(metric: &Metric) -> Self {
        Definition {
            name: metric.name.clone(),
            kind: metric.kind,
            unit: metric.unit,
            tags: metric.tags.clone(),
            buckets: metric.buckets.to_vec(),
            description: metric.description.clone(),
        }
    }
}

impl From<Definition> for Metric {
    fn from(shown: Definition) -> Self {
        Metric {
            kind: shown.kind,
            unit: shown.unit,
            tags: shown.tags,
            buckets: shown.buckets.into(),
            description: shown.description,
            ..Metric::last_value(&shown.name)
        }
    }
}

/// Writes what is shown.
pub(super) fn serialize<S: Serializer>(metrics: &[Metric], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(metrics.iter().map(Definition::from))
}

/// Reads what is shown; the rest is as in a metric by default.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Metric>, D::Error> {
    let all = Vec::<Definition>::deserialize(from)?;
    Ok(all.into_iter().map(Metric::from).collect())
}

/// The same for a single metric.
pub(super) mod one {
    use super::*;

    pub fn serialize<S: Serializer>(metric: &Metric, to: S) -> Result<S::Ok, S::Error> {
        Definition::from(metric).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Metric, D::Error> {
        Definition::deserialize(from).map(Metric::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct All(#[serde(with = "super")] Vec<Metric>);

    fn read_again(metric: &Metric) -> (String, Metric) {
        let json = serde_json::to_string(&All(vec![metric.clone()])).expect("encodes");
        let mut all: All = serde_json::from_str(&json).expect("decodes");
        assert_eq!(all.0.len(), 1);
        (json, all.0.remove(0))
    }

    #[test]
    fn what_is_shown_stays() {
        let check = |metric: Metric, json: &str| {
            let (written, read) = read_again(&metric);
            assert_eq!(written, json);
            let shown =
                |metric: &Metric| serde_json::to_value(Definition::from(metric)).expect("encodes");
            assert_eq!(shown(&read), shown(&metric));
        };
        check(
            Metric::sum("a.b"),
            r#"[{"name":"a.b","kind":"sum","unit":"none"}]"#,
        );
        check(
            Metric {
                description: "How long.".into(),
                category: "Web".into(),
                required_roles: vec!["admin".into()],
                ..Metric::distribution("a.b", [1.0, 2.5])
                    .tags(["route"])
                    .unit(Unit::Millisecond)
            },
            r#"[{"name":"a.b","kind":"distribution","unit":"millisecond","tags":["route"],"buckets":[1.0,2.5],"description":"How long."}]"#,
        );
    }

    #[test]
    fn how_it_is_measured_stays_on_the_server() {
        let metric = Metric {
            required_roles: vec!["admin".into()],
            ..Metric::sum("a.b")
        };
        let (json, read) = read_again(&metric);
        assert!(!json.contains("admin"));
        assert!(read.required_roles.is_empty());
    }
}
