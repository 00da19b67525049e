//! `POST /api/events`.

use crate::common::{TestApp, TestClient, TestConfig, answer, until};
use crate::stream::Events;
use protocol::{History, Scope, SeriesInfo, paths};
use reqwest::{Method, StatusCode};
use serde_json::json;

const SHOP: TestConfig = TestConfig::toml(
    "[pipeline]\nmax_events_per_request = 3\n[[metrics]]\nname = 'shop.orders'\nkind = 'sum'\n\
           event = 'shop.order'\nmeasurement = 'price'\n[limits]\nmax_ingest_body_bytes = 2048",
);

#[tokio::test]
async fn events_outlive_a_restart() {
    let app = TestApp::start().await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let message = "the line that is kept";
    let body = json!({"name": "log.message", "metadata": {"level": "warn", "message": message}});
    assert_eq!(
        program.post("/api/events", &body).await.status,
        StatusCode::ACCEPTED
    );
    let listed = async |app: &TestApp| {
        let viewer = app.signed_in("viewer").await;
        let mut events = Events::open(&viewer, "/api/stream", None).await;
        loop {
            let Some(records) = events.next("log").await else {
                return false;
            };
            if records.contains(message) {
                return true;
            }
        }
    };
    assert!(listed(&app).await);
    let folder = app.stop().await;
    let again = TestApp::start_in(folder, TestConfig::default()).await;
    assert!(listed(&again).await, "it is kept");
}

#[tokio::test]
async fn a_row_opens_with_everything_that_came_for_who_may_see_it() {
    const HIDDEN: &str = "roles = ['ops']\n[[metrics]]\nname = 'shop.orders'\nkind = 'sum'\n\
        event = 'shop.order'\nmeasurement = 'price'\nrequired_roles = ['ops']\n";
    let config = || TestConfig::toml(HIDDEN);
    let app = TestApp::start_with(config()).await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    app.user("admin", &["admin"]).await;
    app.user("viewer", &["viewer"]).await;
    let (admin, viewer) = (app.signed_in("admin").await, app.signed_in("viewer").await);
    let long = "x".repeat(1_000);
    let body = json!([
        { "name": "shop.order", "measurements": { "price": 49.5, "items": 3 },
          "metadata": { "customer": "zq 1\n2", "paid": true } },
        { "name": "log.message", "metadata": { "message": "zq 2", "t1": long, "t2": long, "t3": long, "t4": long, "t5": long } },
    ]);
    let sent = program.post("/api/events", &body).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{sent:?}");
    let id = async |app: &TestApp, event: &str| {
        let found = async || {
            let logged = app.state.pipeline.hub().logged().1;
            let found = logged.iter().find(|one| one.record.event == event);
            found.map(|one| one.record.id).ok_or("no such event")
        };
        until("the event", found).await
    };
    let order = json!({
        "measurements": [["items", "3"], ["price", "49.5"]],
        "metadata": [["customer", "zq 1\n2"], ["paid", "true"]],
    });
    let message = json!({ "metadata": [["message", "zq 2"], ["t1", long], ["t2", long], ["t3", long], ["t4", long]], "left_out": 1 });
    let (order_id, message_id) = (id(&app, "shop.order").await, id(&app, "log.message").await);
    let (order_path, message_path) = (
        paths::event_fields(order_id),
        paths::event_fields(message_id),
    );
    assert_eq!(admin.get(&order_path).await.json, order);
    assert_eq!(viewer.get(&message_path).await.json, message);
    // What may not be seen is answered as what is not there, byte for byte.
    let hidden = viewer.get(&order_path).await;
    for unknown in ["1", "0", "-1", "x", "18446744073709551616"] {
        let absent = admin.get(&format!("/api/events/{unknown}")).await;
        assert_eq!(absent.status, StatusCode::NOT_FOUND, "{unknown}");
        assert_eq!((hidden.status, &hidden.text), (absent.status, &absent.text));
    }
    let folder = app.stop().await;
    let again = TestApp::start_in(folder, config()).await;
    let (admin, viewer) = (
        again.signed_in("admin").await,
        again.signed_in("viewer").await,
    );
    assert_eq!(admin.get(&order_path).await.json, order, "after a restart");
    assert_eq!(viewer.get(&message_path).await.json, message);
    assert_eq!(viewer.get(&order_path).await.text, hidden.text);
}

#[tokio::test]
async fn bodies_and_what_they_are_answered() {
    let app = TestApp::start_with(SHOP).await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let good = r#"{"name":"shop.order","measurements":{"price":2}}"#;
    let long = format!("[{}]", vec![good; 60].join(","));
    let rows = [
        (good.to_owned(), 202, 1, 0, ""),
        (format!("[{good},{good}]"), 202, 2, 0, ""),
        (format!("{good}\n{good}"), 202, 2, 0, ""),
        (format!("[{good},{{\"name\":\"no.such\"}}]"), 207, 1, 1, ""),
        (r#"{"name":"http.request.stop"}"#.to_owned(), 422, 0, 1, ""),
        (
            format!("[{good},{{\"name\":\"shop.order\",\"measurements\":{{\"price\":NaN}}}}]"),
            207,
            1,
            1,
            "",
        ),
        (String::new(), 400, 0, 0, "empty"),
        ("hello".to_owned(), 400, 0, 0, "bad_json"),
        (
            format!("[{good},{good},{good},{good}]"),
            413,
            0,
            0,
            "too_many_events",
        ),
        (long, 413, 0, 0, "body_too_large"),
    ];
    for (body, status, accepted, rejected, code) in rows {
        let got = answer(
            program
                .request(Method::POST, "/api/events")
                .body(body.clone()),
        )
        .await;
        assert_eq!(
            (got.status.as_u16(), got.code()),
            (status, code),
            "{body}: {got:?}"
        );
        if code.is_empty() {
            assert_eq!(
                (&got.json["accepted"], &got.json["rejected"]),
                (&json!(accepted), &json!(rejected))
            );
        }
    }
    let got = program
        .post(
            "/api/events",
            &json!({"name":"shop.order","measurements":{"price":"2"}}),
        )
        .await;
    let error = &got.json["errors"][0];
    assert_eq!(
        (&error["index"], &error["field"]),
        (&json!(0), &json!("measurements.price"))
    );
}

#[tokio::test]
async fn only_a_token_with_the_scope_may_send() {
    let app = TestApp::start().await;
    let event = json!({"name":"log.message"});
    let scrape = app.token(&[Scope::Scrape]).await.secret;
    assert_eq!(
        app.client().post("/api/events", &event).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        app.program("pb_no")
            .post("/api/events", &event)
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        app.program(&scrape)
            .post("/api/events", &event)
            .await
            .status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn tags_that_are_too_many_are_folded_and_told_by_metric() {
    let app = TestApp::start_with(TestConfig::toml(
        "[[metrics]]\nname = 'shop.orders'\nkind = 'sum'\nevent = 'shop.order'\n\
               measurement = 'price'\ntags = ['city']\nmax_series = 2",
    ))
    .await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let order = |city: u32| json!({"name":"shop.order","measurements":{"price":2},"metadata":{"city":city}});
    let orders: Vec<_> = (0..5).map(order).collect();
    let got = program.post("/api/events", &json!(orders)).await;
    assert_eq!(got.status, StatusCode::ACCEPTED, "{got:?}");
    app.user("admin", &["admin"]).await;
    let admin = app.signed_in("admin").await;
    wait_for_sum(&admin, "shop.orders", &[("city", "(overflow)")], 6.0).await;
    wait_for_sum(&admin, "shop.orders", &[("city", "1")], 2.0).await;
    let refused = [("reason", "series_limit"), ("metric", "shop.orders")];
    wait_for_sum(&admin, "pulseboard.refused", &refused, 3.0).await;
}

/// Asks until history has as much as `expect` of the series with these tags, and not more.
async fn wait_for_sum(client: &TestClient, metric: &str, tags: &[(&str, &str)], expect: f64) {
    let what = format!("{metric} {tags:?}");
    let sum = until(&what, async || {
        let got = client.get(&format!("/api/history?metric={metric}")).await;
        assert_eq!(got.status, StatusCode::OK, "{got:?}");
        let history: History = serde_json::from_str(&got.text).expect("history");
        let has = |info: &SeriesInfo| {
            tags.iter()
                .all(|(tag, value)| info.tags.get(*tag).is_some_and(|found| found == value))
        };
        let series = history.series.iter().filter(|series| has(&series.info));
        let steps = series.flat_map(|series| &series.steps);
        let sum: f64 = steps.map(|step| step.1[1]).sum();
        if sum < expect { Err(sum) } else { Ok(sum) }
    });
    assert_eq!(sum.await, expect, "{what}");
}
