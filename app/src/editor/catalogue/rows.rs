//! A row of the catalogue: what a search looks in, and what stands in its columns.

use leptos::prelude::*;
use protocol::Metric;

use super::hold;
use super::preview::Previews;
use crate::table::{Column, Listing};

/// One metric.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogueRow {
    /// Its definition.
    pub metric: Metric,
    /// What a search looks in, in small letters.
    text: String,
}

impl From<Metric> for CatalogueRow {
    fn from(metric: Metric) -> Self {
        let words = [
            &*metric.name,
            &*metric.description,
            &*metric.category,
            metric.unit.name(),
            metric.unit.symbol(),
            metric.kind.name(),
            &*metric.tags.join(" "),
            // As one says it: request duration, cpu usage.
            &*metric.name.replace(['.', '_'], " "),
        ];
        CatalogueRow {
            text: words.join("\n").to_lowercase(),
            metric,
        }
    }
}

/// The list of metrics.
pub static LISTING: Listing<CatalogueRow> = Listing {
    label: "Metrics",
    columns: &[
        Column {
            title: "Metric",
            class: "name",
            compare: None,
            cell: |row| hold::name(&row.metric).into_any(),
        },
        Column {
            title: "Now",
            class: "now",
            compare: None,
            cell: |row| expect_context::<Previews>().cell(&row.metric).into_any(),
        },
    ],
    group: |row| &row.metric.category,
    last_group: "",
    text: |row| &row.text,
    key: |row| &row.metric.name,
    empty: "There are no metrics that you may see.",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Search;
    use protocol::Unit;

    #[test]
    fn a_search_finds_name_description_category_unit_kind_and_tags() {
        let metric = Metric::summary("http.request_time")
            .tags(["route"])
            .unit(Unit::Millisecond)
            .category("Web")
            .description("How LONG it took");
        let row = CatalogueRow::from(metric);
        for (search, found) in [
            ("", true),
            ("request", true),
            ("http request time", true),
            ("request time", true),
            ("how long", true),
            ("WEB millisecond", true),
            ("ms", true),
            ("summary route", true),
            ("route host", false),
            ("byte", false),
        ] {
            let is_found = Search::new(search).matches((LISTING.text)(&row));
            assert_eq!(is_found, found, "{search}");
        }
    }
}
