//! The table of routes in the README: exactly the routes of the server.

use std::collections::BTreeSet;

use server::http::ROUTES;

/// The routes of a cell: code spans of a method and an address, or of a method that has the address of
/// the next one; without parameters.
fn routes(cell: &str) -> Vec<(String, String)> {
    let mut methods = Vec::new();
    let mut found = Vec::new();
    for span in cell.split('`').skip(1).step_by(2) {
        let (method, address) = span.split_once(' ').unwrap_or((span, ""));
        methods.push(method.to_owned());
        if let Some(path) = address.split('?').next().filter(|path| !path.is_empty()) {
            found.extend(methods.drain(..).map(|method| (method, path.to_owned())));
        }
    }
    assert!(methods.is_empty(), "no address of {methods:?}: {cell}");
    found
}

#[test]
fn the_table_of_the_readme_names_every_route_and_no_other() {
    let readme = include_str!("../../../README.md");
    let (_, table) = readme
        .split_once("| route | what |\n|---|---|\n")
        .expect("a table");
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.split('|').nth(1).expect("a cell"));
    let named: Vec<(String, String)> = cells.flat_map(routes).collect();
    let known = ROUTES
        .iter()
        .filter(|route| !route.path.starts_with("/bench"))
        .map(|route| (route.method.to_string(), route.path.to_owned()));
    let known: BTreeSet<_> = known.collect();
    let once: BTreeSet<_> = named.iter().cloned().collect();
    assert_eq!(
        once.len(),
        named.len(),
        "a route stands there twice: {named:?}"
    );
    let missing: Vec<_> = known.difference(&once).collect();
    let unknown: Vec<_> = once.difference(&known).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "missing {missing:?}, unknown {unknown:?}"
    );
}
