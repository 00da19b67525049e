//! Every error code of the protocol, produced by a request, with the status that goes with it.

use std::collections::BTreeSet;
use std::convert::Infallible;

use crate::common::{Answer, PASSWORD, TestApp, TestClient, TestConfig, answer, until};
use crate::otlp::gauge;
use protocol::role::{ADMIN, VIEWER};
use protocol::{ErrorBody, ErrorCode, Scope, paths};
use reqwest::{Body, Method, StatusCode};
use serde_json::{Value, json};

/// The client of such a request is gone, so nobody can read the answer.
const UNREAD: ErrorCode = ErrorCode::BodyUnreadable;

const TIGHT: TestConfig = TestConfig::toml(
    "[limits]\nmax_dashboards = 3\nmax_annotations = 1\nmax_document_bytes = 1024\n\
           max_roles = 1\nmax_tokens_per_user = 1\nmax_invitations = 1\n\
           max_body_bytes = 4096\nmax_ingest_body_bytes = 4096\n\
           max_public_body_bytes = 4096\n\
           [pipeline]\nmax_streams = 1\nmax_events_per_request = 2\n",
);

/// Codes that were seen with their status.
#[derive(Default)]
struct Seen(BTreeSet<&'static str>);

impl Seen {
    fn take(&mut self, code: ErrorCode, answer: &Answer) {
        let body: ErrorBody = serde_json::from_value(answer.json.clone())
            .unwrap_or_else(|error| panic!("{code}: {error}: {answer:?}"));
        let seen = (body.error.code, answer.status.as_u16());
        assert_eq!(seen, (code, code.status()), "{answer:?}");
        assert!(!body.error.message.is_empty(), "{code}");
        self.0.insert(code.name());
    }
}

async fn raw(client: &TestClient, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
    let request = client.request(Method::POST, path);
    answer(request.header("content-type", kind).body(body)).await
}

async fn packed(client: &TestClient, encoding: &str, body: &'static str) -> Answer {
    let request = client.request(Method::POST, paths::OTLP_METRICS);
    let request = request
        .header("content-type", "application/x-protobuf")
        .header("accept", "application/json")
        .header("content-encoding", encoding);
    answer(request.body(body)).await
}

async fn access(app: &TestApp, seen: &mut Seen) {
    let (nobody, viewer) = (app.client(), app.signed_in(VIEWER).await);
    let ingest = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let scrape = app.program(&app.token(&[Scope::Scrape]).await.secret);
    let event = json!({ "name": "a.b" });
    let wrong = json!({ "name": ADMIN, "password": "wrong" });
    let setup = json!({ "token": "x", "name": "x", "password": PASSWORD });
    use ErrorCode::*;
    seen.take(SignInFirst, &nobody.get(paths::ME).await);
    seen.take(WrongCredentials, &nobody.post(paths::SESSION, &wrong).await);
    seen.take(LinkInvalid, &nobody.post(paths::SETUP, &setup).await);
    seen.take(TokenNeeded, &nobody.post(paths::EVENTS, &event).await);
    seen.take(AdminsOnly, &viewer.post(paths::ADMIN_USERS, &event).await);
    seen.take(UsersOnly, &ingest.get(paths::ME).await);
    seen.take(ScopeMissing, &scrape.post(paths::EVENTS, &event).await);
    let request = nobody.request(Method::POST, paths::SESSION).json(&wrong);
    let request = request.header("sec-fetch-site", "cross-site");
    seen.take(CrossSite, &answer(request).await);
}

async fn addresses(app: &TestApp, seen: &mut Seen) {
    let viewer = app.signed_in(VIEWER).await;
    use ErrorCode::*;
    seen.take(NotFound, &viewer.get("/api/nothing").await);
    let patch = viewer.request(Method::PATCH, paths::ME);
    seen.take(MethodNotAllowed, &answer(patch).await);
    seen.take(BadParameter, &viewer.get(paths::HISTORY).await);
    seen.take(Refused, &viewer.get("/api/dashboards/%ff").await);
    // Four thousand days are minutes enough, as soon as there is a series.
    let long = "/api/history?metric=host.memory.used&from=-345600000000&points=5000";
    let too_much = until("a series", async || {
        let answer = viewer.get(long).await;
        if answer.status == StatusCode::OK {
            return Err(answer);
        }
        Ok(answer)
    });
    seen.take(TooMuch, &too_much.await);
    let open = viewer.request(Method::GET, paths::STREAM).send().await;
    let open = open.expect("a stream");
    assert_eq!(open.status(), StatusCode::OK);
    seen.take(TooMany, &viewer.get(paths::STREAM).await);
}

async fn bodies(app: &TestApp, seen: &mut Seen) {
    let (nobody, viewer) = (app.client(), app.signed_in(VIEWER).await);
    let ingest = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let form = "application/x-www-form-urlencoded";
    let session = paths::SESSION;
    use ErrorCode::*;
    seen.take(
        BadJson,
        &raw(&nobody, session, "application/json", "{").await,
    );
    seen.take(BadForm, &raw(&nobody, session, form, "name=x").await);
    seen.take(ContentType, &raw(&nobody, session, "text/plain", "x").await);
    let long = "x".repeat(4_097);
    seen.take(BodyTooLarge, &raw(&nobody, session, form, long).await);
    let preferences = async |body: Value| viewer.put(paths::PREFERENCES, &body).await;
    seen.take(BadField, &preferences(json!({ "range_s": "x" })).await);
    seen.take(InvalidDocument, &preferences(json!({ "range_s": 0 })).await);
    seen.take(StaleVersion, &preferences(json!({ "version": 7 })).await);
    let labels = vec!["x".repeat(100); 15];
    let large = json!({ "widgets": { "cpu": { "off": labels } } });
    let own = paths::dashboard_preferences("system");
    seen.take(DocumentTooLarge, &viewer.put(&own, &large).await);
    let json = "application/json";
    seen.take(Empty, &raw(&ingest, paths::EVENTS, json, " ").await);
    let three = json!([{ "name": "a" }, { "name": "a" }, { "name": "a" }]);
    seen.take(TooManyEvents, &ingest.post(paths::EVENTS, &three).await);
    seen.take(ContentEncoding, &packed(&ingest, "br", "x").await);
    seen.take(BadGzip, &packed(&ingest, "gzip", "x").await);
    seen.take(BadProtobuf, &packed(&ingest, "identity", "x").await);
    let request = ingest.request(Method::POST, paths::OTLP_METRICS);
    let request = request
        .header("content-type", "application/x-protobuf")
        .header("accept", "application/json")
        .body(gauge("a.b", 3));
    seen.take(TooManyPoints, &answer(request).await);
}

async fn administration(app: &TestApp, seen: &mut Seen) {
    let admin = app.signed_in(ADMIN).await;
    let user = async |name: &str, password: &str, roles: &[&str]| {
        let body = json!({ "name": name, "password": password, "roles": roles });
        admin.post(paths::ADMIN_USERS, &body).await
    };
    use ErrorCode::*;
    seen.take(BadName, &user("", PASSWORD, &[VIEWER]).await);
    seen.take(BadPassword, &user("x", "short", &[VIEWER]).await);
    let invite = json!({ "roles": [VIEWER] });
    let first = admin.post(paths::ADMIN_INVITATIONS, &invite).await;
    assert_eq!(first.status, StatusCode::CREATED, "{first:?}");
    let second = admin.post(paths::ADMIN_INVITATIONS, &invite).await;
    seen.take(TooManyInvitations, &second);
    let id = app.user("second", &[VIEWER]).await;
    let codes = crate::second_factor::enrol(app, id).await;
    let sign_in = async |code: &str| {
        let body = json!({ "name": "second", "password": PASSWORD, "code": code });
        app.client().post(paths::SESSION, &body).await
    };
    seen.take(SecondFactorNeeded, &sign_in("").await);
    seen.take(WrongCode, &sign_in("000000").await);
    let second = app.client();
    let body = json!({ "name": "second", "password": PASSWORD, "code": codes[0] });
    assert_eq!(
        second.post(paths::SESSION, &body).await.status,
        StatusCode::OK
    );
    let proof = json!({ "password": PASSWORD });
    seen.take(
        SecondFactorOn,
        &second.post(paths::MY_SECOND_FACTOR, &proof).await,
    );
    seen.take(BadRoles, &user("x", PASSWORD, &["none"]).await);
    seen.take(NameTaken, &user(VIEWER, PASSWORD, &[VIEWER]).await);
    let token = json!({ "name": "x", "scopes": [] });
    seen.take(BadScopes, &admin.post(paths::ADMIN_TOKENS, &token).await);
    let token = json!({ "name": "x", "scopes": ["read"] });
    let made = admin.post(paths::MY_TOKENS, &token).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    seen.take(TooManyTokens, &admin.post(paths::MY_TOKENS, &token).await);
    let users = admin.get(paths::ADMIN_USERS).await;
    let users: Vec<protocol::User> = serde_json::from_value(users.json).expect("users");
    let own = users.iter().find(|user| user.name == ADMIN);
    let own = paths::admin_user(own.expect("the admin").id);
    seen.take(LastAdmin, &admin.delete(&own).await);
    let viewer = app.signed_in(VIEWER).await;
    let system = paths::dashboard("system");
    seen.take(RightMissing, &viewer.delete(&system).await);
    let role = |name: &str| json!({ "name": name, "version": 0, "metrics": [] });
    let shop = paths::admin_role("shop");
    let made = admin.put(&shop, &role("shop")).await;
    assert_eq!(made.status, StatusCode::OK, "{made:?}");
    let further = admin.put(&paths::admin_role("more"), &role("more")).await;
    seen.take(TooManyRoles, &further);
    let added = user("ada", PASSWORD, &["shop"]).await;
    assert_eq!(added.status, StatusCode::CREATED, "{added:?}");
    seen.take(RoleInUse, &admin.delete(&shop).await);
    let dashboard = |id: &str| json!({ "id": id, "title": "D", "version": 0, "widgets": [] });
    let shared = format!("{}?owner=me&shared=1", paths::dashboard("hers"));
    let made = viewer.put(&shared, &dashboard("hers")).await;
    assert_eq!(made.status, StatusCode::OK, "{made:?}");
    let others = admin
        .put(&paths::dashboard("hers"), &dashboard("hers"))
        .await;
    seen.take(NotOwner, &others);
    let saved = admin.put(&paths::dashboard("one"), &dashboard("one")).await;
    seen.take(TooManyDashboards, &saved);
    let annotation = json!({ "text": "x" });
    let first = admin.post(paths::ANNOTATIONS, &annotation).await;
    assert_eq!(first.status, StatusCode::CREATED, "{first:?}");
    let second = admin.post(paths::ANNOTATIONS, &annotation).await;
    seen.take(TooManyAnnotations, &second);
    let preview = format!("{}{}", paths::preview(VIEWER), paths::PREFERENCES);
    let changed = admin.put(&preview, &json!({ "version": 0 })).await;
    seen.take(ReadOnly, &changed);
}

/// A dashboard that comes from a file.
async fn provisioned(seen: &mut Seen) {
    let app = crate::provisioned::start_with(&["ops"]).await;
    let admin = app.signed_in(ADMIN).await;
    let document = crate::dashboard_files::board("ops", "Mine");
    let saved = admin.put(&paths::dashboard("ops"), &document).await;
    seen.take(ErrorCode::FromFile, &saved);
}

/// A body that never ends, on a server that does not wait long for it.
async fn slow(seen: &mut Seen) {
    let app = TestApp::start_with(TestConfig::toml("[limits]\nrequest_timeout_s = 1\n")).await;
    let never = futures::stream::pending::<Result<Vec<u8>, Infallible>>();
    let body = Body::wrap_stream(never);
    let answer = raw(&app.client(), paths::SESSION, "application/json", body).await;
    seen.take(ErrorCode::Timeout, &answer);
}

#[tokio::test]
async fn every_code_comes_with_its_status() {
    let mut seen = Seen::default();
    let app = TestApp::start_with(TIGHT).await;
    app.user(ADMIN, &[ADMIN]).await;
    app.user(VIEWER, &[VIEWER]).await;
    access(&app, &mut seen).await;
    addresses(&app, &mut seen).await;
    bodies(&app, &mut seen).await;
    administration(&app, &mut seen).await;
    slow(&mut seen).await;
    provisioned(&mut seen).await;
    let admin = app.signed_in(ADMIN).await;
    // What is wrong inside stays inside.
    app.state.storage.close().await;
    let broken = admin.get(paths::DASHBOARDS).await;
    seen.take(ErrorCode::Internal, &broken);
    assert!(!broken.text.contains("database"), "{}", broken.text);
    let all: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
    let missing: Vec<_> = all.difference(&seen.0).copied().collect();
    assert_eq!(missing, [UNREAD.name()], "codes that no request produced");
}
