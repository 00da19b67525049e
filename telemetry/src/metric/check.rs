//! Whether a metric definition makes sense.
//!
//! Invariant: every refusal names the field, as a person would find it in the file.

use super::{Kind, Metric, OptionValue};
use crate::name::check_event_name;

/// Most tags of one metric: the number of series is the product of their values.
pub const MAX_TAGS: usize = 8;
/// Most buckets of one distribution.
pub const MAX_BUCKETS: usize = 128;
/// Most roles that one metric may ask for.
pub const MAX_ROLES: usize = 32;
/// Most patterns for one key of `keep` or `drop`.
pub const MAX_PATTERNS: usize = 32;
/// Most reporter options of one metric.
pub const MAX_OPTIONS: usize = 16;
/// Longest description, category, role, pattern or text of an option, in bytes.
pub const MAX_TEXT: usize = 500;

/// What is wrong with a metric definition, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct MetricError {
    /// The field, with a place from 0 where it is a list: `tags[2]`.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Metric {
    /// Refuses a definition that could not be aggregated or shown; the first fault in the
    /// order of the fields.
    pub fn check(&self) -> Result<(), MetricError> {
        dotted("name", &self.name)?;
        dotted("event", &self.event)?;
        self.check_measurement()?;
        self.check_tags()?;
        self.check_units()?;
        self.check_buckets()?;
        text("description", &self.description)?;
        text("category", &self.category)?;
        self.check_roles()?;
        self.check_keep_and_drop()?;
        self.check_limits()?;
        self.check_options()
    }

    fn check_measurement(&self) -> Result<(), MetricError> {
        if self.measurement.is_empty() {
            return match self.kind {
                Kind::Counter => Ok(()),
                _ if self.functions.measures() => Ok(()),
                _ => wrong("measurement", "missing: only a counter may go without"),
            };
        }
        dotted("measurement", &self.measurement)
    }

    fn check_tags(&self) -> Result<(), MetricError> {
        at_most("tags", self.tags.len(), MAX_TAGS)?;
        for (i, tag) in self.tags.iter().enumerate() {
            let field = format!("tags[{i}]");
            dotted(&field, tag)?;
            if self.tags[..i].contains(tag) {
                return wrong(&field, &format!("`{tag}` stands there twice"));
            }
        }
        let mut given = self.functions.tags.iter().map(|(tag, _)| tag);
        match given.find(|tag| !self.tags.contains(tag)) {
            Some(tag) => wrong("tags", &format!("`{tag}` has a function and is not listed")),
            None => Ok(()),
        }
    }

    fn check_units(&self) -> Result<(), MetricError> {
        match self.from_unit {
            Some(from) if from.factor_to(self.unit).is_none() => wrong(
                "from_unit",
                &format!(
                    "{from:?} cannot be converted to {:?}: they do not measure the same quantity",
                    self.unit
                ),
            ),
            _ => Ok(()),
        }
    }

    fn check_buckets(&self) -> Result<(), MetricError> {
        match (self.kind, self.buckets.is_absent()) {
            (Kind::Distribution, true) => wrong("buckets", "missing: list upper bounds"),
            (Kind::Distribution, false) => self.buckets.check(),
            (_, true) => Ok(()),
            (_, false) => wrong("buckets", "only a distribution has buckets"),
        }
    }

    fn check_keep_and_drop(&self) -> Result<(), MetricError> {
        self.keep.check("keep")?;
        self.drop.check("drop")?;
        let keeps = !self.keep.is_empty() || self.functions.keep_if.is_some();
        let drops = !self.drop.is_empty() || self.functions.drop_if.is_some();
        if keeps && drops {
            return wrong(
                "drop",
                "a metric that keeps does not drop: give one of them",
            );
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), MetricError> {
        if !(self.sampling_rate > 0.0 && self.sampling_rate <= 1.0) {
            return wrong("sampling_rate", "is above 0 and up to 1");
        }
        if self.max_series == Some(0) {
            return wrong("max_series", "is from 1");
        }
        Ok(())
    }

    fn check_options(&self) -> Result<(), MetricError> {
        at_most("reporter_options", self.reporter_options.len(), MAX_OPTIONS)?;
        for (name, value) in &self.reporter_options {
            let field = format!("reporter_options.{name}");
            dotted(&field, name)?;
            match value {
                OptionValue::Text(value) => text(&field, value)?,
                OptionValue::Float(number) if !number.is_finite() => {
                    return wrong(&field, "not finite");
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn check_roles(&self) -> Result<(), MetricError> {
        at_most("required_roles", self.required_roles.len(), MAX_ROLES)?;
        for (i, role) in self.required_roles.iter().enumerate() {
            let field = format!("required_roles[{i}]");
            text(&field, role)?;
            if role.trim().is_empty() {
                return wrong(&field, "empty");
            }
            if self.required_roles[..i].contains(role) {
                return wrong(&field, &format!("`{role}` stands there twice"));
            }
        }
        Ok(())
    }
}

pub(super) fn dotted(field: &str, name: &str) -> Result<(), MetricError> {
    check_event_name(name).or_else(|error| wrong(field, &error.to_string()))
}

pub(super) fn text(field: &str, value: &str) -> Result<(), MetricError> {
    if value.len() > MAX_TEXT {
        return wrong(field, &format!("longer than {MAX_TEXT} bytes"));
    }
    if value.chars().any(char::is_control) {
        return wrong(field, "holds a control character");
    }
    Ok(())
}

pub(super) fn at_most(field: &str, count: usize, limit: usize) -> Result<(), MetricError> {
    if count > limit {
        return wrong(field, &format!("{count} of them; at most {limit}"));
    }
    Ok(())
}

pub(super) fn wrong(field: &str, message: &str) -> Result<(), MetricError> {
    Err(MetricError {
        field: field.to_owned(),
        message: message.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Buckets, Match, Unit};

    /// `fault` is the field that is named, or empty when nothing is wrong.
    fn check(metric: Metric, fault: &str) {
        let found = metric
            .check()
            .map_or_else(|error| error.field, |()| String::new());
        assert_eq!(found, fault, "{metric:?}");
    }

    fn sum() -> Metric {
        Metric::sum("a.b")
    }

    #[test]
    fn names() {
        check(sum(), "");
        check(sum().named(""), "name");
        check(sum().named("A"), "name");
        check(Metric::sum(""), "name");
        check(Metric::sum(".b").named("a"), "event");
        check(Metric::sum("a.").named("a"), "measurement");
        check(Metric::sum("a"), "measurement");
        check(Metric::counter("a"), "");
        check(Metric::count_events("a"), "");
        check(sum().named("x".repeat(200)), "");
        check(sum().named("x".repeat(201)), "name");
    }

    #[test]
    fn tags() {
        check(sum().tags(["a", "b.c"]), "");
        check(sum().tags(["a", ""]), "tags[1]");
        check(sum().tags(["a", "b", "a"]), "tags[2]");
        check(sum().tags((0..8).map(|i| i.to_string())), "");
        check(sum().tags((0..9).map(|i| i.to_string())), "tags");
    }

    #[test]
    fn units() {
        check(sum().unit_from(Unit::Second, Unit::Millisecond), "");
        check(sum().unit_from(Unit::Second, Unit::Byte), "from_unit");
        check(sum().unit_from(Unit::Second, Unit::None), "from_unit");
    }

    #[test]
    fn buckets_are_for_distributions_alone() {
        check(sum().buckets([1.0]), "buckets");
        check(sum().buckets(Buckets::linear(0.0, 0.0, 0)), "buckets");
        check(Metric::distribution("a.b", [1.0]), "");
        check(Metric::distribution("a.b", []), "buckets");
        check(Metric::distribution("a.b", [1.0, 1.0]), "buckets[1]");
        let rule = Buckets::exponential(1.0, 1.0, 2);
        check(
            Metric::distribution("a.b", rule),
            "buckets.exponential.factor",
        );
    }

    #[test]
    fn keep_and_drop() {
        let like = |key: &str, pattern: &str| Match::new().key(key, [pattern]);
        check(sum().keep(like("a.b", "x*")), "");
        check(sum().keep(like("a", "*")), "");
        check(sum().keep(like("a", "x*y")), "keep.a");
        check(sum().keep(like("a", "**")), "keep.a");
        check(sum().drop(like("A", "x")), "drop.A");
        check(sum().drop(like("a", &"x".repeat(501))), "drop.a");
        check(
            sum().drop(Match::new().key("a", Vec::<String>::new())),
            "drop.a",
        );
        check(sum().drop(Match::new().key("a", vec!["x"; 33])), "drop.a");
        let many = (0..9).fold(Match::new(), |many, i| many.key(i.to_string(), ["x"]));
        check(sum().keep(many), "keep");
        check(sum().keep(like("a", "x")).drop(like("b", "x")), "drop");
        check(sum().keep(like("a", "x")).drop_if(|_| true), "drop");
        check(sum().keep_if(|_| true).drop_if(|_| true), "drop");
        check(sum().keep(like("a", "x")).keep_if(|_| true), "");
        check(sum().drop(like("a", "x")).drop_if(|_| true), "");
    }

    #[test]
    fn functions() {
        check(Metric::summary("a"), "measurement");
        check(Metric::summary("a").measure_with(|_| None), "");
        check(sum().tag_with("Class", |_| None), "tags[0]");
        check(sum().tags(["a"]).tag_with("a", |_| None), "tags[1]");
        check(sum().tag_with("a", |_| None).tags(["b"]), "tags");
    }

    #[test]
    fn limits_and_options() {
        for rate in [f64::MIN_POSITIVE, 0.5, 1.0] {
            check(sum().sampling_rate(rate), "");
        }
        for rate in [0.0, -0.5, 1.5, f64::NAN, f64::INFINITY] {
            check(sum().sampling_rate(rate), "sampling_rate");
        }
        check(sum().max_series(1), "");
        check(sum().max_series(0), "max_series");
        check(sum().reporter_option("a.b", "text"), "");
        check(sum().reporter_option("A", true), "reporter_options.A");
        check(sum().reporter_option("a", f64::NAN), "reporter_options.a");
        check(sum().reporter_option("a", "\n"), "reporter_options.a");
        let many = (0..17).fold(sum(), |many, i| many.reporter_option(i.to_string(), i));
        check(many, "reporter_options");
    }

    #[test]
    fn texts_and_roles() {
        check(sum().description("x".repeat(500)), "");
        check(sum().description("x".repeat(501)), "description");
        check(sum().category("a\nb"), "category");
        check(sum().required_roles(["admin", "ops"]), "");
        check(sum().required_roles(["admin", " "]), "required_roles[1]");
        check(sum().required_roles(["ops", "ops"]), "required_roles[1]");
        check(
            sum().required_roles((0..33).map(|i| i.to_string())),
            "required_roles",
        );
    }

    #[test]
    fn messages_are_for_people() {
        let error = sum().tags(["a", "B"]).check().expect_err("bad tag");
        let text = "tags[1]: `B` is not allowed: lower-case letters, digits, `_`, and dots between";
        assert_eq!(error.to_string(), text);
    }
}
