//! Dashboards for Grafana: the same documents and the same list of metrics, as classic dashboard JSON over
//! a Prometheus data source. Pure: what cannot be said there is a note, never left out silently.
//!
//! Invariant: every widget is a panel at its place; one that Grafana cannot show is a text that says so.

mod expression;
mod import;
mod names;
mod panel;

use protocol::Dashboard;
use protocol::variables::{ALL, Choices, VariableState, choose, resolve};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use telemetry::{Metric, MetricList};

pub use import::{Imported, import};
pub use names::{PrometheusName, label_name};

/// Longest uid of a dashboard in Grafana.
const MAX_UID: usize = 40;
/// The version of dashboard JSON that is written; Grafana brings older ones up to date.
const SCHEMA_VERSION: u32 = 39;
/// The variable that names the data source.
const DATASOURCE: &str = "datasource";

/// Something that the panel does not show as the widget does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The widget, by its id.
    pub widget: String,
    /// What, and why.
    pub text: String,
}

/// A dashboard as Grafana imports it, and what differs.
pub fn dashboard(dashboard: &Dashboard, metrics: &MetricList) -> (Value, Vec<Note>) {
    // Its variables stand for their defaults: without one, for all.
    let state = choose(&dashboard.variables, &Choices::new(), |_, _| {
        Default::default()
    });
    let choices = state
        .choices
        .into_iter()
        .map(|(name, values)| match values.is_empty() {
            true => (name, vec![ALL.to_owned()]),
            false => (name, values),
        });
    let state = VariableState {
        choices: choices.collect(),
        ..state
    };
    let dashboard = &resolve(dashboard, &state).dashboard;
    let mut notes = Vec::new();
    let mut panels = Vec::new();
    for (place, widget) in dashboard.widgets.iter().enumerate() {
        let mut own = Vec::new();
        panels.push(panel::panel(place + 1, widget, metrics, &mut own));
        own.dedup();
        notes.extend(own.into_iter().map(|text| Note {
            widget: widget.id.clone(),
            text,
        }));
    }
    let document = json!({
        "uid": uid(&dashboard.id),
        "title": dashboard.title,
        "tags": ["pulseboard"],
        "schemaVersion": SCHEMA_VERSION,
        "editable": true,
        "fiscalYearStartMonth": 0,
        // The pointer shows the same time in all panels, as here.
        "graphTooltip": 1,
        "time": { "from": "now-15m", "to": "now" },
        "refresh": "10s",
        "timezone": "browser",
        "links": [],
        "annotations": { "list": [] },
        "templating": { "list": [{
            "name": DATASOURCE,
            "label": "Data source",
            "type": "datasource",
            "query": "prometheus",
            "refresh": 1,
            "regex": "",
            "hide": 0,
            "includeAll": false,
            "multi": false,
            "options": [],
        }] },
        "panels": panels,
    });
    (document, notes)
}

/// The id, shortened in a way that keeps two long ones apart.
fn uid(id: &str) -> String {
    if id.len() <= MAX_UID {
        return id.to_owned();
    }
    let digest = Sha256::digest(id.as_bytes());
    let digest: String = digest
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let kept: String = id.chars().take(MAX_UID - 1 - digest.len()).collect();
    format!("{kept}-{digest}")
}

/// The file by which Grafana finds a folder of dashboards.
pub fn provider_yaml(folder: &str) -> String {
    format!(
        "# Copy it to Grafana's provisioning/dashboards.\napiVersion: 1\nproviders:\n  - name: \
         pulseboard\n    type: file\n    folder: Pulseboard\n    options:\n      path: {}\n",
        quoted(folder)
    )
}

/// The file by which Grafana finds the Prometheus server.
pub fn datasource_yaml(url: &str) -> String {
    format!(
        "# Copy it to Grafana's provisioning/datasources, unless there is such a data source.\n\
         apiVersion: 1\ndatasources:\n  - name: Prometheus\n    type: prometheus\n    access: \
         proxy\n    url: {}\n",
        quoted(url)
    )
}

/// A metric as the configuration has it, of what programs send over OTLP under its name.
pub fn metric_toml(metric: &Metric) -> String {
    let tags = metric.tags.iter().map(|tag| quoted(tag));
    let tags = tags.collect::<Vec<_>>().join(", ");
    let mut text = format!(
        "[[metrics]]\nname = {}\nkind = \"{}\"\nevent = {}\nmeasurement = \"value\"\ntags = [{tags}]\n\
         unit = \"{}\"\n",
        quoted(&metric.name),
        metric.kind.name(),
        quoted(&metric.event),
        metric.unit.name()
    );
    if !metric.buckets.is_empty() {
        let bounds = metric.buckets.iter().map(|bound| format!("{bound:?}"));
        let bounds = bounds.collect::<Vec<_>>().join(", ");
        text.push_str(&format!("buckets = [{bounds}]\n"));
    }
    text
}

/// A text of YAML, which has every text of JSON.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests;
