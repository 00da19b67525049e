//! Whether a metric definition makes sense.
//!
//! Invariant: every refusal names the field, as a person would find it in the file.

use crate::name::check_event_name;
use crate::{Kind, Metric};

/// Most tags of one metric: the number of series is the product of their values.
pub const MAX_TAGS: usize = 8;
/// Most buckets of one distribution.
pub const MAX_BUCKETS: usize = 128;
/// Most roles that one metric may ask for.
pub const MAX_ROLES: usize = 32;
/// Longest description, category or role, in bytes.
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
        self.check_roles()
    }

    fn check_measurement(&self) -> Result<(), MetricError> {
        if self.measurement.is_empty() {
            return match self.kind {
                Kind::Counter => Ok(()),
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
        Ok(())
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
        match (self.kind, self.buckets.is_empty()) {
            (Kind::Distribution, true) => return wrong("buckets", "missing: list upper bounds"),
            (Kind::Distribution, false) | (_, true) => {}
            (_, false) => return wrong("buckets", "only a distribution has buckets"),
        }
        at_most("buckets", self.buckets.len(), MAX_BUCKETS)?;
        let mut below = f64::NEG_INFINITY;
        for (i, &bound) in self.buckets.iter().enumerate() {
            let field = format!("buckets[{i}]");
            if !bound.is_finite() {
                return wrong(
                    &field,
                    "not finite: what lies above the last bound is counted anyway",
                );
            }
            if bound <= below {
                return wrong(&field, &format!("{bound} does not ascend from {below}"));
            }
            below = bound;
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

fn dotted(field: &str, name: &str) -> Result<(), MetricError> {
    check_event_name(name).or_else(|error| wrong(field, &error.to_string()))
}

fn text(field: &str, value: &str) -> Result<(), MetricError> {
    if value.len() > MAX_TEXT {
        return wrong(field, &format!("longer than {MAX_TEXT} bytes"));
    }
    if value.chars().any(char::is_control) {
        return wrong(field, "holds a control character");
    }
    Ok(())
}

fn at_most(field: &str, count: usize, limit: usize) -> Result<(), MetricError> {
    if count > limit {
        return wrong(field, &format!("{count} of them; at most {limit}"));
    }
    Ok(())
}

fn wrong(field: &str, message: &str) -> Result<(), MetricError> {
    Err(MetricError {
        field: field.to_owned(),
        message: message.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unit;

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
    fn buckets() {
        let check = |buckets: &[f64], fault: &str| {
            check(Metric::distribution("a.b", buckets), fault);
        };
        check(&[0.0], "");
        check(&[-1.0, 0.0, 0.5], "");
        check(&[], "buckets");
        check(&[1.0, 1.0], "buckets[1]");
        check(&[1.0, 2.0, 1.5], "buckets[2]");
        check(&[0.0, -0.0], "buckets[1]");
        check(&[f64::NAN], "buckets[0]");
        check(&[1.0, f64::INFINITY], "buckets[1]");
        check(&[f64::NEG_INFINITY], "buckets[0]");
        let many: Vec<f64> = (0..=128).map(f64::from).collect();
        check(&many[..128], "");
        check(&many, "buckets");
    }

    #[test]
    fn buckets_are_for_distributions_alone() {
        let with_buckets = Metric {
            buckets: vec![1.0],
            ..sum()
        };
        check(with_buckets, "buckets");
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
