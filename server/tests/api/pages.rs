//! Pages: who may open which, what they begin with, and that nothing hidden is in them.

use app::page::{Bundle, Page};
use axum::body::Body;
use axum::http::{Request, header};
use protocol::{Action, Boot, DashboardBoot, ListedMetric, MetricsBoot, Scope};
use serde::de::DeserializeOwned;
use serde_json::json;
use server::http::router;
use server::state::AppState;
use tower::ServiceExt;

use crate::common::{PASSWORD, TestApp, TestClient};

/// A page for admins, of which the product has none yet.
const FOR_ADMINS: Page = Page {
    path: "/for-admins",
    title: "For admins",
    menu: Some("For admins"),
    action: Action::Admin,
    bundle: Bundle::Full,
    load: Some(|source, _| {
        Box::pin(async move { app::page::Loaded::new(source, "For admins", ()) })
    }),
    view: |_| leptos::prelude::IntoAny::into_any("only for admins"),
};

fn filled(path: &str) -> String {
    path.replace("{id}", "system").replace("{token}", "secret")
}

async fn cookie(app: &TestApp, name: &str) -> String {
    let body = json!({ "name": name, "password": PASSWORD });
    let answer = app.client().post("/api/session", &body).await;
    let cookie = answer.header("set-cookie").split(';').next();
    cookie.expect("a cookie").to_owned()
}

#[tokio::test]
async fn every_page_asks_for_what_the_table_says() {
    let app = TestApp::start().await;
    let pages: Vec<Page> = app::PAGES.iter().copied().chain([FOR_ADMINS]).collect();
    let state = AppState {
        pages: Box::leak(pages.into_boxed_slice()),
        ..app.state.clone()
    };
    let router = router(&state);
    let viewer = cookie(&app, "viewer").await;
    let admin = cookie(&app, "admin").await;
    let bearer = format!("Bearer {}", app.token(&[Scope::Ingest]).await.secret);
    let asks = [
        ("nobody", None),
        ("viewer", Some((header::COOKIE, viewer))),
        ("admin", Some((header::COOKIE, admin))),
        ("token", Some((header::AUTHORIZATION, bearer))),
    ];
    for page in state.pages {
        for (who, credential) in &asks {
            let mut request = Request::get(filled(page.path));
            if let Some((name, value)) = credential {
                request = request.header(name, value);
            }
            let request = request.body(Body::empty()).expect("a request");
            let response = router.clone().oneshot(request).await.expect("an answer");
            let expect = match (page.action, *who) {
                // Who may change the dashboard is asked when it is loaded.
                (Action::SignedIn, "viewer") if page.path == protocol::paths::EDIT_PAGE => 403,
                (Action::Public, _)
                | (Action::SignedIn | Action::Account | Action::View, "viewer" | "admin") => 200,
                (Action::Admin | Action::Invite, "admin") => 200,
                (Action::Admin | Action::Invite, "viewer") => 403,
                (_, "nobody" | "token") => 303,
                other => panic!("no page is for {other:?}"),
            };
            let status = response.status().as_u16();
            assert_eq!(status, expect, "{} as {who}", page.path);
            let location = response.headers().get(header::LOCATION);
            let to_sign_in =
                location.is_some_and(|to| to.to_str().is_ok_and(|to| to.starts_with("/sign-in")));
            assert_eq!(to_sign_in, expect == 303, "{} as {who}", page.path);
            let body = axum::body::to_bytes(response.into_body(), 10_000_000)
                .await
                .expect("a body");
            let text = String::from_utf8_lossy(&body);
            if expect == 403 {
                assert!(text.contains("This page is not for your role"), "{text}");
                assert!(!text.contains("only for admins"), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_there_has_a_header_too() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    for path in ["/d/no-such-dashboard", "/nothing"] {
        let answer = viewer.get(path).await;
        assert_eq!(answer.status.as_u16(), 404, "{path}");
        for part in [
            "There is no such page",
            "account of viewer",
            "data-found=\"nothing\"",
        ] {
            assert!(answer.text.contains(part), "{path}: {part}");
        }
    }
}

/// What a page begins with.
fn boot<T: DeserializeOwned>(page: &str) -> Boot<T> {
    let (_, boot) = page.split_once("id=\"boot\"").expect("a boot");
    let (_, boot) = boot.split_once('>').expect("an element");
    let (boot, _) = boot.split_once("</script>").expect("its end");
    serde_json::from_str(boot).expect("JSON")
}

async fn listed(client: &TestClient) -> (String, Vec<ListedMetric>, MetricsBoot) {
    let answer = client.get("/metrics-list").await;
    assert_eq!(answer.status.as_u16(), 200);
    let boot: Boot<MetricsBoot> = boot(&answer.text);
    (answer.text, boot.page.metrics.clone(), boot.page)
}

#[tokio::test]
async fn the_list_has_what_a_person_may_see_and_no_more() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let viewer = app.signed_in("viewer").await;
    let names = async |client: &TestClient| -> Vec<String> {
        let metrics = client.get("/api/metrics").await.json;
        let metrics = metrics.as_array().expect("a list").iter();
        metrics
            .map(|one| one["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    let (all, seen) = (names(&admin).await, names(&viewer).await);
    // A dashboard that names a metric that viewers may not see.
    let hidden: Vec<&String> = all.iter().filter(|name| !seen.contains(name)).collect();
    let secret = (*hidden.first().expect("a hidden metric")).clone();
    let document = json!({
        "id": "secret-board", "title": "Board", "version": 0,
        "widgets": [{
            "id": "w", "kind": "line", "title": "W",
            "metrics": [{ "metric": secret, "field": "count" }],
            "place": { "x": 0, "y": 0, "w": 6, "h": 6 },
        }],
    });
    let saved = admin.put("/api/dashboards/secret-board", &document).await;
    assert_eq!(saved.status.as_u16(), 200, "{}", saved.text);

    let (text, metrics, boot) = listed(&admin).await;
    let found: Vec<String> = metrics.iter().map(|one| one.metric.name.clone()).collect();
    assert_eq!(found, all);
    let on = metrics
        .iter()
        .find(|one| one.metric.name == secret)
        .expect("listed");
    let on: Vec<&str> = on
        .dashboards
        .iter()
        .map(|at| &*boot.dashboards[*at as usize].id)
        .collect();
    assert!(on.contains(&"secret-board"), "{on:?}");
    assert!(text.contains(&secret));
    let memory = metrics
        .iter()
        .find(|one| one.metric.name == "host.memory.used");
    let memory = memory.expect("listed");
    assert!(
        !memory.category.is_empty() && !memory.dashboards.is_empty(),
        "{memory:?}"
    );

    let (text, metrics, boot) = listed(&viewer).await;
    let found: Vec<String> = metrics.iter().map(|one| one.metric.name.clone()).collect();
    assert_eq!(found, seen);
    for name in hidden {
        assert!(!text.contains(name.as_str()), "{name}");
    }
    // Nothing that a viewer sees is on it, so it is not linked.
    assert!(boot.dashboards.iter().all(|one| one.id != "secret-board"));
}

#[tokio::test]
async fn series_are_counted() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let mut counts = Vec::new();
    for _ in 0..100 {
        let (_, metrics, _) = listed(&admin).await;
        counts = metrics.iter().map(|one| one.series).collect();
        if counts.iter().any(|count| *count > 0) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("no series in ten seconds: {counts:?}");
}

#[tokio::test]
async fn markdown_is_parsed_for_the_page_and_for_its_picture() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let text = "- a\n  - [b](https://e.org/a_(b))\n\n| x |\n|---|\n| 1 |";
    let board = json!({
        "id": "said", "title": "Said", "version": 0,
        "widgets": [{
            "id": "w", "kind": "text", "title": "W", "metrics": [], "options": { "text": text },
            "place": { "x": 0, "y": 0, "w": 4, "h": 6 },
        }],
    });
    let saved = admin.put("/api/dashboards/said", &board).await;
    assert!(saved.status.is_success(), "{saved:?}");
    let page = admin.get("/d/said").await.text;
    for part in [
        "<ul><li>a<ul><li><a href=\"https://e.org/a_(b)\"",
        "<th>x</th>",
    ] {
        assert!(without_marks(&page).contains(part), "{part} in {page}");
    }
    let boot: Boot<DashboardBoot> = boot(&page);
    assert_eq!(boot.page.texts["w"].len(), 2);
    let picture = admin.get("/api/widgets/said/w.svg").await.text;
    assert!(
        picture.contains("• a") && picture.contains("• b"),
        "{picture}"
    );
}

/// A page without what it finds its places by.
fn without_marks(page: &str) -> String {
    let parts = page.split("<!").enumerate().map(|(i, part)| match i {
        0 => part,
        _ => part.split_once('>').map_or("", |(_, rest)| rest),
    });
    parts.collect()
}

#[tokio::test]
async fn a_path_that_no_file_system_takes_is_missing() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let long = "x".repeat(256);
    for path in [
        format!("/{long}"),
        format!("/pkg/{long}"),
        format!("/pkg/{long}/y"),
        format!("/d/{}/{}", "x".repeat(255), "x".repeat(255)),
        format!("/{}", "a/".repeat(2_000)),
        format!("/{}", "%41".repeat(200)),
        "/%00".to_owned(),
        "/pkg/a%00b".to_owned(),
        "/pkg/%ff".to_owned(),
        "/pkg/pulseboard.js/x".to_owned(),
        "/../../etc/passwd".to_owned(),
        "/pkg/..%2f..%2fetc%2fpasswd".to_owned(),
    ] {
        assert_eq!(viewer.get(&path).await.status, 404, "{path}");
        assert_eq!(app.client().get(&path).await.status, 303, "{path}");
    }
    for path in [
        format!("/d/{long}"),
        format!("/api/dashboards/{long}"),
        format!("/api/preferences/{long}"),
        format!("/api/widgets/{long}/{long}.svg"),
        format!("/api/annotations/{long}"),
    ] {
        let status = viewer.get(&path).await.status;
        assert!(!status.is_server_error(), "{path}: {status}");
    }
}
