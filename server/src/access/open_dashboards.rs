//! What the dashboards that are open to people who are not signed in show: the bound of what these
//! people see, whatever their role is given.
//!
//! Invariant: a metric that no widget of an open dashboard names is not within the bound, and of one that
//! widgets name by tags only the series with these tags are.

use std::collections::{BTreeMap, BTreeSet};

use protocol::role::GUEST;
use protocol::{Dashboard, MetricRef, Role};
use rustc_hash::FxHashMap;
use telemetry::MetricId;

use super::grant::Described;
use super::visible::Clause;
use super::{Access, MetricSet};
use crate::dashboards;
use crate::storage::StorageError;

/// Of each metric within the bound the clauses of which one has to hold; without one all series are.
pub type Bound = BTreeMap<MetricId, Vec<Clause>>;

/// The metric of a reference, and the tag values that it asks for.
type Named = (String, BTreeMap<String, String>);

/// The dashboards that are open to people who are not signed in, and what their widgets name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenDashboards {
    ids: BTreeSet<String>,
    /// Each with the reference that it divides by: a share is seen when both are.
    references: BTreeSet<Vec<Named>>,
    /// Whether a widget lists events.
    pub lists_events: bool,
}

impl OpenDashboards {
    /// Of these dashboards, all that are open and exist; `ids` names those that may come to exist, too.
    pub fn new(ids: BTreeSet<String>, dashboards: &[Dashboard]) -> OpenDashboards {
        let widgets = || dashboards.iter().flat_map(|one| &one.widgets);
        let references = widgets().flat_map(|widget| &widget.metrics);
        OpenDashboards {
            references: references.map(named).collect(),
            lists_events: widgets().any(|widget| app::kinds::kind(widget.kind).reads_events),
            ids,
        }
    }

    /// Whether no dashboard is open.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether the dashboard is open.
    pub fn contains(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// What the widgets name of these metrics, by what is given of them: a reference of which a part is
    /// not given names nothing, since nothing of it is shown.
    pub fn bound(&self, metrics: &[Described], given: &MetricSet) -> Bound {
        let ids = (0..).map(MetricId).zip(metrics);
        let ids: FxHashMap<&str, (MetricId, &Described)> = ids
            .map(|(id, metric)| (&*metric.name, (id, metric)))
            .collect();
        let mut bound: BTreeMap<MetricId, BTreeSet<Clause>> = BTreeMap::new();
        for reference in &self.references {
            let found = reference.iter().map(|(name, tags)| {
                let (id, metric) = ids.get(name.as_str())?;
                let is_given = given.contains(*id);
                is_given.then(|| Some((*id, clause(tags, metric)?)))?
            });
            let found: Option<Vec<(MetricId, Clause)>> = found.collect();
            for (id, clause) in found.into_iter().flatten() {
                bound.entry(id).or_default().insert(clause);
            }
        }
        // Without a condition all series are within the bound, whatever other references ask for.
        let of_metric = bound.into_iter().map(|(id, clauses)| {
            let is_whole = clauses.contains(&Vec::new());
            let clauses = clauses.into_iter().filter(|_| !is_whole).collect();
            (id, clauses)
        });
        of_metric.collect()
    }
}

/// The reference, and what it divides by.
fn named(reference: &MetricRef) -> Vec<Named> {
    let chain = std::iter::successors(Some(reference), |one| one.share_of.as_deref());
    chain
        .map(|one| (one.metric.clone(), one.tags.clone()))
        .collect()
}

/// The tag values of a reference by places of tags; none when the metric lacks a tag, or when a value
/// means something else here than in a reference, where `*` stands for any text only at the end.
fn clause(tags: &BTreeMap<String, String>, metric: &Described) -> Option<Clause> {
    let placed = tags.iter().map(|(tag, value)| {
        let place = metric.tags.iter().position(|name| name == tag)?;
        let exact = value.strip_suffix('*').unwrap_or(value);
        (!exact.contains('*')).then(|| (place, value.clone()))
    });
    placed.collect()
}

impl Access {
    /// The dashboards that these roles open to people who are not signed in, as the database holds them.
    /// One that cannot be read shows nothing.
    pub(super) async fn open_dashboards(
        &self,
        roles: &BTreeMap<String, Role>,
    ) -> Result<OpenDashboards, StorageError> {
        let role = roles.get(GUEST).into_iter();
        let ids: BTreeSet<String> = role.flat_map(|role| role.dashboards.clone()).collect();
        let mut open = Vec::new();
        for id in &ids {
            let read = match self.storage.owned_dashboard(id).await? {
                // Whom it belongs to did not share it.
                Some(stored) if !stored.ownership.shared => continue,
                Some(stored) => dashboards::read(&stored.document).map(Some),
                None => dashboards::built_in_one(id),
            };
            match read {
                Ok(dashboard) => open.extend(dashboard),
                Err(error) => tracing::error!("the dashboard `{id}` shows guests nothing: {error}"),
            }
        }
        Ok(OpenDashboards::new(ids, &open))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Visible;

    const SHOP: MetricId = MetricId(0);
    const OTHER: MetricId = MetricId(1);

    fn described() -> [Described; 3] {
        let one = |name: &str, tags: &[&str]| Described {
            name: name.into(),
            category: String::new(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        };
        [
            one("shop", &["service", "host"]),
            one("other", &["service"]),
            one("third", &[]),
        ]
    }

    fn bound(given: &[MetricId], widgets: serde_json::Value) -> (Bound, bool) {
        let document = serde_json::json!({ "id": "d", "title": "D", "widgets": widgets });
        let dashboard = serde_json::from_value(document).expect("a dashboard");
        let open = OpenDashboards::new(["d".to_owned()].into(), &[dashboard]);
        let given = given.iter().copied().collect();
        (open.bound(&described(), &given), open.lists_events)
    }

    fn widget(kind: &str, metrics: serde_json::Value) -> serde_json::Value {
        serde_json::json!([{ "id": "w", "kind": kind, "title": "W", "metrics": metrics,
                             "place": { "x": 0, "y": 0, "w": 1, "h": 1 } }])
    }

    #[test]
    fn what_widgets_name_is_the_bound_by_series() {
        let check = |metrics: serde_json::Value, want: &[(MetricId, &[Clause])]| {
            let (found, _) = bound(&[SHOP, OTHER], widget("line", metrics.clone()));
            let want = want.iter().map(|(id, clauses)| (*id, clauses.to_vec()));
            assert_eq!(found, want.collect::<Bound>(), "{metrics}");
        };
        let json = |text: &str| serde_json::from_str(text).expect("JSON");
        check(json(r#"[]"#), &[]);
        check(json(r#"[{"metric":"shop"}]"#), &[(SHOP, &[])]);
        check(
            json(r#"[{"metric":"shop","tags":{"host":"h*"}}]"#),
            &[(SHOP, &[vec![(1, "h*".into())]])],
        );
        check(
            json(r#"[{"metric":"shop","tags":{"host":"h*"}},{"metric":"shop"}]"#),
            &[(SHOP, &[])],
        );
        // A star within a value stands for itself, which a clause cannot say.
        check(json(r#"[{"metric":"shop","tags":{"host":"a*b"}}]"#), &[]);
        check(json(r#"[{"metric":"other","tags":{"host":"h"}}]"#), &[]);
        check(json(r#"[{"metric":"gone"}]"#), &[]);
        check(
            json(r#"[{"metric":"shop","share_of":{"metric":"other"}}]"#),
            &[(SHOP, &[]), (OTHER, &[])],
        );
        // Nothing of a share is shown to those who do not see what it divides by.
        check(
            json(r#"[{"metric":"shop","share_of":{"metric":"third"}}]"#),
            &[],
        );
    }

    #[test]
    fn events_are_listed_where_a_widget_lists_them() {
        assert!(bound(&[], widget("events", serde_json::json!([]))).1);
        assert!(!bound(&[], widget("line", serde_json::json!([]))).1);
    }

    #[test]
    fn a_bound_takes_away_what_is_outside_and_adds_nothing() {
        let shop = |value: &str| vec![(0, value.to_owned())];
        let whole: MetricSet = [SHOP, OTHER].into_iter().collect();
        let role = Visible::new(whole, BTreeMap::new());
        let within = |role: Visible, bound: &[(MetricId, &[Clause])]| {
            let bound = bound.iter().map(|(id, clauses)| (*id, clauses.to_vec()));
            role.within(bound.collect())
        };
        let seen = within(role, &[(SHOP, &[]), (MetricId(2), &[])]);
        assert!(seen.contains_whole(SHOP) && !seen.contains(OTHER) && !seen.contains(MetricId(2)));

        let role = || Visible::new([SHOP].into_iter().collect(), BTreeMap::new());
        let seen = within(role(), &[(SHOP, &[shop("a"), shop("b")])]);
        assert!(seen.contains(SHOP) && !seen.contains_whole(SHOP));
        for (value, want) in [("a", true), ("b", true), ("c", false)] {
            assert_eq!(seen.sees_tags(SHOP, &[value, "h"]), want, "{value}");
        }
        assert!(role().contains_all(&seen) && !seen.contains_all(&role()));

        // What the role is given in part is seen where both hold.
        let host = || {
            Visible::new(
                MetricSet::default(),
                [(SHOP, vec![vec![(1, "h1".into())]])].into(),
            )
        };
        let seen = within(host(), &[(SHOP, &[shop("a")])]);
        for (tags, want) in [
            (["a", "h1"], true),
            (["a", "h2"], false),
            (["c", "h1"], false),
        ] {
            assert_eq!(seen.sees_tags(SHOP, &tags), want, "{tags:?}");
        }
        assert!(host().contains_all(&seen) && !seen.contains_all(&host()));
        assert!(seen != host() && seen.contains_all(&seen));
        assert!(within(host(), &[(SHOP, &[])]) == host());
        assert!(within(host(), &[]).is_empty());
    }
}
