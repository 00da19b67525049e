//! One event, from where a program emits it to the value of a line on the page: registry, recorder,
//! flush, hub, bytes of the stream, the page's decoder, store and lines. No part is a stand-in.

use app::live::message::Message;
use app::live::metric_query::{Taken, stat};
use app::live::{Lines, Resolution, Store};
use protocol::{Field, MetricRef};
use reqwest::Method;

use crate::common::{TestApp, TestConfig, in_time};

const TOML: &str = r#"
[[metrics]]
name = "shop.order.amount"
kind = "sum"
event = "shop.order"
measurement = "amount"
tags = ["region"]
"#;

fn amount(by: Option<&str>) -> MetricRef {
    let json = serde_json::json!({ "metric": "shop.order.amount", "field": "sum", "by": by });
    let reference: MetricRef = serde_json::from_value(json).expect("a reference");
    assert_eq!(reference.field, Field::Sum);
    reference
}

#[tokio::test]
async fn an_event_becomes_a_point_of_the_line_of_its_tag() {
    let app = TestApp::start_with(TestConfig::toml(TOML)).await;
    app.user("ada", &["viewer"]).await;
    let ada = app.signed_in("ada").await;
    let request = ada.request(Method::GET, "/api/stream?metrics=shop.order.amount");
    let mut response = request.send().await.expect("a stream");

    let resolution = Resolution::of(60_000);
    let list = app.state.metrics.list();
    let metrics: Vec<_> = list.iter().map(|(_, m)| m.clone()).collect();
    let mut store = Store::new(&metrics, resolution);
    let mut lines = Lines::new(&[amount(Some("region"))]);
    let mut bytes = String::new();
    // A client that came before the first flush gets a second hello after it.
    let mut sent = false;
    let complete = async {
        loop {
            let chunk = response.chunk().await.expect("bytes").expect("no end");
            bytes.push_str(std::str::from_utf8(&chunk).expect("ASCII names"));
            while let Some(end) = bytes.find("\n\n") {
                let block: String = bytes.drain(..end + 2).collect();
                let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
                let (Some(event), Some(data)) = (field("event: "), field("data: ")) else {
                    continue;
                };
                match Message::read(event, data).expect("a message that the page reads") {
                    Some(Message::Hello(hello)) => {
                        store.hello(&hello, resolution);
                        if std::mem::replace(&mut sent, true) {
                            continue;
                        }
                        for (region, amount) in [("eu", 12.5), ("us", 2.25), ("eu", 30.0)] {
                            let tags = [("region", region.into())];
                            let registry = &app.registry;
                            registry.execute("shop.order", &[("amount", amount)], &tags);
                        }
                    }
                    Some(Message::Series(series)) => store.add_series(series),
                    Some(Message::Frame(frame)) => store.apply(&frame),
                    _ => {}
                }
            }
            lines.update(&store);
            let settled = store.settled_ms() as f64;
            // The events may lie on both sides of the end of a second.
            let total = |label: &str| -> f64 {
                let line = lines.lines().iter().find(|line| line.label == label);
                let points = line.map_or(&[][..], |line| &line.points);
                points.iter().filter(|p| p.t <= settled).map(|p| p.v).sum()
            };
            let (eu, us) = (total("eu"), total("us"));
            if eu >= 42.5 && us >= 2.25 {
                return (eu, us);
            }
        }
    };
    let (eu, us) = in_time("completed seconds on both lines", complete).await;
    assert_eq!((eu, us), (42.5, 2.25));
    let all = stat(&store, &amount(None), Taken::over(60), store.settled_ms());
    assert_eq!(all.number, 44.75, "one number over both series");
}
