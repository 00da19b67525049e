//! The parts of a definition that are code: they stand in programs, never in files.
//!
//! Invariant: two definitions are equal only when they share their functions.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::Event;

/// Whether an event is meant.
pub(crate) type Test = dyn Fn(&Event<'_>) -> bool + Send + Sync;
/// The number in an event.
pub(crate) type Measure = dyn Fn(&Event<'_>) -> Option<f64> + Send + Sync;
/// A tag's value.
pub(crate) type TagValue = dyn for<'e> Fn(&Event<'e>) -> Option<Cow<'e, str>> + Send + Sync;
/// The value of the tag of that name.
pub(crate) type TagValues = dyn for<'e> Fn(&Event<'e>, &str) -> Option<Cow<'e, str>> + Send + Sync;

/// What [`Metric::keep_if`](crate::Metric::keep_if), `drop_if`, `measure_with`, `tag_with` and
/// `tag_values` were given. It is in no serialised form: a definition that is read has none.
#[derive(Clone, Default)]
pub struct Functions {
    pub(crate) keep_if: Option<Arc<Test>>,
    pub(crate) drop_if: Option<Arc<Test>>,
    pub(crate) measure: Option<Arc<Measure>>,
    pub(crate) tags: Vec<(String, Arc<TagValue>)>,
    pub(crate) tag_values: Option<Arc<TagValues>>,
}

impl Functions {
    /// Whether a function gives the measurement.
    pub fn measures(&self) -> bool {
        self.measure.is_some()
    }

    /// Whether a function may give this tag's value, so that no metadata key has to.
    pub fn gives_tag(&self, tag: &str) -> bool {
        self.tag_values.is_some() || self.tag(tag).is_some()
    }

    pub(crate) fn tag(&self, tag: &str) -> Option<&Arc<TagValue>> {
        let mut tags = self.tags.iter();
        tags.find(|(name, _)| name == tag).map(|(_, value)| value)
    }
}

impl PartialEq for Functions {
    fn eq(&self, other: &Functions) -> bool {
        let pairs = || self.tags.iter().zip(&other.tags);
        same(&self.keep_if, &other.keep_if)
            && same(&self.drop_if, &other.drop_if)
            && same(&self.measure, &other.measure)
            && same(&self.tag_values, &other.tag_values)
            && self.tags.len() == other.tags.len()
            && pairs().all(|(mine, theirs)| mine.0 == theirs.0 && Arc::ptr_eq(&mine.1, &theirs.1))
    }
}

fn same<F: ?Sized>(one: &Option<Arc<F>>, other: &Option<Arc<F>>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        _ => false,
    }
}

/// Says which there are.
impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = [
            (self.keep_if.is_some(), "keep_if"),
            (self.drop_if.is_some(), "drop_if"),
            (self.measure.is_some(), "measure_with"),
            (self.tag_values.is_some(), "tag_values"),
        ];
        let names = given
            .iter()
            .filter(|(given, _)| *given)
            .map(|(_, name)| *name);
        let tags = self.tags.iter().map(|(tag, _)| tag.as_str());
        f.debug_set().entries(names).entries(tags).finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::Metric;

    #[test]
    fn equal_are_those_that_share() {
        let plain = || Metric::sum("a.b");
        let one = plain().measure_with(|_| Some(1.0));
        assert_eq!(one, one.clone());
        assert_ne!(one, plain().measure_with(|_| Some(1.0)));
        assert_ne!(one, plain());
        let tagged = plain().tag_with("class", |_| None);
        assert_eq!(tagged, tagged.clone());
        assert_ne!(tagged, plain().tags(["class"]));
        assert_ne!(plain().keep_if(|_| true), plain().drop_if(|_| true));
        assert_eq!(plain(), plain());
    }

    #[test]
    fn debug_names_them() {
        let metric = Metric::sum("a.b")
            .measure_with(|_| None)
            .keep_if(|_| true)
            .tag_with("class", |_| None);
        let text = format!("{:?}", metric.functions);
        assert_eq!(text, r#"{"keep_if", "measure_with", "class"}"#);
    }

    #[test]
    fn what_they_give() {
        let metric = Metric::sum("a.b").tag_with("class", |_| None).tags(["x"]);
        assert_eq!(metric.tags, ["x"]);
        let metric = Metric::sum("a.b").tags(["x"]).tag_with("class", |_| None);
        assert_eq!(metric.tags, ["x", "class"]);
        assert!(metric.functions.gives_tag("class") && !metric.functions.gives_tag("x"));
        assert!(!metric.functions.measures());
        assert!(metric.tag_values(|_, _| None).functions.gives_tag("x"));
    }
}
