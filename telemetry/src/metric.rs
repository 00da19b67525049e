//! Metric definitions: what to measure in which event.
//!
//! Invariant: a definition describes and never aggregates. It holds no numbers that were
//! measured, so it can be written in a file, sent over a wire and compared.

use serde::{Deserialize, Serialize};

use crate::Unit;

/// How the values of a metric are aggregated.
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
    /// every event of that name; a counter with a measurement counts the events that carry it.
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buckets: Vec<f64>,
    /// One sentence for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Where pages and menus put it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// Who may see it: anybody with one of these roles; everybody when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_roles: Vec<String>,
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
    pub fn distribution(path: &str, buckets: impl Into<Vec<f64>>) -> Metric {
        Metric {
            buckets: buckets.into(),
            ..Metric::new(Kind::Distribution, path)
        }
    }

    /// Gives it a name other than the path.
    pub fn named(mut self, name: impl Into<String>) -> Metric {
        self.name = name.into();
        self
    }

    /// Splits it into series by these metadata keys.
    pub fn tags<S: Into<String>>(mut self, tags: impl IntoIterator<Item = S>) -> Metric {
        self.tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Says what the event carries, and shows it as it is.
    pub fn unit(mut self, unit: Unit) -> Metric {
        (self.unit, self.from_unit) = (unit, None);
        self
    }

    /// Says what the event carries and what to convert it to.
    pub fn unit_from(mut self, event_unit: Unit, shown_unit: Unit) -> Metric {
        (self.unit, self.from_unit) = (shown_unit, Some(event_unit));
        self
    }

    /// Describes it in one sentence.
    pub fn description(mut self, description: impl Into<String>) -> Metric {
        self.description = description.into();
        self
    }

    /// Says where pages and menus put it.
    pub fn category(mut self, category: impl Into<String>) -> Metric {
        self.category = category.into();
        self
    }

    /// Shows it only to people with one of these roles.
    pub fn required_roles<S: Into<String>>(mut self, roles: impl IntoIterator<Item = S>) -> Metric {
        self.required_roles = roles.into_iter().map(Into::into).collect();
        self
    }

    /// What to multiply a measured value by: 1 unless `from_unit` says otherwise.
    pub fn factor(&self) -> f64 {
        self.from_unit
            .and_then(|from| from.factor_to(self.unit))
            .unwrap_or(1.0)
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
            buckets: Vec::new(),
            description: String::new(),
            category: String::new(),
            required_roles: Vec::new(),
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

    #[test]
    fn golden() {
        let check = |metric: Metric, json: &str| {
            assert_eq!(serde_json::to_string(&metric).expect("encodes"), json);
            let decoded: Metric = serde_json::from_str(json).expect("decodes");
            assert_eq!(decoded, metric);
        };
        check(
            Metric::count_events("a.b"),
            r#"{"name":"a.b.count","kind":"counter","event":"a.b","unit":"none"}"#,
        );
        check(
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
    }
}
