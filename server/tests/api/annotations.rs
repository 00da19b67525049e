//! `/api/annotations`: who may, what holds, what is refused, and that open streams hear of it.

use protocol::{Annotation, Scope};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::common::{TestApp, TestClient, TestConfig, answer};
use crate::stream::Events;

const NONE: [i64; 0] = [];

async fn ids(client: &TestClient, query: &str) -> Vec<i64> {
    let list = client.get(&format!("/api/annotations?{query}")).await;
    assert_eq!(list.status, StatusCode::OK, "{list:?}");
    let list = list.json["annotations"].as_array().cloned();
    let list = list.expect("a list");
    list.iter().filter_map(|one| one["id"].as_i64()).collect()
}

#[tokio::test]
async fn an_annotation_that_names_a_hidden_metric_is_hidden_and_not_removed() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    let role = protocol::Role {
        name: "narrow".into(),
        metrics: vec![protocol::Grant::pattern("http.*")],
        rights: vec![protocol::Right::RemoveAnnotations],
        ..protocol::Role::default()
    };
    app.state.access.save_role(role).await.expect("a role");
    app.user("ada", &["narrow"]).await;
    let ada = app.signed_in("ada").await;
    for text in ["host.cpu.usage rose", "http.requests rose", "lunch"] {
        let made = admin
            .post("/api/annotations", &json!({ "text": text }))
            .await;
        assert_eq!(made.status.as_u16(), 201, "{made:?}");
    }
    let texts = async |client: &TestClient| -> Vec<String> {
        let all = client.get("/api/annotations?from=-60000").await.json;
        let all = all["annotations"].as_array().expect("a list").iter();
        all.map(|one| one["text"].as_str().expect("a text").to_owned())
            .collect()
    };
    assert_eq!(texts(&admin).await.len(), 3);
    assert_eq!(texts(&ada).await, ["http.requests rose", "lunch"]);
    let hidden = ada.delete("/api/annotations/1").await;
    let missing = ada.delete("/api/annotations/99").await;
    assert_eq!(
        (hidden.status, &hidden.text),
        (missing.status, &missing.text)
    );
    assert_eq!(ada.delete("/api/annotations/2").await.status.as_u16(), 204);
    assert_eq!(texts(&admin).await.len(), 2);
}

#[tokio::test]
async fn programs_and_people_annotate_and_everybody_sees_it() {
    let app = TestApp::start().await;
    let now = server::clock::now_ms();
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let viewer = app.signed_in("viewer").await;
    let admin = app.signed_in("admin").await;

    let text = "<b>1.2.3</b> & \"more\"";
    let body = json!({"text": text, "t": now - 60_000, "to": now, "tags": ["shop", "blue"], "source": "ci"});
    let deploy = program.post("/api/annotations", &body).await;
    assert_eq!(deploy.status, StatusCode::CREATED, "{deploy:?}");
    let said = viewer
        .post("/api/annotations", &json!({"text": "lunch"}))
        .await;
    assert_eq!(said.status, StatusCode::CREATED, "{said:?}");
    assert_eq!(said.json["source"], "viewer");
    assert!(said.json["t"].as_i64().expect("a time") >= now);

    let list = viewer.get("/api/annotations").await;
    assert_eq!(list.header("content-type"), "application/json");
    let list: Vec<Annotation> =
        serde_json::from_value(list.json["annotations"].clone()).expect("annotations");
    assert_eq!(list[0].text, text, "text is text");
    assert_eq!(
        serde_json::to_value(&list[0]).expect("encodes"),
        deploy.json
    );
    let (first, second) = (list[0].id, list[1].id);
    assert_eq!(ids(&admin, "from=-3600000&to=-30000").await, [first]);
    assert_eq!(ids(&admin, "from=-3600000&to=-120000").await, NONE);

    let path = format!("/api/annotations/{first}");
    assert_eq!(
        viewer.delete(&path).await.status,
        StatusCode::FORBIDDEN,
        "admins alone"
    );
    assert_eq!(admin.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.delete(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        admin.delete("/api/annotations/x").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(ids(&viewer, "from=-3600000").await, [second]);
    let folder = app.stop().await;
    let again = TestApp::start_in(folder, TestConfig::default()).await;
    let viewer = again.signed_in("viewer").await;
    assert_eq!(ids(&viewer, "from=-3600000").await, [second], "it is kept");
}

#[tokio::test]
async fn what_does_not_hold_is_refused_by_path() {
    let app = TestApp::start().await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let check = async |body: Value, status: u16, code: &str, path: &str| {
        let answer = program.post("/api/annotations", &body).await;
        let message = answer.json["error"]["message"].as_str().unwrap_or_default();
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{body}"
        );
        assert!(message.starts_with(&format!("{path}: ")), "{message}");
    };
    check(json!({}), 422, "bad_field", ".").await;
    check(json!({"text": ""}), 422, "bad_field", "text").await;
    check(json!({"text": "a\u{0}"}), 422, "bad_field", "text").await;
    check(json!({"text": "a", "t": "now"}), 422, "bad_field", "t").await;
    check(json!({"text": "a", "t": 1e300}), 422, "bad_field", "t").await;
    check(json!({"text": "a", "t": 0}), 422, "bad_field", "t").await;
    check(json!({"text": "a", "to": 0}), 422, "bad_field", "to").await;
    check(
        json!({"text": "a", "tags": ["b", 1]}),
        422,
        "bad_field",
        "tags[1]",
    )
    .await;
    check(
        json!({"text": "a", "tags": ["b", "\n"]}),
        422,
        "bad_field",
        "tags[1]",
    )
    .await;
    check(json!({"text": "a", "html": "b"}), 422, "bad_field", "html").await;
    let viewer = app.signed_in("viewer").await;
    assert_eq!(ids(&viewer, "from=0").await, NONE);
    for query in ["from=x", "from=5&to=4", "until=5"] {
        let answer = viewer.get(&format!("/api/annotations?{query}")).await;
        assert_eq!(answer.code(), "bad_parameter", "{query}");
    }
}

#[tokio::test]
async fn another_site_cannot_annotate_with_somebodys_cookie() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let request = viewer
        .request(Method::POST, "/api/annotations")
        .header("origin", "http://evil.example")
        .json(&json!({"text": "a"}));
    assert_eq!(answer(request).await.code(), "cross_site");
    assert_eq!(ids(&viewer, "from=0").await, NONE);
}

#[tokio::test]
async fn there_are_so_many_and_no_more_and_refusals_are_counted() {
    let config = TestConfig::toml("[limits]\nmax_annotations = 2");
    let app = TestApp::start_with(config).await;
    let counted = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = counted.clone();
    app.registry
        .attach("test", "pulseboard.refused", move |event| {
            let reason = event.meta("reason").map(|reason| reason.to_string());
            heard.lock().expect("whole").push(reason);
        })
        .expect("attaches");
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let post = async || {
        program
            .post("/api/annotations", &json!({"text": "a"}))
            .await
    };
    assert_eq!(post().await.status, StatusCode::CREATED);
    assert_eq!(post().await.status, StatusCode::CREATED);
    assert_eq!(post().await.code(), "too_many_annotations");

    // As many at a time as one flush may tell: their places are all taken here.
    let inlet = app.state.pipeline.annotations();
    let places: Vec<_> = (0..app.state.pipeline.config().annotations_per_flush)
        .map_while(|_| inlet.try_reserve().ok())
        .collect();
    let full = post().await;
    assert_eq!((full.code(), full.header("retry-after")), ("too_many", "1"));
    drop(places);
    // The pump tells of what it refuses too, when the machine cannot be asked for all numbers.
    let seen = counted.lock().expect("whole").clone();
    let of_annotations = seen
        .iter()
        .flatten()
        .filter(|r| r.starts_with("annotation"));
    let of_annotations: Vec<_> = of_annotations.collect();
    assert_eq!(of_annotations, ["annotation_limit", "annotation_rate"]);
}

#[tokio::test]
async fn open_streams_hear_of_it() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let mut narrow = Events::open(&viewer, "/api/stream?metrics=host.memory.used", None).await;
    let first = narrow.frame().await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let made = program
        .post("/api/annotations", &json!({"text": "deployed"}))
        .await;
    let told = narrow.next("annotation").await.expect("an annotation");
    assert_eq!(
        serde_json::from_str::<Value>(&told).expect("JSON"),
        json!([made.json])
    );
    let path = format!("/api/annotations/{}", made.json["id"]);
    let admin = app.signed_in("admin").await;
    assert_eq!(admin.delete(&path).await.status, StatusCode::NO_CONTENT);
    let told = narrow.next("annotation_removed").await.expect("its id");
    assert_eq!(told, format!("[{}]", made.json["id"]));
    // Who comes back has missed neither.
    drop(narrow);
    let mut again = Events::open(&viewer, "/api/stream", Some(first.seq)).await;
    assert!(again.next("annotation").await.is_some());
    assert!(again.next("annotation_removed").await.is_some());
}
