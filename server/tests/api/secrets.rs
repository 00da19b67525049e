//! Secrets stand in no log, no error and no answer but the one that hands them out.

use std::path::Path;
use std::process::Stdio;

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

use crate::common::{Answer, answer, in_time};

const PASSWORDS: [&str; 4] = [
    "first-pass-Qx7",
    "second-pass-Qx8",
    "third-pass-Qx9",
    "wrong-pass-Qx0",
];
const FORGED: &str = "pb_forged-secret-Zq3";
/// A password of the wrong type.
const NUMBER: u64 = 98_765_432_101;

/// Asks, and keeps every byte of the answers that hand out nothing.
struct Asker {
    client: Client,
    url: String,
    heard: String,
}

impl Asker {
    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        with: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        for (name, value) in with {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = match body.as_str() {
                Some(text) => request.body(text.to_owned()),
                None => request.json(&body),
            };
        }
        let answer = answer(request).await;
        let hands_out =
            answer.headers.contains_key("set-cookie") || !answer.json["secret"].is_null();
        if !hands_out {
            self.heard += &format!("{path} {:?}\n{}\n", answer.headers, answer.text);
        }
        answer
    }
}

/// The binary with everything logged that anybody logs.
fn pulseboard(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pulseboard"));
    command
        .env_clear()
        .env("PULSEBOARD_ADDR", "127.0.0.1:0")
        .env("RUST_LOG", "trace")
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

#[tokio::test]
async fn secrets_stand_in_no_log_and_in_no_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = pulseboard(folder.path()).spawn().expect("runs");
    let mut log = child.stderr.take().expect("a log");
    let logged = tokio::spawn(async move {
        let mut bytes = Vec::new();
        log.read_to_end(&mut bytes).await.map(|_| bytes)
    });
    let mut said = BufReader::new(child.stdout.take().expect("an output")).lines();
    let mut line = async || {
        let line = in_time("a line", said.next_line()).await;
        line.expect("reads").expect("a line")
    };
    let listens = line().await;
    let url = listens
        .strip_prefix("Pulseboard listens on ")
        .expect("an address");
    let link = line().await;
    let setup = link.rsplit('/').next().expect("a secret").to_owned();
    let mut asker = Asker {
        client: Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client"),
        url: url.to_owned(),
        heard: String::new(),
    };
    let [first, second, third, wrong] = PASSWORDS;
    let none = Value::Null;

    // The set-up, with a wrong link and the right one; bodies that cannot be read.
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for body in [
        json!({ "token": FORGED, "name": "ada", "password": wrong }),
        json!({ "token": setup, "name": "", "password": first }),
        json!({ "token": setup, "name": "ada", "password": NUMBER }),
        json!({ "token": NUMBER, "name": "ada", "password": first }),
        json!({ "token": [FORGED], "name": "ada", "password": [wrong] }),
    ] {
        let answer = asker.ask(Method::POST, "/api/setup", &[], body).await;
        assert!(answer.status.is_client_error(), "{answer:?}");
    }
    let garbled = format!("name=ada&password={wrong}&token={FORGED}&x=%");
    asker
        .ask(Method::POST, "/api/setup", &form, garbled.into())
        .await;
    let body = json!({ "token": setup, "name": "ada", "password": first });
    let made = asker.ask(Method::POST, "/api/setup", &[], body).await;
    assert_eq!(made.status, StatusCode::OK);

    // Signing in, right and wrong, as script and as form.
    let body = json!({ "name": "ada", "password": wrong });
    asker.ask(Method::POST, "/api/session", &[], body).await;
    for body in [
        json!({ "name": "ada", "password": NUMBER }),
        json!({ "password": first }),
        json!({ "name": "ada", "password": first, "code": NUMBER }),
    ] {
        let answer = asker.ask(Method::POST, "/api/session", &[], body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let text = format!("name=ada&password={wrong}");
    asker
        .ask(Method::POST, "/api/session", &form, text.into())
        .await;
    let body = json!({ "name": "ada", "password": first });
    let signed_in = asker.ask(Method::POST, "/api/session", &[], body).await;
    let cookies = signed_in.headers.get_all("set-cookie").iter();
    let cookies: Vec<String> = cookies
        .map(|cookie| cookie.to_str().expect("text"))
        .filter_map(|cookie| cookie.split(';').next())
        .map(str::to_owned)
        .collect();
    let jar = cookies.join("; ");
    let own = [("cookie", jar.as_str())];

    // A token: made, used, forged, in the wrong place.
    let body = json!({ "name": "billing", "scopes": ["ingest"] });
    let token = asker
        .ask(Method::POST, "/api/admin/tokens", &own, body)
        .await;
    let token = token.json["secret"].as_str().expect("a secret").to_owned();
    let bearer = format!("Bearer {token}");
    let event = json!({ "event": "http.request.stop", "measurements": { "duration": 0.1 } });
    let right = [("authorization", bearer.as_str())];
    asker
        .ask(Method::POST, "/api/events", &right, event.clone())
        .await;
    asker
        .ask(Method::GET, "/api/me", &right, none.clone())
        .await;
    let forged = format!("Bearer {FORGED}");
    let forged = [("authorization", forged.as_str())];
    asker.ask(Method::POST, "/api/events", &forged, event).await;

    // Users, their passwords, pages, a stream, and what does not exist.
    let body = json!({ "name": "bob", "password": second, "roles": ["viewer"] });
    let bob = asker
        .ask(Method::POST, "/api/admin/users", &own, body)
        .await;
    let id = &bob.json["id"];
    let reset = format!("/api/admin/users/{id}/password");
    for body in [json!({ "password": third }), json!({ "password": NUMBER })] {
        asker.ask(Method::PUT, &reset, &own, body).await;
    }
    let body = json!({ "current": NUMBER, "new": third });
    asker.ask(Method::PUT, "/api/me/password", &own, body).await;
    for path in [
        "/",
        "/api/me",
        "/api/admin/tokens",
        "/api/stream?once=1",
        "/nothing",
    ] {
        asker.ask(Method::GET, path, &own, none.clone()).await;
    }
    let body = json!({ "current": first, "new": second });
    let changed = asker.ask(Method::PUT, "/api/me/password", &own, body).await;
    let next = changed
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie");
    let own = [("cookie", next)];
    let left = asker
        .ask(Method::DELETE, "/api/session", &own, none.clone())
        .await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);

    let pid = child.id().expect("it runs").to_string();
    let sent = Command::new("kill").args(["-TERM", &pid]).status().await;
    assert!(sent.expect("kill").success());
    let status = in_time("the end", child.wait()).await.expect("ends");
    assert_eq!(status.code(), Some(0));
    let log = logged.await.expect("no panic").expect("reads");
    let log = String::from_utf8_lossy(&log);
    // It is the log of all that: the libraries below speak in it too.
    assert!(
        log.contains("TRACE") && log.contains("sqlx::query"),
        "{}",
        log.len()
    );

    let value = |cookie: &String| cookie.split_once('=').expect("a cookie").1.to_owned();
    let issued = cookies
        .iter()
        .map(value)
        .chain([value(&next.to_owned()), token, setup]);
    let typed = PASSWORDS.iter().map(|password| (*password).to_owned());
    let typed = typed.chain([FORGED.to_owned(), NUMBER.to_string()]);
    for secret in issued.chain(typed) {
        assert!(secret.len() >= 11, "{secret}");
        for (what, text) in [("the log", &*log), ("an answer", &asker.heard)] {
            if let Some(at) = text.find(&secret) {
                let from = text[..at].rfind('\n').map_or(0, |end| end + 1);
                let to = text[at..].find('\n').map_or(text.len(), |end| at + end);
                panic!("{what} holds {secret}: {}", &text[from..to]);
            }
        }
    }
}
