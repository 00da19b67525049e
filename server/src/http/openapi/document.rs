//! The document from routes and their descriptions.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Action, ErrorBody, ErrorCode};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::operation::{Content, FORM, JSON, Operation, Parameter, Shape};
use crate::access::scope_for;
use crate::http::router::Route;

/// Where types stand.
const SCHEMAS: &str = "/components/schemas";

/// OpenAPI of these routes, below the base path, for sessions in a cookie of this name.
pub fn document<'a>(
    routes: impl Iterator<Item = (&'a Route, Option<&'a Operation>)>,
    base_path: &str,
    cookie: &str,
) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = SCHEMAS.into();
    });
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for (route, operation) in routes {
        let method = route.method.as_str().to_ascii_lowercase();
        let of_path = paths.entry(route.path).or_insert_with(|| json!({}));
        of_path[method] = described(&mut generator, route, operation);
    }
    let server = if base_path.is_empty() { "/" } else { base_path };
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Pulseboard", "version": env!("CARGO_PKG_VERSION") },
        "servers": [{ "url": server }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": cookie,
                    "description": "The cookie that `POST /api/session` sets",
                },
                "token": { "type": "http", "scheme": "bearer" },
            },
        },
    })
}

fn described(
    generator: &mut SchemaGenerator,
    route: &Route,
    operation: Option<&Operation>,
) -> Value {
    let mut all = json!({
        "operationId": id(route),
        "security": security(route.action, operation),
        "responses": responses(generator, route, operation),
    });
    let is_by_number = operation.is_some_and(|operation| operation.by_number);
    let in_path = parameters_in(route.path).map(|name| {
        let kind = if is_by_number { "integer" } else { "string" };
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": kind } })
    });
    let mut parameters: Vec<Value> = in_path.collect();
    if let Some(operation) = operation {
        parameters.extend(operation.query.iter().map(in_query));
        all["summary"] = operation.summary.into();
        if !operation.body.is_empty() {
            all["requestBody"] =
                json!({ "required": true, "content": content(generator, operation.body) });
        }
    }
    if !parameters.is_empty() {
        all["parameters"] = parameters.into();
    }
    all
}

/// As `put_api_dashboards_id`.
fn id(route: &Route) -> String {
    let words = route.path.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let method = route.method.as_str().to_ascii_lowercase();
    format!("{method}_{}", words.join("_"))
}

/// Names in braces.
fn parameters_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn in_query(parameter: &Parameter) -> Value {
    let mut all = json!({
        "name": parameter.name,
        "in": "query",
        "description": parameter.words,
        "required": parameter.is_required,
        "schema": match parameter.shape {
            Shape::Text => json!({ "type": "string" }),
            Shape::Whole(least, most) => {
                json!({ "type": "integer", "minimum": least, "maximum": most })
            }
            Shape::Flag => json!({ "type": "integer", "enum": [0, 1] }),
            Shape::OneOf(names) => json!({ "type": "string", "enum": names }),
            Shape::List => json!({ "type": "array", "items": { "type": "string" } }),
            Shape::Tags => json!({
                "type": "object",
                "propertyNames": { "pattern": "^tag\\." },
                "additionalProperties": { "type": "string" },
            }),
        },
    });
    match parameter.shape {
        Shape::List => all["explode"] = false.into(),
        Shape::Tags => all["explode"] = true.into(),
        _ => {}
    }
    all
}

fn security(action: Action, operation: Option<&Operation>) -> Value {
    let by_token = scope_for(action).is_some();
    let people_only = operation.is_some_and(|operation| operation.people_only);
    match action {
        Action::Public => json!([]),
        Action::Ingest => json!([{ "token": [] }]),
        _ if by_token && !people_only => json!([{ "session": [] }, { "token": [] }]),
        _ => json!([{ "session": [] }]),
    }
}

fn content(generator: &mut SchemaGenerator, bodies: &[Content]) -> Value {
    let mut all = Map::new();
    for (kind, schema) in bodies {
        all.insert((*kind).to_owned(), json!({ "schema": schema(generator) }));
    }
    all.into()
}

fn responses(
    generator: &mut SchemaGenerator,
    route: &Route,
    operation: Option<&Operation>,
) -> Value {
    let body = generator.subschema_for::<ErrorBody>();
    let mut all: BTreeMap<u16, Value> = BTreeMap::new();
    for (status, codes) in errors(route, operation) {
        let names: Vec<&str> = codes.into_iter().collect();
        let words = format!("`{}`", names.join("`, `"));
        let error = json!({ "description": words, "content": { JSON: { "schema": body } } });
        all.insert(status, error);
    }
    if let Some(schema) = operation.and_then(|operation| operation.stale) {
        let words = "`stale_version`, with the document as it stands; another conflict without it";
        let schema = json!({ "anyOf": [schema(generator), body] });
        let conflict = json!({ "description": words, "content": { JSON: { "schema": schema } } });
        all.insert(ErrorCode::StaleVersion.status(), conflict);
    }
    for (status, bodies) in operation.map_or(&[][..], |operation| operation.answers) {
        let reason = axum::http::StatusCode::from_u16(*status);
        let words = reason.ok().and_then(|status| status.canonical_reason());
        let mut answer = json!({ "description": words.unwrap_or("Done") });
        if !bodies.is_empty() {
            answer["content"] = content(generator, bodies);
        }
        // A status that is an error too answers either.
        if let Some(error) = all.get(status) {
            let (one, other) = (
                &answer["content"][JSON]["schema"],
                &error["content"][JSON]["schema"],
            );
            answer["content"][JSON]["schema"] = json!({ "anyOf": [one, other] });
        }
        all.insert(*status, answer);
    }
    let any = json!({
        "description": "Any other error, as of a fault of the server",
        "content": { JSON: { "schema": body } },
    });
    let mut all: Map<String, Value> = all
        .into_iter()
        .map(|(status, answer)| (status.to_string(), answer))
        .collect();
    all.insert("default".into(), any);
    all.into()
}

/// Names of the errors of a route, by status.
fn errors(route: &Route, operation: Option<&Operation>) -> BTreeMap<u16, BTreeSet<&'static str>> {
    use ErrorCode as Code;
    let mut codes = vec![Code::Refused, Code::Timeout, Code::TooMany];
    match route.action {
        Action::Public => {}
        Action::Ingest | Action::Annotate => codes.push(Code::TokenNeeded),
        _ => codes.push(Code::SignInFirst),
    }
    match (route.action, scope_for(route.action)) {
        (Action::Public, _) => {}
        (_, Some(_)) => codes.push(Code::ScopeMissing),
        (_, None) => codes.push(Code::UsersOnly),
    }
    if route.action == Action::Admin {
        codes.push(Code::AdminsOnly);
    }
    if route.action.right().is_some() {
        codes.push(Code::RightMissing);
    }
    if !route.method.is_safe() {
        codes.push(Code::CrossSite);
    }
    if parameters_in(route.path).next().is_some() {
        codes.push(Code::NotFound);
    }
    if let Some(operation) = operation {
        codes.extend(operation.errors);
        if operation.people_only {
            codes.push(Code::UsersOnly);
        }
        if !operation.query.is_empty() {
            codes.push(Code::BadParameter);
        }
        if !operation.body.is_empty() {
            codes.extend([
                Code::BodyTooLarge,
                Code::BodyUnreadable,
                Code::BadGzip,
                Code::ContentType,
                Code::ContentEncoding,
            ]);
        }
        for (kind, _) in operation.body {
            match *kind {
                JSON => codes.extend([Code::BadJson, Code::BadField]),
                FORM => codes.push(Code::BadForm),
                _ => {}
            }
        }
    }
    let mut by_status: BTreeMap<u16, BTreeSet<&'static str>> = BTreeMap::new();
    for code in codes {
        let of_status = by_status.entry(code.status()).or_default();
        of_status.insert(code.name());
    }
    by_status
}
