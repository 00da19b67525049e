//! `/api/admin/tokens`.

use crate::common::TestApp;
use serde_json::{Value, json};

#[tokio::test]
async fn an_admin_makes_tokens_whose_secret_is_answered_once() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let check = async |name: &str, scopes: Value, status: u16, code: &str| {
        let body = json!({ "name": name, "scopes": scopes });
        let answer = admin.post("/api/admin/tokens", &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{body}"
        );
        answer.json
    };
    let made = check("billing", json!(["ingest"]), 201, "").await;
    let secret = made["secret"].as_str().expect("a secret");
    assert!(secret.starts_with("pb_") && secret.len() == 46, "{secret}");
    let other = check("billing", json!(["ingest", "scrape"]), 201, "").await;
    assert_ne!(made["id"], other["id"]);
    check("", json!(["ingest"]), 422, "bad_name").await;
    check("x", json!([]), 422, "bad_scopes").await;
    check("x", json!(["ingest", "ingest"]), 422, "bad_scopes").await;
    check("x", json!(["admin"]), 422, "bad_field").await;

    let found = app
        .state
        .access
        .resolve_token(secret)
        .await
        .expect("the database")
        .expect("a token");
    assert_eq!(found.name, "billing");
    assert!(found.roles.is_empty() && !found.is_admin());
    for wrong in [
        "",
        "pb_",
        &secret[1..],
        &secret[..45],
        &secret.to_uppercase(),
    ] {
        assert_eq!(
            app.state
                .access
                .resolve_token(wrong)
                .await
                .expect("the database"),
            None,
            "{wrong}"
        );
    }
    let folder = app.stop().await;
    let file = std::fs::read(folder.path().join("data/pulseboard.db")).expect("the database");
    assert!(
        !file
            .windows(secret.len())
            .any(|window| window == secret.as_bytes())
    );
}
