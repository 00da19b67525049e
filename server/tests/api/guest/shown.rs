//! What guests get of the metrics that their role is given: what open dashboards show, series by series.

use crate::common::{Answer, TestApp, TestClient, TestConfig, until};
use crate::stream::Events;
use protocol::paths;
use serde_json::json;

use super::{open, seen, shop_is_for};

/// References to this metric alone.
fn one(metric: &str) -> serde_json::Value {
    let field = if metric.starts_with("host.") {
        "last"
    } else {
        "count"
    };
    json!([{ "metric": metric, "field": field }])
}

/// Puts a dashboard of these widgets, each a kind and its references, in place of the version there is.
async fn put_dashboard(admin: &TestClient, id: &str, widgets: &[(&str, serde_json::Value)]) {
    let version = admin.get(&paths::dashboard(id)).await.json["version"].as_u64();
    let widgets = widgets.iter().enumerate().map(|(n, (kind, metrics))| {
        json!({ "id": format!("w{n}"), "kind": kind, "title": "W", "metrics": metrics,
                "place": { "x": 0, "y": 4 * n, "w": 6, "h": 4 } })
    });
    let dashboard = json!({ "id": id, "title": "T", "version": version.unwrap_or(0),
                            "widgets": widgets.collect::<Vec<_>>() });
    let saved = admin.put(&paths::dashboard(id), &dashboard).await;
    assert_eq!(seen(&saved), (200, ""), "{saved:?}");
}

fn names(metrics: &Answer) -> Vec<String> {
    let all = metrics.json.as_array().expect("a list").iter();
    let names = all.map(|one| one["name"].as_str().expect("a name").to_owned());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_guest_gets_what_open_dashboards_show_whatever_the_role_is_given() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let (cpu, requests) = ("host.cpu.usage", "http.requests");
    put_dashboard(&admin, "shop", &[("line", one(cpu))]).await;
    put_dashboard(&admin, "other", &[("line", one(requests))]).await;
    open(&app, &["shop"], shop_is_for("*")).await;
    let nobody = app.client();
    let gets = async |want: &[&str]| {
        assert_eq!(names(&nobody.get(paths::METRICS).await), want);
        for metric in [cpu, requests] {
            let history = format!("{}?metric={metric}", paths::HISTORY);
            let stream = format!("{}?once=1&metrics={metric}", paths::STREAM);
            let [history, stream] = [nobody.get(&history).await, nobody.get(&stream).await];
            let is_shown = want.contains(&metric);
            let codes = if is_shown {
                ("", "")
            } else {
                ("not_found", "bad_parameter")
            };
            assert_eq!((history.code(), stream.code()), codes, "{metric}");
        }
    };
    gets(&[cpu]).await;
    let mut events = Events::open(&nobody, paths::STREAM, None).await;
    while !events.raw.contains(cpu) {
        events.frame().await;
    }
    assert!(!events.raw.contains(requests), "{}", events.raw);
    // A stream that is open begins again with all that it shows.
    let begins = async |events: &mut Events| {
        let shown = events.next("metrics").await.expect("definitions");
        assert!(events.next("hello").await.is_some());
        let both = [cpu, requests].into_iter();
        both.filter(|one| shown.contains(one)).collect::<Vec<_>>()
    };
    put_dashboard(
        &admin,
        "shop",
        &[("line", one(requests)), ("events", json!([]))],
    )
    .await;
    gets(&[requests]).await;
    assert_eq!(begins(&mut events).await, [requests]);
    put_dashboard(&admin, "shop", &[("line", one(cpu))]).await;
    assert_eq!(begins(&mut events).await, [cpu]);
    open(&app, &["shop", "other"], shop_is_for("*")).await;
    assert_eq!(begins(&mut events).await, [cpu, requests]);
    gets(&[cpu, requests]).await;
    open(&app, &["other"], shop_is_for("*")).await;
    gets(&[requests]).await;
    // A dashboard that is removed shows nothing, and one that comes to exist under an open id does.
    let removed = admin.delete(&paths::dashboard("other")).await;
    assert_eq!(seen(&removed), (204, ""));
    gets(&[]).await;
    put_dashboard(&admin, "other", &[("line", one(cpu))]).await;
    gets(&[cpu]).await;
    // An admin who looks as people do who are not signed in sees the same, and opens no more than they.
    let seen_so = names(&admin.get("/as/guest/api/metrics").await);
    assert_eq!(seen_so, [cpu]);
    for (path, status) in [
        ("/as/guest/api/dashboards/other", 200),
        ("/as/guest/api/dashboards/shop", 404),
        ("/as/guest/d/other", 200),
        ("/as/guest/d/shop", 404),
        ("/as/guest/api/preferences", 404),
    ] {
        assert_eq!(admin.get(path).await.status.as_u16(), status, "{path}");
    }
}

#[tokio::test]
async fn events_are_sent_to_guests_where_an_open_dashboard_lists_them() {
    let toml = "[[metrics]]\nname = 'zqshop.orders'\nkind = 'counter'\nevent = 'zqshop.order'";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    app.user("admin", &["admin"]).await;
    let admin = app.signed_in("admin").await;
    let orders = || ("line", one("zqshop.orders"));
    let lists = || ("events", json!([]));
    put_dashboard(&admin, "shop", &[orders()]).await;
    put_dashboard(&admin, "log", &[lists()]).await;
    open(&app, &["shop"], shop_is_for("*")).await;
    let nobody = app.client();
    let mut events = Events::open(&nobody, paths::STREAM, None).await;
    let record = "\"event\":\"zqshop.order\"";
    let brings = async |events: &mut Events| {
        events.raw.clear();
        app.registry.execute("zqshop.order", &[], &[]);
        for _ in 0..15 {
            events.frame().await;
        }
        events.raw.contains(record)
    };
    assert!(!brings(&mut events).await);
    // One dashboard shows the metric, the other one lists events.
    open(&app, &["shop", "log"], shop_is_for("*")).await;
    events.next("hello").await.expect("a hello");
    assert!(brings(&mut events).await);
    // Events of metrics that no open dashboard shows are on none of their lists.
    open(&app, &["log"], shop_is_for("*")).await;
    events.next("hello").await.expect("a hello");
    assert!(!brings(&mut events).await);
    // What came with an event is for those who are signed in.
    let id = app.state.pipeline.hub().logged().1;
    let id = id.iter().find(|one| one.record.event == "zqshop.order");
    let path = protocol::paths::event_fields(id.expect("a record").record.id);
    assert_eq!(seen(&admin.get(&path).await), (200, ""));
    assert_eq!(seen(&nobody.get(&path).await), (401, "sign_in_first"));
}

#[tokio::test]
async fn what_another_program_changes_about_an_open_dashboard_is_followed() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    put_dashboard(&admin, "shop", &[("line", one("host.cpu.usage"))]).await;
    open(&app, &["shop"], shop_is_for("*")).await;
    let nobody = app.client();
    let stored = app.state.storage.dashboard("shop").await.expect("reads");
    let stored = stored.expect("a dashboard");
    let body = stored.body.replace("host.cpu.usage", "http.requests");
    let saved = app
        .state
        .storage
        .save_dashboard("shop", stored.version, &body, 9);
    saved.await.expect("saves");
    until("what it shows now", async || {
        let found = names(&nobody.get(paths::METRICS).await);
        (found == ["http.requests"]).then_some(()).ok_or(found)
    })
    .await;
}

#[tokio::test]
async fn series_that_no_widget_asks_for_are_sent_to_no_guest() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let mut some = one("http.requests");
    some[0]["tags"] = json!({ "status": "2*" });
    put_dashboard(&admin, "shop", &[("line", some)]).await;
    open(&app, &["shop"], shop_is_for("*")).await;
    let nobody = app.client();
    let history = format!("{}?metric=http.requests", paths::HISTORY);
    until("series of both statuses", async || {
        nobody.get("/d/nothing").await;
        let all = admin.get(&history).await.text;
        (all.contains("\"200\"") && all.contains("\"303\""))
            .then_some(())
            .ok_or(all)
    })
    .await;
    let text = nobody.get(&history).await.text;
    assert!(
        text.contains("\"200\"") && !text.contains("\"303\""),
        "{text}"
    );
}
