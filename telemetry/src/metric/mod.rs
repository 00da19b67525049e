//! Metric definitions: what to measure in which event.
//!
//! Invariant: a definition describes and never aggregates. It holds no numbers that were
//! measured, so it can be written in a file, sent over a wire and compared.

mod buckets;
mod builder;
mod check;
mod functions;
mod matching;
mod option;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Unit;

pub use buckets::Buckets;
pub use check::{
    MAX_BUCKETS, MAX_OPTIONS, MAX_PATTERNS, MAX_ROLES, MAX_TAGS, MAX_TEXT, MetricError,
};
pub use functions::Functions;
pub(crate) use functions::{Measure, TagValue, TagValues};
pub use matching::Match;
pub use option::OptionValue;

/// How the values of a metric are aggregated.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// How many.
    Counter,
    /// How much in all.
    Sum,
    /// The newest value; also called a gauge.
    LastValue,
    /// Percentiles, from a sketch.
    Summary,
    /// How many in each of the declared buckets; also called a histogram.
    Distribution,
}

impl Kind {
    /// As files and messages write it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Counter => "counter",
            Kind::Sum => "sum",
            Kind::LastValue => "last_value",
            Kind::Summary => "summary",
            Kind::Distribution => "distribution",
        }
    }
}

/// One entry of the metric list.
///
/// Made by a constructor and chained, or read from `[[metrics]]` in TOML or from JSON; either
/// way [`Metric::check`] says whether it makes sense.
///
/// ```
/// use telemetry::{Metric, Unit};
///
/// let metric = Metric::summary("http.request.stop.duration")
///     .tags(["route"])
///     .unit_from(Unit::Second, Unit::Millisecond);
/// assert_eq!((&*metric.event, &*metric.measurement), ("http.request.stop", "duration"));
/// assert_eq!(metric.factor(), 1000.0);
/// assert!(metric.check().is_ok());
/// ```
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Unique in the list; dotted. Dashboards, alerts and exporters know the metric by it.
    pub name: String,
    /// How values are aggregated.
    pub kind: Kind,
    /// Name of the event that feeds it.
    pub event: String,
    /// Which of the event's measurements is the value. Empty is for counters alone, and counts
    /// every event of that name; a counter with a measurement counts the events that carry it,
    /// each as 1.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub measurement: String,
    /// Metadata keys; each combination of their values is a series.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What the aggregated value is in.
    #[serde(default)]
    pub unit: Unit,
    /// What the event carries, when that differs; values are multiplied by [`Metric::factor`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_unit: Option<Unit>,
    /// Upper bounds in `unit`, finite and ascending; for distributions alone. What lies above
    /// the last is counted in one bucket more.
    #[serde(default, skip_serializing_if = "Buckets::is_absent")]
    #[cfg_attr(feature = "schema", schemars(with = "buckets::BucketsSchema"))]
    pub buckets: Buckets,
    /// One sentence for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Where pages and menus put it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// Who may see it: anybody with one of these roles; everybody when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_roles: Vec<String>,
    /// Takes only events whose metadata is like this; not together with `drop`.
    #[serde(default, skip_serializing_if = "Match::is_empty")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "BTreeMap<String, matching::PatternsSchema>")
    )]
    pub keep: Match,
    /// Leaves out events whose metadata is like this.
    #[serde(default, skip_serializing_if = "Match::is_empty")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "BTreeMap<String, matching::PatternsSchema>")
    )]
    pub drop: Match,
    /// The share of events that is measured, above 0 and up to 1. Those that are stand for the
    /// others as well, so that counts and sums stay right on average.
    #[serde(default = "every", skip_serializing_if = "is_every")]
    pub sampling_rate: f64,
    /// Most series of this metric, from 1; samples of further ones are the overflow's. Without
    /// it the aggregator's own limit holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_series: Option<u32>,
    /// For reporters that know them: up to [`MAX_OPTIONS`]. No place for secrets, for whoever
    /// sees the metric sees them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reporter_options: BTreeMap<String, OptionValue>,
    /// What code adds to the definition.
    #[serde(skip)]
    pub functions: Functions,
}

fn every() -> f64 {
    1.0
}

fn is_every(rate: &f64) -> bool {
    *rate == 1.0
}

impl Metric {
    /// Counts events that carry the measurement at the end of the path.
    pub fn counter(path: &str) -> Metric {
        Metric::new(Kind::Counter, path)
    }

    /// Counts every event of this name, whatever it carries. Named `{event}.count`.
    pub fn count_events(event: &str) -> Metric {
        Metric {
            event: event.to_owned(),
            measurement: String::new(),
            ..Metric::new(Kind::Counter, &format!("{event}.count"))
        }
    }

    /// Adds up the measurement at the end of the path.
    pub fn sum(path: &str) -> Metric {
        Metric::new(Kind::Sum, path)
    }

    /// Keeps the newest value of the measurement at the end of the path.
    pub fn last_value(path: &str) -> Metric {
        Metric::new(Kind::LastValue, path)
    }

    /// Takes percentiles of the measurement at the end of the path.
    pub fn summary(path: &str) -> Metric {
        Metric::new(Kind::Summary, path)
    }

    /// Counts the measurement at the end of the path in buckets with these upper bounds.
    pub fn distribution(path: &str, buckets: impl Into<Buckets>) -> Metric {
        Metric {
            buckets: buckets.into(),
            ..Metric::new(Kind::Distribution, path)
        }
    }

    /// What to multiply a measured value by: 1 unless `from_unit` says otherwise.
    pub fn factor(&self) -> f64 {
        self.from_unit
            .and_then(|from| from.factor_to(self.unit))
            .unwrap_or(1.0)
    }

    /// The first field in which another definition differs from this one, if it decides what is
    /// measured: `None` when series of both mean the same.
    #[cfg(feature = "report")]
    pub(crate) fn incompatible_field(&self, other: &Metric) -> Option<&'static str> {
        let fields = [
            ("name", self.name == other.name),
            ("kind", self.kind == other.kind),
            ("event", self.event == other.event),
            ("measurement", self.measurement == other.measurement),
            ("tags", self.tags == other.tags),
            ("unit", self.unit == other.unit),
            ("from_unit", self.from_unit == other.from_unit),
            ("buckets", self.buckets == other.buckets),
            ("keep", self.keep == other.keep),
            ("drop", self.drop == other.drop),
            ("sampling_rate", self.sampling_rate == other.sampling_rate),
            ("max_series", self.max_series == other.max_series),
            ("functions", self.functions == other.functions),
        ];
        let mut different = fields.into_iter().filter(|(_, same)| !same);
        different.next().map(|(field, _)| field)
    }

    /// A path is an event's name and, behind the last dot, a measurement.
    fn new(kind: Kind, path: &str) -> Metric {
        let (event, measurement) = path.rsplit_once('.').unwrap_or((path, ""));
        Metric {
            name: path.to_owned(),
            kind,
            event: event.to_owned(),
            measurement: measurement.to_owned(),
            tags: Vec::new(),
            unit: Unit::None,
            from_unit: None,
            buckets: Buckets::default(),
            description: String::new(),
            category: String::new(),
            required_roles: Vec::new(),
            keep: Match::new(),
            drop: Match::new(),
            sampling_rate: every(),
            max_series: None,
            reporter_options: BTreeMap::new(),
            functions: Functions::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let check = |metric: Metric, name: &str, event: &str, measurement: &str| {
            let found = (&*metric.name, &*metric.event, &*metric.measurement);
            assert_eq!(found, (name, event, measurement));
        };
        check(Metric::sum("a.b.c"), "a.b.c", "a.b", "c");
        check(Metric::counter("a.b"), "a.b", "a", "b");
        check(Metric::summary("a"), "a", "a", "");
        check(Metric::last_value(""), "", "", "");
        check(Metric::count_events("a.b"), "a.b.count", "a.b", "");
        check(Metric::distribution("a.b", [1.0]).named("n"), "n", "a", "b");
    }

    #[test]
    fn factors() {
        let check = |metric: Metric, factor: f64| assert_eq!(metric.factor(), factor);
        let metric = || Metric::sum("a.b");
        check(metric(), 1.0);
        check(metric().unit(Unit::Byte), 1.0);
        check(metric().unit_from(Unit::Second, Unit::Millisecond), 1e3);
        check(
            metric().unit_from(Unit::Byte, Unit::Mebibyte),
            1.0 / 1_048_576.0,
        );
        check(metric().unit_from(Unit::Byte, Unit::Second), 1.0);
        let reset = metric()
            .unit_from(Unit::Second, Unit::Millisecond)
            .unit(Unit::Second);
        check(reset, 1.0);
    }

    fn check_golden(metric: Metric, json: &str) {
        assert_eq!(serde_json::to_string(&metric).expect("encodes"), json);
        let decoded: Metric = serde_json::from_str(json).expect("decodes");
        let data = Metric {
            functions: Functions::default(),
            ..metric
        };
        assert_eq!(decoded, data);
    }

    #[test]
    fn golden() {
        check_golden(
            Metric::count_events("a.b"),
            r#"{"name":"a.b.count","kind":"counter","event":"a.b","unit":"none"}"#,
        );
        check_golden(
            Metric::distribution("http.stop.duration", [0.5, 1.0])
                .named("latency")
                .tags(["route"])
                .unit_from(Unit::Second, Unit::Millisecond)
                .description("How long")
                .category("http")
                .required_roles(["admin"]),
            concat!(
                r#"{"name":"latency","kind":"distribution","event":"http.stop","#,
                r#""measurement":"duration","tags":["route"],"unit":"millisecond","#,
                r#""from_unit":"second","buckets":[0.5,1.0],"description":"How long","#,
                r#""category":"http","required_roles":["admin"]}"#
            ),
        );
    }

    #[test]
    fn golden_of_what_is_seldom_given() {
        check_golden(
            Metric::summary("a.b")
                .keep(Match::new().key("method", ["GET", "HEAD"]))
                .sampling_rate(0.25)
                .max_series(50)
                .reporter_option("prefix", "shop")
                .reporter_option("flush", true)
                .measure_with(|_| None),
            concat!(
                r#"{"name":"a.b","kind":"summary","event":"a","measurement":"b","unit":"none","#,
                r#""keep":{"method":["GET","HEAD"]},"sampling_rate":0.25,"max_series":50,"#,
                r#""reporter_options":{"flush":true,"prefix":"shop"}}"#
            ),
        );
        check_golden(
            Metric::distribution("a.b", Buckets::linear(0.5, 0.5, 2))
                .drop(Match::new().key("route", ["/health*"])),
            concat!(
                r#"{"name":"a.b","kind":"distribution","event":"a","measurement":"b","#,
                r#""unit":"none","buckets":{"linear":{"first":0.5,"width":0.5,"count":2}},"#,
                r#""drop":{"route":"/health*"}}"#
            ),
        );
    }

    #[test]
    fn what_is_refused_when_read() {
        let check = |json: &str, part: &str| {
            let error = serde_json::from_str::<Metric>(json).expect_err("is refused");
            assert!(error.to_string().contains(part), "{error}");
        };
        check(r#"{"name":"a","kind":"sum"}"#, "event");
        check(r#"{"kind":"sum","event":"a"}"#, "name");
        check(r#"{"name":"a","kind":"gauge","event":"a"}"#, "gauge");
        check(r#"{"name":"a","kind":"sum","event":"a","tag":[]}"#, "tag");
        check(
            r#"{"name":"a","kind":"sum","event":"a","unit":"hour"}"#,
            "hour",
        );
        check(
            r#"{"name":"a","kind":"sum","event":"a","functions":{}}"#,
            "functions",
        );
    }
}
