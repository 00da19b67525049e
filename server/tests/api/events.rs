//! `POST /api/events`.

use crate::common::{TestApp, TestConfig, answer};
use app::wire::Scope;
use reqwest::{Method, StatusCode};
use serde_json::json;

const SHOP: TestConfig = TestConfig {
    toml: "[pipeline]\nmax_events_per_request = 3\n[[metrics]]\nname = 'shop.orders'\nkind = 'sum'\n\
           event = 'shop.order'\nmeasurement = 'price'\n[limits]\nmax_body_bytes = 2048",
    admin_password: None,
};

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
