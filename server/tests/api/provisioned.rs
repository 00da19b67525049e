//! Dashboards of a provisioned folder: who owns one, and what becomes of it when its file changes.

use std::path::PathBuf;

use crate::common::{Answer, TestApp, TestClient, TestConfig, until};
use crate::dashboard_files::board;
use protocol::paths;
use reqwest::StatusCode;
use serde_json::{Value, json};

const CONFIG: &str = "dashboards_dir = 'files'\n";

fn file(app: &TestApp, id: &str) -> PathBuf {
    app.folder.path().join("files").join(format!("{id}.json"))
}

/// A server with the files of these dashboards, and an admin.
pub async fn start_with(ids: &[&str]) -> TestApp {
    let folder = tempfile::tempdir().expect("a folder");
    let files = folder.path().join("files");
    std::fs::create_dir_all(&files).expect("makes");
    for id in ids {
        let path = files.join(format!("{id}.json"));
        std::fs::write(path, board(id, "From a file").to_string()).expect("writes");
    }
    let app = TestApp::start_in(folder, TestConfig::toml(CONFIG)).await;
    app.user("admin", &["admin"]).await;
    app
}

/// Waits for this title, or for the dashboard to be gone.
async fn becomes(client: &TestClient, id: &str, title: Option<&str>) -> Value {
    until("the dashboard of the file", async || {
        let found = client.get(&paths::dashboard(id)).await;
        let is = found.json["title"].as_str();
        match (title, found.status) {
            (None, StatusCode::NOT_FOUND) => Ok(Value::Null),
            (Some(title), StatusCode::OK) if is == Some(title) => Ok(found.json),
            _ => Err(found),
        }
    })
    .await
}

async fn source(client: &TestClient, id: &str) -> Value {
    client.get(&paths::dashboard_source(id)).await.json
}

fn is_owned(answer: &Answer) -> bool {
    answer.status == StatusCode::CONFLICT && answer.code() == "from_file"
}

async fn health(client: &TestClient) -> Value {
    client.get(paths::READY).await.json
}

#[tokio::test]
async fn a_file_owns_its_dashboard_and_is_followed() {
    let app = start_with(&["ops"]).await;
    let admin = app.signed_in("admin").await;
    let found = admin.get("/api/dashboards/ops").await;
    assert_eq!(
        (&found.json["title"], &found.json["version"]),
        (&json!("From a file"), &json!(1))
    );
    assert_eq!(source(&admin, "ops").await, json!({ "file": "ops.json" }));
    assert_eq!(source(&admin, "system").await, json!({}));
    let mut edited = found.json.clone();
    edited["title"] = json!("Edited");
    let saved = admin.put("/api/dashboards/ops", &edited).await;
    assert!(
        is_owned(&saved) && saved.text.contains("ops.json"),
        "{saved:?}"
    );
    assert!(is_owned(&admin.delete("/api/dashboards/ops").await));
    // Under another id it is one's own, and the patch is for whoever keeps the files.
    edited["id"] = json!("mine");
    edited["version"] = json!(0);
    assert_eq!(
        admin.put("/api/dashboards/mine", &edited).await.status,
        StatusCode::OK
    );
    assert_eq!(source(&admin, "mine").await, json!({}));
    edited["id"] = json!("ops");
    let patch = admin.post(&paths::dashboard_patch("ops"), &edited).await;
    assert!(
        patch.text.contains("+++ b/ops.json\n") && patch.text.contains("\"Edited\""),
        "{patch:?}"
    );
    let own = json!({ "widgets": { "w": { "hidden": true } } });
    let own = admin.put(&paths::dashboard_preferences("ops"), &own).await;
    assert_eq!(own.status, StatusCode::OK, "{own:?}");

    std::fs::write(file(&app, "ops"), board("ops", "Second").to_string()).expect("writes");
    let second = becomes(&admin, "ops", Some("Second")).await;
    assert_eq!(second["version"], 2);
    // One that does not hold leaves the last one, and is reported.
    std::fs::write(file(&app, "ops"), "{\"id\": \"ops\",").expect("writes");
    let bad = until("a report", async || {
        let health = health(&admin).await;
        match health["checks"]["dashboard_files"] == "rejected" {
            true => Ok(health),
            false => Err(health),
        }
    });
    let bad = bad.await;
    assert_eq!(
        (&bad["dashboard_files"]["rejected"], &bad["status"]),
        (&json!(1), &json!("ready"))
    );
    assert_eq!(
        admin.get("/api/dashboards/ops").await.json["title"],
        "Second"
    );
    std::fs::write(file(&app, "ops"), board("ops", "Third").to_string()).expect("writes");
    becomes(&admin, "ops", Some("Third")).await;
    until("all files hold", async || {
        let health = health(&admin).await;
        match health["checks"]["dashboard_files"] == "ok" {
            true => Ok(()),
            false => Err(health),
        }
    })
    .await;
    let versions = admin.get(&paths::dashboard_versions("ops")).await;
    let who = &versions.json[0]["who"];
    assert_eq!(who, &json!({ "kind": "file", "name": "ops.json" }));

    std::fs::remove_file(file(&app, "ops")).expect("removes");
    becomes(&admin, "ops", None).await;
    // What a person changed for themselves waits for it.
    std::fs::write(file(&app, "ops"), board("ops", "Back").to_string()).expect("writes");
    becomes(&admin, "ops", Some("Back")).await;
    let own = admin.get(&paths::dashboard_preferences("ops")).await;
    assert_eq!(own.json["widgets"]["w"]["hidden"], true, "{own:?}");
}

#[tokio::test]
async fn a_file_never_overwrites_what_people_saved() {
    let app = start_with(&[]).await;
    let admin = app.signed_in("admin").await;
    admin
        .put("/api/dashboards/ops", &board("ops", "Mine"))
        .await;
    std::fs::write(file(&app, "ops"), board("ops", "File").to_string()).expect("writes");
    std::fs::write(file(&app, "other"), board("other", "Other").to_string()).expect("writes");
    becomes(&admin, "other", Some("Other")).await;
    let ready = health(&admin).await;
    assert_eq!(ready["dashboard_files"]["rejected"], 1, "{ready}");
    assert_eq!(admin.get("/api/dashboards/ops").await.json["title"], "Mine");
    assert_eq!(source(&admin, "ops").await, json!({}));
    // Nor does an import from the command line overwrite what a file owns.
    let home = app.folder.path();
    let import = ["dashboards", "import", "files"];
    let output = crate::cli::run_beside(home, &import, &[]).await;
    let said = crate::cli::text(&output.stderr);
    assert!(
        output.status.code() == Some(1) && said.contains("comes from the file other.json"),
        "{said}"
    );
}

#[tokio::test]
async fn a_built_in_dashboard_may_come_from_a_file_until_the_file_is_gone() {
    let app = start_with(&["system"]).await;
    let admin = app.signed_in("admin").await;
    becomes(&admin, "system", Some("From a file")).await;
    std::fs::remove_file(file(&app, "system")).expect("removes");
    becomes(&admin, "system", Some("System")).await;
    assert_eq!(source(&admin, "system").await, json!({}));
}

#[tokio::test]
async fn without_the_folder_people_own_its_dashboards() {
    let app = start_with(&["ops"]).await;
    let app = TestApp::start_in(app.stop().await, TestConfig::toml("")).await;
    let admin = app.signed_in("admin").await;
    let mut edited = admin.get("/api/dashboards/ops").await.json;
    edited["title"] = json!("Mine");
    let saved = admin.put("/api/dashboards/ops", &edited).await;
    assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
    // The folder comes back, and what was edited stays.
    let app = TestApp::start_in(app.stop().await, TestConfig::toml(CONFIG)).await;
    let admin = app.signed_in("admin").await;
    assert_eq!(admin.get("/api/dashboards/ops").await.json["title"], "Mine");
    assert_eq!(health(&admin).await["dashboard_files"]["rejected"], 1);
}

#[tokio::test]
async fn no_way_leads_around_the_owner() {
    let app = start_with(&["ops"]).await;
    let storage = &app.state.storage;
    let body = board("ops", "Around").to_string();
    assert!(storage.save_dashboard("ops", 1, &body, 99).await.is_err());
    assert!(storage.reset_dashboard("ops", &body).await.is_err());
    assert!(storage.remove_dashboard("ops").await.is_err());
    let kept = storage
        .dashboard("ops")
        .await
        .expect("reads")
        .expect("is there");
    assert!(kept.body.contains("From a file"), "{kept:?}");
}
