//! Sign-in with a provider of OpenID Connect, which the test runs.

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
use url::Url;

use crate::common::{Answer, PASSWORD, TestApp, TestClient, TestConfig};

type Query = BTreeMap<String, String>;

/// A provider on the loopback.
#[derive(Clone)]
struct Provider {
    issuer: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    key: CoreEdDsaPrivateSigningKey,
    /// How often it was asked for its keys.
    asked: usize,
    /// What stands in each token beside what every token has.
    person: Value,
    /// The sign-ins that people agreed to, by code.
    agreed: BTreeMap<String, Query>,
}

fn new_key() -> CoreEdDsaPrivateSigningKey {
    let pem = KeyPair::generate_for(&PKCS_ED25519)
        .expect("a key")
        .serialize_pem();
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, None).expect("reads")
}

impl Provider {
    async fn start() -> Provider {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("listens");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Inner {
            key: new_key(),
            asked: 0,
            person: json!({}),
            agreed: BTreeMap::new(),
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

    fn with<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.inner.lock().expect("no panic"))
    }

    /// A server that trusts it.
    async fn server(&self, rest: &str) -> TestApp {
        let toml = format!(
            "roles = ['ops']\n[oidc]\nname = 'Acme'\nissuer = '{}'\nclient_id = 'pulse'\n\
             client_secret = 'between us'\n{rest}",
            self.issuer
        );
        TestApp::start_with(TestConfig::toml(toml.leak())).await
    }

    /// A server that trusts it, and has an admin.
    async fn server_of_an_admin(&self, rest: &str) -> TestApp {
        let app = self.server(rest).await;
        app.user("admin", &["admin"]).await;
        app
    }

    /// A person agrees at the address to which a browser was sent: the code that it goes back with.
    fn agree(&self, asked: &Query, person: Value) -> String {
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
async fn begin(browser: &TestClient, next: &str) -> Query {
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

async fn come_back(browser: &TestClient, code: &str, state: &str) -> Answer {
    browser
        .get(&format!("/api/oidc/callback?code={code}&state={state}"))
        .await
}

/// The whole way of a person.
async fn sign_in(provider: &Provider, browser: &TestClient, person: Value) -> Answer {
    let asked = begin(browser, "/d/system").await;
    let code = provider.agree(&asked, person);
    come_back(browser, &code, &asked["state"]).await
}

fn person(subject: &str, name: &str, groups: &[&str]) -> Value {
    json!({ "sub": subject, "preferred_username": name, "groups": groups })
}

#[tokio::test]
async fn who_is_in_a_group_is_signed_in_with_its_roles_of_now() {
    let provider = Provider::start().await;
    let app = provider
        .server_of_an_admin("[oidc.roles]\nstaff = ['viewer', 'ops']\nowners = ['admin']")
        .await;
    let browser = app.client();
    let page = browser.get("/sign-in?next=/d/system").await.text;
    assert!(page.contains("Sign in with Acme"), "{page}");
    assert!(
        page.contains("href=\"/api/oidc?next=%2Fd%2Fsystem\""),
        "{page}"
    );
    let back = sign_in(&provider, &browser, person("1", "ada", &["staff", "other"])).await;
    assert_eq!(
        (back.status, back.header("location")),
        (StatusCode::SEE_OTHER, "/d/system")
    );
    let me = browser.get("/api/me").await.json;
    assert_eq!(
        me,
        json!({ "name": "ada", "roles": ["viewer", "ops"], "rights": ["annotate"], "admin": false })
    );
    // The same person under another name and in another group is the same user.
    sign_in(
        &provider,
        &browser,
        person("1", "ada lovelace", &["owners"]),
    )
    .await;
    let me = browser.get("/api/me").await.json;
    assert_eq!((&me["name"], &me["admin"]), (&json!("ada"), &json!(true)));
    // Who is in no group any more has no way in, and what they had stays as long as it lasts.
    let back = sign_in(&provider, &app.client(), person("1", "ada", &[])).await;
    assert_eq!(
        back.header("location"),
        "/sign-in?failed=no_role&next=%2Fd%2Fsystem"
    );
    let page = app.client().get(back.header("location")).await.text;
    assert!(page.contains("none of your groups"), "{page}");
    // The password that was made for the account is nobody's.
    let body = json!({ "name": "ada", "password": "" });
    assert_eq!(
        app.client().post("/api/session", &body).await.code(),
        "wrong_credentials"
    );
    assert_eq!(app.state.access.users().await.expect("users").len(), 2);
}

#[tokio::test]
async fn a_disabled_user_is_not_signed_in_by_a_provider() {
    let provider = Provider::start().await;
    let app = provider
        .server_of_an_admin("default_roles = ['viewer']")
        .await;
    let browser = app.client();
    let ada = || person("1", "ada", &[]);
    sign_in(&provider, &browser, ada()).await;
    let id = app.state.access.user("ada").await.expect("a user").id;
    let admin = app.signed_in("admin").await;
    let disabled = protocol::paths::admin_user_disabled(id);
    let set = async |disabled_now: bool| {
        let answer = admin
            .put(&disabled, &json!({ "disabled": disabled_now }))
            .await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{answer:?}");
    };
    set(true).await;
    let me = browser.get("/api/me").await;
    assert_eq!(me.status, StatusCode::UNAUTHORIZED);
    let back = sign_in(&provider, &browser, ada()).await;
    assert_eq!(
        back.header("location"),
        "/sign-in?failed=denied&next=%2Fd%2Fsystem"
    );
    let me = browser.get("/api/me").await;
    assert_eq!(me.status, StatusCode::UNAUTHORIZED);
    set(false).await;
    let back = sign_in(&provider, &browser, ada()).await;
    assert_eq!(back.header("location"), "/d/system");
}

#[tokio::test]
async fn an_account_of_the_same_name_is_somebody_else() {
    let provider = Provider::start().await;
    let app = provider.server("default_roles = ['admin']").await;
    app.user("Ada", &["viewer"]).await;
    let browser = app.client();
    for name in ["ada", "", "a\nb"] {
        let back = sign_in(&provider, &browser, person("1", name, &[])).await;
        assert_eq!(
            back.header("location"),
            "/sign-in?failed=no_name&next=%2Fd%2Fsystem",
            "{name}"
        );
    }
    assert_eq!(
        browser.get("/api/me").await.status,
        StatusCode::UNAUTHORIZED
    );
    let body = json!({ "name": "Ada", "password": PASSWORD });
    let me = app.client().post("/api/session", &body).await.json;
    assert_eq!(me["roles"], json!(["viewer"]));
}

#[tokio::test]
async fn an_answer_that_this_browser_did_not_ask_for_signs_nobody_in() {
    let provider = Provider::start().await;
    let app = provider
        .server_of_an_admin("default_roles = ['viewer']")
        .await;
    let denied = "/sign-in?failed=denied&next=%2Fd%2Fsystem";
    let ada = person("1", "ada", &[]);
    let (victim, attacker) = (app.client(), app.client());
    // A code of the attacker's in the victim's browser, which began nothing, or something else.
    let asked = begin(&attacker, "/d/system").await;
    let code = provider.agree(&asked, ada.clone());
    let back = come_back(&victim, &code, &asked["state"]).await;
    assert_eq!(back.header("location"), "/sign-in?failed=denied&next=%2F");
    let own = begin(&victim, "/d/system").await;
    let back = come_back(&victim, &code, &asked["state"]).await;
    assert_eq!(back.header("location"), denied);
    // The sign-in is used up by then.
    let code = provider.agree(&own, ada.clone());
    let back = come_back(&victim, &code, &own["state"]).await;
    assert_eq!(back.header("location"), "/sign-in?failed=denied&next=%2F");
    // A code works once.
    let asked = begin(&victim, "/d/system").await;
    let back = come_back(&victim, "code-of-nobody", &asked["state"]).await;
    assert_eq!(back.header("location"), denied);
    // The person said no.
    begin(&victim, "/d/system").await;
    let back = victim
        .get("/api/oidc/callback?error=access_denied&state=x")
        .await;
    assert_eq!(back.header("location"), denied);
    // Nobody is sent to another site.
    let asked = begin(&victim, "//evil.example").await;
    let code = provider.agree(&asked, ada);
    let back = come_back(&victim, &code, &asked["state"]).await;
    assert_eq!(back.header("location"), "/");
    assert_eq!(victim.get("/api/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_counts_only_as_signed_for_this_server_and_sign_in() {
    let provider = Provider::start().await;
    let app = provider
        .server_of_an_admin("default_roles = ['viewer']")
        .await;
    let browser = app.client();
    let check = async |claim: &str, value: Value| {
        let mut forged = person("1", "ada", &[]);
        forged[claim] = value;
        let back = sign_in(&provider, &browser, forged).await;
        let want = "/sign-in?failed=no_provider&next=%2Fd%2Fsystem";
        assert_eq!(back.header("location"), want, "{claim}");
    };
    check("nonce", json!("another")).await;
    check("aud", json!("another")).await;
    check("iss", json!("http://another.example")).await;
    check("exp", json!(1)).await;
    let before = provider.with(|inner| inner.asked);
    // Another key is not asked for more than once a minute.
    provider.with(|inner| inner.key = new_key());
    check("sub", json!("1")).await;
    check("sub", json!("1")).await;
    assert_eq!(provider.with(|inner| inner.asked), before);
    assert_eq!(
        browser.get("/api/me").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(app.state.access.users().await.expect("users").len(), 1);
}

#[tokio::test]
async fn the_first_user_of_a_server_is_an_admin() {
    let provider = Provider::start().await;
    let app = provider
        .server("default_roles = ['viewer']\n[oidc.roles]\nowners = ['admin']")
        .await;
    let browser = app.client();
    let way = "href=\"/api/oidc\"";
    assert!(browser.get("/sign-in").await.text.contains(way));
    // Somebody else would take the way of the one-time link.
    let back = sign_in(&provider, &browser, person("1", "eve", &[])).await;
    let want = "/sign-in?failed=no_role&next=%2Fd%2Fsystem";
    assert_eq!(back.header("location"), want);
    let back = sign_in(&provider, &browser, person("2", "ada", &["owners"])).await;
    assert_eq!(back.header("location"), "/d/system");
    let back = sign_in(&provider, &app.client(), person("1", "eve", &[])).await;
    assert_eq!(back.header("location"), "/d/system");
}

#[tokio::test]
async fn without_a_provider_there_is_no_way_to_one() {
    let app = TestApp::start().await;
    let browser = app.client();
    assert_eq!(browser.get("/api/oidc").await.code(), "not_found");
    assert_eq!(
        browser
            .get("/api/oidc/callback?code=1&state=2")
            .await
            .code(),
        "not_found"
    );
    assert!(!browser.get("/sign-in").await.text.contains("Sign in with"));
    // One that does not answer is said on the page, and named in the log.
    let toml = "[oidc]\nissuer = 'http://127.0.0.1:9'\nclient_id = 'pulse'";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    let back = app.client().get("/api/oidc").await;
    assert_eq!(
        back.header("location"),
        "/sign-in?failed=no_provider&next=%2F"
    );
}
