//! `/api/setup`: the one-time link of the first start.

use crate::common::{PASSWORD, TestApp, TestConfig, answer};
use reqwest::{Method, StatusCode};
use serde_json::json;

fn secret(app: &TestApp) -> String {
    let link = app.setup_link.as_deref().expect("a link");
    let secret = link
        .strip_prefix(&format!("{}/setup/", app.url))
        .expect("an address of this server");
    secret.to_owned()
}

#[tokio::test]
async fn the_link_makes_one_admin_and_signs_in() {
    let app = TestApp::start_with(TestConfig::default()).await;
    let secret = secret(&app);
    let client = app.client();
    let check = async |token: &str, name: &str, password: &str, status: u16, code: &str| {
        let body = json!({ "token": token, "name": name, "password": password });
        let answer = client.post("/api/setup", &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{body}"
        );
    };
    check("wrong", "ada", PASSWORD, 403, "link_invalid").await;
    check("", "ada", PASSWORD, 403, "link_invalid").await;
    check(&secret, "ada", "short", 422, "bad_password").await;
    check(&secret, "", PASSWORD, 422, "bad_name").await;
    check(&secret, "ada", PASSWORD, 200, "").await;
    let me = client.get("/api/me").await;
    assert_eq!(
        me.json,
        json!({ "name": "ada", "roles": ["admin"], "rights": protocol::Right::ALL, "admin": true })
    );
    check(&secret, "eve", PASSWORD, 403, "link_invalid").await;
}

#[tokio::test]
async fn two_at_once_make_one_admin() {
    let app = TestApp::start_with(TestConfig::default()).await;
    let secret = secret(&app);
    let attempt = async |name: &str| {
        let body = json!({ "token": secret, "name": name, "password": PASSWORD });
        app.client().post("/api/setup", &body).await.status
    };
    let (one, other) = tokio::join!(attempt("ada"), attempt("eve"));
    let won = [one, other]
        .iter()
        .filter(|status| **status == StatusCode::OK)
        .count();
    assert_eq!(won, 1, "{one} {other}");
}

#[tokio::test]
async fn a_start_makes_a_new_link_until_there_is_a_user() {
    let app = TestApp::start_with(TestConfig::default()).await;
    let old = secret(&app);
    let app = TestApp::start_in(app.stop().await, TestConfig::default()).await;
    let new = secret(&app);
    assert_ne!(old, new);
    let body = json!({ "token": old, "name": "ada", "password": PASSWORD });
    assert_eq!(
        app.client().post("/api/setup", &body).await.code(),
        "link_invalid"
    );
    app.user("ada", &["admin"]).await;
    let body = json!({ "token": new, "name": "eve", "password": PASSWORD });
    assert_eq!(
        app.client().post("/api/setup", &body).await.code(),
        "link_invalid"
    );
    let app = TestApp::start_in(app.stop().await, TestConfig::default()).await;
    assert_eq!(app.setup_link, None);
}

#[tokio::test]
async fn a_link_is_too_old_after_a_day() {
    let app = TestApp::start_with(TestConfig::default()).await;
    let access = &app.state.access;
    let here = std::net::IpAddr::from([127, 0, 0, 1]);
    let now_ms = 1_700_000_000_000;
    let link = access
        .new_setup_link(now_ms)
        .await
        .expect("the database")
        .expect("a link");
    let day = 24 * 3_600_000;
    let late = access
        .set_up(&link, "ada", PASSWORD.into(), here, now_ms + day)
        .await;
    assert!(late.is_err());
    let in_time = access
        .set_up(&link, "ada", PASSWORD.into(), here, now_ms + day - 1)
        .await;
    assert!(in_time.is_ok());
}

#[tokio::test]
async fn a_form_ends_on_a_page() {
    let app = TestApp::start_with(TestConfig::default()).await;
    let send = async |body: String| {
        let request = app.client().request(Method::POST, "/api/setup").body(body);
        let answer =
            answer(request.header("content-type", "application/x-www-form-urlencoded")).await;
        (answer.status.as_u16(), answer.header("location").to_owned())
    };
    let wrong = send("token=../x&name=ada&password=correct+horse".into()).await;
    assert_eq!(wrong, (303, "/setup/..%2Fx?failed=1&name=ada".into()));
    let right = send(format!(
        "token={}&name=ada&password=correct+horse",
        secret(&app)
    ))
    .await;
    assert_eq!(right, (303, "/".into()));
}

#[tokio::test]
async fn a_password_in_the_environment_makes_user_admin_once() {
    let config = |password| TestConfig {
        admin_password: Some(password),
        ..TestConfig::default()
    };
    let app = TestApp::start_with(config(PASSWORD)).await;
    assert_eq!(app.setup_link, None);
    app.signed_in("admin").await;
    // Another password later changes nothing.
    let app = TestApp::start_in(app.stop().await, config("another password")).await;
    app.signed_in("admin").await;
}

#[tokio::test]
async fn before_a_form_is_filled_in_the_page_says_whether_it_can_succeed() {
    let app = TestApp::start_with(TestConfig::default()).await;
    let page = async |path: &str, words: &str, has_form: bool| {
        let answer = app.client().get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.text.contains(words), "{path}: {}", answer.text);
        assert_eq!(answer.text.contains("<form"), has_form, "{path}");
    };
    let home = app.client().get("/").await;
    assert_eq!(home.header("location"), "/sign-in");
    page("/sign-in", "First admin: http", false).await;
    page("/setup/mistyped", "This link does not work", false).await;
    let link = format!("/setup/{}", secret(&app));
    page(&link, "Make the first admin", true).await;
    app.user("ada", &["admin"]).await;
    page("/sign-in", "Password", true).await;
    page(&link, "this server has an admin", false).await;
}
