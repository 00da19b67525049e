//! Series: how many a token may bring, and clearing them up.

use protocol::{Cleared, Scope};
use serde_json::json;

use crate::common::{TestApp, TestConfig, until};
use crate::otlp::history;

#[tokio::test]
async fn one_token_does_not_take_all_series_and_an_admin_clears_them_up() {
    let config = TestConfig::toml(
        "[pipeline]\nmax_series_per_source = 2\nseconds_in_memory = 30\n\
               [[metrics]]\nname = 'shop.orders'\nkind = 'counter'\nevent = 'shop.order'\n\
               tags = ['city']",
    );
    let app = TestApp::start_with(config).await;
    app.user("admin", &["admin"]).await;
    let admin = app.signed_in("admin").await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let other = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let order = |city: &str| json!({"name": "shop.order", "metadata": {"city": city}});
    for city in ["a", "b", "c"] {
        let got = program.post("/api/events", &order(city)).await;
        assert_eq!(got.status.as_u16(), 202, "{got:?}");
    }
    other.post("/api/events", &order("d")).await;
    let mut cities: Vec<_> = history(&admin, "shop.orders", |all| all.len() == 4)
        .await
        .into_iter()
        .map(|series| series.info.tags["city"].clone())
        .collect();
    cities.sort();
    assert_eq!(cities, ["(overflow)", "a", "b", "d"]);

    let clear = async |query: &str| {
        let got = admin.delete(&format!("/api/admin/series?{query}")).await;
        serde_json::from_value::<Cleared>(got.json.clone()).map_err(|_| got.code().to_owned())
    };
    // They were sent a moment ago, so they stay.
    let left = |left| Ok(Cleared { removed: 0, left });
    assert_eq!(clear("metric=shop.orders&tag.city=a").await, left(1));
    assert_eq!(clear("metric=shop.orders&tag.city=x").await, left(0));
    assert_eq!(clear("metric=shop.orders").await, left(4));
    assert_eq!(clear("metric=shop.none").await, Err("not_found".to_owned()));
    assert_eq!(clear("").await, Err("bad_parameter".to_owned()));
    let wrong = clear("metric=shop.orders&tag.town=a").await;
    assert_eq!(wrong, Err("bad_parameter".to_owned()));
}

#[tokio::test]
async fn what_one_author_annotated_is_bounded_and_cleared_up() {
    let config = TestConfig::toml("[limits]\nmax_annotations = 5\nmax_annotations_per_author = 2");
    let app = TestApp::start_with(config).await;
    app.user("admin", &["admin"]).await;
    app.user("viewer", &["viewer"]).await;
    let (admin, viewer) = (app.signed_in("admin").await, app.signed_in("viewer").await);
    let body = json!({"text": "a", "source": "somebody else"});
    let add = async |client: &crate::common::TestClient| {
        let got = client.post("/api/annotations", &body).await;
        (got.status.as_u16(), got.code().to_owned(), got.text)
    };
    assert_eq!(add(&viewer).await.0, 201);
    assert_eq!(add(&viewer).await.0, 201);
    let (_, code, text) = add(&viewer).await;
    assert_eq!(code, "too_many_annotations");
    assert!(text.contains("limits.max_annotations_per_author"), "{text}");
    assert_eq!(add(&admin).await.0, 201, "another has room");
    let path = "/api/annotations?author=viewer";
    assert_eq!(
        viewer.delete(path).await.status.as_u16(),
        403,
        "admins alone"
    );
    let cleared = admin.delete(path).await;
    assert_eq!(
        cleared.json,
        json!({"removed": 2, "left": 0}),
        "{cleared:?}"
    );
    until("room again", async || match add(&viewer).await {
        (201, ..) => Ok(()),
        other => Err(other),
    })
    .await;
    let code = admin.delete("/api/annotations").await.code().to_owned();
    assert_eq!(code, "bad_parameter");
}
