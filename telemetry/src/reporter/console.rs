//! A reporter that prints: each event, and what every metric makes of it.
//!
//! Invariant: nothing is kept but the counts of what was refused or not written.

use std::cell::Cell;
use std::fmt::{self, Display};
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Refusals, Reporter};
use crate::{Event, Extractor, Metric, MetricId, MetricList, Refusal, Sampler, Value};

/// Prints events and what the metrics of a list take from them, for people who want to see what
/// a program emits. It takes all kinds and adds nothing up: every event is printed by itself.
///
/// ```
/// use std::sync::Arc;
/// use telemetry::reporter::{self, Console};
/// use telemetry::{Metric, MetricList, Registry, Unit};
///
/// let registry = Arc::new(Registry::new());
/// let metrics = MetricList::new(vec![
///     Metric::summary("http.stop.duration").tags(["route"]).unit_from(Unit::Second, Unit::Millisecond),
/// ])?;
/// let running = reporter::start(&registry, Arc::new(Console::new(Arc::new(metrics))))?;
/// registry.execute("http.stop", &[("duration", 0.25)], &[("route", "/".into())]);
/// // http.stop {duration: 0.25} {route: "/"}
/// //   http.stop.duration (summary): 250 ms {route: "/"}
/// # drop(running);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Console<W = io::Stdout> {
    metrics: Arc<MetricList>,
    takes: Box<[Take]>,
    refusals: Refusals,
    lost: AtomicU64,
    out: Mutex<W>,
}

struct Take {
    extractor: Extractor,
    sampler: Option<Mutex<Sampler>>,
}

impl Console {
    /// Prints to the standard output.
    pub fn new(metrics: Arc<MetricList>) -> Console {
        Console::to(metrics, io::stdout())
    }
}

impl<W: Write + Send + 'static> Console<W> {
    /// Prints to anything that can be written to.
    pub fn to(metrics: Arc<MetricList>, out: W) -> Console<W> {
        let takes = metrics.iter().map(|(id, metric)| {
            let extractor = Extractor::new(metric);
            let sampler = extractor.sampler(id.0.into()).map(Mutex::new);
            Take { extractor, sampler }
        });
        Console {
            takes: takes.collect(),
            refusals: Refusals::new(&metrics),
            metrics,
            lost: AtomicU64::new(0),
            out: Mutex::new(out),
        }
    }

    /// What was skipped, by metric and reason.
    pub fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// How many events could not be written, or were emitted by the writer itself.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    fn write(&self, text: &str) {
        // A writer that emits an event of ours would wait for itself.
        let written = Turn::take().is_some_and(|_turn| {
            let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
            let written = out.write_all(text.as_bytes());
            written.and_then(|()| out.flush()).is_ok()
        });
        if !written {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What the metric makes of the event, as a person reads it.
    fn line(&self, id: MetricId, event: &Event<'_>) -> String {
        let metric = self.metrics.get(id);
        let Take { extractor, sampler } = &self.takes[usize::from(id.0)];
        if !extractor.keeps(event) {
            let keeps = metric.drop.is_empty() && metric.functions.drop_if.is_none();
            let by = if keeps { "keep" } else { "drop" };
            return format!("left out by {by}");
        }
        let weight = match sampler {
            None => Some(1),
            Some(sampler) => sampler
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        };
        let Some(weight) = weight else {
            return format!("left out by sampling at {}", metric.sampling_rate);
        };
        let mut tags: Vec<(&str, String)> = Vec::new();
        let taken = extractor.value(event).and_then(|value| {
            extractor.tags(event, |tag| {
                tags.push((&metric.tags[tags.len()], Shown(tag).to_string()));
                Ok(())
            })?;
            Ok(value)
        });
        match taken {
            Ok(value) => {
                let unit = metric.unit.symbol();
                let space = if unit.is_empty() { "" } else { " " };
                let times = if weight == 1 {
                    String::new()
                } else {
                    format!(" × {weight}")
                };
                format!("{}{space}{unit}{times}{}", Number(value), Map(&tags))
            }
            Err(refusal) => {
                self.refusals.count(id, refusal, weight);
                skipped(metric, refusal, tags.len())
            }
        }
    }
}

impl<W: Write + Send + 'static> Reporter for Console<W> {
    fn name(&self) -> &str {
        "telemetry.console"
    }

    fn metrics(&self) -> &MetricList {
        &self.metrics
    }

    fn report(&self, metrics: &[MetricId], event: &Event<'_>) {
        let numbers = event.measurements.iter();
        let numbers: Vec<_> = numbers
            .map(|&(key, number)| (key, Number(number)))
            .collect();
        let values = event.metadata.iter();
        let values: Vec<_> = values.map(|&(key, value)| (key, Shown(value))).collect();
        let mut text = format!("{}{}{}\n", event.name, Map(&numbers), Map(&values));
        for &id in metrics {
            let metric = self.metrics.get(id);
            let line = self.line(id, event);
            text += &format!("  {} ({}): {line}\n", metric.name, metric.kind.name());
        }
        self.write(&text);
    }
}

/// This thread writes, until it is dropped.
struct Turn;

thread_local! {
    static WRITING: Cell<bool> = const { Cell::new(false) };
}

impl Turn {
    /// None when the thread is writing already.
    fn take() -> Option<Turn> {
        (!WRITING.replace(true)).then(|| Turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        WRITING.set(false);
    }
}

/// Names the measurement or the tag; `found` tags were there before the one that was not.
fn skipped(metric: &Metric, refusal: Refusal, found: usize) -> String {
    let what = match refusal {
        Refusal::MissingMeasurement | Refusal::NotANumber => Some(&metric.measurement),
        _ => metric.tags.get(found),
    };
    let what = what.map_or("", String::as_str);
    let space = if what.is_empty() { "" } else { " " };
    format!("skipped, {}{space}{what}", refusal.name())
}

/// Nothing, or entries in braces behind a space.
struct Map<'a, T>(&'a [(&'a str, T)]);

impl<T: Display> Display for Map<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (key, value)) in self.0.iter().enumerate() {
            let before = if i == 0 { " {" } else { ", " };
            write!(f, "{before}{}: {value}", key.escape_debug())?;
        }
        f.write_str(if self.0.is_empty() { "" } else { "}" })
    }
}

/// Text in quotes, and nothing in it that a terminal would obey.
struct Shown<'a>(Value<'a>);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Str(text) => write!(f, "{text:?}"),
            Value::Float(number) => Number(number).fmt(f),
            other => other.fmt(f),
        }
    }
}

/// In full while that is short.
struct Number(f64);

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Number(number) = *self;
        if number == 0.0 || (1e-6..1e15).contains(&number.abs()) {
            number.fmt(f)
        } else {
            fmt::LowerExp::fmt(&number, f)
        }
    }
}

#[cfg(test)]
mod tests;
