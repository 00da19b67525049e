//! Whom dashboards belong to, what lists of them show, and putting back what was removed.

use crate::common::{Answer, TestApp, TestClient, TestConfig};
use protocol::{
    DashboardEntry, DashboardIndex, DashboardParams, Owner, Ownership, Role, Scope, paths,
};
use serde_json::{Value, json};

fn document(id: &str, version: u64) -> Value {
    json!({ "id": id, "title": format!("Title of {id}"), "version": version, "widgets": [] })
}

fn owned(id: &str, owner: &str, shared: bool) -> String {
    let shared = u8::from(shared);
    format!("{}?owner={owner}&shared={shared}", paths::dashboard(id))
}

fn seen(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.code())
}

async fn index(client: &TestClient) -> DashboardIndex {
    let answer = client.get(paths::DASHBOARD_INDEX).await;
    assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
    serde_json::from_value(answer.json).expect("an index")
}

async fn found(client: &TestClient, id: &str) -> Option<DashboardEntry> {
    let all = index(client).await.dashboards;
    all.into_iter().find(|one| one.id == id)
}

/// Users `admin`, `ada` and `bob`, who look, and `sue`, who has the role `shop`.
async fn start(toml: &'static str) -> (TestApp, [TestClient; 4]) {
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    let shop = Role {
        name: "shop".into(),
        ..Role::default()
    };
    app.state.access.save_role(shop).await.expect("a role");
    let mut clients = Vec::new();
    for (name, role) in [
        ("admin", "admin"),
        ("ada", "viewer"),
        ("bob", "viewer"),
        ("sue", "shop"),
    ] {
        app.user(name, &[role]).await;
        clients.push(app.signed_in(name).await);
    }
    let clients = clients.try_into().unwrap_or_else(|_| panic!("four"));
    (app, clients)
}

#[tokio::test]
async fn anybody_makes_dashboards_of_their_own_and_shares_them() {
    let (_app, [admin, ada, bob, _]) = start("").await;
    // Without the right to edit the team's dashboards a new one is one's own.
    let made = ada
        .put(&paths::dashboard("mine"), &document("mine", 0))
        .await;
    assert_eq!(seen(&made), (200, ""), "{made:?}");
    let team = owned("team", "team", true);
    let made = ada.put(&team, &document("team", 0)).await;
    assert_eq!(seen(&made), (403, "right_missing"));
    let entry = found(&ada, "mine").await.expect("hers");
    assert!(entry.mine && entry.may_edit && entry.may_delete && !entry.shared);
    assert!(matches!(entry.owner, Owner::Person { ref name, .. } if name == "ada"));
    // To others it does not exist, and its id is taken.
    for path in [
        paths::dashboard("mine"),
        paths::dashboard_preferences("mine"),
    ] {
        assert_eq!(seen(&bob.get(&path).await), (404, "not_found"), "{path}");
    }
    assert_eq!(bob.get("/d/mine").await.status.as_u16(), 404);
    assert_eq!(found(&bob, "mine").await, None);
    let mine = paths::dashboard("mine");
    assert_eq!(
        seen(&bob.put(&mine, &document("mine", 1)).await),
        (404, "not_found")
    );
    assert_eq!(
        seen(&bob.put(&mine, &document("mine", 0)).await),
        (409, "name_taken")
    );
    assert_eq!(seen(&bob.delete(&mine).await), (404, "not_found"));
    let star = json!({ "starred": true });
    let starred = bob.put(&paths::dashboard_star("mine"), &star).await;
    assert_eq!(seen(&starred), (404, "not_found"));
    let again = ada.put(&mine, &document("mine", 1)).await;
    assert_eq!(seen(&again), (200, ""), "{again:?}");
    // Shared, it is read by all, and changed by its owner alone.
    let share = json!({ "owner": { "kind": "person" }, "shared": true });
    let set = ada.put(&paths::dashboard_owner("mine"), &share).await;
    assert_eq!(set.json["owner"]["name"], "ada", "{set:?}");
    let entry = found(&bob, "mine").await.expect("shared");
    assert!(!entry.mine && !entry.may_edit && !entry.may_delete && entry.shared);
    assert_eq!(entry.title, "Title of mine");
    assert_eq!(bob.get("/d/mine").await.status.as_u16(), 200);
    for client in [&bob, &admin] {
        let changed = client.put(&mine, &document("mine", 1)).await;
        assert_eq!(seen(&changed), (403, "not_owner"));
    }
    let given = bob.put(&paths::dashboard_owner("mine"), &share).await;
    assert_eq!(seen(&given), (403, "not_owner"));
    // What stood in it before is nobody else's.
    let former = bob.get(&paths::dashboard_version("mine", 1)).await;
    let versions = bob.get(&paths::dashboard_versions("mine")).await.json;
    assert_eq!(former.status.as_u16(), 404, "{former:?}");
    assert_eq!(versions.as_array().map(Vec::len), Some(1), "{versions}");
    // An admin takes it over, and changes it then.
    let taken = admin.put(&paths::dashboard_owner("mine"), &share).await;
    assert_eq!(taken.json["owner"]["name"], "admin", "{taken:?}");
    let changed = admin.put(&mine, &document("mine", 2)).await;
    assert_eq!(seen(&changed), (200, ""));
    assert_eq!(
        seen(&ada.put(&mine, &document("mine", 3)).await),
        (403, "not_owner")
    );
}

#[tokio::test]
async fn an_admin_sees_that_a_private_dashboard_exists_and_not_what_is_in_it() {
    let (app, [admin, ada, ..]) = start("").await;
    let made = ada
        .put(&owned("mine", "me", false), &document("mine", 0))
        .await;
    assert_eq!(seen(&made), (200, ""));
    let entry = found(&admin, "mine").await.expect("listed");
    assert!(!entry.may_read && !entry.may_edit && entry.may_delete);
    assert_eq!(
        (&*entry.title, entry.widgets, entry.changed_ms),
        ("", 0, None)
    );
    assert_eq!(
        seen(&admin.get(&paths::dashboard("mine")).await),
        (404, "not_found")
    );
    let share = json!({ "owner": { "kind": "person", "id": 2 }, "shared": true });
    let shared = admin.put(&paths::dashboard_owner("mine"), &share).await;
    assert_eq!(seen(&shared), (404, "not_found"), "nobody else shares it");
    // Of somebody who was removed it is nobody's, and no other user's.
    let user = app.state.access.user("ada").await.expect("ada");
    app.state
        .access
        .remove_user(user.id)
        .await
        .expect("removes");
    let entry = found(&admin, "mine").await.expect("listed");
    assert!(matches!(entry.owner, Owner::Person { id: None, .. }));
    let gone = admin.delete(&paths::dashboard("mine")).await;
    assert_eq!(gone.status.as_u16(), 204);
}

#[tokio::test]
async fn people_of_a_role_change_what_belongs_to_it() {
    let (_app, [admin, ada, _, sue]) = start("").await;
    let path = owned("till", "role:shop", false);
    assert_eq!(
        seen(&ada.put(&path, &document("till", 0)).await),
        (403, "not_owner")
    );
    assert_eq!(seen(&sue.put(&path, &document("till", 0)).await), (200, ""));
    assert_eq!(found(&ada, "till").await, None);
    assert!(found(&admin, "till").await.is_some_and(|one| one.may_edit));
    let team = json!({ "owner": { "kind": "team" }, "shared": true });
    let owner = paths::dashboard_owner("till");
    assert_eq!(seen(&sue.put(&owner, &team).await), (403, "right_missing"));
    let none = json!({ "owner": { "kind": "role", "name": "none" }, "shared": true });
    assert_eq!(
        seen(&admin.put(&owner, &none).await),
        (422, "invalid_document")
    );
    assert_eq!(admin.put(&owner, &team).await.status.as_u16(), 200);
    assert!(found(&ada, "till").await.is_some_and(|one| !one.may_edit));
    // What comes with the program stays the team's.
    let own = json!({ "owner": { "kind": "person" }, "shared": true });
    let given = admin.put(&paths::dashboard_owner("system"), &own).await;
    assert_eq!(seen(&given), (422, "invalid_document"));
}

#[tokio::test]
async fn a_program_saves_what_its_owner_may_and_removes_nothing() {
    let (app, [admin, ..]) = start("").await;
    let saves = app.token_of(Some("admin"), &[Scope::Dashboards]).await;
    let saves = app.program(&saves.secret);
    let own = DashboardParams::of(&Ownership::private_of(1)).address("mine");
    assert_eq!(
        seen(&saves.put(&own, &document("mine", 0)).await),
        (200, "")
    );
    assert!(found(&admin, "mine").await.is_some_and(|one| one.mine));
    let share = json!({ "owner": { "kind": "team" }, "shared": true });
    let given = saves.put(&paths::dashboard_owner("mine"), &share).await;
    assert_eq!(seen(&given), (403, "users_only"));
    let path = paths::dashboard("mine");
    assert_eq!(seen(&saves.delete(&path).await), (403, "users_only"));
}

#[tokio::test]
async fn a_person_has_at_most_so_many_and_rejections_are_counted() {
    let toml = "[limits]\nmax_dashboards_per_user = 1\nmax_dashboards = 5";
    let (app, [admin, ada, bob, _]) = start(toml).await;
    let counted = telemetry::testing::capture(&app.registry, &["pulseboard.refused"]);
    let counted = counted.expect("captures");
    for (client, id, want) in [
        (&ada, "a", (200, "")),
        (&ada, "b", (422, "too_many_dashboards")),
        (&bob, "b", (200, "")),
        (&admin, "team", (200, "")),
        (&admin, "more", (422, "too_many_dashboards")),
    ] {
        let made = client.put(&paths::dashboard(id), &document(id, 0)).await;
        assert_eq!(seen(&made), want, "{id}");
    }
    let counted = counted.take();
    let reasons = counted
        .iter()
        .map(|event| event.metadata["reason"].as_str());
    let limited = reasons.filter(|it| *it == "dashboard_limit").count();
    assert_eq!(limited, 2);
    let take = json!({ "owner": { "kind": "person" }, "shared": true });
    let taken = admin.put(&paths::dashboard_owner("a"), &take).await;
    assert_eq!(taken.status.as_u16(), 200);
    let further = admin.put(&paths::dashboard_owner("b"), &take).await;
    assert_eq!(seen(&further), (422, "too_many_dashboards"));
}

#[tokio::test]
async fn what_was_removed_is_put_back_for_the_owner_it_had() {
    let (_app, [admin, ada, bob, _]) = start("[limits]\nmax_deleted_dashboards = 2").await;
    for id in ["a", "b", "c"] {
        let made = ada.put(&owned(id, "me", false), &document(id, 0)).await;
        assert_eq!(seen(&made), (200, ""));
        let gone = ada.delete(&paths::dashboard(id)).await;
        assert_eq!(gone.status.as_u16(), 204);
        assert_eq!(
            seen(&ada.get(&paths::dashboard(id)).await),
            (404, "not_found")
        );
    }
    let deleted = index(&ada).await.deleted;
    let ids: Vec<&str> = deleted.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["c", "b"], "the oldest made room");
    assert_eq!(deleted[0].title, "Title of c");
    assert!(deleted[0].until_ms > deleted[0].deleted_ms);
    assert_eq!(index(&bob).await.deleted, []);
    assert!(
        index(&admin)
            .await
            .deleted
            .iter()
            .all(|one| one.title.is_empty())
    );
    let restore = async |client: &TestClient, id: &str| {
        client.post(&paths::dashboard_restore(id), &json!({})).await
    };
    assert_eq!(seen(&restore(&ada, "a").await), (404, "not_found"));
    assert_eq!(seen(&restore(&bob, "b").await), (404, "not_found"));
    let back = restore(&ada, "b").await;
    assert_eq!(
        (seen(&back), &back.json["title"]),
        ((200, ""), &json!("Title of b"))
    );
    // No version comes again.
    assert!(back.json["version"].as_u64() > Some(1), "{back:?}");
    assert!(
        found(&ada, "b")
            .await
            .is_some_and(|one| one.mine && !one.shared)
    );
    assert_eq!(seen(&restore(&ada, "b").await), (404, "not_found"));
    // Its id may be somebody else's by now.
    let made = bob.put(&owned("c", "me", false), &document("c", 0)).await;
    assert_eq!(seen(&made), (200, ""));
    assert_eq!(seen(&restore(&ada, "c").await), (409, "name_taken"));
    // What is built in goes back to what is delivered, and from there to what it was.
    let mut system = admin.get(&paths::dashboard("system")).await.json;
    system["title"] = json!("Ours");
    let saved = admin.put(&paths::dashboard("system"), &system).await;
    assert_eq!(seen(&saved), (200, ""));
    let reset = admin.delete(&paths::dashboard("system")).await;
    assert_eq!(reset.status.as_u16(), 204);
    assert!(
        found(&admin, "system")
            .await
            .is_some_and(|one| one.title == "System")
    );
    assert_eq!(restore(&admin, "system").await.json["title"], "Ours");
    assert!(
        found(&ada, "system")
            .await
            .is_some_and(|one| one.built_in && one.title == "Ours")
    );
}

#[tokio::test]
async fn lists_know_stars_visits_and_where_a_dashboard_is_filed() {
    let (_app, [admin, ada, bob, _]) = start("").await;
    let filed = json!({ "id": "till", "title": "Till", "version": 0, "widgets": [],
        "description": "What is sold", "folder": "Shop/Front", "tags": ["shop", "eu"] });
    let path = paths::dashboard("till");
    let saved = admin.put(&path, &filed).await;
    assert_eq!(seen(&saved), (200, ""), "{saved:?}");
    for (field, value) in [
        ("folder", json!("a//b")),
        ("tags", json!(["a", "a"])),
        ("description", json!("x".repeat(501))),
    ] {
        let mut bad = saved.json.clone();
        bad[field] = value;
        let answer = admin.put(&path, &bad).await;
        assert_eq!(seen(&answer), (422, "invalid_document"), "{field}");
    }
    let star = json!({ "starred": true });
    let starred = ada.put(&paths::dashboard_star("till"), &star).await;
    assert_eq!(starred.status.as_u16(), 204, "{starred:?}");
    assert_eq!(ada.get("/d/till").await.status.as_u16(), 200);
    let of_ada = found(&ada, "till").await.expect("listed");
    assert!(of_ada.starred && of_ada.opened_ms.is_some() && of_ada.changed_ms.is_some());
    assert_eq!(
        (&*of_ada.description, &*of_ada.folder, of_ada.tags.join(",")),
        ("What is sold", "Shop/Front", "shop,eu".to_owned())
    );
    let of_bob = found(&bob, "till").await.expect("listed");
    assert!(!of_bob.starred && of_bob.opened_ms.is_none());
    let star = json!({ "starred": false });
    ada.put(&paths::dashboard_star("till"), &star).await;
    assert!(found(&ada, "till").await.is_some_and(|one| !one.starred));
    // A preview is of somebody else: it opens nothing for the admin, and shows no star of theirs.
    let preview = paths::preview("viewer");
    let opened = admin.get(&format!("{preview}/d/till")).await;
    assert_eq!(opened.status.as_u16(), 200);
    assert!(
        found(&admin, "till")
            .await
            .is_some_and(|one| one.opened_ms.is_none())
    );
    assert_eq!(index(&ada).await.home, "system");
}
