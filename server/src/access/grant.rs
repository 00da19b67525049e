//! Which metrics grants give, and which grants make sense. Pure: names in, sets out.
//!
//! Invariant: another grant never takes a metric away.

use std::collections::BTreeMap;

use protocol::{Grant, Role, is_role_name, role_document::MAX_GRANTS};
use telemetry::MetricId;

use super::MetricSet;
use super::visible::Clause;

/// Most conditions of a grant.
const MAX_CONDITIONS: usize = 8;
/// Longest text of a grant, and longest description, in bytes.
const MAX_TEXT: usize = 256;

/// What grants look at of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// Where pages and menus put it; empty without one.
    pub category: String,
    /// Its tags.
    pub tags: Vec<String>,
}

/// What grants give.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// Whole metrics.
    pub whole: MetricSet,
    /// Series of metrics, by clauses of which one has to hold.
    pub partly: BTreeMap<MetricId, Vec<Clause>>,
}

/// What these grants give of the metrics of a list, in its order.
pub fn granted(grants: &[Grant], metrics: &[Described]) -> Given {
    let mut given = Given::default();
    for (id, metric) in (0..).map(MetricId).zip(metrics) {
        let of_metric = grants.iter();
        for grant in of_metric.filter(|grant| grant.gives(&metric.name, &metric.category)) {
            if grant.conditions.is_empty() {
                given.whole.insert(id);
            } else if let Some(clause) = clause(grant, metric) {
                given.partly.entry(id).or_default().push(clause);
            }
        }
    }
    given
}

/// The conditions of a grant by places of tags; none when the metric lacks one of the tags.
fn clause(grant: &Grant, metric: &Described) -> Option<Clause> {
    let conditions = grant.conditions.iter();
    let placed = conditions.map(|(tag, value)| {
        let place = metric.tags.iter().position(|name| name == tag)?;
        Some((place, value.clone()))
    });
    placed.collect()
}

/// What is wrong with a role: the JSON path, and a sentence.
pub fn problem(role: &Role) -> Option<String> {
    if !is_role_name(&role.name) {
        return Some("name: a role has 1 to 64 of the letters a-z, 0-9, - and _".into());
    }
    if role.description.len() > MAX_TEXT || role.description.chars().any(char::is_control) {
        return Some(format!("description: one line of at most {MAX_TEXT} bytes"));
    }
    if role.metrics.len() > MAX_GRANTS {
        return Some(format!("metrics: there are more than {MAX_GRANTS}"));
    }
    if let Some(found) = problem_of_rights(role) {
        return Some(found);
    }
    let mut grants = role.metrics.iter().enumerate();
    grants.find_map(|(place, grant)| {
        let found = match problem_of_grant(grant) {
            Some(found) => found,
            None if role.metrics[..place].contains(grant) => ": stands there twice".to_owned(),
            None => return None,
        };
        Some(format!("metrics[{place}]{found}"))
    })
}

fn problem_of_rights(role: &Role) -> Option<String> {
    let mut rights = role.rights.iter().enumerate();
    let twice = rights.find(|(place, right)| role.rights[..*place].contains(right));
    if let Some((place, right)) = twice {
        return Some(format!(
            "rights[{place}]: `{}` stands there twice",
            right.name()
        ));
    }
    super::guest::problem(role).or_else(|| super::defaults::problem(role))
}

fn problem_of_grant(grant: &Grant) -> Option<String> {
    let keys = [
        ("metric", &grant.metric),
        ("category", &grant.category),
        ("pattern", &grant.pattern),
    ];
    let mut given = keys
        .into_iter()
        .filter_map(|(key, text)| Some((key, text.as_deref()?)));
    let (Some((key, text)), None) = (given.next(), given.next()) else {
        return Some(": give exactly one of `metric`, `category` and `pattern`".into());
    };
    if grant.conditions.len() > MAX_CONDITIONS {
        return Some(format!(".where: at most {MAX_CONDITIONS} conditions"));
    }
    let bad = |text: &str| text.len() > MAX_TEXT || text.chars().any(char::is_control);
    for (tag, value) in &grant.conditions {
        if tag.is_empty() || bad(tag) {
            return Some(format!(
                ".where: a tag has 1 to {MAX_TEXT} bytes, without control characters"
            ));
        }
        if bad(value) {
            return Some(format!(
                ".where.{tag}: a value has at most {MAX_TEXT} bytes, without control characters"
            ));
        }
    }
    if text.is_empty() || text.len() > MAX_TEXT || text.chars().any(char::is_control) {
        return Some(format!(
            ".{key}: 1 to {MAX_TEXT} bytes, without control characters"
        ));
    }
    if key == "metric" && text.contains('*') {
        return Some(format!(".{key}: use `pattern` for a name with `*`"));
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use protocol::role_document::fits;

    use super::*;

    fn metric(name: &str, category: &str) -> Described {
        Described {
            name: name.into(),
            category: category.into(),
            tags: vec!["service".into()],
        }
    }

    #[test]
    fn patterns() {
        let check = |pattern: &str, name: &str, want: bool| {
            assert_eq!(fits(pattern, name), want, "{pattern} {name}");
        };
        check("*", "", true);
        check("*", "a.b", true);
        check("http.*", "http.requests", true);
        check("http.*", "http.", true);
        check("http.*", "https.requests", false);
        check("http.*", "my.http.requests", false);
        check("*.duration", "db.query.duration", true);
        check("*.duration", "db.duration.max", false);
        check("a*b*c", "abbc", true);
        check("a*b*c", "acb", false);
        check("a.b", "a.b", true);
        check("a.b", "axb", false);
        check("", "a", false);
    }

    #[test]
    fn a_role_that_makes_no_sense_is_rejected_by_path() {
        let check = |json: &str, want: Option<&str>| {
            let role: Role = serde_json::from_str(json).expect("a role");
            let found = problem(&role);
            let starts = |found: &str| want.is_some_and(|want| found.starts_with(want));
            assert_eq!(found.is_some(), want.is_some(), "{json}: {found:?}");
            assert!(found.as_deref().is_none_or(starts), "{json}: {found:?}");
        };
        let of = |metrics: &str| format!(r#"{{"name":"a","metrics":[{metrics}]}}"#);
        check(&of(""), None);
        check(
            &of(r#"{"metric":"a.b"},{"category":"x"},{"pattern":"a.*"}"#),
            None,
        );
        check(r#"{"name":"A"}"#, Some("name: "));
        check(
            r#"{"name":"a","description":"a\nb"}"#,
            Some("description: "),
        );
        check(&of("{}"), Some("metrics[0]: give exactly one"));
        let two = r#"{"metric":"a.b"},{"metric":"a.b","pattern":"a"}"#;
        check(&of(two), Some("metrics[1]: give exactly one"));
        check(&of(r#"{"pattern":""}"#), Some("metrics[0].pattern: "));
        check(
            &of(r#"{"category":"\u0007"}"#),
            Some("metrics[0].category: "),
        );
        check(&of(r#"{"metric":"a.*"}"#), Some("metrics[0].metric: "));
        let conditions = |of_tag: &str| of(&format!(r#"{{"pattern":"*","where":{of_tag}}}"#));
        check(&conditions(r#"{"service":"shop-*"}"#), None);
        check(&conditions(r#"{"":"a"}"#), Some("metrics[0].where: a tag"));
        check(
            &conditions(r#"{"region":"a","service":"\u0007"}"#),
            Some("metrics[0].where.service: a value"),
        );
        let nine: BTreeMap<String, String> =
            (0..9).map(|i| (format!("t{i}"), String::new())).collect();
        check(
            &conditions(&serde_json::json!(nine).to_string()),
            Some("metrics[0].where: at most 8"),
        );
        let twice = r#"{"metric":"a.b"},{"metric":"a.b"}"#;
        check(&of(twice), Some("metrics[1]: stands there twice"));
        let many = vec![r#"{"metric":"a.b"}"#; MAX_GRANTS + 1].join(",");
        check(&of(&many), Some("metrics: there are more than"));
    }

    fn naive(pattern: &[u8], name: &[u8]) -> bool {
        match pattern.split_first() {
            None => name.is_empty(),
            Some((b'*', rest)) => (0..=name.len()).any(|from| naive(rest, &name[from..])),
            Some((first, rest)) => name.first() == Some(first) && naive(rest, &name[1..]),
        }
    }

    fn grant() -> impl Strategy<Value = Grant> {
        prop_oneof![
            "[ab.]{1,3}".prop_map(Grant::metric),
            "[xy]".prop_map(Grant::category),
            "[ab.*]{1,4}".prop_map(Grant::pattern),
        ]
    }

    fn metrics() -> impl Strategy<Value = Vec<Described>> {
        let one = ("[ab.]{1,3}", "[xy]?").prop_map(|(name, category)| metric(&name, &category));
        proptest::collection::vec(one, 0..80)
    }

    proptest! {
        #[test]
        fn a_pattern_fits_as_it_reads(pattern in "[ab*]{0,6}", name in "[ab]{0,8}") {
            prop_assert_eq!(fits(&pattern, &name), naive(pattern.as_bytes(), name.as_bytes()));
        }

        #[test]
        fn grants_add_up_in_any_order(
            a in proptest::collection::vec(grant(), 0..4),
            b in proptest::collection::vec(grant(), 0..4),
            metrics in metrics(),
        ) {
            let both = granted(&a, &metrics).whole.union(&granted(&b, &metrics).whole);
            prop_assert_eq!(&granted(&[a.clone(), b.clone()].concat(), &metrics).whole, &both);
            prop_assert_eq!(&granted(&[b, a.clone()].concat(), &metrics).whole, &both);
            prop_assert!(both.contains_all(&granted(&a, &metrics).whole));
            prop_assert_eq!(granted(&[], &metrics), Given::default());
        }
    }
}
