//! `pulseboard check`: holds contracts, the metric list and dashboards against each other, so
//! that drift is found before a program or a server runs.
//!
//! Invariant: it reads files and nothing else. No socket is opened, and a database only to read
//! what is saved in it.

pub(crate) mod dashboards;
mod events;
mod finding;
pub(crate) mod load;
mod metrics;
mod reference;
mod report;
mod saved;
mod source;

pub use finding::{Code, Finding};
pub use load::{Asked, Unreadable, load};
pub use report::{json, text};
pub use saved::load_saved;
pub use source::{BUILT_IN, Path, Source};

use protocol::Dashboard;
use telemetry::contract::Contract;
use telemetry::{Metric, MetricList};

/// What is held against each other, each with where it was read.
#[derive(Debug)]
pub struct Subject {
    /// The server's own events.
    pub built_in: Contract,
    /// Contracts of programs.
    pub contracts: Vec<(Source, Contract)>,
    /// The server's own metrics.
    pub built_in_metrics: Vec<Metric>,
    /// The metrics of the configuration, which hold each for itself.
    pub configured: Option<(Source, Vec<Metric>)>,
    /// Dashboards: the built-in one, those of files, and those of the database.
    pub dashboards: Vec<(Source, Dashboard)>,
}

/// All that does not fit, in the order of the sources: contracts, metrics, dashboards.
pub fn check(subject: &Subject) -> Vec<Finding> {
    let (list, mut findings) = list(subject);
    findings.extend(events::check(subject));
    findings.extend(metrics::check(subject));
    for (source, dashboard) in &subject.dashboards {
        findings.extend(dashboards::check(source, dashboard, &list));
    }
    findings
}

/// The metric list as the server would have it, without what stands in the way of one.
fn list(subject: &Subject) -> (MetricList, Vec<Finding>) {
    let mut metrics = subject.built_in_metrics.clone();
    let mut findings = Vec::new();
    if let Some((source, configured)) = &subject.configured {
        for (i, metric) in configured.iter().enumerate() {
            if metrics.iter().any(|other| other.name == metric.name) {
                let path = Path::default().key("metrics").at(i).key("name");
                let message = format!(
                    "there is a metric `{}` already; names are unique, also beside the built-in \
                     ones",
                    metric.name
                );
                findings.push(source.finding(&path, Code::MetricDuplicate, message));
            } else {
                metrics.push(metric.clone());
            }
        }
    }
    // Each was checked for itself when it was read, the built-in ones by a test, and the
    // configuration takes fewer of them than a list does.
    let list = MetricList::new(metrics).expect("metrics that hold, each name once");
    (list, findings)
}

#[cfg(test)]
mod tests;
