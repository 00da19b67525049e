//! `/api/admin/audit`: every change is in it, with who, from where, before and after; nothing can be
//! changed in it; it is bounded. A route that changes something and is not in [`change`](crate::changes::change) fails.

use crate::changes::change;
use crate::common::{Answer, PASSWORD, TestApp, TestClient, TestConfig, answer};
use protocol::{
    Action, AuditActorKind, AuditCode, AuditFormat, AuditPage, AuditParams, Right, paths,
};
use reqwest::Method;
use serde_json::{Value, json};
use server::http::ROUTES;

async fn page(admin: &TestClient, params: &AuditParams) -> AuditPage {
    let answer = admin.get(&params.address()).await;
    assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
    serde_json::from_value(answer.json).expect("a page")
}

async fn newest(admin: &TestClient) -> protocol::AuditEntry {
    let page = page(admin, &AuditParams::default()).await;
    page.entries.into_iter().next().expect("an entry")
}

async fn count(admin: &TestClient) -> usize {
    let all = AuditParams {
        limit: 500,
        ..AuditParams::default()
    };
    page(admin, &all).await.entries.len()
}

async fn send(client: &TestClient, method: &Method, path: &str, body: &Value) -> Answer {
    let request = client.request(method.clone(), path);
    let request = if body.is_null() {
        request
    } else {
        request.json(body)
    };
    answer(request).await
}

#[tokio::test]
async fn every_route_of_admins_that_changes_something_records_it() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    // Annotations are made by everybody, and bear the name of who made them.
    let is_recorded = |action: Action| match action.right() {
        Some(right) => right != Right::Annotate,
        None => matches!(action, Action::Admin | Action::OwnDashboards),
    };
    let mut changing = ROUTES
        .iter()
        .filter(|route| is_recorded(route.action) && !route.method.is_safe());
    let mut seen = 0;
    // As the table has them: what is made comes before what is removed.
    for route in &mut changing {
        let (path, body, what) = change(&app, &admin, route).await;
        let before = count(&admin).await;
        let answer = send(&admin, &route.method, &path, &body).await;
        assert!(
            answer.status.is_success(),
            "{} {path}: {answer:?}",
            route.method
        );
        assert_eq!(count(&admin).await, before + 1, "{} {path}", route.method);
        let entry = newest(&admin).await;
        assert_eq!(entry.what, what, "{} {path}", route.method);
        assert_eq!(entry.who.name, "admin");
        assert_eq!(entry.who.kind, AuditActorKind::User);
        assert!(entry.who.id.is_some() && entry.t > 0);
        assert_eq!(entry.address, "127.0.0.1");
        assert_ne!(entry.object, "", "{path}");
        for user in ["spare", "other"] {
            if let Ok(found) = app.state.access.user(user).await {
                app.state
                    .access
                    .remove_user(found.id)
                    .await
                    .expect("removes");
            }
        }
        // What fails changes nothing, and records nothing.
        let before = count(&admin).await;
        let viewer = send(&app.client(), &route.method, &path, &body).await;
        assert_eq!(viewer.status.as_u16(), 401);
        assert_eq!(count(&admin).await, before, "{path}");
        seen += 1;
    }
    assert!(seen >= 13, "{seen}");
}

#[tokio::test]
async fn sign_ins_passwords_and_set_up_are_recorded_without_secrets() {
    let app = TestApp::start_with(TestConfig::default()).await;
    let link = app.setup_link.clone().expect("a link");
    let token = link.rsplit('/').next().expect("a secret");
    let ada = app.client();
    let setup = json!({ "token": token, "name": "ada", "password": PASSWORD });
    assert_eq!(ada.post(paths::SETUP, &setup).await.status.as_u16(), 200);
    for name in ["ada", "ada", "nobody-of-this-name"] {
        let wrong = json!({ "name": name, "password": "a wrong one" });
        let answer = app.client().post(paths::SESSION, &wrong).await;
        assert_eq!(answer.status.as_u16(), 401);
    }
    let change = json!({ "current": PASSWORD, "new": "battery staple" });
    assert_eq!(
        ada.put(paths::MY_PASSWORD, &change).await.status.as_u16(),
        204
    );
    let other = app.client();
    let right = json!({ "name": "ADA", "password": "battery staple" });
    assert_eq!(
        other.post(paths::SESSION, &right).await.status.as_u16(),
        200
    );
    assert_eq!(other.delete(paths::SESSION).await.status.as_u16(), 204);
    app.state
        .access
        .record_failed_sign_ins()
        .await
        .expect("records");

    let text = ada.get(&AuditParams::default().address()).await.text;
    for secret in [
        PASSWORD,
        "battery staple",
        "a wrong one",
        token,
        "nobody-of-this-name",
    ] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let entries = page(&ada, &AuditParams::default()).await.entries;
    let seen: Vec<_> = entries
        .iter()
        .rev()
        .map(|entry| (entry.what, entry.who.name.as_str(), entry.object.as_str()))
        .collect();
    use AuditCode::*;
    assert_eq!(
        seen,
        [
            (SetUp, "setup", "ada"),
            (PasswordChanged, "ada", "ada"),
            (SignedIn, "ada", "ada"),
            (SignedOut, "ada", "ada"),
            (SignInFailed, "nobody", ""),
            (SignInFailed, "nobody", "ada"),
        ]
    );
    let attempts: Vec<_> = entries[..2]
        .iter()
        .map(|entry| entry.after.clone())
        .collect();
    let expected = [2, 1].map(|attempts| Some(json!({ "attempts": attempts })));
    assert_eq!(attempts, expected);
}

#[tokio::test]
async fn entries_are_filtered_paged_and_exported() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    for name in ["one", "two", "three"] {
        let role = json!({ "name": name, "version": 0, "description": "=1+1", "metrics": [] });
        admin.put(&paths::admin_role(name), &role).await;
    }
    let viewer = app.signed_in("viewer").await;
    let objects = async |params: AuditParams| {
        let page = page(&admin, &params).await;
        let objects = page.entries.into_iter().map(|entry| entry.object);
        (objects.collect::<Vec<_>>(), page.next)
    };
    let all = AuditParams::default();
    let by = |who: &str| AuditParams {
        who: Some(who.into()),
        ..all.clone()
    };
    assert_eq!(objects(by("VIEWER")).await.0, ["viewer"]);
    assert_eq!(
        objects(by("admin")).await.0,
        ["three", "two", "one", "admin"]
    );
    let saved = AuditParams {
        what: vec![AuditCode::RoleSaved, AuditCode::UserRemoved],
        ..all.clone()
    };
    assert_eq!(objects(saved.clone()).await.0, ["three", "two", "one"]);
    let found = AuditParams {
        search: Some("\"NAME\":\"tw".into()),
        ..all.clone()
    };
    assert_eq!(objects(found).await.0, ["two"]);
    let first = AuditParams {
        limit: 2,
        ..saved.clone()
    };
    let (newest, next) = objects(first.clone()).await;
    assert_eq!(newest, ["three", "two"]);
    assert!(next.is_some());
    let rest = AuditParams {
        before: next,
        ..first
    };
    assert_eq!(objects(rest).await, (vec!["one".to_owned()], None));
    let later = AuditParams {
        from: Some(protocol::QueryTime::at(i64::MAX / 2)),
        ..all.clone()
    };
    assert_eq!(objects(later).await, (Vec::new(), None));

    let file = admin.get(&saved.export_address(AuditFormat::Json)).await;
    assert_eq!(file.header("content-type"), "application/json");
    let entries: Vec<protocol::AuditEntry> = serde_json::from_value(file.json).expect("entries");
    assert_eq!(entries.len(), 3);
    let file = admin.get(&saved.export_address(AuditFormat::Csv)).await;
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"pulseboard-audit.csv\""
    );
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(
        lines[1].contains(",\"admin\",role_saved,\"three\",\"127.0.0.1\","),
        "{}",
        lines[1]
    );
    let none = admin
        .get(&by("nobody at all").export_address(AuditFormat::Json))
        .await;
    assert_eq!(none.json, json!([]));
    for (path, parameter) in [
        ("?what=nothing", "what: there is no kind of entry `nothing`"),
        ("?limit=0", "limit: it takes 1 to 500"),
        ("/export?limit=5", "limit: unknown"),
        ("/export?format=xml", "format: it takes csv or json"),
    ] {
        let wrong = admin.get(&format!("{}{path}", paths::ADMIN_AUDIT)).await;
        assert_eq!(wrong.code(), "bad_parameter");
        assert!(wrong.text.contains(parameter), "{}", wrong.text);
    }
    for path in [paths::ADMIN_AUDIT, paths::ADMIN_AUDIT_EXPORT] {
        assert_eq!(viewer.get(path).await.code(), "admins_only");
    }
}

#[tokio::test]
async fn the_log_is_append_only_and_bounded() {
    let config = TestConfig::toml("[limits]\nmax_audit_entries = 5\n");
    let app = TestApp::start_with(config).await;
    app.user("admin", &["admin"]).await;
    let admin = app.signed_in("admin").await;
    for version in 0..7 {
        let dashboard = json!({ "id": "audited", "title": "D", "version": version, "widgets": [] });
        let saved = admin.put(&paths::dashboard("audited"), &dashboard).await;
        assert_eq!(saved.status.as_u16(), 200, "{saved:?}");
    }
    let kept = page(&admin, &AuditParams::default()).await;
    assert_eq!((kept.entries.len(), kept.dropped), (5, 3));
    let newest = &kept.entries[0];
    let version = |state: &Option<Value>| state.as_ref().map(|state| state["version"].clone());
    assert_eq!(version(&newest.before), Some(json!(6)));
    assert_eq!(version(&newest.after), Some(json!(7)));
    let pool = app.state.storage.pool();
    for (sql, message) in [
        ("UPDATE audit SET who = 'eve'", "append-only"),
        (
            "DELETE FROM audit WHERE id = (SELECT MAX(id) FROM audit)",
            "its oldest entries only",
        ),
    ] {
        let rejected = sqlx::query(sql).execute(pool).await.expect_err("rejected");
        assert!(rejected.to_string().contains(message), "{rejected}");
    }
    assert_eq!(page(&admin, &AuditParams::default()).await, kept);
}

#[tokio::test]
async fn a_change_that_cannot_be_recorded_fails() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let pool = app.state.storage.pool();
    sqlx::query(
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END",
    )
    .execute(pool)
    .await
    .expect("makes");
    let token = json!({ "name": "ci", "scopes": ["ingest"] });
    let answer = admin.post(paths::ADMIN_TOKENS, &token).await;
    assert_eq!(answer.code(), "internal");
    let right = json!({ "name": "admin", "password": PASSWORD });
    let signed_in = app.client().post(paths::SESSION, &right).await;
    assert_eq!(signed_in.code(), "internal");
    assert_eq!(signed_in.header("set-cookie"), "");
}
