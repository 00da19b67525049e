//! The life of a session: under whose secret it begins, when it ends, and what guessing it learns.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::common::{PASSWORD, TestApp, TestConfig, answer, given};

#[tokio::test]
async fn a_planted_session_is_never_taken_over_and_the_one_before_ends() {
    let app = TestApp::start().await;
    let body = json!({ "name": "viewer", "password": PASSWORD });
    let sign_in = async |cookie: &str| {
        let request = app.client().request(Method::POST, "/api/session");
        let answer = answer(request.header("cookie", cookie).json(&body)).await;
        let cookie = answer.header("set-cookie").split(';').next();
        cookie.expect("a cookie").to_owned()
    };
    let me = async |cookie: &str| {
        let request = app.client().request(Method::GET, "/api/me");
        answer(request.header("cookie", cookie)).await.status
    };
    let first = sign_in("").await;
    let (name, _) = first.split_once('=').expect("a cookie");
    let planted = format!("{name}=planted");
    let after = sign_in(&planted).await;
    assert_ne!(after, planted);
    assert_eq!(me(&planted).await, StatusCode::UNAUTHORIZED);
    assert_eq!(me(&after).await, StatusCode::OK);
    // An attacker's own session, planted in a browser in which somebody signs in.
    let theirs = sign_in(&first).await;
    assert_ne!(theirs, first);
    assert_eq!(me(&first).await, StatusCode::UNAUTHORIZED);
    assert_eq!(me(&theirs).await, StatusCode::OK);
    assert_eq!(me(&after).await, StatusCode::OK);
}

#[tokio::test]
async fn a_session_ends_for_good_however_often_it_is_used() {
    const HOUR: i64 = 3_600_000;
    let app = TestApp::start_with(TestConfig {
        toml: "[limits]\nsession_hours = 3\nmax_session_hours = 5\n",
        ..TestConfig::default()
    })
    .await;
    app.user("ada", &["viewer"]).await;
    let access = &app.state.access;
    let here = std::net::IpAddr::from([127, 0, 0, 1]);
    let begin = 1_700_000_000_000;
    let session = access.sign_in(given("ada", PASSWORD), here, begin).await;
    let session = session.expect("signs in");
    let check = async |at: i64, lasts: bool| {
        let resolved = access.resolve_session(&session.secret, at).await;
        assert_eq!(resolved.expect("the database").is_some(), lasts, "{at}");
    };
    for hour in 1..5 {
        check(begin + hour * HOUR, true).await;
    }
    check(begin + 5 * HOUR - 1, true).await;
    check(begin + 5 * HOUR, false).await;
    // Open streams ask whether the session lasts by the clock: it ended long ago.
    assert!(access.still(&session.principal).await.is_none());
    // Without a visit it ends earlier.
    let idle = access.sign_in(given("ada", PASSWORD), here, begin).await;
    let idle = idle.expect("signs in").secret;
    let resolved = access.resolve_session(&idle, begin + 3 * HOUR).await;
    assert!(resolved.expect("the database").is_none());
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_take_the_same_time() {
    let app = TestApp::start_with(TestConfig {
        toml: "[limits]\nsign_in_attempts_per_minute = 10000\n\
               sign_in_attempts_per_peer_per_minute = 100000\n",
        ..TestConfig::default()
    })
    .await;
    app.user("ada", &["viewer"]).await;
    let client = app.client();
    let mut times = [Vec::new(), Vec::new()];
    // In turns, so that whatever else the machine does slows both down.
    for _ in 0..25 {
        for (name, times) in ["ada", "nobody"].iter().zip(&mut times) {
            let body = json!({ "name": name, "password": "wrong password" });
            let begun = std::time::Instant::now();
            let answer = client.post("/api/session", &body).await;
            times.push(begun.elapsed());
            assert_eq!(answer.code(), "wrong_credentials");
        }
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    });
    // Without a hash for nobody the ratio would be a hundred.
    let ratio = known / unknown;
    assert!((0.5..2.0).contains(&ratio), "{known} s and {unknown} s");
}
