//! `GET /api/widgets/{dashboard}/{widget}.svg`: who sees what, parameters, and what is not there.

use protocol::Scope;
use reqwest::StatusCode;
use serde_json::json;

use crate::common::{TestApp, TestClient};

const MEMORY: &str = "/api/widgets/system/memory-over-time.svg";

/// A dashboard with what a viewer may see, what they may not, and both.
async fn dashboard(admin: &TestClient) {
    let place = |y: u16| json!({"x": 0, "y": y, "w": 6, "h": 4});
    let hidden =
        json!({"metric": "db.queries", "field": "rate", "by": "query", "label": "secret words"});
    let widgets = json!([
        {"id": "hidden", "kind": "line", "title": "Inside", "metrics": [hidden], "place": place(0)},
        {"id": "both", "kind": "line", "title": "Both",
         "metrics": [{"metric": "host.memory.used", "label": "used"}, hidden], "place": place(4)},
        {"id": "card", "kind": "stat", "title": "Card",
         "metrics": [hidden, {"metric": "host.memory.used"}], "place": place(8)},
        {"id": "share", "kind": "line", "title": "Share", "place": place(12),
         "metrics": [{"metric": "http.requests", "field": "count",
                      "share_of": {"metric": "db.queries", "field": "count"}}]},
        {"id": "events", "kind": "events", "title": "Events", "place": place(16)}
    ]);
    let body = json!({"id": "d", "title": "D", "version": 0, "widgets": widgets});
    let saved = admin.put("/api/dashboards/d", &body).await;
    assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
}

#[tokio::test]
async fn a_widget_is_a_picture() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let check = async |query: &str, begins: &str, has: &[&str], hasnt: &[&str]| {
        let got = viewer.get(&format!("{MEMORY}?{query}")).await;
        assert_eq!(got.status, StatusCode::OK, "{query}: {got:?}");
        assert!(got.text.starts_with(begins), "{query}: {}", got.text);
        for text in has {
            assert!(got.text.contains(text), "{query}: {text}");
        }
        for text in hasnt {
            assert!(!got.text.contains(text), "{query}: {text}");
        }
        got
    };
    let whole = "<svg width=\"573\" height=\"324\" ";
    let title = "<title>Memory over time</title>";
    let got = check("", whole, &[title, "<style>"], &["<script", "href"]).await;
    assert_eq!(got.header("content-type"), "image/svg+xml");
    assert_eq!(got.header("cache-control"), "no-store");
    let policy = got.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"));
    let small = "<svg width=\"300\" height=\"100\" ";
    let query = "width=300&height=100&theme=dark&zone=-60&from=-60000";
    // Without a sample there is no line.
    crate::common::until("a line", async || {
        let got = viewer.get(&format!("{MEMORY}?{query}")).await;
        if got.text.contains("#7288FC") {
            Ok(())
        } else {
            Err(got)
        }
    })
    .await;
    check(query, small, &["#7288FC"], &["<style>", "#116AE6"]).await;
    let bare = "bare=1&theme=light";
    check(
        bare,
        whole,
        &["preserveAspectRatio=\"none\""],
        &[title, "<style>"],
    )
    .await;
}

#[tokio::test]
async fn every_widget_of_the_built_in_dashboards_has_one() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let all = admin.get("/api/dashboards").await;
    let mut seen = 0;
    for dashboard in all.json.as_array().expect("a list") {
        for widget in dashboard["widgets"].as_array().expect("a list") {
            let (id, of) = (widget["id"].as_str(), dashboard["id"].as_str());
            let (id, of) = (id.expect("an id"), of.expect("an id"));
            let got = admin.get(&format!("/api/widgets/{of}/{id}.svg")).await;
            assert_eq!(got.status, StatusCode::OK, "{of}/{id}: {got:?}");
            assert!(got.text.trim_end().ends_with("</svg>"), "{of}/{id}");
            seen += 1;
        }
    }
    assert!(seen > 5, "{seen}");
}

#[tokio::test]
async fn a_viewer_sees_no_byte_of_an_admins_metric() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let viewer = app.signed_in("viewer").await;
    dashboard(&admin).await;
    let withheld = "Not visible for your role";
    let check = async |client: &TestClient, widget: &str, shown: bool| {
        for more in ["", "&bare=1"] {
            let path = format!("/api/widgets/d/{widget}.svg?theme=light{more}");
            let got = client.get(&path).await;
            assert_eq!(got.status, StatusCode::OK, "{path}");
            assert_eq!(!got.text.contains(withheld), shown, "{path}: {}", got.text);
            assert!(!got.text.contains("db.queries"), "{path}: {}", got.text);
        }
        let path = format!("/api/widgets/d/{widget}.svg?theme=light");
        client.get(&path).await.text
    };
    for widget in ["hidden", "card", "share"] {
        let text = check(&viewer, widget, false).await;
        assert!(!text.contains("secret words"), "{widget}: {text}");
        check(&admin, widget, true).await;
    }
    let both = check(&viewer, "both", true).await;
    assert!(
        both.contains("\nused\n") && !both.contains("secret words"),
        "{both}"
    );
    // Sign-ins are in the list of events for who may see the metric that they feed.
    let events = check(&viewer, "events", true).await;
    assert!(!events.contains("sign-in"), "{events}");
}

#[tokio::test]
async fn what_makes_no_sense_and_what_is_not_there() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let check = async |client: &TestClient, path: &str, status: u16, code: &str| {
        let got = client.get(path).await;
        let seen = (got.status.as_u16(), got.code());
        assert_eq!(seen, (status, code), "{path}");
    };
    for query in [
        "width=99",
        "height=1201",
        "from=5&to=4",
        "theme=x",
        "zone=x",
        "size=1",
    ] {
        check(&viewer, &format!("{MEMORY}?{query}"), 400, "bad_parameter").await;
    }
    for path in [
        "none/memory.svg",
        "system/none.svg",
        "system/memory",
        "system/memory.png",
    ] {
        check(&viewer, &format!("/api/widgets/{path}"), 404, "not_found").await;
    }
    check(&app.client(), MEMORY, 401, "sign_in_first").await;
    let program = app.program(&app.token(&[Scope::Scrape]).await.secret);
    check(&program, MEMORY, 403, "scope_missing").await;
}

#[tokio::test]
async fn what_a_person_switched_off_is_off() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let place = json!({"x": 0, "y": 0, "w": 3, "h": 3});
    let own = json!({"off": ["cached"], "place": place});
    let body = json!({"version": 0, "widgets": {"memory-over-time": own}});
    let saved = viewer.put("/api/preferences/system", &body).await;
    assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
    let mine = viewer.get(MEMORY).await.text;
    assert!(
        mine.starts_with("<svg width=\"339\" height=\"132\" "),
        "{mine}"
    );
    assert!(
        mine.contains("\nused\n") && !mine.contains("\ncached\n"),
        "{mine}"
    );
    let admin = app.signed_in("admin").await;
    let theirs = admin.get(MEMORY).await.text;
    assert!(
        theirs.contains("\nused\n") && theirs.contains("\ncached\n"),
        "{theirs}"
    );
}
