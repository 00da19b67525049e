//! The document is as complete as the table of routes.

use protocol::{Action, paths};

use super::operation::Operation;
use super::*;

/// What is in one of the tables alone.
fn differences<'a>(operations: impl Iterator<Item = &'a Operation> + Clone) -> Vec<String> {
    let is_described = |route: &&Route| {
        operations.clone().any(|operation| {
            operation.method == route.method.as_str() && operation.path == route.path
        })
    };
    let routes = ROUTES.iter().filter(|route| paths::is_api(route.path));
    let missing = routes
        .filter(|route| !is_described(route))
        .map(|route| format!("not described: {} {}", route.method, route.path));
    let gone = operations
        .clone()
        .filter(|operation| {
            !ROUTES.iter().any(|route| {
                operation.method == route.method.as_str() && operation.path == route.path
            })
        })
        .map(|operation| format!("no route: {} {}", operation.method, operation.path));
    let twice = operations
        .clone()
        .enumerate()
        .filter(|(at, one)| {
            let mut before = operations.clone().take(*at);
            before.any(|other| (other.method, other.path) == (one.method, one.path))
        })
        .map(|(_, one)| format!("twice: {} {}", one.method, one.path));
    missing.chain(gone).chain(twice).collect()
}

#[test]
fn every_route_is_described_once_and_nothing_else() {
    let all: Vec<&Operation> = operations().collect();
    assert_eq!(differences(all.iter().copied()), [""; 0]);
    // A route that nobody described, and a description whose route is gone.
    assert_eq!(
        differences(all.iter().copied().filter(|one| one.path != paths::ME)),
        ["not described: GET /api/me"]
    );
    let stray = Operation::get("/api/stray", "");
    assert_eq!(
        differences(all.iter().copied().chain([&stray])),
        ["no route: GET /api/stray"]
    );
}

#[test]
fn a_route_without_a_description_is_in_the_document() {
    let routes: Vec<_> = ROUTES.iter().map(|route| (route, None)).collect();
    let document = document::document(routes.into_iter(), "", "session");
    for route in ROUTES {
        let method = route.method.as_str().to_ascii_lowercase();
        let found = &document["paths"][route.path][method];
        let is_open = found["security"] == serde_json::json!([]);
        assert_eq!(is_open, route.action == Action::Public, "{}", route.path);
        assert!(found["responses"]["default"].is_object(), "{}", route.path);
    }
}
