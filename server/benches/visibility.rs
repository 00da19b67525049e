//! What a change of roles costs: who sees which of 10,000 series, for 50 roles with conditions on tags.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use protocol::{Grant, Role};
use server::access::{Access, Instance, Principal};
use server::config::Limits;
use server::storage::Storage;
use telemetry::aggregate::{Recorder, SeriesTable};
use telemetry::{Event, Metric, MetricList, Value};

const SERIES: usize = 10_000;
const METRICS: usize = 20;
const ROLES: usize = 50;

/// `SERIES` series of `METRICS` metrics, by service and host.
fn series() -> (Arc<MetricList>, Arc<SeriesTable>) {
    let metric = |number| {
        Metric::summary(&format!("bench.run.m{number}"))
            .named(format!("bench.m{number}"))
            .tags(["service", "host"])
    };
    let list = Arc::new(MetricList::new((0..METRICS).map(metric).collect()).expect("a list"));
    let table = Arc::new(SeriesTable::new(SERIES, SERIES));
    let recorder = Recorder::new(list.clone(), table.clone());
    let names: Vec<String> = (0..METRICS).map(|number| format!("m{number}")).collect();
    let measurements: Vec<(&str, f64)> = names.iter().map(|name| (&**name, 1.0)).collect();
    for number in 0..SERIES / METRICS {
        let service = format!("service-{}", number % ROLES);
        let host = format!("host-{number}");
        let event = Event {
            name: "bench.run",
            measurements: &measurements,
            metadata: &[
                ("service", Value::Str(&service)),
                ("host", Value::Str(&host)),
            ],
        };
        recorder.record(&event, 0);
    }
    assert_eq!(table.len(), SERIES);
    (list, table)
}

/// Somebody of this role: what is seen depends on roles alone.
fn of_role(name: String) -> Principal {
    Principal {
        roles: [name].into(),
        ..Principal::guest()
    }
}

fn visibility(c: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let (list, table) = series();
    let registry = Arc::new(telemetry::Registry::new());
    let access = runtime.block_on(async {
        let file = folder.path().join("bench.db");
        let storage = Storage::open(&file, &registry).await.expect("opens");
        let instance = Instance::load(&storage).await.expect("an instance");
        let access = Access::new(storage, instance, registry.clone(), &Limits::default(), &[]);
        access.extend_metrics(&list);
        for number in 0..ROLES {
            let role = Role {
                name: format!("role-{number}"),
                metrics: vec![
                    Grant::pattern("bench.*").with("service", format!("service-{number}")),
                    Grant::pattern("bench.m1*").with("host", format!("host-*{}", number % 10)),
                    Grant::metric("bench.m0")
                        .with("service", "service-1*")
                        .with("host", "*7"),
                ],
                ..Role::default()
            };
            access.save_role(role).await.expect("a role");
        }
        access
    });
    let ids = list.iter().map(|(id, _)| id);
    let series: Vec<_> = ids.flat_map(|id| table.of_metric(id)).collect();
    assert_eq!(series.len(), SERIES);
    let people: Vec<Principal> = (0..ROLES)
        .map(|number| of_role(format!("role-{number}")))
        .collect();
    c.bench_function("10,000 series x 50 roles, recomputed", |b| {
        b.iter(|| {
            // Takes all grants over again, as a change of roles or metrics does, and forgets what
            // was known of every series.
            access.extend_metrics(&list);
            let mut seen = 0;
            for person in &people {
                let visible = access.visibility(person);
                let mut sieve = visible.sieve(&table);
                let all = series.iter();
                seen += all.filter(|one| sieve.sees(one.metric, one.id)).count();
            }
            assert!(seen > 0);
            black_box(seen)
        });
    });
}

criterion_group!(benches, visibility);
criterion_main!(benches);
