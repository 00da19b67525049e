//! What the metrics on the screen did lately: a small line and the newest value, asked for while their
//! rows are there.
//!
//! Invariant: only rows that are there are asked for, no more than [`MOST`] at once and no more often
//! than every [`EVERY_MS`]; what is kept is bounded.

use std::collections::HashMap;

use leptos::prelude::*;
use protocol::{Metric, MetricRef};

use super::{spark, suggest};
use crate::browser;
use crate::erased::{effect, part};
use crate::format;
use crate::live::client;
use crate::live::metric_query::{self, Taken};
use crate::live::{Live, Resolution, Store};

/// Most metrics of one request.
const MOST: usize = 40;
/// How often values are asked for again, in ms.
const EVERY_MS: f64 = 5_000.0;
/// How soon a row that came onto the screen is asked for, in ms.
const SOON_MS: u32 = 300;
/// Most metrics of which something is kept.
const MOST_KEPT: usize = 400;
/// How much is shown: a point every five seconds.
const SHOWN: Resolution = Resolution {
    step_ms: 5_000,
    steps: 61,
    frames: 0,
};
/// How much time that is.
const SPAN_MS: i64 = 300_000;

/// What one metric did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// The path of the small line.
    pub line: String,
    /// The newest value with its unit.
    pub value: String,
    /// Number of series.
    pub series: usize,
}

/// All of them: copied freely.
#[derive(Clone, Copy)]
pub struct Previews {
    live: Live,
    metrics: RwSignal<Vec<Metric>>,
    /// The metrics of rows that are there, and how many rows each.
    wanted: StoredValue<HashMap<String, usize>>,
    known: RwSignal<HashMap<String, Preview>>,
}

impl Previews {
    /// Nothing known yet.
    pub fn new(live: Live, metrics: RwSignal<Vec<Metric>>) -> Previews {
        Previews {
            live,
            metrics,
            wanted: StoredValue::new(HashMap::new()),
            known: RwSignal::new(HashMap::new()),
        }
    }

    /// Asks until the page goes.
    pub fn follow(self) {
        effect(move || browser::spawn(self.ask()));
    }

    async fn ask(self) {
        let mut asked_ms = f64::NEG_INFINITY;
        loop {
            browser::sleep(SOON_MS).await;
            let Some(wanted) = self.wanted.try_get_value() else {
                return;
            };
            let now_ms = browser::now_ms();
            let is_time = now_ms - asked_ms >= EVERY_MS;
            let is_due = |name: &&String| {
                is_time
                    || self
                        .known
                        .with_untracked(|known| !known.contains_key(*name))
            };
            let due: Vec<String> = wanted.keys().filter(is_due).take(MOST).cloned().collect();
            let end_ms = self.live.now_ms().div_euclid(SHOWN.step_ms) * SHOWN.step_ms;
            if due.is_empty() || end_ms == 0 || browser::host().is_hidden() {
                continue;
            }
            if is_time {
                asked_ms = now_ms;
            }
            let from_ms = end_ms - SPAN_MS;
            // A row without an answer stays as it is, and is asked for again.
            if let Ok(answer) = client::histories(&due, from_ms, end_ms, SHOWN.step_ms).await {
                let Some(metrics) = self.metrics.try_get_untracked() else {
                    return;
                };
                let store = Store::new(&metrics, SHOWN);
                let store = store.past(&answer.found, from_ms, end_ms, SHOWN, 0);
                let rest = answer.rest;
                let read = due.iter().filter(|name| !rest.contains(name));
                let read = read.map(|name| (name.clone(), preview(&store, name, end_ms)));
                let read: Vec<_> = read.collect();
                self.known.try_update(|known| {
                    if known.len() + read.len() > MOST_KEPT {
                        known.retain(|name, _| wanted.contains_key(name));
                    }
                    known.extend(read);
                });
            }
        }
    }

    /// What is known of a metric; reactive.
    pub fn of(self, name: &str) -> Option<Preview> {
        self.known.with(|known| known.get(name).cloned())
    }

    /// What stands in the row of a metric, which is asked for as long as the row is there.
    pub fn cell(self, metric: &Metric) -> impl IntoView + use<> {
        let name = StoredValue::new(metric.name.clone());
        self.wanted.update_value(|wanted| {
            *wanted.entry(name.get_value()).or_default() += 1;
        });
        on_cleanup(move || {
            let Some(name) = name.try_get_value() else {
                return;
            };
            self.wanted.try_update_value(|wanted| {
                let rows = wanted.get_mut(&name);
                if let Some(rows) = rows.filter(|rows| **rows > 1) {
                    *rows -= 1;
                } else {
                    wanted.remove(&name);
                }
            });
        });
        let preview = Memo::new(move |_| name.with_value(|name| self.of(name)));
        let line = move || preview.with(|known| known.as_ref().map(|known| known.line.clone()));
        let value = move || match preview.get() {
            None => "…".to_owned(),
            Some(known) => known.value,
        };
        view! {
            {sparkline(Signal::derive(move || line().unwrap_or_default()))}
            <span class="value">{part(value)}</span>
        }
    }
}

/// The small line.
pub fn sparkline(line: Signal<String>) -> impl IntoView {
    let (width, height) = spark::SIZE;
    view! {
        <svg class="spark" viewBox=format!("0 0 {width} {height}") preserveAspectRatio="none" aria-hidden="true">
            <path d=move || line.get() fill="none" stroke="currentColor" vector-effect="non-scaling-stroke"></path>
        </svg>
    }
}

/// The number that one looks for first.
fn reference(store: &Store, name: &str) -> Option<MetricRef> {
    let metric = store.definition(name)?;
    let over_time = suggest::over_time(metric)?;
    Some(MetricRef {
        metric: name.to_owned(),
        field: suggest::default_field(over_time, metric.kind)?,
        ..MetricRef::default()
    })
}

/// What a metric did in the time that a store holds.
fn preview(store: &Store, name: &str, end_ms: i64) -> Preview {
    let Some(reference) = reference(store, name) else {
        return Preview::default();
    };
    let at = |end_ms: i64, taken: Taken| metric_query::stat(store, &reference, taken, end_ms);
    let step = Taken {
        window_ms: SHOWN.step_ms,
        hold_ms: 0,
    };
    let first = end_ms - SPAN_MS + SHOWN.step_ms;
    let steps = (0..SPAN_MS / SHOWN.step_ms).map(|step| first + step * SHOWN.step_ms);
    let values: Vec<f64> = steps.map(|end_ms| at(end_ms, step).number).collect();
    let lately = Taken {
        window_ms: 2 * SHOWN.step_ms,
        hold_ms: 60_000,
    };
    let value = at(end_ms, lately);
    let (unit, per_second) = metric_query::unit(store, &reference);
    let words = match value.number.is_finite() {
        true => format::words(unit, per_second, value.number),
        false => "–".to_owned(),
    };
    Preview {
        line: spark::path(&values),
        value: format!("{}{words}", value.mark()),
        series: store.series_of(name).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, END};

    #[test]
    fn a_preview_has_the_newest_value_in_its_unit_and_a_line() {
        let store = testing::store(&[("/a", 2.0), ("/b", 3.0)]);
        for (name, value) in [
            ("hits", "5"),
            ("used", "2.50"),
            ("bytes", "5"),
            ("wait", "2.5"),
        ] {
            let preview = preview(&store, name, END);
            assert!(preview.value.starts_with(value), "{name}: {preview:?}");
            assert_eq!(preview.series, 2, "{name}");
            assert!(preview.line.starts_with('M'), "{name}: {preview:?}");
        }
        assert_eq!(preview(&store, "gone", END), Preview::default());
        let empty = preview(&Store::new(&testing::metrics(), SHOWN), "used", END);
        assert_eq!((empty.line.as_str(), empty.value.as_str()), ("", "–"));
    }
}
