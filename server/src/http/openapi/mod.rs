//! `GET /api/openapi.json`: every route that the asker may use, as OpenAPI 3.1.
//!
//! Invariant: addresses, methods and who may ask come from the table of routes, types from what is
//! sent. A route without a description is in the document all the same, and fails a test.

mod dashboards;
mod data;
mod document;
mod operation;
mod people;
mod sessions;
#[cfg(test)]
mod tests;

use axum::extract::State;
use axum::http::{HeaderMap, Method};
use serde_json::Value;

use super::cookies::Cookies;
use super::router::{ROUTES, Route};
use super::{Error, guard};
use crate::access::{Principal, PrincipalKind, permit};
use crate::state::AppState;
use operation::Operation;

/// All of it that is for whoever sends the request; without a session or token, what is for
/// everybody.
pub async fn openapi(
    State(app): State<AppState>,
    headers: HeaderMap,
) -> Result<axum::Json<Value>, Error> {
    let proven = guard::resolve(&app, &headers).await?;
    let principal = proven.map(|proven| proven.principal);
    let routes = ROUTES.iter().filter_map(|route| {
        let operation = operation_of(&route.method, route.path);
        may_use(principal.as_ref(), route, operation).then_some((route, operation))
    });
    let cookie = Cookies::of(&app, &headers).session_name();
    Ok(axum::Json(document::document(
        routes,
        &app.config.base_path,
        &cookie,
    )))
}

fn may_use(principal: Option<&Principal>, route: &Route, operation: Option<&Operation>) -> bool {
    let is_program =
        principal.is_some_and(|principal| matches!(principal.kind, PrincipalKind::Token { .. }));
    let is_closed = is_program && operation.is_some_and(|operation| operation.people_only);
    !is_closed && permit(principal, route.action).is_ok()
}

fn operations() -> impl Iterator<Item = &'static Operation> {
    let all = [
        data::OPERATIONS,
        dashboards::OPERATIONS,
        people::OPERATIONS,
        sessions::OPERATIONS,
    ];
    all.into_iter().flatten()
}

fn operation_of(method: &Method, path: &str) -> Option<&'static Operation> {
    operations().find(|operation| operation.method == method.as_str() && operation.path == path)
}
