//! Several metrics over the same time in one answer.
//!
//! Invariant: an answer has room for what one metric may take, and takes as long. What is left over is named, and is
//! less than what was asked for, so that whoever asks for the rest comes to an end.

use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::{self, StreamExt};
use protocol::{ColumnsParams, HistoryColumns};
use telemetry::MetricList;

use super::History;
use super::query::{MAX_CELLS, Query, QueryError, ROWS_OF_A_SECOND};
use crate::access::Visible;

/// Metrics that are read at the same time for one answer.
const AT_ONCE: usize = 2;

/// A metric, and what was found.
type Answered = (String, Result<protocol::History, QueryError>);

/// A metric without an answer, and why.
pub type Unanswered = (String, QueryError);

impl History {
    /// Answers about each metric, in the order of the parameters, as long as there is room. Parameters
    /// and the database fail the whole; what is wrong with one metric stands beside the others.
    pub async fn answer_columns(
        &self,
        params: &ColumnsParams,
        metrics: &MetricList,
        visible: &Arc<Visible>,
        now_ms: i64,
    ) -> Result<(HistoryColumns, Vec<Unanswered>), QueryError> {
        let (steps, _) = Query::span(&params.of(""), now_ms)?;
        let mut answer = HistoryColumns {
            from: steps.from,
            to: steps.to,
            step_ms: steps.step,
            covered: Vec::new(),
            metrics: Vec::new(),
            rejected: Vec::new(),
            rest: Vec::new(),
        };
        let (mut unanswered, mut asked) = (Vec::new(), Vec::new());
        let (mut cells, mut rows) = (0_i64, 0_i64);
        for (at, name) in params.metrics.iter().enumerate() {
            let query = Query::new(&params.of(name), metrics, visible, now_ms);
            match query.and_then(|query| Ok((self.cost(&query)?, query))) {
                Ok((cost, query)) => {
                    cells = cells.saturating_add(cost.cells);
                    rows = rows.saturating_add(cost.rows);
                    let full = cells > MAX_CELLS || rows > ROWS_OF_A_SECOND;
                    if full && !asked.is_empty() {
                        answer.rest = params.metrics[at..].to_vec();
                        break;
                    }
                    asked.push((name.clone(), query));
                }
                Err(error) => unanswered.push((name.clone(), error)),
            }
        }
        let answers = asked
            .into_iter()
            .map(|(name, query)| -> BoxFuture<'_, Answered> {
                Box::pin(async move {
                    let answered = self.answer(&query).await;
                    (name, answered)
                })
            });
        let answers: Vec<_> = stream::iter(answers.collect::<Vec<_>>())
            .buffered(AT_ONCE)
            .collect()
            .await;
        for (name, answered) in answers {
            match answered {
                Ok(history) => {
                    if answer.metrics.is_empty() {
                        answer.covered.clone_from(&history.covered);
                    }
                    answer.push(&history);
                }
                Err(error @ QueryError::Storage(_)) => return Err(error),
                Err(error) => unanswered.push((name, error)),
            }
        }
        Ok((answer, unanswered))
    }
}
