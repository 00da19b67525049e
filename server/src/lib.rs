//! The Pulseboard server: ingest, aggregate, stream, keep, guard.
//!
//! A library so that tests and load generators start real servers in their own process; the
//! binary `pulseboard` calls [`cli::main`].

pub mod access;
pub mod annotations;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod contract;
pub mod dashboards;
pub mod descriptors;
mod document;
pub mod grafana;
pub mod history;
pub mod http;
pub mod ingest;
pub mod markdown;
pub mod metrics;
mod normal_text;
pub mod picture;
pub mod pipeline;
pub mod poller;
pub mod query;
pub mod state;
pub mod storage;
pub mod stream;
pub mod supervise;
