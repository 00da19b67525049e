//! Dashboards as documents: what holds for one, what of one a person may see, and the one
//! that is built in.

mod check;

use app::wire::{Dashboard, MetricRef};
use telemetry::MetricList;

use crate::access::MetricSet;
use crate::storage::{Storage, StorageError, StoredDocument};

pub use check::{Invalid, check, check_preferences};

/// The dashboard that is built in and opens first.
pub const SYSTEM: &str = "system";

const SYSTEM_JSON: &str = include_str!("dashboards/system.json");

/// The built-in dashboard, as it is delivered.
pub fn system() -> Result<Dashboard, StorageError> {
    read_json(SYSTEM_JSON, 0)
}

/// Puts the built-in dashboard into a database that has none.
pub async fn seed(storage: &Storage) -> Result<(), StorageError> {
    storage
        .save_dashboard(SYSTEM, 0, SYSTEM_JSON, u32::MAX)
        .await
        .map(drop)
}

/// Puts the built-in dashboard back to what is delivered.
pub async fn reset_system(storage: &Storage) -> Result<u64, StorageError> {
    storage.reset_dashboard(SYSTEM, SYSTEM_JSON).await
}

/// A document from the database as a dashboard.
pub fn read(document: &StoredDocument) -> Result<Dashboard, StorageError> {
    read_json(&document.body, document.version)
}

fn read_json(body: &str, version: u64) -> Result<Dashboard, StorageError> {
    let dashboard: Dashboard =
        serde_json::from_str(body).map_err(|source| StorageError::Document {
            what: "dashboard",
            source,
        })?;
    Ok(Dashboard {
        version,
        ..dashboard
    })
}

/// The part that somebody with this visibility may see: where a widget refers to a metric that
/// is hidden or does not exist any more, nothing but the place is left of the reference.
pub fn visible(mut dashboard: Dashboard, metrics: &MetricList, visible: &MetricSet) -> Dashboard {
    let may_see = |name: &str| metrics.find(name).is_some_and(|id| visible.contains(id));
    for metric in dashboard
        .widgets
        .iter_mut()
        .flat_map(|widget| &mut widget.metrics)
    {
        blank(metric, &may_see);
    }
    dashboard
}

fn blank(metric: &mut MetricRef, may_see: &impl Fn(&str) -> bool) {
    let mut other = metric.share_of.as_deref();
    let mut all = may_see(&metric.metric);
    while let Some(reference) = other {
        all &= may_see(&reference.metric);
        other = reference.share_of.as_deref();
    }
    if !all {
        // Tags and labels go too: they tell as much as the name.
        *metric = MetricRef::default();
    }
}

#[cfg(test)]
mod tests {
    use telemetry::{Metric, MetricId};

    use super::*;

    #[test]
    fn the_built_in_dashboard_holds() {
        let metrics = crate::metrics::list(&[]).expect("the built-in list");
        let dashboard = system().expect("JSON of a dashboard");
        assert_eq!(dashboard.id, SYSTEM);
        assert_eq!(check(&dashboard, &metrics), Ok(()));
    }

    #[test]
    fn hidden_metrics_leave_nothing_but_their_place() {
        let metrics = MetricList::new(vec![Metric::counter("a.seen"), Metric::counter("a.hidden")])
            .expect("a list");
        let dashboard: Dashboard = serde_json::from_value(serde_json::json!({
            "id": "d", "title": "D", "widgets": [
                {"id": "w", "kind": "line", "title": "W", "place": {"x": 0, "y": 0, "w": 1, "h": 1},
                 "metrics": [
                    {"metric": "a.seen"},
                    {"metric": "a.hidden", "by": "tag-of-hidden", "label": "label-of-hidden"},
                    {"metric": "a.seen", "share_of": {"metric": "a.hidden"}},
                    {"metric": "a.gone"}]}]
        }))
        .expect("a dashboard");
        let visible = visible(dashboard, &metrics, &[MetricId(0)].into_iter().collect());
        let names: Vec<_> = visible.widgets[0]
            .metrics
            .iter()
            .map(|metric| metric.metric.as_str())
            .collect();
        assert_eq!(names, ["a.seen", "", "", ""]);
        let json = serde_json::to_string(&visible).expect("encodes");
        assert!(!json.contains("hidden") && !json.contains("gone"), "{json}");
    }
}
