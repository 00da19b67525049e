//! Private dashboards: for every route and page, no byte that anybody but the owner is sent holds the
//! title or the content of one.

use crate::common::{TestApp, TestClient};
use crate::stream::Events;
use protocol::{Grant, Role, Scope, paths};
use serde_json::json;

use super::walk::{everything, everything_below};

/// Every text of the private dashboard begins so.
const PRIVATE: &str = "zqprivate";

fn holding(sent: &[(String, String)]) -> Vec<&str> {
    let holding = sent.iter().filter(|(_, bytes)| bytes.contains(PRIVATE));
    holding.map(|(address, _)| address.as_str()).collect()
}

/// Makes the dashboard `canary`, which only its owner reads, saves it again, and puts it back once.
async fn with_private(owner: &TestClient) {
    let document = |version: u64| {
        json!({ "id": "canary", "title": "zqprivatetitle", "version": version,
            "description": "zqprivatedescription", "folder": "zqprivatefolder",
            "tags": ["zqprivatetag"], "widgets": [{ "id": "zqprivatewidget", "kind": "text",
                "title": "zqprivateheading", "options": { "text": "zqprivatewords" },
                "place": { "x": 0, "y": 0, "w": 6, "h": 4 } }] })
    };
    let path = format!("{}?owner=me", paths::dashboard("canary"));
    let made = owner.put(&path, &document(0)).await;
    assert_eq!(made.status.as_u16(), 200, "{made:?}");
    let version = made.json["version"].as_u64().expect("a version");
    let saved = owner.put(&path, &document(version)).await;
    assert_eq!(saved.status.as_u16(), 200, "{saved:?}");
    let gone = owner.delete(&paths::dashboard("canary")).await;
    assert_eq!(gone.status.as_u16(), 204, "{gone:?}");
    let restore = paths::dashboard_restore("canary");
    let back = owner.post(&restore, &json!({})).await;
    assert_eq!(back.status.as_u16(), 200, "{back:?}");
    let share = json!({ "owner": { "kind": "person" }, "shared": false });
    let set = owner.put(&paths::dashboard_owner("canary"), &share).await;
    assert_eq!(set.status.as_u16(), 200, "{set:?}");
}

#[tokio::test]
async fn no_byte_holds_anything_of_a_private_dashboard() {
    let app = TestApp::start().await;
    app.user("owner", &["viewer"]).await;
    let owner = app.signed_in("owner").await;
    with_private(&owner).await;
    let editors = Role {
        name: "editors".into(),
        metrics: vec![Grant::pattern("*")],
        rights: protocol::Right::ALL.to_vec(),
        ..Role::default()
    };
    app.state.access.save_role(editors).await.expect("a role");
    app.user("editor", &["editors"]).await;
    // An admin who opens it to people who are not signed in opens nothing.
    crate::guest::open(&app, &["canary", "system"], vec![Grant::pattern("*")]).await;
    let admin = app.signed_in("admin").await;
    let reads = app.token_of(Some("editor"), &[Scope::Read]).await.secret;
    let saves = app
        .token_of(Some("editor"), &[Scope::Dashboards])
        .await
        .secret;
    let people = [
        ("viewer", app.signed_in("viewer").await),
        ("editor", app.signed_in("editor").await),
        ("a program that reads", app.program(&reads)),
        ("a program that saves", app.program(&saves)),
        ("guest", app.client()),
    ];
    for (who, client) in &people {
        // As somebody from whom something is hidden, every route is asked, also those that change.
        let sent = everything(&app, client, &["zqsecret"]).await;
        assert_eq!(holding(&sent), [""; 0], "{who}");
        let mut stream = Events::open(&admin, paths::STREAM, None).await;
        stream.frame().await;
        assert!(!stream.raw.contains(PRIVATE), "{who}");
    }
    let sent = everything(&app, &admin, &[]).await;
    assert_eq!(holding(&sent), [""; 0], "admin");
    for role in ["viewer", "guest", "editors"] {
        let sent = everything_below(&app, &admin, &paths::preview(role), &["zqsecret"]).await;
        assert_eq!(holding(&sent), [""; 0], "as {role}");
    }
    let log = admin.get("/api/admin/audit/export?format=json").await;
    assert!(log.text.contains("canary") && !log.text.contains(PRIVATE));
    // It is still there, and its owner is sent it, so that the search is known to find.
    let sent = everything(&app, &owner, &[]).await;
    assert!(holding(&sent).len() > 3, "{:?}", holding(&sent));
}
