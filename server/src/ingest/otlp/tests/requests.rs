//! Whole requests: names, units, tags, times, and what is told of refusals.

use super::*;

#[test]
fn the_guides_metrics_take_what_it_says() {
    let guide = include_str!("../../../../../docs/OTLP.md");
    let (_, behind) = guide.split_once("```toml").expect("an example");
    let (example, _) = behind.split_once("```").expect("ends");
    #[derive(serde::Deserialize)]
    struct File {
        metrics: Vec<telemetry::Metric>,
    }
    let file: File = toml::from_str(example).expect("metrics");
    let targets = Targets::new(Arc::new(MetricList::new(file.metrics).expect("a list")));
    let latency = explicit(DELTA, HistogramDataPoint::default());
    let of = |data: Data| Points::of(data).expect("some kind takes them").kind();
    let mappings = targets.mappings("http.server.request.duration", "s", of(latency));
    assert_eq!(mappings.expect("is accepted")[0].factor, 1_000.0);
    let orders = sum(CUMULATIVE, true, number(1, 1.0));
    assert!(
        targets
            .mappings("shop.orders", "{order}", of(orders))
            .is_ok()
    );
}

#[test]
fn the_bounds_that_the_guide_gives_python_are_those_of_its_metric() {
    let guide = include_str!("../../../../../docs/OTLP.md");
    let list = |behind: &str| {
        let found = guide
            .split_once(behind)
            .and_then(|(_, rest)| rest.split_once(']'));
        found.expect("a list").0
    };
    let metric = list("\nbuckets = [");
    assert!(metric.split(", ").count() > 5, "{metric}");
    assert_eq!(list("explicit_bucket_boundaries_advisory=["), metric);
}

#[test]
fn units() {
    let check = |name: &str, unit: &str, data: Data, expect: Result<f64, Reason>| {
        let (did, reasons) = run(name, unit, vec![data]);
        let got = reasons
            .first()
            .map_or(did.map(|did| did.1).ok_or(Reason::Malformed), |reason| {
                Err(*reason)
            });
        assert_eq!(got, expect, "{name} {unit}");
    };
    let grown = || sum(DELTA, true, number(1, 3_000.0));
    check("m.sum", "By", grown(), Ok(3.0));
    check("m.sum", "", grown(), Ok(3_000.0));
    check("m.sum", "s", grown(), Err(Reason::WrongUnit));
    check("m.sum", "1", grown(), Err(Reason::WrongUnit));
    check("m.counter", "{order}", grown(), Ok(3_000.0));
    for unit in ["milliseconds", "connections", "Cel", "Hz"] {
        check("m.counter", unit, grown(), Ok(3_000.0));
    }
    check("m.sum", "bytes", grown(), Ok(3.0));
    check("m.sum", "Cel", grown(), Err(Reason::WrongUnit));
    let large = || gauge(number(1, 1e308));
    check("m.summary", "s", gauge(number(1, 0.25)), Ok(250.0));
    check("m.summary", "s", large(), Err(Reason::NotANumber));
}

#[test]
fn names_and_who_may_feed_them() {
    let bench = Bench::new();
    let one = || sum(DELTA, true, number(1, 1.0));
    let check = |name: &str, data: Data, expect: Option<Reason>, told: &str| {
        let outcome = bench.take(1, name, "", data);
        let reasons: Vec<_> = outcome.rejected.keys().map(|(_, reason)| *reason).collect();
        assert_eq!(reasons, Vec::from_iter(expect), "{name}");
        let partial = response(&outcome).partial_success.unwrap_or_default();
        assert_eq!(partial.rejected_data_points, i64::from(expect.is_some()));
        assert!(partial.error_message.contains(told), "{partial:?}");
    };
    check("M.Counter", one(), None, "");
    check(
        "m.nothing",
        one(),
        Some(Reason::UnknownMetric),
        "`m.nothing` point 0: no metric",
    );
    check(
        "http.requests",
        one(),
        Some(Reason::BuiltIn),
        "`http.requests` point 0: the server",
    );
    check("log.message", one(), Some(Reason::BuiltIn), "log.message");
    check("http.request.stop", one(), Some(Reason::UnknownMetric), "");
    check(
        "m.summary",
        one(),
        Some(Reason::WrongKind),
        "it is a summary",
    );
    let summary = Data::Summary(Summary {
        data_points: vec![vec![1, 2].into()],
    });
    check("m.summary", summary, Some(Reason::WrongKind), "");
    assert_eq!(bench.flush()["m.counter"].count, 1);
}

#[test]
fn points_are_events_of_their_name_too() {
    let bench = Bench::new();
    let did = |bench: &Bench| {
        let did = bench.flush();
        (did["depths"].sum, did["depth.points"].count)
    };
    bench.take(1, "queue.depth", "", gauge(number(1, 5.0)));
    bench.take(2, "queue-depth", "", gauge(number(2, 5.0)));
    bench.take(2, "queue.depth", "", gauge(number(2, 7.0)));
    assert_eq!(did(&bench), (12.0, 2), "queue_depth is another name");
    for (second, total) in [(3, 10.0), (4, 14.0)] {
        bench.take(
            second,
            "queue.depth",
            "",
            sum(CUMULATIVE, true, number(second, total)),
        );
    }
    assert_eq!(did(&bench), (14.0, 2), "what a sum grew by");
}

#[test]
fn tags_come_from_the_point_and_then_from_its_resource() {
    let bench = Bench::new();
    let with = |attributes: Vec<KeyValue>| {
        let point = NumberDataPoint {
            attributes,
            ..number(1, 1.0)
        };
        let outcome = bench.take(1, "m.tagged", "", sum(DELTA, true, point));
        let flush = bench.recorder.flush();
        let tags = flush.fresh.first().map(|series| series.tags.join("|"));
        (tags, outcome.rejected.into_keys().next())
    };
    assert_eq!(
        with(vec![KeyValue::text("route", "/a")]),
        (Some("/a|shop".into()), None)
    );
    let own = vec![
        KeyValue::text("service.name", "own"),
        KeyValue::text("route", "/b"),
    ];
    assert_eq!(with(own), (Some("/b|own".into()), None));
    let metric = bench.metrics.find("m.tagged");
    let missing = Some((metric, Reason::Sample(Refusal::MissingTag)));
    assert_eq!(with(vec![KeyValue::text("path", "/a")]), (None, missing));
    let long = vec![KeyValue::text("route", &"x".repeat(129))];
    let too_long = Some((metric, Reason::Sample(Refusal::TagTooLong)));
    assert_eq!(with(long), (None, too_long));
}

#[test]
fn what_was_settled_before_is_not_asked_again() {
    let check = |name: &str, attributes: &[(&str, &str)], expect: bool| {
        let bench = Bench::new();
        let attributes = attributes.iter();
        let point = NumberDataPoint {
            attributes: attributes
                .map(|(key, value)| KeyValue::text(key, value))
                .collect(),
            ..number(1, 1.0)
        };
        let shown = format!("{name} {point:?}");
        let outcome = bench.take(1, name, "", sum(DELTA, true, point));
        // What is left out is meant to be, and no refusal.
        assert_eq!((outcome.accepted, outcome.rejected()), (1, 0), "{shown}");
        assert_eq!(bench.flush().len(), usize::from(expect), "{shown}");
    };
    let other = ("service.name", "bank");
    check("m.kept", &[], true);
    check("m.kept", &[("method", "GET")], true);
    check("m.kept", &[("method", "PUT")], false);
    check("m.kept", &[("path", "/")], true);
    check("m.kept", &[other], false);
    check("m.kept", &[("method", "GET"), other], false);
    check("m.dropped", &[], true);
    check("m.dropped", &[("method", "HEAD")], false);
    check("m.dropped", &[("method", "PUT")], true);
    check("m.dropped", &[("method", "GET"), other], true);
    // As events they come from somebody who does not know the list.
    check("kept", &[("method", "GET")], true);
    check("kept", &[("method", "PUT")], false);
    check("kept", &[], false);
}

#[test]
fn times_far_from_now_are_refused() {
    let check = |time_unix_nano: u64, expect: &[Reason]| {
        let point = NumberDataPoint {
            time_unix_nano,
            ..number(1, 1.0)
        };
        let (_, reasons) = run("m.level", "", vec![gauge(point)]);
        assert_eq!(reasons, expect, "{time_unix_nano}");
    };
    check(at(1), &[]);
    check(0, &[]);
    check(at(1) - 300_000_000_000, &[]);
    check(at(1) - 300_001_000_000, &[Reason::TooOld]);
    check(at(1) + 300_000_000_000, &[]);
    check(at(1) + 300_001_000_000, &[Reason::TooNew]);
    check(u64::MAX, &[Reason::TooNew]);
    check(1, &[Reason::TooOld]);
}

#[test]
fn many_refusals_are_counted_and_a_few_told() {
    let bench = Bench::new();
    let points = |count: usize| {
        Data::Gauge(Gauge {
            data_points: vec![number(1, 1.0); count],
        })
    };
    let mut request = request("x.first", "", points(3));
    let metrics = &mut request.resource_metrics[0].scope_metrics[0].metrics;
    for name in 0..10 {
        metrics.push(Metric {
            name: format!("x.{name}{}", "y".repeat(1_000)),
            data: Some(points(1)),
            ..Metric::default()
        });
    }
    let outcome = bench.receiver.receive(request, BEGIN_MS);
    let told = response(&outcome).partial_success.expect("refused");
    assert_eq!((outcome.rejected(), told.rejected_data_points), (13, 13));
    assert_eq!(
        (outcome.unknown.len(), &*outcome.unknown[0].0),
        (11, "x.first")
    );
    let points: u64 = outcome.unknown.iter().map(|(_, points)| points).sum();
    assert_eq!(points, 13);
    assert!(
        told.error_message.len() < 2_000,
        "{}",
        told.error_message.len()
    );
    assert!(
        told.error_message.ends_with("; and 8 more points"),
        "{}",
        told.error_message
    );
}

#[test]
fn all_metrics_get_a_point_or_none() {
    let bench = Bench::new();
    let check = |unit: &str, attributes: Vec<KeyValue>, value: f64, by: &str, why: Reason| {
        let point = NumberDataPoint {
            attributes,
            ..number(1, value)
        };
        let outcome = bench.take(1, "m.both", unit, sum(DELTA, true, point));
        let expect = (bench.metrics.find(by), why);
        assert!(expect.0.is_some(), "{by}");
        assert_eq!(outcome.rejected, [(expect, 1)].into_iter().collect());
        // The recorder was not asked, so it does not count the refusal again.
        let flush = bench.recorder.flush();
        let left = (outcome.accepted, flush.rows.len(), flush.refused.len());
        assert_eq!(left, (0, 0, 0), "{by}");
    };
    let route = |value: &str| vec![KeyValue::text("route", value)];
    let missing = Reason::Sample(Refusal::MissingTag);
    check("", Vec::new(), 1.0, "both.tagged", missing);
    let too_long = Reason::Sample(Refusal::TagTooLong);
    check("", route(&"x".repeat(129)), 1.0, "both.tagged", too_long);
    check("", route("/"), 0.5, "m.both", Reason::NotACount);
    check("s", route("/"), 1.0, "both.sum", Reason::WrongUnit);
    check("", route("/"), f64::NAN, "m.both", Reason::NotANumber);
    let point = NumberDataPoint {
        attributes: route(&"x".repeat(128)),
        ..number(1, 2.0)
    };
    let outcome = bench.take(1, "m.both", "", sum(DELTA, true, point));
    assert_eq!((outcome.accepted, outcome.rejected()), (1, 0));
    let did = bench.flush();
    assert_eq!((did["m.both"].count, did["both.sum"].sum), (2, 2.0));
    assert_eq!(did["both.tagged"].sum, 2.0);
}

#[test]
fn refusals_name_the_metric_that_an_event_feeds() {
    let bench = Bench::new();
    let check = |unit: &str, point: NumberDataPoint, why: Reason| {
        let outcome = bench.take(1, "queue.depth", unit, gauge(point));
        let expect = (bench.metrics.find("depths"), why);
        assert_eq!(outcome.rejected, [(expect, 1)].into_iter().collect());
    };
    check("s", number(1, 1.0), Reason::WrongUnit);
    check("", number(1, f64::NAN), Reason::NotANumber);
    check("", number(1, None), Reason::Malformed);
    let old = NumberDataPoint {
        time_unix_nano: 1,
        ..number(1, 1.0)
    };
    check("", old, Reason::TooOld);
}
