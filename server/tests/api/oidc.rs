//! Sign-in with a provider of OpenID Connect, which the test runs.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::common::{PASSWORD, TestApp, TestConfig};
use crate::provider::{Provider, begin, come_back, new_key, person, sign_in};

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
    let admin = app.signed_in("admin").await;
    let log = admin.get("/api/admin/audit").await.json;
    let entries = log["entries"].as_array().expect("entries").iter();
    let entries: Vec<_> = entries
        .filter(|entry| entry["object"] == "ada" && entry["what"] != "signed_in")
        .map(|entry| {
            (
                &entry["what"],
                &entry["who"]["name"],
                &entry["before"],
                &entry["after"],
            )
        })
        .collect();
    let (staff, owners) = (
        json!({ "roles": ["viewer", "ops"] }),
        json!({ "roles": ["admin"] }),
    );
    let (ada, none) = (json!("ada"), Value::Null);
    assert_eq!(
        entries,
        [
            (&json!("user_roles_set"), &ada, &staff, &owners),
            (&json!("user_added"), &ada, &none, &staff),
        ]
    );
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
async fn a_browser_that_leaves_before_it_is_signed_in_leaves_nothing_half_done() {
    let provider = Provider::start().await;
    let app = provider
        .server_of_an_admin("default_roles = ['viewer']")
        .await;
    let held = std::sync::Arc::new(crate::provider::Held::default());
    provider.with(|inner| inner.held = Some(held.clone()));
    let browser = app.client();
    let asked = begin(&browser, "/d/system").await;
    let code = provider.agree(&asked, person("1", "ada", &[]));
    tokio::select! {
        back = come_back(&browser, &code, &asked["state"]) => panic!("it waits: {back:?}"),
        () = held.asked.notified() => {}
    }
    // The connection goes with the browser.
    drop(browser);
    let has_ada = async || app.state.access.user("ada").await.is_ok();
    assert!(!has_ada().await);
    held.go_on.notify_one();
    let admin = app.signed_in("admin").await;
    crate::common::until("the account and its entries", async || {
        let log = admin.get("/api/admin/audit").await.json;
        let entries = log["entries"].as_array().expect("entries").iter();
        let of_ada =
            entries.filter(|entry| entry["object"] == "ada" || entry["who"]["name"] == "ada");
        let mut what: Vec<String> = of_ada.map(|entry| entry["what"].to_string()).collect();
        what.sort_unstable();
        let is_whole = what == ["\"signed_in\"", "\"user_added\""];
        is_whole.then_some(()).ok_or(log)
    })
    .await;
    assert!(has_ada().await);
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
