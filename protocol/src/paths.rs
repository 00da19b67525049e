//! The addresses that server and page share.

/// Sign in (`POST`) and out (`DELETE`).
pub const SESSION: &str = "/api/session";
/// Who asks.
pub const ME: &str = "/api/me";
/// The visible part of the metric list.
pub const METRICS: &str = "/api/metrics";
/// Server-sent events.
pub const STREAM: &str = "/api/stream";
/// One metric over time.
pub const HISTORY: &str = "/api/history";
/// Dashboards; `/{id}` for one.
pub const DASHBOARDS: &str = "/api/dashboards";
/// What this person changed.
pub const PREFERENCES: &str = "/api/preferences";
/// Events from programs.
pub const EVENTS: &str = "/api/events";
/// What somebody says happened; `/{id}` for one.
pub const ANNOTATIONS: &str = "/api/annotations";
/// Pictures of widgets, `/{dashboard}/{widget}.svg`.
pub const WIDGETS: &str = "/api/widgets";
/// Metrics from programs that speak OTLP.
pub const OTLP_METRICS: &str = "/v1/metrics";
/// Makes the first admin: `POST {token, name, password}`.
pub const SETUP: &str = "/api/setup";
/// Users, for admins.
pub const ADMIN_USERS: &str = "/api/admin/users";
/// Tokens, for admins.
pub const ADMIN_TOKENS: &str = "/api/admin/tokens";
/// The sign-in page.
pub const SIGN_IN_PAGE: &str = "/sign-in";
/// The page that makes the first admin; `/{token}`.
pub const SETUP_PAGE: &str = "/setup";
