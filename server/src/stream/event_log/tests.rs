use protocol::LogLevel;
use telemetry::{HandlerSet, Metric, Registry, Value};

use super::*;

#[test]
fn events_become_lines() {
    let shop = [Metric::sum("shop.order.price").tags(["item"])];
    let metrics = Arc::new(crate::metrics::list(&shop).expect("a list"));
    let check = |event: Event<'_>, expect: Option<(LogLevel, &str, &str)>| {
        let registry = Arc::new(Registry::new());
        let log = Arc::new(EventLog::new(1, 100, Arc::new(AtomicI64::new(7))));
        let _set = HandlerSet::attach(&registry, log.handlers(&metrics)).expect("attaches");
        registry.execute(event.name, event.measurements, event.metadata);
        let (records, over) = log.take();
        let seen = records.first().map(|n| {
            (
                n.record.level,
                n.record.message.as_str(),
                n.record.source.as_str(),
            )
        });
        assert_eq!((seen, over), (expect, 0));
        assert!(
            records
                .iter()
                .all(|record| !record.metrics.is_empty() && record.record.t == 7)
        );
    };
    let by = |method: &'static str, status: i64, route: &'static str| {
        [
            ("method", Value::Str(method)),
            ("route", Value::Str(route)),
            ("status", Value::Int(status)),
        ]
    };
    let request = |status, route| by("GET", status, route);
    let check_request = |metadata: [(&str, Value<'_>); 3], expect| {
        let measurements = &[("duration", 0.003)];
        check(
            Event {
                name: "http.request.stop",
                measurements,
                metadata: &metadata,
            },
            expect,
        );
    };
    use LogLevel::{Error, Info, Warn};
    check_request(
        request(200, "/d/{id}"),
        Some((Info, "GET /d/{id} → 200 in 3.0 ms", "/d/{id}")),
    );
    check_request(
        by("PUT", 200, "/api/preferences"),
        Some((
            Info,
            "PUT /api/preferences → 200 in 3.0 ms",
            "/api/preferences",
        )),
    );
    check_request(
        by("POST", 401, "/api/events"),
        Some((Warn, "POST /api/events → 401 in 3.0 ms", "/api/events")),
    );
    check_request(
        request(404, "/api/history"),
        Some((Warn, "GET /api/history → 404 in 3.0 ms", "/api/history")),
    );
    check_request(
        request(404, "/pkg/x"),
        Some((Warn, "GET /pkg/x → 404 in 3.0 ms", "/pkg/x")),
    );
    check_request(
        request(503, "/health/ready"),
        Some((Error, "GET /health/ready → 503 in 3.0 ms", "/health/ready")),
    );
    check_request(request(200, "/health"), None);
    check_request(request(200, "/api/stream"), None);
    check_request(request(200, "/api/dashboards/{id}"), None);
    check_request(by("POST", 202, "/api/events"), None);
    check_request(request(200, "unmatched"), None);
    check(
        Event {
            name: "log.message",
            measurements: &[],
            metadata: &[
                ("level", "WARN".into()),
                ("message", "a\u{0}b\nc".into()),
                ("source", "cron".into()),
            ],
        },
        Some((Warn, "abc", "cron")),
    );
    for level in ["emerg", "err", "crit"] {
        check(
            Event {
                name: "log.message",
                measurements: &[],
                metadata: &[("level", level.into()), ("message", "m".into())],
            },
            Some((Error, "m", "")),
        );
    }
    check(
        Event {
            name: "shop.order",
            measurements: &[],
            metadata: &[("severity_number", 13.into()), ("message", "low".into())],
        },
        Some((Warn, "low", "")),
    );
    check(
        Event {
            name: "shop.order",
            measurements: &[("price", 2.5), ("secret", 1.0)],
            metadata: &[("item", "tea".into()), ("password", "x".into())],
        },
        Some((Info, "shop.order price=2.5 item=tea", "")),
    );
    check(
        Event {
            name: "pulseboard.undeclared",
            measurements: &[("count", 2.0)],
            metadata: &[("event", "shop.oder".into())],
        },
        Some((
            Warn,
            "2 of `shop.oder` refused: no contract and no metric knows it",
            "ingest",
        )),
    );
    check(
        Event {
            name: "host.memory",
            measurements: &[("used", 1.0)],
            metadata: &[],
        },
        None,
    );
    let long = "é".repeat(300);
    let cut = "é".repeat(200);
    check(
        Event {
            name: "shop.order",
            measurements: &[],
            metadata: &[("message", long.as_str().into())],
        },
        Some((Info, &cut, "")),
    );
}

#[test]
fn a_flush_carries_so_many_and_counts_the_rest() {
    let metrics = Arc::new(crate::metrics::list(&[]).expect("a list"));
    let registry = Arc::new(Registry::new());
    let log = Arc::new(EventLog::new(2, 100, Arc::default()));
    let _set = HandlerSet::attach(&registry, log.handlers(&metrics)).expect("attaches");
    for _ in 0..5 {
        registry.execute("log.message", &[], &[("message", "x".into())]);
    }
    let (records, over) = log.take();
    assert_eq!((records.len(), over), (2, 3));
    assert_eq!((log.take().0.len(), log.take().1), (0, 0));
}

#[test]
fn requests_without_an_account_leave_room_for_others() {
    let metrics = Arc::new(crate::metrics::list(&[]).expect("a list"));
    let registry = Arc::new(Registry::new());
    let log = Arc::new(EventLog::new(50, 100, Arc::default()));
    let _set = HandlerSet::attach(&registry, log.handlers(&metrics)).expect("attaches");
    let request = |route: &'static str, status: i64| {
        let metadata = [
            ("method", Value::Str("POST")),
            ("route", Value::Str(route)),
            ("status", Value::Int(status)),
        ];
        registry.execute("http.request.stop", &[("duration", 0.001)], &metadata);
    };
    for _ in 0..100 {
        request("/api/session", 401);
        request("/api/dashboards/{id}", 403);
        request("/d/{id}", 303);
        request("/sign-in", 200);
        request("unmatched", 404);
        registry.execute("auth.sign_in.stop", &[], &[("result", "failure".into())]);
    }
    for _ in 0..10 {
        request("/api/preferences", 200);
        request("/api/dashboards/{id}", 409);
        registry.execute("log.message", &[], &[("message", "x".into())]);
    }
    registry.execute("auth.sign_in.stop", &[], &[("result", "success".into())]);
    let (records, dropped) = log.take();
    let anonymous = records.iter().filter(|one| one.record.anonymous).count();
    assert_eq!((anonymous, records.len(), dropped), (5, 36, 595));
}

#[test]
fn what_many_threads_emit_is_listed_or_counted() {
    const THREADS: u64 = 4;
    const EVENTS: u64 = 2_000;
    let metrics = Arc::new(crate::metrics::list(&[]).expect("a list"));
    let registry = Arc::new(Registry::new());
    let log = Arc::new(EventLog::new(3, 100, Arc::default()));
    let _set = HandlerSet::attach(&registry, log.handlers(&metrics)).expect("attaches");
    let mut seen = 0;
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..EVENTS {
                    registry.execute("log.message", &[], &[("message", "x".into())]);
                }
            });
        }
        for _ in 0..100 {
            let (records, over) = log.take();
            assert!(records.len() <= 3);
            seen += records.len() as u64 + over;
        }
    });
    let (records, over) = log.take();
    assert_eq!(seen + records.len() as u64 + over, THREADS * EVENTS);
}

#[test]
fn a_full_log_takes_no_lock() {
    let metrics = Arc::new(crate::metrics::list(&[]).expect("a list"));
    let registry = Arc::new(Registry::new());
    let log = Arc::new(EventLog::new(1, 100, Arc::default()));
    let _set = HandlerSet::attach(&registry, log.handlers(&metrics)).expect("attaches");
    let emit = || registry.execute("log.message", &[], &[("message", "x".into())]);
    emit();
    {
        // With the lock held here, an event that wants it would wait for ever.
        let _held = log.pending();
        emit();
        emit();
    }
    let (records, over) = log.take();
    assert_eq!((records.len(), over), (1, 2));
}

#[test]
fn a_sink_that_fails_is_listed() {
    let metrics = Arc::new(crate::metrics::list(&[]).expect("a list"));
    let registry = Arc::new(Registry::new());
    let log = Arc::new(EventLog::new(1, 100, Arc::default()));
    let _set = HandlerSet::attach(&registry, log.handlers(&metrics)).expect("attaches");
    crate::contract::SINK_FAILURE.execute_on(
        &registry,
        &[("count", 1.0)],
        &[("sink", "history".into()), ("message", "no room".into())],
    );
    let (records, _) = log.take();
    let record = &records.first().expect("a record").record;
    assert_eq!(record.level, LogLevel::Error);
    assert_eq!(
        record.message,
        "output `history` of the flush loop failed: no room"
    );
}
