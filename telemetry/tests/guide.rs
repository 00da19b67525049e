//! `docs/METRICS.md` shows each definition twice, as TOML and as Rust. Both are taken from there
//! word by word, and say the same.

#![cfg(feature = "report")]

use serde::Deserialize;
use telemetry::{Buckets, Functions, Match, Metric, MetricList, Unit, Value};

const GUIDE: &str = include_str!("../../docs/METRICS.md");

#[derive(Deserialize)]
struct File {
    metrics: Vec<Metric>,
}

/// Each definition as the guide writes it, and what it evaluates to.
macro_rules! definitions {
    ($($metric:expr;)*) => {
        vec![$((stringify!($metric), $metric)),*]
    };
}

fn definitions() -> Vec<(&'static str, Metric)> {
    definitions! {
        Metric::summary("http.request.stop.duration");
        Metric::count_events("http.request.stop");
        Metric::summary("db.query.stop.duration")
            .named("db.query.time")
            .unit_from(Unit::Second, Unit::Millisecond);
        Metric::sum("orders.paid.amount")
            .tags(["region", "currency"])
            .max_series(200);
        Metric::count_events("http.request.stop")
            .tags(["route"])
            .tag_with("class", |event| {
                let Value::Int(status) = event.meta("status")? else {
                    return None;
                };
                Some(format!("{}xx", status / 100).into())
            })
            .tag_values(|event, tag| match (tag, event.meta(tag)?) {
                ("route", Value::Str(route)) => route.split('?').next().map(Into::into),
                _ => None,
            });
        Metric::last_value("pool.state.used")
            .measure_with(|event| Some(event.measurement("size")? - event.measurement("idle")?));
        Metric::distribution("orders.paid.items", [1.0, 2.0, 5.0, 10.0]).named("cart.size");
        Metric::distribution("cache.hit.ratio", Buckets::linear(0.1, 0.1, 10)).unit(Unit::Ratio);
        Metric::distribution("upload.stop.size", Buckets::exponential(1024.0, 4.0, 8)).unit(Unit::Byte);
        Metric::count_events("http.request.stop")
            .named("api.reads")
            .keep(Match::new().key("method", ["GET", "HEAD"]).key("route", ["/api/*"]));
        Metric::count_events("http.request.stop")
            .named("people.requests")
            .drop(Match::new().key("route", ["/health*", "/metrics"]));
        Metric::count_events("http.request.stop")
            .named("slow.requests")
            .keep_if(|event| event.measurement("duration") > Some(0.5));
        Metric::summary("packet.in.size").unit(Unit::Byte).sampling_rate(0.01);
        Metric::last_value("queue.state.length")
            .reporter_option("prefix", "shop")
            .reporter_option("every_s", 60);
        Metric::summary("http.request.stop.duration")
            .named("api.latency")
            .tags(["route"])
            .unit_from(Unit::Second, Unit::Millisecond)
            .description("How long the API takes to answer")
            .category("http")
            .required_roles(["ops"])
            .keep(Match::new().key("route", ["/api/*"]))
            .sampling_rate(0.5)
            .max_series(100);
    }
}

/// The fenced blocks of the guide, with their language.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let fenced = GUIDE.split("```").skip(1).step_by(2);
    fenced
        .map(|block| block.split_once('\n').expect("a language, then lines"))
        .collect()
}

fn dense(text: &str) -> String {
    text.split_whitespace()
        .collect::<String>()
        .replace(",}", "}")
}

#[test]
fn rust_is_what_is_compiled_here() {
    let shown: Vec<String> = blocks()
        .into_iter()
        .filter(|(language, _)| *language == "rust")
        .map(|(_, code)| dense(code))
        .collect();
    let compiled: Vec<String> = definitions().iter().map(|(code, _)| dense(code)).collect();
    assert_eq!(shown, compiled);
}

#[test]
fn every_definition_makes_sense() {
    for (code, metric) in definitions() {
        assert_eq!(metric.check(), Ok(()), "{code}");
    }
}

#[test]
fn toml_says_the_same_as_the_rust_behind_it() {
    let blocks = blocks();
    let mut rust = definitions().into_iter();
    let (mut compared, mut all) = (0, Vec::new());
    for (i, (language, code)) in blocks.iter().enumerate() {
        match *language {
            "rust" => drop(rust.next()),
            "toml" => {
                let mut file: File = toml::from_str(code).expect("is as a file has it");
                let (_, behind) = rust.as_slice().first().expect("Rust stands behind it");
                assert_eq!(blocks[i + 1].0, "rust", "behind {code}");
                let data = Metric {
                    functions: Functions::default(),
                    ..behind.clone()
                };
                assert_eq!(file.metrics, [data]);
                all.append(&mut file.metrics);
                compared += 1;
            }
            _ => {}
        }
    }
    assert!(compared > 8, "only {compared} were found");
    // Names are unique in a file, so the guide as a whole could be one.
    MetricList::new(all).expect("a list");
}

/// The message that the guide shows is the one that is given.
#[test]
fn the_error_is_as_shown() {
    let wrong = Metric::distribution("a.b", Buckets::exponential(1.0, 1.0, 2)).named("api.latency");
    let error = MetricList::new(vec![wrong])
        .expect_err("is refused")
        .to_string();
    let shown = blocks()
        .into_iter()
        .find(|(language, _)| *language == "text");
    assert_eq!(shown.map(|(_, text)| text.trim()), Some(error.as_str()));
}
