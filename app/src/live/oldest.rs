//! From when the oldest data of some metrics are: the way out of a time that has none. Each round looks
//! into the step in which the last one found the first data.

use super::client::{self, ClientError};
use protocol::History;

/// How far back is looked, in ms: further than history is usually kept.
const FARTHEST_MS: i64 = 400 * 86_400_000;
/// Steps of a round.
const STEPS: i64 = 500;
const ROUNDS: usize = 3;
/// Finer than this nobody needs to know, in ms.
const FINEST_MS: i64 = 1_000;

/// When the first data of these metrics begin, in ms since the epoch; none when there are none until
/// `now_ms`.
pub async fn oldest(metrics: &[String], now_ms: i64) -> Result<Option<i64>, ClientError> {
    let (mut from, mut to) = (now_ms - FARTHEST_MS, now_ms);
    let mut found = None;
    for _ in 0..ROUNDS {
        let step = ((to - from) / STEPS).max(FINEST_MS);
        let Some((begin, end)) = first(metrics, from.div_euclid(step) * step, to, step).await?
        else {
            break;
        };
        found = Some(begin);
        (from, to) = (begin, end);
        if end - begin <= FINEST_MS {
            break;
        }
    }
    Ok(found)
}

/// The first step with data: from and to.
async fn first(
    metrics: &[String],
    from_ms: i64,
    to_ms: i64,
    step_ms: i64,
) -> Result<Option<(i64, i64)>, ClientError> {
    let mut missing = metrics.to_vec();
    let mut first: Option<(i64, i64)> = None;
    while !missing.is_empty() {
        let answer = client::histories(&missing, from_ms, to_ms, step_ms).await?;
        let found = answer.found.iter().filter_map(first_of);
        first = found.chain(first).min();
        missing = answer.rest;
    }
    Ok(first)
}

fn first_of(history: &History) -> Option<(i64, i64)> {
    let ends = history.series.iter().filter_map(|one| one.steps.first());
    let end = ends.map(|step| step.0).min()?;
    Some((end - history.step_ms, end))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use crate::browser;
    use crate::browser::fake::{Fake, Reply};
    use crate::live::testing::{T0, columns, names};
    use protocol::HistoryColumns;

    /// A server whose only data began at `begun_ms`; when the page takes the oldest to be from.
    fn found(begun_ms: Option<i64>) -> (Option<i64>, usize) {
        let fake = Fake::install();
        fake.serve(move |request| {
            let mut answer = columns(request, |_| None);
            let had = std::mem::take(&mut answer.metrics);
            let all = HistoryColumns {
                metrics: had,
                ..answer.clone()
            };
            for mut history in all.into_histories() {
                for series in &mut history.series {
                    let is_after = |end: i64| begun_ms.is_some_and(|begun| begun < end);
                    series.steps.retain(|step| is_after(step.0));
                }
                answer.push(&history);
            }
            Reply::json(&answer)
        });
        let answer = Rc::new(RefCell::new(None));
        let place = Rc::clone(&answer);
        browser::spawn(async move {
            *place.borrow_mut() = Some(oldest(&names(), T0).await.expect("an answer"));
        });
        fake.run();
        let found = answer.borrow_mut().take().expect("an end");
        (found, fake.take_requests().len())
    }

    #[test]
    fn the_oldest_data_are_found_to_the_second_wherever_they_begin() {
        for back_ms in [5_000, 3_600_000, 86_400_000 * 30] {
            let begun = T0 - back_ms;
            let (found, requests) = found(Some(begun));
            let found = found.expect("data");
            assert!(
                (begun - 2_000..=begun).contains(&found),
                "{back_ms} {found}"
            );
            assert!(requests <= ROUNDS, "{requests}");
        }
        assert_eq!(found(None).0, None);
    }
}
