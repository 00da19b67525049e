//! `/api/admin/tokens`, `/api/me/tokens`, and what tokens may do.

use crate::common::{TestApp, until};
use crate::stream::Events;
use protocol::{Scope, Token, paths};
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn an_admin_makes_tokens_whose_secret_is_answered_once() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let check = async |name: &str, scopes: Value, status: u16, code: &str| {
        let body = json!({ "name": name, "scopes": scopes });
        let answer = admin.post("/api/admin/tokens", &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{body}"
        );
        answer.json
    };
    let made = check("billing", json!(["ingest"]), 201, "").await;
    let secret = made["secret"].as_str().expect("a secret");
    assert!(secret.starts_with("pb_") && secret.len() == 46, "{secret}");
    let other = check("billing", json!(["ingest", "scrape"]), 201, "").await;
    assert_ne!(made["id"], other["id"]);
    check("", json!(["ingest"]), 422, "bad_name").await;
    check("x", json!([]), 422, "bad_scopes").await;
    check("x", json!(["ingest", "ingest"]), 422, "bad_scopes").await;
    check("x", json!(["admin"]), 422, "bad_field").await;

    let found = app
        .state
        .access
        .resolve_token(secret)
        .await
        .expect("the database")
        .expect("a token");
    assert_eq!(found.name, "billing");
    assert!(found.roles.is_empty() && !found.is_admin());
    for wrong in [
        "",
        "pb_",
        &secret[1..],
        &secret[..45],
        &secret.to_uppercase(),
    ] {
        assert_eq!(
            app.state
                .access
                .resolve_token(wrong)
                .await
                .expect("the database"),
            None,
            "{wrong}"
        );
    }
    let folder = app.stop().await;
    let file = std::fs::read(folder.path().join("data/pulseboard.db")).expect("the database");
    assert!(
        !file
            .windows(secret.len())
            .any(|window| window == secret.as_bytes())
    );
}

#[tokio::test]
async fn a_revoked_token_is_rejected_at_once_and_others_stay() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let (one, other) = (
        app.token(&[Scope::Ingest]).await,
        app.token(&[Scope::Ingest]).await,
    );
    let send = async |secret: &str| {
        let event = json!({ "name": "log.message", "metadata": { "message": "x" } });
        app.program(secret).post(paths::EVENTS, &event).await.status
    };
    assert_eq!(send(&one.secret).await, StatusCode::ACCEPTED);
    let listed = admin.get(paths::ADMIN_TOKENS).await;
    assert!(!listed.text.contains(&one.secret), "{}", listed.text);
    let listed: Vec<Token> = serde_json::from_value(listed.json).expect("tokens");
    let ids: Vec<i64> = listed.iter().map(|token| token.id).collect();
    assert_eq!(ids, [one.id, other.id]);
    let revoked = admin.delete(&paths::admin_token(one.id)).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    assert_eq!(send(&one.secret).await, StatusCode::UNAUTHORIZED);
    assert_eq!(send(&other.secret).await, StatusCode::ACCEPTED);
    let again = admin.delete(&paths::admin_token(one.id)).await;
    assert_eq!((again.status.as_u16(), again.code()), (404, "not_found"));
}

#[tokio::test]
async fn a_token_that_reads_is_bounded_by_its_owner_and_its_stream_ends_with_it() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let role = json!({ "name": "narrow", "version": 0, "metrics": [{ "pattern": "http.*" }] });
    let saved = admin.put(&paths::admin_role("narrow"), &role).await;
    assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
    let owner = app.user("ada", &["viewer"]).await;
    let ada = app.signed_in("ada").await;
    let new = json!({ "name": "reads", "scopes": ["read"] });
    let made = ada.post(paths::MY_TOKENS, &new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let program = app.program(made.json["secret"].as_str().expect("a secret"));
    let names = async || program.get(paths::METRICS).await.text;
    assert!(names().await.contains("host.memory.used"));
    let roles = json!({ "roles": ["narrow"] });
    admin.put(&paths::admin_user_roles(owner), &roles).await;
    let narrowed = names().await;
    assert!(!narrowed.contains("host.memory.used") && narrowed.contains("http."));
    for path in [
        paths::ME,
        paths::MY_TOKENS,
        paths::ADMIN_USERS,
        paths::PREFERENCES,
    ] {
        assert_eq!(program.get(path).await.code(), "users_only", "{path}");
    }
    assert_eq!(
        program.post(paths::EVENTS, &json!({})).await.code(),
        "scope_missing"
    );

    let mut stream = Events::open(&program, paths::STREAM, None).await;
    stream.frame().await;
    let id = made.json["id"].as_i64().expect("an id");
    let listed: Vec<Token> =
        serde_json::from_value(ada.get(paths::MY_TOKENS).await.json).expect("tokens");
    assert!(listed[0].last_used_ms.is_some() && listed[0].id == id);
    assert_eq!(listed[0].owner.as_ref().map(|owner| owner.id), Some(owner));
    let viewer = app.signed_in("viewer").await;
    assert_eq!(
        viewer.delete(&paths::my_token(id)).await.code(),
        "not_found"
    );
    let revoked = ada.delete(&paths::my_token(id)).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    until("the end of the stream", async || {
        match app.state.pipeline.hub().streams() {
            0 => Ok(()),
            open => Err(open),
        }
    })
    .await;
    assert_eq!(program.get(paths::METRICS).await.code(), "sign_in_first");
}

#[tokio::test]
async fn a_token_of_a_disabled_owner_does_nothing_until_the_owner_is_enabled() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let owner = app.user("ada", &["admin"]).await;
    let ada = app.signed_in("ada").await;
    let new = json!({ "name": "all", "scopes": ["ingest", "read"] });
    let made = ada.post(paths::MY_TOKENS, &new).await;
    let program = app.program(made.json["secret"].as_str().expect("a secret"));
    let mut stream = Events::open(&program, paths::STREAM, None).await;
    stream.frame().await;
    let disabled = async |disabled: bool| {
        let path = paths::admin_user_disabled(owner);
        let answer = admin.put(&path, &json!({ "disabled": disabled })).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{answer:?}");
    };
    disabled(true).await;
    stream.drain().await;
    assert_eq!(program.get(paths::METRICS).await.code(), "sign_in_first");
    let event = program.post(paths::EVENTS, &json!({ "name": "a" })).await;
    assert_eq!(event.code(), "token_needed");
    disabled(false).await;
    assert_eq!(program.get(paths::METRICS).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_that_saves_dashboards_does_nothing_else() {
    let app = TestApp::start().await;
    let program = app.token_of(Some("admin"), &[Scope::Dashboards]).await;
    let program = app.program(&program.secret);
    let path = paths::dashboard("ci");
    let dashboard =
        |version: u64| json!({ "id": "ci", "title": "D", "version": version, "widgets": [] });
    let saved = program.put(&path, &dashboard(0)).await;
    assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
    let stale = program.put(&path, &dashboard(0)).await;
    assert_eq!(stale.code(), "stale_version");
    assert_eq!(stale.json["current"]["version"], saved.json["version"]);
    assert_eq!(program.delete(&path).await.code(), "users_only");
    assert_eq!(program.get(&path).await.code(), "scope_missing");
    assert_eq!(
        program
            .post(paths::ANNOTATIONS, &json!({ "text": "x" }))
            .await
            .code(),
        "scope_missing"
    );
    // An owner who may not save any more, and one who is gone.
    let admin = app.signed_in("admin").await;
    let other = app.user("other", &["admin"]).await;
    let theirs = app.token_of(Some("other"), &[Scope::Dashboards]).await;
    let theirs = app.program(&theirs.secret);
    assert_eq!(
        theirs
            .put(
                &paths::dashboard("o"),
                &json!({ "id": "o", "title": "D", "version": 0, "widgets": [] })
            )
            .await
            .status,
        StatusCode::OK
    );
    admin
        .put(
            &paths::admin_user_roles(other),
            &json!({ "roles": ["viewer"] }),
        )
        .await;
    assert_eq!(
        theirs.put(&path, &dashboard(1)).await.status,
        StatusCode::FORBIDDEN
    );
    admin.delete(&paths::admin_user(other)).await;
    assert_eq!(
        theirs.put(&path, &dashboard(1)).await.code(),
        "scope_missing"
    );
}

#[tokio::test]
async fn people_make_tokens_of_their_own_which_expire() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let new = |scope: &str, expires_ms: i64| json!({ "name": "mine", "scopes": [scope], "expires_ms": expires_ms });
    let now_ms = server::clock::now_ms();
    for scope in ["ingest", "scrape", "dashboards"] {
        let rejected = viewer
            .post(paths::MY_TOKENS, &new(scope, now_ms + 60_000))
            .await;
        assert_eq!(rejected.code(), "bad_scopes", "{scope}");
        assert!(rejected.text.contains("`read`"), "{}", rejected.text);
    }
    assert_eq!(
        viewer
            .post(paths::MY_TOKENS, &new("read", now_ms))
            .await
            .code(),
        "bad_field"
    );
    let soon = server::clock::now_ms() + 1_500;
    let made = viewer.post(paths::MY_TOKENS, &new("read", soon)).await;
    let program = app.program(made.json["secret"].as_str().expect("a secret"));
    until("its expiry", async || {
        let answer = program.get(paths::METRICS).await;
        if answer.status == StatusCode::OK {
            assert!(server::clock::now_ms() < soon + 5_000);
            return Err(answer.status);
        }
        assert_eq!(answer.code(), "sign_in_first");
        Ok(())
    })
    .await;
    // What has expired is nothing that ends with its owner.
    let users = app.signed_in("admin").await.get(paths::ADMIN_USERS).await;
    let users: Vec<protocol::User> = serde_json::from_value(users.json).expect("users");
    let open = users.iter().find(|user| user.name == "viewer");
    let open = open.and_then(|user| user.open).expect("what is open");
    assert_eq!((open.sessions, open.tokens), (1, 0));
}

#[tokio::test]
async fn an_admin_makes_tokens_of_others_and_nobody_else_does() {
    let app = TestApp::start().await;
    let (admin, viewer) = (app.signed_in("admin").await, app.signed_in("viewer").await);
    let new = |owner: &str, scope: &str| json!({ "name": "x", "scopes": [scope], "owner": owner });
    let made = admin
        .post(paths::ADMIN_TOKENS, &new("viewer", "read"))
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let program = app.program(made.json["secret"].as_str().expect("a secret"));
    let seen = program.get(paths::METRICS).await;
    assert_eq!(seen.text, viewer.get(paths::METRICS).await.text);
    // Of the owner's rights, not of the admin's.
    for (owner, scope, code) in [
        ("viewer", "dashboards", "bad_scopes"),
        ("viewer", "ingest", "bad_scopes"),
        ("ghost", "read", "bad_field"),
    ] {
        let rejected = admin.post(paths::ADMIN_TOKENS, &new(owner, scope)).await;
        assert_eq!(rejected.code(), code, "{owner} {scope}: {rejected:?}");
    }
    let others = viewer.post(paths::MY_TOKENS, &new("admin", "read")).await;
    assert_eq!(others.code(), "bad_field", "{others:?}");
    let own = viewer.post(paths::MY_TOKENS, &new("viewer", "read")).await;
    assert_eq!(own.status, StatusCode::CREATED, "{own:?}");
    // Whose it is stays so.
    let id = made.json["id"].as_i64().expect("an id");
    let path = paths::admin_token(id);
    assert_eq!(
        admin.put(&path, &new("admin", "read")).await.code(),
        "bad_field"
    );
    let set = admin.put(&path, &new("viewer", "read")).await;
    assert_eq!(set.json["owner"]["name"], "viewer", "{set:?}");
}
