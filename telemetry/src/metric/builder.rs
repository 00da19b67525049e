//! Definitions in code: constructors give the path, these methods the rest.
//!
//! Invariant: nothing is checked on the way; [`Metric::checked`] stands at the end of the chain.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Buckets, Match, Metric, MetricError, OptionValue};
use crate::{Event, Unit};

impl Metric {
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

    /// Counts in these buckets; for distributions alone.
    pub fn buckets(mut self, buckets: impl Into<Buckets>) -> Metric {
        self.buckets = buckets.into();
        self
    }

    /// Takes only events whose metadata is like this. Metrics that keep do not drop.
    pub fn keep(mut self, keep: Match) -> Metric {
        self.keep = keep;
        self
    }

    /// Leaves out events whose metadata is like this. Metrics that drop do not keep.
    pub fn drop(mut self, drop: Match) -> Metric {
        self.drop = drop;
        self
    }

    /// Takes only events for which this is true; with [`Metric::keep`], only those that both
    /// want. It sees the metadata as it was emitted.
    pub fn keep_if(mut self, keep: impl Fn(&Event<'_>) -> bool + Send + Sync + 'static) -> Metric {
        self.functions.keep_if = Some(Arc::new(keep));
        self
    }

    /// Leaves out events for which this is true; with [`Metric::drop`], those that one of the
    /// two would leave out. It sees the metadata as it was emitted.
    pub fn drop_if(mut self, drop: impl Fn(&Event<'_>) -> bool + Send + Sync + 'static) -> Metric {
        self.functions.drop_if = Some(Arc::new(drop));
        self
    }

    /// Has the value computed; `None` counts as a measurement that is missing. Units are
    /// converted afterwards.
    ///
    /// ```
    /// # use telemetry::Metric;
    /// let used = Metric::last_value("pool.state.used").measure_with(|event| {
    ///     Some(event.measurement("size")? - event.measurement("idle")?)
    /// });
    /// # assert!(used.check().is_ok());
    /// ```
    pub fn measure_with(
        mut self,
        measure: impl Fn(&Event<'_>) -> Option<f64> + Send + Sync + 'static,
    ) -> Metric {
        self.functions.measure = Some(Arc::new(measure));
        self
    }

    /// Adds a tag whose value is computed; `None` counts as a tag that is missing. It goes
    /// behind [`Metric::tags`], which replaces the list.
    ///
    /// ```
    /// # use telemetry::{Metric, Value};
    /// let requests = Metric::count_events("http.stop").tag_with("class", |event| {
    ///     let Value::Int(status) = event.meta("status")? else { return None };
    ///     Some(format!("{}xx", status / 100).into())
    /// });
    /// # assert!(requests.check().is_ok());
    /// ```
    pub fn tag_with(
        mut self,
        tag: impl Into<String>,
        value: impl for<'e> Fn(&Event<'e>) -> Option<Cow<'e, str>> + Send + Sync + 'static,
    ) -> Metric {
        let tag = tag.into();
        self.functions.tags.push((tag.clone(), Arc::new(value)));
        self.tags.push(tag);
        self
    }

    /// Has the values of tags computed: called with the event and a tag's name, but not for
    /// tags that [`Metric::tag_with`] gives. `None` falls back to the metadata of that name.
    pub fn tag_values(
        mut self,
        values: impl for<'e> Fn(&Event<'e>, &str) -> Option<Cow<'e, str>> + Send + Sync + 'static,
    ) -> Metric {
        self.functions.tag_values = Some(Arc::new(values));
        self
    }

    /// Measures this share of the events, above 0 and up to 1.
    pub fn sampling_rate(mut self, rate: f64) -> Metric {
        self.sampling_rate = rate;
        self
    }

    /// Limits how many series it may have, from 1.
    pub fn max_series(mut self, limit: u32) -> Metric {
        self.max_series = Some(limit);
        self
    }

    /// Tells something to the reporters that know the option.
    pub fn reporter_option(
        mut self,
        name: impl Into<String>,
        value: impl Into<OptionValue>,
    ) -> Metric {
        self.reporter_options.insert(name.into(), value.into());
        self
    }

    /// The definition, if it makes sense: fails where it is written, not where it is used.
    ///
    /// ```
    /// # use telemetry::{Buckets, Metric};
    /// let wrong = Metric::distribution("a.b", Buckets::exponential(1.0, 0.5, 10)).checked();
    /// assert_eq!(wrong.unwrap_err().field, "buckets.exponential.factor");
    /// ```
    pub fn checked(self) -> Result<Metric, MetricError> {
        self.check()?;
        Ok(self)
    }
}
