//! `/api/admin/users`.

use crate::common::{PASSWORD, TestApp, TestConfig};
use serde_json::{Value, json};

#[tokio::test]
async fn an_admin_makes_users() {
    let toml = "roles = ['ops']";
    let app = TestApp::start_with(TestConfig {
        toml,
        ..TestConfig::default()
    })
    .await;
    app.user("admin", &["admin"]).await;
    let admin = app.signed_in("admin").await;
    let check = async |name: &str, password: &str, roles: Value, status: u16, code: &str| {
        let body = json!({ "name": name, "password": password, "roles": roles });
        let answer = admin.post("/api/admin/users", &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{body}"
        );
        answer.text
    };
    check("Ada", PASSWORD, json!(["viewer", "ops"]), 201, "").await;
    check("ada", PASSWORD, json!(["viewer"]), 409, "name_taken").await;
    check("", PASSWORD, json!(["viewer"]), 422, "bad_name").await;
    check("a\nb", PASSWORD, json!(["viewer"]), 422, "bad_name").await;
    check("bob", "1234567", json!(["viewer"]), 422, "bad_password").await;
    check("bob", PASSWORD, json!([]), 422, "bad_roles").await;
    check(
        "bob",
        PASSWORD,
        json!(["viewer", "viewer"]),
        422,
        "bad_roles",
    )
    .await;
    check("bob", PASSWORD, json!("viewer"), 422, "bad_field").await;
    let unknown = check("bob", PASSWORD, json!(["viewer", "root"]), 422, "bad_roles").await;
    assert!(
        unknown.contains("roles[1]") && unknown.contains("admin, viewer, ops"),
        "{unknown}"
    );
    let me = app.signed_in("ada").await.get("/api/me").await;
    assert_eq!(me.json["roles"], json!(["viewer", "ops"]));
}
