//! Grants after metrics are allowed or taken away. Pure.
//!
//! Invariant: exactly the metrics that were asked for change. A grant allows and never forbids, so a
//! metric is taken from a broad grant by narrower ones for the rest of it.

use protocol::role_document::MAX_GRANTS;
use protocol::{AccessMetric, Grant};

use super::access::{gives, is_given};

/// The grants would be more than a role can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany(pub usize);

/// A heading that metrics stand under: what gives all of them and no other, if it does.
pub fn heading(category: &str, prefix: Option<&str>) -> Option<Grant> {
    match prefix {
        Some(prefix) => Some(Grant::pattern(format!("{prefix}.*"))),
        None => (!category.is_empty()).then(|| Grant::category(category)),
    }
}

/// The grants with these metrics allowed; `places` are indices of `metrics`. `broad` is taken for
/// them when it gives no other metric.
pub fn allow(
    grants: &[Grant],
    places: &[usize],
    broad: Option<&Grant>,
    metrics: &[AccessMetric],
) -> Result<Vec<Grant>, TooMany> {
    let after: Vec<bool> = wanted(grants, places, true, metrics);
    let broad = broad.filter(|broad| gives_only(broad, &after, metrics));
    let mut next: Vec<Grant> = grants.to_vec();
    if let Some(broad) = broad {
        // Names that it gives too need no grant of their own; conditions stay for the day on which it
        // goes.
        next.retain(|one| !is_name_within(one, broad, metrics) && one != broad);
        next.push(broad.clone());
    }
    complete(next, &after, metrics)
}

/// The grants without what gives these metrics as a whole: conditions stay, and what they give.
pub fn narrow(
    grants: &[Grant],
    places: &[usize],
    metrics: &[AccessMetric],
) -> Result<Vec<Grant>, TooMany> {
    let after = wanted(grants, places, false, metrics);
    let is_kept = |grant: &&Grant| !grant.conditions.is_empty() || !touches(grant, places, metrics);
    let kept = grants.iter().filter(is_kept).cloned().collect();
    complete(kept, &after, metrics)
}

/// The grants with conditions that give some series of these metrics.
pub fn conditional<'a>(
    grants: &'a [Grant],
    places: &[usize],
    metrics: &[AccessMetric],
) -> Vec<&'a Grant> {
    let grants = grants.iter().filter(|grant| !grant.conditions.is_empty());
    grants
        .filter(|grant| touches(grant, places, metrics))
        .collect()
}

/// Whether a grant gives one of these metrics, or some series of it.
fn touches(grant: &Grant, places: &[usize], metrics: &[AccessMetric]) -> bool {
    let mut given = places.iter().filter_map(|at| metrics.get(*at));
    given.any(|metric| gives(grant, metric))
}

/// The grants with these metrics taken away, conditions as well.
pub fn deny(
    grants: &[Grant],
    places: &[usize],
    metrics: &[AccessMetric],
) -> Result<Vec<Grant>, TooMany> {
    let after = wanted(grants, places, false, metrics);
    let mut kept = Vec::new();
    for grant in grants {
        if !touches(grant, places, metrics) {
            kept.push(grant.clone());
        } else if !grant.conditions.is_empty() {
            // The rest keeps its conditions: without them it would show more.
            let rest = metrics.iter().enumerate();
            let rest = rest.filter(|(at, one)| !places.contains(at) && gives(grant, one));
            kept.extend(rest.map(|(_, one)| Grant {
                conditions: grant.conditions.clone(),
                ..Grant::metric(&one.name)
            }));
        }
    }
    charts::order::sort(&mut kept, Ord::cmp);
    kept.dedup();
    complete(kept, &after, metrics)
}

/// Which metrics are given in the end.
fn wanted(grants: &[Grant], places: &[usize], to: bool, metrics: &[AccessMetric]) -> Vec<bool> {
    let mut after: Vec<bool> = metrics.iter().map(|one| is_given(grants, one)).collect();
    for place in places {
        if let Some(one) = after.get_mut(*place) {
            *one = to;
        }
    }
    after
}

/// Whether a grant gives nothing but what is wanted.
fn gives_only(grant: &Grant, after: &[bool], metrics: &[AccessMetric]) -> bool {
    let mut both = metrics.iter().zip(after);
    both.all(|(metric, wanted)| *wanted || !gives(grant, metric))
}

fn is_name_within(one: &Grant, broad: &Grant, metrics: &[AccessMetric]) -> bool {
    let named = |metric: &&AccessMetric| {
        one.conditions.is_empty() && one.metric.as_deref() == Some(&*metric.name)
    };
    let metric = metrics.iter().find(named);
    metric.is_some_and(|metric| gives(broad, metric))
}

/// Adds what is wanted and not given: categories and prefixes that are wanted as a whole, then names.
fn complete(
    mut grants: Vec<Grant>,
    after: &[bool],
    metrics: &[AccessMetric],
) -> Result<Vec<Grant>, TooMany> {
    let missing = |grants: &[Grant]| -> Vec<usize> {
        let both = metrics.iter().zip(after).enumerate();
        let missing = both.filter(|(_, (metric, wanted))| **wanted && !is_given(grants, metric));
        missing.map(|(place, _)| place).collect()
    };
    let mut rest = missing(&grants);
    // One metric is named rather than given by what would give later ones too.
    while rest.len() > 1 {
        let Some(broad) = broadest(&rest, after, metrics) else {
            break;
        };
        grants.push(broad);
        rest = missing(&grants);
    }
    grants.extend(
        rest.iter()
            .map(|place| Grant::metric(&metrics[*place].name)),
    );
    match grants.len() {
        count if count > MAX_GRANTS => Err(TooMany(count)),
        _ => Ok(grants),
    }
}

/// The category or prefix that gives the most of `rest`, at least two, and nothing unwanted.
fn broadest(rest: &[usize], after: &[bool], metrics: &[AccessMetric]) -> Option<Grant> {
    let mut candidates: Vec<Grant> = Vec::new();
    for place in rest {
        let metric = &metrics[*place];
        candidates.extend(heading(&metric.category, None));
        let dots = metric.name.match_indices('.');
        candidates.extend(dots.filter_map(|(dot, _)| heading("", metric.name.get(..dot))));
    }
    charts::order::sort(&mut candidates, Ord::cmp);
    candidates.dedup();
    let gain = |one: &Grant| rest.iter().filter(|at| gives(one, &metrics[**at])).count();
    let whole = candidates
        .into_iter()
        .filter(|one| gives_only(one, after, metrics));
    let gains = whole.map(|one| (gain(&one), one));
    let best = gains.reduce(|best, one| if one.0 > best.0 { one } else { best });
    best.filter(|(gain, _)| *gain > 1).map(|(_, one)| one)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn metrics(of: &[(&str, &str)]) -> Vec<AccessMetric> {
        let one = |(name, category): &(&str, &str)| AccessMetric {
            name: (*name).into(),
            category: (*category).into(),
            required_roles: Vec::new(),
            tags: vec!["service".into()],
        };
        of.iter().map(one).collect()
    }

    fn shop() -> Vec<AccessMetric> {
        metrics(&[
            ("http.requests", "Web"),
            ("http.errors", "Web"),
            ("http.cache.hits", "Web"),
            ("http.cache.misses", "Web"),
            ("db.queries", "Database"),
            ("db.errors", ""),
        ])
    }

    #[test]
    fn a_heading_is_given_as_a_whole_where_it_gives_no_other() {
        let metrics = shop();
        let named = [Grant::metric("http.errors"), Grant::metric("db.errors")];
        for (grants, places, broad, want) in [
            (
                &named[..],
                &[0, 1, 2, 3][..],
                heading("Web", None),
                &[Grant::metric("db.errors"), Grant::category("Web")][..],
            ),
            (
                &named,
                &[4, 5],
                heading("Database", Some("db")),
                &[Grant::metric("http.errors"), Grant::pattern("db.*")],
            ),
            // A search leaves one out: what it does not show stays hidden.
            (
                &[],
                &[0, 2, 3],
                heading("Web", None),
                &[
                    Grant::pattern("http.cache.*"),
                    Grant::metric("http.requests"),
                ],
            ),
            (&[], &[5], heading("", None), &[Grant::metric("db.errors")]),
        ] {
            let found = allow(grants, places, broad.as_ref(), &metrics).expect("grants");
            assert_eq!(found, want, "{places:?}");
        }
    }

    #[test]
    fn taking_from_a_broad_grant_keeps_the_rest() {
        let metrics = shop();
        let deny =
            |grant: Grant, places: &[usize]| deny(&[grant], places, &metrics).expect("grants");
        let web = Grant::category("Web");
        let want = [
            Grant::pattern("http.cache.*"),
            Grant::metric("http.requests"),
        ];
        assert_eq!(deny(web.clone(), &[1]), want);
        assert_eq!(deny(web, &[0, 1, 2, 3]), []);
        let all = deny(Grant::pattern("*"), &[1]);
        let want = [
            Grant::pattern("db.*"),
            Grant::pattern("http.cache.*"),
            Grant::metric("http.requests"),
        ];
        assert_eq!(all, want);
    }

    #[test]
    fn the_rest_of_a_grant_with_conditions_keeps_them() {
        let metrics = shop();
        let some = |grant: Grant| grant.with("service", "shop");
        let grants = [some(Grant::category("Web")), Grant::pattern("db.*")];
        let found = deny(&grants, &[0, 1], &metrics).expect("grants");
        let want = [
            Grant::pattern("db.*"),
            some(Grant::metric("http.cache.hits")),
            some(Grant::metric("http.cache.misses")),
        ];
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(want.iter().all(|one| found.contains(one)), "{found:?}");
    }

    #[test]
    fn conditions_outlive_a_metric_that_is_allowed_and_narrowed_again() {
        let metrics = shop();
        let some = |grant: Grant| grant.with("service", "shop");
        let grants = [some(Grant::metric("http.errors")), Grant::pattern("db.*")];
        let allowed = allow(
            &grants,
            &[0, 1, 2, 3],
            heading("Web", None).as_ref(),
            &metrics,
        );
        let allowed = allowed.expect("grants");
        assert_eq!(allowed.len(), 3, "{allowed:?}");
        assert!(
            grants.iter().all(|one| allowed.contains(one)),
            "{allowed:?}"
        );
        let narrowed = narrow(&allowed, &[0, 1, 2, 3], &metrics).expect("grants");
        assert_eq!(narrowed, grants);
        let lost = |places: &[usize]| conditional(&narrowed, places, &metrics).len();
        assert_eq!([lost(&[1]), lost(&[0, 4])], [1, 0]);
        assert_eq!(
            deny(&narrowed, &[1], &metrics),
            Ok(vec![Grant::pattern("db.*")])
        );
    }

    #[test]
    fn more_grants_than_a_role_can_have_are_none() {
        let names: Vec<String> = (0..500).map(|i| format!("m{i}")).collect();
        let names: Vec<(&str, &str)> = names.iter().map(|name| (&**name, "")).collect();
        let found = deny(&[Grant::pattern("*")], &[7], &metrics(&names));
        assert_eq!(found, Err(TooMany(499)));
    }

    proptest! {
        #[test]
        fn exactly_what_was_asked_for_changes(
            names in proptest::collection::btree_set("[ab]{1,2}(\\.[ab]{1,2}){0,2}", 1..12),
            seeds in proptest::collection::vec(0_usize..64, 0..12),
            patterns in proptest::collection::vec("[ab.*]{1,4}", 0..3),
            to: bool,
        ) {
            let category = ["", "X", "Y"];
            let metrics: Vec<AccessMetric> = names
                .iter()
                .enumerate()
                .map(|(i, name)| AccessMetric {
                    name: name.clone(),
                    category: category[i % 3].into(),
                    required_roles: Vec::new(),
                    tags: vec!["service".into()],
                })
                .collect();
            let grants: Vec<Grant> = patterns.into_iter().map(Grant::pattern).collect();
            let places: Vec<usize> = seeds.iter().map(|seed| seed % metrics.len()).collect();
            let broad = Grant::category("X");
            let next = match to {
                true => allow(&grants, &places, Some(&broad), &metrics),
                false => deny(&grants, &places, &metrics),
            };
            let next = next.expect("few grants");
            for (place, metric) in metrics.iter().enumerate() {
                let want = match places.contains(&place) {
                    true => to,
                    false => is_given(&grants, metric),
                };
                prop_assert_eq!(is_given(&next, metric), want, "{} {:?}", &metric.name, &next);
            }
        }
    }
}
