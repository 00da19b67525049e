//! Which metrics and categories an annotation names, in its text, its tags or its source.
//!
//! Invariant: a name counts as it is written in the metric list, as a whole word, and a category when a
//! tag is nothing else; so words that only look alike hide nothing.

use protocol::Annotation;
use telemetry::{MetricId, MetricList};

/// What an annotation names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// The metrics of each name: one of a metric, all of a category.
    named: Vec<Vec<MetricId>>,
}

impl Mentions {
    /// What the annotation names of this list.
    pub fn of(annotation: &Annotation, metrics: &MetricList) -> Mentions {
        let tags = annotation.tags.iter();
        let texts = tags
            .clone()
            .chain([&annotation.text, &annotation.source])
            .flat_map(|text| words(text));
        let mut named: Vec<Vec<MetricId>> = texts
            .filter_map(|word| metrics.find(word))
            .map(|id| vec![id])
            .collect();
        for tag in tags.filter(|tag| !tag.is_empty()) {
            let of_category = metrics
                .iter()
                .filter(|(_, metric)| metric.category == **tag);
            let ids: Vec<MetricId> = of_category.map(|(id, _)| id).collect();
            if !ids.is_empty() {
                named.push(ids);
            }
        }
        named.sort_unstable();
        named.dedup();
        Mentions { named }
    }

    /// The metrics of each name; never none.
    pub fn all(&self) -> impl Iterator<Item = &[MetricId]> {
        self.named.iter().map(Vec::as_slice)
    }
}

/// What may be names of metrics: letters, digits, dots and underscores, without dots at the ends.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |one: char| one.is_alphanumeric() || one == '.' || one == '_';
    let words = text.split(move |one| !is_part(one));
    words
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use telemetry::Metric;

    use super::*;

    #[test]
    fn metrics_are_named_as_whole_words_and_categories_as_tags() {
        let list = MetricList::new(vec![
            Metric::counter("db.queries").category("Data"),
            Metric::counter("db.rows").category("Data"),
            Metric::counter("http.requests"),
        ])
        .expect("a list");
        let check = |text: &str, tags: &[&str], source: &str, want: &[&[u16]]| {
            let annotation = Annotation {
                id: 1,
                t: 0,
                to: None,
                text: text.into(),
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                source: source.into(),
            };
            let ids = |ids: &&[u16]| ids.iter().copied().map(MetricId).collect::<Vec<_>>();
            let want: Vec<_> = want.iter().map(ids).collect();
            assert_eq!(
                Mentions::of(&annotation, &list).named,
                want,
                "{annotation:?}"
            );
        };
        check("deployed", &[], "ci", &[]);
        check("db.queries is high.", &[], "ci", &[&[0]]);
        check(
            "(http.requests), see `db.rows`: db.rows.",
            &[],
            "",
            &[&[1], &[2]],
        );
        check("db.queries.slow adb.queries", &[], "", &[]);
        check("Data", &["data", "Data import"], "Data", &[]);
        check("x", &["Data"], "", &[&[0, 1]]);
        check("x", &["metric:db.rows"], "", &[&[1]]);
        check("x", &[], "http.requests", &[&[2]]);
    }
}
