//! Signing in behind proxies, with several instances, and against guessing.

use std::net::IpAddr;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, SaltString};
use reqwest::{Client, Method, StatusCode};
use serde_json::json;

use crate::common::{Answer, PASSWORD, TestApp, TestClient, TestConfig, answer, given};

async fn behind_a_proxy(limits: &'static str) -> TestApp {
    let app = TestApp::start_with(TestConfig::toml(limits)).await;
    app.user("ada", &["viewer"]).await;
    app
}

/// An attempt that comes from this address, as the proxy writes it.
async fn attempt(client: &TestClient, from: &str, name: &str, password: &str) -> Answer {
    let body = json!({ "name": name, "password": password });
    let request = client.request(Method::POST, "/api/session").json(&body);
    answer(request.header("x-forwarded-for", from)).await
}

#[tokio::test]
async fn a_next_with_a_tab_leads_to_the_start_from_page_and_form() {
    let app = TestApp::start().await;
    for next in ["/%09/evil.example/x", "//evil.example", "/%5Cevil.example"] {
        let page = app.client().get(&format!("/sign-in?next={next}")).await;
        assert!(
            page.text.contains("data-next=\"/\""),
            "{next}: {}",
            page.text
        );
        assert!(page.text.contains("action=\"/api/session\""), "{next}");
        assert!(!page.text.contains("evil"), "{next}");
        let form = app
            .client()
            .request(Method::POST, &format!("/api/session?next={next}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("name=viewer&password=correct+horse");
        let answer = answer(form).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, "/"),
            "{next}"
        );
    }
    let good = app.client().get("/sign-in?next=%2Fd%2Fx%3Fy%3D1").await;
    assert!(
        good.text.contains("data-next=\"/d/x?y=1\""),
        "{}",
        good.text
    );
    assert!(
        good.text
            .contains("action=\"/api/session?next=%2Fd%2Fx%3Fy%3D1\"")
    );
}

#[tokio::test]
async fn behind_nginx_as_it_comes_people_sign_in() {
    let app = TestApp::start().await;
    let body = json!({ "name": "viewer", "password": PASSWORD });
    let check = async |site: Option<&str>, origin: &str, status: u16| {
        let mut request = app
            .client()
            .request(Method::POST, "/api/session")
            .json(&body)
            .header("origin", origin);
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        let answer = answer(request).await;
        assert_eq!(answer.status.as_u16(), status, "{site:?} {origin}");
    };
    check(Some("same-origin"), "https://pulse.example", 200).await;
    check(Some("none"), "null", 200).await;
    check(Some("cross-site"), "https://pulse.example", 403).await;
    check(None, "https://pulse.example", 403).await;
    check(None, &app.url.to_uppercase().replace("HTTP", "http"), 200).await;
}

#[tokio::test]
async fn a_proxys_own_basic_sign_in_leaves_the_cookie() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let check = async |authorization: &str, status: u16| {
        for path in ["/api/me", "/", "/nothing.txt"] {
            let request = viewer.request(Method::GET, path);
            let answer = answer(request.header("authorization", authorization)).await;
            let found = match answer.status.as_u16() {
                // Pages lead to the sign-in page.
                303 => 401,
                404 => 200,
                status => status,
            };
            assert_eq!(found, status, "{authorization} {path}");
        }
    };
    check("Basic eDp5", 200).await;
    check("Negotiate x", 200).await;
    check("", 200).await;
    check("Bearer pb_forged", 401).await;
    check("bearer", 401).await;
}

#[tokio::test]
async fn two_instances_on_one_host_do_not_sign_each_other_out() {
    let (one, other) = (TestApp::start().await, TestApp::start().await);
    let browser = Client::builder().cookie_store(true).build();
    let browser = browser.expect("a client");
    let body = json!({ "name": "viewer", "password": PASSWORD });
    for app in [&one, &other] {
        let sign_in = browser.post(format!("{}/api/session", app.url)).json(&body);
        assert_eq!(answer(sign_in).await.status, StatusCode::OK);
    }
    for app in [&one, &other] {
        let me = browser.get(format!("{}/api/me", app.url));
        assert_eq!(answer(me).await.status, StatusCode::OK);
    }
    let out = browser.delete(format!("{}/api/session", one.url));
    assert_eq!(answer(out).await.status, StatusCode::NO_CONTENT);
    let me = browser.get(format!("{}/api/me", other.url));
    assert_eq!(answer(me).await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_cookie_of_the_name_is_tried() {
    let app = TestApp::start().await;
    let body = json!({ "name": "viewer", "password": PASSWORD });
    let signed_in = app.client().post("/api/session", &body).await;
    let cookie = signed_in.header("set-cookie");
    let (name, secret) = cookie.split_once('=').expect("a cookie");
    let secret = secret.split(';').next().expect("a secret");
    let check = async |cookies: String, status: StatusCode| {
        let request = app.client().request(Method::GET, "/api/me");
        let answer = answer(request.header("cookie", &cookies)).await;
        assert_eq!(answer.status, status, "{cookies}");
        answer.header("set-cookie").to_owned()
    };
    check(format!("{name}=x; {name}={secret}"), StatusCode::OK).await;
    check(format!("{name}=x; {name}=y"), StatusCode::UNAUTHORIZED).await;
    // A browser that signed in before an update stays in, and goes over to the name of today.
    let former = format!("pulseboard_session={secret}");
    let set = check(former, StatusCode::OK).await;
    assert!(set.starts_with(&format!("{name}={secret};")), "{set}");
}

#[tokio::test]
async fn an_ipv6_network_is_one_and_an_address_with_a_port_is_read() {
    let app =
        behind_a_proxy("trust_proxy = true\n[limits]\nsign_in_attempts_per_peer_per_minute = 3\n")
            .await;
    let client = app.client();
    for host in 1..=3 {
        let from = format!("2001:db8:1:2::{host}");
        let answer = attempt(&client, &from, "nobody", "wrong").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let more = attempt(&client, "2001:db8:1:2:ff::1", "ada", PASSWORD).await;
    assert_eq!(more.status, StatusCode::TOO_MANY_REQUESTS);
    for port in 51_234..51_237 {
        let from = format!("203.0.113.7:{port}");
        let answer = attempt(&client, &from, "nobody", "wrong").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let same = attempt(&client, "203.0.113.7:9", "ada", PASSWORD).await;
    assert_eq!(same.status, StatusCode::TOO_MANY_REQUESTS);
    let other = attempt(&client, "203.0.113.8:9", "ada", PASSWORD).await;
    assert_eq!(other.status, StatusCode::OK);
    // Whatever the proxy writes instead of an address is not everybody.
    for name in ["a", "b", "c", "d"] {
        let answer = attempt(&client, "unknown", name, "wrong").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let unknown = attempt(&client, "unknown", "ada", PASSWORD).await;
    assert_eq!(unknown.status, StatusCode::OK);
}

#[tokio::test]
async fn wrong_passwords_of_others_do_not_lock_somebody_out() {
    let app = behind_a_proxy("trust_proxy = true\n[limits]\nsign_in_attempts_per_minute = 2\n");
    let app = app.await;
    let (here, elsewhere) = ("203.0.113.7", "203.0.113.8");
    let known = app.client();
    let first = attempt(&known, here, "ada", PASSWORD).await;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(
        known.delete("/api/session").await.status,
        StatusCode::NO_CONTENT
    );
    let attacker = app.client();
    for _ in 0..2 {
        let wrong = attempt(&attacker, here, "Ada", "wrong").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    }
    let locked = attempt(&attacker, here, "ada", PASSWORD).await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    // From another address, and from the same one with a device that is trusted.
    let other = attempt(&app.client(), elsewhere, "ada", PASSWORD).await;
    assert_eq!(other.status, StatusCode::OK);
    let trusted = attempt(&known, here, "ada", PASSWORD).await;
    assert_eq!(trusted.status, StatusCode::OK, "{trusted:?}");
}

#[tokio::test]
async fn a_hash_of_bytes_opens_and_becomes_one_of_text() {
    let app = TestApp::start().await;
    let (nfc, nfd) = ("Zo\u{eb} und Jos\u{e9}", "Zoe\u{308} und Jose\u{301}");
    let roles = ["viewer".to_owned()];
    let access = &app.state.access;
    let id = access.add_user("zoe", nfc.into(), &roles, 0).await;
    let id = id.expect("a user");
    let here = IpAddr::from([127, 0, 0, 1]);
    let sign_in = async |password: &str| {
        let now_ms = server::clock::now_ms();
        let signed_in = access.sign_in(given("zoe", password), here, now_ms).await;
        signed_in.is_ok()
    };
    assert!(sign_in(nfc).await && sign_in(nfd).await);
    // As a version made it that hashed what was typed.
    let salt = SaltString::encode_b64(&[7; 16]).expect("a salt");
    let typed = Argon2::default().hash_password(nfd.as_bytes(), &salt);
    let typed = typed.expect("hashes").to_string();
    let stored = app.state.storage.set_password(id, &typed, None).await;
    assert!(stored.expect("the database"));
    assert!(!sign_in(nfc).await);
    assert!(sign_in(nfd).await);
    assert!(sign_in(nfc).await);
}
