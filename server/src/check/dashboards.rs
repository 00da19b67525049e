//! Dashboards against the metric list.
//!
//! Invariant: what would be refused when a dashboard is saved is a finding, and each fault is
//! one finding.

use protocol::{Dashboard, MetricRef};
use telemetry::MetricList;

use super::reference::{self, Reference};
use super::{Code, Finding, Path, Source};
use crate::dashboards;

pub(crate) fn check(source: &Source, dashboard: &Dashboard, list: &MetricList) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (i, widget) in dashboard.widgets.iter().enumerate() {
        let path = Path::default().key("widgets").at(i).key("metrics");
        for (i, metric) in widget.metrics.iter().enumerate() {
            walk(source, path.at(i), metric, list, &mut findings);
        }
    }
    // References have codes of their own, above.
    for invalid in dashboards::check_all(dashboard, list) {
        let path = Path::parse(&invalid.path);
        let written = path.to_string();
        if findings.iter().all(|earlier| earlier.path != written) {
            findings.push(source.finding(&path, Code::DashboardInvalid, invalid.message));
        }
    }
    findings
}

fn walk(
    source: &Source,
    mut path: Path,
    metric: &MetricRef,
    list: &MetricList,
    findings: &mut Vec<Finding>,
) {
    let mut next = Some(metric);
    while let Some(metric) = next {
        let by = metric.by.iter().map(|tag| (path.key("by"), &**tag));
        let tags = metric.tags.keys();
        let tags = tags.map(|tag| (path.key("tags").key(tag), &**tag));
        let reference = Reference {
            metric: (path.key("metric"), &metric.metric),
            tags: tags.chain(by).collect(),
        };
        findings.extend(reference::check(source, &reference, list));
        path = path.key("share_of");
        next = metric.share_of.as_deref();
    }
}
