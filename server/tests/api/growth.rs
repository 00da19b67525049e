//! What changes while a server runs: the metric list, and who may see what.

use protocol::{Definition, Grant, Role, Scope};
use serde_json::{Value, json};
use telemetry::Metric;

use crate::common::{TestApp, TestClient, TestConfig, until};
use crate::stream::Events;

/// Frames that a server sends in a second.
const FRAMES_A_SECOND: usize = 10;
const PRICE: &str = "shop.order.price";
const VAULT: &str = "vault.open.amount";

fn shop() -> Vec<Metric> {
    vec![
        Metric::sum(PRICE)
            .tags(["item"])
            .description("What orders cost"),
        Metric::sum(VAULT).tags(["key"]).required_roles(["admin"]),
    ]
}

fn order() -> Value {
    json!({"name": "shop.order", "measurements": {"price": 2}, "metadata": {"item": "tea"}})
}

fn open_vault() -> Value {
    json!({"name": "vault.open", "measurements": {"amount": 7}, "metadata": {"key": "topsecret"}})
}

fn role(version: u64, metrics: &[&str]) -> Role {
    Role {
        name: "ops".into(),
        version,
        metrics: metrics.iter().map(|name| Grant::metric(*name)).collect(),
        ..Role::default()
    }
}

async fn names(client: &TestClient) -> Vec<String> {
    let metrics = client.get("/api/metrics").await.json;
    let metrics = metrics.as_array().expect("a list").iter();
    let name = |metric: &Value| metric["name"].as_str().expect("a name").to_owned();
    metrics.map(name).collect()
}

/// The sum over all steps of the first series, and its id, once there is one.
async fn total(client: &TestClient, expect: f64) -> i64 {
    until("history", async || {
        let got = client.get(&format!("/api/history?metric={PRICE}")).await;
        let series = &got.json["series"][0];
        let steps = series["steps"].as_array().cloned().unwrap_or_default();
        let sum: f64 = steps.iter().filter_map(|step| step[1][1].as_f64()).sum();
        match series["id"].as_i64().filter(|_| sum == expect) {
            Some(id) => Ok(id),
            None => Err(got.text),
        }
    })
    .await
}

#[tokio::test]
async fn a_metric_that_is_added_is_accepted_streamed_and_kept_without_a_restart() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let mut events = Events::open(&viewer, "/api/stream", None).await;
    events.frame().await;
    let answer = program.post("/api/events", &order()).await;
    assert_eq!(
        answer.json["errors"][0]["code"], "unknown_event",
        "{answer:?}"
    );
    assert!(!names(&viewer).await.contains(&PRICE.to_owned()));

    app.state.add_metrics(shop()).await.expect("are added");
    assert!(names(&viewer).await.contains(&PRICE.to_owned()));
    assert!(!names(&viewer).await.contains(&VAULT.to_owned()));
    for event in [order(), order(), open_vault()] {
        let answer = program.post("/api/events", &event).await;
        assert_eq!(answer.status.as_u16(), 202, "{answer:?}");
    }
    // The open stream brings the definition, and begins again with what can be seen now.
    let metrics = events.next("metrics").await.expect("definitions");
    let metrics: Vec<Definition> = serde_json::from_str(&metrics).expect("definitions");
    let added = metrics.iter().find(|metric| metric.name == PRICE);
    assert_eq!(
        added.map(|metric| &*metric.description),
        Some("What orders cost")
    );
    events.next("hello").await.expect("a hello");
    until("a series", async || {
        events.frame().await;
        let came = events.raw.contains(&format!("\"metric\":\"{PRICE}\""));
        came.then_some(()).ok_or("frames without it")
    })
    .await;
    let id = total(&viewer, 4.0).await;
    // A page that is loaded from now on may have been rendered before: it gets what is new alone.
    let mut fresh = Events::open(&viewer, "/api/stream", None).await;
    let metrics = fresh.next("metrics").await.expect("definitions");
    assert_eq!(
        serde_json::from_str::<Vec<Definition>>(&metrics)
            .expect("a list")
            .len(),
        1
    );
    assert!(!events.raw.contains("vault.") && !events.raw.contains("topsecret"));
    drop((events, fresh));

    // Another run that gets the metric at run time goes on with the series of the first.
    let app = TestApp::start_in(app.stop().await, TestConfig::default()).await;
    let viewer = app.signed_in("viewer").await;
    app.state.add_metrics(shop()).await.expect("are added");
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let answer = program.post("/api/events", &order()).await;
    assert_eq!(answer.status.as_u16(), 202, "{answer:?}");
    assert_eq!(total(&viewer, 6.0).await, id);
}

#[tokio::test]
async fn what_cannot_be_added_is_rejected_with_a_reason_and_changes_nothing() {
    let toml = "[pipeline]\nmax_metrics = 200";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    app.state.add_metrics(shop()).await.expect("are added");
    let before = (
        app.state.metrics.generation(),
        app.state.metrics.list().len(),
    );
    assert_eq!(before.0, 1);
    let check = async |metrics: Vec<Metric>, expect: &str| {
        let error = app
            .state
            .add_metrics(metrics)
            .await
            .expect_err("is rejected");
        assert!(error.to_string().starts_with(expect), "{error}");
        let after = (
            app.state.metrics.generation(),
            app.state.metrics.list().len(),
        );
        assert_eq!(after, before);
    };
    let other = Metric::summary(PRICE).tags(["item"]);
    check(
        vec![Metric::sum("a.b"), other],
        "metric `shop.order.price`: kind: differs",
    )
    .await;
    let role = Metric::sum("a.b").required_roles(["opps"]);
    check(
        vec![role],
        "metric `a.b`: required_roles: there is no role `opps`",
    )
    .await;
    check(
        vec![Metric::distribution("a.b", vec![])],
        "metric `a.b`: buckets",
    )
    .await;
    let many = (0..200).map(|n| Metric::sum(&format!("m.v{n}"))).collect();
    check(
        many,
        &format!(
            "{} metrics; `pipeline.max_metrics` allows 200",
            before.1 + 200
        ),
    )
    .await;
    // Words, and who may see it, may change.
    let described = Metric::sum(PRICE).tags(["item"]).required_roles(["admin"]);
    app.state
        .add_metrics(vec![described])
        .await
        .expect("is changed");
    app.user("viewer", &["viewer"]).await;
    let viewer = app.signed_in("viewer").await;
    assert!(!names(&viewer).await.contains(&PRICE.to_owned()));
}

#[tokio::test]
async fn an_open_stream_follows_what_a_role_may_see_within_a_second() {
    let toml = "[[metrics]]\nname = 'vault.open.amount'\nkind = 'sum'\nevent = 'vault.open'\n\
         measurement = 'amount'\ntags = ['key']";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    let made = app.state.access.save_role(role(0, &[])).await;
    let version = std::cell::Cell::new(made.expect("a role").version);
    app.user("ada", &["ops"]).await;
    let ada = app.signed_in("ada").await;
    let emit = || {
        let metadata = [("key", "topsecret".into())];
        app.registry
            .execute("vault.open", &[("amount", 7.0)], &metadata);
    };
    let access = &app.state.access;
    let give = async |metrics: &[&str]| {
        let generation = access.visibility_generation();
        let changed = access.save_role(role(version.get(), metrics)).await;
        version.set(changed.expect("a role").version);
        assert_eq!(access.visibility_generation(), generation + 1);
    };
    let history = format!("/api/history?metric={VAULT}");
    let mut events = Events::open(&ada, "/api/stream", None).await;
    for _ in 0..3 {
        emit();
        events.frame().await;
    }
    assert_eq!(ada.get(&history).await.status.as_u16(), 404);
    assert!(!events.raw.contains("vault") && !events.raw.contains("topsecret"));

    give(&[VAULT]).await;
    assert!(names(&ada).await.contains(&VAULT.to_owned()), "at once");
    assert_eq!(ada.get(&history).await.status.as_u16(), 200);
    let before = events.count("frame");
    let metrics = events.next("metrics").await.expect("definitions");
    assert!(metrics.contains(VAULT));
    assert!(events.count("frame") - before <= FRAMES_A_SECOND);
    let hello = events.next("hello").await.expect("a hello");
    assert!(
        hello.contains("topsecret"),
        "the series was there already: {hello}"
    );

    give(&[]).await;
    assert!(!names(&ada).await.contains(&VAULT.to_owned()), "at once");
    assert_eq!(ada.get(&history).await.status.as_u16(), 404);
    let before = events.count("frame");
    let hello = events.next("hello").await.expect("a hello");
    assert!(events.count("frame") - before <= FRAMES_A_SECOND);
    assert!(!hello.contains("vault"), "{hello}");
    let hidden_from = events.raw.rfind("event: hello").expect("came");
    for _ in 0..FRAMES_A_SECOND {
        emit();
        events.frame().await;
    }
    let after = &events.raw[hidden_from..];
    assert!(
        !after.contains("vault") && !after.contains("topsecret"),
        "{after}"
    );
}
