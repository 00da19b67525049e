//! HTTP: the router with its table of routes, one file per resource, one error type.

mod annotations;
mod assets;
mod audit;
mod base;
#[cfg(feature = "bench")]
mod bench;
mod body;
mod client_address;
mod cookies;
mod dashboards;
mod error;
mod events;
mod extract;
mod files;
mod finish;
mod guard;
mod headers;
mod health;
mod history;
mod listen;
mod me;
mod metrics;
mod oidc;
mod origin;
mod otlp;
mod packing;
mod page;
mod page_source;
mod pictures;
mod preferences;
mod reserve;
mod roles;
pub mod router;
mod series;
mod session;
mod setup;
pub mod site;
mod stream;
mod tokens;
mod users;

pub use assets::Assets;
pub use body::Json;
pub use error::Error;
pub use listen::{HttpService, Peer, Tls, TlsError, serve};
pub use router::{ROUTES, Route, router};
