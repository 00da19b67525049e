//! What admins see below `/as/{role}`: reads only, as people of the role, recorded.

use crate::canary::walk::everything_below;
use crate::canary::{PUBLIC, SECRET, emit};
use crate::common::{TestApp, TestClient, until};
use crate::stream::Events;
use protocol::{Action, Grant, Me, Role, UserRoles, paths};
use serde_json::json;

/// Fails unless an admin who looks as people of a role is sent exactly what they are, whatever is asked
/// for: nothing of the canaries whose names begin so, and something of the others.
pub async fn hides(app: &TestApp, admin: &TestClient, role: &str, hidden: &[&str]) {
    let below = paths::preview(role);
    let mut sent = everything_below(app, admin, &below, hidden).await;
    let mut stream = Events::open(admin, &format!("{below}{}", paths::STREAM), None).await;
    for _ in 0..5 {
        emit(app);
        stream.frame().await;
    }
    sent.push(("an open stream".into(), stream.raw.clone()));
    for text in [SECRET, PUBLIC].concat() {
        let is_hidden = hidden.iter().any(|start| {
            [SECRET, PUBLIC]
                .iter()
                .any(|one| one[0] == *start && one.contains(&text))
        });
        let holding = sent.iter().filter(|(_, bytes)| bytes.contains(text));
        let holding: Vec<_> = holding.collect();
        assert_eq!(
            holding.is_empty(),
            is_hidden,
            "as {role}, {text}: {holding:?}"
        );
    }
}

async fn with_role(app: &TestApp, grants: Vec<Grant>) -> TestClient {
    let role = Role {
        name: "narrow".into(),
        metrics: grants,
        ..Role::default()
    };
    app.state.access.save_role(role).await.expect("a role");
    app.signed_in("admin").await
}

#[tokio::test]
async fn an_admin_sees_pages_as_people_of_a_role_and_that_is_recorded() {
    let app = TestApp::start().await;
    let admin = with_role(&app, vec![Grant::pattern("http.*")]).await;
    let page = admin.get("/as/narrow/d/system").await;
    assert_eq!(page.status.as_u16(), 200, "{page:?}");
    let shown = &page.text;
    assert!(shown.contains("Leave preview") && shown.contains("Not visible for your role"));
    assert!(shown.contains("data-base=\"/as/narrow\"") && !shown.contains("host.memory"));
    let me: Me = serde_json::from_value(admin.get("/as/narrow/api/me").await.json).expect("me");
    assert_eq!(
        (me.preview.as_deref(), me.admin, &*me.roles, &*me.rights),
        (Some("narrow"), false, &["narrow".to_owned()][..], &[][..])
    );
    // What the admin arranged for themselves is not what people of the role begin with.
    let own = json!({ "version": 0, "range_s": 60 });
    assert_eq!(
        admin.put(paths::PREFERENCES, &own).await.status.as_u16(),
        200
    );
    let seen = admin.get("/as/narrow/api/preferences").await.json;
    assert_eq!(seen["version"], 0);
    let log = admin
        .get("/api/admin/audit?what=preview_started")
        .await
        .json;
    let entries = log["entries"].as_array().expect("entries");
    assert_eq!(
        entries.len(),
        1,
        "pages are recorded, not what they load: {log}"
    );
    assert_eq!(entries[0]["who"]["name"], "admin");
    assert_eq!(entries[0]["object"], "narrow");
    assert_eq!(entries[0]["after"], json!({ "page": "/d/system" }));
    // Files of the site are there too, and what is none is missing.
    assert_eq!(admin.get("/as/narrow/nothing").await.status.as_u16(), 404);
}

#[tokio::test]
async fn no_address_of_a_preview_has_anything_of_the_admins_own() {
    let app = TestApp::start().await;
    with_role(&app, vec![Grant::pattern("*")]).await;
    app.user("zqroot", &["admin"]).await;
    let root = app.signed_in("zqroot").await;
    let token = json!({ "name": "zqtoken", "scopes": ["read"] });
    let made = root.post(paths::MY_TOKENS, &token).await;
    assert_eq!(made.status.as_u16(), 201, "{made:?}");
    let own = json!({ "version": 0, "zone": "Pacific/Chatham" });
    let saved = root.put(paths::PREFERENCES, &own).await;
    assert_eq!(saved.status.as_u16(), 200, "{saved:?}");
    let own = json!({ "version": 0, "widgets": { "cpu": { "off": ["zqoff"] } } });
    let saved = root
        .put(&paths::dashboard_preferences("system"), &own)
        .await;
    assert_eq!(saved.status.as_u16(), 200, "{saved:?}");
    crate::guest::open(&app, &["system"], vec![Grant::pattern("*")]).await;
    let texts = ["zqroot", "zqtoken", "Pacific/Chatham", "zqoff"];
    let holding = |sent: &[(String, String)], text: &str| -> Vec<String> {
        let holding = sent.iter().filter(|(_, bytes)| bytes.contains(text));
        holding.map(|(address, _)| address.clone()).collect()
    };
    // Without a preview all of it is found, so that the search is known to find.
    let own = everything_below(&app, &root, "", &[]).await;
    assert!(texts.iter().all(|text| !holding(&own, text).is_empty()));
    for role in ["narrow", "guest"] {
        let below = paths::preview(role);
        let sent = everything_below(&app, &root, &below, &[]).await;
        for text in texts {
            assert_eq!(holding(&sent, text), [""; 0], "as {role}, {text}");
        }
        let me = root.get(&format!("{below}{}", paths::ME)).await.json;
        assert_eq!((&me["name"], &me["preview"]), (&json!(role), &json!(role)));
    }
    // Nothing of an account is there at all: no route and no page of the table that is about oneself.
    let routes = server::http::ROUTES.iter();
    let own = routes.filter(|route| route.action == Action::Account);
    let pages = app.state.pages.iter();
    let own_pages = pages.filter(|page| page.action == Action::Account);
    let (mut routes, mut pages) = (0, 0);
    for route in own {
        let request = root.request(route.method.clone(), &format!("/as/narrow{}", route.path));
        let answer = crate::common::answer(request.json(&json!({}))).await;
        let want = match route.method.is_safe() {
            true => (404, "not_found"),
            false => (403, "read_only"),
        };
        let found = (answer.status.as_u16(), answer.code());
        assert_eq!(found, want, "{} {}", route.method, route.path);
        routes += 1;
    }
    for page in own_pages {
        let answer = root.get(&format!("/as/narrow{}", page.path)).await;
        assert_eq!(answer.status.as_u16(), 404, "{}", page.path);
        pages += 1;
    }
    assert!(routes > 10 && pages == 1, "{routes} {pages}");
    assert_eq!(root.get(paths::ME).await.json["name"], "zqroot");
}

#[tokio::test]
async fn a_preview_changes_nothing_and_is_for_admins_alone() {
    let app = TestApp::start().await;
    let admin = with_role(&app, vec![Grant::pattern("*")]).await;
    app.user("vera", &["viewer"]).await;
    let (vera, nobody) = (app.signed_in("vera").await, app.client());
    let own = json!({ "version": 0 });
    let answer = admin.put("/as/narrow/api/preferences", &own).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (403, "read_only"));
    let answer = admin.delete("/as/narrow/api/session").await;
    assert_eq!(answer.code(), "read_only");
    for path in [
        "/api/admin/users",
        "/admin/people",
        "/sign-in",
        "/health",
        "/api/session",
    ] {
        let answer = admin.get(&format!("/as/narrow{path}")).await;
        assert!(
            matches!(answer.status.as_u16(), 404 | 405),
            "{path} {answer:?}"
        );
    }
    for role in ["admin", "nothing", "guest"] {
        let answer = admin.get(&format!("/as/{role}/")).await;
        assert_eq!(answer.status.as_u16(), 404, "{role}");
    }
    let answer = vera.get("/as/narrow/api/metrics").await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (403, "admins_only")
    );
    let page = vera.get("/as/narrow/").await;
    assert_eq!(page.status.as_u16(), 403);
    assert!(!page.text.contains("data-base=\"/as") && !page.text.contains("Leave preview"));
    let answer = nobody.get("/as/narrow/api/metrics").await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (401, "sign_in_first")
    );
    let page = nobody.get("/as/narrow/d/system?range=60").await;
    let to = page.headers["location"].to_str().expect("a text");
    assert_eq!(to, "/sign-in?next=%2Fas%2Fnarrow%2Fd%2Fsystem%3Frange%3D60");
    // A token is nobody's eyes.
    let program = app.program(&app.token(&[protocol::Scope::Ingest]).await.secret);
    let answer = program.get("/as/narrow/api/metrics").await;
    assert!(answer.status.is_client_error(), "{answer:?}");
}

#[tokio::test]
async fn an_open_stream_of_a_preview_keeps_to_its_role_and_ends_with_the_admins_right() {
    let app = TestApp::start().await;
    let admin = with_role(&app, vec![Grant::pattern("http.*")]).await;
    app.user("root", &["admin"]).await;
    let root = app.signed_in("root").await;
    let mut events = Events::open(&admin, "/as/narrow/api/stream", None).await;
    assert!(events.next("hello").await.is_some());
    // Something about access changes: the stream looks again who it is for.
    app.user("somebody", &["viewer"]).await;
    for _ in 0..15 {
        events.frame().await;
    }
    assert!(!events.raw.contains("host."), "{}", events.raw);
    let id = until("the admin", async || {
        let users = root.get(paths::ADMIN_USERS).await.json;
        let users = users.as_array().cloned().unwrap_or_default();
        let admin = users.iter().find(|user| user["name"] == "admin");
        admin.and_then(|user| user["id"].as_i64()).ok_or("no admin")
    })
    .await;
    let roles = UserRoles {
        roles: vec!["viewer".into()],
    };
    let roles = serde_json::to_value(roles).expect("JSON");
    let taken = root.put(&paths::admin_user_roles(id), &roles).await;
    assert_eq!(taken.status.as_u16(), 204, "{taken:?}");
    while events.next("frame").await.is_some() {}
    assert!(!events.raw.contains("host."));
}
