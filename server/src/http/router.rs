//! One table that says of every route who may ask. A route that is not in the table does not exist; what
//! is not public in it needs a principal.

use axum::http::Method;
use axum::routing::{MethodRouter, delete, get, post, put};
use protocol::{Action, paths};

use super::{
    annotations, audit, dashboard_files, dashboards, events, health, history, links, me, metrics,
    oidc, openapi, otlp, pictures, preferences, roles, second_factor, series, session, sessions,
    setup, stream, tokens, users, variables,
};
use crate::state::AppState;

/// One route.
pub struct Route {
    /// The method; `GET` answers `HEAD` too.
    pub method: Method,
    /// The path as axum writes it.
    pub path: &'static str,
    /// Who may ask.
    pub action: Action,
    pub(super) handler: fn() -> MethodRouter<AppState>,
}

const fn route(
    method: Method,
    path: &'static str,
    action: Action,
    handler: fn() -> MethodRouter<AppState>,
) -> Route {
    Route {
        method,
        path,
        action,
        handler,
    }
}

/// Every route of the API. Pages stand in a table of the same kind, [`app::PAGES`].
pub static ROUTES: &[Route] = &[
    route(Method::GET, paths::HEALTH, Action::Public, || {
        get(health::live)
    }),
    route(Method::GET, paths::READY, Action::Public, || {
        get(health::ready)
    }),
    route(Method::POST, paths::SESSION, Action::Public, || {
        post(session::sign_in)
    }),
    route(Method::DELETE, paths::SESSION, Action::Account, || {
        delete(session::sign_out)
    }),
    route(Method::GET, paths::OIDC, Action::Public, || {
        get(oidc::begin)
    }),
    route(Method::GET, paths::OIDC_CALLBACK, Action::Public, || {
        get(oidc::callback)
    }),
    route(Method::POST, paths::SETUP, Action::Public, || {
        post(setup::set_up)
    }),
    route(Method::GET, paths::OPENAPI, Action::Public, || {
        get(openapi::openapi)
    }),
    route(Method::GET, paths::ME, Action::Me, || get(me::me)),
    route(Method::PUT, paths::MY_PASSWORD, Action::Account, || {
        put(session::change_password)
    }),
    route(Method::PUT, paths::MY_NAME, Action::Account, || {
        put(me::rename)
    }),
    route(Method::GET, paths::MY_SESSIONS, Action::Account, || {
        get(sessions::own)
    }),
    route(Method::DELETE, paths::MY_SESSIONS, Action::Account, || {
        delete(sessions::end_others)
    }),
    route(Method::DELETE, paths::MY_SESSION, Action::Account, || {
        delete(sessions::end_own)
    }),
    route(
        Method::GET,
        paths::MY_SECOND_FACTOR,
        Action::Account,
        || get(second_factor::read),
    ),
    route(
        Method::POST,
        paths::MY_SECOND_FACTOR,
        Action::Account,
        || post(second_factor::begin),
    ),
    route(
        Method::PUT,
        paths::MY_SECOND_FACTOR,
        Action::Account,
        || put(second_factor::confirm),
    ),
    route(
        Method::POST,
        paths::MY_SECOND_FACTOR_REMOVAL,
        Action::Account,
        || post(second_factor::remove),
    ),
    route(
        Method::POST,
        paths::MY_RECOVERY_CODES,
        Action::Account,
        || post(second_factor::recovery_codes),
    ),
    route(Method::POST, paths::INVITATION, Action::Public, || {
        post(links::accept)
    }),
    route(Method::POST, paths::PASSWORD_RESET, Action::Public, || {
        post(links::reset)
    }),
    route(Method::GET, paths::METRICS, Action::View, || {
        get(metrics::list)
    }),
    route(Method::GET, paths::STREAM, Action::View, || {
        get(stream::stream)
    }),
    route(Method::GET, paths::HISTORY, Action::View, || {
        get(history::history)
    }),
    route(Method::GET, paths::HISTORY_COLUMNS, Action::View, || {
        get(history::columns)
    }),
    route(Method::GET, paths::DASHBOARDS, Action::View, || {
        get(dashboards::list)
    }),
    route(
        Method::GET,
        paths::DASHBOARD_VARIABLES,
        Action::View,
        || get(variables::read),
    ),
    route(Method::GET, paths::DASHBOARD, Action::View, || {
        get(dashboards::one)
    }),
    route(Method::PUT, paths::DASHBOARD, Action::OwnDashboards, || {
        put(dashboards::save)
    }),
    route(
        Method::DELETE,
        paths::DASHBOARD,
        Action::OwnDashboards,
        || delete(dashboards::remove),
    ),
    route(
        Method::GET,
        paths::DASHBOARD_INDEX,
        Action::SignedIn,
        || get(dashboards::index),
    ),
    route(
        Method::PUT,
        paths::DASHBOARD_OWNER,
        Action::OwnDashboards,
        || put(dashboards::set_owner),
    ),
    route(Method::PUT, paths::DASHBOARD_STAR, Action::SignedIn, || {
        put(dashboards::star)
    }),
    route(
        Method::POST,
        paths::DASHBOARD_RESTORE,
        Action::OwnDashboards,
        || post(dashboards::restore),
    ),
    route(Method::GET, paths::DASHBOARD_SCHEMA, Action::Public, || {
        get(dashboard_files::schema)
    }),
    route(Method::GET, paths::DASHBOARD_SOURCE, Action::View, || {
        get(dashboard_files::source)
    }),
    route(Method::GET, paths::DASHBOARD_FILE, Action::View, || {
        get(dashboard_files::file)
    }),
    route(
        Method::POST,
        paths::DASHBOARD_PATCH,
        Action::SignedIn,
        || post(dashboard_files::patch),
    ),
    route(
        Method::GET,
        paths::DASHBOARD_VERSIONS,
        Action::SignedIn,
        || get(dashboard_files::versions),
    ),
    route(
        Method::GET,
        paths::DASHBOARD_VERSION,
        Action::SignedIn,
        || get(dashboard_files::version),
    ),
    route(Method::GET, paths::WIDGET_PICTURE, Action::View, || {
        get(pictures::picture)
    }),
    route(Method::GET, paths::PREFERENCES, Action::SignedIn, || {
        get(preferences::read)
    }),
    route(Method::PUT, paths::PREFERENCES, Action::SignedIn, || {
        put(preferences::save)
    }),
    route(
        Method::GET,
        paths::DASHBOARD_PREFERENCES,
        Action::SignedIn,
        || get(preferences::read_one),
    ),
    route(
        Method::PUT,
        paths::DASHBOARD_PREFERENCES,
        Action::SignedIn,
        || put(preferences::save_one),
    ),
    route(Method::POST, paths::EVENTS, Action::Ingest, || {
        post(events::post)
    }),
    route(Method::GET, paths::EVENT, Action::SignedIn, || {
        get(events::fields)
    }),
    route(Method::POST, paths::ANNOTATIONS, Action::Annotate, || {
        post(annotations::add)
    }),
    route(Method::GET, paths::ANNOTATIONS, Action::View, || {
        get(annotations::list)
    }),
    route(Method::DELETE, paths::ANNOTATIONS, Action::Admin, || {
        delete(annotations::clear)
    }),
    route(Method::GET, paths::ADMIN_AUDIT, Action::Admin, || {
        get(audit::list)
    }),
    route(
        Method::GET,
        paths::ADMIN_AUDIT_EXPORT,
        Action::Admin,
        || get(audit::export),
    ),
    route(Method::DELETE, paths::ADMIN_SERIES, Action::Operate, || {
        delete(series::clear)
    }),
    route(
        Method::DELETE,
        paths::ANNOTATION,
        Action::RemoveAnnotations,
        || delete(annotations::remove),
    ),
    route(Method::POST, paths::OTLP_METRICS, Action::Ingest, || {
        post(otlp::post)
    }),
    route(Method::GET, paths::ADMIN_USERS, Action::Admin, || {
        get(users::list)
    }),
    route(Method::POST, paths::ADMIN_USERS, Action::Admin, || {
        post(users::add)
    }),
    route(Method::DELETE, paths::ADMIN_USER, Action::Admin, || {
        delete(users::remove)
    }),
    route(
        Method::PUT,
        paths::ADMIN_USER_PASSWORD,
        Action::Admin,
        || put(users::reset_password),
    ),
    route(Method::PUT, paths::ADMIN_USER_ROLES, Action::Admin, || {
        put(roles::assign)
    }),
    route(
        Method::PUT,
        paths::ADMIN_USER_DISABLED,
        Action::Admin,
        || put(users::disable),
    ),
    route(
        Method::DELETE,
        paths::ADMIN_USER_SECOND_FACTOR,
        Action::Admin,
        || delete(second_factor::reset),
    ),
    route(
        Method::POST,
        paths::ADMIN_USER_RESET_LINK,
        Action::Admin,
        || post(links::add_reset),
    ),
    route(
        Method::DELETE,
        paths::ADMIN_USER_SESSIONS,
        Action::Admin,
        || delete(sessions::end_of),
    ),
    route(Method::GET, paths::ADMIN_SESSIONS, Action::Admin, || {
        get(sessions::all)
    }),
    route(Method::DELETE, paths::ADMIN_SESSION, Action::Admin, || {
        delete(sessions::end)
    }),
    route(
        Method::GET,
        paths::ADMIN_INVITATIONS,
        Action::Invite,
        || get(links::list),
    ),
    route(
        Method::POST,
        paths::ADMIN_INVITATIONS,
        Action::Invite,
        || post(links::add),
    ),
    route(
        Method::DELETE,
        paths::ADMIN_INVITATION,
        Action::Invite,
        || delete(links::revoke),
    ),
    route(Method::GET, paths::ADMIN_ROLES, Action::Admin, || {
        get(roles::list)
    }),
    route(Method::GET, paths::ADMIN_ROLE, Action::Admin, || {
        get(roles::one)
    }),
    route(Method::PUT, paths::ADMIN_ROLE, Action::Admin, || {
        put(roles::save)
    }),
    route(Method::DELETE, paths::ADMIN_ROLE, Action::Admin, || {
        delete(roles::remove)
    }),
    route(Method::GET, paths::ADMIN_TOKENS, Action::Admin, || {
        get(tokens::list)
    }),
    route(Method::POST, paths::ADMIN_TOKENS, Action::Admin, || {
        post(tokens::add)
    }),
    route(Method::DELETE, paths::ADMIN_TOKEN, Action::Admin, || {
        delete(tokens::remove)
    }),
    route(Method::PUT, paths::ADMIN_TOKEN, Action::Admin, || {
        put(tokens::set)
    }),
    route(Method::GET, paths::MY_TOKENS, Action::Account, || {
        get(tokens::list_own)
    }),
    route(Method::POST, paths::MY_TOKENS, Action::Account, || {
        post(tokens::add_own)
    }),
    route(Method::PUT, paths::MY_TOKEN, Action::Account, || {
        put(tokens::set_own)
    }),
    route(Method::DELETE, paths::MY_TOKEN, Action::Account, || {
        delete(tokens::remove_own)
    }),
    #[cfg(feature = "bench")]
    route(Method::GET, app::bench::PAGE, Action::Public, || {
        get(super::bench::page)
    }),
    #[cfg(feature = "bench")]
    route(Method::GET, app::bench::STREAM, Action::Public, || {
        get(super::bench::stream)
    }),
];

/// Whether a request changes something, so that it goes on when its client hangs up. One `GET` does: a
/// provider sends browsers back by it, and it makes users and gives roles.
pub fn changes(method: &Method, path: &str) -> bool {
    !method.is_safe() || path == paths::OIDC_CALLBACK
}

/// Who may use a method on a path as axum writes it: by the table of routes, else by that of pages,
/// which have one method.
pub fn action(app: &AppState, method: &Method, path: &str) -> Option<(Kind, Action)> {
    let route = ROUTES
        .iter()
        .find(|route| route.method == method && route.path == path);
    let page = app.pages.iter().find(|page| page.path == path);
    route
        .map(|route| (Kind::Api, route.action))
        .or_else(|| page.map(|page| (Kind::Page, page.action)))
}

/// What stands at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A route for programs: errors are JSON.
    Api,
    /// A page for people: nobody is led to the sign-in page.
    Page,
}
