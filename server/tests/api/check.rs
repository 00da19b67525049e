//! `pulseboard check`, `events` in the configuration, and events that nobody declared.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use protocol::Scope;
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::storage::{Saved, Storage};
use telemetry::testing;

use crate::common::{TestApp, TestConfig, in_time, until};

const CONTRACT: &str = r#"{"events": [
  {"name": "shop.order", "measurements": [{"name": "price"}], "metadata": [{"name": "item"}]},
  {"name": "shop.refund"}
]}"#;

const METRIC: &str = "events = ['contracts/shop.json']
[[metrics]]
name = 'shop.orders'
kind = 'sum'
event = 'shop.order'
measurement = 'price'
";

fn check(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pulseboard"));
    command.arg("check").args(args).env_clear();
    command.current_dir(folder).output().expect("runs")
}

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    let parent = path.parent().expect("a folder");
    std::fs::create_dir_all(parent).expect("makes");
    std::fs::write(path, text).expect("writes");
}

#[test]
fn what_it_says_and_its_status() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str], status: i32, expect: &[&str]| {
        let output = check(folder.path(), args);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            output.status.code(),
            Some(status),
            "{args:?} {said} {wrong}"
        );
        let lines = if status == 2 { &wrong } else { &said };
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines.len(), expect.len(), "{args:?} {said} {wrong}");
        for (line, expect) in lines.iter().zip(expect) {
            assert!(line.starts_with(expect), "{expect}: {line}");
        }
    };
    // Nothing is configured: what is built in fits.
    run(&[], 0, &["no findings in "]);

    write(folder.path(), "pulseboard.toml", METRIC);
    run(&[], 2, &["pulseboard: cannot read contracts/shop.json"]);
    write(folder.path(), "contracts/shop.json", CONTRACT);
    run(
        &[],
        1,
        &[
            "contracts/shop.json:3: events[1].name: no metric consumes `shop.refund`",
            "1 finding in ",
        ],
    );
    let used =
        format!("{METRIC}[[metrics]]\nname = 'r'\nkind = 'counter'\nevent = 'shop.refund'\n");
    write(folder.path(), "pulseboard.toml", &used);
    run(&[], 0, &["no findings in "]);

    write(
        folder.path(),
        "other.toml",
        &METRIC.replace("'price'", "'prise'"),
    );
    write(
        folder.path(),
        "more.json",
        r#"{"events": [{"name": "shop.more"}]}"#,
    );
    write(folder.path(), "boards/b.json", "{\n\"id\": 3}");
    write(
        folder.path(),
        "boards/a.json",
        r#"{"id": "a", "title": "A", "widgets": [{"id": "w", "kind": "line", "title": "W",
            "place": {"x": 0, "y": 0, "w": 1, "h": 1},
            "metrics": [{"metric": "shop.gone"}]}]}"#,
    );
    write(folder.path(), "boards/c.json", "\n3");
    write(folder.path(), "boards/notes.txt", "no dashboard");
    let all = [
        "--config",
        "other.toml",
        "--events",
        "more.json",
        "--dashboards",
        "boards",
    ];
    run(
        &all,
        1,
        &[
            "boards/b.json:2: id: invalid type: integer `3`, expected a text",
            "boards/c.json:2: invalid type: integer `3`, expected an object",
            "contracts/shop.json:3: events[1].name: no metric consumes `shop.refund`",
            "more.json:1: events[0].name: no metric consumes `shop.more`",
            "other.toml:6: metrics[0].measurement: `shop.order` declares no measurement `prise`",
            "boards/a.json:3: widgets[0].metrics[0].metric: there is no metric `shop.gone`",
            "6 findings in ",
        ],
    );

    let output = check(folder.path(), &[&all[..], &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(1));
    let findings: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(findings.as_array().map(Vec::len), Some(6));
    assert_eq!(
        findings[4],
        json!({"file": "other.toml", "line": 6, "path": "metrics[0].measurement",
            "code": "measurement_undeclared", "message": findings[4]["message"]})
    );
    assert_eq!(findings[5]["code"], "unknown_metric");
    let good = check(folder.path(), &["--format", "json"]);
    assert_eq!(good.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&good.stdout).trim(), "[]");

    // Files that do not hold are findings; files that are not there end it.
    write(
        folder.path(),
        "broken.json",
        "{\"events\": [\n{\"name\": \"A\"}]}",
    );
    run(
        &["--events", "broken.json"],
        1,
        &[
            "broken.json:2: events[0].name: `A` is no name",
            "1 finding in ",
        ],
    );
    write(folder.path(), "broken.toml", "\nadress = 1");
    run(
        &["--config", "broken.toml"],
        1,
        &["broken.toml:2: adress: unknown field", "1 finding"],
    );
    write(folder.path(), "broken.toml", "\naddr = 'nowhere'");
    run(
        &["--config", "broken.toml"],
        1,
        &["broken.toml:2: addr: `nowhere` is not IP:PORT", "1 finding"],
    );
    run(
        &["--config", "none.toml"],
        2,
        &["pulseboard: cannot read none.toml"],
    );
    run(
        &["--events", "none.json"],
        2,
        &["pulseboard: cannot read none.json"],
    );
    run(
        &["--dashboards", "none"],
        2,
        &["pulseboard: cannot read none"],
    );
    // It made nothing.
    assert!(!folder.path().join("data").exists());
}

#[tokio::test]
async fn dashboards_of_the_database_are_checked_and_nothing_else_is_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let run = |args: &[&str], status: i32, expect: &[&str]| {
        let output = check(folder, args);
        let said = [&*output.stdout, &*output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert_eq!(output.status.code(), Some(status), "{args:?} {said}");
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), expect.len(), "{args:?} {said}");
        for (line, expect) in lines.iter().zip(expect) {
            assert!(line.starts_with(expect), "{expect}: {line}");
        }
    };
    let files = || {
        let files = std::fs::read_dir(folder.join("data")).expect("a folder");
        let names = files.map(|file| file.expect("a file").file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    };
    run(&[], 0, &["no findings in "]);
    assert!(!folder.join("data").exists(), "none is made");

    let file = folder.join("data/pulseboard.db");
    std::fs::create_dir(folder.join("data")).expect("makes");
    let storage = Storage::open(&file, &Arc::default()).await.expect("opens");
    server::dashboards::seed(&storage).await.expect("saves");
    let gone = r#"{"id": "gone", "title": "G", "widgets": [{"id": "w", "kind": "line", "title": "W",
        "place": {"x": 0, "y": 0, "w": 1, "h": 1}, "metrics": [{"metric": "shop.gone"}]}]}"#;
    for (id, body) in [("gone", gone), ("older", r#"{"id": 3}"#)] {
        let saved = storage.save_dashboard(id, 0, body, 9).await;
        assert_eq!(saved.expect("saves"), Saved::Yes(1));
    }
    let found = [
        "database: dashboard older: id: invalid type",
        "database: dashboard gone: widgets[0].metrics[0].metric: there is no metric `shop.gone`",
        "2 findings in ",
    ];
    // Beside a server, and when it has ended.
    run(&[], 1, &found);
    storage.close().await;
    let before = (files(), std::fs::read(&file).expect("reads"));
    run(&[], 1, &found);
    run(&["--data-dir", "data"], 1, &found);
    run(&["--database-url", "sqlite:data/pulseboard.db"], 1, &found);
    assert_eq!((files(), std::fs::read(&file).expect("reads")), before);
    run(&["--no-database"], 0, &["no findings in "]);
    run(&["--data-dir", "none"], 0, &["no findings in "]);
    assert!(!folder.join("none").exists());

    let json = check(folder, &["--format", "json"]).stdout;
    let findings: Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(findings[1]["file"], "database: dashboard gone");
    assert_eq!(findings[1]["line"], Value::Null);

    // What is no database of this version.
    write(folder, "data/noise.db", "no database");
    let noise = ["--database-url", "sqlite:data/noise.db"];
    run(&noise, 2, &["pulseboard: cannot read data/noise.db: "]);
    write(folder, "data/empty.db", "");
    let empty = ["--database-url", "sqlite:data/empty.db"];
    run(&empty, 2, &["pulseboard: cannot read data/empty.db: "]);
    run(
        &["--database-url", "postgres:x"],
        2,
        &["pulseboard: --database-url"],
    );
}

/// The texts of the blocks in this language.
fn blocks<'d>(document: &'d str, language: &str) -> Vec<&'d str> {
    let fence = format!("```{language}\n");
    let begun = document.split(&*fence).skip(1);
    begun
        .map(|block| block.split("```").next().expect("an end"))
        .collect()
}

/// The text of the only block in this language.
fn block<'d>(document: &'d str, language: &str) -> &'d str {
    let [block] = *blocks(document, language) else {
        panic!("one block of {language}");
    };
    block
}

#[test]
fn the_document_says_what_is_found() {
    let document = include_str!("../../../docs/CONTRACT.md");
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "contract.json", block(document, "json"));
    write(folder.path(), "pulseboard.toml", block(document, "toml"));
    let output = check(folder.path(), &[]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let expect = block(document, "console").strip_prefix("$ pulseboard check\n");
    // What is built in grows, so the document has `…` for how much was looked at.
    let uncounted = |line: &str| match line.split_once(" findings in ") {
        Some((findings, among)) => {
            let words = among.split_whitespace();
            let words = words.map(|word| word.parse::<usize>().map_or(word, |_| "…"));
            format!(
                "{findings} findings in {}",
                words.collect::<Vec<_>>().join(" ")
            )
        }
        None => line.to_owned(),
    };
    let said: Vec<String> = said.lines().map(uncounted).collect();
    let expect: Vec<&str> = expect.expect("a command").lines().collect();
    assert_eq!(said, expect);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_metrics_of_the_guide_to_otlp_fit() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = blocks(include_str!("../../../docs/OTLP.md"), "toml").concat();
    assert!(toml.matches("[[metrics]]").count() > 2, "{toml}");
    write(folder.path(), "pulseboard.toml", &toml);
    let output = check(folder.path(), &[]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
}

#[test]
fn a_contract_is_found_from_the_configuration_not_from_here() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "etc/pulseboard.toml", METRIC);
    write(folder.path(), "etc/contracts/shop.json", CONTRACT);
    let output = check(folder.path(), &["--config", "etc/pulseboard.toml"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.starts_with("etc/contracts/shop.json:3: "), "{said}");
}

#[tokio::test]
async fn undeclared_events_are_refused_counted_and_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "contracts/shop.json", CONTRACT);
    let config = TestConfig::toml(METRIC);
    let app = TestApp::start_in(folder, config).await;
    app.user("viewer", &["viewer"]).await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let capture = testing::capture(&app.registry, &["pulseboard.undeclared"]).expect("a name");
    let events = json!([
        {"name": "shop.order", "measurements": {"price": 2}},
        {"name": "shop.refund"},
        {"name": "shop.oder"},
        {"name": "shop.oder"},
        {"name": "no name"},
        {"name": "http.request.stop"},
        {"name": "otlp", "measurements": {"value": 1}},
    ]);
    let answer = program.post("/api/events", &events).await;
    assert_eq!(answer.status, StatusCode::MULTI_STATUS);
    assert_eq!(
        (&answer.json["accepted"], &answer.json["rejected"]),
        (&json!(1), &json!(6))
    );
    for index in 0..4 {
        assert_eq!(answer.json["errors"][index]["code"], "unknown_event");
    }
    // What the contract declares is no drift, although no metric knows it.
    let counted: BTreeMap<String, f64> = capture
        .take()
        .into_iter()
        .map(|event| (event.metadata["event"].clone(), event.measurements["count"]))
        .collect();
    let expect = [("(other)", 1.0), ("shop.oder", 2.0)];
    assert_eq!(
        counted,
        expect.map(|(name, count)| (name.to_owned(), count)).into()
    );

    let viewer = app.signed_in("viewer").await;
    until("shop.oder in history", async || {
        let path = "/api/history?metric=pulseboard.undeclared&tag.event=shop.oder";
        let history = viewer.get(path).await;
        assert_eq!(history.status, StatusCode::OK, "{history:?}");
        let steps = history.json["series"][0]["steps"].as_array();
        match steps.is_some_and(|steps| !steps.is_empty()) {
            true => Ok(()),
            false => Err(history),
        }
    })
    .await;
    let listed = async {
        let request = viewer.request(reqwest::Method::GET, "/api/stream");
        let mut stream = request.send().await.expect("an answer");
        let mut text = String::new();
        while !text.contains("2 of `shop.oder` refused") {
            let chunk = stream.chunk().await.expect("bytes").expect("a stream");
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    in_time("shop.oder in the list", listed).await;
}

#[tokio::test]
async fn a_contract_that_cannot_be_read_keeps_the_server_from_starting() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "pulseboard.toml", METRIC);
    let run = async |expect: &str| {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_pulseboard"));
        command.env_clear().env("PULSEBOARD_ADDR", "127.0.0.1:0");
        command.current_dir(folder.path()).kill_on_drop(true);
        let output = in_time("the end", command.output()).await.expect("runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.starts_with(expect) && said.lines().count() == 1,
            "{said}"
        );
    };
    run("pulseboard: cannot read contracts/shop.json").await;
    write(folder.path(), "contracts/shop.json", "{\"events\":\n3}");
    run("pulseboard: contracts/shop.json:2: events: invalid type").await;
}
