//! `/api/admin/tokens`.

use crate::common::TestApp;
use protocol::{Scope, Token, paths};
use reqwest::StatusCode;
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

#[tokio::test]
async fn a_revoked_token_is_rejected_at_once_and_others_stay() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let (one, other) = (
        app.token(&[Scope::Ingest]).await,
        app.token(&[Scope::Ingest]).await,
    );
    let send = async |secret: &str| {
        let event = json!({ "name": "log.message", "metadata": { "message": "x" } });
        app.program(secret).post(paths::EVENTS, &event).await.status
    };
    assert_eq!(send(&one.secret).await, StatusCode::ACCEPTED);
    let listed = admin.get(paths::ADMIN_TOKENS).await;
    assert!(!listed.text.contains(&one.secret), "{}", listed.text);
    let listed: Vec<Token> = serde_json::from_value(listed.json).expect("tokens");
    let ids: Vec<i64> = listed.iter().map(|token| token.id).collect();
    assert_eq!(ids, [one.id, other.id]);
    let revoked = admin.delete(&paths::admin_token(one.id)).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    assert_eq!(send(&one.secret).await, StatusCode::UNAUTHORIZED);
    assert_eq!(send(&other.secret).await, StatusCode::ACCEPTED);
    let again = admin.delete(&paths::admin_token(one.id)).await;
    assert_eq!((again.status.as_u16(), again.code()), (404, "not_found"));
}
