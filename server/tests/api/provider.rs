//! A provider of OpenID Connect, which tests of sign-in run on the loopback.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode as Status};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::PrivateSigningKey;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use rcgen::{KeyPair, PKCS_ED25519};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use url::Url;

use crate::common::{Answer, TestApp, TestClient, TestConfig};

pub type Query = BTreeMap<String, String>;

/// A provider on the loopback.
#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    inner: Arc<Mutex<Inner>>,
}

pub struct Inner {
    pub key: CoreEdDsaPrivateSigningKey,
    /// How often it was asked for its keys.
    pub asked: usize,
    /// What stands in each token beside what every token has.
    pub person: Value,
    /// The sign-ins that people agreed to, by code.
    pub agreed: BTreeMap<String, Query>,
    /// While there is one, answers wait for it, after it said that somebody asked.
    pub held: Option<Arc<Held>>,
}

/// Holds the provider's answers back.
#[derive(Default)]
pub struct Held {
    pub asked: Notify,
    pub go_on: Notify,
}

pub fn new_key() -> CoreEdDsaPrivateSigningKey {
    let pem = KeyPair::generate_for(&PKCS_ED25519)
        .expect("a key")
        .serialize_pem();
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, None).expect("reads")
}

impl Provider {
    pub async fn start() -> Provider {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("listens");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Inner {
            key: new_key(),
            asked: 0,
            person: json!({}),
            agreed: BTreeMap::new(),
            held: None,
        };
        let provider = Provider {
            issuer,
            inner: Arc::new(Mutex::new(inner)),
        };
        let router = axum::Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub fn with<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.inner.lock().expect("no panic"))
    }

    /// A server that trusts it.
    pub async fn server(&self, rest: &str) -> TestApp {
        let toml = format!(
            "roles = ['ops']\n[oidc]\nname = 'Acme'\nissuer = '{}'\nclient_id = 'pulse'\n\
             client_secret = 'between us'\n{rest}",
            self.issuer
        );
        TestApp::start_with(TestConfig::toml(toml.leak())).await
    }

    /// A server that trusts it, and has an admin.
    pub async fn server_of_an_admin(&self, rest: &str) -> TestApp {
        let app = self.server(rest).await;
        app.user("admin", &["admin"]).await;
        app
    }

    /// A person agrees at the address to which a browser was sent: the code that it goes back with.
    pub fn agree(&self, asked: &Query, person: Value) -> String {
        self.with(|inner| {
            let code = format!("code-{}", inner.agreed.len());
            inner.agreed.insert(code.clone(), asked.clone());
            inner.person = person;
            code
        })
    }
}

async fn describe(State(provider): State<Provider>) -> axum::Json<Value> {
    let issuer = &provider.issuer;
    axum::Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

async fn keys(State(provider): State<Provider>) -> axum::Json<Value> {
    provider.with(|inner| {
        inner.asked += 1;
        axum::Json(json!({ "keys": [inner.key.as_verification_key()] }))
    })
}

/// Checks what a provider has to: client, code, where it was sent from, and the proof of who began.
async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<Query>,
) -> (Status, axum::Json<Value>) {
    let no = || {
        (
            Status::BAD_REQUEST,
            axum::Json(json!({ "error": "invalid_grant" })),
        )
    };
    if let Some(held) = provider.with(|inner| inner.held.clone()) {
        held.asked.notify_one();
        held.go_on.notified().await;
    }
    let client = format!("Basic {}", STANDARD.encode("pulse:between+us"));
    if headers
        .get("authorization")
        .is_none_or(|given| *given != *client)
    {
        return (
            Status::UNAUTHORIZED,
            axum::Json(json!({ "error": "invalid_client" })),
        );
    }
    let asked = form
        .get("code")
        .and_then(|code| provider.with(|inner| inner.agreed.remove(code)));
    let (Some(asked), Some(verifier)) = (asked, form.get("code_verifier")) else {
        return no();
    };
    let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    if asked["code_challenge"] != proof || form.get("redirect_uri") != asked.get("redirect_uri") {
        return no();
    }
    let now_s = server::clock::now_ms() / 1_000;
    let mut claims = json!({
        "iss": provider.issuer, "aud": "pulse", "nonce": asked["nonce"],
        "iat": now_s, "exp": now_s + 60,
    });
    let id_token = provider.with(|inner| {
        for (key, value) in inner.person.as_object().expect("claims") {
            claims[key] = value.clone();
        }
        let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let text = format!("{}.{}", part(json!({ "alg": "EdDSA" })), part(claims));
        let signed = inner
            .key
            .sign(&CoreJwsSigningAlgorithm::EdDsa, text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signed.expect("signs")))
    });
    let answer = json!({ "access_token": "a", "token_type": "Bearer", "id_token": id_token });
    (Status::OK, axum::Json(answer))
}

/// Where the browser is sent to at the provider.
pub async fn begin(browser: &TestClient, next: &str) -> Query {
    let sent = browser.get(&format!("/api/oidc?next={next}")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{sent:?}");
    let url = Url::parse(sent.header("location")).expect("an address");
    assert_eq!(url.path(), "/authorize");
    let asked: Query = url.query_pairs().into_owned().collect();
    assert_eq!(
        (&*asked["client_id"], &*asked["code_challenge_method"]),
        ("pulse", "S256")
    );
    assert_eq!(asked["scope"], "openid profile");
    asked
}

pub async fn come_back(browser: &TestClient, code: &str, state: &str) -> Answer {
    browser
        .get(&format!("/api/oidc/callback?code={code}&state={state}"))
        .await
}

/// The whole way of a person.
pub async fn sign_in(provider: &Provider, browser: &TestClient, person: Value) -> Answer {
    let asked = begin(browser, "/d/system").await;
    let code = provider.agree(&asked, person);
    come_back(browser, &code, &asked["state"]).await
}

pub fn person(subject: &str, name: &str, groups: &[&str]) -> Value {
    json!({ "sub": subject, "preferred_username": name, "groups": groups })
}
