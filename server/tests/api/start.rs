//! Start and stop of the binary itself, and the options it shares with the build.

use std::path::Path;
use std::process::Stdio;

use crate::common::{HANGS, PASSWORD, TestApp, TestConfig, in_time, until};
use reqwest::StatusCode;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

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
    let line = in_time("a line", lines.next_line()).await;
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
    let status = in_time("the end", child.wait()).await.expect("ends");
    assert_eq!(status.code(), Some(0));
}

/// The binary with an admin, and a browser that the admin signed in with.
async fn signed_in(folder: &Path) -> (Child, String, reqwest::Client) {
    let env = [("PULSEBOARD_ADMIN_PASSWORD", PASSWORD)];
    let mut child = pulseboard(folder, &env).spawn().expect("runs");
    let listens = line(&mut lines(&mut child)).await;
    let url = listens.strip_prefix("Pulseboard listens on ");
    let url = url.expect("an address").to_owned();
    let client = reqwest::Client::builder().cookie_store(true).build();
    let client = client.expect("a client");
    let body = serde_json::json!({ "name": "admin", "password": PASSWORD });
    let sign_in = client.post(format!("{url}/api/session")).json(&body);
    let answer = sign_in.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    (child, url, client)
}

#[tokio::test]
async fn a_signal_ends_open_streams_and_the_server_in_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let (child, url, client) = signed_in(folder.path()).await;
    let mut streams = Vec::new();
    for _ in 0..3 {
        let open = client.get(format!("{url}/api/stream")).send();
        let mut stream = in_time("a stream", open).await.expect("an answer");
        let begin = in_time("its begin", stream.chunk()).await;
        assert!(begin.expect("bytes").is_some());
        streams.push(stream);
    }
    let pid = child.id().expect("it runs").to_string();
    let sent = Command::new("kill").args(["-TERM", &pid]).status().await;
    assert!(sent.expect("kill").success());
    let ended = async {
        for stream in &mut streams {
            while stream.chunk().await.expect("a proper end").is_some() {}
        }
    };
    in_time("the end of streams", ended).await;
    let output = in_time("the end", child.wait_with_output()).await;
    let output = output.expect("ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    // What the server says when it has to cut something off after five seconds.
    assert!(!said.contains("cut off"), "{said}");
}

#[tokio::test]
async fn a_killed_server_lost_two_seconds_at_most_and_starts_clean() {
    let folder = tempfile::tempdir().expect("a folder");
    let history = async |url: &str, client: &reqwest::Client| {
        let asked = client
            .get(format!("{url}/api/history?metric=host.memory.used"))
            .timeout(HANGS)
            .send();
        let text = asked.await.expect("an answer").text().await.expect("text");
        let history: protocol::History = serde_json::from_str(&text).expect("history");
        let series = history.series.into_iter().next();
        series.map_or(Vec::new(), |series| series.steps)
    };
    let (mut child, url, client) = signed_in(folder.path()).await;
    let before = until("six seconds", async || {
        let steps = history(&url, &client).await;
        if steps.len() < 6 {
            Err(steps)
        } else {
            Ok(steps)
        }
    });
    let before = before.await;
    child.kill().await.expect("ends");

    let (mut child, url, client) = signed_in(folder.path()).await;
    let ready = client.get(format!("{url}/health/ready")).send().await;
    assert_eq!(ready.expect("an answer").status(), StatusCode::OK);
    let after = history(&url, &client).await;
    let newest = before.last().expect("steps").0;
    let kept: Vec<_> = before
        .iter()
        .filter(|step| step.0 <= newest - 2_000)
        .collect();
    assert!(kept.len() >= 4);
    for step in kept {
        assert!(after.contains(step), "{step:?} {after:?}");
    }
    assert!(after.is_sorted_by(|one, next| one.0 < next.0), "{after:?}");
    child.kill().await.expect("ends");
}

#[tokio::test]
async fn whoever_never_says_what_it_wants_is_cut_off() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let app = TestApp::start_with(TestConfig::toml("[limits]\nheader_timeout_s = 1")).await;
    let address = app.url.strip_prefix("http://").expect("an address");
    for said in ["", "GET /health HTTP/1.1\r\nhost: x\r\n"] {
        let mut slow = tokio::net::TcpStream::connect(address)
            .await
            .expect("connects");
        slow.write_all(said.as_bytes()).await.expect("writes");
        let mut answer = Vec::new();
        // Cut off is cut off, with an error or without.
        let _ = in_time("being cut off", slow.read_to_end(&mut answer)).await;
        assert!(!answer.starts_with(b"HTTP/1.1 200"), "{said:?}");
    }
}

#[tokio::test]
async fn an_admin_from_the_environment_needs_no_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let env = [("PULSEBOARD_ADMIN_PASSWORD", PASSWORD)];
    let mut child = pulseboard(folder.path(), &env).spawn().expect("runs");
    let mut said = lines(&mut child);
    let listens = line(&mut said).await;
    assert!(
        listens.starts_with("Pulseboard listens on http://127.0.0.1:"),
        "{listens}"
    );
    // Whoever answers has said all that it says.
    let url = listens.strip_prefix("Pulseboard listens on ");
    let ready = format!("{}/health/ready", url.expect("an address"));
    until("ready", async || {
        let answer = reqwest::Client::new().get(&ready).timeout(HANGS).send();
        match answer.await {
            Ok(answer) if answer.status() == StatusCode::OK => Ok(()),
            other => Err(other),
        }
    })
    .await;
    child.kill().await.expect("ends");
    let more = in_time("the end of its output", said.next_line()).await;
    assert_eq!(more.expect("reads"), None);
}

#[tokio::test]
async fn what_keeps_it_from_starting_is_one_line_that_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), b"").expect("writes");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let check = async |env: &[(&str, &str)], expect: &[&str]| {
        let output = in_time("the end", pulseboard(folder.path(), env).output());
        let output = output.await.expect("runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        // Nothing is printed twice.
        let parts: Vec<&str> = said.split(": ").map(str::trim).collect();
        for (at, part) in parts.iter().enumerate().filter(|(_, part)| part.len() > 8) {
            assert!(!parts[..at].contains(part), "{part}: {said}");
        }
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
    let running = TestApp::start().await;
    let data = running.folder.path().join("data");
    let holder = format!("process {} (server at 127.0.0.1:", std::process::id());
    check(
        &[("PULSEBOARD_DATA_DIR", data.to_str().expect("text"))],
        &["pulseboard.db is in use by", &holder, "PULSEBOARD_DATA_DIR"],
    )
    .await;
    check(
        &[("PULSEBOARD_ADMIN_PASSWORD", "short")],
        &["PULSEBOARD_ADMIN_PASSWORD", "at least 8 characters"],
    )
    .await;
}

#[tokio::test]
async fn a_mounted_password_that_ends_in_a_newline_lets_somebody_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let env = [
        ("PULSEBOARD_ADMIN_PASSWORD", "correct horse\n"),
        ("PULSEBOARD_PUBLIC_URL", ""),
    ];
    let mut child = pulseboard(folder.path(), &env).spawn().expect("runs");
    let listens = line(&mut lines(&mut child)).await;
    let url = listens.strip_prefix("Pulseboard listens on ");
    let url = format!("{}/api/session", url.expect("an address"));
    let body = serde_json::json!({ "name": "admin", "password": PASSWORD });
    let answer = reqwest::Client::new().post(url).json(&body).send().await;
    assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
    child.kill().await.expect("ends");
}

#[tokio::test]
async fn a_start_without_the_pages_files_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let env = [("LEPTOS_SITE_ROOT", "nowhere"), ("RUST_LOG", "")];
    let mut child = pulseboard(folder.path(), &env).spawn().expect("runs");
    let mut log = BufReader::new(child.stderr.take().expect("a log")).lines();
    let said = async {
        loop {
            let line = log.next_line().await.expect("reads").expect("a line");
            if line.contains("nowhere") {
                return line;
            }
        }
    };
    let said = in_time("a word about the files", said).await;
    assert!(said.contains("LEPTOS_SITE_ROOT"), "{said}");
    child.kill().await.expect("ends");
}

/// The log stands on a disk that is full.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_log_that_cannot_be_written_stops_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let full = std::fs::File::options().write(true).open("/dev/full");
    let mut command = pulseboard(folder.path(), &[("RUST_LOG", "debug")]);
    command.stderr(full.expect("a device that is always full"));
    let mut child = command.spawn().expect("runs");
    let mut said = lines(&mut child);
    let listens = line(&mut said).await;
    let url = listens.strip_prefix("Pulseboard listens on ");
    let ready = format!("{}/health/ready", url.expect("an address"));
    until("ready", async || {
        match reqwest::get(&ready).await.map(|answer| answer.status()) {
            Ok(StatusCode::OK) => Ok(()),
            other => Err(other),
        }
    })
    .await;
    child.kill().await.expect("ends");
}

/// Resident memory of a process in KiB: now (`VmRSS`), or at its peak (`VmHWM`).
#[cfg(target_os = "linux")]
fn memory_kib(pid: u32, which: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix(which));
    let digits = line
        .expect("memory")
        .trim_matches([':', ' ', '\t', 'k', 'B']);
    digits.parse().expect("a number")
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn sixty_wrong_passwords_at_once_take_the_memory_of_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = "[limits]\nsign_in_attempts_per_minute = 1000\n\
                sign_in_attempts_per_peer_per_minute = 1000\n";
    std::fs::write(folder.path().join("pulseboard.toml"), toml).expect("writes");
    let (mut child, url, client) = signed_in(folder.path()).await;
    let pid = child.id().expect("it runs");
    let before = ["VmHWM", "VmRSS"].map(|which| memory_kib(pid, which));
    let wrong = serde_json::json!({ "name": "admin", "password": "wrong" });
    let attempts = (0..60).map(|_| {
        let attempt = client.post(format!("{url}/api/session")).json(&wrong);
        attempt.send()
    });
    let answers = in_time("sixty answers", futures::future::join_all(attempts)).await;
    for answer in answers {
        let status = answer.expect("an answer").status();
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    let grown = |which, before| memory_kib(pid, which).saturating_sub(before);
    let peak = grown("VmHWM", before[0]);
    assert!(peak < 40 * 1024, "{peak} KiB more");
    // The buffer alone would be 19 MiB; what requests take stays with the allocator.
    until("memory that is given back", async || {
        match grown("VmRSS", before[1]) {
            0..12_288 => Ok(()),
            more => Err(more),
        }
    })
    .await;
    child.kill().await.expect("ends");
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

#[tokio::test]
async fn a_killed_server_leaves_the_data_free_and_another_data_folder_is_free() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut first, ..) = signed_in(folder.path()).await;
    let other = [
        ("PULSEBOARD_DATA_DIR", "other"),
        ("PULSEBOARD_ADMIN_PASSWORD", PASSWORD),
    ];
    let mut beside = pulseboard(folder.path(), &other).spawn().expect("runs");
    let listens = line(&mut lines(&mut beside)).await;
    assert!(listens.starts_with("Pulseboard listens on "), "{listens}");
    first.kill().await.expect("ends");
    signed_in(folder.path()).await;
}
