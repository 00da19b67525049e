//! A real server on a free port of the loopback, with a data folder and a registry of its own.

use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use leptos::config::LeptosOptions;
use protocol::role::{ADMIN, VIEWER};
use protocol::{NewToken, Scope, SignIn, TokenCreated};
use reqwest::{Client, Method, RequestBuilder, StatusCode, redirect};
use serde_json::{Value, json};
use server::access::Actor;
use server::config::{Config, Settings};
use server::state::AppState;
use server::supervise::{RunError, Server};
use telemetry::Registry;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Long enough for a slow machine; reached only when something hangs.
pub const HANGS: Duration = Duration::from_secs(30);

/// What is awaited. After [`HANGS`] the test fails, and says what it waited for.
pub async fn in_time<F: Future>(what: &str, awaited: F) -> F::Output {
    let ended = tokio::time::timeout(HANGS, awaited).await;
    ended.unwrap_or_else(|_| panic!("{what}: not within {HANGS:?}"))
}

/// Asks again and again until something is there. After [`HANGS`] the test fails, and says what
/// it waited for and what was there instead.
pub async fn until<T, E: Debug>(what: &str, mut ask: impl AsyncFnMut() -> Result<T, E>) -> T {
    let begun = tokio::time::Instant::now();
    loop {
        match ask().await {
            Ok(found) => return found,
            Err(instead) => assert!(
                begun.elapsed() < HANGS,
                "{what}: not within {HANGS:?}, but {instead:?}"
            ),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The password of every user that a test makes.
pub const PASSWORD: &str = "correct horse";

/// What somebody types to sign in.
pub fn given(name: &str, password: &str) -> SignIn {
    SignIn {
        name: name.to_owned(),
        password: password.to_owned(),
        code: String::new(),
    }
}

/// A running server. It ends with the test.
pub struct TestApp {
    pub url: String,
    pub state: AppState,
    pub registry: Arc<Registry>,
    pub setup_link: Option<String>,
    pub folder: TempDir,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), RunError>>,
}

/// How a test wants its server.
#[derive(Default)]
pub struct TestConfig {
    /// The text of `pulseboard.toml`.
    pub toml: &'static str,
    /// `admin_password`.
    pub admin_password: Option<&'static str>,
}

impl TestConfig {
    /// With this `pulseboard.toml`.
    pub const fn toml(toml: &'static str) -> TestConfig {
        TestConfig {
            toml,
            admin_password: None,
        }
    }
}

impl TestApp {
    /// With users `admin` and `viewer`.
    pub async fn start() -> TestApp {
        let app = TestApp::start_with(TestConfig::default()).await;
        app.user(ADMIN, &[ADMIN]).await;
        app.user(VIEWER, &[VIEWER]).await;
        app
    }

    /// Without users.
    pub async fn start_with(config: TestConfig) -> TestApp {
        TestApp::start_in(tempfile::tempdir().expect("a folder"), config).await
    }

    /// On the data that another server left.
    pub async fn start_in(folder: TempDir, config: TestConfig) -> TestApp {
        let file = folder.path().join("pulseboard.toml");
        std::fs::write(&file, config.toml).expect("writes");
        let site = folder.path().join("site");
        make_site(&site);
        let config = Config::load(Settings {
            file: Some(file),
            addr: Some("127.0.0.1:0".to_owned()),
            data_dir: Some(folder.path().join("data")),
            admin_password: config.admin_password.map(str::to_owned),
            ..Settings::default()
        })
        .expect("holds");
        let options = LeptosOptions::builder()
            .output_name("pulseboard")
            .site_root(site.to_string_lossy().into_owned())
            .build();
        let registry = Arc::new(Registry::new());
        let server = Server::start(config, registry.clone(), options)
            .await
            .expect("starts");
        let (stop, stopped) = oneshot::channel();
        let (url, state, setup_link) = (server.url(), server.state().clone(), server.setup_link());
        let running = tokio::spawn(server.run(async {
            // A dropped sender stops it too.
            let _ = stopped.await;
        }));
        TestApp {
            url,
            state,
            registry,
            setup_link,
            folder,
            stop,
            running,
        }
    }

    /// Ends the server as a signal would, and gives back its folder.
    pub async fn stop(self) -> TempDir {
        drop(self.stop);
        self.running.await.expect("no panic").expect("no fault");
        self.folder
    }

    /// Makes a user with [`PASSWORD`].
    pub async fn user(&self, name: &str, roles: &[&str]) -> i64 {
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        let access = &self.state.access;
        access
            .add_user(name, PASSWORD.to_owned(), &roles, server::clock::now_ms())
            .await
            .expect("a new user")
    }

    /// Makes a token.
    pub async fn token(&self, scopes: &[Scope]) -> TokenCreated {
        self.token_of(None, scopes).await
    }

    /// Makes a token that belongs to this user.
    pub async fn token_of(&self, owner: Option<&str>, scopes: &[Scope]) -> TokenCreated {
        let access = &self.state.access;
        let owner = match owner {
            None => None,
            Some(name) => Some(access.owner(name).await.expect("a user")),
        };
        let new = NewToken {
            name: "a program".into(),
            description: String::new(),
            scopes: scopes.to_vec(),
            expires_ms: None,
            owner: None,
        };
        let (actor, now_ms) = (Actor::command_line(), server::clock::now_ms());
        let made = access.add_token(&actor, owner.as_ref(), &new, now_ms);
        made.await.expect("a token")
    }

    /// A browser that nobody signed in with: keeps cookies, follows no redirect.
    pub fn client(&self) -> TestClient {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none());
        TestClient {
            url: self.url.clone(),
            bearer: None,
            client: client.build().expect("a client"),
        }
    }

    /// A browser that this user signed in with.
    pub async fn signed_in(&self, name: &str) -> TestClient {
        let client = self.client();
        let body = json!({ "name": name, "password": PASSWORD });
        let answer = client.post("/api/session", &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        client
    }

    /// A program with this secret.
    pub fn program(&self, secret: &str) -> TestClient {
        TestClient {
            bearer: Some(secret.to_owned()),
            ..self.client()
        }
    }
}

fn make_site(site: &Path) {
    std::fs::create_dir_all(site.join("pkg")).expect("makes");
    std::fs::write(site.join("favicon.ico"), b"icon").expect("writes");
    std::fs::write(site.join("pkg/pulseboard.js"), b"plain").expect("writes");
    std::fs::write(site.join("pkg/pulseboard.js.br"), b"brotli").expect("writes");
}

/// Asks a server.
pub struct TestClient {
    url: String,
    bearer: Option<String>,
    client: Client,
}

/// What a server answered. The body is `Null` when it is no JSON.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    pub json: Value,
}

impl TestClient {
    /// Any request, for what the shorter ones cannot say.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        match &self.bearer {
            Some(secret) => request.bearer_auth(secret),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        answer(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        answer(self.request(Method::POST, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        answer(self.request(Method::PUT, path).json(body)).await
    }
}

/// Sends and reads to the end, for as long as [`HANGS`]: what should have been an error may be a
/// stream.
pub async fn answer(request: RequestBuilder) -> Answer {
    let request = request.timeout(HANGS);
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.expect("a body");
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer {
        status,
        headers,
        text,
        json,
    }
}

impl Answer {
    /// `error.code`.
    pub fn code(&self) -> &str {
        self.json["error"]["code"].as_str().unwrap_or_default()
    }

    /// A header as text, empty without it.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}
