//! `GET /api/stream`.

use crate::common::{TestApp, TestClient, TestConfig, in_time};
use protocol::{Frame, Hello};
use reqwest::{Method, Response, StatusCode};
use telemetry::testing::capture;

/// Reads events off a stream.
pub struct Events {
    response: Response,
    text: String,
    /// Every byte that came.
    pub raw: String,
}

impl Events {
    pub async fn open(client: &TestClient, path: &str, last_id: Option<u64>) -> Events {
        let mut request = client.request(Method::GET, path);
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK);
        Events {
            response,
            text: String::new(),
            raw: String::new(),
        }
    }

    /// The data of the next event of that name; None when the stream ended.
    pub async fn next(&mut self, event: &str) -> Option<String> {
        in_time(event, self.read_to(event)).await
    }

    /// How many events of that name came so far.
    pub fn count(&self, event: &str) -> usize {
        self.raw.matches(&format!("event: {event}\n")).count()
    }

    /// To the end of the stream.
    pub async fn drain(&mut self) {
        let drained = async { while self.read_to("frame").await.is_some() {} };
        in_time("the end of a stream", drained).await;
    }

    async fn read_to(&mut self, event: &str) -> Option<String> {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let block: String = self.text.drain(..end + 2).collect();
                if block.lines().any(|line| line == format!("event: {event}")) {
                    let data = block.lines().find_map(|line| line.strip_prefix("data: "));
                    return Some(data.expect("data").to_owned());
                }
            }
            let chunk = self.response.chunk().await.expect("bytes")?;
            // A chunk may end within a letter; names of metrics have none that could be torn.
            let chunk = String::from_utf8_lossy(&chunk);
            self.text.push_str(&chunk);
            self.raw.push_str(&chunk);
        }
    }

    pub async fn frame(&mut self) -> Frame {
        serde_json::from_str(&self.next("frame").await.expect("a frame")).expect("a frame")
    }
}

#[tokio::test]
async fn a_stream_begins_with_hello_and_resumes_without_one() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let mut events = Events::open(&viewer, "/api/stream", None).await;
    let build = events.next("build").await.expect("a build");
    assert_eq!(build, format!("{:?}", app.state.assets.build()));
    let hello: Hello =
        serde_json::from_str(&events.next("hello").await.expect("a hello")).expect("a hello");
    assert!(
        hello
            .series
            .iter()
            .all(|series| !series.metric.starts_with("db."))
    );
    let first = events.frame().await;
    assert!(first.seq > hello.seq && first.t > hello.live_from_ms);
    let second = events.frame().await;
    drop(events);
    let mut again = Events::open(&viewer, "/api/stream", Some(first.seq)).await;
    assert_eq!(again.frame().await.seq, second.seq);
}

#[tokio::test]
async fn a_stream_that_is_asked_for_once_ends_and_goes_on_without_a_gap() {
    let toml = "[[metrics]]\nname = \"test.ticks\"\nkind = \"counter\"\nevent = \"test.tick\"";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    app.user("ada", &["viewer"]).await;
    let ada = app.signed_in("ada").await;
    let asked = "/api/stream?metrics=test.ticks&once=1";
    let mut first = Events::open(&ada, asked, None).await;
    let hello = first.next("hello").await.expect("a hello");
    let hello: Hello = serde_json::from_str(&hello).expect("JSON");
    first.drain().await;
    assert_eq!(first.count("hello"), 1);
    // Asked again and again, each tick comes once; some frames are of several flushes, and a flush
    // without a tick may have none.
    let (mut last, mut end, mut sent, mut seen) = (hello.seq, None, 0.0, 0.0);
    let follow = async {
        while sent < 20.0 || seen < sent {
            if sent < 20.0 {
                app.registry.execute("test.tick", &[("n", 1.0)], &[]);
                sent += 1.0;
            }
            let path = format!("{asked}&last_event_id={last}");
            let mut again = Events::open(&ada, &path, None).await;
            while let Some(frame) = again.next("frame").await {
                let frame: Frame = serde_json::from_str(&frame).expect("JSON");
                let begin = frame.t - i64::from(frame.w);
                assert!(
                    frame.seq > last && end.is_none_or(|end| end <= begin),
                    "{frame:?}"
                );
                (last, end) = (frame.seq, Some(frame.t));
                seen += frame.rows.iter().map(|row| row[1]).sum::<f64>();
            }
            assert_eq!(again.count("hello"), 0);
        }
    };
    in_time("twenty ticks", follow).await;
    assert_eq!(seen, sent);
}

#[tokio::test]
async fn a_viewer_receives_no_byte_of_an_admins_metric() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let mut events = Events::open(&viewer, "/api/stream", None).await;
    // By then the server has looked things up in its database, and told of itself twice.
    let three_seconds = async {
        while events.raw.matches("\"seconds\"").count() < 3 {
            events.frame().await;
        }
    };
    in_time("three seconds in frames", three_seconds).await;
    let seen = events.raw;
    assert!(
        !seen.contains("pulseboard.") && !seen.contains("db."),
        "{seen}"
    );
    let admin = app.signed_in("admin").await;
    let mut events = Events::open(&admin, "/api/stream", None).await;
    assert!(
        events
            .next("hello")
            .await
            .expect("a hello")
            .contains("pulseboard.series")
    );
}

#[tokio::test]
async fn hidden_and_unknown_metrics_are_refused_alike() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let ask = async |query: &str| {
        let got = viewer.get(&format!("/api/stream?{query}")).await;
        (
            got.status.as_u16(),
            got.json["error"]["message"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        )
    };
    let hidden = ask("metrics=db.queries").await;
    let unknown = ask("metrics=no.such").await;
    assert_eq!(hidden, (400, unknown.1.replace("no.such", "db.queries")));
    for query in ["rate=0", "rate=11", "rate=x", "metrics=", "speed=1"] {
        assert_eq!(ask(query).await.0, 400, "{query}");
    }
}

#[tokio::test]
async fn streams_are_limited_and_end_with_the_session_and_the_server() {
    let toml = "[pipeline]\nmax_streams = 1";
    let app = TestApp::start_with(TestConfig {
        toml,
        admin_password: None,
    })
    .await;
    app.user("ada", &["viewer"]).await;
    let ada = app.signed_in("ada").await;
    let mut open = Events::open(&ada, "/api/stream", None).await;
    open.frame().await;
    assert_eq!(
        ada.get("/api/stream").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    assert!(ada.delete("/api/session").await.status.is_success());
    open.drain().await;
    let ada = app.signed_in("ada").await;
    let mut open = Events::open(&ada, "/api/stream", None).await;
    open.frame().await;
    app.stop().await;
    open.drain().await;
}

#[tokio::test]
async fn a_stream_of_another_run_begins_with_hello() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let mut events = Events::open(&viewer, "/api/stream", None).await;
    let last = events.frame().await.seq;
    let app = TestApp::start_in(app.stop().await, TestConfig::default()).await;
    let viewer = app.signed_in("viewer").await;
    // The number that the new run would have to continue, and those around it.
    let mut first = Events::open(&viewer, "/api/stream", None).await;
    let begins = first.frame().await.seq;
    assert!(begins > last + 1_000, "{last} {begins}");
    let mut again = Events::open(&viewer, "/api/stream", Some(last)).await;
    assert!(again.next("hello").await.is_some());
}

#[tokio::test]
async fn one_account_leaves_streams_for_others() {
    let toml = "[pipeline]\nmax_streams = 3\nmax_streams_per_account = 2";
    let app = TestApp::start_with(TestConfig::toml(toml)).await;
    app.user("ada", &["viewer"]).await;
    app.user("admin", &["admin"]).await;
    let refused = capture(&app.registry, &["pulseboard.refused"]).expect("captures");
    // Two browsers are one account.
    let (one, other) = (app.signed_in("ada").await, app.signed_in("ada").await);
    let first = Events::open(&one, "/api/stream", None).await;
    let _second = Events::open(&other, "/api/stream", None).await;
    let third = one.get("/api/stream").await;
    assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(third.text.contains("max_streams_per_account"), "{third:?}");
    let admin = app.signed_in("admin").await;
    let _admin = Events::open(&admin, "/api/stream", None).await;
    let over = admin.get("/api/stream").await;
    assert!(over.text.contains("`pipeline.max_streams`"), "{over:?}");
    let refused = refused.take();
    let reasons = refused
        .iter()
        .map(|event| event.metadata["reason"].as_str());
    // Others are of events that the server emits meanwhile.
    let limits: Vec<&str> = reasons.filter(|it| it.ends_with("stream_limit")).collect();
    assert_eq!(limits, ["account_stream_limit", "stream_limit"]);
    drop(first);
    crate::common::until("room for another", async || {
        let open = one.request(Method::GET, "/api/stream").send().await;
        match open.expect("an answer").status() {
            StatusCode::OK => Ok(()),
            other => Err(other),
        }
    })
    .await;
}
