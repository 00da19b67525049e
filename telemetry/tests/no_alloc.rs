//! What is on the hot path allocates nothing once it has been there.

use std::sync::Arc;

use telemetry::aggregate::{Handle, Recorder, SeriesTable};
use telemetry::{Kind, Metric, MetricId, MetricList, Registry, Value, event};

const EVENT: &str = "shop.order.stop";

/// A registry whose events go to a recorder, by one metric of each kind.
fn recording() -> (Registry, Arc<Recorder>, Arc<MetricList>) {
    let with_tags = |metric: Metric| metric.tags(["route", "status"]);
    let metrics = vec![
        with_tags(Metric::counter("shop.order.stop.duration").named("orders")),
        with_tags(Metric::sum("shop.order.stop.price")),
        with_tags(Metric::last_value("shop.order.stop.stock")),
        with_tags(Metric::summary("shop.order.stop.duration")),
        with_tags(Metric::distribution("shop.order.stop.duration", [0.01, 0.1, 1.0]).named("d")),
        with_tags(Metric::summary("shop.order.stop.duration").named("sampled")).sampling_rate(0.5),
    ];
    let list = Arc::new(MetricList::new(metrics).expect("makes sense"));
    let table = Arc::new(SeriesTable::new(1_000, 1_000));
    let recorder = Arc::new(Recorder::new(list.clone(), table));
    let registry = Registry::new();
    let to = recorder.clone();
    registry
        .attach("record", EVENT, move |event| to.record(event, 1))
        .expect("the first of its id");
    (registry, recorder, list)
}

fn emit(registry: &Registry, round: u32) {
    let route = if round.is_multiple_of(2) {
        "/orders/{id}"
    } else {
        "/"
    };
    event!(in registry; EVENT,
        { duration: 0.001 * f64::from(1 + round % 400), price: -2.5, stock: 7 },
        { route, status: 200 + i64::from(round % 3) });
}

/// How often `run` allocates.
fn allocations(run: impl FnOnce()) -> u64 {
    allocation_counter::measure(run).count_total
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(Box::new(7u64))), 1);
}

#[test]
fn an_event_that_nobody_takes() {
    let registry = Registry::new();
    assert_eq!(
        allocations(|| (0..1_000).for_each(|round| emit(&registry, round))),
        0
    );
}

#[test]
fn an_event_that_is_aggregated_by_every_kind_and_over_a_flush() {
    let (registry, recorder, _) = recording();
    let run = || (0..1_200).for_each(|round| emit(&registry, round));
    // So often that the metric that is sampled has seen the smallest and the largest value.
    (0..20).for_each(|_| run());
    assert_eq!(allocations(run), 0, "in a window");
    let flushed = recorder.flush();
    assert_eq!((flushed.rows.len(), flushed.refused.len()), (36, 0));
    assert_eq!(allocations(run), 0, "in the window after a flush");
    let again = recorder.flush();
    assert_eq!(again.rows.len(), 36);
    assert_eq!(allocations(run), 0, "in the third");
}

#[test]
fn numbers_far_apart_after_a_few_flushes() {
    let (registry, recorder, _) = recording();
    // 100 µs to 0.7 s, as latencies are, and a nanosecond to a day, as they hardly are.
    for (from, to) in [(1e-4_f64, 0.7_f64), (1e-9, 86_400.0)] {
        let run = || {
            for round in 0..1_200_u32 {
                let duration = from * (to / from).powf(f64::from(round % 400) / 399.0);
                event!(in registry; EVENT,
                    { duration: duration, price: duration, stock: duration },
                    { route: "/", status: 200 });
            }
        };
        for _ in 0..3 {
            (0..20).for_each(|_| run());
            assert_eq!(recorder.flush().rows.len(), 6);
        }
        assert_eq!(allocations(run), 0, "{from} to {to}, in a window");
        assert_eq!(recorder.flush().rows.len(), 6);
        assert_eq!(allocations(run), 0, "{from} to {to}, in the next");
    }
}

#[test]
fn an_event_that_is_refused_or_folded() {
    let (registry, recorder, _) = recording();
    let run = || {
        for round in 0..2_000 {
            registry.execute(EVENT, &[("duration", f64::NAN)], &[]);
            registry.execute(
                EVENT,
                &[("duration", 0.5)],
                &[("route", Value::Int(round)), ("status", Value::Bool(true))],
            );
        }
    };
    run();
    assert_eq!(allocations(run), 0);
    let refused = recorder.flush().refused;
    assert!(refused.len() > 5, "{refused:?}");
}

#[test]
fn a_handle_of_every_kind_and_over_a_flush() {
    let (_, recorder, list) = recording();
    let handles: Vec<(Kind, Handle)> = (0..5)
        .map(MetricId)
        .map(|id| {
            let handle = recorder.handle(id, &["/", "200"]).expect("room");
            (list.get(id).kind, handle)
        })
        .collect();
    let run = || {
        for round in 0..1_000 {
            for (_, handle) in &handles {
                handle.record(0.001 * f64::from(1 + round % 400), 1);
            }
        }
    };
    run();
    assert_eq!(allocations(run), 0, "in a window");
    let rows = recorder.flush().rows;
    assert!(rows.len() == 5 && rows.iter().all(|row| row.aggregate.count == 2_000));
    assert_eq!(allocations(run), 0, "in the window after a flush");
    let kinds: Vec<Kind> = handles.iter().map(|(kind, _)| *kind).collect();
    assert!(kinds.contains(&Kind::Summary) && kinds.contains(&Kind::Distribution));
}
