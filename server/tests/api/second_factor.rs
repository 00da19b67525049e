//! The second factor: enrolment, signing in with it, recovery, and taking it away.

use crate::common::{Answer, PASSWORD, TestApp, TestClient, TestConfig, answer, given};
use protocol::{Enrolment, RecoveryCodes, SecondFactor, paths};
use reqwest::{Method, StatusCode};
use serde_json::json;
use totp_rs::{Algorithm, Builder, Secret, Totp};

fn app_with(secret: &str) -> Totp {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_secret(Secret::try_from_base32(secret).expect("base32"))
        .build()
        .expect("an app")
}

fn code_at(app: &Totp, now_ms: i64) -> String {
    let now_s = u64::try_from(now_ms / 1_000).expect("a time");
    app.generate(now_s).to_string()
}

/// Switches the second factor of a user on, and answers the recovery codes.
pub async fn enrol(app: &TestApp, user_id: i64) -> Vec<String> {
    enrolled(app, user_id).await.1
}

async fn enrolled(app: &TestApp, user_id: i64) -> (Totp, Vec<String>) {
    let access = &app.state.access;
    let begun = access.begin_second_factor(user_id, "somebody").await;
    let authenticator = app_with(&begun.expect("an enrolment").secret);
    // A step before the present one, so that the present code is not used up.
    let now_ms = server::clock::now_ms();
    let code = code_at(&authenticator, now_ms - 30_000);
    let codes = access.confirm_second_factor(user_id, &code, now_ms).await;
    (authenticator, codes.expect("confirmed").codes)
}

fn seen(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.code())
}

async fn sign_in(client: &TestClient, password: &str, code: &str) -> Answer {
    let body = json!({ "name": "viewer", "password": password, "code": code });
    client.post(paths::SESSION, &body).await
}

async fn viewer_id(app: &TestApp) -> i64 {
    app.state.access.user("viewer").await.expect("a user").id
}

#[tokio::test]
async fn a_person_enrols_signs_in_in_two_steps_and_takes_it_away() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let state = async || {
        let answer = viewer.get(paths::MY_SECOND_FACTOR).await;
        serde_json::from_value::<SecondFactor>(answer.json).expect("a state")
    };
    assert!(!state().await.on);
    let wrong = json!({ "password": "wrong" });
    let proof = json!({ "password": PASSWORD });
    let rejected = viewer.post(paths::MY_SECOND_FACTOR, &wrong).await;
    assert_eq!(seen(&rejected), (401, "wrong_credentials"));
    let words = &rejected.json["error"]["message"];
    assert_eq!(words, "the password is wrong", "no name is asked for");
    let begun = viewer.post(paths::MY_SECOND_FACTOR, &proof).await;
    let enrolment: Enrolment = serde_json::from_value(begun.json).expect("an enrolment");
    assert!(enrolment.uri.contains("viewer") && enrolment.qr_svg.contains("<svg"));
    // Off until it is confirmed.
    assert_eq!(seen(&sign_in(&app.client(), PASSWORD, "").await), (200, ""));
    let confirm = async |code: &str| {
        let body = json!({ "code": code });
        viewer.put(paths::MY_SECOND_FACTOR, &body).await
    };
    assert_eq!(seen(&confirm("000000").await), (401, "wrong_code"));
    let authenticator = app_with(&enrolment.secret);
    let now_ms = server::clock::now_ms();
    let confirmed = confirm(&code_at(&authenticator, now_ms - 30_000)).await;
    assert_eq!(seen(&confirmed), (200, ""));
    let codes: RecoveryCodes = serde_json::from_value(confirmed.json).expect("codes");
    assert_eq!((state().await.on, state().await.recovery_codes), (true, 10));
    let again = viewer.post(paths::MY_SECOND_FACTOR, &proof).await;
    assert_eq!(seen(&again), (409, "second_factor_on"));

    let browser = app.client();
    let first = sign_in(&browser, "wrong", "").await;
    assert_eq!(seen(&first), (401, "wrong_credentials"));
    let first = sign_in(&browser, PASSWORD, "").await;
    assert_eq!(seen(&first), (401, "second_factor_needed"));
    assert_eq!(first.header("set-cookie"), "");
    assert_eq!(
        browser.get(paths::ME).await.status,
        StatusCode::UNAUTHORIZED
    );
    let code = code_at(&authenticator, server::clock::now_ms());
    assert_eq!(seen(&sign_in(&browser, PASSWORD, &code).await), (200, ""));
    // The same code again, and a recovery code twice.
    let replayed = sign_in(&app.client(), PASSWORD, &code).await;
    assert_eq!(seen(&replayed), (401, "wrong_code"));
    let typed = codes.codes[3].to_uppercase().replace('-', " ");
    assert_eq!(
        seen(&sign_in(&app.client(), PASSWORD, &typed).await),
        (200, "")
    );
    let replayed = sign_in(&app.client(), PASSWORD, &codes.codes[3]).await;
    assert_eq!(seen(&replayed), (401, "wrong_code"));
    assert_eq!(state().await.recovery_codes, 9);
    let renewed = viewer.post(paths::MY_RECOVERY_CODES, &proof).await;
    assert_eq!(renewed.status, StatusCode::OK);
    let old = sign_in(&app.client(), PASSWORD, &codes.codes[4]).await;
    assert_eq!(seen(&old), (401, "wrong_code"));

    let rejected = viewer.post(paths::MY_SECOND_FACTOR_REMOVAL, &wrong).await;
    assert_eq!(seen(&rejected), (401, "wrong_credentials"));
    let removed = viewer.post(paths::MY_SECOND_FACTOR_REMOVAL, &proof).await;
    assert_eq!(seen(&removed), (204, ""));
    let removed = viewer.post(paths::MY_SECOND_FACTOR_REMOVAL, &proof).await;
    assert_eq!(seen(&removed), (404, "not_found"));
    assert_eq!(seen(&sign_in(&app.client(), PASSWORD, "").await), (200, ""));
}

#[tokio::test]
async fn a_code_counts_once_and_no_earlier_one_after_it() {
    let app = TestApp::start().await;
    let id = viewer_id(&app).await;
    let (authenticator, _) = enrolled(&app, id).await;
    let access = &app.state.access;
    let here = std::net::IpAddr::from([127, 0, 0, 1]);
    let begin = server::clock::now_ms() + 600_000;
    let check = async |code_of: i64, at: i64, good: bool| {
        let mut given = given("viewer", PASSWORD);
        given.code = code_at(&authenticator, begin + code_of * 30_000);
        let signed_in = access.sign_in(given, here, begin + at * 30_000).await;
        assert_eq!(signed_in.is_ok(), good, "the code of {code_of} at {at}");
    };
    check(2, 0, false).await;
    check(1, 0, true).await;
    check(1, 0, false).await;
    check(0, 0, false).await;
    check(0, 2, false).await;
    check(2, 2, true).await;
}

#[tokio::test]
async fn guessed_codes_are_limited_whatever_network_they_come_from() {
    let toml = "trust_proxy = true\n[limits]\nsign_in_attempts_per_minute = 3\n";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    let id = app.user("viewer", &["viewer"]).await;
    let known = app.signed_in("viewer").await;
    let (authenticator, _) = enrolled(&app, id).await;
    let attempt = async |client: &TestClient, from: &str, code: &str| {
        let body = json!({ "name": "viewer", "password": PASSWORD, "code": code });
        let request = client.request(Method::POST, paths::SESSION).json(&body);
        answer(request.header("x-forwarded-for", from)).await
    };
    for host in 1..=3 {
        let from = format!("203.0.113.{host}");
        // The first step in between forgets no wrong code.
        let first = attempt(&app.client(), &from, "").await;
        assert_eq!(seen(&first), (401, "second_factor_needed"));
        let wrong = attempt(&app.client(), &from, "000000").await;
        assert_eq!(seen(&wrong), (401, "wrong_code"));
    }
    let code = code_at(&authenticator, server::clock::now_ms());
    let limited = attempt(&app.client(), "203.0.113.9", &code).await;
    assert_eq!(seen(&limited), (429, "too_many"));
    // The owner's own browser is counted apart.
    let owner = attempt(&known, "203.0.113.9", &code).await;
    assert_eq!(seen(&owner), (200, ""));
}

#[tokio::test]
async fn a_form_asks_for_the_code_and_an_admin_takes_a_lost_one_away() {
    let app = TestApp::start().await;
    let id = viewer_id(&app).await;
    enrol(&app, id).await;
    let form = async |body: &'static str| {
        let request = app.client().request(Method::POST, paths::SESSION);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        answer(request.body(body))
            .await
            .header("location")
            .to_owned()
    };
    let first = form("name=viewer&password=correct+horse").await;
    assert_eq!(first, "/sign-in?failed=code&name=viewer");
    let page = app.client().get(&first).await.text;
    let field = page.split('<').find(|tag| tag.contains("name=\"code\""));
    assert!(field.is_some(), "{page}");
    let wrong = form("name=viewer&password=correct+horse&code=000000").await;
    assert_eq!(wrong, "/sign-in?failed=wrong-code&name=viewer");

    let admin = app.signed_in("admin").await;
    let users = admin.get(paths::ADMIN_USERS).await.json;
    let viewer = users
        .as_array()
        .and_then(|users| users.iter().find(|user| user["id"] == id));
    assert_eq!(viewer.expect("the viewer")["second_factor"], true);
    let path = paths::admin_user_second_factor(id);
    assert_eq!(seen(&admin.delete(&path).await), (204, ""));
    assert_eq!(seen(&admin.delete(&path).await), (404, "not_found"));
    let signed_in = form("name=viewer&password=correct+horse").await;
    assert_eq!(signed_in, "/");
}
