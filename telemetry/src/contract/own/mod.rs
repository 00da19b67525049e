//! What this crate itself emits, declared: a list for each part.
//!
//! Invariant: equal to what is emitted. `tests/` holds whatever it captures of a part to its list,
//! and the server's tests do so over all of them.

#[cfg(feature = "host")]
pub(crate) mod host;
#[cfg(feature = "http")]
mod http;
mod otlp;
#[cfg(feature = "poller")]
pub(crate) mod poller;
pub(crate) mod registry;

#[cfg(feature = "host")]
pub use host::HOST;
#[cfg(feature = "http")]
pub use http::HTTP;
pub use otlp::OTLP;
#[cfg(feature = "poller")]
pub use poller::POLLER;
pub use registry::TELEMETRY;
