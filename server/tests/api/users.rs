//! `/api/admin/users`.

use crate::common::{Answer, PASSWORD, TestApp, TestClient, TestConfig, answer};
use crate::stream::Events;
use protocol::{OpenOfUser, User, paths};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn an_admin_makes_users() {
    let toml = "roles = ['ops']";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    app.user("admin", &["admin"]).await;
    let admin = app.signed_in("admin").await;
    let check = async |name: &str, password: &str, roles: Value, status: u16, code: &str| {
        let body = json!({ "name": name, "password": password, "roles": roles });
        let answer = admin.post("/api/admin/users", &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{body}"
        );
        answer.text
    };
    check("Ada", PASSWORD, json!(["viewer", "ops"]), 201, "").await;
    check("ada", PASSWORD, json!(["viewer"]), 409, "name_taken").await;
    check("", PASSWORD, json!(["viewer"]), 422, "bad_name").await;
    check("a\nb", PASSWORD, json!(["viewer"]), 422, "bad_name").await;
    check("bob", "1234567", json!(["viewer"]), 422, "bad_password").await;
    check("bob", PASSWORD, json!([]), 422, "bad_roles").await;
    check(
        "bob",
        PASSWORD,
        json!(["viewer", "viewer"]),
        422,
        "bad_roles",
    )
    .await;
    check("bob", PASSWORD, json!("viewer"), 422, "bad_field").await;
    let unknown = check("bob", PASSWORD, json!(["viewer", "root"]), 422, "bad_roles").await;
    assert!(
        unknown.contains("roles[1]") && unknown.contains("admin, viewer, ops"),
        "{unknown}"
    );
    let me = app.signed_in("ada").await.get("/api/me").await;
    assert_eq!(me.json["roles"], json!(["viewer", "ops"]));
}

const OTHER: &str = "battery staple";

async fn id(admin: &TestClient, name: &str) -> i64 {
    let users = admin.get(paths::ADMIN_USERS).await;
    let users: Vec<User> = serde_json::from_value(users.json).expect("users");
    let found = users.iter().find(|user| user.name == name);
    found.expect("a user of the list").id
}

async fn sign_in(app: &TestApp, name: &str, password: &str) -> StatusCode {
    let body = json!({ "name": name, "password": password });
    app.client().post(paths::SESSION, &body).await.status
}

fn seen(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.code())
}

#[tokio::test]
async fn people_change_their_own_password_and_other_sessions_end() {
    let app = TestApp::start().await;
    let (here, elsewhere) = (app.signed_in("viewer").await, app.signed_in("viewer").await);
    let mut stream = Events::open(&elsewhere, paths::STREAM, None).await;
    let change = async |current: &str, new: &str, status: u16, code: &str| {
        let body = json!({ "current": current, "new": new });
        let answer = here.put(paths::MY_PASSWORD, &body).await;
        assert_eq!(seen(&answer), (status, code), "{body}");
    };
    change("wrong", OTHER, 401, "wrong_credentials").await;
    change(PASSWORD, "short", 422, "bad_password").await;
    assert_eq!(sign_in(&app, "viewer", PASSWORD).await, StatusCode::OK);
    let cookies = async |password: &str| {
        let body = json!({ "name": "viewer", "password": password });
        let answer = app.client().post(paths::SESSION, &body).await;
        let cookie = answer.header("set-cookie").split(';').next();
        cookie.unwrap_or_default().to_owned()
    };
    let former = cookies(PASSWORD).await;
    let with = |cookie: &str, method: Method, path: &str| {
        let request = app.client().request(method, path);
        request.header("cookie", cookie)
    };
    change(PASSWORD, "12345678", 204, "").await;
    assert_eq!(here.get(paths::ME).await.status, StatusCode::OK);
    let ended = answer(with(&former, Method::GET, paths::ME)).await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);

    // The session that changes it goes on, under another secret.
    let former = cookies("12345678").await;
    let body = json!({ "current": "12345678", "new": OTHER });
    let changed = answer(with(&former, Method::PUT, paths::MY_PASSWORD).json(&body)).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT);
    let next = changed.header("set-cookie").split(';').next();
    let next = next.unwrap_or_default();
    assert_ne!(next, former);
    let ended = answer(with(&former, Method::GET, paths::ME)).await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    let goes_on = answer(with(next, Method::GET, paths::ME)).await;
    assert_eq!(goes_on.status, StatusCode::OK);
    assert_eq!(here.get(paths::ME).await.code(), "sign_in_first");
    assert_eq!(elsewhere.get(paths::ME).await.code(), "sign_in_first");
    stream.drain().await;
    let former = sign_in(&app, "viewer", PASSWORD).await;
    assert_eq!(former, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&app, "viewer", OTHER).await, StatusCode::OK);
}

#[tokio::test]
async fn wrong_attempts_to_change_a_password_are_limited() {
    let toml = "[limits]\nsign_in_attempts_per_minute = 1\n";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    app.user("ada", &["viewer"]).await;
    let ada = app.signed_in("ada").await;
    let body = json!({ "current": "wrong", "new": OTHER });
    let first = ada.put(paths::MY_PASSWORD, &body).await;
    assert_eq!(seen(&first), (401, "wrong_credentials"));
    assert_eq!(first.json["error"]["message"], "the password is wrong");
    let second = ada.put(paths::MY_PASSWORD, &body).await;
    assert_eq!(seen(&second), (429, "too_many"));
}

#[tokio::test]
async fn an_admin_resets_a_password_and_removes_a_user() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let viewer = app.signed_in("viewer").await;
    let own = id(&admin, "viewer").await;
    let mut stream = Events::open(&viewer, paths::STREAM, None).await;

    // Before it is done, the page says what ends.
    let token = json!({ "name": "ci", "scopes": ["read"] });
    viewer.post(paths::MY_TOKENS, &token).await;
    let users = admin.get(paths::ADMIN_USERS).await;
    let users: Vec<User> = serde_json::from_value(users.json).expect("users");
    let open = |name: &str| users.iter().find(|user| user.name == name)?.open;
    let counts = |open: OpenOfUser| (open.sessions, open.streams, open.tokens);
    assert_eq!(open("viewer").map(counts), Some((1, 1, 1)));
    assert_eq!(open("admin").map(counts), Some((1, 0, 0)));

    let path = paths::admin_user_password(own);
    let short = admin.put(&path, &json!({ "password": "short" })).await;
    assert_eq!(seen(&short), (422, "bad_password"));
    let reset = admin.put(&path, &json!({ "password": OTHER })).await;
    assert_eq!(seen(&reset), (204, ""));
    assert_eq!(viewer.get(paths::ME).await.code(), "sign_in_first");
    stream.drain().await;
    assert_eq!(sign_in(&app, "viewer", OTHER).await, StatusCode::OK);

    let removed = admin.delete(&paths::admin_user(own)).await;
    assert_eq!(seen(&removed), (204, ""));
    let gone = sign_in(&app, "viewer", OTHER).await;
    assert_eq!(gone, StatusCode::UNAUTHORIZED);
    let again = admin.delete(&paths::admin_user(own)).await;
    assert_eq!(seen(&again), (404, "not_found"));
    let reset = admin.put(&path, &json!({ "password": OTHER })).await;
    assert_eq!(seen(&reset), (404, "not_found"));
    // The name is free again, for somebody else.
    app.user("viewer", &["viewer"]).await;
    assert_eq!(sign_in(&app, "viewer", PASSWORD).await, StatusCode::OK);
}

#[tokio::test]
async fn the_last_admin_stays() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let own = paths::admin_user(id(&admin, "admin").await);
    assert_eq!(seen(&admin.delete(&own).await), (409, "last_admin"));
    app.user("second", &["viewer", "admin"]).await;
    assert_eq!(seen(&admin.delete(&own).await), (204, ""));
    assert_eq!(admin.get(paths::ME).await.code(), "sign_in_first");
}

#[tokio::test]
async fn a_name_is_text_however_it_is_composed() {
    let app = TestApp::start().await;
    app.user("Zo\u{eb}", &["viewer"]).await;
    let composed = sign_in(&app, "zoe\u{308}", PASSWORD).await;
    assert_eq!(composed, StatusCode::OK);
    let roles = ["viewer".to_owned()];
    let taken = app
        .state
        .access
        .add_user("ZOE\u{308}", PASSWORD.into(), &roles, 0);
    assert!(taken.await.is_err());
}

async fn set_disabled(admin: &TestClient, id: i64, disabled: bool) -> Answer {
    let body = json!({ "disabled": disabled });
    admin.put(&paths::admin_user_disabled(id), &body).await
}

#[tokio::test]
async fn a_disabled_user_is_out_within_a_second_and_gets_the_answer_of_a_wrong_password() {
    let app = TestApp::start().await;
    let (admin, viewer) = (app.signed_in("admin").await, app.signed_in("viewer").await);
    let own = id(&admin, "viewer").await;
    let mut stream = Events::open(&viewer, paths::STREAM, None).await;
    assert_eq!(seen(&set_disabled(&admin, own, true).await), (204, ""));
    stream.drain().await;
    assert_eq!(viewer.get(paths::ME).await.code(), "sign_in_first");
    let attempt = async |password: &str| {
        let body = json!({ "name": "viewer", "password": password });
        app.client().post(paths::SESSION, &body).await.text
    };
    assert_eq!(attempt(PASSWORD).await, attempt("wrong").await);
    let users = admin.get(paths::ADMIN_USERS).await;
    let users: Vec<User> = serde_json::from_value(users.json).expect("users");
    let listed = users.iter().find(|user| user.id == own).expect("the user");
    assert!(listed.disabled && listed.last_seen_ms.is_some() && !listed.second_factor);
    assert_eq!(seen(&set_disabled(&admin, own, false).await), (204, ""));
    assert_eq!(viewer.get(paths::ME).await.code(), "sign_in_first");
    assert_eq!(sign_in(&app, "viewer", PASSWORD).await, StatusCode::OK);
    assert_eq!(
        seen(&set_disabled(&admin, 99, true).await),
        (404, "not_found")
    );
}

#[tokio::test]
async fn people_change_the_name_that_they_sign_in_with() {
    let app = TestApp::start().await;
    let (admin, viewer) = (app.signed_in("admin").await, app.signed_in("viewer").await);
    let rename = async |name: &str, password: &str| {
        let body = json!({ "name": name, "password": password });
        viewer.put(paths::MY_NAME, &body).await
    };
    for (name, password, status, code) in [
        ("vera", "wrong", 401, "wrong_credentials"),
        (" vera", PASSWORD, 422, "bad_name"),
        ("ADMIN", PASSWORD, 409, "name_taken"),
        ("Viewer", PASSWORD, 204, ""),
        ("vera", PASSWORD, 204, ""),
    ] {
        assert_eq!(
            seen(&rename(name, password).await),
            (status, code),
            "{name}"
        );
    }
    // The session goes on, under the new name.
    assert_eq!(viewer.get(paths::ME).await.json["name"], "vera");
    let former = sign_in(&app, "viewer", PASSWORD).await;
    assert_eq!(former, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&app, "vera", PASSWORD).await, StatusCode::OK);
    let log = admin.get(paths::ADMIN_AUDIT).await.json;
    let renamed = log["entries"].as_array().into_iter().flatten();
    let renamed = renamed.filter(|entry| entry["what"] == "user_changed");
    let states: Vec<_> = renamed
        .map(|entry| (&entry["before"]["name"], &entry["after"]["name"]))
        .collect();
    let (viewer, second, vera) = (json!("viewer"), json!("Viewer"), json!("vera"));
    assert_eq!(states, [(&second, &vera), (&viewer, &second)]);
}

#[tokio::test]
async fn the_last_enabled_admin_is_neither_removed_nor_demoted_nor_disabled() {
    let app = TestApp::start().await;
    let second = app.user("second", &["admin"]).await;
    let admin = app.signed_in("admin").await;
    let own = id(&admin, "admin").await;
    assert_eq!(seen(&set_disabled(&admin, second, true).await), (204, ""));
    let roles = json!({ "roles": ["viewer"] });
    for answer in [
        set_disabled(&admin, own, true).await,
        admin.delete(&paths::admin_user(own)).await,
        admin.put(&paths::admin_user_roles(own), &roles).await,
    ] {
        assert_eq!(seen(&answer), (409, "last_admin"));
    }
    assert_eq!(admin.get(paths::ME).await.status, StatusCode::OK);
    // A disabled admin is no obstacle to anything.
    assert_eq!(
        seen(&admin.delete(&paths::admin_user(second)).await),
        (204, "")
    );
}

#[tokio::test]
async fn admins_who_take_each_others_rights_at_once_leave_one_admin() {
    let app = TestApp::start().await;
    for round in 0..6 {
        let (one, other) = (format!("one{round}"), format!("other{round}"));
        let ids = [
            app.user(&one, &["admin"]).await,
            app.user(&other, &["admin"]).await,
        ];
        let clients = [app.signed_in(&one).await, app.signed_in(&other).await];
        if let Ok(former) = app.state.access.user("admin").await {
            let removed = app.state.access.remove_user(former.id).await;
            removed.expect("there are others");
        }
        let roles = json!({ "roles": ["viewer"] });
        let act = async |client: &TestClient, id: i64, how: usize| match how % 3 {
            0 => client.put(&paths::admin_user_roles(id), &roles).await,
            1 => set_disabled(client, id, true).await,
            _ => client.delete(&paths::admin_user(id)).await,
        };
        let (first, second) = tokio::join!(
            act(&clients[0], ids[1], round),
            act(&clients[1], ids[0], round / 3 + round)
        );
        let done = [&first, &second]
            .iter()
            .filter(|answer| answer.status.is_success())
            .count();
        assert_eq!(done, 1, "{first:?} {second:?}");
        let users = app.state.access.users().await.expect("the database");
        let is_admin = |user: &&server::storage::StoredUser| {
            !user.disabled && user.roles.iter().any(|role| role == "admin")
        };
        let admins: Vec<_> = users.iter().filter(is_admin).collect();
        assert_eq!(admins.len(), 1, "{first:?} {second:?}");
        // The next round begins with this admin, who has to go then.
        let last = admins[0].id;
        app.user("admin", &["admin"]).await;
        app.state
            .access
            .remove_user(last)
            .await
            .expect("there is another");
    }
}
