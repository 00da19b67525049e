//! `/api/dashboards`: versions, checks, and what a viewer does not see.

use crate::common::{TestApp, TestConfig};
use reqwest::StatusCode;
use serde_json::{Value, json};

const HIDDEN: &str = "[[metrics]]\nname = 'secret.plan'\nkind = 'counter'\nevent = 'secret'\n\
                      description = 'x'\nrequired_roles = ['admin']\n[limits]\nmax_dashboards = 4";

fn board(id: &str, version: u64, metric: &str) -> Value {
    json!({ "id": id, "title": "Mine", "version": version, "widgets": [
        { "id": "w", "kind": "line", "title": "W", "metrics": [{ "metric": metric, "field": "rate" }],
          "options": {}, "place": { "x": 0, "y": 0, "w": 12, "h": 2 } }] })
}

async fn start() -> TestApp {
    let app = TestApp::start_with(TestConfig::toml(HIDDEN)).await;
    app.user("admin", &["admin"]).await;
    app.user("viewer", &["viewer"]).await;
    app
}

#[tokio::test]
async fn the_built_in_one_is_there_and_comes_back() {
    let app = start().await;
    let admin = app.signed_in("admin").await;
    let system = admin.get("/api/dashboards/system").await;
    assert_eq!(
        (system.status, &system.json["version"]),
        (StatusCode::OK, &json!(1))
    );
    let changed = admin
        .put(
            "/api/dashboards/system",
            &board("system", 1, "http.requests"),
        )
        .await;
    assert_eq!(
        (changed.status, &changed.json["version"]),
        (StatusCode::OK, &json!(2))
    );
    assert_eq!(
        admin.delete("/api/dashboards/system").await.status,
        StatusCode::NO_CONTENT
    );
    let back = admin.get("/api/dashboards/system").await;
    assert_eq!(back.json["version"], json!(3));
    assert_eq!(back.json["widgets"], system.json["widgets"]);
    let gallery = admin.get("/api/dashboards/gallery").await;
    assert_eq!(gallery.json["version"], json!(1));
    assert_eq!(
        admin.delete("/api/dashboards/gallery").await.status,
        StatusCode::NO_CONTENT
    );
    let again = admin.get("/api/dashboards/gallery").await;
    assert_eq!(again.json["version"], json!(2));
    assert_eq!(again.json["widgets"], gallery.json["widgets"]);
    // A start leaves what people have saved.
    admin
        .put(
            "/api/dashboards/system",
            &board("system", 3, "http.requests"),
        )
        .await;
    let app = TestApp::start_in(app.stop().await, TestConfig::toml(HIDDEN)).await;
    let kept = app
        .signed_in("admin")
        .await
        .get("/api/dashboards/system")
        .await;
    assert_eq!(
        (&kept.json["version"], &kept.json["title"]),
        (&json!(4), &json!("Mine"))
    );
}

#[tokio::test]
async fn a_stale_version_gets_the_current_document() {
    let app = start().await;
    let admin = app.signed_in("admin").await;
    let check = async |id: &str, body: Value, status: u16, code: &str| {
        let answer = admin.put(&format!("/api/dashboards/{id}"), &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{id} {body}"
        );
        answer.json
    };
    check(
        "mine",
        board("mine", 1, "http.requests"),
        409,
        "stale_version",
    )
    .await;
    let made = check("mine", board("mine", 0, "http.requests"), 200, "").await;
    assert_eq!(made, board("mine", 1, "http.requests"));
    let stale = check(
        "mine",
        board("mine", 0, "host.memory.used"),
        409,
        "stale_version",
    )
    .await;
    assert_eq!(stale["current"], made);
    check("mine", board("mine", 1, "host.memory.used"), 200, "").await;
    check(
        "mine",
        board("mine", u64::MAX, "http.requests"),
        409,
        "stale_version",
    )
    .await;
    check(
        "other",
        board("mine", 0, "http.requests"),
        422,
        "invalid_document",
    )
    .await;
    let unknown = check("x", board("x", 0, "no.such"), 422, "invalid_document").await;
    let message = unknown["error"]["message"].as_str().expect("a message");
    assert!(
        message.starts_with("widgets[0].metrics[0].metric: "),
        "{message}"
    );
    check("third", board("third", 0, "http.requests"), 200, "").await;
    check(
        "fourth",
        board("fourth", 0, "http.requests"),
        422,
        "too_many_dashboards",
    )
    .await;
    let ids: Vec<Value> = {
        let list = admin.get("/api/dashboards").await.json;
        list.as_array()
            .expect("a list")
            .iter()
            .map(|board| board["id"].clone())
            .collect()
    };
    assert_eq!(ids, ["gallery", "mine", "system", "third"]);
    assert_eq!(
        admin.delete("/api/dashboards/third").await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        admin.delete("/api/dashboards/third").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(admin.get("/api/dashboards/third").await.code(), "not_found");
}

#[tokio::test]
async fn a_version_does_not_come_again_after_a_delete() {
    let app = start().await;
    let admin = app.signed_in("admin").await;
    let put = async |version: u64, metric: &str| {
        let document = board("mine", version, metric);
        let saved = admin.put("/api/dashboards/mine", &document).await;
        (saved.status.as_u16(), saved.json["version"].as_u64())
    };
    assert_eq!(put(0, "http.requests").await, (200, Some(1)));
    assert_eq!(put(1, "http.requests").await, (200, Some(2)));
    let removed = admin.delete("/api/dashboards/mine").await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    for stale in [1, 2] {
        assert_eq!(put(stale, "host.memory.used").await, (409, None));
    }
    let (status, again) = put(0, "http.requests").await;
    assert_eq!((status, again > Some(2)), (200, true), "{again:?}");
    for stale in [0, 1, 2] {
        assert_eq!(put(stale, "host.memory.used").await, (409, None));
    }
    let kept = admin.get("/api/dashboards/mine").await;
    assert_eq!(
        kept.json["widgets"][0]["metrics"][0]["metric"],
        "http.requests"
    );
}

#[tokio::test]
async fn a_viewer_does_not_read_the_names_of_hidden_metrics() {
    let app = start().await;
    let admin = app.signed_in("admin").await;
    admin
        .put("/api/dashboards/mine", &board("mine", 0, "secret.plan"))
        .await;
    let viewer = app.signed_in("viewer").await;
    for path in ["/api/dashboards/mine", "/api/dashboards", "/"] {
        let answer = viewer.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(!answer.text.contains("secret"), "{path}: {}", answer.text);
    }
    let seen = admin.get("/api/dashboards/mine").await;
    assert_eq!(
        seen.json["widgets"][0]["metrics"][0]["metric"],
        "secret.plan"
    );
    let blank = viewer.get("/api/dashboards/mine").await;
    assert_eq!(blank.json["widgets"][0]["metrics"][0]["metric"], "");
    // What was blanked cannot be saved in its place.
    let back = admin.put("/api/dashboards/mine", &blank.json).await;
    assert_eq!(back.code(), "invalid_document");
}

#[tokio::test]
async fn an_editor_neither_loses_nor_learns_what_is_hidden() {
    let app = start().await;
    let admin = app.signed_in("admin").await;
    let role = json!({ "name": "editors", "rights": ["edit_dashboards"],
                       "metrics": [{ "pattern": "*" }] });
    let made = admin.put("/api/admin/roles/editors", &role).await;
    assert_eq!(made.status, StatusCode::OK, "{made:?}");
    app.user("ada", &["editors"]).await;
    let ada = app.signed_in("ada").await;
    let path = "/api/dashboards/mine";
    let mut whole = board("mine", 0, "secret.plan");
    whole["widgets"][0]["metrics"][0]["label"] = json!("L");
    admin.put(path, &whole).await;
    let mut seen = ada.get(path).await.json;
    seen["title"] = json!("Ours");
    let saved = ada.put(path, &seen).await;
    assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
    assert!(!saved.text.contains("secret"), "{}", saved.text);
    let now = admin.get(path).await.json;
    assert_eq!(now["title"], "Ours");
    assert_eq!(now["widgets"][0]["metrics"], whole["widgets"][0]["metrics"]);
    // A hidden name is answered as one that does not exist, whatever else is wrong.
    let mut texts = Vec::new();
    for name in ["secret.plan", "secret.none"] {
        for title in ["Ours", "bad\ntitle"] {
            let mut edited = saved.json.clone();
            edited["title"] = json!(title);
            edited["widgets"][0]["metrics"] = json!([{ "metric": "" }, { "metric": name }]);
            let answer = ada.put(path, &edited).await;
            assert_eq!(answer.code(), "invalid_document", "{answer:?}");
            texts.push(answer.text.replace(name, "NAME"));
        }
    }
    assert_eq!(texts[..2], texts[2..]);
    // More empty places than were taken out are none of theirs.
    let mut edited = saved.json.clone();
    edited["widgets"][0]["metrics"] = json!([{ "metric": "" }, { "metric": "" }]);
    assert_eq!(ada.put(path, &edited).await.code(), "invalid_document");
}

#[tokio::test]
async fn a_document_has_a_longest_length() {
    let app = TestApp::start_with(TestConfig::toml("[limits]\nmax_document_bytes = 1024")).await;
    app.user("admin", &["admin"]).await;
    let mut long = board("mine", 0, "http.requests");
    let widgets: Vec<Value> = (0..20)
        .map(|place| {
            let mut widget = long["widgets"][0].clone();
            widget["id"] = json!(format!("w{place}"));
            widget
        })
        .collect();
    long["widgets"] = json!(widgets);
    let answer = app
        .signed_in("admin")
        .await
        .put("/api/dashboards/mine", &long)
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (413, "document_too_large")
    );
}

#[tokio::test]
async fn each_has_a_page() {
    let app = start().await;
    let admin = app.signed_in("admin").await;
    let mine = json!({ "title": "Kettles", "id": "kettles", "version": 0,
        "widgets": board("kettles", 0, "http.requests")["widgets"] });
    let saved = admin.put("/api/dashboards/kettles", &mine).await;
    assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
    let viewer = app.signed_in("viewer").await;
    let check = async |path: &str, status: StatusCode, shows: &str, not: &str| {
        let page = viewer.get(path).await;
        assert_eq!(page.status, status, "{path}");
        assert!(
            page.text.contains(shows) && !page.text.contains(not),
            "{path}: {}",
            page.text
        );
    };
    check("/", StatusCode::OK, "System", "Kettles").await;
    check("/d/system", StatusCode::OK, "System", "Kettles").await;
    check("/d/gallery", StatusCode::OK, "Busiest routes", "Kettles").await;
    check("/d/kettles", StatusCode::OK, "Kettles", "no such page").await;
    check("/d/none", StatusCode::NOT_FOUND, "no such page", "Kettles").await;
    check("/d/a%2Fb", StatusCode::NOT_FOUND, "no such page", "Kettles").await;
}
