//! `/api/me/sessions` and `/api/admin/sessions`.

use crate::common::{Answer, PASSWORD, TestApp, TestClient, answer};
use crate::stream::Events;
use protocol::{Session, paths};
use reqwest::{Method, StatusCode};
use serde_json::json;

async fn sessions(client: &TestClient, path: &str) -> Vec<Session> {
    let answer = client.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    serde_json::from_value(answer.json).expect("sessions")
}

fn seen(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.code())
}

/// Signs the viewer in with a browser of this name.
async fn browser(app: &TestApp, user_agent: &str) -> TestClient {
    let client = app.client();
    let body = json!({ "name": "viewer", "password": PASSWORD });
    let request = client.request(Method::POST, paths::SESSION).json(&body);
    let signed_in = answer(request.header("user-agent", user_agent)).await;
    assert_eq!(signed_in.status, StatusCode::OK);
    client
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

#[tokio::test]
async fn people_see_where_they_are_signed_in_and_end_it() {
    let app = TestApp::start().await;
    let here = browser(&app, FIREFOX).await;
    let elsewhere = browser(&app, "curl/8.5.0").await;
    let third = browser(&app, "").await;
    let admin = app.signed_in("admin").await;
    let own = sessions(&here, paths::MY_SESSIONS).await;
    assert_eq!(own.len(), 3);
    let current: Vec<_> = own.iter().filter(|one| one.current).collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0].device, "Firefox on Linux");
    for one in &own {
        assert_eq!(
            (one.user.as_str(), one.address.as_str()),
            ("viewer", "127.0.0.1")
        );
        assert!(one.created_ms > 0 && one.created_ms <= one.last_seen_ms);
        assert!(one.last_seen_ms < one.expires_ms);
    }
    let curl = own.iter().find(|one| one.device == "curl/8.5.0");
    let curl = curl.expect("the session of curl").id.clone();

    // Nobody ends a session of somebody else, nor learns that there is one.
    let foreign = sessions(&admin, paths::MY_SESSIONS).await.remove(0).id;
    for id in [foreign.as_str(), "nothing"] {
        let rejected = here.delete(&paths::my_session(id)).await;
        assert_eq!(seen(&rejected), (404, "not_found"));
    }
    let mut stream = Events::open(&elsewhere, paths::STREAM, None).await;
    assert_eq!(
        seen(&here.delete(&paths::my_session(&curl)).await),
        (204, "")
    );
    stream.drain().await;
    assert_eq!(
        seen(&elsewhere.get(paths::ME).await),
        (401, "sign_in_first")
    );
    assert_eq!(seen(&third.get(paths::ME).await), (200, ""));

    // All others.
    assert_eq!(seen(&here.delete(paths::MY_SESSIONS).await), (204, ""));
    assert_eq!(seen(&third.get(paths::ME).await), (401, "sign_in_first"));
    assert_eq!(sessions(&here, paths::MY_SESSIONS).await.len(), 1);
    assert_eq!(seen(&admin.get(paths::ME).await), (200, ""));
}

#[tokio::test]
async fn admins_see_all_sessions_and_end_them() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let viewer = browser(&app, FIREFOX).await;
    let second = browser(&app, "").await;
    let all = sessions(&admin, paths::ADMIN_SESSIONS).await;
    let users: std::collections::BTreeSet<_> = all.iter().map(|one| one.user.as_str()).collect();
    assert_eq!(users.into_iter().collect::<Vec<_>>(), ["admin", "viewer"]);
    assert_eq!(all.iter().filter(|one| one.current).count(), 1);
    let firefox = all.iter().find(|one| one.device == "Firefox on Linux");
    let firefox = firefox.expect("the session of the viewer");
    let mut stream = Events::open(&viewer, paths::STREAM, None).await;
    let path = paths::admin_session(&firefox.id);
    assert_eq!(seen(&admin.delete(&path).await), (204, ""));
    stream.drain().await;
    assert_eq!(seen(&viewer.get(paths::ME).await), (401, "sign_in_first"));
    assert_eq!(seen(&admin.delete(&path).await), (404, "not_found"));
    let of_user = paths::admin_user_sessions(firefox.user_id);
    assert_eq!(seen(&admin.delete(&of_user).await), (204, ""));
    assert_eq!(seen(&second.get(paths::ME).await), (401, "sign_in_first"));
    let nobody = paths::admin_user_sessions(99);
    assert_eq!(seen(&admin.delete(&nobody).await), (404, "not_found"));
}

/// The id in lists is neither the secret nor a part of its hash.
#[tokio::test]
async fn an_id_of_a_session_opens_nothing() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let own = sessions(&viewer, paths::MY_SESSIONS).await.remove(0);
    let body = json!({ "name": "viewer", "password": PASSWORD });
    let cookie = app.client().post(paths::SESSION, &body).await;
    let cookie = cookie.header("set-cookie");
    let (name, _) = cookie.split_once('=').expect("a cookie");
    let request = app.client().request(Method::GET, paths::ME);
    let forged = answer(request.header("cookie", format!("{name}={}", own.id))).await;
    assert_eq!(seen(&forged), (401, "sign_in_first"));
}
