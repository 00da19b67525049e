//! `/api/admin/roles` and `/api/admin/users/{id}/roles`.

use crate::common::{Answer, TestApp, TestClient, TestConfig};
use crate::stream::Events;
use protocol::{Role, Roles, User, paths};
use serde_json::{Value, json};

fn seen(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.code())
}

async fn names(client: &TestClient) -> Vec<String> {
    let metrics = client.get(paths::METRICS).await.json;
    let metrics = metrics.as_array().expect("a list").iter();
    let name = |metric: &Value| metric["name"].as_str().expect("a name").to_owned();
    metrics.map(name).collect()
}

async fn user_id(admin: &TestClient, name: &str) -> i64 {
    let users = admin.get(paths::ADMIN_USERS).await;
    let users: Vec<User> = serde_json::from_value(users.json).expect("users");
    let found = users.iter().find(|user| user.name == name);
    found.expect("a user of the list").id
}

async fn give(admin: &TestClient, name: &str, roles: Value) -> Answer {
    let path = paths::admin_user_roles(user_id(admin, name).await);
    admin.put(&path, &json!({ "roles": roles })).await
}

#[tokio::test]
async fn an_admin_makes_changes_and_removes_roles() {
    let app = TestApp::start_with(TestConfig::toml("roles = ['ops']")).await;
    app.user("admin", &["admin"]).await;
    let admin = app.signed_in("admin").await;
    let path = paths::admin_role("shop");
    let shop = |version: u64, metrics: Value| json!({ "name": "shop", "version": version, "description": "x", "metrics": metrics });
    let http = json!([{ "pattern": "http.*" }]);
    let made = admin.put(&path, &shop(0, http.clone())).await;
    assert_eq!(seen(&made), (200, ""), "{made:?}");
    let first = made.json["version"].as_u64().expect("a version");
    let again = admin.put(&path, &shop(0, http.clone())).await;
    assert_eq!(seen(&again), (409, "stale_version"));
    assert_eq!(again.json["current"], made.json);
    let changed = admin.put(&path, &shop(first, json!([]))).await;
    assert_eq!(changed.json["version"], json!(first + 1));
    let stale = admin.put(&path, &shop(first, http.clone())).await;
    assert_eq!(stale.json["current"], changed.json);
    assert_eq!(admin.get(&path).await.json, changed.json);

    let all: Roles = serde_json::from_value(admin.get(paths::ADMIN_ROLES).await.json).expect("all");
    assert_eq!(all.built_in, ["admin", "viewer", "ops"]);
    let one: Role = serde_json::from_value(changed.json).expect("a role");
    assert_eq!(all.roles, [one]);

    app.user("ada", &["shop"]).await;
    let used = admin.delete(&path).await;
    assert_eq!(seen(&used), (409, "role_in_use"), "{used:?}");
    assert_eq!(
        seen(&give(&admin, "ada", json!(["viewer"])).await),
        (204, "")
    );
    assert_eq!(seen(&admin.delete(&path).await), (204, ""));
    assert_eq!(seen(&admin.delete(&path).await), (404, "not_found"));
    assert_eq!(seen(&admin.get(&path).await), (404, "not_found"));
    let gone = give(&admin, "ada", json!(["shop"])).await;
    assert_eq!(seen(&gone), (422, "bad_roles"));
    let next = admin.put(&path, &shop(0, http)).await;
    let version = next.json["version"].as_u64().expect("a version");
    assert!(version > first + 1, "no version comes again: {version}");
}

#[tokio::test]
async fn a_role_that_makes_no_sense_is_rejected_by_path() {
    let toml = "roles = ['ops']\n[limits]\nmax_roles = 1";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    app.user("admin", &["admin"]).await;
    let admin = app.signed_in("admin").await;
    let check = async |name: &str, body: Value, status: u16, code: &str, says: &str| {
        let answer = admin.put(&paths::admin_role(name), &body).await;
        assert_eq!(seen(&answer), (status, code), "{body} {answer:?}");
        assert!(answer.text.contains(says), "{answer:?}");
    };
    let of = |metrics: Value| json!({ "name": "shop", "metrics": metrics });
    let other = json!({ "name": "b" });
    check("a", other, 422, "invalid_document", "name: ").await;
    let bad = json!({ "name": "A" });
    check("A", bad, 422, "invalid_document", "name: ").await;
    for fixed in ["admin", "viewer", "ops"] {
        let body = json!({ "name": fixed });
        check(fixed, body, 422, "invalid_document", "name: ").await;
    }
    let two = json!([{ "metric": "a.b" }, { "metric": "a.b", "category": "x" }]);
    check("shop", of(two), 422, "invalid_document", "metrics[1]: ").await;
    let star = json!([{ "metric": "a.*" }]);
    check(
        "shop",
        of(star),
        422,
        "invalid_document",
        "metrics[0].metric: ",
    )
    .await;
    let long = json!([{ "pattern": "a.*", "where": { "service": "x".repeat(257) } }]);
    let path = "metrics[0].where";
    check("shop", of(long), 422, "invalid_document", path).await;
    let rights = |rights: Value| json!({ "name": "shop", "rights": rights });
    let twice = rights(json!(["annotate", "annotate"]));
    check("shop", twice, 422, "invalid_document", "rights[1]: ").await;
    let unknown = rights(json!(["everything"]));
    check("shop", unknown, 422, "bad_field", "rights[0]").await;
    let open = json!({ "name": "shop", "dashboards": ["system"] });
    check("shop", open, 422, "invalid_document", "dashboards: ").await;
    check("shop", of(json!([])), 200, "", "").await;
    let full = json!({ "name": "next" });
    check("next", full, 422, "too_many_roles", "limits.max_roles").await;
}

#[tokio::test]
async fn people_see_what_their_roles_give() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let role = async |name: &str, version: u64, metrics: Value| {
        let body = json!({ "name": name, "version": version, "metrics": metrics });
        let answer = admin.put(&paths::admin_role(name), &body).await;
        assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
        answer.json["version"].as_u64().expect("a version")
    };
    let all = names(&admin).await;
    let of = |prefix: &str| -> Vec<String> {
        let with = all.iter().filter(|name| name.starts_with(prefix));
        with.cloned().collect()
    };
    let http = role("http", 0, json!([{ "pattern": "http.*" }])).await;
    role("host", 0, json!([{ "pattern": "host.*" }])).await;
    app.user("ada", &["http"]).await;
    let ada = app.signed_in("ada").await;
    let before = names(&app.signed_in("viewer").await).await;
    let floor = |names: Vec<String>| -> Vec<String> {
        let open = names.into_iter().filter(|name| before.contains(name));
        open.collect()
    };
    assert!(!of("http.").is_empty() && !of("host.").is_empty());
    assert_eq!(names(&ada).await, floor(of("http.")));
    // A role that is given everything sees what asks for no role alone.
    role("all", 0, json!([{ "pattern": "*" }])).await;
    assert_eq!(seen(&give(&admin, "ada", json!(["all"])).await), (204, ""));
    assert_eq!(names(&ada).await, before);
    give(&admin, "ada", json!(["http", "host"])).await;
    let mut both = floor(all.clone());
    both.retain(|name| name.starts_with("http.") || name.starts_with("host."));
    assert_eq!(names(&ada).await, both);
    role("http", http, json!([])).await;
    assert_eq!(names(&ada).await, floor(of("host.")));
    // What admins made is there after a restart.
    let app = TestApp::start_in(app.stop().await, TestConfig::default()).await;
    let ada = app.signed_in("ada").await;
    assert_eq!(names(&ada).await, floor(of("host.")));
}

#[tokio::test]
async fn people_may_do_what_their_roles_say_at_once_and_no_longer() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let role = async |version: u64, rights: &[&str]| {
        let body = json!({ "name": "shop", "version": version, "rights": rights,
                           "metrics": [{ "pattern": "http.*" }] });
        let answer = admin.put(&paths::admin_role("shop"), &body).await;
        assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
        answer.json["version"].as_u64().expect("a version")
    };
    let first = role(0, &[]).await;
    app.user("ada", &["shop"]).await;
    let ada = app.signed_in("ada").await;
    let tries = async |expect: [(u16, &str); 4]| {
        let board = json!({ "id": "mine", "title": "M", "version": 0, "widgets": [] });
        // Everybody may make their own: this one is to be the team's.
        let of_team = format!("{}?owner=team", paths::dashboard("mine"));
        let saved = ada.put(&of_team, &board).await;
        let noted = ada.post(paths::ANNOTATIONS, &json!({ "text": "x" })).await;
        let removed = ada.delete(&paths::annotation(99)).await;
        let series = format!("{}?metric=host.cpu.usage", paths::ADMIN_SERIES);
        let cleared = ada.delete(&series).await;
        let all = [&saved, &noted, &removed, &cleared].map(seen);
        assert_eq!(all, expect);
    };
    let missing = (403, "right_missing");
    tries([missing; 4]).await;
    let me = ada.get(paths::ME).await.json;
    assert_eq!(
        me,
        json!({ "name": "ada", "roles": ["shop"], "admin": false })
    );
    let all = [
        "edit_dashboards",
        "annotate",
        "remove_annotations",
        "operate",
    ];
    let second = role(first, &all).await;
    // A metric that is hidden is cleared up no more than one that does not exist.
    let none = (404, "not_found");
    tries([(200, ""), (201, ""), none, none]).await;
    assert_eq!(ada.get(paths::ME).await.json["rights"], json!(all));
    role(second, &["annotate"]).await;
    tries([missing, (201, ""), missing, missing]).await;
    let every = admin.get(paths::ME).await.json["rights"].clone();
    assert_eq!(every, json!(protocol::Right::ALL));
}

#[tokio::test]
async fn a_role_that_is_taken_away_in_the_middle_of_a_stream_is_gone_from_it_and_from_every_request()
 {
    let app = TestApp::start().await;
    app.user("ada", &["admin"]).await;
    let (admin, ada) = (app.signed_in("admin").await, app.signed_in("ada").await);
    let mut events = Events::open(&ada, paths::STREAM, None).await;
    while !events.raw.contains("\"db.queries\"") {
        events.frame().await;
    }
    assert_eq!(
        seen(&give(&admin, "ada", json!(["viewer"])).await),
        (204, "")
    );
    assert_eq!(
        seen(&ada.get(paths::ADMIN_USERS).await),
        (403, "admins_only")
    );
    assert!(!names(&ada).await.contains(&"db.queries".to_owned()));
    // What is on its way still comes; after the next beginning nothing of it does.
    while events.count("hello") < 2 {
        events.frame().await;
    }
    for _ in 0..10 {
        events.frame().await;
    }
    let since = events.raw.rsplit("event: hello").next().expect("a part");
    assert!(since.contains("event: frame") && !since.contains("db.queries"));
}

#[tokio::test]
async fn two_admins_who_demote_each_other_at_once_leave_one() {
    let app = TestApp::start().await;
    app.user("second", &["admin"]).await;
    let (first, second) = (app.signed_in("admin").await, app.signed_in("second").await);
    let demote = |id: i64| (paths::admin_user_roles(id), json!({ "roles": ["viewer"] }));
    let (of_first, body) = demote(user_id(&first, "admin").await);
    let (of_second, _) = demote(user_id(&first, "second").await);
    let (one, other) = tokio::join!(first.put(&of_second, &body), second.put(&of_first, &body));
    let mut answers = [seen(&one), seen(&other)];
    answers.sort_unstable();
    // Who lost the role before the other request came is no admin any more.
    let lost = [(409, "last_admin"), (403, "admins_only")];
    assert_eq!(answers[0], (204, ""));
    assert!(lost.contains(&answers[1]), "{answers:?}");
    let admins = app.state.access.users().await.expect("users");
    let is_admin = |user: &&server::storage::StoredUser| user.roles.iter().any(|r| r == "admin");
    assert_eq!(admins.iter().filter(is_admin).count(), 1);
    // Alone, nobody gives the role up.
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let alone = give(&admin, "admin", json!(["viewer"])).await;
    assert_eq!(seen(&alone), (409, "last_admin"));
    assert_eq!(
        seen(&give(&admin, "admin", json!(["viewer", "admin"])).await),
        (204, "")
    );
    let nobody = admin
        .put(
            &paths::admin_user_roles(99),
            &json!({ "roles": ["viewer"] }),
        )
        .await;
    assert_eq!(seen(&nobody), (404, "not_found"));
}
