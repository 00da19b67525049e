//! Whether a metric and its tags are there, for whatever refers to them by name.
//!
//! Dashboards ask here, and so does whatever else comes to name metrics in a document, such as
//! alert rules once the configuration has them.

use telemetry::MetricList;

use super::{Code, Finding, Path, Source};

/// A metric by name, with tags of it; each with where it is named.
pub(super) struct Reference<'r> {
    pub(super) metric: (Path, &'r str),
    pub(super) tags: Vec<(Path, &'r str)>,
}

/// What of it is not there.
pub(super) fn check(source: &Source, reference: &Reference<'_>, list: &MetricList) -> Vec<Finding> {
    let (path, name) = &reference.metric;
    let Some(id) = list.find(name) else {
        let message = format!("there is no metric `{name}` in the list");
        return vec![source.finding(path, Code::UnknownMetric, message)];
    };
    let known = &list.get(id).tags;
    let unknown = reference.tags.iter().filter(|(_, tag)| {
        let mut known = known.iter();
        !known.any(|found| found == tag)
    });
    unknown
        .map(|(path, tag)| {
            let has = if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            };
            let message = format!("`{name}` has no tag `{tag}`; it has: {has}");
            source.finding(path, Code::UnknownTag, message)
        })
        .collect()
}
