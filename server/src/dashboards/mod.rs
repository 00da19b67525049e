//! Dashboards as documents: what holds for one, what of one a person may see, and those that are
//! built in.

pub mod files;
mod hidden;
pub mod import;
mod preferences;
pub mod provisioned;
mod schema;
mod text;
mod variables;

use std::time::Duration;

use protocol::role_document::fits;
use protocol::variables::pattern;
use protocol::{Dashboard, MetricRef, Ownership, TagValues};
use telemetry::{Metric, MetricList};

use crate::access::Visible;
use crate::clock;
use crate::config::Limits;
use crate::storage::{DeletedLimits, Storage, StorageError, StoredDashboard, StoredDocument};
use telemetry::aggregate::{Series, SeriesTable};

use hidden::{TakenOut, take_out};

pub use app::check::Invalid;
pub use preferences::{check_dashboard_preferences, check_preferences};
pub use schema::{KEY as SCHEMA_KEY, dashboard_schema, dashboard_schema_text};
pub use text::{make_exact, write as text};
pub use variables::VariableSource;

/// Between two looks for dashboards that were removed too long ago.
const DROP_EVERY: Duration = Duration::from_secs(600);

/// The built-in dashboard that opens first.
pub const SYSTEM: &str = "system";

/// Id and document of each dashboard that is built in.
const BUILT_IN: [(&str, &str); 2] = [
    (SYSTEM, include_str!("system.json")),
    ("gallery", include_str!("gallery.json")),
];

/// The built-in dashboards, as they are delivered; the one that opens first is the first.
pub fn built_in() -> Result<Vec<Dashboard>, StorageError> {
    BUILT_IN
        .iter()
        .map(|(_, body)| read_json(body, 0))
        .collect()
}

/// A built-in dashboard, as it is delivered; None when that is none.
pub fn built_in_one(id: &str) -> Result<Option<Dashboard>, StorageError> {
    delivered(id).map(|body| read_json(body, 0)).transpose()
}

/// Puts the built-in dashboards into a database that does not have them.
pub async fn seed(storage: &Storage) -> Result<(), StorageError> {
    for (id, body) in BUILT_IN {
        storage.save_dashboard(id, 0, body, u32::MAX).await?;
    }
    Ok(())
}

/// Puts a built-in dashboard back to what is delivered; false when that is none.
pub async fn reset(storage: &Storage, id: &str) -> Result<bool, StorageError> {
    let Some(body) = delivered(id) else {
        return Ok(false);
    };
    storage.reset_dashboard(id, body).await?;
    Ok(true)
}

/// Whether there is a dashboard of that id.
pub async fn exists(storage: &Storage, id: &str) -> Result<bool, StorageError> {
    Ok(delivered(id).is_some() || storage.dashboard(id).await?.is_some())
}

/// Whether a dashboard is a built-in one that nobody has changed.
fn is_delivered(dashboard: &Dashboard) -> Result<bool, StorageError> {
    let delivered = built_in_one(&dashboard.id)?;
    Ok(delivered.is_some_and(|delivered| {
        let version = dashboard.version;
        *dashboard
            == Dashboard {
                version,
                ..delivered
            }
    }))
}

/// How long and how many dashboards can be put back that were removed.
pub fn deleted_limits(limits: &Limits) -> DeletedLimits {
    DeletedLimits {
        count: limits.max_deleted_dashboards,
        bytes: limits.max_deleted_dashboard_bytes,
        keep_ms: i64::from(limits.deleted_dashboard_hours) * 3_600_000,
    }
}

/// Drops what was removed too long ago, again and again. Never ends.
pub async fn keep_deleted(storage: Storage, limits: DeletedLimits) {
    loop {
        let dropped = storage.drop_old_deleted_dashboards(clock::now_ms(), limits);
        if let Err(error) = dropped.await {
            tracing::warn!(%error, "dashboards that were removed long ago were not dropped");
        }
        tokio::time::sleep(DROP_EVERY).await;
    }
}

/// A built-in dashboard as the database would hold it; none when that is none.
pub fn delivered_as_stored(id: &str) -> Option<StoredDashboard> {
    let body = delivered(id)?;
    Some(StoredDashboard {
        document: StoredDocument {
            id: id.to_owned(),
            version: 0,
            body: body.to_owned(),
        },
        ownership: Ownership::default(),
        changed_ms: None,
    })
}

/// The document of a built-in dashboard, as it is delivered.
pub fn delivered(id: &str) -> Option<&'static str> {
    let found = BUILT_IN.iter().find(|(built_in, _)| *built_in == id);
    found.map(|(_, body)| *body)
}

/// A document from the database as a dashboard.
pub fn read(document: &StoredDocument) -> Result<Dashboard, StorageError> {
    read_json(&document.body, document.version)
}

fn read_json(body: &str, version: u64) -> Result<Dashboard, StorageError> {
    let unread = |source| StorageError::Document {
        what: "dashboard",
        source,
    };
    let mut dashboard: Dashboard = serde_json::from_str(body).map_err(unread)?;
    make_exact(&mut dashboard, body).map_err(unread)?;
    Ok(Dashboard {
        version,
        ..dashboard
    })
}

/// The part that somebody with this visibility may see: where a widget refers to a metric that
/// is hidden or does not exist any more, nothing but the place is left of the reference.
pub fn visible(
    mut dashboard: Dashboard,
    metrics: &MetricList,
    visible: &Visible,
    series: &SeriesTable,
) -> Dashboard {
    let source = VariableSource {
        metrics,
        visible,
        series,
    };
    let names_variables = !dashboard.variables.is_empty();
    take_out(&mut dashboard, &sees(source, names_variables));
    dashboard.variables = source.shown(&dashboard.variables);
    dashboard
}

/// Checks a dashboard against the metric list.
pub fn check(dashboard: &Dashboard, metrics: &MetricList) -> Result<(), Invalid> {
    check_with_empty(dashboard, metrics, &|_| 0, &[])
}

/// Everything of a dashboard that does not hold.
pub fn check_all(dashboard: &Dashboard, metrics: &MetricList) -> Vec<Invalid> {
    problems(dashboard, metrics, &|_| 0, &[])
}

/// As [`check`], where so many references of each widget may be empty, and the sources of these
/// variables are right already.
fn check_with_empty(
    dashboard: &Dashboard,
    metrics: &MetricList,
    may_be_empty: &dyn Fn(&str) -> usize,
    put_back: &[String],
) -> Result<(), Invalid> {
    let all = problems(dashboard, metrics, may_be_empty, put_back);
    all.into_iter().next().map_or(Ok(()), Err)
}

fn problems(
    dashboard: &Dashboard,
    metrics: &MetricList,
    may_be_empty: &dyn Fn(&str) -> usize,
    put_back: &[String],
) -> Vec<Invalid> {
    let find = |name: &str| metrics.find(name).map(|id| metrics.get(id));
    let all: Vec<&Metric> = metrics.iter().map(|(_, metric)| metric).collect();
    let mut found = app::check::source_problems(&dashboard.variables, &all, put_back);
    found.extend(app::check::problems(dashboard, &find, may_be_empty));
    found
}

/// Checks what somebody with this visibility changed of a stored document, and puts back what they could
/// not see. A metric that is hidden from them is rejected as one that does not exist.
pub fn check_edited(
    edited: &mut Dashboard,
    stored: Option<&Dashboard>,
    metrics: &MetricList,
    visible: &Visible,
    series: &SeriesTable,
) -> Result<(), Invalid> {
    let seen = metrics.iter().filter(|(id, _)| visible.contains(*id));
    let seen: Vec<Metric> = seen.map(|(_, metric)| metric.clone()).collect();
    let sees_all = metrics.iter().all(|(id, _)| visible.contains_whole(id));
    if sees_all {
        return check(edited, metrics);
    }
    let seen = MetricList::new(seen).map_err(|error| Invalid {
        path: "widgets".into(),
        message: error.to_string(),
    })?;
    let source = VariableSource {
        metrics,
        visible,
        series,
    };
    let stored_variables = stored.map_or(&[][..], |stored| &stored.variables);
    let put_back = source.put_back(&mut edited.variables, stored_variables);
    let taken = stored.map(|stored| {
        let names_variables = !stored.variables.is_empty();
        TakenOut::of(stored, &sees(source, names_variables))
    });
    let empty = |widget: &str| taken.as_ref().map_or(0, |taken| taken.count(widget));
    check_with_empty(edited, &seen, &empty, &put_back)?;
    if let Some(taken) = taken {
        taken.put_back(edited);
    }
    Ok(())
}

/// Whether a reference is seen: its metric is, and where it picks series of a metric that is seen in
/// part, at least one of those is; else the values that it names would be told.
///
/// Where a value names a variable, it can be any text.
fn sees(source: VariableSource<'_>, names_variables: bool) -> impl Fn(&MetricRef) -> bool {
    let VariableSource {
        metrics,
        visible,
        series: table,
    } = source;
    move |reference| {
        let Some(id) = metrics
            .find(&reference.metric)
            .filter(|id| visible.contains(*id))
        else {
            return false;
        };
        if reference.tags.is_empty() || visible.contains_whole(id) {
            return true;
        }
        let names = &metrics.get(id).tags;
        let can_be = |wanted: &String, found: &str| match names_variables {
            true => fits(&pattern(wanted), found),
            false => fits(wanted, found),
        };
        let has = |series: &Series, (tag, values): (&String, &TagValues)| {
            let place = names.iter().position(|name| name == tag);
            let found = place.and_then(|place| series.tags.get(place));
            found.is_some_and(|found| values.all().iter().any(|one| can_be(one, found)))
        };
        let seen = table.of_metric(id);
        let mut seen = seen.iter().filter(|series| visible.sees(series));
        seen.any(|series| reference.tags.iter().all(|tag| has(series, tag)))
    }
}

#[cfg(test)]
mod tests {
    use telemetry::MetricId;

    use super::*;

    #[test]
    fn the_built_in_dashboards_hold() {
        let metrics = crate::metrics::list(&[]).expect("the built-in list");
        let dashboards = built_in().expect("JSON of dashboards");
        for (dashboard, (id, _)) in dashboards.iter().zip(BUILT_IN) {
            assert_eq!(dashboard.id, id);
            assert_eq!(check(dashboard, &metrics), Ok(()));
            for widget in &dashboard.widgets {
                let (place, (w, h)) = (widget.place, app::kinds::kind(widget.kind).smallest);
                assert!(place.w >= w && place.h >= h, "{} is too small", widget.id);
            }
        }
        assert_eq!(dashboards[0].id, SYSTEM);
        assert_eq!(
            built_in_one(SYSTEM).expect("JSON"),
            Some(dashboards[0].clone())
        );
        assert_eq!(built_in_one("shop").expect("none"), None);
    }

    #[test]
    fn the_gallery_shows_every_kind() {
        let gallery = built_in_one("gallery").expect("JSON").expect("built in");
        let kinds: std::collections::HashSet<_> = gallery.widgets.iter().map(|w| w.kind).collect();
        assert_eq!(kinds.len(), app::kinds::KINDS.len(), "{kinds:?}");
        let places: Vec<_> = gallery.widgets.iter().map(|w| w.place).collect();
        for (i, a) in places.iter().enumerate() {
            for b in &places[i + 1..] {
                let apart =
                    a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
                assert!(apart, "{a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn the_dashboard_of_the_readme_holds_and_its_kinds_are_all_there() {
        let metrics = crate::metrics::list(&[]).expect("the built-in list");
        let readme = include_str!("../../../README.md");
        let (_, show) = readme.split_once("## Show it").expect("the section");
        let (show, _) = show.split_once("\n## ").expect("its end");
        let (_, json) = show.split_once("```json\n").expect("a document");
        let (json, _) = json.split_once("```").expect("its end");
        let dashboard: Dashboard = serde_json::from_str(json).expect("a dashboard");
        assert_eq!(check(&dashboard, &metrics), Ok(()));
        let path = protocol::paths::dashboard(&dashboard.id);
        assert!(show.contains(&format!("3000{path}\n")), "{show}");
        let file = format!("`{0}.json`", dashboard.id);
        assert!(show.contains(&file) && show.contains(&format!("@{}.json", dashboard.id)));
        for kind in app::kinds::KINDS {
            let name = app::kinds::schema(kind.kind).name;
            assert!(show.contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn every_snippet_of_the_guide_holds() {
        let metrics = crate::metrics::list(&[]).expect("the built-in list");
        let guide = include_str!("../../../docs/WIDGETS.md");
        let mut kinds = std::collections::HashSet::new();
        for snippet in guide.split("```json\n").skip(1) {
            let (snippet, _) = snippet.split_once("```").expect("a fence is closed");
            let json: serde_json::Value = serde_json::from_str(snippet).expect("JSON");
            let whole = match json.get("widgets") {
                Some(_) => json,
                None => serde_json::json!({"id": "d", "title": "D", "widgets": [json]}),
            };
            let dashboard: Dashboard = serde_json::from_value(whole).expect("a dashboard");
            assert_eq!(check(&dashboard, &metrics), Ok(()), "{snippet}");
            kinds.extend(dashboard.widgets.iter().map(|widget| widget.kind));
        }
        assert_eq!(kinds.len(), app::kinds::KINDS.len(), "{kinds:?}");
    }

    #[test]
    fn the_dashboard_of_the_guide_about_variables_holds() {
        let metrics = crate::metrics::list(&[]).expect("the built-in list");
        let guide = include_str!("../../../docs/VARIABLES.md");
        let (_, json) = guide.split_once("```json\n").expect("a document");
        let (json, _) = json.split_once("```").expect("its end");
        let dashboard: Dashboard = serde_json::from_str(json).expect("a dashboard");
        assert_eq!(check(&dashboard, &metrics), Ok(()));
        assert_eq!(dashboard.variables.len(), 3);
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
        let table = SeriesTable::new(9, 9);
        let seen = [MetricId(0)].into_iter().collect();
        let visible = visible(dashboard, &metrics, &seen, &table);
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
