//! What the dashboards that are open to people who are not signed in show: the bound of what these
//! people see, whatever their role is given.
//!
//! Invariant: a metric that no widget of an open dashboard names is not within the bound, and of one that
//! widgets name by tags only the series with these tags are.

use std::collections::{BTreeMap, BTreeSet};

use protocol::role::GUEST;
use protocol::variables::{ALL, only_name, pattern};
use protocol::{Dashboard, MetricRef, Role, TagValues, Variable, VariableKind};
use rustc_hash::FxHashMap;
use telemetry::MetricId;

use super::grant::Described;
use super::visible::Clause;
use super::{Access, MetricSet};
use crate::dashboards;
use crate::storage::StorageError;

/// Of each metric within the bound the clauses of which one has to hold; without one all series are.
pub type Bound = BTreeMap<MetricId, Vec<Clause>>;

/// The metric of a reference, and of each tag the values of which it asks for any. A star that stands
/// for any text is one of a variable or at the end; a value with another one is not among them.
type Named = (String, BTreeMap<String, Vec<String>>);

/// Most combinations of tag values of one reference that are within the bound.
const MAX_CLAUSES: usize = 1_000;

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
        let references = dashboards.iter().flat_map(|dashboard| {
            let widgets = dashboard.widgets.iter();
            let references = widgets.flat_map(|widget| &widget.metrics);
            references.map(|one| named(one, &dashboard.variables))
        });
        OpenDashboards {
            references: references.collect(),
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
                is_given.then(|| Some((*id, clauses(tags, metric)?)))?
            });
            let found: Option<Vec<(MetricId, Vec<Clause>)>> = found.collect();
            for (id, clauses) in found.into_iter().flatten() {
                bound.entry(id).or_default().extend(clauses);
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
fn named(reference: &MetricRef, variables: &[Variable]) -> Vec<Named> {
    let chain = std::iter::successors(Some(reference), |one| one.share_of.as_deref());
    let of_tag = |(tag, values): (&String, &TagValues)| {
        let values = values.all().iter();
        let values = values.flat_map(|value| alternatives(value, variables));
        (tag.clone(), values.collect())
    };
    chain
        .map(|one| (one.metric.clone(), one.tags.iter().map(of_tag).collect()))
        .collect()
}

/// The texts that a value can be: where it names a variable of a list, with each of its values; where it
/// names another, with any text. None where a star within it would stand for itself.
fn alternatives(value: &str, variables: &[Variable]) -> Vec<String> {
    let exact = value.strip_suffix('*').unwrap_or(value);
    if exact.contains('*') {
        return Vec::new();
    }
    if variables.is_empty() {
        return vec![value.to_owned()];
    }
    let listed = only_name(value).and_then(|name| variables.iter().find(|one| one.name == name));
    match listed {
        Some(variable) if variable.kind == VariableKind::List && !variable.all => {
            let values = variable.values.iter();
            values
                .filter(|value| !value.contains('*'))
                .cloned()
                .collect()
        }
        _ => vec![pattern(value)],
    }
}

/// The tag values of a reference by places of tags, in all combinations; none when the metric lacks a
/// tag, or when a value means something else here than in a reference.
fn clauses(tags: &BTreeMap<String, Vec<String>>, metric: &Described) -> Option<Vec<Clause>> {
    let mut clauses = vec![Clause::new()];
    for (tag, values) in tags {
        let place = metric.tags.iter().position(|name| name == tag)?;
        // Any text is no condition.
        if values.iter().any(|value| value == ALL) {
            continue;
        }
        let with = clauses.iter().flat_map(|clause| {
            values.iter().map(move |value| {
                let mut clause = clause.clone();
                clause.push((place, value.clone()));
                clause
            })
        });
        clauses = with.take(MAX_CLAUSES).collect();
    }
    (!clauses.is_empty()).then_some(clauses)
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
    fn values_of_variables_are_within_the_bound() {
        let check = |variable: serde_json::Value, tags: serde_json::Value, want: &[Clause]| {
            let document = serde_json::json!({ "id": "d", "title": "D", "variables": [variable],
                "widgets": widget("line", serde_json::json!([{ "metric": "shop", "tags": tags }])) });
            let dashboard = serde_json::from_value(document).expect("a dashboard");
            let open = OpenDashboards::new(["d".to_owned()].into(), &[dashboard]);
            let bound = open.bound(&described(), &[SHOP].into_iter().collect());
            assert_eq!(bound, Bound::from([(SHOP, want.to_vec())]), "{tags}");
        };
        let host = |value: &str| vec![(1, value.to_owned())];
        let tag = serde_json::json!({ "name": "h", "kind": "tag", "tag": "host" });
        check(tag.clone(), serde_json::json!({ "host": "$h" }), &[]);
        check(
            tag.clone(),
            serde_json::json!({ "host": "a-$h-b" }),
            &[host("a-*-b")],
        );
        check(
            tag,
            serde_json::json!({ "host": ["a", "b*"] }),
            &[host("a"), host("b*")],
        );
        // Of a list nobody sees more than its values, whatever an address asks for.
        let list = |all: bool| serde_json::json!({ "name": "h", "kind": "list", "values": ["a", "b"], "all": all });
        check(
            list(false),
            serde_json::json!({ "host": "$h" }),
            &[host("a"), host("b")],
        );
        check(list(true), serde_json::json!({ "host": "$h" }), &[]);
        check(
            list(false),
            serde_json::json!({ "host": "$h", "service": ["x", "y"] }),
            &["a", "b"]
                .map(|h| ["x", "y"].map(|s| vec![(1, h.into()), (0, s.into())]))
                .concat(),
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
