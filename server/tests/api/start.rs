//! Start and stop of the binary itself, and the options it shares with the build.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use reqwest::StatusCode;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Long enough for a slow machine; reached only when something hangs.
const HANGS: Duration = Duration::from_secs(30);

fn pulseboard(folder: &Path, env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pulseboard"));
    command
        .env_clear()
        .env("PULSEBOARD_ADDR", "127.0.0.1:0")
        .envs(env.iter().copied())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

fn lines(child: &mut Child) -> Lines<BufReader<ChildStdout>> {
    BufReader::new(child.stdout.take().expect("an output")).lines()
}

async fn line(lines: &mut Lines<BufReader<ChildStdout>>) -> String {
    let line = tokio::time::timeout(HANGS, lines.next_line())
        .await
        .expect("in time");
    line.expect("reads").expect("a line")
}

#[tokio::test]
async fn it_says_where_it_listens_and_how_to_begin_and_ends_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = pulseboard(folder.path(), &[]).spawn().expect("runs");
    let mut said = lines(&mut child);
    let listens = line(&mut said).await;
    let url = listens
        .strip_prefix("Pulseboard listens on ")
        .expect("an address")
        .to_owned();
    let link = line(&mut said).await;
    let link = link
        .strip_prefix("First admin: ")
        .expect("a link")
        .to_owned();
    assert!(link.starts_with(&format!("{url}/setup/")), "{link}");
    let page = reqwest::get(&link).await.expect("an answer");
    assert_eq!(page.status(), StatusCode::OK);

    let pid = child.id().expect("it runs").to_string();
    let sent = Command::new("kill")
        .args(["-TERM", &pid])
        .status()
        .await
        .expect("kill");
    assert!(sent.success());
    let status = tokio::time::timeout(HANGS, child.wait())
        .await
        .expect("in time")
        .expect("ends");
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn an_admin_from_the_environment_needs_no_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let env = [("PULSEBOARD_ADMIN_PASSWORD", crate::common::PASSWORD)];
    let mut child = pulseboard(folder.path(), &env).spawn().expect("runs");
    let mut said = lines(&mut child);
    let listens = line(&mut said).await;
    assert!(
        listens.starts_with("Pulseboard listens on http://127.0.0.1:"),
        "{listens}"
    );
    child.kill().await.expect("ends");
    assert_eq!(said.next_line().await.expect("reads"), None);
}

#[tokio::test]
async fn what_keeps_it_from_starting_is_one_line_that_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), b"").expect("writes");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let check = async |env: &[(&str, &str)], expect: &[&str]| {
        let output = tokio::time::timeout(HANGS, pulseboard(folder.path(), env).output());
        let output = output.await.expect("in time").expect("runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(output.stdout.is_empty());
        for part in expect {
            assert!(said.contains(part), "{part}: {said}");
        }
    };
    check(
        &[("PULSEBOARD_ADDR", &address)],
        &[&address, "PULSEBOARD_ADDR"],
    )
    .await;
    // Nothing was touched before the address was free.
    assert!(!folder.path().join("data").exists());
    check(
        &[("PULSEBOARD_DATA_DIR", "file/data")],
        &["file/data", "PULSEBOARD_DATA_DIR"],
    )
    .await;
    let damaged = folder.path().join("damaged");
    std::fs::create_dir(&damaged).expect("makes");
    std::fs::write(
        damaged.join("pulseboard.db"),
        b"this is no database, whatever it is called",
    )
    .expect("writes");
    check(
        &[("PULSEBOARD_DATA_DIR", "damaged")],
        &["pulseboard.db", "PULSEBOARD_DATA_DIR"],
    )
    .await;
    check(
        &[("PULSEBOARD_ADMIN_PASSWORD", "short")],
        &["PULSEBOARD_ADMIN_PASSWORD", "8 to 1024"],
    )
    .await;
}

#[test]
fn the_server_and_the_build_read_the_same_site_options() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let options = |file: &str| {
        let text = std::fs::read_to_string(root.join(file)).expect("reads");
        let toml: toml::Table = text.parse().expect("TOML");
        toml["workspace"]["metadata"]["leptos"][0]
            .as_table()
            .expect("a table")
            .clone()
    };
    let (server, build) = (options("Leptos.toml"), options("Cargo.toml"));
    assert!(!server.is_empty());
    for (key, value) in &server {
        assert_eq!(build.get(key), Some(value), "{key}");
    }
}
