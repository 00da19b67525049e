//! Dashboards as files: the command line, and what the page asks for.

use std::path::Path;
use std::process::Output;

use crate::cli::{run, run_beside, text};
use crate::common::{TestApp, TestConfig};
use protocol::paths;
use reqwest::StatusCode;
use serde_json::{Value, json};

pub fn board(id: &str, title: &str) -> Value {
    json!({ "id": id, "title": title, "widgets": [
        { "id": "w", "kind": "line", "title": "W",
          "metrics": [{ "metric": "http.requests", "field": "rate" }],
          "options": { "max": 0.30000000000000004 },
          "place": { "x": 0, "y": 0, "w": 12, "h": 2 } }] })
}

fn put(folder: &Path, name: &str, document: &Value) {
    std::fs::create_dir_all(folder).expect("makes");
    std::fs::write(folder.join(name), document.to_string()).expect("writes");
}

fn check(output: &Output, status: i32, out: &[&str], err: &[&str]) {
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{stdout}\n{stderr}");
    for words in out {
        assert!(stdout.contains(words), "no `{words}` in {stdout}");
    }
    for words in err {
        assert!(stderr.contains(words), "no `{words}` in {stderr}");
    }
}

#[tokio::test]
async fn export_import_export_is_byte_equal_beside_a_server() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let saved = admin.put("/api/dashboards/ops", &board("ops", "Ops")).await;
    assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
    let home = app.folder.path();
    let beside = async |args: &[&str]| run_beside(home, args, &[]).await;
    let export = beside(&["dashboards", "export", "out"]).await;
    check(
        &export,
        0,
        &["ops.json is written", "system.json is written"],
        &[],
    );
    let first = std::fs::read_to_string(home.join("out/ops.json")).expect("a file");
    assert!(first.contains("\"max\": 0.30000000000000004"), "{first}");
    let import = beside(&["dashboards", "import", "out"]).await;
    check(&import, 0, &["ops.json is the same"], &[]);
    let again = beside(&["dashboards", "export", "again"]).await;
    check(&again, 0, &[], &[]);
    for name in ["ops.json", "system.json", "gallery.json"] {
        let read = |folder: &str| std::fs::read(home.join(folder).join(name)).expect("a file");
        assert_eq!(read("out"), read("again"), "{name}");
    }
    // The page gives the same text.
    let file = admin.get(&paths::dashboard_file("ops")).await;
    assert_eq!(file.text, first);
    assert!(file.header("content-disposition").contains("ops.json"));
    let kept = admin.get("/api/dashboards/ops").await;
    assert_eq!(
        kept.json["version"], 1,
        "an import of the same saves nothing"
    );

    put(&home.join("out"), "ops.json", &board("ops", "Operations"));
    put(&home.join("out"), "more.json", &board("more", "More"));
    let diff = beside(&["dashboards", "diff", "out"]).await;
    let lines = [
        "ops.json is changed",
        "Dashboard: title",
        "-  \"title\": \"Ops\",",
    ];
    check(&diff, 1, &lines, &[]);
    check(&diff, 1, &["more.json is new", "+  \"id\": \"more\","], &[]);
    let dry = beside(&["dashboards", "import", "out", "--dry-run"]).await;
    check(&dry, 0, &["more.json is new", "Nothing is saved"], &[]);
    assert_eq!(
        admin.get("/api/dashboards/more").await.status,
        StatusCode::NOT_FOUND
    );
    let import = beside(&["dashboards", "import", "out"]).await;
    check(
        &import,
        0,
        &["ops.json is changed", "more.json is new"],
        &[],
    );
    let ops = admin.get("/api/dashboards/ops").await;
    assert_eq!(
        (&ops.json["version"], &ops.json["title"]),
        (&json!(2), &json!("Operations"))
    );
    assert_eq!(
        admin.get("/api/dashboards/more").await.status,
        StatusCode::OK
    );
    let diff = beside(&["dashboards", "diff", "out"]).await;
    check(&diff, 0, &[], &[]);
    let audit = admin.get("/api/admin/audit?what=dashboard_saved").await;
    let who: Vec<_> = audit.json["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .collect();
    assert_eq!(who.len(), 3, "{audit:?}");
    assert_eq!(who[0]["who"]["kind"], "command_line");
}

#[tokio::test]
async fn an_import_with_a_broken_file_names_every_problem_and_changes_nothing() {
    let app = TestApp::start().await;
    let (admin, home) = (app.signed_in("admin").await, app.folder.path());
    let folder = home.join("files");
    put(&folder, "good.json", &board("good", "Good"));
    let mut bad = board("bad", "Bad");
    bad["widgets"][0]["metrics"][0]["metric"] = json!("http.request");
    bad["widgets"][0]["options"]["maximum"] = json!(1);
    bad["widgets"][0]["colour"] = json!(1);
    bad["$schema"] = json!("https://example.org/dashboard.json");
    put(&folder, "bad.json", &bad);
    put(&folder, "name.json", &board("other", "Other"));
    std::fs::write(folder.join("syntax.json"), "{\n \"id\": ]").expect("writes");
    let problems = [
        "bad.json:1: widgets[0].metrics[0].metric: there is no metric `http.request`",
        "bad.json:1: widgets[0].options.maximum: ",
        "bad.json:1: widgets[0].colour: there is no key `colour`",
        "name.json:1: id: ",
        "syntax.json:2: ",
        "5 findings",
    ];
    let import = run_beside(home, &["dashboards", "import", "files"], &[]).await;
    check(&import, 1, &[], &problems);
    check(&import, 1, &[], &["nothing is saved"]);
    for id in ["good", "bad", "other"] {
        let answer = admin.get(&paths::dashboard(id)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
    // The same without a database.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let files = folder.display().to_string();
    let validate = run(
        elsewhere.path(),
        &["dashboards", "validate", &files],
        &[],
        "",
    );
    check(&validate, 1, &[], &problems);
    assert_eq!(
        std::fs::read_dir(elsewhere.path()).expect("reads").count(),
        0
    );
    for name in ["bad.json", "name.json", "syntax.json"] {
        std::fs::remove_file(folder.join(name)).expect("removes");
    }
    let validate = run(
        elsewhere.path(),
        &["dashboards", "validate", &files],
        &[],
        "",
    );
    check(&validate, 0, &["1 dashboards hold."], &[]);
    let none = run(
        elsewhere.path(),
        &["dashboards", "validate", "none"],
        &[],
        "",
    );
    check(&none, 2, &[], &["cannot read none"]);
    let none = run(elsewhere.path(), &["dashboards", "diff", &files], &[], "");
    check(&none, 2, &[], &["there is no database"]);
}

#[tokio::test]
async fn more_dashboards_than_the_limit_are_not_imported_in_part() {
    let config = TestConfig::toml("[limits]\nmax_dashboards = 3\n");
    let app = TestApp::start_with(config).await;
    app.user("admin", &["admin"]).await;
    let home = app.folder.path();
    for id in ["one", "two"] {
        put(&home.join("files"), &format!("{id}.json"), &board(id, id));
    }
    let import = run_beside(home, &["dashboards", "import", "files"], &[]).await;
    check(&import, 1, &[], &["limits.max_dashboards"]);
    let admin = app.signed_in("admin").await;
    let all = admin.get(paths::DASHBOARDS).await;
    assert_eq!(all.json.as_array().map(Vec::len), Some(2), "{all:?}");
}

#[tokio::test]
async fn the_schema_is_published_and_what_is_built_in_holds_by_it() {
    let app = TestApp::start().await;
    let answer = app.client().get(paths::DASHBOARD_SCHEMA).await;
    assert_eq!(answer.status, StatusCode::OK);
    let schema = &answer.json;
    let published = include_str!("../../../docs/dashboard.schema.json");
    assert_eq!(answer.text, published);
    let admin = app.signed_in("admin").await;
    for id in ["system", "gallery"] {
        let found = admin.get(&paths::dashboard(id)).await.json;
        crate::openapi::schema::holds(&found, schema, schema, id).expect("holds");
    }
    let mut extra = board("d", "D");
    extra["colour"] = json!("red");
    let holds = crate::openapi::schema::holds(&extra, schema, schema, "d");
    assert!(holds.is_err_and(|why| why.contains("colour")));
}

#[tokio::test]
async fn a_patch_is_what_an_edit_changes_of_the_file() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    admin.put("/api/dashboards/ops", &board("ops", "Ops")).await;
    let edited = board("ops", "Operations");
    let patch = admin.post(&paths::dashboard_patch("ops"), &edited).await;
    assert_eq!(patch.status, StatusCode::OK, "{patch:?}");
    for line in [
        "--- a/ops.json",
        "+++ b/ops.json",
        "-  \"title\": \"Ops\",",
        "+  \"title\": \"Operations\",",
    ] {
        assert!(
            patch.text.lines().any(|found| found == line),
            "{line}: {}",
            patch.text
        );
    }
    let other = admin
        .post(&paths::dashboard_patch("ops"), &board("x", "X"))
        .await;
    assert_eq!(other.code(), "invalid_document");
}

#[tokio::test]
async fn versions_say_who_saved_what_when_and_are_bounded() {
    let config = TestConfig::toml(
        "[limits]\nmax_dashboard_versions = 3\n[[metrics]]\nname = 'secret.plan'\nkind = 'counter'\nevent = 'secret'\ndescription = 'x'\nrequired_roles = ['admin']\n",
    );
    let app = TestApp::start_with(config).await;
    app.user("admin", &["admin"]).await;
    app.user("viewer", &["viewer"]).await;
    let (admin, viewer) = (app.signed_in("admin").await, app.signed_in("viewer").await);
    for version in 0..5 {
        let mut document = board("ops", &format!("Title {version}"));
        document["version"] = json!(version);
        document["widgets"][0]["metrics"][0]["metric"] = json!("secret.plan");
        let saved = admin.put("/api/dashboards/ops", &document).await;
        assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
    }
    let versions = viewer.get(&paths::dashboard_versions("ops")).await;
    let all = versions.json.as_array().expect("versions");
    let numbers: Vec<_> = all.iter().map(|one| one["version"].as_u64()).collect();
    assert_eq!(numbers, [Some(5), Some(4), Some(3)]);
    assert!(
        all.iter()
            .all(|one| one["who"]["name"] == "admin" && one["t"].as_i64() > Some(0))
    );
    let old = admin.get(&paths::dashboard_version("ops", 3)).await;
    assert_eq!(old.json["title"], "Title 2");
    assert_eq!(
        old.json["widgets"][0]["metrics"][0]["metric"],
        "secret.plan"
    );
    let seen = viewer.get(&paths::dashboard_version("ops", 3)).await;
    assert!(
        seen.status == StatusCode::OK && !seen.text.contains("secret"),
        "{seen:?}"
    );
    for gone in [1, 2, 9] {
        let answer = admin.get(&paths::dashboard_version("ops", gone)).await;
        assert_eq!(answer.code(), "not_found", "{gone}");
    }
    // Restoring is saving it again.
    let mut restored = old.json.clone();
    restored["version"] = json!(5);
    let saved = admin.put("/api/dashboards/ops", &restored).await;
    assert_eq!(
        (&saved.json["version"], &saved.json["title"]),
        (&json!(6), &json!("Title 2"))
    );
    // Nobody inherits what a removed dashboard was.
    admin.delete("/api/dashboards/ops").await;
    admin.put("/api/dashboards/ops", &board("ops", "New")).await;
    let versions = admin.get(&paths::dashboard_versions("ops")).await;
    assert_eq!(
        versions.json.as_array().map(Vec::len),
        Some(1),
        "{versions:?}"
    );
}

/// Every command of the guides, in their order.
#[tokio::test]
async fn the_commands_of_the_guides_run_as_printed() {
    let app = TestApp::start().await;
    let home = app.folder.path();
    let panel =
        json!({ "type": "timeseries", "title": "Load", "targets": [{ "expr": "node_load1" }] });
    let node = json!({ "title": "Node", "panels": [panel] });
    std::fs::write(home.join("node.json"), node.to_string()).expect("writes");
    let guides = [
        include_str!("../../../docs/DASHBOARDS_AS_CODE.md"),
        include_str!("../../../docs/GRAFANA.md"),
    ];
    let mut ran = 0;
    for guide in guides {
        for block in guide.split("```sh\n").skip(1) {
            let (block, _) = block.split_once("```").expect("a fence is closed");
            for line in block.lines() {
                let command = line.split('#').next().unwrap_or_default().trim();
                let arguments = command.strip_prefix("pulseboard ").expect("a command");
                let arguments: Vec<&str> = arguments.split_whitespace().collect();
                let output = run_beside(home, &arguments, &[]).await;
                check(&output, 0, &[], &[]);
                ran += 1;
            }
        }
    }
    assert_eq!(ran, 8);
    for file in [
        "boards/system.json",
        "grafana/dashboards/system.json",
        "grafana/provisioning/dashboards/pulseboard.yaml",
        "grafana/provisioning/datasources/prometheus.yaml",
        "boards/node.json",
        "boards/node.metrics.toml",
    ] {
        assert!(home.join(file).is_file(), "{file}");
    }
    // The file of the guide holds.
    let (_, example) = guides[0].split_once("```json\n").expect("a file");
    let (example, _) = example.split_once("```").expect("a fence is closed");
    std::fs::create_dir(home.join("example")).expect("makes");
    std::fs::write(home.join("example/ops.json"), example).expect("writes");
    let valid = run_beside(home, &["dashboards", "validate", "example"], &[]).await;
    check(&valid, 0, &["1 dashboards hold."], &[]);
}
