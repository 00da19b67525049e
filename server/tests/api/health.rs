//! `/health` and `/health/ready`.

use crate::common::{TestApp, until};
use serde_json::json;

#[tokio::test]
async fn ready_asks_the_database() {
    let app = TestApp::start().await;
    let client = app.client();
    let live = client.get("/health").await;
    assert_eq!(
        (live.status.as_u16(), live.json),
        (200, json!({ "status": "ok" }))
    );
    // The pump's first flush may still be ahead.
    let ready = until("ready", async || {
        let ready = client.get("/health/ready").await;
        match ready.status.as_u16() {
            200 => Ok(ready.json),
            _ => Err(ready),
        }
    });
    let checks = json!({ "database": "ok", "pump": "ok" });
    assert_eq!(ready.await, json!({ "status": "ready", "checks": checks }));

    app.state.storage.close().await;
    let degraded = client.get("/health/ready").await;
    assert_eq!(degraded.status.as_u16(), 503);
    assert_eq!(degraded.json["status"], "degraded");
    assert_eq!(degraded.json["checks"]["database"], "failed");
    assert_eq!(client.get("/health").await.status.as_u16(), 200);
    // Nothing internal leaks when the database is gone.
    let me = client
        .request(reqwest::Method::GET, "/api/me")
        .header("cookie", "pulseboard_session=x");
    let me = crate::common::answer(me).await;
    assert_eq!((me.status.as_u16(), me.code()), (500, "internal"));
    assert!(!me.text.to_lowercase().contains("pool"), "{}", me.text);
}
