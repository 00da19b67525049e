//! `/api/me`, and the headers that every answer has.

use crate::common::TestApp;
use protocol::Right;
use serde_json::json;

#[tokio::test]
async fn everybody_hears_about_themselves() {
    let app = TestApp::start().await;
    app.user("Grace", &["viewer", "admin"]).await;
    let check = async |name: &str, expect: serde_json::Value| {
        assert_eq!(app.signed_in(name).await.get("/api/me").await.json, expect);
    };
    check(
        "viewer",
        json!({ "name": "viewer", "roles": ["viewer"], "rights": ["annotate"], "admin": false }),
    )
    .await;
    check(
        "grace",
        json!({ "name": "Grace", "roles": ["viewer", "admin"], "rights": Right::ALL, "admin": true }),
    )
    .await;
}

#[tokio::test]
async fn answers_are_not_kept_sniffed_or_framed() {
    let app = TestApp::start().await;
    let me = app.signed_in("viewer").await.get("/api/me").await;
    assert_eq!(me.header("cache-control"), "no-store");
    assert_eq!(me.header("x-content-type-options"), "nosniff");
    assert_eq!(me.header("referrer-policy"), "same-origin");
    assert!(
        me.header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
}
