//! People who are not signed in: off by default, and only what an admin opened.

mod shown;

use crate::common::{Answer, TestApp, TestClient, TestConfig, answer, until};
use crate::stream::Events;
use protocol::{Grant, Role, paths};
use reqwest::{Method, StatusCode};
use serde_json::json;
use telemetry::testing::capture;

const STREAM_LIMITS: &str = "[pipeline]\nmax_guest_streams = 1";

fn seen(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.code())
}

/// Opens these dashboards, with these metrics, to people who are not signed in.
pub async fn open(app: &TestApp, dashboards: &[&str], metrics: Vec<Grant>) {
    let former = app.state.access.role("guest").await;
    let role = Role {
        name: "guest".into(),
        version: former.map_or(0, |role| role.version),
        metrics,
        dashboards: dashboards.iter().map(|id| (*id).to_owned()).collect(),
        ..Role::default()
    };
    app.state.access.save_role(role).await.expect("a role");
}

async fn with_shop(app: &TestApp) -> TestClient {
    let admin = app.signed_in("admin").await;
    let widget = |id: &str, metric: &str, field: &str, y: u32| {
        json!({ "id": id, "kind": "line", "title": "W", "metrics": [{ "metric": metric, "field": field }],
                "place": { "x": 0, "y": y, "w": 6, "h": 4 } })
    };
    let shop = json!({ "id": "shop", "title": "The shop", "widgets": [
        widget("cpu", "host.cpu.usage", "last", 0),
        widget("requests", "http.requests", "count", 4),
    ] });
    let saved = admin.put(&paths::dashboard("shop"), &shop).await;
    assert_eq!(seen(&saved), (200, ""), "{saved:?}");
    admin
}

fn shop_is_for(granted: &str) -> Vec<Grant> {
    vec![Grant::pattern(granted)]
}

#[tokio::test]
async fn without_an_open_dashboard_nothing_changes() {
    let app = TestApp::start().await;
    with_shop(&app).await;
    let nobody = app.client();
    let check = async || {
        for path in ["/d/shop", "/d/system", "/"] {
            let page = nobody.get(path).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        }
        for path in [
            paths::ME,
            paths::STREAM,
            paths::DASHBOARDS,
            "/api/dashboards/shop",
            "/api/history?metric=host.cpu.usage",
            "/api/widgets/shop/cpu.svg",
        ] {
            assert_eq!(
                seen(&nobody.get(path).await),
                (401, "sign_in_first"),
                "{path}"
            );
        }
    };
    check().await;
    // Metrics alone open nothing.
    open(&app, &[], shop_is_for("*")).await;
    check().await;
}

#[tokio::test]
async fn an_open_dashboard_is_shown_without_sign_in_and_nothing_else() {
    let app = TestApp::start().await;
    with_shop(&app).await;
    open(&app, &["shop"], shop_is_for("host.*")).await;
    let nobody = app.client();
    let page = nobody.get("/d/shop?range=60").await;
    assert_eq!(page.status, StatusCode::OK);
    let text = &page.text;
    assert!(text.contains("host.cpu.usage") && !text.contains("http.requests"));
    assert!(text.contains("href=\"/sign-in?next=%2Fd%2Fshop%3Frange%3D60\""));
    for word in ["Sign out", ">Edit<", "account of"] {
        assert!(!text.contains(word), "{word}");
    }
    let me = nobody.get(paths::ME).await.json;
    let guest = json!({ "name": "guest", "roles": ["guest"], "admin": false, "guest": true });
    assert_eq!(me, guest);
    let mut events = Events::open(&nobody, paths::STREAM, None).await;
    assert!(events.next("hello").await.is_some());
    while !events.raw.contains("host.cpu.usage") {
        events.frame().await;
    }
    assert!(!events.raw.contains("http.requests"));
    let ids = |answer: &Answer| -> Vec<String> {
        let all = answer.json.as_array().expect("a list").iter();
        all.map(|one| one["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    assert_eq!(ids(&nobody.get(paths::DASHBOARDS).await), ["shop"]);
    let shop = nobody.get("/api/dashboards/shop").await;
    assert_eq!(seen(&shop), (200, ""));
    assert!(!shop.text.contains("http.requests"));
    for (path, expect) in [
        ("/api/widgets/shop/cpu.svg", (200, "")),
        ("/api/history?metric=host.cpu.usage", (200, "")),
        ("/api/history?metric=http.requests", (404, "not_found")),
        ("/api/history?metric=no.such.metric", (404, "not_found")),
        ("/api/stream?metrics=http.requests", (400, "bad_parameter")),
        ("/api/dashboards/system", (401, "sign_in_first")),
        ("/api/dashboards/none", (401, "sign_in_first")),
        ("/api/widgets/system/cpu.svg", (401, "sign_in_first")),
        (paths::PREFERENCES, (401, "sign_in_first")),
        ("/api/preferences/shop", (401, "sign_in_first")),
        (paths::ADMIN_ROLES, (401, "sign_in_first")),
    ] {
        assert_eq!(seen(&nobody.get(path).await), expect, "{path}");
    }
    for path in [
        "/",
        "/d/system",
        "/d/none",
        "/d/",
        "/metrics-list",
        "/admin/roles",
    ] {
        let page = nobody.get(path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
    }
    let metrics = nobody.get(paths::METRICS).await.text;
    assert!(metrics.contains("host.cpu.usage") && !metrics.contains("http.requests"));
    let changed = nobody.put("/api/dashboards/shop", &shop.json).await;
    assert_eq!(seen(&changed), (401, "sign_in_first"));
    let own = json!({ "version": 0, "widgets": {} });
    let changed = nobody.put("/api/preferences/shop", &own).await;
    assert_eq!(seen(&changed), (401, "sign_in_first"));
}

#[tokio::test]
async fn streams_follow_the_role_and_end_with_it() {
    let app = TestApp::start().await;
    let admin = with_shop(&app).await;
    open(&app, &["shop"], shop_is_for("host.*")).await;
    let nobody = app.client();
    let mut events = Events::open(&nobody, paths::STREAM, None).await;
    events.frame().await;
    let note = json!({ "text": "zqnote" });
    assert_eq!(
        admin.post(paths::ANNOTATIONS, &note).await.status,
        StatusCode::CREATED
    );
    open(&app, &["shop"], shop_is_for("http.*")).await;
    let hello = events.next("hello").await.expect("another hello");
    assert!(hello.contains("http.requests") && !hello.contains("host.cpu.usage"));
    events.frame().await;
    // Free text is for those who are signed in.
    assert!(!events.raw.contains("zqnote"));
    let listed = nobody
        .get(&format!("{}?from=-60000", paths::ANNOTATIONS))
        .await;
    assert_eq!(listed.json["annotations"], json!([]));
    let picture = nobody.get("/api/widgets/shop/requests.svg").await;
    assert!(picture.status == StatusCode::OK && !picture.text.contains("zqnote"));
    let off = admin.delete(&paths::admin_role("guest")).await;
    assert_eq!(seen(&off), (204, ""));
    events.drain().await;
    assert_eq!(
        seen(&nobody.get(paths::STREAM).await),
        (401, "sign_in_first")
    );
}

#[tokio::test]
async fn whoever_shows_a_session_or_token_is_no_guest() {
    let app = TestApp::start().await;
    with_shop(&app).await;
    open(&app, &["shop"], shop_is_for("host.*")).await;
    let viewer = app.signed_in("viewer").await;
    let page = viewer.get("/d/shop").await.text;
    assert!(page.contains("http.requests") && page.contains("account of viewer"));
    // A session that ended leads to sign-in, instead of a page of somebody else.
    let id = app.state.access.user("viewer").await.expect("a user").id;
    let password = crate::common::PASSWORD.to_owned();
    app.state
        .access
        .reset_password(id, password)
        .await
        .expect("a password");
    assert_eq!(
        seen(&viewer.get(paths::STREAM).await),
        (401, "sign_in_first")
    );
    assert_eq!(seen(&viewer.get(paths::ME).await), (401, "sign_in_first"));
    // What is loaded from then on is a guest's, without that session.
    let page = viewer.get("/d/shop").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.header("set-cookie").contains("Max-Age=0"), "{page:?}");
    assert_eq!(viewer.get(paths::ME).await.json["guest"], json!(true));
    let program = app.program(&app.token(&[protocol::Scope::Scrape]).await.secret);
    assert_eq!(seen(&program.get(paths::ME).await), (403, "users_only"));
    assert_eq!(program.get("/d/shop").await.status, StatusCode::SEE_OTHER);
    let forged = app.program("pb_forged");
    assert_eq!(seen(&forged.get(paths::ME).await), (401, "sign_in_first"));
    assert_eq!(forged.get("/d/shop").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn guests_leave_streams_for_those_who_are_signed_in() {
    let app = TestApp::start_with(TestConfig::toml(STREAM_LIMITS)).await;
    app.user("admin", &["admin"]).await;
    let admin = with_shop(&app).await;
    open(&app, &["shop"], shop_is_for("host.*")).await;
    let rejected = capture(&app.registry, &["pulseboard.refused"]).expect("captures");
    let nobody = app.client();
    let first = Events::open(&nobody, paths::STREAM, None).await;
    let second = nobody.get(paths::STREAM).await;
    assert_eq!(second.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(
        second.text.contains("`pipeline.max_guest_streams`"),
        "{second:?}"
    );
    let _admin = Events::open(&admin, paths::STREAM, None).await;
    let rejected = rejected.take();
    let reasons = rejected
        .iter()
        .map(|event| event.metadata["reason"].as_str());
    let limits: Vec<&str> = reasons.filter(|it| it.ends_with("stream_limit")).collect();
    assert_eq!(limits, ["guest_stream_limit"]);
    drop(first);
    until("room for another", async || {
        let open = nobody.request(Method::GET, paths::STREAM).send().await;
        match open.expect("an answer").status() {
            StatusCode::OK => Ok(()),
            other => Err(other),
        }
    })
    .await;
}

#[tokio::test]
async fn the_role_only_looks_and_is_given_to_nobody() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let put = async |body: serde_json::Value| {
        let request = admin.request(Method::PUT, &paths::admin_role("guest"));
        answer(request.json(&body)).await
    };
    let rights = json!({ "name": "guest", "rights": ["annotate"] });
    let rejected = put(rights).await;
    assert_eq!(seen(&rejected), (422, "invalid_document"));
    assert!(rejected.text.contains("rights: "), "{rejected:?}");
    let twice = json!({ "name": "guest", "dashboards": ["shop", "shop"] });
    let rejected = put(twice).await;
    assert!(rejected.text.contains("dashboards[1]: "), "{rejected:?}");
    let saved = put(json!({ "name": "guest", "dashboards": ["shop"] })).await;
    assert_eq!(seen(&saved), (200, ""), "{saved:?}");
    let id = app.state.access.user("viewer").await.expect("a user").id;
    let roles = json!({ "roles": ["guest"] });
    let given = admin.put(&paths::admin_user_roles(id), &roles).await;
    assert_eq!(seen(&given), (422, "bad_roles"));
    assert!(!given.text.contains("guest,"), "{given:?}");
}
