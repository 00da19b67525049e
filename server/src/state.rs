//! What every handler can reach. Cheap to clone; nothing in it changes while the server runs
//! but by its own rules.

use std::sync::Arc;

use app::page::Page;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use telemetry::{MetricList, Registry};

use crate::access::Access;
use crate::config::Config;
use crate::http::Assets;
use crate::ingest::Undeclared;
use crate::ingest::otlp::Receiver;
use crate::pipeline::Pipeline;
use crate::storage::Storage;

/// The parts of a running server.
#[derive(Clone)]
pub struct AppState {
    /// The configuration it was started with.
    pub config: Arc<Config>,
    /// The database.
    pub storage: Storage,
    /// Users, sessions and tokens.
    pub access: Arc<Access>,
    /// Where the server emits its own events, and those it is sent.
    pub registry: Arc<Registry>,
    /// The metric list.
    pub metrics: Arc<MetricList>,
    /// Events that nobody knows.
    pub undeclared: Arc<Undeclared>,
    /// Aggregation, stream and history.
    pub pipeline: Arc<Pipeline>,
    /// Takes what programs send over OTLP.
    pub otlp: Arc<Receiver>,
    /// The pages that it shows.
    pub pages: &'static [Page],
    /// Where the page's files are and what they are called.
    pub leptos: LeptosOptions,
    /// The page's files by version.
    pub assets: Arc<Assets>,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> LeptosOptions {
        state.leptos.clone()
    }
}
