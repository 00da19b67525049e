//! `/api/preferences`: everybody has their own, for every dashboard and for each.

use crate::common::{Answer, TestApp, TestClient, TestConfig};
use protocol::role::ADMIN;
use serde_json::{Value, json};

const SYSTEM: &str = "/api/preferences/system";
const GALLERY: &str = "/api/preferences/gallery";

fn hidden(version: u64) -> Value {
    json!({ "version": version, "widgets": { "cpu": { "hidden": true } } })
}

fn range(version: u64, range_s: u64) -> Value {
    json!({ "version": version, "range_s": range_s })
}

fn seen(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.code())
}

async fn check_versions(
    (mine, others): (&TestClient, &TestClient),
    path: &str,
    empty: &Value,
    document: impl Fn(u64) -> Value,
) {
    assert_eq!(&mine.get(path).await.json, empty);
    let saved = mine.put(path, &document(0)).await;
    assert_eq!((saved.status.as_u16(), saved.json), (200, document(1)));
    assert_eq!(mine.get(path).await.json, document(1));
    assert_eq!(&others.get(path).await.json, empty);

    let stale = mine.put(path, &document(0)).await;
    assert_eq!(seen(&stale), (409, "stale_version"));
    assert_eq!(stale.json["current"], document(1));
    assert_eq!(mine.put(path, &document(1)).await.json, document(2));
    // Nothing is saved yet: a version that never was is stale too.
    let never = others.put(path, &document(7)).await;
    assert_eq!(seen(&never), (409, "stale_version"));
    assert_eq!(&never.json["current"], empty);
}

#[tokio::test]
async fn everybody_has_their_own_with_a_version() {
    let app = TestApp::start().await;
    let people = (
        &app.signed_in("viewer").await,
        &app.signed_in("admin").await,
    );
    let empty = json!({ "version": 0 });
    check_versions(people, "/api/preferences", &empty, |version| {
        range(version, 600)
    })
    .await;
    let empty = json!({ "version": 0, "widgets": {} });
    check_versions(people, SYSTEM, &empty, hidden).await;
    let again = app.signed_in("viewer").await;
    assert_eq!(again.get(SYSTEM).await.json, hidden(2));
}

/// Two tabs of one person: each has a dashboard of its own, and an old version of everything else.
#[tokio::test]
async fn saving_one_dashboard_leaves_the_others_as_they_are() {
    let app = TestApp::start().await;
    let first = app.signed_in("viewer").await;
    let second = app.signed_in("viewer").await;
    assert_eq!(first.put(SYSTEM, &hidden(0)).await.json, hidden(1));
    assert_eq!(second.put(GALLERY, &hidden(0)).await.json, hidden(1));
    assert_eq!(second.put(GALLERY, &hidden(1)).await.json, hidden(2));
    let zone = json!({ "version": 0, "zone": "utc" });
    assert_eq!(second.put("/api/preferences", &zone).await.status, 200);
    assert_eq!(first.put(SYSTEM, &hidden(1)).await.json, hidden(2));
    assert_eq!(first.get(GALLERY).await.json, hidden(2));
    assert_eq!(first.get(SYSTEM).await.json, hidden(2));
    let person = first.get("/api/preferences").await.json;
    assert_eq!(person, json!({ "version": 1, "zone": "utc" }));
}

#[tokio::test]
async fn what_does_not_hold_is_named() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let check = async |path: &str, body: Value, expect: (u16, &str), names: &str| {
        let answer = viewer.put(path, &body).await;
        assert_eq!(seen(&answer), expect, "{body}");
        assert!(answer.text.contains(names), "{}", answer.text);
    };
    let place = json!({ "x": 11, "y": 0, "w": 2, "h": 1 });
    let body = json!({ "widgets": { "cpu": { "place": place } } });
    let invalid = (422, "invalid_document");
    check(SYSTEM, body, invalid, "widgets.cpu.place").await;
    let body = json!({ "widgets": { "cpu": { "place": { "x": -1 } } } });
    check(SYSTEM, body, (422, "bad_field"), "widgets.cpu.place").await;
    let body = json!({ "range_s": 0 });
    check("/api/preferences", body, invalid, "range_s").await;
    // A page of an older version sends everything at once: nothing of it is lost silently.
    let body = json!({ "version": 0, "widgets": { "system": {} } });
    check("/api/preferences", body, (422, "bad_field"), "widgets").await;
    let label = "x".repeat(128);
    let long = |i: usize| (format!("w{i}"), json!({ "off": vec![label.as_str(); 100] }));
    let widgets: Value = Value::Object((0..30).map(long).collect());
    let body = json!({ "widgets": widgets });
    let too_large = (413, "document_too_large");
    check(SYSTEM, body, too_large, "limits.max_document_bytes").await;
    for path in ["/api/preferences/none", "/api/preferences/%00"] {
        check(path, hidden(0), (404, "not_found"), "no dashboard").await;
        let read = viewer.get(path).await;
        assert_eq!(seen(&read), (404, "not_found"), "{path}");
    }
}

#[tokio::test]
async fn there_are_as_many_as_there_may_be_dashboards() {
    let app = TestApp::start_with(TestConfig::toml("[limits]\nmax_dashboards = 3\n")).await;
    app.user(ADMIN, &[ADMIN]).await;
    let admin = app.signed_in(ADMIN).await;
    let make = async |id: &str| {
        let body = json!({ "id": id, "title": "D", "version": 0, "widgets": [] });
        let saved = admin.put(&format!("/api/dashboards/{id}"), &body).await;
        assert_eq!(saved.status, 200, "{saved:?}");
    };
    let change = async |id: &str| {
        let path = format!("/api/preferences/{id}");
        let saved = admin.put(&path, &hidden(0)).await;
        seen(&saved).0
    };
    make("one").await;
    for id in ["system", "gallery", "one"] {
        assert_eq!(change(id).await, 200, "{id}");
    }
    // A dashboard that is gone makes room for the next, and only then.
    assert_eq!(admin.delete("/api/dashboards/one").await.status, 204);
    make("two").await;
    assert_eq!(change("two").await, 200);
    assert_eq!(admin.get(SYSTEM).await.json, hidden(1));
}
