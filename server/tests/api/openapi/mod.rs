//! `/api/openapi.json`: what it says of every route, held against what the server answers to a few
//! hundred requests that are made from it.

mod generate;
pub mod schema;

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{HANGS, TestApp, TestClient};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use protocol::{Action, Scope, paths};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use server::http::ROUTES;

use generate::generated;
use schema::holds;

/// Requests to each route as an admin, and as anybody else.
const CASES: (usize, usize) = (6, 2);

/// One route of a document.
struct Operation<'a> {
    method: Method,
    path: &'a str,
    says: &'a Value,
    document: &'a Value,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().expect("paths");
    let mut all = Vec::new();
    for (path, methods) in paths {
        for (method, says) in methods.as_object().expect("methods") {
            all.push(Operation {
                method: method.to_uppercase().parse().expect("a method"),
                path,
                says,
                document,
            });
        }
    }
    all
}

async fn document(client: &TestClient) -> Value {
    let answer = client.get(paths::OPENAPI).await;
    assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
    answer.json
}

#[tokio::test]
async fn the_document_holds_what_one_may_ask_and_nothing_else() {
    let app = TestApp::start().await;
    let read = app.token_of(Some("viewer"), &[Scope::Read]).await;
    let saves = app.token_of(Some("admin"), &[Scope::Dashboards]).await;
    let ingest = app.token(&[Scope::Ingest]).await;
    let may: [(&str, TestClient, &[Action]); 6] = [
        ("nobody", app.client(), &[]),
        (
            "viewer",
            app.signed_in("viewer").await,
            &[
                Action::View,
                Action::Me,
                Action::SignedIn,
                Action::Account,
                Action::OwnDashboards,
                Action::Annotate,
            ],
        ),
        (
            "admin",
            app.signed_in("admin").await,
            &[
                Action::View,
                Action::Me,
                Action::SignedIn,
                Action::Account,
                Action::OwnDashboards,
                Action::Annotate,
                Action::RemoveAnnotations,
                Action::Invite,
                Action::Operate,
                Action::Admin,
            ],
        ),
        ("read", app.program(&read.secret), &[Action::View]),
        (
            "dashboards",
            app.program(&saves.secret),
            &[Action::OwnDashboards],
        ),
        (
            "ingest",
            app.program(&ingest.secret),
            &[Action::Ingest, Action::Annotate],
        ),
    ];
    for (who, client, actions) in may {
        let found = document(&client).await;
        let found: BTreeSet<(String, String)> = operations(&found)
            .iter()
            .map(|one| (one.method.to_string(), one.path.to_owned()))
            .collect();
        let want: BTreeSet<(String, String)> = ROUTES
            .iter()
            .filter(|route| route.action == Action::Public || actions.contains(&route.action))
            // A token saves dashboards, and neither removes nor gives any.
            .filter(|route| {
                who != "dashboards"
                    || route.action != Action::OwnDashboards
                    || route.path == paths::DASHBOARD && route.method == Method::PUT
            })
            .map(|route| (route.method.to_string(), route.path.to_owned()))
            .collect();
        assert_eq!(found, want, "{who}");
    }
}

#[tokio::test]
async fn every_parameter_that_is_known_is_documented() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let found = document(&admin).await;
    let mut checked = BTreeSet::new();
    for one in operations(&found) {
        // Signing out would be the end of it, and so would be ending the sessions of user 1.
        if one.path == paths::SESSION {
            continue;
        }
        let path = one.path.replace("{dashboard}", "system");
        let path = path.replace("{widget}", "memory.svg").replace("{id}", "99");
        let request = admin.request(one.method.clone(), &format!("{path}?zzz=1"));
        let answer = head_of(request).await;
        let Some((_, known)) = answer.split_once("zzz: unknown; there are ") else {
            continue;
        };
        let known = known.split('"').next().unwrap_or_default();
        let known: BTreeSet<&str> = known
            .split(", ")
            .flat_map(|part| part.split(" and "))
            .collect();
        let documented: BTreeSet<&str> = parameters(&one, "query")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        assert_eq!(documented, known, "{} {}", one.method, one.path);
        checked.insert(one.says["operationId"].as_str().unwrap_or_default());
    }
    let strict = [
        "delete_api_admin_series",
        "delete_api_annotations",
        "get_api_admin_audit",
        "get_api_admin_audit_export",
        "get_api_annotations",
        "get_api_dashboards_id_variables",
        "get_api_history",
        "get_api_history_columns",
        "get_api_stream",
        "get_api_widgets_dashboard_widget",
    ];
    assert_eq!(checked, strict.into());
}

/// The body, unless it is a stream that goes on.
async fn head_of(request: RequestBuilder) -> String {
    let response = request.timeout(HANGS).send().await.expect("an answer");
    let is_stream = content_type(response.headers()) == "text/event-stream";
    if is_stream {
        return String::new();
    }
    response.text().await.expect("a body")
}

fn content_type(headers: &reqwest::header::HeaderMap) -> String {
    let kind = headers.get("content-type");
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().to_owned()
}

fn parameters<'a>(one: &'a Operation<'_>, place: &'a str) -> impl Iterator<Item = &'a Value> {
    let all = one.says["parameters"].as_array().into_iter().flatten();
    all.filter(move |parameter| parameter["in"] == place)
}

#[tokio::test]
async fn hundreds_of_generated_requests_are_answered_as_documented() {
    let app = TestApp::start().await;
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let read = app.token_of(Some("viewer"), &[Scope::Read]).await;
    let ingest = app.token(&[Scope::Ingest]).await;
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    let (mut served, mut asked) = (BTreeSet::new(), 0);
    for (who, cases) in [
        ("read", CASES.1),
        ("ingest", CASES.0),
        ("viewer", CASES.1),
        ("nobody", CASES.1),
        ("admin", CASES.0),
    ] {
        let mut client = match who {
            "read" => app.program(&read.secret),
            "ingest" => app.program(&ingest.secret),
            "nobody" => app.client(),
            user => app.signed_in(user).await,
        };
        let found = document(&client).await;
        for one in operations(&found) {
            for case in 0..cases {
                let (request, sent) = generated(&client, &one, &mut runner, case);
                let (status, text) = checked(request, &one, &sent).await;
                *statuses.entry(status).or_default() += 1;
                asked += 1;
                if status < 400 {
                    served.insert((one.method.to_string(), one.path.to_owned()));
                }
                let is_open = one.says["security"] == json!([]);
                if status == 401 && !is_open && matches!(who, "viewer" | "admin") {
                    // A request before it ended the session, as it may.
                    assert!(
                        text.contains("sign_in_first") || text.contains("wrong"),
                        "{sent}"
                    );
                    let name = format!("{who}{asked}");
                    app.user(&name, &[who]).await;
                    client = app.signed_in(&name).await;
                }
            }
        }
    }
    assert!(asked >= 300, "{asked} requests");
    // Requests that only ever fail would say little of what is answered.
    assert!(
        served.len() >= 35,
        "{}: {served:?} {statuses:?}",
        served.len()
    );
}

/// Sends a request, and holds the answer against what is documented for its status.
async fn checked(request: RequestBuilder, one: &Operation<'_>, sent: &str) -> (u16, String) {
    let response = request.timeout(HANGS).send().await.expect("an answer");
    let status = response.status().as_u16();
    let kind = content_type(response.headers());
    let text = if kind == "text/event-stream" {
        String::new()
    } else {
        response.text().await.expect("a body")
    };
    assert!(status < 500 || status == 503, "{sent}: {status} {text}");
    let documented = &one.says["responses"][status.to_string()];
    assert!(
        documented.is_object(),
        "{sent}: {status} is not documented: {text}"
    );
    let Some(bodies) = documented["content"].as_object() else {
        assert!(
            text.is_empty() || status == 303,
            "{sent}: {status} with a body: {text}"
        );
        return (status, text);
    };
    // Who sends protobuf is told in protobuf.
    if one.path == paths::OTLP_METRICS {
        return (status, text);
    }
    let body = bodies
        .get(&kind)
        .unwrap_or_else(|| panic!("{sent}: {status} of type {kind}"));
    if kind == "application/json" {
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{sent}: {e}"));
        if let Err(why) = holds(&json, &body["schema"], one.document, ".") {
            panic!("{sent}: {status}: {why}\n{text}");
        }
    }
    (status, text)
}
