//! What every handler can reach. Cheap to clone; nothing in it changes while the server runs
//! but by its own rules.

use std::sync::Arc;

use app::page::Page;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use telemetry::{Metric, MetricList, Registry};

use crate::access::{Access, Oidc};
use crate::config::Config;
use crate::dashboards::provisioned::Provisioned;
use crate::http::{Assets, GuestRequests};
use crate::ingest::Undeclared;
use crate::ingest::memory::IngestMemory;
use crate::ingest::otlp::Receiver;
use crate::metrics::MetricCatalog;
use crate::pipeline::{ExtendError, Pipeline};
use crate::storage::Storage;

/// The parts of a running server.
#[derive(Clone)]
pub struct AppState {
    /// The configuration it was started with.
    pub config: Arc<Config>,
    /// The database.
    pub storage: Storage,
    /// The folder of provisioned dashboards.
    pub provisioned: Arc<Provisioned>,
    /// Users, sessions and tokens.
    pub access: Arc<Access>,
    /// Who vouches for people, when somebody does.
    pub oidc: Option<Arc<Oidc>>,
    /// Where the server emits its own events, and those it is sent.
    pub registry: Arc<Registry>,
    /// The metric list.
    pub metrics: Arc<MetricCatalog>,
    /// Events that nobody knows.
    pub undeclared: Arc<Undeclared>,
    /// Aggregation, stream and history.
    pub pipeline: Arc<Pipeline>,
    /// Takes what programs send over OTLP.
    pub otlp: Arc<Receiver>,
    /// The memory of all requests that bring events and points.
    pub ingest_memory: IngestMemory,
    /// Requests of people who are not signed in.
    pub guests: Arc<GuestRequests>,
    /// The pages that it shows.
    pub pages: &'static [Page],
    /// Where the page's files are and what they are called.
    pub leptos: LeptosOptions,
    /// The page's files by version.
    pub assets: Arc<Assets>,
}

/// Why metrics are not added.
#[derive(Debug, thiserror::Error)]
pub enum AddMetricsError {
    /// A metric asks for a role that nobody can have.
    #[error("metric `{metric}`: required_roles: there is no role `{role}`; add it to `roles`")]
    Role {
        /// The metric.
        metric: String,
        /// The role.
        role: String,
    },
    /// The list does not take them.
    #[error(transparent)]
    Pipeline(#[from] ExtendError),
}

impl AppState {
    /// Adds metrics while the server runs: ingest accepts events for them, history keeps them, and
    /// whoever may see them gets them, in open streams within a second. A metric of the list may be
    /// described in another way, or ask for other roles; nothing else about it can change.
    pub async fn add_metrics(&self, metrics: Vec<Metric>) -> Result<(), AddMetricsError> {
        for metric in &metrics {
            let mut roles = metric.required_roles.iter();
            if let Some(role) = roles.find(|role| !self.access.has_role(role)) {
                let (metric, role) = (metric.name.clone(), role.clone());
                return Err(AddMetricsError::Role { metric, role });
            }
        }
        // Until it is in the table of visibility, a new metric is hidden from everybody.
        let published = |list: &MetricList| self.access.extend_metrics(list);
        Ok(self.pipeline.extend(metrics, published).await?)
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> LeptosOptions {
        state.leptos.clone()
    }
}
