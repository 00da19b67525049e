//! Who may ask what: every route of the table as nobody, viewer, admin and token; pages and
//! files; and what is in no table.

use crate::common::{TestApp, TestClient, answer};
use protocol::{Action, Scope, paths};
use reqwest::{Method, StatusCode};
use serde_json::json;
use server::http::ROUTES;

/// Sends nothing that a handler would take, so that no request changes anything: what counts
/// is whether it came as far as the handler.
async fn status(client: &TestClient, method: &Method, path: &str) -> StatusCode {
    let path = path
        .replace("{id}", "system")
        .replace("{dashboard}", "system")
        .replace("{version}", "1");
    let request = client
        .request(method.clone(), &path)
        .timeout(std::time::Duration::from_secs(10));
    let request = if method == Method::GET {
        request
    } else {
        request.body("nothing")
    };
    request.send().await.expect("an answer").status()
}

#[tokio::test]
async fn every_route_asks_for_what_the_table_says() {
    let app = TestApp::start().await;
    let nobody = app.client();
    let viewer = app.signed_in("viewer").await;
    let admin = app.signed_in("admin").await;
    let ingest = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let scrape = app.program(&app.token(&[Scope::Scrape]).await.secret);
    let read = app.token_of(Some("viewer"), &[Scope::Read]).await;
    let read = app.program(&read.secret);
    let saves = app.token_of(Some("admin"), &[Scope::Dashboards]).await;
    let saves = app.program(&saves.secret);
    let forged = app.program("pb_forged");
    let people = [("nobody", &nobody), ("viewer", &viewer), ("admin", &admin)];
    let programs = [
        ("ingest", &ingest),
        ("scrape", &scrape),
        ("read", &read),
        ("dashboards", &saves),
        ("forged", &forged),
    ];
    // Signing out last: it ends what the others need.
    let (ends, others): (Vec<_>, Vec<_>) = ROUTES
        .iter()
        .partition(|route| route.method == Method::DELETE && route.path == "/api/session");
    assert_eq!(ends.len(), 1);
    let guests = TestApp::start().await;
    crate::guest::open(&guests, &["system"], Vec::new()).await;
    let guest = [("guest", &guests.client())];
    for route in others.into_iter().chain(ends) {
        for (who, client) in people.iter().chain(&programs).chain(&guest) {
            let expect = match (route.action, *who) {
                (Action::Public, _) => None,
                (Action::View | Action::Me, "guest") => None,
                (_, "nobody" | "forged" | "guest") => Some(401),
                (
                    Action::View | Action::Me | Action::SignedIn | Action::Account,
                    "viewer" | "admin",
                ) => None,
                (Action::Ingest, "ingest") => None,
                (Action::View, "read") => None,
                (Action::OwnDashboards, "dashboards") if route.method == Method::PUT => None,
                // Whose it is decides: the System dashboard is the team's.
                (Action::OwnDashboards, "viewer") if route.method == Method::PUT => None,
                (Action::Annotate, "viewer" | "admin" | "ingest") => None,
                (Action::Ingest, "viewer" | "admin") => Some(401),
                (_, "admin") => None,
                _ => Some(403),
            };
            let status = status(client, &route.method, route.path).await.as_u16();
            let refused = matches!(status, 401 | 403).then_some(status);
            assert_eq!(
                refused, expect,
                "{} {} as {who}: {status}",
                route.method, route.path
            );
        }
    }
}

#[tokio::test]
async fn every_page_asks_for_what_the_table_says() {
    let app = TestApp::start().await;
    let people = [
        ("nobody", app.client()),
        ("viewer", app.signed_in("viewer").await),
        ("admin", app.signed_in("admin").await),
    ];
    let guests = TestApp::start().await;
    crate::guest::open(&guests, &["system"], Vec::new()).await;
    let guest = [("guest", guests.client())];
    for page in app.state.pages {
        let path = page.path.replace("{id}", "system").replace("{token}", "x");
        for (who, client) in people.iter().chain(&guest) {
            let expect = match (page.action, *who) {
                (Action::Public, _) | (_, "admin") => 200,
                (Action::View, "guest") => 200,
                (_, "nobody" | "guest") => 303,
                // The System dashboard is the team's.
                (_, "viewer") if page.path == paths::EDIT_PAGE => 403,
                (Action::View | Action::SignedIn | Action::Account | Action::Annotate, _) => 200,
                _ => 403,
            };
            let status = client.get(&path).await.status.as_u16();
            assert_eq!(status, expect, "{path} as {who}");
        }
    }
}

#[tokio::test]
async fn what_is_in_no_table_is_refused_and_then_missing() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let check = async |client: &TestClient, method: Method, path: &str, status: u16, code: &str| {
        let answer = answer(client.request(method, path)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{path}"
        );
        answer.header("allow").to_owned()
    };
    check(
        &app.client(),
        Method::GET,
        "/api/nothing",
        401,
        "sign_in_first",
    )
    .await;
    check(&app.client(), Method::GET, "/api", 401, "sign_in_first").await;
    check(
        &app.client(),
        Method::PATCH,
        "/api/me",
        401,
        "sign_in_first",
    )
    .await;
    check(&viewer, Method::GET, "/api/nothing", 404, "not_found").await;
    check(
        &viewer,
        Method::GET,
        "/api/admin/nothing/1",
        404,
        "not_found",
    )
    .await;
    check(&viewer, Method::POST, "/api/", 404, "not_found").await;
    let allow = check(&viewer, Method::PATCH, "/api/me", 405, "method_not_allowed").await;
    assert_eq!(allow, "GET,HEAD");
}

#[tokio::test]
async fn pages_lead_to_the_sign_in_page() {
    let app = TestApp::start().await;
    let check = async |path: &str, status: u16, to: &str| {
        let answer = app.client().get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (status, to),
            "{path}"
        );
    };
    check("/", 303, "/sign-in").await;
    check("/nothing?x=1", 303, "/sign-in?next=%2Fnothing%3Fx%3D1").await;
    check("//evil.example", 303, "/sign-in").await;
    check("/sign-in", 200, "").await;
    check("/setup/secret", 200, "").await;
    check("/setup/", 303, "/sign-in?next=%2Fsetup%2F").await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    assert_eq!(program.get("/").await.header("location"), "/sign-in");
}

#[tokio::test]
async fn pages_have_a_policy_with_a_nonce_of_their_own() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let nonce = async || {
        let page = viewer.get("/").await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.header("cache-control"), "no-store");
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("'wasm-unsafe-eval'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next());
        let nonce = nonce.expect("a nonce").to_owned();
        assert!(
            page.text.contains(&format!("nonce=\"{nonce}\"")),
            "{}",
            page.text
        );
        nonce
    };
    assert_ne!(nonce().await, nonce().await);
    let missing = viewer.get("/nothing").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(
        missing
            .header("content-security-policy")
            .contains("'nonce-")
    );
}

#[tokio::test]
async fn documents_name_the_files_of_one_build() {
    let app = TestApp::start().await;
    let files = app.state.assets.files();
    let viewer = app.signed_in("viewer").await;
    let dashboard = viewer.get("/").await.text;
    let build = format!("data-build=\"{}\"", files.build);
    for part in [
        &build,
        &files.style,
        &files.viewing.script,
        &files.viewing.wasm,
    ] {
        assert!(dashboard.contains(part.as_str()), "{part}: {dashboard}");
    }
    for form in ["/sign-in", "/setup/secret"] {
        let form = app.client().get(form).await.text;
        assert!(
            form.contains(&files.style) && !form.contains(".wasm"),
            "{form}"
        );
    }
}

#[tokio::test]
async fn files_of_the_site_are_for_everybody() {
    let app = TestApp::start().await;
    let nobody = app.client();
    let icon = nobody.get("/favicon.ico").await;
    assert_eq!((icon.status.as_u16(), icon.text.as_str()), (200, "icon"));
    assert_eq!(icon.header("cache-control"), "no-cache");
    let script = nobody.get("/pkg/pulseboard.js").await;
    assert_eq!(
        (script.status.as_u16(), script.text.as_str()),
        (200, "plain")
    );
    assert!(!script.header("last-modified").is_empty());
    let packed = nobody
        .request(Method::GET, "/pkg/pulseboard.js")
        .header("accept-encoding", "br");
    let packed = answer(packed).await;
    assert_eq!(
        (packed.header("content-encoding"), packed.text.as_str()),
        ("br", "brotli")
    );
    let known = script.header("last-modified");
    let again = nobody
        .request(Method::GET, "/pkg/pulseboard.js")
        .header("if-modified-since", known);
    assert_eq!(answer(again).await.status, StatusCode::NOT_MODIFIED);
    // The version that documents name is kept for ever, and no other one is answered.
    let files = app.state.assets.files();
    let kept = nobody.get(&files.full.script).await;
    assert_eq!(
        (kept.status.as_u16(), kept.header("cache-control")),
        (200, "public, max-age=31536000, immutable")
    );
    let gone = nobody.get("/pkg/pulseboard.js?v=0").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_ne!(gone.text, script.text);
    for path in [
        "/pkg/../../data/pulseboard.db",
        "/pkg/%2e%2e/%2e%2e/data/pulseboard.db",
        "/pkg/",
    ] {
        assert_ne!(nobody.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn answers_are_compressed_for_who_asks() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let check = async |accept: &str, expect: &str| {
        let request = viewer.request(Method::GET, "/api/dashboards/system");
        let answer = request
            .header("accept-encoding", accept)
            .send()
            .await
            .expect("an answer");
        let encoding = answer.headers().get("content-encoding");
        assert_eq!(
            encoding.map_or("", |value| value.to_str().expect("text")),
            expect
        );
    };
    check("br", "br").await;
    check("gzip", "gzip").await;
    check("identity", "").await;
    // Streams never: a compressor holds back what it should hand on.
    for accept in ["br", "gzip", "gzip, deflate, br, zstd"] {
        let request = viewer.request(Method::GET, "/api/stream");
        let request = request.header("accept-encoding", accept);
        let mut answer = request.send().await.expect("an answer");
        assert!(answer.headers().get("content-encoding").is_none());
        let begin = answer.chunk().await.expect("bytes").expect("a chunk");
        assert!(begin.starts_with(b"retry: "), "{begin:?}");
    }
}

#[tokio::test]
async fn another_site_cannot_sign_somebody_in() {
    let app = TestApp::start().await;
    let body = json!({ "name": "admin", "password": crate::common::PASSWORD });
    let request = app
        .client()
        .request(Method::POST, "/api/session")
        .json(&body);
    let answer = answer(request.header("sec-fetch-site", "same-site")).await;
    assert_eq!(answer.code(), "cross_site");
}
