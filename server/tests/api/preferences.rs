//! `/api/preferences`: everybody has their own.

use crate::common::TestApp;
use serde_json::{Value, json};

fn hidden(version: u64) -> Value {
    json!({ "version": version, "widgets": { "system": { "cpu": { "hidden": true } } } })
}

#[tokio::test]
async fn everybody_has_their_own_with_a_version() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let viewer = app.signed_in("viewer").await;
    let empty = json!({ "version": 0, "widgets": {} });
    assert_eq!(viewer.get("/api/preferences").await.json, empty);
    let saved = viewer.put("/api/preferences", &hidden(0)).await;
    assert_eq!((saved.status.as_u16(), saved.json), (200, hidden(1)));
    assert_eq!(viewer.get("/api/preferences").await.json, hidden(1));
    assert_eq!(
        app.signed_in("viewer")
            .await
            .get("/api/preferences")
            .await
            .json,
        hidden(1)
    );
    assert_eq!(admin.get("/api/preferences").await.json, empty);

    let stale = viewer.put("/api/preferences", &hidden(0)).await;
    assert_eq!(
        (stale.status.as_u16(), stale.code()),
        (409, "stale_version")
    );
    assert_eq!(stale.json["current"], hidden(1));
    assert_eq!(
        viewer.put("/api/preferences", &hidden(1)).await.json,
        hidden(2)
    );
    // Nothing is saved yet: a version that never was is stale too.
    let never = admin.put("/api/preferences", &hidden(7)).await;
    assert_eq!(
        (never.status.as_u16(), &never.json["current"]),
        (409, &empty)
    );
}

#[tokio::test]
async fn what_does_not_hold_is_named() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let place = json!({ "x": 11, "y": 0, "w": 2, "h": 1 });
    let body = json!({ "widgets": { "system": { "cpu": { "place": place } } } });
    let answer = viewer.put("/api/preferences", &body).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (422, "invalid_document")
    );
    assert!(
        answer.text.contains("widgets.system.cpu.place"),
        "{}",
        answer.text
    );
    let body = json!({ "widgets": { "system": { "cpu": { "place": { "x": -1 } } } } });
    let answer = viewer.put("/api/preferences", &body).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (422, "bad_field"));
    assert!(
        answer.text.contains("widgets.system.cpu.place"),
        "{}",
        answer.text
    );
}
