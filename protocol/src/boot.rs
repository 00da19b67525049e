//! What the document of a page begins with, so that the page is complete before any request.
//!
//! The same on the server and in the browser: no time, no locale and nothing random belongs here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Dashboard, DashboardPreferences, Me, Metric, Preferences, TextNode};

/// The signed-in user, and the data of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boot<T> {
    /// The signed-in user.
    pub me: Me,
    /// What the page loads.
    pub page: T,
}

/// What a dashboard loads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DashboardBoot {
    /// Metrics that the dashboard names and this person may see, as far as they are shown.
    #[serde(with = "super::definitions")]
    pub metrics: Vec<Metric>,
    /// The dashboard that opens, with what is chosen in the place of its variables.
    pub dashboard: Dashboard,
    /// What this person changed for every dashboard.
    pub preferences: Preferences,
    /// What this person changed about the dashboard that opens.
    pub dashboard_preferences: DashboardPreferences,
    /// What its texts say, by widget.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<String, Vec<TextNode>>,
    /// Categories whose events are left out until somebody asks for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub muted: Vec<String>,
    /// Names of the events that this leaves out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub muted_events: Vec<String>,
    /// Whether this person may edit the dashboard's document.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_edit: bool,
    /// What is chosen of its variables, as the page's address carries it; absent when it has none. What can
    /// be chosen is asked for at [`dashboard_variables`](crate::paths::dashboard_variables).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variables: Option<String>,
}

/// What the page Metrics loads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricsBoot {
    /// Every visible metric, in the order of the metric list.
    pub metrics: Vec<ListedMetric>,
    /// The dashboards that show at least one of them.
    pub dashboards: Vec<DashboardLink>,
    /// What this person changed: the span and the zone of charts.
    pub preferences: Preferences,
    /// Categories that are left out until somebody asks for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub muted: Vec<String>,
}

/// One metric of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListedMetric {
    /// Its definition, as far as it is shown.
    #[serde(with = "super::definitions::one")]
    pub metric: Metric,
    /// The heading that it is listed under; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// Number of series when the page was loaded.
    pub series: u32,
    /// Indices into [`MetricsBoot::dashboards`] of those that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dashboards: Vec<u32>,
}

/// A dashboard by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardLink {
    /// Name in addresses.
    pub id: String,
    /// What people read.
    pub title: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let boot = Boot {
            me: Me {
                name: "ada".into(),
                roles: vec!["viewer".into()],
                admin: false,
                ..Me::default()
            },
            page: MetricsBoot {
                metrics: vec![ListedMetric {
                    metric: Metric::sum("shop.order.amount").tags(["region"]),
                    category: "Shop".into(),
                    series: 3,
                    dashboards: vec![0],
                }],
                dashboards: vec![DashboardLink {
                    id: "shop".into(),
                    title: "Shop".into(),
                }],
                preferences: Preferences::default(),
                muted: Vec::new(),
            },
        };
        let json = serde_json::to_string(&boot).expect("encodes");
        let start = r#"{"me":{"name":"ada","roles":["viewer"],"admin":false},"page":{"metrics":[{"metric":{"name":"shop.order.amount","kind":"sum","unit":"none","tags":["region"]},"category":"Shop","series":3,"dashboards":[0]}],"dashboards":[{"id":"shop","title":"Shop"}],"preferences":"#;
        assert!(json.starts_with(start), "{json}");
        let read: Boot<MetricsBoot> = serde_json::from_str(&json).expect("decodes");
        assert_eq!(serde_json::to_string(&read).expect("encodes"), json);
    }
}
