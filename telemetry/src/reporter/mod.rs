//! Reporters: what takes the numbers of a metric list out of events and brings them somewhere.
//!
//! Invariant: a reporter hears exactly the events of its list, from start until what [`start`]
//! returned is dropped; and it starts with all of its metrics or not at all.
//!
//! What a reporter must and should do stands in `docs/REPORTERS.md`.

#[cfg(feature = "console")]
mod console;
mod refusals;

use std::sync::Arc;

use crate::registry::{HandlerSet, NewHandler};
use crate::{AttachError, Event, Metric, MetricId, MetricList, OnPanic, Registry};

#[cfg(feature = "console")]
pub use console::Console;
pub use refusals::Refusals;

/// `docs/REPORTERS.md` holds an example, which is compiled and run as one of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/REPORTERS.md")]
struct Guide;

/// Takes the numbers of its metrics out of events.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::sync::Arc;
/// use telemetry::reporter::{self, Reporter};
/// use telemetry::{Event, Metric, MetricId, MetricList, Registry};
///
/// struct Heard(MetricList, AtomicU64);
///
/// impl Reporter for Heard {
///     fn name(&self) -> &str {
///         "heard"
///     }
///     fn metrics(&self) -> &MetricList {
///         &self.0
///     }
///     fn report(&self, metrics: &[MetricId], _: &Event<'_>) {
///         self.1.fetch_add(metrics.len() as u64, Ordering::Relaxed);
///     }
/// }
///
/// let registry = Arc::new(Registry::new());
/// let list = MetricList::new(vec![Metric::sum("a.x"), Metric::sum("a.y"), Metric::sum("b.x")])?;
/// let heard = Arc::new(Heard(list, AtomicU64::new(0)));
/// let running = reporter::start(&registry, heard.clone())?;
/// registry.execute("a", &[("x", 1.0)], &[]);
/// drop(running);
/// registry.execute("a", &[("x", 1.0)], &[]);
/// assert_eq!(heard.1.load(Ordering::Relaxed), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Reporter: Send + Sync + 'static {
    /// Unique in a registry: its handlers' ids are `{name}/{event}`.
    fn name(&self) -> &str;

    /// What it measures; the same list as long as it lives.
    fn metrics(&self) -> &MetricList;

    /// Whether it can report this metric; if not, what about it. Asked once for each metric,
    /// before anything is attached.
    fn supports(&self, metric: &Metric) -> Result<(), String> {
        let _ = metric;
        Ok(())
    }

    /// Called for each event of the list, in the emitter's thread, with the metrics that the
    /// event feeds: never none. When it panics, the registry tells and counts the failure, and
    /// goes on calling it.
    fn report(&self, metrics: &[MetricId], event: &Event<'_>);
}

/// A reporter at work. It is detached when this is dropped; where it is in the middle of an
/// event then, it ends that event.
#[must_use = "a reporter is detached when this is dropped"]
pub struct Running(HandlerSet);

/// Why a reporter did not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReporterError {
    /// A metric that it cannot report.
    #[error("the reporter `{reporter}` cannot report the metric `{metric}`: {message}")]
    Unsupported {
        /// The reporter.
        reporter: String,
        /// The metric.
        metric: String,
        /// What about it.
        message: String,
    },
    /// Most likely a reporter of that name runs already.
    #[error("the reporter `{reporter}` cannot listen: {reason}")]
    Attach {
        /// The reporter.
        reporter: String,
        /// What the registry says.
        #[source]
        reason: AttachError,
    },
}

/// Has the reporter hear every event that its metrics are made from: one handler for each
/// event, which knows the metrics that the event feeds.
pub fn start<R: Reporter>(
    registry: &Arc<Registry>,
    reporter: Arc<R>,
) -> Result<Running, ReporterError> {
    let handlers = handlers(&reporter)?;
    match HandlerSet::attach(registry, handlers) {
        Ok(set) => Ok(Running(set)),
        Err(reason) => Err(not_attached(&*reporter, reason)),
    }
}

impl Running {
    /// Goes over to another reporter at one moment, such as the same one with a longer list. Each
    /// event is reported by the former or by this one: none is missed and none is reported twice.
    /// On an error the former goes on.
    pub fn exchange<R: Reporter>(&mut self, reporter: Arc<R>) -> Result<(), ReporterError> {
        let handlers = handlers(&reporter)?;
        let exchanged = self.0.exchange(handlers);
        exchanged.map_err(|reason| not_attached(&*reporter, reason))
    }
}

fn not_attached<R: Reporter>(reporter: &R, reason: AttachError) -> ReporterError {
    ReporterError::Attach {
        reporter: reporter.name().to_owned(),
        reason,
    }
}

fn handlers<R: Reporter>(reporter: &Arc<R>) -> Result<Vec<NewHandler>, ReporterError> {
    let name = reporter.name().to_owned();
    for (_, metric) in reporter.metrics().iter() {
        reporter
            .supports(metric)
            .map_err(|message| ReporterError::Unsupported {
                reporter: name.clone(),
                metric: metric.name.clone(),
                message,
            })?;
    }
    let handler = |event| {
        let fed: Box<[MetricId]> = reporter.metrics().by_event(event).into();
        let id = format!("{name}/{event}");
        let reporter = reporter.clone();
        // One strange event must not end the metrics of all that come after it.
        NewHandler::new(id, &[event], OnPanic::Keep, move |event| {
            reporter.report(&fed, event);
        })
    };
    Ok(reporter.metrics().events().map(handler).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::Kind;

    struct Heard {
        metrics: MetricList,
        events: Mutex<Vec<(String, Vec<MetricId>)>>,
    }

    impl Reporter for Heard {
        fn name(&self) -> &str {
            "heard"
        }

        fn metrics(&self) -> &MetricList {
            &self.metrics
        }

        fn supports(&self, metric: &Metric) -> Result<(), String> {
            match metric.kind {
                Kind::Distribution => Err("it has no buckets".to_owned()),
                _ => Ok(()),
            }
        }

        fn report(&self, metrics: &[MetricId], event: &Event<'_>) {
            assert!(event.measurement("bad").is_none(), "a bad event");
            let mut events = self.events.lock().expect("no test panics here");
            events.push((event.name.to_owned(), metrics.to_vec()));
        }
    }

    fn heard(metrics: Vec<Metric>) -> Arc<Heard> {
        Arc::new(Heard {
            metrics: MetricList::new(metrics).expect("a list"),
            events: Mutex::default(),
        })
    }

    fn some() -> Vec<Metric> {
        vec![Metric::sum("a.x"), Metric::sum("b.x"), Metric::sum("a.y")]
    }

    #[test]
    fn it_hears_its_events_until_it_is_dropped() {
        let registry = Arc::new(Registry::new());
        let reporter = heard(some());
        let running = start(&registry, reporter.clone()).expect("starts");
        for event in ["a", "c", "b"] {
            registry.execute(event, &[], &[]);
        }
        drop(running);
        registry.execute("a", &[], &[]);
        let events = reporter.events.lock().expect("no test panics here");
        let expect = [
            ("a".to_owned(), vec![MetricId(0), MetricId(2)]),
            ("b".to_owned(), vec![MetricId(1)]),
        ];
        assert_eq!(*events, expect);
        assert!(registry.list_handlers("").is_empty());
    }

    #[test]
    fn an_event_that_it_fails_at_does_not_end_it() {
        let registry = Arc::new(Registry::new());
        let reporter = heard(some());
        let _running = start(&registry, reporter.clone()).expect("starts");
        for bad in [true, false, true, false] {
            let measurements: &[_] = if bad { &[("bad", 1.0)] } else { &[("x", 1.0)] };
            registry.execute("a", measurements, &[]);
        }
        assert_eq!(
            reporter
                .events
                .lock()
                .expect("panics before it locks")
                .len(),
            2
        );
        assert_eq!(registry.failures(), 2);
    }

    #[test]
    fn what_it_cannot_report_is_named_and_nothing_is_attached() {
        let registry = Arc::new(Registry::new());
        let metrics = [some(), vec![Metric::distribution("a.z", [1.0])]].concat();
        let error = start(&registry, heard(metrics)).err().expect("is refused");
        let text = "the reporter `heard` cannot report the metric `a.z`: it has no buckets";
        assert_eq!(error.to_string(), text);
        assert!(registry.list_handlers("").is_empty());
    }

    #[test]
    fn a_second_of_the_name_is_refused_and_the_first_goes_on() {
        let registry = Arc::new(Registry::new());
        let first = heard(vec![Metric::sum("b.x")]);
        let running = start(&registry, first.clone()).expect("starts");
        let error = start(&registry, heard(some())).err().expect("is refused");
        assert!(matches!(error, ReporterError::Attach { .. }), "{error}");
        let left = registry.list_handlers("");
        assert_eq!(left.len(), 1, "{left:?}");
        registry.execute("b", &[], &[]);
        assert_eq!(first.events.lock().expect("no test panics here").len(), 1);
        drop(running);
        assert!(start(&registry, heard(some())).is_ok());
    }

    #[test]
    fn a_handler_that_took_the_place_of_one_of_its_own_stays() {
        let registry = Arc::new(Registry::new());
        let running = start(&registry, heard(some())).expect("starts");
        registry.detach("heard/a").expect("is there");
        registry.attach("heard/a", "a", |_| ()).expect("free again");
        drop(running);
        let left: Vec<String> = registry
            .list_handlers("")
            .into_iter()
            .map(|h| h.id)
            .collect();
        assert_eq!(left, ["heard/a"], "which is not the reporter's");
    }
}
