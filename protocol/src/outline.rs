//! What lists of places read of documents: names alone, so that a page which shows no document needs no
//! code that reads all of one.
//!
//! Invariant: every document can be read as its outline.

use serde::Deserialize;

/// A [`Dashboard`](crate::Dashboard), by its names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DashboardOutline {
    /// Name in addresses.
    pub id: String,
    /// The heading of the page.
    pub title: String,
    /// Its widgets, in reading order.
    pub widgets: Vec<WidgetOutline>,
}

/// A [`Widget`](crate::Widget), by its names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WidgetOutline {
    /// Unique in its dashboard.
    pub id: String,
    /// The heading.
    pub title: String,
}

/// What a page was loaded with, by the dashboard that it shows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PageOutline {
    /// None on pages that show none.
    #[serde(default)]
    pub dashboard: Option<DashboardOutline>,
}

/// A [`Metric`](crate::Metric), by its name and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct MetricOutline {
    /// Name in the metric list.
    pub name: String,
    /// What it measures; may be empty.
    #[serde(default)]
    pub description: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dashboard, Metric, json};

    #[test]
    fn a_document_is_read_by_its_names() {
        let text = include_str!("../tests/golden/Dashboard.json");
        let outlines: Vec<DashboardOutline> = json::read(text).expect("JSON");
        let documents: Vec<Dashboard> = json::read(text).expect("JSON");
        assert!(!documents.is_empty());
        for (outline, document) in outlines.iter().zip(&documents) {
            assert_eq!(
                (&outline.id, &outline.title),
                (&document.id, &document.title)
            );
            let [of_outline, of_document] = [
                outline
                    .widgets
                    .iter()
                    .map(|w| (&w.id, &w.title))
                    .collect::<Vec<_>>(),
                document.widgets.iter().map(|w| (&w.id, &w.title)).collect(),
            ];
            assert_eq!(of_outline, of_document);
        }
        let metric = Metric::last_value("a.b").description("What it is");
        let text = serde_json::to_string(&metric).expect("JSON");
        let outline: MetricOutline = json::read(&text).expect("JSON");
        assert_eq!(
            (outline.name, outline.description),
            (metric.name, metric.description)
        );
    }
}
