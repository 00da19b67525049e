//! `pulseboard check`, `events` in the configuration, and events that nobody declared.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use app::wire::Scope;
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::contract;
use server::ingest::is_reserved;
use telemetry::testing;

use crate::common::{TestApp, TestConfig};

/// Long enough for a slow machine; reached only when something hangs.
const HANGS: Duration = Duration::from_secs(30);

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
            "boards/b.json:2: id: invalid type",
            "contracts/shop.json:3: events[1].name: no metric consumes `shop.refund`",
            "more.json:1: events[0].name: no metric consumes `shop.more`",
            "other.toml:6: metrics[0].measurement: `shop.order` declares no measurement `prise`",
            "boards/a.json:3: widgets[0].metrics[0].metric: there is no metric `shop.gone`",
            "5 findings in ",
        ],
    );

    let output = check(folder.path(), &[&all[..], &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(1));
    let findings: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(findings.as_array().map(Vec::len), Some(5));
    assert_eq!(
        findings[3],
        json!({"file": "other.toml", "line": 6, "path": "metrics[0].measurement",
            "code": "measurement_undeclared", "message": findings[3]["message"]})
    );
    assert_eq!(findings[4]["code"], "unknown_metric");
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

/// The text of the only block in this language.
fn block<'d>(document: &'d str, language: &str) -> &'d str {
    let fence = format!("```{language}\n");
    let mut parts = document.split(&*fence);
    let block = parts.nth(1).expect("a block");
    assert!(parts.next().is_none(), "one block of {language}");
    block.split("```").next().expect("an end")
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
    let config = TestConfig {
        toml: METRIC,
        ..TestConfig::default()
    };
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
    ]);
    let answer = program.post("/api/events", &events).await;
    assert_eq!(answer.status, StatusCode::MULTI_STATUS);
    assert_eq!(
        (&answer.json["accepted"], &answer.json["rejected"]),
        (&json!(1), &json!(5))
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
    let seen = async {
        loop {
            let path = "/api/history?metric=pulseboard.undeclared&tag.event=shop.oder";
            let history = viewer.get(path).await;
            assert_eq!(history.status, StatusCode::OK, "{history:?}");
            if history.json["series"][0]["steps"]
                .as_array()
                .is_some_and(|steps| !steps.is_empty())
            {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(HANGS, seen).await.expect("in history");
    let listed = async {
        let request = viewer.request(reqwest::Method::GET, "/api/stream");
        let mut stream = request.send().await.expect("an answer");
        let mut text = String::new();
        while !text.contains("2 of `shop.oder` refused") {
            let chunk = stream.chunk().await.expect("bytes").expect("a stream");
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    tokio::time::timeout(HANGS, listed)
        .await
        .expect("in the list");
}

#[test]
fn a_contract_that_cannot_be_read_keeps_the_server_from_starting() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "pulseboard.toml", METRIC);
    let run = |expect: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pulseboard"));
        command.env_clear().env("PULSEBOARD_ADDR", "127.0.0.1:0");
        let output = command.current_dir(folder.path()).output().expect("runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.starts_with(expect) && said.lines().count() == 1,
            "{said}"
        );
    };
    run("pulseboard: cannot read contracts/shop.json");
    write(folder.path(), "contracts/shop.json", "{\"events\":\n3}");
    run("pulseboard: contracts/shop.json:2: events: invalid type");
}

/// Runs a server through what it does, captures whatever it emits under its own names, and holds
/// that to the contract.
#[tokio::test]
async fn what_the_server_emits_is_what_it_declares() {
    let app = TestApp::start().await;
    let contract = contract::builtin();
    let names: Vec<&str> = contract.events().iter().map(|event| &*event.name).collect();
    let capture = testing::capture(&app.registry, &names).expect("names");
    // Whatever comes beside the contract is counted.
    assert_eq!(app.registry.declare(&contract), Ok(()));
    app.registry
        .attach("fails", "shop.order", |_| panic!("on purpose"))
        .expect("attaches");

    let refused = app.client();
    let body = json!({"name": "admin", "password": "wrong"});
    let answer = refused.post("/api/session", &body).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let viewer = app.signed_in("viewer").await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    program
        .post("/api/events", &json!({"name": "shop.oder"}))
        .await;
    let said = json!({"name": "log.message", "metadata": {"level": "info", "message": "m", "source": "s"}});
    program.post("/api/events", &said).await;
    app.registry.execute("shop.order", &[], &[]);
    let request = viewer.request(reqwest::Method::GET, "/api/stream");
    let mut stream = request.send().await.expect("an answer");
    assert!(stream.chunk().await.expect("bytes").is_some());

    // Readings that take two polls come within three seconds.
    let expect = [
        "auth.sign_in.stop",
        "db.query.stop",
        "host.cpu",
        "host.load",
        "host.memory",
        "http.request.stop",
        "log.message",
        "process.self",
        "pulseboard.events",
        "pulseboard.frames",
        "pulseboard.history",
        "pulseboard.pump",
        "pulseboard.undeclared",
        "telemetry.handler.failure",
        "tokio.runtime",
        "tokio.worker",
    ];
    let mut came: BTreeMap<String, u64> = BTreeMap::new();
    let all = async {
        while !expect.iter().all(|name| came.contains_key(*name)) {
            for event in capture.take() {
                let measurements = event.measurements.keys().map(String::as_str);
                let metadata = event.metadata.keys().map(String::as_str);
                let admitted = contract.admit(&event.name, measurements, metadata);
                assert_eq!(admitted, Ok(()), "{event:?}");
                *came.entry(event.name).or_default() += 1;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let within = tokio::time::timeout(HANGS, all).await;
    assert!(within.is_ok(), "{expect:?} and only {:?}", came.keys());
    let undeclared = app.registry.undeclared();
    let own = undeclared.iter().filter(|(name, _)| is_reserved(name));
    assert_eq!(own.collect::<Vec<_>>(), Vec::<&(String, u64)>::new());
    assert!(
        undeclared.contains(&("shop.order".to_owned(), 1)),
        "{undeclared:?}"
    );
}
