//! One-time links: invitations, and links for a new password.

use crate::common::{Answer, PASSWORD, TestApp, TestClient, TestConfig, answer};
use crate::stream::Events;
use protocol::{Invitation, LinkCreated, Right, Role, paths};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const OTHER: &str = "battery staple";

async fn invite(maker: &TestClient, body: Value) -> LinkCreated {
    let made = maker.post(paths::ADMIN_INVITATIONS, &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    serde_json::from_value(made.json).expect("a link")
}

async fn accept(client: &TestClient, token: &str, name: &str, password: &str) -> Answer {
    let body = json!({ "token": token, "name": name, "password": password });
    client.post(paths::INVITATION, &body).await
}

fn seen(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.code())
}

async fn open(admin: &TestClient) -> Vec<Invitation> {
    let answer = admin.get(paths::ADMIN_INVITATIONS).await;
    serde_json::from_value(answer.json).expect("invitations")
}

#[tokio::test]
async fn an_invitation_makes_one_user_with_its_roles_and_every_other_use_gets_one_answer() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let link = invite(&admin, json!({ "roles": ["viewer"], "note": "Ada" })).await;
    let page = paths::invitation_page(&link.secret);
    assert_eq!(link.url, format!("{}{page}", app.url));
    let listed = open(&admin).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (
            listed[0].note.as_str(),
            listed[0].made_by.as_str(),
            listed[0].expires_ms
        ),
        ("Ada", "admin", link.expires_ms)
    );
    let text = admin.get(paths::ADMIN_INVITATIONS).await.text;
    assert!(!text.contains(&link.secret));
    assert!(app.client().get(&page).await.text.contains("<form"));

    let ada = app.client();
    let guessed = accept(&ada, "guessed", "ada", PASSWORD).await;
    assert_eq!(seen(&guessed), (403, "link_invalid"));
    // What cannot be used leaves the link as it is.
    for (name, password, status, code) in [
        ("", PASSWORD, 422, "bad_name"),
        ("ada", "short", 422, "bad_password"),
        ("VIEWER", PASSWORD, 409, "name_taken"),
    ] {
        let rejected = accept(&ada, &link.secret, name, password).await;
        assert_eq!(seen(&rejected), (status, code));
    }
    let accepted = accept(&ada, &link.secret, "ada", PASSWORD).await;
    assert_eq!(seen(&accepted), (200, ""));
    let me = ada.get(paths::ME).await;
    assert_eq!(
        (&me.json["name"], &me.json["roles"]),
        (&json!("ada"), &json!(["viewer"]))
    );
    assert!(open(&admin).await.is_empty());

    let replayed = accept(&app.client(), &link.secret, "eve", PASSWORD).await;
    assert_eq!(replayed.text, guessed.text);
    let expired = invite(&admin, json!({ "roles": ["viewer"] })).await;
    let late = expired.expires_ms;
    let access = &app.state.access;
    let here = std::net::IpAddr::from([127, 0, 0, 1]).into();
    let too_late = access
        .accept_invitation(&expired.secret, "eve", PASSWORD.into(), &here, late)
        .await;
    let text = too_late.err().expect("expired").to_string();
    assert_eq!(guessed.json["error"]["message"], text);
    let revoked = admin.delete(&paths::admin_invitation(expired.id)).await;
    assert_eq!(seen(&revoked), (204, ""));
    let again = admin.delete(&paths::admin_invitation(expired.id)).await;
    assert_eq!(seen(&again), (404, "not_found"));
    let after = accept(&app.client(), &expired.secret, "eve", PASSWORD).await;
    assert_eq!(after.text, guessed.text);
    let page = app
        .client()
        .get(&paths::invitation_page(&expired.secret))
        .await;
    assert!(
        page.text.contains("This invitation does not work"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("<form"));
}

#[tokio::test]
async fn two_who_accept_one_invitation_at_once_are_one_user() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let link = invite(&admin, json!({ "roles": ["viewer"] })).await;
    let attempt = async |name: &str| accept(&app.client(), &link.secret, name, PASSWORD).await;
    let (one, other) = tokio::join!(attempt("ada"), attempt("eve"));
    let mut found = [seen(&one), seen(&other)];
    found.sort();
    assert_eq!(found, [(200, ""), (403, "link_invalid")]);
}

#[tokio::test]
async fn invitations_are_checked_bounded_and_end_with_the_rights_of_their_maker() {
    let toml = "[limits]\nmax_invitations = 2\n";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    for name in ["admin", "second"] {
        app.user(name, &["admin"]).await;
    }
    let (admin, second) = (app.signed_in("admin").await, app.signed_in("second").await);
    for (body, code) in [
        (json!({ "roles": [] }), "bad_roles"),
        (json!({ "roles": ["none"] }), "bad_roles"),
        (
            json!({ "roles": ["viewer"], "note": "a\nb" }),
            "invalid_document",
        ),
        (
            json!({ "roles": ["viewer"], "hours": 0 }),
            "invalid_document",
        ),
        (
            json!({ "roles": ["viewer"], "hours": 721 }),
            "invalid_document",
        ),
    ] {
        let rejected = admin.post(paths::ADMIN_INVITATIONS, &body).await;
        assert_eq!(seen(&rejected), (422, code), "{body}");
    }
    let own = invite(&second, json!({ "roles": ["admin"] })).await;
    invite(&admin, json!({ "roles": ["viewer"] })).await;
    let body = json!({ "roles": ["viewer"] });
    let full = admin.post(paths::ADMIN_INVITATIONS, &body).await;
    assert_eq!(seen(&full), (422, "too_many_invitations"));
    let users = admin.get(paths::ADMIN_USERS).await.json;
    let users = users.as_array().cloned().unwrap_or_default();
    let id = users.iter().find(|user| user["name"] == "second");
    let id = id.and_then(|user| user["id"].as_i64()).expect("an id");
    let roles = json!({ "roles": ["viewer"] });
    let demoted = admin.put(&paths::admin_user_roles(id), &roles).await;
    assert_eq!(seen(&demoted), (204, ""));
    let late = accept(&app.client(), &own.secret, "eve", PASSWORD).await;
    assert_eq!(seen(&late), (403, "link_invalid"));
    assert_eq!(open(&admin).await.len(), 1);
}

#[tokio::test]
async fn who_may_invite_gives_no_role_but_their_own_and_only_while_they_may() {
    let app = TestApp::start().await;
    let role = |version: u64, rights: Vec<Right>| Role {
        name: "host".into(),
        version,
        rights,
        ..Role::default()
    };
    let access = &app.state.access;
    let host_role = access.save_role(role(0, vec![Right::Invite])).await;
    let version = host_role.expect("a role").version;
    app.user("host", &["host", "viewer"]).await;
    let (host, admin) = (app.signed_in("host").await, app.signed_in("admin").await);
    let body = json!({ "roles": ["viewer", "admin"] });
    let escalated = host.post(paths::ADMIN_INVITATIONS, &body).await;
    assert_eq!(seen(&escalated), (422, "bad_roles"));
    let link = invite(&host, json!({ "roles": ["viewer"] })).await;
    let foreign = invite(&admin, json!({ "roles": ["admin"] })).await;
    assert_eq!(open(&host).await.len(), 1);
    let rejected = host.delete(&paths::admin_invitation(foreign.id)).await;
    assert_eq!(seen(&rejected), (404, "not_found"));
    access
        .save_role(role(version, Vec::new()))
        .await
        .expect("a role");
    let late = accept(&app.client(), &link.secret, "eve", PASSWORD).await;
    assert_eq!(seen(&late), (403, "link_invalid"));
    let asked = host.get(paths::ADMIN_INVITATIONS).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_reset_link_changes_the_password_once_and_ends_all_sessions() {
    let app = TestApp::start().await;
    let (admin, viewer) = (app.signed_in("admin").await, app.signed_in("viewer").await);
    let mut stream = Events::open(&viewer, paths::STREAM, None).await;
    let users = admin.get(paths::ADMIN_USERS).await.json;
    let users = users.as_array().cloned().unwrap_or_default();
    let id = users.iter().find(|user| user["name"] == "viewer");
    let id = id.and_then(|user| user["id"].as_i64()).expect("an id");
    let make = async || {
        let made = admin
            .post(&paths::admin_user_reset_link(id), &Value::Null)
            .await;
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        serde_json::from_value::<LinkCreated>(made.json).expect("a link")
    };
    let older = make().await;
    let link = make().await;
    let reset = async |token: &str, password: &str| {
        let body = json!({ "token": token, "password": password });
        app.client().post(paths::PASSWORD_RESET, &body).await
    };
    let page = app.client().get(&paths::reset_page(&link.secret)).await;
    assert!(page.text.contains("<form"), "{}", page.text);
    // An invitation's page takes no reset link, nor the other way round.
    let wrong_kind = accept(&app.client(), &link.secret, "eve", PASSWORD).await;
    assert_eq!(seen(&wrong_kind), (403, "link_invalid"));
    let replaced = reset(&older.secret, OTHER).await;
    assert_eq!(seen(&replaced), (403, "link_invalid"));
    let short = reset(&link.secret, "short").await;
    assert_eq!(seen(&short), (422, "bad_password"));
    assert_eq!(seen(&reset(&link.secret, OTHER).await), (204, ""));
    stream.drain().await;
    assert_eq!(seen(&viewer.get(paths::ME).await), (401, "sign_in_first"));
    let body = json!({ "name": "viewer", "password": OTHER });
    let signed_in = app.client().post(paths::SESSION, &body).await;
    assert_eq!(seen(&signed_in), (200, ""));
    let replayed = reset(&link.secret, "another horse").await;
    assert_eq!(replayed.text, replaced.text);
    // A form ends on a page.
    let link = make().await;
    let form = |password: &str| {
        let request = app.client().request(Method::POST, paths::PASSWORD_RESET);
        let body = format!("token={}&password={password}", link.secret);
        request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
    };
    let again = answer(form("short")).await;
    assert_eq!(again.header("location"), paths::reset_again(&link.secret));
    let done = answer(form("battery+staple")).await;
    assert_eq!(
        (done.status.as_u16(), done.header("location")),
        (303, "/sign-in")
    );
}
