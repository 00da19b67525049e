//! `/api/session`: sign in, sign out, cookies, limits, other sites.

use reqwest::{Method, StatusCode};
use serde_json::json;
use telemetry::testing::capture;

use crate::common::{PASSWORD, TestApp, TestClient, TestConfig, answer, given};

async fn form(client: &TestClient, path: &str, body: &'static str) -> crate::common::Answer {
    let request = client.request(Method::POST, path).body(body);
    answer(request.header("content-type", "application/x-www-form-urlencoded")).await
}

#[tokio::test]
async fn in_and_out() {
    let app = TestApp::start().await;
    let client = app.client();
    assert_eq!(client.get("/api/me").await.code(), "sign_in_first");

    let body = json!({ "name": "VIEWER", "password": PASSWORD });
    let signed_in = client.post("/api/session", &body).await;
    assert_eq!(signed_in.status, StatusCode::OK);
    assert_eq!(
        signed_in.json,
        json!({ "name": "viewer", "roles": ["viewer"], "rights": ["annotate"], "admin": false })
    );
    let cookie = signed_in.header("set-cookie");
    for part in [
        "pulseboard_session_",
        "HttpOnly",
        "SameSite=Lax",
        "Path=/",
        "Max-Age=1209600",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "{cookie}");
    assert_eq!(client.get("/api/me").await.json, signed_in.json);

    let mut changes = app.state.access.watch();
    changes.mark_unchanged();
    let signed_out = client.delete("/api/session").await;
    assert_eq!(signed_out.status, StatusCode::NO_CONTENT);
    assert!(
        signed_out.header("set-cookie").contains("Max-Age=0"),
        "{signed_out:?}"
    );
    assert!(changes.has_changed().expect("the server runs"));
    assert_eq!(client.get("/api/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_lives_in_the_database_and_its_secret_does_not() {
    let app = TestApp::start().await;
    let cookie = {
        let body = json!({ "name": "viewer", "password": PASSWORD });
        let answer = app.client().post("/api/session", &body).await;
        answer
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let app = TestApp::start_in(app.stop().await, TestConfig::default()).await;
    let again = app
        .client()
        .request(Method::GET, "/api/me")
        .header("cookie", &cookie);
    assert_eq!(answer(again).await.json["name"], "viewer");
    let forged = app
        .client()
        .request(Method::GET, "/api/me")
        .header("cookie", format!("{cookie}x"));
    assert_eq!(answer(forged).await.status, StatusCode::UNAUTHORIZED);

    let (_, secret) = cookie.split_once('=').expect("a cookie");
    let folder = app.stop().await;
    let file = std::fs::read(folder.path().join("data/pulseboard.db")).expect("the database");
    assert!(
        !file
            .windows(secret.len())
            .any(|window| window == secret.as_bytes())
    );
    assert!(
        !file
            .windows(PASSWORD.len())
            .any(|window| window == PASSWORD.as_bytes())
    );
}

#[tokio::test]
async fn still_says_what_became_of_a_principal() {
    let app = TestApp::start().await;
    let now_ms = server::clock::now_ms();
    let access = &app.state.access;
    let here = std::net::IpAddr::from([127, 0, 0, 1]);
    let session = access
        .sign_in(given("viewer", PASSWORD), here, now_ms)
        .await
        .expect("signs in");
    let viewer = session.principal;
    assert_eq!(access.still(&viewer).await.as_ref(), Some(&viewer));
    assert_eq!(access.still(&viewer).await.as_ref(), Some(&viewer));
    let other = access
        .sign_in(given("viewer", PASSWORD), here, now_ms)
        .await
        .expect("signs in");
    access.sign_out(&viewer).await.expect("signs out");
    assert_eq!(access.still(&viewer).await, None);
    assert_eq!(
        access.still(&other.principal).await.as_ref(),
        Some(&other.principal)
    );
}

#[tokio::test]
async fn sessions_end_idle_and_are_renewed_every_five_minutes() {
    const HOUR: i64 = 3_600_000;
    const RENEW: i64 = 300_000;
    let app = TestApp::start().await;
    let access = &app.state.access;
    let here = std::net::IpAddr::from([127, 0, 0, 1]);
    let begin = 1_700_000_000_000;
    let session = access
        .sign_in(given("viewer", PASSWORD), here, begin)
        .await
        .expect("signs in");
    let check = async |at: i64, expect: Option<bool>| {
        let resolved = access
            .resolve_session(&session.secret, at)
            .await
            .expect("the database");
        assert_eq!(resolved.map(|resolved| resolved.renewed), expect, "{at}");
    };
    check(begin, Some(false)).await;
    check(begin + RENEW - 1, Some(false)).await;
    check(begin + RENEW, Some(true)).await;
    check(begin + RENEW, Some(false)).await;
    // The clock goes back.
    check(begin, Some(false)).await;
    let end = begin + RENEW + 14 * 24 * HOUR;
    check(end, None).await;
    check(end - 1, Some(true)).await;
    check(end, Some(false)).await;
    check(end - 1 + 14 * 24 * HOUR, None).await;
}

#[tokio::test]
async fn wrong_is_wrong_in_the_same_words() {
    let app = TestApp::start().await;
    let client = app.client();
    let check = async |body: serde_json::Value, status: u16, code: &str| {
        let answer = client.post("/api/session", &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{body}"
        );
        answer.text
    };
    let nobody = check(
        json!({"name": "nobody", "password": PASSWORD}),
        401,
        "wrong_credentials",
    )
    .await;
    let wrong = check(
        json!({"name": "viewer", "password": "wrong"}),
        401,
        "wrong_credentials",
    )
    .await;
    assert_eq!(nobody, wrong);
    check(
        json!({"name": "viewer", "password": "x".repeat(5000)}),
        401,
        "wrong_credentials",
    )
    .await;
    check(json!({"name": "viewer"}), 422, "bad_field").await;
    check(json!({"name": 3, "password": "x"}), 422, "bad_field").await;
    check(
        json!({"name": "viewer", "password": "x", "role": "admin"}),
        422,
        "bad_field",
    )
    .await;
    let long = check(
        json!({"name": "x".repeat(2_000_000), "password": "x"}),
        413,
        "body_too_large",
    )
    .await;
    assert!(long.len() < 300, "{long}");
    let broken = client
        .request(Method::POST, "/api/session")
        .header("content-type", "application/json");
    assert_eq!(answer(broken.body("{")).await.code(), "bad_json");
    let text = client.request(Method::POST, "/api/session").body("x");
    assert_eq!(
        answer(text).await.status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
}

#[tokio::test]
async fn attempts_are_limited_and_told() {
    let toml = "[limits]\nsign_in_attempts_per_minute = 2\n";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    app.user("ada", &["viewer"]).await;
    let events = capture(&app.registry, &["auth.sign_in.stop"]).expect("captures");
    let client = app.client();
    let right = json!({ "name": "ada", "password": PASSWORD });
    let wrong = json!({ "name": "Ada", "password": "wrong" });
    for _ in 0..3 {
        assert_eq!(
            client.post("/api/session", &right).await.status,
            StatusCode::OK
        );
    }
    for _ in 0..2 {
        assert_eq!(
            client.post("/api/session", &wrong).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    let limited = client.post("/api/session", &right).await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u32 = limited.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait));
    let results: Vec<String> = events
        .take()
        .iter()
        .map(|event| event.metadata["result"].clone())
        .collect();
    assert_eq!(
        results,
        [
            "success", "success", "success", "failure", "failure", "limited"
        ]
    );
}

#[tokio::test]
async fn a_form_that_comes_too_often_is_not_called_wrong() {
    let app = TestApp::start_with(TestConfig::toml(
        "[limits]\nsign_in_attempts_per_minute = 1\n",
    ))
    .await;
    app.user("viewer", &["viewer"]).await;
    let client = app.client();
    let wrong = form(&client, "/api/session", "name=viewer&password=wrong").await;
    assert_eq!(wrong.header("location"), "/sign-in?failed=1&name=viewer");
    let right = "name=viewer&password=correct+horse";
    let limited = form(&client, "/api/session", right).await;
    let page = limited.header("location");
    assert_eq!(page, "/sign-in?failed=later&name=viewer");
    let page = client.get(page).await.text;
    assert!(page.contains("There were too many attempts"), "{page}");
}

#[tokio::test]
async fn a_form_is_answered_with_a_page() {
    let app = TestApp::start().await;
    let check = async |path: &str, body: &'static str, to: &str| {
        let answer = form(&app.client(), path, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, to),
            "{path}"
        );
        assert_eq!(
            answer.header("set-cookie").is_empty(),
            to.contains("failed"),
            "{path}"
        );
    };
    let right = "name=viewer&password=correct+horse";
    check("/api/session", right, "/").await;
    check("/api/session?next=/x%3Fy=1", right, "/x?y=1").await;
    check("/api/session?next=//evil.example", right, "/").await;
    check("/api/session?next=https://evil.example", right, "/").await;
    check(
        "/api/session",
        "name=viewer&password=wrong",
        "/sign-in?failed=1&name=viewer",
    )
    .await;
    check(
        "/api/session?next=/x",
        "name=x+y&password=wrong",
        "/sign-in?failed=1&name=x%20y&next=%2Fx",
    )
    .await;
    let broken = form(&app.client(), "/api/session", "name=viewer").await;
    assert!(
        broken.status.is_client_error() && broken.code() == "bad_form",
        "{broken:?}"
    );
}

#[tokio::test]
async fn another_site_cannot_act_for_somebody() {
    let app = TestApp::start().await;
    let client = app.signed_in("viewer").await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "http://evil.example"),
    ] {
        let request = client
            .request(Method::DELETE, "/api/session")
            .header(name, value);
        assert_eq!(answer(request).await.code(), "cross_site");
    }
    let own = client
        .request(Method::DELETE, "/api/session")
        .header("origin", &app.url);
    assert_eq!(answer(own).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn https_makes_the_cookie_secure() {
    let toml = "trust_proxy = true";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    app.user("ada", &["viewer"]).await;
    let body = json!({ "name": "ada", "password": PASSWORD });
    let request = app
        .client()
        .request(Method::POST, "/api/session")
        .json(&body);
    let cookie = answer(request.header("x-forwarded-proto", "https")).await;
    assert!(
        cookie.header("set-cookie").ends_with("; Secure"),
        "{cookie:?}"
    );
    let name = cookie.header("set-cookie");
    assert!(name.starts_with("__Host-pulseboard_session_"), "{name}");
    let hsts = cookie.header("strict-transport-security");
    assert_eq!(hsts, "max-age=31536000");
    // What was set without https counts for nothing over https.
    let (name, value) = name.split_once('=').expect("a cookie");
    let secret = value.split(';').next().expect("a secret");
    let me = async |name: &str| {
        let request = app.client().request(Method::GET, "/api/me");
        let request = request.header("x-forwarded-proto", "https");
        answer(request.header("cookie", format!("{name}={secret}"))).await
    };
    assert_eq!(me(name).await.status, StatusCode::OK);
    let plain = name.trim_start_matches("__Host-");
    assert_eq!(me(plain).await.status, StatusCode::UNAUTHORIZED);
    let plain = app.client().get("/api/me").await;
    assert_eq!(plain.header("strict-transport-security"), "");
}
