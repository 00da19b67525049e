//! What the metrics of a picture measured.
//!
//! Invariant: percentiles of several series, and of longer times, are merged from their sketches. The
//! page's store holds numbers only and would estimate them, so it is given rows over such times, and
//! each reference to several series gets a metric of its own here, whose series are merged already.

use std::sync::Arc;

use app::kind::Shown;
use app::kinds::schema;
use app::live::{Resolution, Store};
use protocol::{History, HistoryParams, Metric, MetricRef, QueryTime, Widget};
use telemetry::{Kind, MetricList};

use super::PictureRequest;
use crate::access::Visible;
use crate::history::{self, Query, QueryError, SpanRow};

/// Definitions and histories of the metrics that a widget refers to.
#[derive(Default)]
pub struct PictureData {
    /// One for each history.
    pub metrics: Vec<Metric>,
    /// By metric.
    pub histories: Vec<History>,
    /// What series did over the times of which the widget takes one number.
    pub rows: Vec<SpanRow>,
}

/// A metric that stands in for another in one reference of a widget.
struct Merged {
    name: String,
    reference: MetricRef,
}

impl PictureData {
    /// Reads what the widget shows, as finely as a page would ask for it. References whose series
    /// have to be merged are renamed in the widget.
    pub async fn read(
        history: &history::History,
        metrics: &MetricList,
        visible: &Arc<Visible>,
        widget: &mut Widget,
        request: &PictureRequest,
    ) -> Result<PictureData, QueryError> {
        let step = Resolution::of(request.to_ms - request.from_ms).step_ms;
        let from = request.from_ms.div_euclid(step) * step;
        let points = ((request.to_ms - from + step - 1) / step).max(1);
        let query = |metric: &str| {
            let params = HistoryParams {
                from: QueryTime::at(from),
                to: Some(QueryTime::at(request.to_ms)),
                points,
                ..HistoryParams::new(metric)
            };
            Query::new(&params, metrics, visible, request.to_ms)
        };
        let spans = spans(widget, request);
        let mut data = PictureData::default();
        // Numbers of merged series count down from the largest: the others count up from 1.
        let mut next_id = u32::MAX;
        for merged in merged_references(widget, metrics) {
            let Some(id) = metrics.find(&merged.reference.metric) else {
                continue;
            };
            let query = query(&merged.reference.metric)?;
            let found = history
                .answer_merged(&query, &merged.reference, &spans)
                .await?;
            let first_id = next_id;
            data.rows.extend(found.rows.into_iter().map(|row| SpanRow {
                series: first_id.saturating_sub(row.series),
                ..row
            }));
            let mut answer = found.history;
            for series in &mut answer.series {
                series.info.id = next_id;
                series.info.metric.clone_from(&merged.name);
                next_id -= 1;
            }
            answer.metric.clone_from(&merged.name);
            data.metrics
                .push(metrics.get(id).clone().named(&merged.name));
            data.histories.push(answer);
        }
        for metric in app::needs(std::slice::from_ref(widget)) {
            // A metric that left the list since the dashboard was saved has nothing to show, and
            // one that is merged is there already.
            let Some(id) = metrics.find(&metric) else {
                continue;
            };
            data.metrics.push(metrics.get(id).clone());
            let of_percentiles = metrics.get(id).kind == Kind::Summary;
            let spans = if of_percentiles { &spans[..] } else { &[] };
            let found = history.answer_over(&query(&metric)?, spans).await?;
            data.histories.push(found.history);
            data.rows.extend(found.rows);
        }
        Ok(data)
    }
}

/// The spans of time over each of which the widget takes one number.
fn spans(widget: &Widget, request: &PictureRequest) -> Vec<(i64, i64)> {
    let (from_ms, to_ms) = (request.from_ms, request.to_ms);
    let resolution = Resolution::of(to_ms - from_ms);
    let store = Store::new(&[], resolution).past(&[], from_ms, to_ms, resolution, 0);
    let shown = Shown {
        end_ms: to_ms,
        span_ms: to_ms - from_ms,
    };
    let mut spans = (schema(widget.kind).spans)(widget, &store, shown);
    spans.sort_unstable();
    spans.dedup();
    spans
}

/// Gives each reference to percentiles a name that no metric has, and returns what it stands for.
/// Only kinds that show several series as one need it. The text behind the last dot stays, since
/// legends show it.
fn merged_references(widget: &mut Widget, metrics: &MetricList) -> Vec<Merged> {
    if !schema(widget.kind).merges_series {
        return Vec::new();
    }
    let mut merged = Vec::new();
    let mut replace = |reference: &mut MetricRef| {
        let kind = metrics
            .find(&reference.metric)
            .map(|id| metrics.get(id).kind);
        if !reference.field.is_percentile() || kind != Some(Kind::Summary) {
            return;
        }
        let name = format!("merged {}.{}", merged.len(), reference.metric);
        let mut source = reference.clone();
        source.share_of = None;
        reference.metric.clone_from(&name);
        reference.tags.clear();
        merged.push(Merged {
            name,
            reference: source,
        });
    };
    for reference in &mut widget.metrics {
        replace(reference);
        if let Some(of) = reference.share_of.as_deref_mut() {
            // The whole of a share is one value.
            of.by = None;
            replace(of);
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn percentiles_of_summaries_are_merged_by_kinds_that_show_one_line() {
        let metrics = MetricList::new(vec![
            Metric::summary("shop.order.duration").tags(["item"]),
            Metric::sum("shop.order.price").tags(["item"]),
        ]);
        let metrics = metrics.expect("a list");
        let check = |kind: &str, references: serde_json::Value, expect: &[&str]| {
            let widget = json!({
                "id": "w", "kind": kind, "title": "", "metrics": references,
                "place": {"x": 0, "y": 0, "w": 1, "h": 1}
            });
            let mut widget: Widget = serde_json::from_value(widget).expect("a widget");
            let merged = merged_references(&mut widget, &metrics);
            let names: Vec<&str> = widget.metrics.iter().map(|one| &*one.metric).collect();
            assert_eq!(names, expect, "{kind}");
            assert!(merged.iter().all(|one| metrics.find(&one.name).is_none()));
            assert!(
                merged
                    .iter()
                    .all(|one| metrics.find(&one.reference.metric).is_some())
            );
        };
        let p95 = json!({"metric": "shop.order.duration", "field": "p95", "by": "item"});
        let avg = json!({"metric": "shop.order.duration", "field": "avg"});
        let price = json!({"metric": "shop.order.price", "field": "p95"});
        let gone = json!({"metric": "gone", "field": "p95"});
        let hidden = json!({"metric": "", "field": "p95"});
        let all = json!([p95, avg, p95, price, gone, hidden]);
        check(
            "line",
            all.clone(),
            &[
                "merged 0.shop.order.duration",
                "shop.order.duration",
                "merged 1.shop.order.duration",
                "shop.order.price",
                "gone",
                "",
            ],
        );
        check("stat", json!([p95]), &["merged 0.shop.order.duration"]);
        check("table", json!([p95]), &["shop.order.duration"]);
    }
}
